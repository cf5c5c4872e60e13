//! Secret stores. The only importer of the keyring crates; logs nothing, and no error carries a
//! stored byte.
//!
//! Opens the store that a profile names. An [`ItemStore`] keeps small items, named by profile, kind
//! and generation: the bundle (both secrets and what they were enrolled for) and the key of the
//! token cache. ropc only reads a [`SecretSource`]. Neither knows tokens, endpoints or child
//! processes.

mod bundle;
mod command;
mod directory;
mod error;
mod file;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod item;
mod key_fault;
pub mod key_item;
mod key_source;
mod os_keychain;
mod port;
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
pub use directory::{CERTIFICATE_FILE, CLIENT_SECRET_FILE, DirectorySource, PASSWORD_FILE};
pub use error::{CommandFault, Content, DirectoryFault, FileFault, StoreTitle, VaultError, Worth};
pub use file::FileStore;
pub use item::{Item, SERVICE};
pub use key_fault::{KeyFault, KeyFileFault, KeyHome, KeychainFault};
pub(crate) use key_source::{CREDENTIAL_NAME, SHORTEST};
pub use key_source::{KeyPlace, Passphrase, Person, Wish};
pub use keychain::SystemFault;
#[cfg(all(test, unix, not(target_os = "macos")))]
pub(crate) use keychain_freedesktop::all_faults;
pub use os_keychain::OsKeychain;
pub use port::{ItemStore, SecretSource, StoreSpec, Vault, Vaults};
pub use secrets_json::NotSecrets;
pub use store_header::NotAHeader;

use crate::environment::Environment;
use crate::os;
use crate::profile::{KeySource, Store};
use crate::prompt::Prompt;
use std::path::{Path, PathBuf};

/// The `file` store, in the configuration directory.
const STORE_FILE: &str = "store.sealed";

/// The source of the key that the `file` store below this directory was sealed with; `None` if
/// there is no store, or if it cannot be read.
pub fn sealed_with(config_dir: &Path) -> Option<KeySource> {
    file::sealed_with(&config_dir.join(STORE_FILE))
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

#[cfg(test)]
pub(crate) mod memory;

#[cfg(test)]
mod tests;
