//! The key of the token cache: a small vault item of its own, so that a warm run reads neither
//! bundle nor password.
//!
//! Where the store can hold no key, it is a file in the user's memory-backed runtime directory,
//! gone with the machine's memory; where there is no such directory either, there is no key, and so
//! no cache.
//!
//! Where reading the store is slow, a copy lies in the kernel's keyring for as long as the token
//! lives. It only opens: what is sealed is sealed with the store's key, and what the copy does not
//! open is tried with that one.

use super::Places;
use crate::error::io_reason;
use crate::os;
use crate::profile::{Generation, Profile, ProfileName};
use crate::secret::{SealingKey, SecretBytes};
use crate::text::{Text, text};
use crate::vault::{Item, SERVICE, Vault, VaultError, VaultFault};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where the key is.
pub(super) enum Home<'v> {
    /// An item of the store.
    Vault(&'v dyn Vault, Item),
    /// A file in memory.
    Memory(PathBuf),
}

/// Where the key of this profile is kept; `None` for [`nowhere`].
pub(super) fn home<'v>(
    places: &Places,
    profile: &Profile,
    vault: &'v dyn Vault,
) -> Option<Home<'v>> {
    if vault.holds_keys() {
        return Some(Home::Vault(
            vault,
            Item::cache_key(&profile.name, &profile.generation),
        ));
    }
    Some(Home::Memory(
        places
            .keys_of(&profile.name)?
            .join(profile.generation.as_str()),
    ))
}

/// Why a key has no home, in words.
pub(super) fn nowhere() -> Text {
    text!("broker-key-nowhere")
}

impl Home<'_> {
    /// Reads the key; `None` if there is none yet or it cannot be one.
    pub(super) fn read(&self) -> Result<Option<SealingKey>, VaultError> {
        match self {
            Self::Vault(vault, item) => match vault.read(item) {
                Ok(bytes) => Ok(SealingKey::from_slice(bytes.as_slice())),
                Err(e) if e.fault == VaultFault::NotFound => Ok(None),
                Err(e) => Err(e),
            },
            Self::Memory(path) => Ok(read_file(path)),
        }
    }

    /// Makes and stores a fresh key.
    pub(super) fn create(&self) -> Result<SealingKey, VaultError> {
        let unavailable = |message: Text| VaultError::new(VaultFault::Unavailable, message);
        let key = SealingKey::random()
            .map_err(|e| unavailable(text!("broker-no-random", reason = io_reason(&e))))?;
        match self {
            Self::Vault(vault, item) => {
                vault.write(item, &SecretBytes::new(key.bytes().to_vec()))?;
            }
            Self::Memory(path) => {
                let unwritable = |e: &io::Error| {
                    text!(
                        "broker-key-unwritable",
                        path = path.display(),
                        reason = io_reason(e)
                    )
                };
                os::write_private(path, key.bytes()).map_err(|e| unavailable(unwritable(&e)))?;
            }
        }
        crate::fault::point("cache-key-written");
        Ok(key)
    }
}

impl Home<'_> {
    /// The item of the store, where it is one.
    pub(super) fn item(&self) -> Option<&Item> {
        match self {
            Self::Vault(_, item) => Some(item),
            Self::Memory(_) => None,
        }
    }
}

/// The copy of a profile's key in the kernel's keyring.
pub(super) struct Nearby(String);

/// Where the copy is, for stores that need one.
pub(super) fn nearby(profile: &Profile, vault: &dyn Vault) -> Option<Nearby> {
    vault
        .is_slow()
        .then(|| Nearby::of(&profile.name, &profile.generation))
}

impl Nearby {
    /// The copy of one generation of a profile, wherever that is stored.
    pub(super) fn of(name: &ProfileName, generation: &Generation) -> Self {
        Self(format!(
            "{SERVICE}:{}",
            Item::cache_key(name, generation).account()
        ))
    }

    /// The copy; `None` for none, for whatever reason.
    pub(super) fn read(&self) -> Option<SealingKey> {
        let bytes = os::kernel_keys::find(&self.0).ok()??;
        SealingKey::from_slice(bytes.as_slice())
    }

    /// Lays the copy down for that long. The error says why that cannot be, which is no failure.
    pub(super) fn keep(&self, key: &SealingKey, life: Duration) -> io::Result<()> {
        os::kernel_keys::keep(&self.0, key.bytes(), life)
    }

    /// Takes the copy away. Best effort: where there is no such keyring there is no copy, and none
    /// outlives its token.
    pub(super) fn remove(&self) {
        let _ = os::kernel_keys::remove(&self.0);
    }
}

/// For `doctor`: can copies be laid down here? `None` on systems that have no place for them; the
/// error is a reason in words.
pub fn copies_work() -> Option<Result<(), Text>> {
    let name = format!("{SERVICE}:trial/{}", std::process::id());
    Some(os::kernel_keys::trial(&name)?.map_err(|e| io_reason(&e)))
}

/// Whatever is not a key of ours alone is none: a cache is only ever a convenience.
fn read_file(path: &Path) -> Option<SealingKey> {
    let mut file = os::open_nofollow(path).ok()?;
    if os::is_set_to_others(&file).unwrap_or(true) {
        return None;
    }
    let bytes = SecretBytes::new(os::read_bounded(&mut file, 32).ok()?);
    SealingKey::from_slice(bytes.as_slice())
}
