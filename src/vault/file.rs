//! The `file` store: one sealed file for machines without a keychain.
//!
//! XChaCha20-Poly1305 with a fresh random nonce at each write; the header is authenticated. The key
//! comes from the source that the header names. This protects a copied or backed-up file; it does
//! not protect the files of an account against that account.

use super::error::{FileFault, StoreTitle, VaultError, Worth};
use super::item::Item;
use super::key_source::KeyPlace;
use super::port::ItemStore;
use super::store_header::Header;
use crate::os;
use crate::profile::KeySource;
use crate::seal;
use crate::secret::{SealingKey, SecretBytes};
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

const LIMIT: u64 = 4 * 1024 * 1024;
const LOCK_DEADLINE: Duration = Duration::from_secs(5);
/// The time between two tries.
const LOCK_POLL: Duration = Duration::from_millis(10);

/// Records in memory: account and value. Values are wiped when dropped.
pub(super) type Records = Vec<(String, Zeroizing<Vec<u8>>)>;

/// The embedded encrypted store.
#[derive(Debug)]
pub struct FileStore<'a> {
    path: PathBuf,
    key: KeyPlace<'a>,
}

/// The source that the store at `path` was sealed with; `None` if there is none, or it cannot be
/// read.
pub(super) fn sealed_with(path: &Path) -> Option<KeySource> {
    let bytes = os::read_bounded(&mut os::open_nofollow(path).ok()?, LIMIT).ok()?;
    Header::split(&bytes)
        .ok()
        .map(|(header, _)| header.source())
}

impl<'a> FileStore<'a> {
    /// A store in this file, opened with the key of this place.
    pub fn new(path: PathBuf, key: KeyPlace<'a>) -> Self {
        Self { path, key }
    }

    fn failed(&self, fault: FileFault) -> VaultError {
        VaultError::File {
            path: self.path.clone(),
            fault,
        }
    }

    /// Everything in the store with what opened it; `None` when the file does not exist.
    fn load(&self) -> Result<Option<(Records, Header, SealingKey)>, VaultError> {
        let mut file = match os::open_nofollow(&self.path) {
            Ok(file) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(self.failed(FileFault::Unreadable(e))),
        };
        if os::is_set_to_others(&file).unwrap_or(true) {
            return Err(self.failed(FileFault::OpenToOthers));
        }
        let bytes = os::read_bounded(&mut file, LIMIT)
            .map_err(|e| self.failed(FileFault::Unreadable(e)))?;
        let (header, body) =
            Header::split(&bytes).map_err(|e| self.failed(FileFault::NotAStore(e)))?;
        let sealed = header.source();
        let asked = self.key.source();
        if sealed != asked {
            return Err(self.failed(FileFault::OtherSource { sealed, asked }));
        }
        let mut tries = 1;
        loop {
            let key = self.key.read(&header)?;
            let plain = seal::open(&key, &header.encode(), body);
            if let Some(records) = plain.as_deref().and_then(|plain| decode(plain)) {
                return Ok(Some((records, header, key)));
            }
            let wrong = FileFault::WrongKey(self.key.home().clone());
            self.key.was_wrong(self.failed(wrong), tries)?;
            tries += 1;
        }
    }

    fn unwritable(&self, e: io::Error) -> VaultError {
        self.failed(FileFault::Unwritable(e))
    }

    fn save(&self, header: &Header, key: &SealingKey, records: &Records) -> Result<(), VaultError> {
        let header = header.encode();
        let sealed = seal::close(key, &header, &encode(records)).map_err(|e| self.unwritable(e))?;
        os::write_private(&self.path, &[header, sealed].concat()).map_err(|e| self.unwritable(e))
    }

    /// Removes the empty store, so that the next `login` may choose another key source.
    fn retire(&self, header: &Header) -> Result<(), VaultError> {
        std::fs::remove_file(&self.path).map_err(|e| self.unwritable(e))?;
        self.key.retire(header);
        Ok(())
    }

    /// One writer at a time: takes a lock on a second file, as a rename replaces the store itself.
    fn lock(&self) -> Result<File, VaultError> {
        let path = self.path.with_extension("lock");
        let file = open_lock(&path).map_err(|e| not_locked(&path, e))?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::Error(e)) => return Err(not_locked(&path, e)),
                Err(TryLockError::WouldBlock) if start.elapsed() > LOCK_DEADLINE => {
                    return Err(self.failed(FileFault::Busy));
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_POLL),
            }
        }
    }

    /// Reads, changes and writes under the lock. Makes a missing key only together with the first
    /// content.
    fn change<T>(&self, change: impl FnOnce(&mut Records) -> (T, bool)) -> Result<T, VaultError> {
        let _lock = self.lock()?;
        if let Some(dir) = self.path.parent() {
            // The file of a killed writer holds old secrets, sealed with the same key.
            os::remove_leftovers(dir);
        }
        let (mut records, opened) = match self.load()? {
            Some((records, header, key)) => (records, Some((header, key))),
            None => (Records::new(), None),
        };
        let (answer, changed) = change(&mut records);
        match opened {
            Some((header, _)) if changed && records.is_empty() => self.retire(&header)?,
            Some((header, key)) if changed => self.save(&header, &key, &records)?,
            None if changed => {
                let (header, key) = self.key.create()?;
                self.save(&header, &key, &records)?;
            }
            _ => {}
        }
        Ok(answer)
    }
}

fn not_locked(path: &Path, e: io::Error) -> VaultError {
    VaultError::File {
        path: path.to_owned(),
        fault: FileFault::NotLocked(e),
    }
}

fn open_lock(path: &Path) -> io::Result<File> {
    if let Some(dir) = path.parent() {
        os::create_private_dir(dir)?;
    }
    os::open_lock(path)
}

impl ItemStore for FileStore<'_> {
    fn title(&self) -> StoreTitle {
        StoreTitle::File {
            path: self.path.clone(),
            key: self.key.home().clone(),
        }
    }

    fn worth(&self) -> Worth {
        Worth::File(self.key.source())
    }

    fn is_slow(&self) -> bool {
        self.key.source() == KeySource::Keychain
    }

    fn check(&self) -> Result<(), VaultError> {
        let _lock = self.lock()?;
        if self.load()?.is_none() {
            self.key.prepare()?;
        }
        Ok(())
    }

    fn read(&self, item: &Item) -> Result<SecretBytes, VaultError> {
        let account = item.account();
        let found = self
            .load()?
            .and_then(|(records, ..)| records.into_iter().find(|(name, _)| *name == account));
        let Some((_, mut value)) = found else {
            return Err(self.failed(FileFault::NoItem(account.to_owned())));
        };
        Ok(SecretBytes::new(std::mem::take(&mut *value)))
    }

    fn write(&self, item: &Item, secret: &SecretBytes) -> Result<(), VaultError> {
        let account = item.account();
        self.change(|records| {
            records.retain(|(name, _)| *name != account);
            records.push((
                account.to_owned(),
                Zeroizing::new(secret.as_slice().to_vec()),
            ));
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

/// Length-prefixed records: two bytes and the account, four bytes and the value, all big-endian.
pub(super) fn encode(records: &Records) -> Zeroizing<Vec<u8>> {
    let size = records.iter().map(|(a, v)| a.len() + v.len() + 6).sum();
    let mut plain = Zeroizing::new(Vec::with_capacity(size));
    for (account, value) in records {
        // Accounts are at most 100 bytes and values at most BUNDLE_LIMIT, so neither length is cut.
        plain.extend_from_slice(
            &u16::try_from(account.len())
                .unwrap_or(u16::MAX)
                .to_be_bytes(),
        );
        plain.extend_from_slice(account.as_bytes());
        plain.extend_from_slice(&u32::try_from(value.len()).unwrap_or(u32::MAX).to_be_bytes());
        plain.extend_from_slice(value);
    }
    plain
}

pub(super) fn decode(mut rest: &[u8]) -> Option<Records> {
    let mut records = Records::new();
    while !rest.is_empty() {
        let (account, after) = take(rest, 2)?;
        let (value, after) = take(after, 4)?;
        records.push((
            String::from_utf8(account.to_vec()).ok()?,
            Zeroizing::new(value.to_vec()),
        ));
        rest = after;
    }
    Some(records)
}

fn take(bytes: &[u8], prefix: usize) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_at_checked(prefix)?;
    let length = length
        .iter()
        .fold(0usize, |n, b| (n << 8) | usize::from(*b));
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests;
