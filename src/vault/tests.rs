//! The default methods of a store: they read both items one after the other, and read an item to
//! see whether it exists.

use super::memory::missing;
use super::*;
use crate::program::ProgramFault;
use crate::secret::SecretBytes;
use std::time::Duration;

/// Holds the bundles; a cache key ends with this error.
struct Half(fn(&Item) -> VaultError);

impl ItemStore for Half {
    fn title(&self) -> StoreTitle {
        StoreTitle::Keychain
    }

    fn worth(&self) -> Worth {
        Worth::Keychain
    }

    fn check(&self) -> Result<(), VaultError> {
        Ok(())
    }

    fn read(&self, item: &Item) -> Result<SecretBytes, VaultError> {
        if item.account().contains("/bundle/") {
            Ok(SecretBytes::new(vec![7]))
        } else {
            Err((self.0)(item))
        }
    }

    fn write(&self, _item: &Item, _secret: &SecretBytes) -> Result<(), VaultError> {
        Ok(())
    }

    fn remove(&self, _item: &Item) -> Result<bool, VaultError> {
        Ok(false)
    }
}

fn locked(_: &Item) -> VaultError {
    KeyFault::NoTerminal.into()
}

fn damaged(_: &Item) -> VaultError {
    KeyFault::Damaged.into()
}

fn busy(_: &Item) -> VaultError {
    VaultError::File {
        path: "store.sealed".into(),
        fault: FileFault::Busy,
    }
}

fn unavailable(_: &Item) -> VaultError {
    KeychainFault::GivesElse.into()
}

#[test]
fn only_what_the_store_says_is_not_there_is_missing() {
    let name = "default".parse().unwrap();
    let generation = "0000000000000001".parse().unwrap();
    let bundle = Item::bundle(&name, &generation);
    let key = Item::cache_key(&name, &generation);
    let store = Half(missing);
    assert!(store.read_both(&bundle, &key).unwrap().1.is_none());
    assert!(!store.has(&key).unwrap() && store.has(&bundle).unwrap());
    for fails in [locked, damaged, busy, unavailable] {
        let expected = fails(&key).to_string();
        let error = Half(fails).read_both(&bundle, &key).err().unwrap();
        assert_eq!(error.to_string(), expected);
        assert_eq!(Half(fails).has(&key).unwrap_err().to_string(), expected);
    }
    // A warm run asks the store itself, and no dialog is announced.
    assert!(!store.is_slow() && store.dialog().is_none());
}

#[test]
fn a_store_that_gave_no_answer_in_time_is_known_wherever_it_is_used() {
    let key = Item::cache_key(
        &"default".parse().unwrap(),
        &"0000000000000001".parse().unwrap(),
    );
    let hung = VaultError::Command {
        program: "vault-tool".into(),
        fault: CommandFault::Program(ProgramFault::TimedOut(Duration::from_secs(60))),
    };
    assert!(busy(&key).is_timeout() && hung.is_timeout());
    #[cfg(all(unix, not(target_os = "macos")))]
    {
        let silent = || KeychainFault::System(secret_service::Fault::TimedOut);
        assert!(VaultError::Keychain(silent()).is_timeout());
        assert!(VaultError::Key(KeyFault::InKeychain(silent())).is_timeout());
        assert!(VaultError::Key(KeyFault::IntoKeychain(silent())).is_timeout());
    }
    for other in [missing, locked, damaged, unavailable] {
        assert!(!other(&key).is_timeout(), "{}", other(&key));
    }
}
