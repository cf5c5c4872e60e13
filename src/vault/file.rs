//! The `file` store: one sealed file for machines without a keychain.
//!
//! XChaCha20-Poly1305 with a fresh random nonce at each write; the header is authenticated. The key comes from the source
//! that the header names. This protects a copied or backed-up file, not the files of an account against that account.

use super::store_header::{Header, NotAHeader};
use super::{Item, KeyPlace, Vault, VaultError, VaultFault};
use crate::error::io_reason;
use crate::l10n::msg;
use crate::os;
use crate::profile::KeySource;
use crate::seal;
use crate::secret::{SealingKey, SecretBytes};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

const LIMIT: u64 = 4 * 1024 * 1024;
const LOCK_DEADLINE: Duration = Duration::from_secs(5);

/// Records in memory: account and value. Values are wiped when dropped.
pub(super) type Records = Vec<(String, Zeroizing<Vec<u8>>)>;

/// The embedded encrypted store.
#[derive(Debug)]
pub struct FileVault<'a> {
    path: PathBuf,
    key: KeyPlace<'a>,
}

/// The source that the store at `path` was sealed with; `None` if there is none, or it cannot be read.
pub(super) fn sealed_with(path: &Path) -> Option<KeySource> {
    let bytes = os::read_bounded(&mut os::open_nofollow(path).ok()?, LIMIT).ok()?;
    Header::split(&bytes).ok().map(|(header, _)| header.source())
}

impl<'a> FileVault<'a> {
    /// A store in this file, opened with the key of this place.
    pub fn new(path: PathBuf, key: KeyPlace<'a>) -> Self {
        Self { path, key }
    }

    /// Everything in the store with what opened it; `None` when the file does not exist.
    fn load(&self) -> Result<Option<(Records, Header, SealingKey)>, VaultError> {
        let mut file = match os::open_nofollow(&self.path) {
            Ok(file) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(self.unreadable(VaultFault::Unavailable, &e)),
        };
        if os::is_set_to_others(&file).unwrap_or(true) {
            let path = self.path.display();
            return Err(VaultError::new(VaultFault::Unavailable, msg!("vault-file-open", path = path))
                .hint(msg!("vault-chmod", path = path)));
        }
        let bytes = os::read_bounded(&mut file, LIMIT).map_err(|e| self.unreadable(VaultFault::Damaged, &e))?;
        let (header, body) = Header::split(&bytes).map_err(|e| self.not_a_store(e))?;
        if header.source() != self.key.source() {
            let (path, sealed, asked) = (self.path.display(), header.source(), self.key.source());
            let message = msg!("vault-file-other-source", path = path, sealed = sealed, asked = asked);
            return Err(
                VaultError::new(VaultFault::Unavailable, message).hint(msg!("vault-file-use-source", source = sealed))
            );
        }
        let key = self.key.read(&header)?;
        let records = seal::open(&key, &header.encode(), body).as_deref().and_then(|plain| decode(plain));
        let records = records.ok_or_else(|| self.wrong_key())?;
        Ok(Some((records, header, key)))
    }

    fn unreadable(&self, fault: VaultFault, e: &io::Error) -> VaultError {
        VaultError::new(fault, msg!("vault-file-unreadable", path = self.path.display(), reason = io_reason(e)))
    }

    fn wrong_key(&self) -> VaultError {
        self.key.was_wrong();
        let message = msg!("vault-file-wrong-key", path = self.path.display(), place = self.key);
        let mistyped = (self.key.source() == KeySource::Passphrase).then(|| msg!("vault-file-mistyped"));
        VaultError::new(VaultFault::Damaged, message).hints(mistyped).hint(msg!("vault-file-restore-either"))
    }

    fn not_a_store(&self, reason: NotAHeader) -> VaultError {
        let path = self.path.display();
        let (fault, message, hint) = match reason {
            NotAHeader::Format(format) => {
                let message = msg!("vault-file-newer-format", path = path, format = format);
                (VaultFault::Damaged, message, msg!("vault-file-update"))
            }
            NotAHeader::Source(_) => {
                (VaultFault::Unavailable, msg!("vault-file-unknown-source", path = path), msg!("vault-file-newer"))
            }
            NotAHeader::Foreign | NotAHeader::Costs => {
                (VaultFault::Damaged, msg!("vault-file-foreign", path = path), msg!("vault-file-restore"))
            }
        };
        VaultError::new(fault, message).hint(hint)
    }

    fn unwritable(&self, e: &io::Error) -> VaultError {
        let message = msg!("vault-file-unwritable", path = self.path.display(), reason = io_reason(e));
        VaultError::new(VaultFault::Unavailable, message).hint(msg!("vault-file-unchanged"))
    }

    fn save(&self, header: &Header, key: &SealingKey, records: &Records) -> Result<(), VaultError> {
        let header = header.encode();
        let sealed = seal::close(key, &header, &encode(records)).map_err(|e| self.unwritable(&e))?;
        os::write_private(&self.path, &[header, sealed].concat()).map_err(|e| self.unwritable(&e))
    }

    /// Nothing is left: the next `login` may choose another key source.
    fn retire(&self, header: &Header) -> Result<(), VaultError> {
        std::fs::remove_file(&self.path).map_err(|e| self.unwritable(&e))?;
        self.key.retire(header);
        Ok(())
    }

    /// One writer at a time, by a lock on a side file: a rename replaces the store itself.
    fn lock(&self) -> Result<File, VaultError> {
        let path = self.path.with_extension("lock");
        let store = self.path.display();
        let unavailable = |e: &io::Error| {
            let message = msg!("vault-file-not-locked", path = store, reason = io_reason(e));
            VaultError::new(VaultFault::Unavailable, message)
        };
        if let Some(dir) = path.parent() {
            os::create_private_dir(dir).map_err(|e| unavailable(&e))?;
        }
        let file = os::open_lock(&path).map_err(|e| unavailable(&e))?;
        let start = Instant::now();
        while file.try_lock().is_err() {
            if start.elapsed() > LOCK_DEADLINE {
                return Err(VaultError::new(VaultFault::TimedOut, msg!("vault-file-busy", path = store)));
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

impl Vault for FileVault<'_> {
    fn title(&self) -> String {
        msg!("vault-title-file", path = self.path.display(), key = self.key)
    }

    fn worth(&self) -> String {
        self.key.worth()
    }

    fn is_slow(&self) -> bool {
        self.key.source() == KeySource::Keychain
    }

    fn check(&self) -> Result<(), VaultError> {
        let _lock = self.lock()?;
        if self.load()?.is_none() { self.key.prepare() } else { Ok(()) }
    }

    fn read(&self, item: &Item) -> Result<SecretBytes, VaultError> {
        let account = item.account();
        let found = self.load()?.and_then(|(records, ..)| records.into_iter().find(|(name, _)| *name == account));
        let none = || msg!("vault-file-no-item", path = self.path.display(), item = account);
        let mut value = found.ok_or_else(|| VaultError::new(VaultFault::NotFound, none()))?.1;
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

/// Length-prefixed records: two bytes and the account, four bytes and the value, all big-endian.
pub(super) fn encode(records: &Records) -> Zeroizing<Vec<u8>> {
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

pub(super) fn decode(mut rest: &[u8]) -> Option<Records> {
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
    use super::super::Person;
    use super::super::key_source::tests::{Answers, wish};
    use super::*;
    use crate::world::Environment;
    use std::cell::RefCell;

    fn vault(dir: &Path) -> FileVault<'static> {
        // Leaked once a test: the store borrows whom it may ask.
        with(dir, KeySource::KeyFile, Box::leak(Box::default()))
    }

    fn with<'a>(dir: &Path, source: KeySource, person: &'a Person<'a>) -> FileVault<'a> {
        let key = KeyPlace::find(wish(Some(source), &Environment::default(), dir), person).unwrap();
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
        store.write(&a, &SecretBytes::new(vec![7; 70_000])).unwrap();
        assert!(store.read(&a).unwrap().as_slice() == vec![7; 70_000]);
        store.write(&a, &SecretBytes::new(b"\0\xff".to_vec())).unwrap();
        assert_eq!(vault(dir.path()).read(&a).unwrap().as_slice(), b"\0\xff");
        assert_eq!(store.read(&b).unwrap().as_slice(), b"");
        let (first, second) = store.read_both(&a, &b).unwrap();
        assert!(first.as_slice() == b"\0\xff" && second.unwrap().as_slice() == b"");
        assert!(store.read_both(&a, &item("0000000000000003")).unwrap().1.is_none());
        assert!(store.has(&b).unwrap() && !store.has(&item("0000000000000003")).unwrap());
        assert!(store.remove(&a).unwrap() && !store.remove(&a).unwrap());
        assert!(!std::fs::read(dir.path().join("store.sealed")).unwrap().windows(7).any(|w| w == b"default"));
    }

    #[test]
    fn every_flipped_byte_and_every_truncation_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let store = vault(dir.path());
        store.write(&item("0000000000000001"), &SecretBytes::new(b"hunter2".to_vec())).unwrap();
        let good = std::fs::read(&store.path).unwrap();
        assert_eq!(crate::vault::sealed_with(dir.path()), Some(KeySource::KeyFile));
        for i in 0..good.len() {
            let mut bad = good.clone();
            bad[i] ^= 1;
            for content in [&bad[..], &good[..i]] {
                os::write_private(&store.path, content).unwrap();
                assert_ne!(store.read(&item("0000000000000001")).unwrap_err().fault, VaultFault::NotFound, "byte {i}");
                assert!(store.has(&item("0000000000000001")).is_err(), "byte {i}");
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

    #[test]
    fn what_cannot_be_opened_is_not_taken_for_no_store() {
        let dir = tempfile::tempdir().unwrap();
        let place = KeyPlace::find(
            wish(Some(KeySource::KeyFile), &Environment::default(), dir.path()),
            Box::leak(Box::default()),
        );
        // No system opens such a name, and none says that it is not there.
        let store = FileVault::new(dir.path().join("store\0.sealed"), place.unwrap());
        assert_eq!(store.read(&item("0000000000000001")).unwrap_err().fault, VaultFault::Unavailable);
        assert!(store.write(&item("0000000000000001"), &SecretBytes::new(b"x".to_vec())).is_err());
    }

    #[test]
    fn what_changes_nothing_writes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let store = vault(dir.path());
        assert!(!store.remove(&item("0000000000000001")).unwrap());
        assert!(!store.path.exists() && !dir.path().join("store.key").exists());
        store.write(&item("0000000000000001"), &SecretBytes::new(b"x".to_vec())).unwrap();
        let before = std::fs::read(&store.path).unwrap();
        assert!(!store.remove(&item("0000000000000002")).unwrap());
        assert_eq!(std::fs::read(&store.path).unwrap(), before, "no new nonce");
        os::write_private(&store.path, b"ropc-file-store").unwrap();
        assert_eq!(store.check().unwrap_err().fault, VaultFault::Damaged, "`login` is told before it sends a password");
    }

    #[test]
    fn an_emptied_store_is_gone_and_may_take_another_key() {
        let dir = tempfile::tempdir().unwrap();
        let (store, a) = (vault(dir.path()), item("0000000000000001"));
        store.write(&a, &SecretBytes::new(b"x".to_vec())).unwrap();
        assert_eq!(sealed_with(&store.path), Some(KeySource::KeyFile));
        assert!(store.remove(&a).unwrap());
        assert!(!store.path.exists());
        assert_eq!(sealed_with(&store.path), None);
    }

    #[test]
    fn a_passphrase_opens_it_and_another_does_not() {
        let (dir, a) = (tempfile::tempdir().unwrap(), item("0000000000000001"));
        let answers = |list: &[&'static str]| Answers(RefCell::new(list.iter().copied().collect()));
        let first = answers(&["five random words", "five random words"]);
        let person = Person::new(Some(&first));
        let store = with(dir.path(), KeySource::Passphrase, &person);
        assert!(with(dir.path(), KeySource::Keychain, &person).is_slow() && !store.is_slow());
        store.check().unwrap();
        store.write(&a, &SecretBytes::new(b"x".to_vec())).unwrap();
        assert_eq!(store.read(&a).unwrap().as_slice(), b"x");
        assert_eq!(sealed_with(&store.path), Some(KeySource::Passphrase));

        let later = answers(&["five random wordz", "five random words"]);
        let person = Person::new(Some(&later));
        let store = with(dir.path(), KeySource::Passphrase, &person);
        assert!(store.read(&a).unwrap_err().hints[0].contains("mistyped"));
        assert_eq!(store.read(&a).unwrap().as_slice(), b"x", "asked again after a wrong one");
        assert_eq!(store.read(&a).unwrap().as_slice(), b"x", "and not again after the right one");

        let nobody = Person::default();
        assert_eq!(with(dir.path(), KeySource::Passphrase, &nobody).read(&a).unwrap_err().fault, VaultFault::Locked);
        let other = with(dir.path(), KeySource::KeyFile, &nobody).read(&a).unwrap_err();
        assert!(other.hints[0].contains("--key-source passphrase"), "{:?}", other.hints);
    }

    #[test]
    fn it_is_named_and_worth_what_its_key_is_worth() {
        let dir = tempfile::tempdir().unwrap();
        let store = vault(dir.path());
        assert!(store.title().contains("store.sealed") && store.title().contains("store.key"), "{}", store.title());
        assert!(store.holds_keys());
        for (source, words) in [
            (KeySource::KeyFile, "a copy of the store without that file is worthless"),
            (KeySource::Keychain, "its key is in the keychain"),
            (KeySource::Passphrase, "worth as much as the passphrase"),
        ] {
            let nobody = Person::default();
            let worth = with(dir.path(), source, &nobody).worth();
            assert!(worth.contains(words), "{worth}");
        }
    }

    #[test]
    fn a_writer_waits_for_another_one_but_not_for_ever() {
        let dir = tempfile::tempdir().unwrap();
        let (store, other) = (vault(dir.path()), vault(dir.path()));
        let held = other.lock().unwrap();
        let start = Instant::now();
        let error = store.write(&item("0000000000000001"), &SecretBytes::new(b"x".to_vec())).unwrap_err();
        assert_eq!(error.fault, VaultFault::TimedOut, "{}", error.message);
        assert!(start.elapsed() >= LOCK_DEADLINE, "{:?}", start.elapsed());
        assert!(!store.path.exists());
        drop(held);
        store.write(&item("0000000000000001"), &SecretBytes::new(b"x".to_vec())).unwrap();
    }
}
