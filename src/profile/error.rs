//! Why a profile, or a part of one, is not accepted: what happened, as data. No sentence and no
//! next step: those are in `text::profile`.

use super::{Cloud, Fact, ProfileName, StoreKind};
use crate::os::Untrusted;
use std::io;
use std::path::PathBuf;

pub(super) type Result<T> = std::result::Result<T, ProfileError>;

/// Why a profile, or a part of one, is not accepted.
#[derive(Debug)]
pub enum ProfileError {
    /// A name or an id is not well-formed.
    Name(NameFault),
    /// A cloud or an authority is none.
    Authority(AuthorityFault),
    /// Entra would refuse these scopes, or `ropc` does.
    Scopes(ScopesFault),
    /// The text of a profile is not one.
    Format(FormatFault),
    /// The same of a file.
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
    /// Somebody else could change the profile or its CA file, and its secrets have no binding.
    Changeable(Changeable),
    /// It is not what `login` enrolled, or what was enrolled cannot be used.
    Enrolment(EnrolmentFault),
    /// The operating system gave no random bytes.
    NoRandom,
}

/// What is wrong with a name or an id; the texts are as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameFault {
    /// Not the name of a profile.
    Profile(String),
    /// `common` or `consumers`, which a password grant cannot use (AADSTS9001023).
    SharedTenant(String),
    /// Neither a tenant id nor a domain.
    Tenant {
        /// As typed.
        text: String,
        /// True if it looks like a GUID with a slip.
        is_almost_guid: bool,
    },
    /// Not a GUID.
    ClientId(String),
    /// Not a user principal name.
    Username(String),
    /// Not the id of one `login`.
    Generation(String),
}

/// What is wrong with a cloud or an authority. Never holds what is before an `@`: that is often a
/// password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorityFault {
    /// No cloud has this name.
    UnknownCloud {
        /// As typed.
        name: String,
        /// The cloud that was probably meant.
        near: Option<&'static str>,
    },
    /// There is an `@` in it.
    HoldsUser,
    /// `http://` with this after it.
    Http(String),
    /// Not a URL.
    NotUrl(String),
    /// Another scheme than https, or no host.
    NotHttps(String),
    /// A path, a query or a fragment.
    MoreThanHost {
        /// As typed.
        text: String,
        /// The host and the port of it.
        host: String,
    },
    /// Another host of a known cloud, which Microsoft no longer documents.
    OldName {
        /// As typed, without scheme.
        host: String,
        /// The cloud whose host it is.
        cloud: &'static Cloud,
    },
    /// So near to the host of a known cloud that it is a slip, or meant to deceive.
    LooksLike {
        /// As typed, without scheme.
        host: String,
        /// The host of the cloud.
        known: &'static str,
    },
}

/// Why scopes cannot be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScopesFault {
    /// `offline_access` asks for a refresh token, and none is kept.
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

/// A profile that there is not.
#[derive(Debug)]
pub struct NotFound {
    /// Its name.
    pub name: ProfileName,
    /// The name of a profile that was probably meant.
    pub near: Option<String>,
    /// The profiles that there are.
    pub others: Vec<ProfileName>,
    /// Where their files are.
    pub directory: PathBuf,
}

/// What is wrong with the text of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatFault {
    /// It is not TOML.
    Syntax {
        /// The line, counted from 1.
        line: usize,
        /// What the TOML reader says, in English.
        reason: String,
    },
    /// A version of the format that this program does not know; as written.
    Version(String),
    /// `authority` and `cloud` are both there.
    BothHosts,
    /// A key that no profile has.
    UnknownKey {
        /// As written.
        key: String,
        /// The key that was probably meant.
        near: Option<&'static str>,
        /// Every key.
        known: Vec<&'static str>,
    },
    /// A key that no profile has, and that is called like a secret.
    SecretKey(String),
    /// A key that each profile has is missing.
    MissingKey(&'static str),
    /// A value is of another type.
    Type {
        /// The key.
        key: &'static str,
        /// What its value has to be.
        expected: Expected,
    },
    /// A key of another store than the profile's.
    OtherStore {
        /// The key.
        key: &'static str,
        /// The store that it belongs to.
        store: StoreKind,
    },
    /// A value that is none of those that the key takes.
    UnknownValue {
        /// The key.
        key: &'static str,
        /// As written.
        value: String,
        /// Those that it takes.
        known: Vec<&'static str>,
    },
}

/// What a value in the text of a profile has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A text.
    Text,
    /// True or false.
    Flag,
    /// A list of texts.
    Texts,
    /// The absolute path of a directory.
    AbsolutePath,
    /// A list of texts that is not empty: a program and its arguments.
    Command,
    /// The first of them is a name without a directory, or an absolute path.
    Program,
}

/// A file that decides where secrets go, and that an account could change that must not.
#[derive(Debug)]
pub struct Changeable {
    /// The profile that it belongs to.
    pub profile: ProfileName,
    /// The store of the profile, which is only read.
    pub store: StoreKind,
    /// Which account, and how.
    pub(crate) reason: Untrusted,
}

/// Why a profile does not agree with what `login` enrolled.
#[derive(Debug)]
pub enum EnrolmentFault {
    /// No state directory is known, and profiles with this store need one.
    NoPlace(StoreKind),
    /// What `login` enrols cannot be written.
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
    /// Somebody else could change the file.
    Changeable(Changeable),
    /// The profile says something else.
    Differs(Box<Difference>),
    /// Nothing was enrolled, and this account could have written the profile itself.
    Missing {
        /// How this account could have written it.
        found: Changeable,
        /// Where the enrolment would be; `None` where no state directory is known.
        directory: Option<PathBuf>,
    },
}

/// One fact in which a profile is not what was enrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The profile.
    pub profile: ProfileName,
    /// The fact.
    pub fact: Fact,
    /// What `login` enrolled; `None` for nothing.
    pub enrolled: Option<String>,
    /// What the profile says.
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
