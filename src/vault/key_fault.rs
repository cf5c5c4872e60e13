//! Why the keychain, or another source of a key, gave or took nothing, and which source it is. Data
//! only: `sentences::vault` has the words. Never holds stored bytes.

use super::keychain::{self, SystemFault};
use crate::os::IdentityClue;
use crate::profile::KeySource;
use crate::prompt::Unanswered;
use std::io;
use std::path::PathBuf;

/// Why the keychain gave or took nothing.
#[derive(Debug, PartialEq, Eq)]
pub enum KeychainFault {
    /// It answered: there is no such item.
    NoItem {
        /// The name of the item.
        account: String,
        /// What may explain that this account lacks it.
        clue: Option<IdentityClue>,
    },
    /// The item is longer than the keychain takes.
    TooLong {
        /// The most that it takes, in the unit of the keychain.
        limit: u32,
    },
    /// What it gives back is not what it was given.
    GivesElse,
    /// A fault that only this sort of keychain has.
    System(SystemFault),
}

impl KeychainFault {
    pub(super) fn is_timeout(&self) -> bool {
        matches!(self, Self::System(fault) if keychain::is_timeout(fault))
    }

    pub(super) fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::System(fault) => Some(fault),
            Self::NoItem { .. } | Self::TooLong { .. } | Self::GivesElse => None,
        }
    }
}

/// Why there is no key.
#[derive(Debug)]
pub enum KeyFault {
    /// No source is named, and none is configured.
    NoSource,
    /// The systemd credential is named, and `$CREDENTIALS_DIRECTORY` is not set.
    NoCredentials,
    /// The keychain does not give it.
    InKeychain(KeychainFault),
    /// The keychain does not take a new one.
    IntoKeychain(KeychainFault),
    /// What the keychain holds is not a key.
    Damaged,
    /// There is no person to type the passphrase.
    NoTerminal,
    /// The person gave no answer: the terminal was closed, or what came is no text.
    Unanswered,
    /// The new passphrase is shorter than 12 characters.
    TooShort,
    /// The new passphrase was typed in two ways.
    Differs,
    /// There is too little memory to make a key of the passphrase.
    NoMemory,
    /// A file does not give it.
    Unreadable {
        /// Which file.
        home: KeyHome,
        /// Why not.
        file: KeyFileFault,
    },
    /// A new key cannot be written to this file.
    NotMade {
        /// The file.
        path: PathBuf,
        /// The failure of the system.
        source: io::Error,
    },
    /// The system has no random bytes.
    NoRandom(io::Error),
}

/// Why a file gives no key.
#[derive(Debug)]
pub enum KeyFileFault {
    /// It cannot be opened.
    NotOpened(io::Error),
    /// Others may read it.
    OpenToOthers,
    /// It cannot be read, or is too long.
    NotRead(io::Error),
    /// It does not hold a key.
    Shape,
}

impl KeyFault {
    pub(super) fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::InKeychain(fault) | Self::IntoKeychain(fault) => fault.source(),
            Self::Unreadable {
                file: KeyFileFault::NotOpened(source) | KeyFileFault::NotRead(source),
                ..
            }
            | Self::NotMade { source, .. }
            | Self::NoRandom(source) => Some(source),
            Self::Unreadable { .. }
            | Self::NoSource
            | Self::NoCredentials
            | Self::Damaged
            | Self::NoTerminal
            | Self::Unanswered
            | Self::TooShort
            | Self::Differs
            | Self::NoMemory => None,
        }
    }
}

impl From<Unanswered> for KeyFault {
    fn from(_: Unanswered) -> Self {
        Self::Unanswered
    }
}

/// Where a key comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyHome {
    /// Which source.
    pub source: KeySource,
    /// The file of the sources that are files; empty for the others.
    pub path: PathBuf,
}
