//! Secret stores. The only importer of the keyring crates; logs nothing, and no error carries a
//! stored byte.
//!
//! An [`ItemStore`] keeps small items, named by profile, kind and generation: the bundle (both
//! secrets and what they were enrolled for) and the key of the token cache. ropc only reads a
//! [`SecretSource`]. Neither knows tokens, endpoints or child processes.

mod bundle;
mod command;
mod directory;
mod file;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod item;
pub mod key_item;
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
pub use command::{CommandFault, CommandSource};
pub use directory::{
    CERTIFICATE_FILE, CLIENT_SECRET_FILE, Content, DirectoryFault, DirectorySource, PASSWORD_FILE,
};
pub use file::{FileFault, FileStore};
pub use item::Item;
pub(crate) use key_source::{CREDENTIAL_NAME, SHORTEST};
pub use key_source::{KeyFault, KeyFileFault, KeyHome, KeyPlace, Passphrase, Person, Wish};
pub use keychain::SystemFault;
#[cfg(all(test, unix, not(target_os = "macos")))]
pub(crate) use keychain_freedesktop::all_faults;
pub use os_keychain::{KeychainFault, OsKeychain};
pub use secrets_json::NotSecrets;
pub use store_header::NotAHeader;

use crate::environment::Environment;
use crate::os;
use crate::profile::{CredentialKind, KeySource, Profile, Store};
use crate::program::ProgramFault;
use crate::prompt::Prompt;
use crate::secret::{SecretBytes, Secrets};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The `file` store, in the configuration directory.
const STORE_FILE: &str = "store.sealed";
/// The service name of ropc's items in an OS keychain.
pub const SERVICE: &str = "ropc";

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

/// The source of the key that the `file` store below this directory was sealed with; `None` if
/// there is no store, or if it cannot be read.
pub fn sealed_with(config_dir: &Path) -> Option<KeySource> {
    file::sealed_with(&config_dir.join(STORE_FILE))
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

    fn file(&self, named: Option<KeySource>, interactive: bool) -> Result<FileStore<'_>, KeyFault> {
        let path = self.config_dir.join(STORE_FILE);
        let wish = Wish {
            named: named.or_else(|| file::sealed_with(&path)),
            env: self.env,
            config_dir: &self.config_dir,
            interactive,
        };
        Ok(FileStore::new(path, KeyPlace::find(wish, &self.person)?))
    }

    /// The same with a person who may answer for a passphrase.
    #[must_use]
    pub fn asking(self, prompt: Option<&'a dyn Prompt>) -> Self {
        Self {
            person: Person::new(prompt),
            ..self
        }
    }
}

impl Vaults for RealVaults<'_> {
    fn open(&self, spec: StoreSpec<'_>) -> Result<Vault<'_>, VaultError> {
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
                let credential = spec.credential.clone();
                Vault::Source(Box::new(DirectorySource::new(dir, credential)))
            }
            Store::Command { argv } => Vault::Source(Box::new(CommandSource::new(
                argv.clone(),
                self.env,
                spec.credential.clone(),
            ))),
        })
    }
}

/// What a store is called, as data: `sentences::vault` has the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreTitle {
    /// This system's keychain.
    Keychain,
    /// The sealed file.
    File {
        /// The file.
        path: PathBuf,
        /// Where its key comes from.
        key: KeyHome,
    },
    /// The directory; `None` where systemd's is meant and is not there.
    Directory(Option<PathBuf>),
    /// The program.
    Command {
        /// Its name or path.
        program: String,
    },
}

/// What protects the secrets of a store, as data: `sentences::vault` says what that is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// This system's keychain.
    Keychain,
    /// A key from this source.
    File(KeySource),
    /// The modes of files.
    Directory {
        /// Others may read them.
        is_open: bool,
    },
    /// Whatever the program does.
    Command,
}

/// Why a store gave no answer, or a bad one, as data: `sentences::vault` has the words. Never holds
/// stored bytes.
#[derive(Debug)]
pub enum VaultError {
    /// The keychain.
    Keychain(KeychainFault),
    /// The sealed file, or its lock.
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        fault: FileFault,
    },
    /// The key of the sealed file.
    Key(KeyFault),
    /// The directory.
    Directory(DirectoryFault),
    /// The program.
    Command {
        /// Its name or path.
        program: String,
        /// Why.
        fault: CommandFault,
    },
}

impl VaultError {
    /// True if the store answered: there is no such item.
    pub fn is_not_found(&self) -> bool {
        match self {
            Self::Keychain(fault) => matches!(fault, KeychainFault::NoItem { .. }),
            Self::File { fault, .. } => matches!(fault, FileFault::NoItem(_)),
            Self::Key(_) | Self::Directory(_) | Self::Command { .. } => false,
        }
    }

    /// True if the store gave no answer by its deadline.
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Keychain(fault)
            | Self::Key(KeyFault::InKeychain(fault) | KeyFault::IntoKeychain(fault)) => {
                fault.is_timeout()
            }
            Self::File { fault, .. } => matches!(fault, FileFault::Busy),
            Self::Command { fault, .. } => {
                matches!(fault, CommandFault::Program(ProgramFault::TimedOut(_)))
            }
            Self::Key(_) | Self::Directory(_) => false,
        }
    }
}

impl std::error::Error for VaultError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Keychain(fault) => fault.source(),
            Self::File { fault, .. } => fault.source(),
            Self::Key(fault) => fault.source(),
            Self::Directory(fault) => fault.source(),
            Self::Command { fault, .. } => fault.source(),
        }
    }
}

impl From<KeychainFault> for VaultError {
    fn from(fault: KeychainFault) -> Self {
        Self::Keychain(fault)
    }
}

impl From<KeyFault> for VaultError {
    fn from(fault: KeyFault) -> Self {
        Self::Key(fault)
    }
}

impl From<DirectoryFault> for VaultError {
    fn from(fault: DirectoryFault) -> Self {
        Self::Directory(fault)
    }
}

#[cfg(test)]
pub(crate) mod memory;

#[cfg(test)]
mod tests;
