//! The `file` store: one sealed file for machines without a keychain.
//!
//! XChaCha20-Poly1305 with a fresh random nonce at each write; the header is authenticated. The key comes from the source
//! that the header names. This protects a copied or backed-up file, not the files of an account against that account.

use super::{Item, KeyPlace, Vault, VaultError, VaultFault};
use crate::error::io_reason;
use crate::os;
use crate::profile::KeySource;
use crate::seal;
use crate::secret::{SealingKey, SecretBytes};
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// `ropc-file-store`, format 1, then one byte for the key source.
const MAGIC: &[u8] = b"ropc-file-store\x01";
const LIMIT: u64 = 4 * 1024 * 1024;
const LOCK_DEADLINE: Duration = Duration::from_secs(5);

/// Records in memory: account and value. Values are wiped when dropped.
type Records = Vec<(String, Zeroizing<Vec<u8>>)>;

/// The embedded encrypted store.
#[derive(Debug)]
pub struct FileVault {
    path: PathBuf,
    key: KeyPlace,
}

impl FileVault {
    /// A store in this file, opened with the key of this place.
    pub fn new(path: PathBuf, key: KeyPlace) -> Self {
        Self { path, key }
    }

    fn fault(&self, fault: VaultFault, reason: &str) -> VaultError {
        VaultError::new(fault, format!("the file store {} {reason}", self.path.display()))
    }

    fn header(&self) -> Vec<u8> {
        [MAGIC, &[source_byte(self.key.source())]].concat()
    }

    /// Everything in the store; `None` when the file does not exist.
    fn load(&self) -> Result<Option<Records>, VaultError> {
        let mut file = match os::open_nofollow(&self.path) {
            Ok(file) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(self.fault(VaultFault::Unavailable, &format!("cannot be read: {}", io_reason(&e)))),
        };
        if os::is_set_to_others(&file).unwrap_or(true) {
            return Err(self
                .fault(VaultFault::Unavailable, "may be read by others, or another account owns it")
                .hint(format!("`chmod 600 {}`", self.path.display())));
        }
        let bytes = os::read_bounded(&mut file, LIMIT)
            .map_err(|e| self.fault(VaultFault::Damaged, &format!("cannot be read: {}", io_reason(&e))))?;
        self.check_header(&bytes)?;
        let (header, body) = bytes.split_at(MAGIC.len() + 1);
        let plain = seal::open(&self.key.read()?, header, body).ok_or_else(|| self.wrong_key())?;
        decode(&plain).ok_or_else(|| self.wrong_key()).map(Some)
    }

    fn wrong_key(&self) -> VaultError {
        self.fault(
            VaultFault::Damaged,
            &format!("does not open with the key from {}: it is another key, or the file is damaged", self.key),
        )
        .hint("restore the file or its key from a backup, or start anew by removing the file and `ropc login`")
    }

    fn check_header(&self, bytes: &[u8]) -> Result<(), VaultError> {
        let header = self.header();
        if bytes.len() > header.len() && bytes.starts_with(&header) {
            return Ok(());
        }
        if bytes.starts_with(&MAGIC[..MAGIC.len() - 1]) && bytes.len() > header.len() {
            let (version, source) = (bytes[MAGIC.len() - 1], bytes[MAGIC.len()]);
            if version != 1 {
                return Err(self
                    .fault(VaultFault::Damaged, &format!("has format {version}, which a newer ropc wrote"))
                    .hint("update ropc"));
            }
            let Some(sealed_with) = KeySource::ALL.into_iter().find(|known| source_byte(*known) == source) else {
                return Err(self
                    .fault(VaultFault::Unavailable, "was sealed with a key from a source that is not known here")
                    .hint("a newer ropc wrote it: update ropc"));
            };
            return Err(self
                .fault(
                    VaultFault::Unavailable,
                    &format!("was sealed with a key from the source {sealed_with}, not {}", self.key.source()),
                )
                .hint(format!("enrol with `ropc login --key-source {sealed_with}`")));
        }
        Err(self
            .fault(VaultFault::Damaged, "is not a ropc store, or is damaged")
            .hint("restore it from a backup, or start anew by removing it and `ropc login`"))
    }

    fn save(&self, key: &SealingKey, records: &Records) -> Result<(), VaultError> {
        let header = self.header();
        let unwritable = |e: &io::Error| {
            self.fault(VaultFault::Unavailable, &format!("cannot be written: {}", io_reason(e)))
                .hint("nothing was changed; make the directory writable, or set ROPC_CONFIG_DIR to one that is")
        };
        let sealed = seal::close(key, &header, &encode(records)).map_err(|e| unwritable(&e))?;
        os::write_private(&self.path, &[header, sealed].concat()).map_err(|e| unwritable(&e))
    }

    /// One writer at a time, by a lock on a side file: a rename replaces the store itself.
    fn lock(&self) -> Result<File, VaultError> {
        let path = self.path.with_extension("lock");
        let unavailable =
            |e: &io::Error| self.fault(VaultFault::Unavailable, &format!("cannot be locked: {}", io_reason(e)));
        if let Some(dir) = path.parent() {
            os::create_private_dir(dir).map_err(|e| unavailable(&e))?;
        }
        let file = os::open_lock(&path).map_err(|e| unavailable(&e))?;
        let start = Instant::now();
        while file.try_lock().is_err() {
            if start.elapsed() > LOCK_DEADLINE {
                return Err(self.fault(VaultFault::TimedOut, "is being written by another process that does not end"));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(file)
    }

    /// Reads, changes and writes under the lock. A missing key is made only together with the first content.
    fn change<T>(&self, change: impl FnOnce(&mut Records) -> (T, bool)) -> Result<T, VaultError> {
        let _lock = self.lock()?;
        if let Some(dir) = self.path.parent() {
            // A killed writer's file holds the secrets of its time, sealed with the same key.
            os::remove_leftovers(dir);
        }
        let (mut records, fresh) = match self.load()? {
            Some(records) => (records, false),
            None => (Records::new(), true),
        };
        let (answer, changed) = change(&mut records);
        if changed {
            let key = if fresh && !self.key.exists() { self.key.create()? } else { self.key.read()? };
            self.save(&key, &records)?;
        }
        Ok(answer)
    }
}

impl Vault for FileVault {
    fn title(&self) -> String {
        format!("the encrypted file {}, its key from {}", self.path.display(), self.key)
    }

    fn check(&self) -> Result<(), VaultError> {
        let _lock = self.lock()?;
        if self.load()?.is_none() && self.key.exists() {
            self.key.read()?;
        }
        Ok(())
    }

    fn read(&self, item: &Item) -> Result<SecretBytes, VaultError> {
        let account = item.account();
        let found = self.load()?.and_then(|records| records.into_iter().find(|(name, _)| *name == account));
        let mut value = found.ok_or_else(|| self.fault(VaultFault::NotFound, &format!("holds no item `{account}`")))?.1;
        Ok(SecretBytes::new(std::mem::take(&mut *value)))
    }

    fn write(&self, item: &Item, secret: &SecretBytes) -> Result<(), VaultError> {
        let account = item.account();
        self.change(|records| {
            records.retain(|(name, _)| *name != account);
            records.push((account, Zeroizing::new(secret.as_slice().to_vec())));
            ((), true)
        })
    }

    fn remove(&self, item: &Item) -> Result<bool, VaultError> {
        let account = item.account();
        self.change(|records| {
            let before = records.len();
            records.retain(|(name, _)| *name != account);
            let removed = records.len() != before;
            (removed, removed)
        })
    }
}

/// How the header names the source of the key.
fn source_byte(source: KeySource) -> u8 {
    match source {
        KeySource::Credential => 1,
        KeySource::KeyFile => 2,
    }
}

/// Length-prefixed records: two bytes and the account, four bytes and the value, all big-endian.
fn encode(records: &Records) -> Zeroizing<Vec<u8>> {
    let size = records.iter().map(|(a, v)| a.len() + v.len() + 6).sum();
    let mut plain = Zeroizing::new(Vec::with_capacity(size));
    for (account, value) in records {
        // Accounts are at most 100 bytes and values at most BUNDLE_LIMIT, so neither length is cut.
        plain.extend_from_slice(&u16::try_from(account.len()).unwrap_or(u16::MAX).to_be_bytes());
        plain.extend_from_slice(account.as_bytes());
        plain.extend_from_slice(&u32::try_from(value.len()).unwrap_or(u32::MAX).to_be_bytes());
        plain.extend_from_slice(value);
    }
    plain
}

fn decode(mut rest: &[u8]) -> Option<Records> {
    let mut records = Records::new();
    while !rest.is_empty() {
        let (account, after) = take(rest, 2)?;
        let (value, after) = take(after, 4)?;
        records.push((String::from_utf8(account.to_vec()).ok()?, Zeroizing::new(value.to_vec())));
        rest = after;
    }
    Some(records)
}

fn take(bytes: &[u8], prefix: usize) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_at_checked(prefix)?;
    let length = length.iter().fold(0usize, |n, b| (n << 8) | usize::from(*b));
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Environment;

    fn vault(dir: &std::path::Path) -> FileVault {
        let key = KeyPlace::find(Some(KeySource::KeyFile), &Environment::default(), dir).unwrap();
        FileVault::new(dir.join("store.sealed"), key)
    }

    fn item(generation: &str) -> Item {
        Item::bundle(&"default".parse().unwrap(), &generation.parse().unwrap())
    }

    #[test]
    fn items_come_and_go() {
        let dir = tempfile::tempdir().unwrap();
        let (a, b) = (item("0000000000000001"), item("0000000000000002"));
        let store = vault(dir.path());
        store.check().unwrap();
        assert_eq!(store.read(&a).unwrap_err().fault, VaultFault::NotFound);
        store.write(&a, &SecretBytes::new(b"hunter2".to_vec())).unwrap();
        store.write(&b, &SecretBytes::new(vec![])).unwrap();
        store.write(&a, &SecretBytes::new(b"\0\xff".to_vec())).unwrap();
        assert_eq!(vault(dir.path()).read(&a).unwrap().as_slice(), b"\0\xff");
        assert_eq!(store.read(&b).unwrap().as_slice(), b"");
        assert!(store.remove(&a).unwrap() && !store.remove(&a).unwrap());
        assert!(!std::fs::read(dir.path().join("store.sealed")).unwrap().windows(7).any(|w| w == b"default"));
    }

    #[test]
    fn every_flipped_byte_and_every_truncation_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let store = vault(dir.path());
        store.write(&item("0000000000000001"), &SecretBytes::new(b"hunter2".to_vec())).unwrap();
        let good = std::fs::read(&store.path).unwrap();
        for i in 0..good.len() {
            let mut bad = good.clone();
            bad[i] ^= 1;
            for content in [&bad[..], &good[..i]] {
                os::write_private(&store.path, content).unwrap();
                assert_ne!(store.read(&item("0000000000000001")).unwrap_err().fault, VaultFault::NotFound, "byte {i}");
            }
        }
    }

    #[test]
    fn a_lost_key_does_not_start_an_empty_store() {
        let dir = tempfile::tempdir().unwrap();
        let store = vault(dir.path());
        store.write(&item("0000000000000001"), &SecretBytes::new(b"x".to_vec())).unwrap();
        std::fs::remove_file(dir.path().join("store.key")).unwrap();
        assert!(store.write(&item("0000000000000002"), &SecretBytes::new(b"y".to_vec())).is_err());
        assert!(!dir.path().join("store.key").exists());
    }
}
