//! The keychain of the operating system, behind the `keyring_core` traits: Secret Service,
//! Credential Manager or the macOS keychain. One item a name; it never searches. Translates every
//! error of the library at once: it may hold stored bytes, and its `Debug` shows them.

use super::error::{StoreTitle, VaultError, Worth};
use super::item::Item;
use super::key_fault::KeychainFault;
use super::keychain;
use super::port::ItemStore;
use crate::os::IdentityClue;
use crate::secret::SecretBytes;
use keyring_core::Error as KeyringError;
use std::time::Duration;
use zeroize::Zeroize;

type Result<T, E = KeychainFault> = std::result::Result<T, E>;

/// This user's keychain.
#[derive(Debug)]
pub struct OsKeychain {
    interactive: bool,
    identity_clue: Option<IdentityClue>,
}

impl OsKeychain {
    /// `interactive` allows the keychain's own unlock dialog; `identity_clue` is a possible reason
    /// for a missing item.
    pub fn new(interactive: bool, identity_clue: Option<IdentityClue>) -> Self {
        Self {
            interactive,
            identity_clue,
        }
    }

    fn entry(&self, account: &str) -> Result<keyring_core::Entry> {
        keychain::entry(account, self.interactive).map_err(|e| self.translate(e, account))
    }

    /// True if it can be reached and is not locked.
    pub(super) fn is_open() -> bool {
        keychain::probe(false).is_ok()
    }

    /// The bytes of the item of this name.
    pub(super) fn get(&self, account: &str) -> Result<SecretBytes> {
        self.entry(account)?
            .get_secret()
            .map(SecretBytes::new)
            .map_err(|e| self.translate(e, account))
    }

    /// Creates or replaces the item of this name, and has read it back when it returns.
    pub(super) fn put(&self, account: &str, secret: &SecretBytes) -> Result<()> {
        self.entry(account)?
            .set_secret(secret.as_slice())
            .map_err(|e| self.translate(e, account))?;
        if keychain::READS_BACK {
            return Ok(());
        }
        // Find out now, and not in the job at night, if the keychain forgets.
        if self.get(account)?.as_slice() == secret.as_slice() {
            return Ok(());
        }
        Err(KeychainFault::GivesElse)
    }

    /// Removes the item of this name; false if there was none.
    pub(super) fn delete(&self, account: &str) -> Result<bool> {
        match self.entry(account)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(KeyringError::NoEntry) => Ok(false),
            Err(e) => Err(self.translate(e, account)),
        }
    }

    /// Fails if it cannot be used; one that its own dialog may still open can.
    pub(super) fn probe(&self) -> Result<()> {
        keychain::probe(self.interactive).map_err(KeychainFault::System)
    }

    fn translate(&self, mut error: KeyringError, account: &str) -> KeychainFault {
        let fault = match &error {
            KeyringError::NoEntry => KeychainFault::NoItem {
                account: account.to_owned(),
                clue: self.identity_clue.clone(),
            },
            KeyringError::TooLong(_, limit) => KeychainFault::TooLong { limit: *limit },
            other => KeychainFault::System(keychain::fault_of(other)),
        };
        if let KeyringError::BadEncoding(bytes) | KeyringError::BadDataFormat(bytes, _) = &mut error
        {
            bytes.zeroize();
        }
        fault
    }
}

impl ItemStore for OsKeychain {
    fn title(&self) -> StoreTitle {
        StoreTitle::Keychain
    }

    fn worth(&self) -> Worth {
        Worth::Keychain
    }

    fn is_slow(&self) -> bool {
        true
    }

    fn check(&self) -> Result<(), VaultError> {
        Ok(self.probe()?)
    }

    fn dialog(&self) -> Option<Duration> {
        keychain::dialog(self.interactive)
    }

    fn read(&self, item: &Item) -> Result<SecretBytes, VaultError> {
        Ok(self.get(item.account())?)
    }

    fn read_both(
        &self,
        item: &Item,
        other: &Item,
    ) -> Result<(SecretBytes, Option<SecretBytes>), VaultError> {
        let first = item.account();
        let (bytes, more) = keychain::get_both([first, other.account()], self.interactive)
            .map_err(|e| self.translate(e, first))?;
        Ok((SecretBytes::new(bytes), more.map(SecretBytes::new)))
    }

    fn has(&self, item: &Item) -> Result<bool, VaultError> {
        let account = item.account();
        match self.entry(account)?.get_credential() {
            Ok(_) => Ok(true),
            Err(KeyringError::NoEntry) => Ok(false),
            Err(e) => Err(self.translate(e, account).into()),
        }
    }

    fn write(&self, item: &Item, secret: &SecretBytes) -> Result<(), VaultError> {
        Ok(self.put(item.account(), secret)?)
    }

    fn remove(&self, item: &Item) -> Result<bool, VaultError> {
        Ok(self.delete(item.account())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asked_explains_a_missing_item_and_nothing_else() {
        let clue = Some(IdentityClue::OwnAccount);
        let keychain = OsKeychain::new(false, clue.clone());
        let missing = keychain.translate(KeyringError::NoEntry, "default/bundle/1");
        assert_eq!(
            missing,
            KeychainFault::NoItem {
                account: "default/bundle/1".into(),
                clue
            }
        );
        assert!(VaultError::from(missing).is_not_found());
        let long = keychain.translate(KeyringError::TooLong("secret".into(), 2560), "x");
        assert_eq!(long, KeychainFault::TooLong { limit: 2560 });
        assert!(!VaultError::from(long).is_not_found());
    }

    #[test]
    fn an_error_holds_nothing_that_a_keychain_gave() {
        let keychain = OsKeychain::new(false, None);
        let stored = || b"hunter2".to_vec();
        for error in [
            KeyringError::BadEncoding(stored()),
            KeyringError::BadDataFormat(stored(), "hunter2".into()),
        ] {
            let shown = format!("{:?}", keychain.translate(error, "x"));
            assert!(!shown.contains("hunter2"), "{shown}");
            assert!(!shown.contains("104, 117"), "the bytes as numbers: {shown}");
        }
    }
}
