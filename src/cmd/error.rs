//! The errors of the verbs themselves, as data. The words are in `words`. `login` and `import` have
//! their own.

use crate::error::Error;
use crate::exec::Outer;
use crate::profile::{Cloud, ProfileName, Store};
use crate::shell::Shell;
use crate::vault::StoreTitle;
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

/// Why a verb does nothing, or not all. No variant holds a secret.
#[derive(Debug)]
pub(super) enum VerbError {
    /// The environment names no directory for profiles.
    NoPlaceForProfiles,
    /// This variable of ropc is not an absolute path.
    RelativePath {
        variable: &'static str,
        value: OsString,
    },
    /// The machine has no descriptors, threads or memory left.
    Exhausted(io::Error),
    /// The system gave no random bytes.
    NoRandom(io::Error),
    /// A person answered a question with neither yes nor no.
    NotYesOrNo,
    /// A person said no, and nothing is changed.
    Declined,
    /// The authority does not sign in the users of this tenant.
    NoTenant(NoTenant),
    /// `token` would show the token on a terminal.
    TokenOnTerminal,
    /// `exec` runs inside of an `exec` of the same profile.
    Nested {
        outer: Outer,
        name: ProfileName,
        shell: Shell,
    },
    /// `renew` is not run by `exec --serve`.
    RenewMisused,
    /// The store holds no secrets for the profile.
    NoSecrets {
        store: StoreTitle,
        name: ProfileName,
    },
    /// `logout` asks before it removes, and cannot prompt.
    LogoutUnattended,
    /// The profile is removed, and an item of an interrupted `login` is still in its store.
    StrayLeft {
        name: ProfileName,
        store: Store,
        source: Error,
    },
    /// The old name and the new one are the same.
    SameName(ProfileName),
    /// Another profile has the new name.
    NameTaken(ProfileName),
    /// `explain` was given no code, and standard input is a terminal.
    NothingToExplain(Shell),
    /// `explain` cannot read standard input.
    InputUnreadable(io::Error),
    /// The text for `explain` is empty.
    InputEmpty(Shell),
    /// The text for `explain` has no code.
    NoCode(Shell),
    /// The text for `explain` has the status of an HTTP answer, and no code.
    StatusOnly,
    /// The directory for the man pages does not exist.
    NoManDirectory(PathBuf),
    /// The man pages cannot be written.
    ManUnwritable { dir: PathBuf, source: io::Error },
    /// The store gave another value than the one that was written.
    StoreGivesElse(StoreTitle),
    /// The value that was written is no longer in the store.
    StoreLost(StoreTitle),
}

/// A tenant whose users the authority does not sign in.
#[derive(Debug)]
pub(super) struct NoTenant {
    pub(super) profile: ProfileName,
    pub(super) tenant: String,
    pub(super) host: String,
    pub(super) fault: TenantFault,
}

/// Where a tenant is, if not at the authority.
#[derive(Debug)]
pub(super) enum TenantFault {
    Nowhere,
    InCloud(&'static Cloud),
    /// At a host that is no known cloud's.
    AtHost(String),
}

impl std::error::Error for VerbError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Exhausted(source)
            | Self::NoRandom(source)
            | Self::InputUnreadable(source)
            | Self::ManUnwritable { source, .. } => Some(source),
            Self::StrayLeft { source, .. } => Some(source),
            _ => None,
        }
    }
}
