//! What a store does that has no ways of its own: both items one after the other, and whether one
//! is there by reading it.

use super::*;

/// Holds the bundles; a cache key ends with this fault.
struct Half(VaultFault);

impl ItemStore for Half {
    fn title(&self) -> crate::text::Text {
        "half".into()
    }

    fn worth(&self) -> crate::text::Text {
        "half".into()
    }

    fn check(&self) -> Result<(), VaultError> {
        Ok(())
    }

    fn read(&self, item: &Item) -> Result<SecretBytes, VaultError> {
        match item.kind {
            ItemKind::Bundle => Ok(SecretBytes::new(vec![7])),
            ItemKind::CacheKey => Err(VaultError::new(self.0, "no key")),
        }
    }

    fn write(&self, _item: &Item, _secret: &SecretBytes) -> Result<(), VaultError> {
        Ok(())
    }

    fn remove(&self, _item: &Item) -> Result<bool, VaultError> {
        Ok(false)
    }
}

#[test]
fn only_what_the_store_says_is_not_there_is_missing() {
    let (name, generation) = (
        "default".parse().unwrap(),
        "0000000000000001".parse().unwrap(),
    );
    let (bundle, key) = (
        Item::bundle(&name, &generation),
        Item::cache_key(&name, &generation),
    );
    assert!(
        Half(VaultFault::NotFound)
            .read_both(&bundle, &key)
            .unwrap()
            .1
            .is_none()
    );
    assert!(
        !Half(VaultFault::NotFound).has(&key).unwrap()
            && Half(VaultFault::NotFound).has(&bundle).unwrap()
    );
    for fault in [
        VaultFault::Locked,
        VaultFault::Unavailable,
        VaultFault::TimedOut,
        VaultFault::Damaged,
    ] {
        assert_eq!(
            Half(fault).read_both(&bundle, &key).err().map(|e| e.fault),
            Some(fault)
        );
        assert_eq!(Half(fault).has(&key).unwrap_err().fault, fault);
    }
    // A warm run asks the store itself, and no dialog is announced.
    let store = Half(VaultFault::NotFound);
    assert!(!store.is_slow() && store.asks_first().is_none());
}
