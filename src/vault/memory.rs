//! A store in memory with faults on demand. For unit tests only.

use super::{
    FileFault, Item, ItemStore, KeyFault, SecretSource, StoreSpec, StoreTitle, Vault, VaultError,
    Vaults, Worth,
};
use crate::secret::{AppCredential, ClientSecret, Password, SecretBytes, Secrets};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// Shared content, so that several openings see the same store.
#[derive(Clone, Default)]
pub(crate) struct MemoryVaults {
    pub(crate) items: Rc<RefCell<BTreeMap<String, Vec<u8>>>>,
    /// The names that were read, one entry for each call.
    pub(crate) reads: Rc<RefCell<Vec<String>>>,
    /// Whether a person was there, for each time the store was opened.
    pub(crate) attended: Rc<RefCell<Vec<bool>>>,
    /// Whether it is locked, and answers nothing.
    pub(crate) is_locked: Rc<Cell<bool>>,
    /// The password of a store that ropc only reads, beside the client secret of the tests.
    pub(crate) source: Rc<RefCell<Option<String>>>,
}

impl Vaults for MemoryVaults {
    fn open(&self, spec: StoreSpec<'_>) -> Result<Vault<'_>, VaultError> {
        self.attended.borrow_mut().push(spec.interactive);
        Ok(if spec.store.is_only_read() {
            Vault::Source(Box::new(self.clone()))
        } else {
            Vault::Items(Box::new(self.clone()))
        })
    }
}

impl MemoryVaults {
    fn gate(&self) -> Result<(), VaultError> {
        if self.is_locked.get() {
            return Err(KeyFault::NoTerminal.into());
        }
        Ok(())
    }

    fn get(&self, item: &Item) -> Result<SecretBytes, VaultError> {
        let items = self.items.borrow();
        let bytes = items.get(item.account()).ok_or_else(|| missing(item))?;
        Ok(SecretBytes::new(bytes.clone()))
    }
}

/// What a store answers that does not hold this item.
pub(crate) fn missing(item: &Item) -> VaultError {
    VaultError::File {
        path: "memory".into(),
        fault: FileFault::NoItem(item.account().to_owned()),
    }
}

impl SecretSource for MemoryVaults {
    fn title(&self) -> StoreTitle {
        StoreTitle::Keychain
    }

    fn worth(&self) -> Worth {
        Worth::Keychain
    }

    fn check(&self) -> Result<(), VaultError> {
        self.gate()
    }

    fn secrets(&self, _limit: Duration) -> Result<Secrets, VaultError> {
        self.gate()?;
        self.reads.borrow_mut().push("source/bundle/".into());
        let password = self.source.borrow().clone().unwrap_or_default();
        Ok(Secrets {
            credential: AppCredential::Secret(ClientSecret::new("client secret".into())),
            password: Password::new(password),
        })
    }
}

impl ItemStore for MemoryVaults {
    fn title(&self) -> StoreTitle {
        StoreTitle::Keychain
    }

    fn worth(&self) -> Worth {
        Worth::Keychain
    }

    fn check(&self) -> Result<(), VaultError> {
        self.gate()
    }

    fn read(&self, item: &Item) -> Result<SecretBytes, VaultError> {
        self.gate()?;
        self.reads.borrow_mut().push(item.account().to_owned());
        self.get(item)
    }

    fn read_both(
        &self,
        item: &Item,
        other: &Item,
    ) -> Result<(SecretBytes, Option<SecretBytes>), VaultError> {
        self.gate()?;
        self.reads
            .borrow_mut()
            .push(format!("{} {}", item.account(), other.account()));
        Ok((self.get(item)?, self.get(other).ok()))
    }

    fn write(&self, item: &Item, secret: &SecretBytes) -> Result<(), VaultError> {
        self.gate()?;
        self.items
            .borrow_mut()
            .insert(item.account().to_owned(), secret.as_slice().to_vec());
        Ok(())
    }

    fn remove(&self, item: &Item) -> Result<bool, VaultError> {
        self.gate()?;
        Ok(self.items.borrow_mut().remove(item.account()).is_some())
    }
}
