//! Where the key of the `file` store comes from. One source a store: the one that was configured, never another.

use super::{VaultError, VaultFault};
use crate::error::{Error, Result, io_reason};
use crate::os;
use crate::profile::KeySource;
use crate::secret::SealingKey;
use crate::world::Environment;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A key source with its place.
#[derive(Clone, Debug)]
pub struct KeyPlace {
    source: KeySource,
    path: PathBuf,
}

const CREDENTIAL_NAME: &str = "ropc-key";

impl fmt::Display for KeyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.source, self.path.display())
    }
}

impl KeyPlace {
    /// The source asked for, or else the first that is configured: the systemd credential, then `ROPC_KEY_FILE`.
    /// Nothing is guessed beyond that.
    pub fn find(wanted: Option<KeySource>, env: &Environment, config_dir: &Path) -> Result<Self> {
        let credential = || env.path("CREDENTIALS_DIRECTORY").map(|d| d.join(CREDENTIAL_NAME));
        let key_file = || env.path("ROPC_KEY_FILE");
        match wanted {
            Some(source @ KeySource::Credential) => credential().map(|path| Self { source, path }).ok_or_else(|| {
                Error::config(
                    "the key of the file store is a systemd credential, and CREDENTIALS_DIRECTORY is not set here",
                )
                .hint(format!("start the job as a unit with `LoadCredentialEncrypted={CREDENTIAL_NAME}`"))
            }),
            Some(source @ KeySource::KeyFile) => {
                Ok(Self { source, path: key_file().unwrap_or_else(|| config_dir.join("store.key")) })
            }
            None => {
                if let Some(path) = credential().filter(|p| p.exists()) {
                    return Ok(Self { source: KeySource::Credential, path });
                }
                key_file().map(|path| Self { source: KeySource::KeyFile, path }).ok_or_else(|| {
                    Error::config("the file store needs a key, and no source for one was named")
                        .hint("`--key-source key-file` keeps it in a file that only this account reads: `store.key` in the configuration directory, or where ROPC_KEY_FILE points")
                        .hint(format!("`--key-source credential` takes it from systemd: `LoadCredentialEncrypted={CREDENTIAL_NAME}`"))
                })
            }
        }
    }

    /// Which source.
    pub fn source(&self) -> KeySource {
        self.source
    }

    /// Reads the key: 32 raw bytes, or 64 hexadecimal digits with an optional newline.
    pub(super) fn read(&self) -> std::result::Result<SealingKey, VaultError> {
        let fault = |reason: &str| {
            VaultError::new(
                VaultFault::Unavailable,
                format!("the key of the file store cannot be read from {}: {reason}", self.path.display()),
            )
        };
        let mut file = os::open_nofollow(&self.path).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => fault("it does not exist").hint(
                "the store opens with that key only: restore the file, or start anew by removing `store.sealed` and `ropc login`",
            ),
            _ => fault(&io_reason(&e)).hint(format!("it must be readable by {}", os::account_name())),
        })?;
        // systemd's credentials directory sets its own modes (0440 with a private mount); our own file is checked.
        if self.source == KeySource::KeyFile && os::is_set_to_others(&file).unwrap_or(true) {
            return Err(fault("others may read it, or another account owns it")
                .hint(format!("`chmod 600 {}`", self.path.display())));
        }
        let bytes = Zeroizing::new(os::read_bounded(&mut file, 66).map_err(|e| fault(&io_reason(&e)))?);
        decode(&bytes).ok_or_else(|| {
            fault("it is neither 32 bytes nor 64 hexadecimal digits")
                .hint(format!("make one with `head -c 32 /dev/urandom > {}`", self.path.display()))
        })
    }

    /// Makes a fresh key. Only a key file can be made, and only where there is none.
    pub(super) fn create(&self) -> std::result::Result<SealingKey, VaultError> {
        if self.source != KeySource::KeyFile {
            return self.read();
        }
        let fault = |e: &io::Error| {
            VaultError::new(
                VaultFault::Unavailable,
                format!("the key file {} cannot be made: {}", self.path.display(), io_reason(e)),
            )
            .hint("name a writable place with ROPC_KEY_FILE")
        };
        let key = SealingKey::random().map_err(|e| fault(&e))?;
        os::write_private(&self.path, key.bytes()).map_err(|e| fault(&e))?;
        Ok(key)
    }

    /// True if the key is there, readable or not.
    pub(super) fn exists(&self) -> bool {
        self.path.symlink_metadata().is_ok()
    }
}

fn decode(bytes: &[u8]) -> Option<SealingKey> {
    if let Some(key) = SealingKey::from_slice(bytes) {
        return Some(key);
    }
    let text = std::str::from_utf8(bytes).ok()?.trim_end_matches(['\r', '\n']);
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut key = Zeroizing::new([0u8; 32]);
    for (byte, pair) in key.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    SealingKey::from_slice(key.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_raw_or_hex() {
        assert!(decode(&[7; 32]).is_some());
        assert!(decode(format!("{}\n", "ab".repeat(32)).as_bytes()).is_some());
        for bad in [&b""[..], &[7; 31], &[7; 33], "zz".repeat(32).as_bytes()] {
            assert!(decode(bad).is_none());
        }
    }

    #[test]
    fn nothing_is_guessed() {
        let dir = tempfile::tempdir().unwrap();
        let none = Environment::default();
        assert!(KeyPlace::find(None, &none, dir.path()).unwrap_err().hints[0].contains("--key-source key-file"));
        assert!(KeyPlace::find(Some(KeySource::Credential), &none, dir.path()).is_err());
        let place = KeyPlace::find(Some(KeySource::KeyFile), &none, dir.path()).unwrap();
        assert!(place.read().unwrap_err().hints[0].contains("restore the file"));
        place.create().unwrap();
        assert!(place.read().is_ok());
    }
}
