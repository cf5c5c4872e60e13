//! The keychain of the operating system, behind the `keyring_core` traits: Secret Service,
//! Credential Manager or the macOS keychain. One item a name; nothing is searched for.
//!
//! Every error of the library is translated at once: it may hold stored bytes, and its `Debug`
//! shows them.

use super::{Item, ItemStore, SERVICE, VaultError, VaultFault, keychain};
use crate::os::IdentityClue;
use crate::secret::SecretBytes;
use crate::text::{Text, text};
use keyring_core::Error as KeyringError;
use zeroize::Zeroize;

/// This user's keychain.
#[derive(Debug)]
pub struct OsKeychain {
    interactive: bool,
    identity_clue: Option<IdentityClue>,
}

impl OsKeychain {
    /// `interactive` allows the keychain's own unlock dialog; `identity_clue` is what may explain a
    /// missing item.
    pub fn new(interactive: bool, identity_clue: Option<IdentityClue>) -> Self {
        Self {
            interactive,
            identity_clue,
        }
    }

    fn entry(&self, account: &str) -> Result<keyring_core::Entry, VaultError> {
        keychain::entry(SERVICE, account, self.interactive).map_err(|e| self.translate(e, account))
    }

    /// True if it can be reached and is not locked.
    pub(super) fn is_open() -> bool {
        keychain::probe(false).is_ok()
    }

    /// The bytes of the item of this name.
    pub(super) fn get(&self, account: &str) -> Result<SecretBytes, VaultError> {
        self.entry(account)?
            .get_secret()
            .map(SecretBytes::new)
            .map_err(|e| self.translate(e, account))
    }

    /// Creates or replaces the item of this name, and has read it back when it returns.
    pub(super) fn put(&self, account: &str, secret: &SecretBytes) -> Result<(), VaultError> {
        self.entry(account)?
            .set_secret(secret.as_slice())
            .map_err(|e| self.translate(e, account))?;
        if keychain::READS_BACK {
            return Ok(());
        }
        // A keychain that forgets is found out now, and not by the job at night.
        if self.get(account)?.as_slice() == secret.as_slice() {
            return Ok(());
        }
        Err(
            VaultError::new(VaultFault::Unavailable, text!("vault-keychain-gives-else"))
                .hint(text!("vault-keychain-other-login")),
        )
    }

    /// Removes the item of this name; false if there was none.
    pub(super) fn delete(&self, account: &str) -> Result<bool, VaultError> {
        match self.entry(account)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(KeyringError::NoEntry) => Ok(false),
            Err(e) => Err(self.translate(e, account)),
        }
    }

    fn translate(&self, mut error: KeyringError, account: &str) -> VaultError {
        let mut told = match &error {
            KeyringError::NoEntry => VaultError::new(
                VaultFault::NotFound,
                text!("vault-keychain-no-item", item = account),
            ),
            KeyringError::TooLong(_, limit) => VaultError::new(
                VaultFault::TooLong,
                text!("vault-keychain-too-long", limit = limit),
            )
            .hint(text!("vault-keychain-shorten")),
            other => keychain::explain(other),
        };
        if let KeyringError::BadEncoding(bytes) | KeyringError::BadDataFormat(bytes, _) = &mut error
        {
            bytes.zeroize();
        }
        if told.fault == VaultFault::NotFound {
            told.hints
                .extend(self.identity_clue.as_ref().map(Text::from));
        }
        told
    }
}

impl ItemStore for OsKeychain {
    fn title(&self) -> Text {
        keychain::title()
    }

    fn worth(&self) -> Text {
        text!("vault-worth-keychain")
    }

    fn is_slow(&self) -> bool {
        true
    }

    fn check(&self) -> Result<(), VaultError> {
        keychain::probe(self.interactive)
    }

    fn asks_first(&self) -> Option<Text> {
        keychain::asks_first(self.interactive)
    }

    fn read(&self, item: &Item) -> Result<SecretBytes, VaultError> {
        self.get(&item.account())
    }

    fn read_both(
        &self,
        item: &Item,
        other: &Item,
    ) -> Result<(SecretBytes, Option<SecretBytes>), VaultError> {
        let (first, second) = (item.account(), other.account());
        keychain::get_both(SERVICE, [&first, &second], self.interactive)
            .map(|(bytes, more)| (SecretBytes::new(bytes), more.map(SecretBytes::new)))
            .map_err(|e| self.translate(e, &first))
    }

    fn has(&self, item: &Item) -> Result<bool, VaultError> {
        let account = item.account();
        match self.entry(&account)?.get_credential() {
            Ok(_) => Ok(true),
            Err(KeyringError::NoEntry) => Ok(false),
            Err(e) => Err(self.translate(e, &account)),
        }
    }

    fn write(&self, item: &Item, secret: &SecretBytes) -> Result<(), VaultError> {
        self.put(&item.account(), secret)
    }

    fn remove(&self, item: &Item) -> Result<bool, VaultError> {
        self.delete(&item.account())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asked_explains_a_missing_item_and_nothing_else() {
        let keychain = OsKeychain::new(false, Some(IdentityClue::OwnAccount));
        let missing = keychain.translate(KeyringError::NoEntry, "default/bundle/1");
        assert_eq!(missing.fault, VaultFault::NotFound);
        assert!(
            missing.message.english().contains("default/bundle/1"),
            "{:?}",
            missing.message
        );
        assert_eq!(missing.hints, [Text::from(&IdentityClue::OwnAccount)]);
        assert!(
            OsKeychain::new(false, None)
                .translate(KeyringError::NoEntry, "x")
                .hints
                .is_empty()
        );
        let long = keychain.translate(KeyringError::TooLong("secret".into(), 2560), "x");
        assert_eq!(
            (long.fault, long.hints),
            (VaultFault::TooLong, vec![text!("vault-keychain-shorten")])
        );
        assert!(
            long.message.english().contains("2560"),
            "{:?}",
            long.message
        );
    }

    #[test]
    fn what_a_keychain_gave_is_not_told() {
        let keychain = OsKeychain::new(false, None);
        let stored = || b"hunter2".to_vec();
        for error in [
            KeyringError::BadEncoding(stored()),
            KeyringError::BadDataFormat(stored(), "hunter2".into()),
        ] {
            let told = keychain.translate(error, "x");
            assert_ne!(told.fault, VaultFault::NotFound);
            assert!(!format!("{told:?}").contains("hunter2"), "{told:?}");
            assert!(
                !format!("{told:?}").contains("104, 117"),
                "the bytes as numbers: {told:?}"
            );
        }
    }
}
