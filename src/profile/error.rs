//! Why a profile, or a part of one, is not accepted: what happened, as data. No sentence and no
//! next step: those are in `text::profile`.

use super::Cloud;

/// Why a profile, or a part of one, is not accepted.
#[derive(Debug)]
pub enum ProfileError {
    /// A name or an id is not well-formed.
    Name(NameFault),
    /// A cloud or an authority is none.
    Authority(AuthorityFault),
    /// Entra would refuse these scopes, or `ropc` does.
    Scopes(ScopesFault),
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

impl std::error::Error for ProfileError {}
