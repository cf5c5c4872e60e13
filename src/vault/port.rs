//! The traits of a store: what it can do, and how one is opened. `vault` and the tests implement
//! them.

use super::error::{StoreTitle, VaultError, Worth};
use super::item::Item;
use crate::profile::{CredentialKind, Profile, Store};
use crate::secret::{SecretBytes, Secrets};
use std::time::Duration;

/// A store that keeps items of ours. Every call ends by a deadline of its own, but for the
/// keychains of Windows and macOS, whose calls have none, and for a person who types a passphrase.
///
/// Outcomes: `read` gives the bytes, or an error that [`VaultError::is_not_found`] when the store
/// answered that there is no such item; anything that kept the store from answering is another
/// error. `write` replaces; a keychain has given the item back when it returns. `remove` says
/// whether the item was there.
pub trait ItemStore {
    /// What it is called.
    fn title(&self) -> StoreTitle;
    /// What protects the secrets here.
    fn worth(&self) -> Worth;
    /// True if reading an item takes so long that a warm run is better served by a copy of the
    /// cache key that the OS keeps in memory for the life of a token. Never true where a person
    /// gives the key.
    fn is_slow(&self) -> bool {
        false
    }
    /// Fails if `login` could not use the store: called before a password is sent.
    fn check(&self) -> Result<(), VaultError>;
    /// How long the next call may block on the store's own unlock dialog, if it shows one.
    fn dialog(&self) -> Option<Duration> {
        None
    }
    /// The bytes of an item. Fails if there is none, or if the store does not answer.
    fn read(&self, item: &Item) -> Result<SecretBytes, VaultError>;
    /// Reads an item, and another one if it exists: over one connection where the store can. Fails
    /// if the first does not exist, or if the store does not answer.
    fn read_both(
        &self,
        item: &Item,
        other: &Item,
    ) -> Result<(SecretBytes, Option<SecretBytes>), VaultError> {
        let first = self.read(item)?;
        match self.read(other) {
            Ok(second) => Ok((first, Some(second))),
            Err(e) if e.is_not_found() => Ok((first, None)),
            Err(e) => Err(e),
        }
    }
    /// True if the item exists. Stores that can answer without reading the bytes do so. Fails if
    /// the store does not answer.
    fn has(&self, item: &Item) -> Result<bool, VaultError> {
        match self.read(item) {
            Ok(_) => Ok(true),
            Err(e) if e.is_not_found() => Ok(false),
            Err(e) => Err(e),
        }
    }
    /// Creates or replaces an item. Fails if the store does not take it.
    fn write(&self, item: &Item, secret: &SecretBytes) -> Result<(), VaultError>;
    /// Removes an item; false if there was none. Fails if it may still be there.
    fn remove(&self, item: &Item) -> Result<bool, VaultError>;
}

/// A store that ropc only reads. Its secrets carry no binding and may change without a `login`.
pub trait SecretSource {
    /// What it is called.
    fn title(&self) -> StoreTitle;
    /// What protects the secrets there.
    fn worth(&self) -> Worth;
    /// Fails now if the secrets could not be read, as far as that shows without reading them.
    fn check(&self) -> Result<(), VaultError>;
    /// True if only [`Self::secrets`] shows whether there are any.
    fn is_on_demand(&self) -> bool {
        false
    }
    /// Both secrets, within `limit`. Fails if the source does not give them, or not in that time.
    fn secrets(&self, limit: Duration) -> Result<Secrets, VaultError>;
}

/// The store of a profile, opened.
#[expect(missing_debug_implementations, reason = "nothing prints an open store")]
pub enum Vault<'a> {
    /// `os` and `file`.
    Items(Box<dyn ItemStore + 'a>),
    /// `directory` and `command`.
    Source(Box<dyn SecretSource + 'a>),
}

impl Vault<'_> {
    /// What it is called.
    pub fn title(&self) -> StoreTitle {
        match self {
            Self::Items(store) => store.title(),
            Self::Source(source) => source.title(),
        }
    }

    /// What protects the secrets there.
    pub fn worth(&self) -> Worth {
        match self {
            Self::Items(store) => store.worth(),
            Self::Source(source) => source.worth(),
        }
    }
}

/// Opens stores. A port: tests implement it.
pub trait Vaults {
    /// The store that a profile names. Fails if the `file` store has no source for its key.
    fn open(&self, spec: StoreSpec<'_>) -> Result<Vault<'_>, VaultError>;
}

/// Which store, and how it is used.
#[derive(Clone, Copy, Debug)]
pub struct StoreSpec<'p> {
    /// Which store.
    pub store: &'p Store,
    /// How the app proves itself: decides which secrets a store that ropc only reads must have.
    pub credential: &'p CredentialKind,
    /// True if there is a person, so that the store may show an unlock dialog.
    pub interactive: bool,
}

impl<'p> StoreSpec<'p> {
    /// For an unattended job.
    pub fn unattended(profile: &'p Profile) -> Self {
        Self {
            store: &profile.store,
            credential: &profile.credential,
            interactive: false,
        }
    }

    /// For ropc's items, of any profile.
    pub fn items(store: &'p Store, interactive: bool) -> Self {
        Self {
            store,
            credential: &CredentialKind::Secret,
            interactive,
        }
    }
}
