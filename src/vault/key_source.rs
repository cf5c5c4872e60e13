//! The source of the `file` store's key. A store has one source: the one that it was sealed with,
//! never another.

use super::error::VaultError;
use super::key_fault::{KeyFault, KeyFileFault, KeyHome};
use super::os_keychain::OsKeychain;
use super::store_header::{Header, Stretch};
use crate::environment::Environment;
use crate::os;
use crate::profile::{KeySource, hex, unhex_into};
use crate::prompt::Prompt;
use crate::secret::{SealingKey, SecretBytes};
use crate::text::Text;
use std::cell::RefCell;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The name of the key among the credentials of a systemd unit.
pub(crate) const CREDENTIAL_NAME: &str = "ropc-key";
/// The fewest characters of a passphrase: a shorter one is found by trying.
pub(crate) const SHORTEST: usize = 12;

/// How often a person may type the passphrase of a store: a damaged store opens with none.
const TRIES: usize = 3;

type Result<T, E = KeyFault> = std::result::Result<T, E>;

/// What a person is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passphrase {
    /// The one of the store that is there.
    Known,
    /// One for a new store.
    New,
    /// The new one once more.
    Again,
}

/// A key source with its place.
#[derive(Debug)]
pub struct KeyPlace<'a> {
    home: KeyHome,
    keychain: OsKeychain,
    person: &'a Person<'a>,
}

/// The person who may answer for a passphrase, and the answer: a run asks only once.
#[derive(Default)]
pub struct Person<'a> {
    prompt: Option<&'a dyn Prompt>,
    known: RefCell<Option<(Stretch, SealingKey)>>,
}

impl fmt::Debug for Person<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Person(there: {})", self.prompt.is_some())
    }
}

impl<'a> Person<'a> {
    /// `prompt` is `None` in an unattended run.
    pub fn new(prompt: Option<&'a dyn Prompt>) -> Self {
        Self {
            prompt,
            known: RefCell::new(None),
        }
    }
}

/// What decides which source is taken.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'w> {
    /// The source that the command line or the profile names, else the one that the existing store
    /// was sealed with.
    pub named: Option<KeySource>,
    /// Variables that name a key.
    pub env: &'w Environment,
    /// The directory of the key file, if no variable names one.
    pub config_dir: &'w Path,
    /// True if the keychain may show its unlock dialog.
    pub interactive: bool,
}

impl<'a> KeyPlace<'a> {
    /// The named source. A new store without a named source gets the first configured one: the
    /// systemd credential, `ROPC_KEY_FILE`, the keychain if it is open, a passphrase if there is a
    /// person. If the chosen source fails, ropc does not try the next. Fails with `NoSource` if
    /// there is none, with `NoCredentials` for the credential without `$CREDENTIALS_DIRECTORY`.
    pub fn find(wish: Wish<'_>, person: &'a Person<'a>) -> Result<Self> {
        let credential = wish
            .env
            .path("CREDENTIALS_DIRECTORY")
            .map(|dir| dir.join(CREDENTIAL_NAME));
        let key_file = wish.env.path("ROPC_KEY_FILE");
        let keychain = OsKeychain::new(wish.interactive, os::identity_clue(wish.env));
        let source = match wish.named {
            Some(source) => source,
            None if credential.as_ref().is_some_and(|path| path.exists()) => KeySource::Credential,
            None if key_file.is_some() => KeySource::KeyFile,
            None if OsKeychain::is_open() => KeySource::Keychain,
            None if person.prompt.is_some() => KeySource::Passphrase,
            None => return Err(KeyFault::NoSource),
        };
        let path = match source {
            KeySource::Credential => credential.ok_or(KeyFault::NoCredentials)?,
            KeySource::KeyFile => key_file.unwrap_or_else(|| wish.config_dir.join("store.key")),
            KeySource::Keychain | KeySource::Passphrase => PathBuf::new(),
        };
        Ok(Self {
            home: KeyHome { source, path },
            keychain,
            person,
        })
    }

    /// The source.
    pub fn source(&self) -> KeySource {
        self.home.source
    }

    /// Which source, and where that is.
    pub(super) fn home(&self) -> &KeyHome {
        &self.home
    }

    /// The key of a store with this header.
    pub(super) fn read(&self, header: &Header) -> Result<SealingKey> {
        match header {
            Header::Credential | Header::KeyFile => self.read_file(),
            Header::Keychain(number) => {
                let account = keychain_account(*number);
                let bytes = self.keychain.get(&account).map_err(KeyFault::InKeychain)?;
                SealingKey::from_slice(bytes.as_slice()).ok_or(KeyFault::Damaged)
            }
            Header::Passphrase(stretch) => {
                if let Some((known, key)) = &*self.person.known.borrow()
                    && known == stretch
                {
                    return Ok(key.duplicate());
                }
                let answer = ask(self.prompt()?, Passphrase::Known)?;
                self.stretch(stretch.clone(), &answer)
            }
        }
    }

    /// The header and the key of a new store. A key that is there is used; one that can be made is
    /// made.
    pub(super) fn create(&self) -> Result<(Header, SealingKey)> {
        match self.home.source {
            KeySource::Credential => Ok((Header::Credential, self.read_file()?)),
            KeySource::KeyFile if self.home.path.symlink_metadata().is_ok() => {
                Ok((Header::KeyFile, self.read_file()?))
            }
            KeySource::KeyFile => Ok((Header::KeyFile, self.make_file()?)),
            KeySource::Keychain => {
                let mut number = [0u8; 8];
                getrandom::fill(&mut number)
                    .map_err(|e| KeyFault::NoRandom(io::Error::other(e)))?;
                let key = SealingKey::random().map_err(KeyFault::NoRandom)?;
                let bytes = SecretBytes::new(key.bytes().to_vec());
                self.keychain
                    .put(&keychain_account(number), &bytes)
                    .map_err(KeyFault::IntoKeychain)?;
                Ok((Header::Keychain(number), key))
            }
            KeySource::Passphrase => {
                if let Some((stretch, key)) = &*self.person.known.borrow() {
                    return Ok((Header::Passphrase(stretch.clone()), key.duplicate()));
                }
                let stretch = Stretch::fresh().map_err(KeyFault::NoRandom)?;
                let answer = self.new_passphrase()?;
                let key = self.stretch(stretch.clone(), &answer)?;
                Ok((Header::Passphrase(stretch), key))
            }
        }
    }

    /// Fails now if a new store could not get its key; nothing is made yet but the passphrase.
    pub(super) fn prepare(&self) -> Result<()> {
        match self.home.source {
            KeySource::KeyFile if self.home.path.symlink_metadata().is_err() => Ok(()),
            KeySource::Credential | KeySource::KeyFile => self.read_file().map(drop),
            KeySource::Keychain => self.keychain.probe().map_err(KeyFault::IntoKeychain),
            KeySource::Passphrase => self.create().map(drop),
        }
    }

    /// Removes the key of an empty store, if nothing else needs it. A key file stays, as an admin
    /// may have made it.
    pub(super) fn retire(&self, header: &Header) {
        if let Header::Keychain(number) = header {
            let _ = self.keychain.delete(&keychain_account(*number));
        }
    }

    /// Forgets the passphrase that did not open the store. Fails with the error after the last try,
    /// and if there is no person to ask for another passphrase.
    pub(super) fn was_wrong(&self, error: VaultError, tries: usize) -> Result<(), VaultError> {
        *self.person.known.borrow_mut() = None;
        match self.person.prompt {
            Some(prompt) if self.home.source == KeySource::Passphrase && tries < TRIES => {
                prompt.object(&error.into());
                Ok(())
            }
            _ => Err(error),
        }
    }

    fn prompt(&self) -> Result<&dyn Prompt> {
        self.person.prompt.ok_or(KeyFault::NoTerminal)
    }

    fn new_passphrase(&self) -> Result<Zeroizing<String>> {
        let prompt = self.prompt()?;
        loop {
            let answer = ask(prompt, Passphrase::New)?;
            let fault = if answer.chars().count() < SHORTEST {
                KeyFault::TooShort
            } else if *ask(prompt, Passphrase::Again)? != *answer {
                KeyFault::Differs
            } else {
                return Ok(answer);
            };
            prompt.object(&VaultError::from(fault).into());
        }
    }

    fn stretch(&self, stretch: Stretch, passphrase: &str) -> Result<SealingKey> {
        let key = stretch.key(passphrase).ok_or(KeyFault::NoMemory)?;
        *self.person.known.borrow_mut() = Some((stretch, key.duplicate()));
        Ok(key)
    }

    fn read_file(&self) -> Result<SealingKey> {
        self.key_in_file().map_err(|file| KeyFault::Unreadable {
            home: self.home.clone(),
            file,
        })
    }

    /// 32 raw bytes, or 64 hexadecimal digits with an optional newline.
    fn key_in_file(&self) -> Result<SealingKey, KeyFileFault> {
        let mut file = os::open_nofollow(&self.home.path).map_err(KeyFileFault::NotOpened)?;
        // systemd's credentials directory sets its own modes (0440 with a private mount); our own
        // file is checked.
        if self.home.source == KeySource::KeyFile && os::is_set_to_others(&file).unwrap_or(true) {
            return Err(KeyFileFault::OpenToOthers);
        }
        let bytes = os::read_bounded(&mut file, 66).map_err(KeyFileFault::NotRead)?;
        decode(&Zeroizing::new(bytes)).ok_or(KeyFileFault::Shape)
    }

    fn make_file(&self) -> Result<SealingKey> {
        self.key_into_file().map_err(|source| KeyFault::NotMade {
            path: self.home.path.clone(),
            source,
        })
    }

    fn key_into_file(&self) -> io::Result<SealingKey> {
        let key = SealingKey::random()?;
        os::write_private(&self.home.path, key.bytes())?;
        Ok(key)
    }
}

fn ask(prompt: &dyn Prompt, question: Passphrase) -> Result<Zeroizing<String>> {
    Ok(prompt.secret(&question.words(), &Text::words(""))?)
}

fn keychain_account(number: [u8; 8]) -> String {
    format!("store-key/{}", hex(&number))
}

pub(super) fn decode(bytes: &[u8]) -> Option<SealingKey> {
    if let Some(key) = SealingKey::from_slice(bytes) {
        return Some(key);
    }
    let text = std::str::from_utf8(bytes)
        .ok()?
        .trim_end_matches(['\r', '\n']);
    let mut key = Zeroizing::new([0u8; 32]);
    if unhex_into(key.as_mut_slice(), text) {
        SealingKey::from_slice(key.as_slice())
    } else {
        None
    }
}

#[cfg(test)]
pub(super) mod tests;
