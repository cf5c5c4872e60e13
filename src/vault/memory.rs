//! A vault in memory with faults on demand. For unit tests only: it keeps what it is given.

use super::{Item, StoreSpec, Vault, VaultError, VaultFault, Vaults};
use crate::secret::SecretBytes;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Shared content, so that several openings see the same store.
#[derive(Clone, Default)]
pub(crate) struct MemoryVaults {
    pub(crate) items: Rc<RefCell<BTreeMap<String, Vec<u8>>>>,
    pub(crate) reads: Rc<RefCell<Vec<String>>>,
    pub(crate) fault: Rc<RefCell<Option<VaultFault>>>,
}

impl Vaults for MemoryVaults {
    fn open(&self, _spec: &StoreSpec) -> crate::error::Result<Box<dyn Vault>> {
        Ok(Box::new(self.clone()))
    }
}

impl MemoryVaults {
    fn gate(&self) -> Result<(), VaultError> {
        self.fault.borrow().map_or(Ok(()), |fault| Err(VaultError::new(fault, "the test asked for this fault")))
    }
}

impl Vault for MemoryVaults {
    fn title(&self) -> String {
        "memory".into()
    }

    fn check(&self) -> Result<(), VaultError> {
        self.gate()
    }

    fn read(&self, item: &Item) -> Result<SecretBytes, VaultError> {
        self.gate()?;
        self.reads.borrow_mut().push(item.account());
        let items = self.items.borrow();
        let bytes = items.get(&item.account()).ok_or_else(|| VaultError::new(VaultFault::NotFound, "no such item"))?;
        Ok(SecretBytes::new(bytes.clone()))
    }

    fn write(&self, item: &Item, secret: &SecretBytes) -> Result<(), VaultError> {
        self.gate()?;
        self.items.borrow_mut().insert(item.account(), secret.as_slice().to_vec());
        Ok(())
    }

    fn remove(&self, item: &Item) -> Result<bool, VaultError> {
        self.gate()?;
        Ok(self.items.borrow_mut().remove(&item.account()).is_some())
    }
}
