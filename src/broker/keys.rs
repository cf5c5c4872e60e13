//! The key of the token cache: a small item of its own in the store, so that a warm run reads
//! neither bundle nor password. Where the store can hold no key, the key is a file in the user's
//! runtime directory, which is in memory; without such a directory there is no key, and so no
//! cache. Where reading the store is slow, the kernel's keyring holds a copy of the key for as long
//! as the token lives. A run uses the copy only to open a cache file; it seals with the store's
//! key, and opens with that one too where the copy does not fit.

use super::error::CacheFault;
use super::places::Places;
use crate::os;
use crate::profile::{Generation, Profile, ProfileName};
use crate::secret::{SealingKey, SecretBytes};
use crate::vault::{Item, ItemStore, SERVICE, Vault, VaultError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where the key is.
pub(super) enum Home<'v> {
    /// An item of the store.
    Store(&'v dyn ItemStore, Item),
    /// A file in memory.
    Memory(PathBuf),
}

/// Where the key of this profile is; `None` if no place can keep it.
pub(super) fn home<'v>(
    places: &Places,
    profile: &Profile,
    vault: &'v Vault<'_>,
) -> Option<Home<'v>> {
    let generation = &profile.generation;
    match vault {
        Vault::Items(store) => Some(Home::Store(
            store.as_ref(),
            Item::cache_key(&profile.name, generation),
        )),
        Vault::Source(_) => {
            let dir = places.keys_of(&profile.name)?;
            Some(Home::Memory(dir.join(generation.as_str())))
        }
    }
}

impl Home<'_> {
    /// Reads the key; `None` if there is none yet or its length is wrong.
    pub(super) fn read(&self) -> Result<Option<SealingKey>, VaultError> {
        match self {
            Self::Store(store, item) => match store.read(item) {
                Ok(bytes) => Ok(SealingKey::from_slice(bytes.as_slice())),
                Err(e) if e.is_not_found() => Ok(None),
                Err(e) => Err(e),
            },
            Self::Memory(path) => Ok(read_file(path)),
        }
    }

    /// Makes and stores a fresh key.
    pub(super) fn create(&self) -> Result<SealingKey, CacheFault> {
        let key = SealingKey::random().map_err(CacheFault::NoRandom)?;
        match self {
            Self::Store(store, item) => store
                .write(item, &SecretBytes::new(key.bytes().to_vec()))
                .map_err(CacheFault::Vault)?,
            Self::Memory(path) => os::write_private(path, key.bytes()).map_err(|source| {
                CacheFault::KeyUnwritable {
                    path: path.clone(),
                    source,
                }
            })?,
        }
        crate::fault::point("cache-key-written");
        Ok(key)
    }
}

/// The copy of a profile's key in the kernel's keyring.
pub(super) struct Nearby(String);

/// The place of the copy, for a store that needs one.
pub(super) fn nearby(profile: &Profile, vault: &Vault<'_>) -> Option<Nearby> {
    match vault {
        Vault::Items(store) if store.is_slow() => {
            Some(Nearby::of(&profile.name, &profile.generation))
        }
        _ => None,
    }
}

impl Nearby {
    /// The place of the copy for one generation of a profile, for every store.
    pub(super) fn of(name: &ProfileName, generation: &Generation) -> Self {
        Self(format!(
            "{SERVICE}:{}",
            Item::cache_key(name, generation).account()
        ))
    }

    /// The copy; `None` if there is none or it cannot be read.
    pub(super) fn read(&self) -> Option<SealingKey> {
        let bytes = os::kernel_keys::find(&self.0).ok()??;
        SealingKey::from_slice(bytes.as_slice())
    }

    /// Makes a copy that lives this long. Callers go on without one if this fails.
    pub(super) fn keep(&self, key: &SealingKey, life: Duration) -> io::Result<()> {
        os::kernel_keys::keep(&self.0, key.bytes(), life)
    }

    /// Removes the copy. Best effort: where there is no such keyring there is no copy, and none
    /// outlives its token.
    pub(super) fn remove(&self) {
        let _ = os::kernel_keys::remove(&self.0);
    }
}

/// For `doctor`: can copies be made here? `None` on systems that have no place for them.
pub fn copies_work() -> Option<io::Result<()>> {
    os::kernel_keys::trial(&format!("{SERVICE}:trial/{}", std::process::id()))
}

/// A file that is not this account's alone, or no key, counts as missing: the cache is only a
/// convenience.
fn read_file(path: &Path) -> Option<SealingKey> {
    let bytes = SecretBytes::new(os::read_own(path, 32)?);
    SealingKey::from_slice(bytes.as_slice())
}
