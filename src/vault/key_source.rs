//! Where the key of the `file` store comes from. One source a store: the one that it was sealed
//! with, never another.

use super::store_header::{Header, Stretch};
use super::{OsKeychain, VaultError, VaultFault};
use crate::environment::Environment;
use crate::error::{Error, Result, io_reason};
use crate::os;
use crate::profile::{KeySource, hex};
use crate::prompt::Prompt;
use crate::secret::{SealingKey, SecretBytes};
use crate::text::{Text, text};
use std::cell::RefCell;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const CREDENTIAL_NAME: &str = "ropc-key";
/// A shorter passphrase is found by trying.
const SHORTEST: usize = 12;

/// A key source with its place.
#[derive(Debug)]
pub struct KeyPlace<'a> {
    source: KeySource,
    /// The file of the sources that are files.
    path: PathBuf,
    keychain: OsKeychain,
    person: &'a Person<'a>,
}

/// Who may be asked for a passphrase, and what was answered: one question is enough for a run.
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
    /// `prompt` is `None` where nobody can be asked.
    pub fn new(prompt: Option<&'a dyn Prompt>) -> Self {
        Self {
            prompt,
            known: RefCell::new(None),
        }
    }
}

impl KeyPlace<'_> {
    /// In words.
    pub(super) fn text(&self) -> Text {
        match self.source {
            KeySource::Credential | KeySource::KeyFile => text!(
                "vault-key-in-file",
                source = self.source,
                path = self.path.display()
            ),
            KeySource::Keychain => text!("vault-key-from-keychain"),
            KeySource::Passphrase => text!("vault-key-from-passphrase"),
        }
    }
}

/// What decides which source is taken.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'w> {
    /// Named on the command line or in the profile.
    pub named: Option<KeySource>,
    /// What the store that is there was sealed with.
    pub sealed_with: Option<KeySource>,
    /// Variables that name a key.
    pub env: &'w Environment,
    /// Where the key file is if no variable says so.
    pub config_dir: &'w Path,
    /// The keychain may show its unlock dialog.
    pub interactive: bool,
}

impl<'a> KeyPlace<'a> {
    /// The source asked for, else the one that the store was sealed with. A new store without a
    /// named source takes the first that is configured: the systemd credential, `ROPC_KEY_FILE`,
    /// the keychain if it is open, a passphrase if there is somebody to ask. Once taken, it never
    /// falls through to the next.
    pub fn find(wish: Wish<'_>, person: &'a Person<'a>) -> Result<Self> {
        let credential = wish
            .env
            .path("CREDENTIALS_DIRECTORY")
            .map(|dir| dir.join(CREDENTIAL_NAME));
        let key_file = wish.env.path("ROPC_KEY_FILE");
        let keychain = OsKeychain::new(wish.interactive, os::identity_clue(wish.env));
        let source = match wish.named.or(wish.sealed_with) {
            Some(source) => source,
            None if credential.as_ref().is_some_and(|path| path.exists()) => KeySource::Credential,
            None if key_file.is_some() => KeySource::KeyFile,
            None if OsKeychain::is_open() => KeySource::Keychain,
            None if person.prompt.is_some() => KeySource::Passphrase,
            None => return Err(Error::config(text!("vault-key-no-source")).hints(options())),
        };
        let path = match source {
            KeySource::Credential => credential.ok_or_else(|| {
                Error::config(text!("vault-key-no-credentials"))
                    .hint(text!("vault-key-unit", name = CREDENTIAL_NAME))
            })?,
            KeySource::KeyFile => key_file.unwrap_or_else(|| wish.config_dir.join("store.key")),
            KeySource::Keychain | KeySource::Passphrase => PathBuf::new(),
        };
        Ok(Self {
            source,
            path,
            keychain,
            person,
        })
    }

    /// Which source.
    pub fn source(&self) -> KeySource {
        self.source
    }

    /// What protects the key, and what that is worth.
    pub(super) fn worth(&self) -> Text {
        match self.source {
            KeySource::Credential => text!("vault-worth-credential"),
            KeySource::KeyFile => text!("vault-worth-key-file"),
            KeySource::Keychain => text!("vault-worth-key-in-keychain"),
            KeySource::Passphrase => text!("vault-worth-passphrase"),
        }
    }

    /// The key of a store with this header.
    pub(super) fn read(&self, header: &Header) -> std::result::Result<SealingKey, VaultError> {
        match header {
            Header::Credential | Header::KeyFile => self.read_file(),
            Header::Keychain(number) => {
                let bytes = self
                    .keychain
                    .get(&keychain_account(*number))
                    .map_err(|mut e| {
                        if e.fault == VaultFault::NotFound {
                            e.fault = VaultFault::Unavailable;
                        }
                        e.message = text!("vault-key-not-had", reason = e.message);
                        e
                    })?;
                SealingKey::from_slice(bytes.as_slice())
                    .ok_or_else(|| VaultError::new(VaultFault::Damaged, text!("vault-key-damaged")))
            }
            Header::Passphrase(stretch) => {
                if let Some((known, key)) = &*self.person.known.borrow()
                    && known == stretch
                {
                    return Ok(key.duplicate());
                }
                let answer = self
                    .prompt()?
                    .secret(&text!("vault-key-ask"))
                    .map_err(unanswered)?;
                self.stretch(stretch.clone(), &answer)
            }
        }
    }

    /// The header and the key of a new store. A key that is there is used; one that can be made is
    /// made.
    pub(super) fn create(&self) -> std::result::Result<(Header, SealingKey), VaultError> {
        match self.source {
            KeySource::Credential => Ok((Header::Credential, self.read_file()?)),
            KeySource::KeyFile if self.path.symlink_metadata().is_ok() => {
                Ok((Header::KeyFile, self.read_file()?))
            }
            KeySource::KeyFile => Ok((Header::KeyFile, self.make_file()?)),
            KeySource::Keychain => {
                let mut number = [0u8; 8];
                getrandom::fill(&mut number).map_err(|e| random(&io::Error::other(e)))?;
                let key = SealingKey::random().map_err(|e| random(&e))?;
                self.keychain.put(
                    &keychain_account(number),
                    &SecretBytes::new(key.bytes().to_vec()),
                )?;
                Ok((Header::Keychain(number), key))
            }
            KeySource::Passphrase => {
                if let Some((stretch, key)) = &*self.person.known.borrow() {
                    return Ok((Header::Passphrase(stretch.clone()), key.duplicate()));
                }
                let stretch = Stretch::fresh().map_err(|e| random(&e))?;
                let answer = self.new_passphrase()?;
                let key = self.stretch(stretch.clone(), &answer)?;
                Ok((Header::Passphrase(stretch), key))
            }
        }
    }

    /// Fails now if a new store could not get its key; nothing is made yet but the passphrase.
    pub(super) fn prepare(&self) -> std::result::Result<(), VaultError> {
        match self.source {
            KeySource::Credential => self.read_file().map(drop),
            KeySource::KeyFile if self.path.symlink_metadata().is_ok() => {
                self.read_file().map(drop)
            }
            KeySource::KeyFile => Ok(()),
            KeySource::Keychain => super::ItemStore::check(&self.keychain),
            KeySource::Passphrase => self.create().map(drop),
        }
    }

    /// The store is empty and goes: so does a key that nothing else needs. A key file may be the
    /// admin's own and stays.
    pub(super) fn retire(&self, header: &Header) {
        if let Header::Keychain(number) = header {
            let _ = self.keychain.delete(&keychain_account(*number));
        }
    }

    /// The passphrase that was given opened nothing: it is asked for again next time.
    pub(super) fn was_wrong(&self) {
        *self.person.known.borrow_mut() = None;
    }

    fn prompt(&self) -> std::result::Result<&dyn Prompt, VaultError> {
        self.person.prompt.ok_or_else(|| {
            VaultError::new(VaultFault::Locked, text!("vault-key-no-terminal"))
                .hint(text!("vault-key-choose-another"))
                .hints(options())
        })
    }

    fn new_passphrase(&self) -> std::result::Result<Zeroizing<String>, VaultError> {
        let prompt = self.prompt()?;
        let answer = prompt
            .secret(&text!("vault-key-ask-new"))
            .map_err(unanswered)?;
        let refused = |message: Text| VaultError::new(VaultFault::Unavailable, message);
        if answer.chars().count() < SHORTEST {
            return Err(refused(text!("vault-key-passphrase-short"))
                .hint(text!("vault-key-passphrase-longer", count = SHORTEST)));
        }
        if *prompt
            .secret(&text!("vault-key-ask-again"))
            .map_err(unanswered)?
            != *answer
        {
            return Err(refused(text!("vault-key-passphrase-differs"))
                .hint(text!("vault-key-passphrase-again")));
        }
        Ok(answer)
    }

    fn stretch(
        &self,
        stretch: Stretch,
        passphrase: &str,
    ) -> std::result::Result<SealingKey, VaultError> {
        let key = stretch.key(passphrase).ok_or_else(|| {
            VaultError::new(VaultFault::Unavailable, text!("vault-key-no-memory"))
        })?;
        *self.person.known.borrow_mut() = Some((stretch, key.duplicate()));
        Ok(key)
    }

    /// 32 raw bytes, or 64 hexadecimal digits with an optional newline.
    fn read_file(&self) -> std::result::Result<SealingKey, VaultError> {
        let fault = |reason: &Text| {
            let message = text!(
                "vault-key-unreadable",
                path = self.path.display(),
                reason = reason
            );
            VaultError::new(VaultFault::Unavailable, message)
        };
        let mut file = os::open_nofollow(&self.path).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => fault(&io_reason(&e))
                .hint(text!("vault-key-missing-restore"))
                .hints((self.source == KeySource::KeyFile).then(|| text!("vault-key-other-place"))),
            _ => {
                fault(&io_reason(&e)).hint(text!("vault-readable-by", account = os::account_name()))
            }
        })?;
        // systemd's credentials directory sets its own modes (0440 with a private mount); our own
        // file is checked.
        if self.source == KeySource::KeyFile && os::is_set_to_others(&file).unwrap_or(true) {
            return Err(fault(&text!("vault-key-open"))
                .hint(text!("vault-chmod", path = self.path.display())));
        }
        let bytes =
            Zeroizing::new(os::read_bounded(&mut file, 66).map_err(|e| fault(&io_reason(&e)))?);
        decode(&bytes).ok_or_else(|| {
            fault(&text!("vault-key-shape"))
                .hint(text!("vault-key-make", path = self.path.display()))
        })
    }

    fn make_file(&self) -> std::result::Result<SealingKey, VaultError> {
        let fault = |e: &io::Error| {
            let message = text!(
                "vault-key-not-made",
                path = self.path.display(),
                reason = io_reason(e)
            );
            VaultError::new(VaultFault::Unavailable, message).hint(text!("vault-key-name-place"))
        };
        let key = SealingKey::random().map_err(|e| fault(&e))?;
        os::write_private(&self.path, key.bytes()).map_err(|e| fault(&e))?;
        Ok(key)
    }
}

/// The ways to a key, for whoever named none.
fn options() -> [Text; 3] {
    [
        text!("vault-key-option-file"),
        text!("vault-key-option-credential", name = CREDENTIAL_NAME),
        text!("vault-key-option-others"),
    ]
}

fn keychain_account(number: [u8; 8]) -> String {
    format!("store-key/{}", hex(&number))
}

fn random(error: &io::Error) -> VaultError {
    VaultError::new(
        VaultFault::Unavailable,
        text!("vault-key-no-random", reason = io_reason(error)),
    )
}

fn unanswered(error: Error) -> VaultError {
    VaultError {
        fault: VaultFault::Locked,
        message: error.message,
        hints: error.hints,
    }
}

pub(super) fn decode(bytes: &[u8]) -> Option<SealingKey> {
    if let Some(key) = SealingKey::from_slice(bytes) {
        return Some(key);
    }
    let text = std::str::from_utf8(bytes)
        .ok()?
        .trim_end_matches(['\r', '\n']);
    // The digits one by one: `from_str_radix` takes a sign, too.
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mut key = Zeroizing::new([0u8; 32]);
    for (byte, pair) in key.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    SealingKey::from_slice(key.as_slice())
}

#[cfg(test)]
pub(super) mod tests;
