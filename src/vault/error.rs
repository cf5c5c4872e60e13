//! What a store is called and worth, and why it gave no answer: data over all stores. `fault` has what
//! can be wrong with each of them.

use super::fault::{CommandFault, DirectoryFault, FileFault, KeyFault, KeyHome, KeychainFault};
use crate::profile::KeySource;
use crate::program::ProgramFault;
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
