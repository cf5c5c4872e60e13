//! The errors of the stores: one enum for each store and one over all; also each store's title
//! and what protects its secrets. `key_fault` has the errors of the keychain. Data only:
//! `sentences::vault` has the words. Never holds stored bytes.

use super::key_fault::{KeyFault, KeyHome, KeychainFault};
use super::secrets_json::NotSecrets;
use super::store_header::NotAHeader;
use crate::certificate::BadCertificate;
use crate::os::Untrusted;
use crate::profile::KeySource;
use crate::program::ProgramFault;
use crate::secret::Unfit;
use std::io;
use std::path::PathBuf;

/// What a store is called, as data: `sentences::vault` has the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreTitle {
    /// This system's keychain.
    Keychain,
    /// The sealed file.
    File {
        /// The file.
        path: PathBuf,
        /// Where its key comes from.
        key: KeyHome,
    },
    /// The directory; `None` where systemd's is meant and is not there.
    Directory(Option<PathBuf>),
    /// The program.
    Command {
        /// Its name or path.
        program: String,
    },
}

/// What protects the secrets of a store, as data: `sentences::vault` says what that is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// This system's keychain.
    Keychain,
    /// A key from this source.
    File(KeySource),
    /// The modes of files.
    Directory {
        /// Others may read them.
        is_open: bool,
    },
    /// Whatever the program does.
    Command,
}

/// Why a store gave no answer, or a bad one, as data: `sentences::vault` has the words. Never holds
/// stored bytes.
#[derive(Debug)]
pub enum VaultError {
    /// The keychain.
    Keychain(KeychainFault),
    /// The sealed file, or its lock.
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        fault: FileFault,
    },
    /// The key of the sealed file.
    Key(KeyFault),
    /// The directory.
    Directory(DirectoryFault),
    /// The program.
    Command {
        /// Its name or path.
        program: String,
        /// Why.
        fault: CommandFault,
    },
}

impl VaultError {
    /// True if the store answered: there is no such item.
    pub fn is_not_found(&self) -> bool {
        match self {
            Self::Keychain(fault) => matches!(fault, KeychainFault::NoItem { .. }),
            Self::File { fault, .. } => matches!(fault, FileFault::NoItem(_)),
            Self::Key(_) | Self::Directory(_) | Self::Command { .. } => false,
        }
    }

    /// True if the store gave no answer by its deadline.
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Keychain(fault)
            | Self::Key(KeyFault::InKeychain(fault) | KeyFault::IntoKeychain(fault)) => {
                fault.is_timeout()
            }
            Self::File { fault, .. } => matches!(fault, FileFault::Busy),
            Self::Command { fault, .. } => {
                matches!(fault, CommandFault::Program(ProgramFault::TimedOut(_)))
            }
            Self::Key(_) | Self::Directory(_) => false,
        }
    }
}

impl std::error::Error for VaultError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Keychain(fault) => fault.source(),
            Self::File { fault, .. } => fault.source(),
            Self::Key(fault) => fault.source(),
            Self::Directory(fault) => fault.source(),
            Self::Command { fault, .. } => fault.source(),
        }
    }
}

impl From<KeychainFault> for VaultError {
    fn from(fault: KeychainFault) -> Self {
        Self::Keychain(fault)
    }
}

impl From<KeyFault> for VaultError {
    fn from(fault: KeyFault) -> Self {
        Self::Key(fault)
    }
}

impl From<DirectoryFault> for VaultError {
    fn from(fault: DirectoryFault) -> Self {
        Self::Directory(fault)
    }
}

/// Why the file gave or took nothing.
#[derive(Debug)]
pub enum FileFault {
    /// It cannot be read.
    Unreadable(io::Error),
    /// Others may read it.
    OpenToOthers,
    /// It was sealed with a key from another source.
    OtherSource {
        /// With which.
        sealed: KeySource,
        /// From which the key was to come.
        asked: KeySource,
    },
    /// The key from here does not open it.
    WrongKey(KeyHome),
    /// It does not begin as a store does.
    NotAStore(NotAHeader),
    /// It cannot be written.
    Unwritable(io::Error),
    /// Its lock file cannot be used.
    NotLocked(io::Error),
    /// Another process kept the lock until the deadline.
    Busy,
    /// It holds no item of this name.
    NoItem(String),
}

impl FileFault {
    pub(super) fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable(source) | Self::Unwritable(source) | Self::NotLocked(source) => {
                Some(source)
            }
            Self::OpenToOthers
            | Self::OtherSource { .. }
            | Self::WrongKey(_)
            | Self::NotAStore(_)
            | Self::Busy
            | Self::NoItem(_) => None,
        }
    }
}

/// Why the directory gave no secrets.
#[derive(Debug)]
pub enum DirectoryFault {
    /// The profile names no directory, and `$CREDENTIALS_DIRECTORY` is not set.
    NotNamed,
    /// A file cannot be opened.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The failure of the system.
        source: io::Error,
    },
    /// Others may write a file.
    Changeable {
        /// The file.
        path: PathBuf,
        /// Who, and how.
        by: Untrusted,
    },
    /// What a file holds is no secret.
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why not.
        content: Content,
    },
    /// Both are read, and one of them is not what a person would have typed.
    Odd {
        /// The directory.
        dir: Option<PathBuf>,
        /// Which, and why.
        unfit: Unfit,
    },
}

/// Why the content of a file is no secret.
#[derive(Debug)]
pub enum Content {
    /// The system does not give it, or it is too long.
    Unreadable(io::Error),
    /// It is not text as a secret is.
    Unfit(Unfit),
    /// It is no certificate with a key.
    NotCertificate(BadCertificate),
    /// There is none.
    Empty,
}

impl DirectoryFault {
    pub(super) fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { source, .. }
            | Self::Unusable {
                content: Content::Unreadable(source),
                ..
            } => Some(source),
            Self::NotNamed | Self::Changeable { .. } | Self::Unusable { .. } | Self::Odd { .. } => {
                None
            }
        }
    }
}

/// Why the program gave no secrets.
#[derive(Debug)]
pub enum CommandFault {
    /// It gave no output.
    Program(ProgramFault),
    /// What it printed is not the secrets JSON.
    NotSecrets(NotSecrets),
    /// The password that it printed is empty.
    EmptyPassword,
}

impl CommandFault {
    pub(super) fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Program(fault) => fault.source(),
            Self::NotSecrets(_) | Self::EmptyPassword => None,
        }
    }
}
