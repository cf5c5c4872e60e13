//! The key of the token cache: a small vault item of its own, so that a warm run reads neither bundle nor password.

use crate::profile::Profile;
use crate::secret::{SealingKey, SecretBytes};
use crate::vault::{Item, Vault, VaultError, VaultFault};

/// Reads the key; `None` if there is none yet or it cannot be one.
pub(super) fn read(profile: &Profile, vault: &dyn Vault) -> Result<Option<SealingKey>, VaultError> {
    match vault.read(&Item::cache_key(&profile.name, &profile.generation)) {
        Ok(bytes) => Ok(SealingKey::from_slice(bytes.as_slice())),
        Err(e) if e.fault == VaultFault::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// Makes and stores a fresh key.
pub(super) fn create(profile: &Profile, vault: &dyn Vault) -> Result<SealingKey, VaultError> {
    let key = SealingKey::random()
        .map_err(|_| VaultError::new(VaultFault::Unavailable, "the operating system gave no random bytes"))?;
    vault.write(&Item::cache_key(&profile.name, &profile.generation), &SecretBytes::new(key.bytes().to_vec()))?;
    crate::fault::point("cache-key-written");
    Ok(key)
}
