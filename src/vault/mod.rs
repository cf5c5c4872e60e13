//! Secret stores. The only importer of the keyring family; nothing here logs, and no error carries a stored byte.
//!
//! A vault holds small items, named by profile, kind and generation: the bundle (both secrets and what they were enrolled
//! for) and the key of the token cache. It knows nothing of tokens, endpoints or child processes.

mod bundle;
mod file;
mod key_source;
mod os_keychain;

crate::os::on_secret_service_systems! {
    mod keychain_freedesktop;
    pub mod secret_service;
    use keychain_freedesktop as keychain;
}
crate::os::on_native_keychain_systems! {
    mod keychain_native;
    use keychain_native as keychain;
}

pub use bundle::{BUNDLE_LIMIT, Binding, Bundle, BundleFault};
pub use file::FileVault;
pub use key_source::KeyPlace;
pub use os_keychain::OsKeychain;

use crate::error::{Error, Kind};
use crate::os;
use crate::profile::{Generation, KeySource, Profile, ProfileName, StoreKind};
use crate::secret::SecretBytes;
use crate::world::Environment;
use std::fmt;
use std::path::PathBuf;

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// Both secrets and their binding.
    Bundle,
    /// The 32-byte key that seals the token cache.
    CacheKey,
}

/// The name of one item: `PROFILE/bundle/GENERATION` or `PROFILE/cache-key/GENERATION`. Public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    profile: ProfileName,
    kind: ItemKind,
    generation: Generation,
}

impl Item {
    /// The bundle of one generation of a profile.
    pub fn bundle(profile: &ProfileName, generation: &Generation) -> Self {
        Self { profile: profile.clone(), kind: ItemKind::Bundle, generation: generation.clone() }
    }

    /// The cache key of one generation of a profile.
    pub fn cache_key(profile: &ProfileName, generation: &Generation) -> Self {
        Self { profile: profile.clone(), kind: ItemKind::CacheKey, generation: generation.clone() }
    }

    /// The name as a store keeps it.
    pub fn account(&self) -> String {
        let kind = match self.kind {
            ItemKind::Bundle => "bundle",
            ItemKind::CacheKey => "cache-key",
        };
        format!("{}/{kind}/{}", self.profile, self.generation)
    }
}

/// The service name of every item of ours in an OS keychain.
pub const SERVICE: &str = "ropc";

/// One secret store. Every call ends by a deadline of its own.
///
/// Outcomes: `read` gives the bytes, or `NotFound` when the store answered that there is no such item; anything that kept
/// the store from answering is another fault. `write` replaces, and has been read back when it returns. `remove` says
/// whether the item was there.
pub trait Vault {
    /// The store in words, for messages: "the keychain (Secret Service)".
    fn title(&self) -> String;
    /// Fails now if the store could not be written: asked before a password is sent.
    fn check(&self) -> Result<(), VaultError>;
    /// The bytes of an item.
    fn read(&self, item: &Item) -> Result<SecretBytes, VaultError>;
    /// True if the item is there. Stores that can tell without giving the bytes out do so.
    fn has(&self, item: &Item) -> Result<bool, VaultError> {
        match self.read(item) {
            Ok(_) => Ok(true),
            Err(e) if e.fault == VaultFault::NotFound => Ok(false),
            Err(e) => Err(e),
        }
    }
    /// Creates or replaces an item.
    fn write(&self, item: &Item, secret: &SecretBytes) -> Result<(), VaultError>;
    /// Removes an item; false if there was none.
    fn remove(&self, item: &Item) -> Result<bool, VaultError>;
}

/// Opens vaults. A port: tests put their own behind it.
pub trait Vaults {
    /// The store that a profile names. `interactive` allows an unlock dialog of the OS.
    fn open(&self, spec: &StoreSpec) -> crate::error::Result<Box<dyn Vault>>;
}

/// Which store, and how.
#[derive(Clone, Debug)]
pub struct StoreSpec {
    /// Which store.
    pub kind: StoreKind,
    /// Where the `file` store's key is; `None` takes the first source that is configured.
    pub key_source: Option<KeySource>,
    /// A person is there, so an unlock dialog may be shown.
    pub interactive: bool,
}

impl StoreSpec {
    /// For a job that nobody watches.
    pub fn unattended(profile: &Profile) -> Self {
        Self { kind: profile.store, key_source: profile.key_source, interactive: false }
    }
}

/// The stores of this machine.
#[derive(Debug)]
pub struct RealVaults<'a> {
    env: &'a Environment,
    config_dir: PathBuf,
}

impl<'a> RealVaults<'a> {
    /// Stores below this configuration directory and in this user's keychain.
    pub fn new(env: &'a Environment, config_dir: PathBuf) -> Self {
        Self { env, config_dir }
    }
}

impl Vaults for RealVaults<'_> {
    fn open(&self, spec: &StoreSpec) -> crate::error::Result<Box<dyn Vault>> {
        match spec.kind {
            StoreKind::Os => Ok(Box::new(OsKeychain::new(spec.interactive, os::identity_hint(self.env)))),
            StoreKind::File => {
                let place = KeyPlace::find(spec.key_source, self.env, &self.config_dir)?;
                Ok(Box::new(FileVault::new(self.config_dir.join("store.sealed"), place)))
            }
        }
    }
}

/// Why a store gave no answer, or a bad one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VaultFault {
    /// The store answered: there is no such item.
    NotFound,
    /// The store is there but locked, or a person dismissed its dialog.
    Locked,
    /// The store cannot be reached or written here.
    Unavailable,
    /// No answer by the deadline.
    TimedOut,
    /// The item is longer than the store takes.
    TooLong,
    /// What is stored cannot be used: damaged, or sealed with another key.
    Damaged,
}

/// A store's failure in words. Never holds stored bytes.
#[derive(Clone, Debug)]
pub struct VaultError {
    /// Which sort.
    pub fault: VaultFault,
    /// What happened and why.
    pub message: String,
    /// What to do next.
    pub hints: Vec<String>,
}

impl VaultError {
    /// A failure without hints.
    pub fn new(fault: VaultFault, message: impl Into<String>) -> Self {
        Self { fault, message: message.into(), hints: Vec::new() }
    }

    /// Adds a next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl fmt::Display for VaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<VaultError> for Error {
    fn from(error: VaultError) -> Self {
        Self::new(Kind::Vault, error.message).hints(error.hints)
    }
}

#[cfg(test)]
pub(crate) mod memory;
