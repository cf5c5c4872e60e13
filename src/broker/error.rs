//! Why the broker gives no token, as data. No words, no next steps and no exit codes: those are in
//! `sentences::broker`.

use super::caller::Caller;
use super::ledger::{LastAnswer, Said, SecretKind};
use crate::assertion::AssertionError;
use crate::entra::{BadRoots, EntraError};
use crate::format::NewerFormat;
use crate::os::Untrusted;
use crate::profile::{ClientId, Fact, ProfileName, StoreKind, Username};
use crate::vault::{BundleFault, StoreTitle, VaultError};
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// A result whose error a caller of the broker can match.
pub(crate) type Result<T, E = BrokerError> = std::result::Result<T, E>;

/// A failure of the broker.
#[derive(Debug)]
pub enum BrokerError {
    /// The breaker sends nothing.
    Held(Box<Held>),
    /// There is too little memory for the slow hash, so ropc cannot compare a secret with the
    /// refused ones of this record.
    NotCompared {
        /// The record.
        record: PathBuf,
    },
    /// A sign-in record cannot be used.
    Record {
        /// The record.
        path: PathBuf,
        /// Why.
        fault: RecordFault,
    },
    /// There is no directory for locks and records.
    Place(PlaceFault),
    /// A lock file cannot be used.
    Lock {
        /// The lock file.
        path: PathBuf,
        /// The failure of the system.
        source: io::Error,
    },
    /// Another process kept a lock until the deadline.
    LockTimeout {
        /// What this process waited for.
        awaited: Awaited,
        /// How long it waited.
        waited: Duration,
    },
    /// The profile's CA file cannot be used.
    CaFile {
        /// The file.
        path: PathBuf,
        /// Why.
        fault: CaFault,
    },
    /// The store gives no secrets.
    Vault(VaultError),
    /// The store holds no secrets for this profile and this account.
    NoSecrets(Box<NoSecrets>),
    /// What the store holds is no bundle.
    Bundle {
        /// The store.
        store: StoreTitle,
        /// Of which profile.
        profile: ProfileName,
        /// Why not.
        fault: BundleFault,
    },
    /// A fact of the profile differs from what its secrets were enrolled for.
    Binding {
        /// Which profile.
        profile: ProfileName,
        /// What differs.
        fact: Fact,
        /// What `login` verified; empty for nothing.
        enrolled: String,
        /// What the profile says now; empty for nothing.
        now: String,
    },
    /// Profile and secrets disagree about whether the app has a client secret.
    PublicClient {
        /// Which profile.
        profile: ProfileName,
        /// What the profile says.
        value: bool,
    },
    /// The source of the app's assertions gives none.
    Assertion(Box<AssertionError>),
    /// The stored key of a profile's certificate is damaged.
    CertificateKey(ProfileName),
    /// The certificate has ended, so Entra would refuse it.
    CertificateEnded {
        /// Of which profile.
        profile: ProfileName,
        /// When, epoch seconds.
        ended: u64,
    },
    /// The sign-in got no token.
    NoToken(Box<NoToken>),
}

/// A store that holds no secrets for a profile and an account.
#[derive(Debug)]
pub struct NoSecrets {
    /// The store.
    pub(crate) store: StoreTitle,
    /// Of which profile.
    pub(crate) profile: ProfileName,
    /// The account that this run belongs to.
    pub(crate) account: String,
    /// What the store answered.
    pub(crate) answer: VaultError,
}

/// A sign-in that the breaker holds back.
#[derive(Debug)]
pub struct Held {
    /// Why.
    pub(crate) hold: Hold,
    /// Whose password.
    pub(crate) user: Username,
    /// Whose credential.
    pub(crate) app: ClientId,
    /// The store that has the secrets, if ropc only reads it.
    pub(crate) read_from: Option<StoreKind>,
    /// Who asks for the sign-in.
    pub(crate) caller: Caller,
}

/// Why the breaker sends nothing. Times are epoch seconds.
#[derive(Debug)]
pub enum Hold {
    /// Entra refused this secret before.
    Latched {
        /// Which kind of secret.
        what: SecretKind,
        /// What Entra said.
        said: Said,
        /// True if the record has the fingerprint of the secret, so that ropc recognises another
        /// one.
        has_fingerprint: bool,
    },
    /// Entra refused the most passwords that ropc risks in an hour.
    RefusalLimit {
        /// When ropc may send the next, epoch seconds.
        until: u64,
    },
    /// This app and these scopes got the most tokens that Entra grants before it assumes a loop.
    RateLimit {
        /// When the next sign-in is due.
        until: u64,
        /// How to need fewer sign-ins.
        advice: Option<Advice>,
    },
    /// An answer asked for a pause.
    Paused {
        /// When it ends.
        until: u64,
        /// True if it holds for this app and these scopes only.
        is_for_scopes: bool,
        /// The answer.
        said: Said,
    },
    /// Entra may have judged earlier sign-ins.
    Paced {
        /// When the next is due.
        due: u64,
        /// How many in a row.
        row: usize,
        /// The result of the last of them; `None` where only the caps of a day hold.
        last: Option<LastAnswer>,
    },
}

/// A request that got no token.
#[derive(Debug)]
pub struct NoToken {
    /// The answer or the failure.
    pub(crate) error: EntraError,
    /// The store that gave the secrets, if ropc only reads it.
    pub(crate) read_from: Option<StoreKind>,
    /// When the next sign-in of the user is due, epoch seconds, if Entra may have judged this one.
    pub(crate) next_try: Option<u64>,
}

/// Why a CA file cannot be used.
#[derive(Debug)]
pub enum CaFault {
    /// It cannot be read.
    Unreadable(io::Error),
    /// It holds no roots of trust.
    Unusable(BadRoots),
}

/// How a job could sign in less often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Without this flag, which ignores the cached token.
    LeaveOut(&'static str),
    /// With a token cache.
    GetCache(CacheOff),
}

/// Why there is no token cache at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheOff {
    /// There is no directory for it.
    NoDirectory,
    /// Neither the store nor a directory in memory can keep its key.
    NoKeyPlace,
}

/// Why a token is not in the cache. Not a failure of the run: the next run signs in again.
#[derive(Debug)]
pub enum CacheFault {
    /// There is no cache.
    Off(CacheOff),
    /// The store fails to read or write the key.
    Vault(VaultError),
    /// The system has no random bytes for a key.
    NoRandom(io::Error),
    /// The file of the key cannot be written.
    KeyUnwritable {
        /// The file.
        path: PathBuf,
        /// The failure of the system.
        source: io::Error,
    },
    /// The token cannot be sealed.
    Unsealable(io::Error),
    /// The sealed file cannot be written.
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The failure of the system.
        source: io::Error,
    },
}

/// Why a sign-in record cannot be used.
#[derive(Debug)]
pub enum RecordFault {
    /// It cannot be read, so ropc does not know what Entra refused.
    Unreadable(Unreadable),
    /// It cannot be read, and not be removed either, as `--retry` asked.
    Unremovable(Unreadable),
    /// ropc cannot record the sign-in before it sends it.
    Unwritable(io::Error),
    /// ropc cannot remove the entries of a profile.
    Kept(io::Error),
}

/// Why a sign-in record cannot be read.
#[derive(Debug)]
pub enum Unreadable {
    /// The system cannot read it.
    Io(io::Error),
    /// No version of ropc writes such a file.
    Damaged,
    /// A newer ropc wrote it.
    Newer(NewerFormat),
}

/// Why locks and records have no directory.
#[derive(Clone, Debug)]
pub enum PlaceFault {
    /// Neither the state directory nor the runtime directory can be written.
    Nowhere,
    /// Another account owns one of them or may write to it.
    Shared(Untrusted),
}

/// What a process waits for while another one holds a lock: the holder's work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// A sign-in with the same profile, or its `login` or `logout`.
    Profile(ProfileName),
    /// A sign-in of the same user.
    User(Username),
    /// A sign-in of another user with the same app.
    App(ClientId),
    /// The sign-in of a record.
    SignIn,
    /// Another process, which writes the outcome of its sign-in.
    Outcome,
}

impl BrokerError {
    /// The secret that Entra refused, now or at an earlier sign-in.
    pub(crate) fn refused(&self) -> Option<SecretKind> {
        match self {
            Self::Held(held) => match held.hold {
                Hold::Latched { what, .. } => Some(what),
                _ => None,
            },
            Self::NoToken(failure) => match &failure.error {
                EntraError::Refused { refusal, .. } => {
                    SecretKind::refused_by(refusal.judgement.guard)
                }
                EntraError::Odd { .. } | EntraError::NoAnswer { .. } => None,
            },
            _ => None,
        }
    }
}

impl std::error::Error for BrokerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Lock { source, .. }
            | Self::CaFile {
                fault: CaFault::Unreadable(source),
                ..
            } => Some(source),
            Self::Record { fault, .. } => fault.source(),
            Self::NoToken(failure) => Some(&failure.error),
            Self::Assertion(error) => Some(error.as_ref()),
            Self::Vault(error) => Some(error),
            Self::NoSecrets(none) => Some(&none.answer),
            Self::Held(_)
            | Self::NotCompared { .. }
            | Self::Place(_)
            | Self::LockTimeout { .. }
            | Self::CaFile { .. }
            | Self::Bundle { .. }
            | Self::Binding { .. }
            | Self::PublicClient { .. }
            | Self::CertificateKey(_)
            | Self::CertificateEnded { .. } => None,
        }
    }
}

impl RecordFault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable(Unreadable::Io(source))
            | Self::Unremovable(Unreadable::Io(source))
            | Self::Unwritable(source)
            | Self::Kept(source) => Some(source),
            Self::Unreadable(_) | Self::Unremovable(_) => None,
        }
    }
}

impl From<VaultError> for BrokerError {
    fn from(error: VaultError) -> Self {
        Self::Vault(error)
    }
}
