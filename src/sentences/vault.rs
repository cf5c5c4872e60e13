//! The failures of `vault` in words: message, next steps and exit code, one text a variant; and
//! what a store is called and worth. Decides nothing.

mod command;
mod directory;
mod file;
mod key;
mod keychain;
mod secrets_json;

// The faults of a system's keychain are types of that system.
#[cfg(all(unix, not(target_os = "macos")))]
mod keychain_freedesktop;
#[cfg(any(windows, target_os = "macos"))]
mod keychain_native;

#[cfg(all(unix, not(target_os = "macos")))]
use keychain_freedesktop as system;
#[cfg(any(windows, target_os = "macos"))]
use keychain_native as system;

pub(crate) use secrets_json::secrets_shape;

use crate::error::Error;
use crate::os::facts::{KEYCHAIN, Keychain};
use crate::profile::KeySource;
use crate::text::{Text, text};
use crate::vault::{BundleFault, KeyHome, StoreTitle, VaultError, Worth};
use std::fmt;

impl From<VaultError> for Error {
    fn from(error: VaultError) -> Self {
        Self::from(&error)
    }
}

impl From<&VaultError> for Error {
    fn from(error: &VaultError) -> Self {
        match error {
            VaultError::Keychain(fault) => keychain::failed(fault),
            VaultError::File { path, fault } => file::failed(path, fault),
            VaultError::Key(fault) => key::failed(fault),
            VaultError::Directory(fault) => directory::failed(fault),
            VaultError::Command { program, fault } => command::failed(program, fault),
        }
    }
}

/// The message, in English.
impl fmt::Display for VaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Error::from(self).fmt(f)
    }
}

impl StoreTitle {
    /// For a sentence: "the keychain (Secret Service)".
    pub(crate) fn words(&self) -> Text {
        match self {
            Self::Keychain => match KEYCHAIN {
                Keychain::SecretService => text!("vault-title-secret-service"),
                Keychain::CredentialManager => text!("vault-title-windows"),
                Keychain::MacOs => text!("vault-title-macos"),
            },
            Self::File { path, key } => {
                text!("vault-title-file", path = path.display(), key = key.words())
            }
            Self::Directory(None) => text!("vault-title-credentials"),
            Self::Directory(Some(dir)) => text!("vault-title-directory", path = dir.display()),
            Self::Command { program } => text!("program-title", program = program),
        }
    }
}

impl KeyHome {
    /// For a sentence.
    fn words(&self) -> Text {
        match self.source {
            KeySource::Credential | KeySource::KeyFile => text!(
                "vault-key-in-file",
                source = self.source,
                path = self.path.display()
            ),
            KeySource::Keychain => text!("vault-key-from-keychain"),
            KeySource::Passphrase => text!("vault-key-from-passphrase"),
        }
    }
}

impl Worth {
    /// What protects the secrets, and what that is worth.
    pub(crate) fn words(self) -> Text {
        match self {
            Self::Keychain => text!("vault-worth-keychain"),
            Self::File(KeySource::Credential) => text!("vault-worth-credential"),
            Self::File(KeySource::KeyFile) => text!("vault-worth-key-file"),
            Self::File(KeySource::Keychain) => text!("vault-worth-key-in-keychain"),
            Self::File(KeySource::Passphrase) => text!("vault-worth-passphrase"),
            Self::Directory { is_open: true } => text!("vault-worth-directory-open"),
            Self::Directory { is_open: false } => text!("vault-worth-directory"),
            Self::Command => text!("vault-worth-command"),
        }
    }
}

impl BundleFault {
    /// Why the bytes are not a bundle.
    pub(crate) fn words(self) -> Text {
        match self {
            Self::Damaged => text!("error-damaged"),
            Self::Newer(format) => format.words(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_called_by_its_name_and_worth_what_its_key_is_worth() {
        let key = KeyHome {
            source: KeySource::KeyFile,
            path: "/c/store.key".into(),
        };
        let path = "/c/store.sealed".into();
        let title = StoreTitle::File { path, key }.words().english();
        assert!(
            title.contains("/c/store.sealed") && title.contains("/c/store.key"),
            "{title}"
        );
        for (source, words) in [
            (
                KeySource::KeyFile,
                "a copy of the store without that file is worthless",
            ),
            (KeySource::Keychain, "its key is in the keychain"),
            (KeySource::Passphrase, "as safe as the passphrase"),
        ] {
            let worth = Worth::File(source).words().english();
            assert!(worth.contains(words), "{worth}");
        }
        let worth = Worth::Command.words().english();
        assert!(worth.contains("can run that program"), "{worth}");
    }
}
