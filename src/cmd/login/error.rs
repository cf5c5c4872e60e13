//! The errors of `login` itself, as data. The words are in `words`.

use crate::certificate::BadCertificate;
use crate::cli::StoreFlagFault;
use crate::profile::{Authority, ProfileName, StoreKind, Username};
use crate::secret::{Oddity, SecretName, Unfit};
use crate::vault::{Binding, NotSecrets, VaultError};
use std::io;
use std::path::PathBuf;

/// Why `login` stores nothing, or asks again. No variant holds a secret.
#[derive(Debug)]
pub(super) enum LoginError {
    /// Flags that do not go together, or lack something.
    Flags(FlagFault),
    /// The same, of the flags that name the store.
    Store(StoreFlagFault),
    /// These flags are missing in an unattended run.
    Missing {
        flags: Vec<&'static str>,
    },
    /// A secret is neither given nor kept, and this flag would give it.
    MissingSecret {
        flag: &'static str,
    },
    /// A profile cannot name this path.
    BadPath {
        given: GivenPath,
        path: PathBuf,
        why: PathFault,
    },
    /// The configuration would be below a directory of another account.
    ForeignHome {
        account: String,
        directory: PathBuf,
        owner: String,
    },
    /// The profile exists, and an unattended run cannot ask whether to replace it.
    ProfileExists {
        profile: ProfileName,
    },
    /// A person said no.
    Declined(Declined),
    /// Only the old profile file names the host or the roots of trust.
    Unvouched(Unvouched),
    /// The file of a flag gives no secret.
    Unreadable {
        flag: &'static str,
        path: PathBuf,
        why: ReadFault,
    },
    /// Other accounts may read this file with a key.
    KeyFileShared {
        path: PathBuf,
    },
    /// The typed password does not open the certificate.
    WrongFilePassword,
    /// Standard input cannot be read.
    UnreadableStdin(io::Error),
    /// Standard input is not the secrets JSON.
    NotSecrets(NotSecrets),
    EmptyClientSecret,
    EmptyPassword {
        profile: ProfileName,
    },
    /// The same of a typed password: the question comes again.
    NoPasswordTyped,
    /// A secret has a sign of a mistake, and an unattended run cannot ask whether it is meant.
    Slip {
        secret: SecretName,
        slip: Oddity,
    },
    /// An item of a keychain cannot hold both secrets, in bytes.
    TooLong {
        length: usize,
    },
    /// The same of the key of a certificate.
    KeyTooLong {
        length: usize,
    },
    /// Another `login` replaced the profile with the secret to keep.
    KeptReplaced {
        profile: ProfileName,
    },
}

/// Flags that do not go together, or lack something.
#[derive(Debug)]
pub(super) enum FlagFault {
    /// `--retry` with a fact of the sign-in.
    RetryWithFacts,
    /// `--secret-expires`, and the app has no client secret.
    NoSecretToEnd,
    /// A source of secrets for a store that ropc only reads.
    OnlyRead(StoreKind),
    /// Two secrets from standard input.
    TwoFromStdin,
    /// `--certificate` without its file.
    NoCertificateFile,
    /// `--assertion` with another word than those that it takes.
    UnknownAssertion(String),
    /// `--assertion-file` without a file; the variable that could name it is not set.
    NoAssertionFile { variable: &'static str },
    /// `--assertion-command` without a program.
    NoAssertionProgram,
}

/// Which path a person gave.
#[derive(Clone, Copy, Debug)]
pub(super) enum GivenPath {
    AssertionFile,
    CaFile,
    SecretsDir,
}

/// Why a profile cannot name a path.
#[derive(Debug)]
pub(super) enum PathFault {
    Io(io::Error),
    NotUnicode,
}

/// The host and roots of trust that only the old profile file names.
#[derive(Debug)]
pub(super) struct Unvouched {
    pub(super) profile: ProfileName,
    /// The file.
    pub(super) path: PathBuf,
    pub(super) authority: Authority,
    pub(super) ca_file: Option<PathBuf>,
    /// What the stored secrets were enrolled for, if that is known.
    pub(super) enrolled: Option<Binding>,
}

/// What a person said no to.
#[derive(Debug)]
pub(super) enum Declined {
    /// To the file store, in place of a keychain that cannot be used.
    FileStore(VaultError),
    /// To a user whose password Entra does not check.
    User(Username),
    /// To replacing the profile.
    Replacement,
    /// To a secret with a sign of a mistake.
    Slip,
}

/// Why a file gives no secret.
#[derive(Debug)]
pub(super) enum ReadFault {
    Io(io::Error),
    Unfit(Unfit),
    Certificate(BadCertificate),
}

impl std::error::Error for LoginError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::BadPath {
                why: PathFault::Io(source),
                ..
            }
            | Self::Unreadable {
                why: ReadFault::Io(source),
                ..
            }
            | Self::UnreadableStdin(source) => Some(source),
            Self::Declined(Declined::FileStore(source)) => Some(source),
            _ => None,
        }
    }
}
