//! Why a profile, or a part of one, is not accepted: what happened, as data. No sentence and no
//! next step: those are in `sentences::profile`.

use super::clouds::Cloud;
use super::fact::Fact;
use super::names::{NameFault, ProfileName};
use super::secret_store::StoreKind;
use super::table::FormatFault;
use crate::os::Untrusted;
use std::io;
use std::path::PathBuf;

pub(super) type Result<T> = std::result::Result<T, ProfileError>;

/// Why a profile, or a part of one, is not accepted.
#[derive(Debug)]
pub enum ProfileError {
    /// A name or an id is not well-formed.
    Name(NameFault),
    /// A text names no cloud or no authority.
    Authority(AuthorityFault),
    /// Entra would refuse these scopes, or `ropc` does.
    Scopes(ScopesFault),
    /// The text of a profile is wrong.
    Format(FormatFault),
    /// A profile's file is wrong.
    InFile {
        /// The profile's file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<ProfileError>,
    },
    /// There is no profile of this name.
    NotFound(NotFound),
    /// A file or a directory cannot be read.
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A profile's file is not text in UTF-8.
    NotUtf8 {
        /// The profile's file.
        path: PathBuf,
    },
    /// A file or a directory cannot be written.
    Unwritable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A profile's file cannot be removed.
    NotRemoved {
        /// The profile's file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another account could change the profile or its CA file, and its secrets have no binding.
    Changeable(Changeable),
    /// The profile is not as `login` enrolled it, or the enrolled copy cannot be used.
    Enrolment(EnrolmentFault),
    /// The operating system gave no random bytes.
    NoRandom,
}

/// What is wrong with a cloud or an authority. Never holds the text before an `@`: that is often a
/// password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorityFault {
    /// No cloud has this name.
    UnknownCloud {
        /// As typed.
        name: String,
        /// The cloud that the person probably means.
        near: Option<&'static str>,
    },
    /// It contains an `@`.
    HoldsUser,
    /// `http://`, followed by this.
    Http(String),
    /// Not a URL.
    NotUrl(String),
    /// Another scheme than https, or no host.
    NotHttps(String),
    /// A path, a query or a fragment.
    MoreThanHost {
        /// As typed.
        text: String,
        /// Its host and port.
        host: String,
    },
    /// Another host of a known cloud, which Microsoft no longer documents.
    OldName {
        /// As typed, without scheme.
        host: String,
        /// The cloud whose host it is.
        cloud: &'static Cloud,
    },
    /// So similar to the host of a known cloud that it is a typing mistake or an attempt to
    /// deceive.
    LooksLike {
        /// As typed, without scheme.
        host: String,
        /// The host of the cloud.
        known: &'static str,
    },
}

/// Why ropc cannot ask for these scopes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScopesFault {
    /// `offline_access` asks for a refresh token, and ropc keeps none.
    OfflineAccess,
    /// None of them names a resource.
    NoResource,
    /// They name several resources, and a token is for one.
    SeveralResources(Vec<String>),
    /// `.default` beside names of permissions (AADSTS70011).
    DefaultWithNames,
    /// A character that no scope has (RFC 6749 section 3.3).
    Malformed(String),
}

/// A profile that does not exist.
#[derive(Debug)]
pub struct NotFound {
    /// Its name.
    pub name: ProfileName,
    /// The name of the profile that the person probably means.
    pub near: Option<String>,
    /// The existing profiles.
    pub others: Vec<ProfileName>,
    /// Where their files are.
    pub directory: PathBuf,
}

/// A file that decides where secrets go, and that the wrong account could change.
#[derive(Debug)]
pub struct Changeable {
    /// The profile that it belongs to.
    pub profile: ProfileName,
    /// The store of the profile, which ropc only reads.
    pub store: StoreKind,
    /// Which account, and how.
    pub(crate) reason: Untrusted,
}

/// Why a profile does not agree with what `login` enrolled.
#[derive(Debug)]
pub enum EnrolmentFault {
    /// No state directory is known, and profiles with this store need one.
    NoPlace(StoreKind),
    /// The copy of the profile cannot be written.
    Unwritable {
        /// The file or its directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file does not hold what `login` wrote.
    Damaged {
        /// The profile that it belongs to.
        profile: ProfileName,
        /// The file.
        path: PathBuf,
    },
    /// Another account could change the file.
    Changeable(Changeable),
    /// The profile differs.
    Differs(Box<Difference>),
    /// Nothing was enrolled, and this account could have written the profile itself.
    Missing {
        /// How this account could have written it.
        found: Changeable,
        /// The directory of the enrolment; `None` if no state directory is known.
        directory: Option<PathBuf>,
    },
}

/// One fact in which a profile differs from what was enrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The profile.
    pub profile: ProfileName,
    /// The fact.
    pub fact: Fact,
    /// The enrolled value; `None` if there is none.
    pub enrolled: Option<String>,
    /// The value in the profile; `None` if there is none.
    pub now: Option<String>,
}

impl From<NameFault> for ProfileError {
    fn from(fault: NameFault) -> Self {
        Self::Name(fault)
    }
}

impl From<AuthorityFault> for ProfileError {
    fn from(fault: AuthorityFault) -> Self {
        Self::Authority(fault)
    }
}

impl From<ScopesFault> for ProfileError {
    fn from(fault: ScopesFault) -> Self {
        Self::Scopes(fault)
    }
}

impl From<FormatFault> for ProfileError {
    fn from(fault: FormatFault) -> Self {
        Self::Format(fault)
    }
}

impl From<EnrolmentFault> for ProfileError {
    fn from(fault: EnrolmentFault) -> Self {
        Self::Enrolment(fault)
    }
}

impl std::error::Error for ProfileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::InFile { source, .. } => Some(source),
            Self::Unreadable { source, .. }
            | Self::Unwritable { source, .. }
            | Self::NotRemoved { source, .. }
            | Self::Enrolment(EnrolmentFault::Unwritable { source, .. }) => Some(source),
            _ => None,
        }
    }
}
