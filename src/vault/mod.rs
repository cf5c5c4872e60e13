//! Secret stores. The only importer of the keyring family; nothing here logs, and no error carries
//! a stored byte.
//!
//! An [`ItemStore`] keeps small items, named by profile, kind and generation: the bundle (both
//! secrets and what they were enrolled for) and the key of the token cache. A [`SecretSource`] is
//! only read. Neither knows of tokens, endpoints or child processes.

mod bundle;
mod command;
mod directory;
mod file;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod key_source;
mod os_keychain;
pub mod secrets_json;
mod store_header;

#[cfg(all(unix, not(target_os = "macos")))]
mod keychain_freedesktop;
#[cfg(any(windows, target_os = "macos"))]
mod keychain_native;

#[cfg(all(unix, not(target_os = "macos")))]
use keychain_freedesktop as keychain;
#[cfg(any(windows, target_os = "macos"))]
use keychain_native as keychain;

pub use bundle::{BUNDLE_LIMIT, Binding, Bundle, BundleFault};
pub use command::CommandSource;
pub use directory::{CLIENT_SECRET_FILE, DirectorySource, PASSWORD_FILE};
pub use file::FileStore;
pub use key_source::{KeyPlace, Person, Wish};
pub use os_keychain::OsKeychain;

use crate::environment::Environment;
use crate::error::{Error, Kind};
use crate::os;
use crate::profile::{CredentialKind, Generation, KeySource, Profile, ProfileName, Store};
use crate::prompt::Prompt;
use crate::secret::{SecretBytes, Secrets};
use crate::text::Text;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

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
        Self {
            profile: profile.clone(),
            kind: ItemKind::Bundle,
            generation: generation.clone(),
        }
    }

    /// The cache key of one generation of a profile.
    pub fn cache_key(profile: &ProfileName, generation: &Generation) -> Self {
        Self {
            profile: profile.clone(),
            kind: ItemKind::CacheKey,
            generation: generation.clone(),
        }
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

/// The `file` store, in the configuration directory.
const STORE_FILE: &str = "store.sealed";
/// The service name of every item of ours in an OS keychain.
pub const SERVICE: &str = "ropc";

/// A store that keeps items of ours. Every call ends by a deadline of its own.
///
/// Outcomes: `read` gives the bytes, or `NotFound` when the store answered that there is no such
/// item; anything that kept the store from answering is another fault. `write` replaces, and has
/// read the item back when it returns. `remove` says whether the item was there.
pub trait ItemStore {
    /// Its name, for messages: "the keychain (Secret Service)".
    fn title(&self) -> Text;
    /// What protects the secrets here and what that is worth, for `login`.
    fn worth(&self) -> Text;
    /// True if reading an item takes so long that a warm run is better served by a copy of the
    /// cache key that the OS keeps in memory for the life of a token. Never true where a person
    /// gives the key.
    fn is_slow(&self) -> bool {
        false
    }
    /// Fails now if `login` could not use the store: called before a password is sent.
    fn check(&self) -> Result<(), VaultError>;
    /// Notice to print before a call that blocks on the store's own unlock dialog.
    fn asks_first(&self) -> Option<Text> {
        None
    }
    /// The bytes of an item.
    fn read(&self, item: &Item) -> Result<SecretBytes, VaultError>;
    /// An item, and another one if that is there: over one connection where the store can.
    fn read_both(
        &self,
        item: &Item,
        other: &Item,
    ) -> Result<(SecretBytes, Option<SecretBytes>), VaultError> {
        let first = self.read(item)?;
        match self.read(other) {
            Ok(second) => Ok((first, Some(second))),
            Err(e) if e.fault == VaultFault::NotFound => Ok((first, None)),
            Err(e) => Err(e),
        }
    }
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

/// A store that ropc only reads. Its secrets carry no binding and may change without a `login`; it
/// keeps nothing of ours.
pub trait SecretSource {
    /// Its name, for messages: "the program `op`".
    fn title(&self) -> Text;
    /// What protects the secrets there and what that is worth, for `login`.
    fn worth(&self) -> Text;
    /// Fails now if the secrets could not be read, as far as that shows without reading them.
    fn check(&self) -> Result<(), VaultError>;
    /// True if only [`Self::secrets`] shows whether there are any.
    fn is_on_demand(&self) -> bool {
        false
    }
    /// Both secrets, within `limit`.
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
    /// Its name, for messages.
    pub fn title(&self) -> Text {
        match self {
            Self::Items(store) => store.title(),
            Self::Source(source) => source.title(),
        }
    }

    /// What protects the secrets there and what that is worth, for `login`.
    pub fn worth(&self) -> Text {
        match self {
            Self::Items(store) => store.worth(),
            Self::Source(source) => source.worth(),
        }
    }
}

/// Opens stores. A port: tests put their own behind it.
pub trait Vaults {
    /// The store that a profile names.
    fn open(&self, spec: StoreSpec<'_>) -> crate::error::Result<Vault<'_>>;
}

/// The source of the key that the `file` store below this directory was sealed with; `None` if
/// there is no store.
pub fn sealed_with(config_dir: &Path) -> Option<KeySource> {
    file::sealed_with(&config_dir.join(STORE_FILE))
}

/// Which store, and how it is used.
#[derive(Clone, Copy, Debug)]
pub struct StoreSpec<'p> {
    /// Which store.
    pub store: &'p Store,
    /// How the app proves itself: what a store that is only read is asked for.
    pub credential: CredentialKind,
    /// A person is there, so an unlock dialog may be shown.
    pub interactive: bool,
}

impl<'p> StoreSpec<'p> {
    /// For a job that nobody watches.
    pub fn unattended(profile: &'p Profile) -> Self {
        Self {
            store: &profile.store,
            credential: profile.credential,
            interactive: false,
        }
    }

    /// For items of ours, of whatever profile.
    pub fn items(store: &'p Store, interactive: bool) -> Self {
        Self {
            store,
            credential: CredentialKind::Secret,
            interactive,
        }
    }
}

/// The stores of this machine.
#[derive(Debug)]
pub struct RealVaults<'a> {
    env: &'a Environment,
    config_dir: PathBuf,
    person: Person<'a>,
}

impl<'a> RealVaults<'a> {
    /// Stores below this configuration directory and in this user's keychain.
    pub fn new(env: &'a Environment, config_dir: PathBuf) -> Self {
        Self {
            env,
            config_dir,
            person: Person::default(),
        }
    }

    fn file(&self, named: Option<KeySource>, interactive: bool) -> Result<FileStore<'_>, Error> {
        let path = self.config_dir.join(STORE_FILE);
        let wish = Wish {
            named,
            sealed_with: file::sealed_with(&path),
            env: self.env,
            config_dir: &self.config_dir,
            interactive,
        };
        Ok(FileStore::new(path, KeyPlace::find(wish, &self.person)?))
    }

    /// With a person who may be asked for a passphrase.
    #[must_use]
    pub fn asking(self, prompt: Option<&'a dyn Prompt>) -> Self {
        Self {
            person: Person::new(prompt),
            ..self
        }
    }
}

impl Vaults for RealVaults<'_> {
    fn open(&self, spec: StoreSpec<'_>) -> crate::error::Result<Vault<'_>> {
        Ok(match spec.store {
            Store::Os => Vault::Items(Box::new(OsKeychain::new(
                spec.interactive,
                os::identity_clue(self.env),
            ))),
            Store::File { key } => Vault::Items(Box::new(self.file(*key, spec.interactive)?)),
            Store::Directory { dir } => {
                let dir = dir
                    .clone()
                    .or_else(|| self.env.path("CREDENTIALS_DIRECTORY"));
                Vault::Source(Box::new(DirectorySource::new(dir, spec.credential)))
            }
            Store::Command { argv } => Vault::Source(Box::new(CommandSource::new(
                argv.clone(),
                self.env,
                spec.credential,
            ))),
        })
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
    pub message: Text,
    /// What to do next.
    pub hints: Vec<Text>,
}

impl VaultError {
    /// A failure without hints.
    pub fn new(fault: VaultFault, message: impl Into<Text>) -> Self {
        Self {
            fault,
            message: message.into(),
            hints: Vec::new(),
        }
    }

    /// Adds a next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Text>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds several next steps.
    #[must_use]
    pub fn hints(mut self, hints: impl IntoIterator<Item = Text>) -> Self {
        self.hints.extend(hints);
        self
    }
}

impl fmt::Display for VaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message.english())
    }
}

impl From<VaultError> for Error {
    fn from(error: VaultError) -> Self {
        Self::new(Kind::Vault, error.message).hints(error.hints)
    }
}

#[cfg(test)]
pub(crate) mod memory;

#[cfg(test)]
mod tests;
