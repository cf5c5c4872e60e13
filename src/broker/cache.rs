//! The sealed token cache: one small file for each profile and set of scopes. The associated data
//! of the seal is authority, tenant, client, user, scopes, generation and the token's end: a file
//! that was moved, copied from another profile, or left by an older login does not open. The end is
//! also in the clear, so that no run fetches the key for an expired token. A file that cannot be
//! read is a miss, never a failure.

use super::error::{CacheFault, CacheOff, Result};
use super::keys;
use super::note::Note;
use super::places::Places;
use super::token::Token;
use crate::os;
use crate::profile::{Profile, ProfileName, Scopes};
use crate::seal;
use crate::secret::{AccessToken, SealingKey, SecretBytes};
use crate::vault::{Item, Vault, VaultError};
use crate::world::World;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::path::PathBuf;
use std::time::Duration;
use zeroize::Zeroizing;

const MAGIC: &[u8; 8] = b"ropc-tk\x02";
/// The largest cache file, in bytes: a token of 64 KiB with room to spare.
const LIMIT: u64 = 256 * 1024;

/// The cache of one profile and one set of scopes.
pub(super) struct Cache {
    profile: Profile,
    file: Option<PathBuf>,
    identity: [u8; 32],
    places: Places,
    key: RefCell<Option<SealingKey>>,
}

/// What `status` shows of the cache.
#[derive(Debug)]
pub enum CacheStatus {
    /// A token, with its end and the scopes that it carries.
    Token {
        /// When it ends, epoch seconds.
        expires_at: u64,
        /// The scopes that the endpoint reported.
        scope: Option<String>,
        /// Where a warm run finds the key that opens it.
        key: KeyAt,
    },
    /// Nothing usable.
    Empty,
    /// No cache here.
    Off(CacheFault),
}

/// Where a run reads the key of the cache. JSON has these names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyAt {
    /// In the store only.
    Store,
    /// In a file of the runtime directory.
    RuntimeDirectory,
    /// In the store, and until the token ends in the kernel's keyring as well.
    KernelKeyring,
}

impl Cache {
    pub(super) fn new(places: &Places, profile: &Profile, scopes: &Scopes) -> Self {
        let identity = identity(profile, scopes);
        let name = crate::profile::hex(&identity[..8]);
        Self {
            file: places
                .cache_of(&profile.name)
                .map(|dir| dir.join(format!("{name}.sealed"))),
            profile: profile.clone(),
            identity,
            places: places.clone(),
            key: RefCell::new(None),
        }
    }

    /// The cached token, if it has not ended; `None` for every kind of miss. Reads the file first:
    /// without one it does not ask the store for the key. `Err` only when the store itself fails,
    /// as a sign-in would fail there too.
    pub(super) fn load(
        &self,
        vault: &Vault<'_>,
        world: &World<'_>,
    ) -> Result<Option<Token>, VaultError> {
        let Some(path) = &self.file else {
            return Ok(None);
        };
        let Some(sealed) = os::read_own(path, LIMIT) else {
            return Ok(None);
        };
        if ends(&sealed).is_none_or(|(end, _)| end <= world.clock.now()) {
            return Ok(None);
        }
        let nearby = keys::nearby(&self.profile, vault);
        let at_hand = nearby.as_ref().and_then(keys::Nearby::read);
        if let Some(token) = at_hand.and_then(|key| open(&key, &self.identity, &sealed)) {
            world.ui.verbose(|| Note::KeyNearby.into());
            return Ok(Some(token));
        }
        let mut known = self.key.borrow_mut();
        if known.is_none() {
            // No place for a key is no failure: no key ever existed, so no file here can open.
            let Some(home) = keys::home(&self.places, &self.profile, vault) else {
                return Ok(None);
            };
            *known = home.read()?;
        }
        let Some(key) = &*known else { return Ok(None) };
        let Some(token) = open(key, &self.identity, &sealed) else {
            world.ui.verbose(|| Note::CachedIgnored.into());
            return Ok(None);
        };
        crate::fault::point("cache-opened");
        if let Some(nearby) = &nearby {
            copy_key(nearby, key, &token, world);
            // This run holds no lock. A `logout` in between removed the file and its copy of the
            // key, but not the copy that was made just now.
            if !path.exists() {
                nearby.remove();
            }
        }
        Ok(Some(token))
    }

    /// A text that changes whenever a run stores another token here: the file's time and length.
    /// `None` without a file.
    pub(super) fn stamp(&self) -> Option<String> {
        let meta = std::fs::metadata(self.file.as_ref()?).ok()?;
        // Each token is first written to a new file and then renamed, so each has its own time.
        Some(format!("{:?} {}", meta.modified().ok()?, meta.len()))
    }

    /// The item of the key that [`Self::store`] will need, if it is not known yet: read together
    /// with the bundle, it costs nothing.
    pub(super) fn missing_key(&self) -> Option<Item> {
        if self.key.borrow().is_some() {
            return None;
        }
        let profile = &self.profile;
        Some(Item::cache_key(&profile.name, &profile.generation))
    }

    /// Takes the bytes of [`Self::missing_key`].
    pub(super) fn take_key(&self, bytes: &SecretBytes) {
        *self.key.borrow_mut() = SealingKey::from_slice(bytes.as_slice());
    }

    /// Seals a token and writes it.
    pub(super) fn store(
        &self,
        token: &Token,
        vault: &Vault<'_>,
        world: &World<'_>,
    ) -> Result<(), CacheFault> {
        let path = self
            .file
            .as_ref()
            .ok_or(CacheFault::Off(CacheOff::NoDirectory))?;
        let home = keys::home(&self.places, &self.profile, vault)
            .ok_or(CacheFault::Off(CacheOff::NoKeyPlace))?;
        let mut known = self.key.borrow_mut();
        if known.is_none() {
            *known = home.read().map_err(CacheFault::Vault)?;
        }
        let key = match known.take() {
            Some(key) => key,
            None => home.create()?,
        };
        let sealed = close(&key, &self.identity, token).map_err(CacheFault::Unsealable)?;
        // A cache that a power failure damages is a miss.
        os::write_private_soon(path, &sealed).map_err(|source| CacheFault::Unwritable {
            path: path.clone(),
            source,
        })?;
        if let Some(nearby) = keys::nearby(&self.profile, vault) {
            copy_key(&nearby, &key, token, world);
        }
        *known = Some(key);
        world.ui.verbose(|| Note::Sealed(path).into());
        Ok(())
    }

    /// Why there is no cache here at all: nothing can keep its key.
    pub(super) fn off(&self, vault: &Vault<'_>) -> Option<CacheOff> {
        let home = keys::home(&self.places, &self.profile, vault);
        home.is_none().then_some(CacheOff::NoKeyPlace)
    }

    fn key_at(&self, vault: &Vault<'_>) -> KeyAt {
        let nearby = keys::nearby(&self.profile, vault).and_then(|nearby| nearby.read());
        match vault {
            Vault::Items(_) if nearby.is_some() => KeyAt::KernelKeyring,
            Vault::Items(_) => KeyAt::Store,
            Vault::Source(_) => KeyAt::RuntimeDirectory,
        }
    }

    /// The state of the cache, for `status`.
    pub(super) fn status(&self, vault: &Vault<'_>, world: &World<'_>) -> CacheStatus {
        if self.file.is_none() {
            return CacheStatus::Off(CacheFault::Off(CacheOff::NoDirectory));
        }
        if let Some(off) = self.off(vault) {
            return CacheStatus::Off(CacheFault::Off(off));
        }
        match self.load(vault, world) {
            Ok(Some(token)) => CacheStatus::Token {
                expires_at: token.expires_at,
                scope: token.scope,
                key: self.key_at(vault),
            },
            Ok(None) => CacheStatus::Empty,
            Err(error) => CacheStatus::Off(CacheFault::Vault(error)),
        }
    }
}

/// Puts a copy of the key where the next run finds it faster. The copy ends with the token.
fn copy_key(nearby: &keys::Nearby, key: &SealingKey, token: &Token, world: &World<'_>) {
    // Never longer than a token lives, even if the clock is slow.
    let left = token.expires_at.saturating_sub(world.clock.now());
    let life = Duration::from_secs(left.min(token.lifetime()));
    if let Err(error) = nearby.keep(key, life) {
        world.ui.verbose(|| Note::KeyNotNearby(&error).into());
    }
}

/// Removes every cached token of a profile. Best effort: a file that stays no longer opens.
pub(super) fn clear(places: &Places, name: &ProfileName) {
    if let Some(dir) = places.cache_of(name) {
        let _ = std::fs::remove_dir_all(dir);
    }
    if let Some(dir) = places.keys_of(name) {
        let _ = std::fs::remove_dir_all(dir);
    }
}

/// Gives the cached tokens of a profile to another name. Best effort: without them a run signs in.
pub(super) fn rename(places: &Places, old: &ProfileName, new: &ProfileName) {
    for (from, to) in [
        (places.cache_of(old), places.cache_of(new)),
        (places.keys_of(old), places.keys_of(new)),
    ] {
        if let (Some(from), Some(to)) = (from, to)
            && from.exists()
        {
            let _ = std::fs::remove_dir_all(&to);
            let _ = std::fs::rename(from, to);
        }
    }
}

/// SHA-256 over everything the token belongs to, each part with its length, so that no two sets of
/// parts run together.
pub(super) fn identity(profile: &Profile, scopes: &Scopes) -> [u8; 32] {
    let base = profile.authority.base();
    let scopes = scopes.cache_key();
    let parts = [
        base.as_str(),
        profile.tenant.as_str(),
        profile.client_id.as_str(),
        profile.username.as_str(),
        &scopes,
        profile.generation.as_str(),
    ];
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    digest.finalize().into()
}

/// Layout: magic (8), expires (8), sealed. In the latter: obtained (8), length of the scope (4),
/// scope, token. Numbers are big-endian, times epoch seconds.
pub(super) fn close(
    key: &SealingKey,
    identity: &[u8; 32],
    token: &Token,
) -> std::io::Result<Vec<u8>> {
    let scope = token.scope.as_deref().unwrap_or_default();
    let text = token.access.expose_for_cache();
    let mut plain = Zeroizing::new(Vec::with_capacity(12 + scope.len() + text.len()));
    plain.extend_from_slice(&token.obtained_at.to_be_bytes());
    plain.extend_from_slice(&u32::try_from(scope.len()).unwrap_or(0).to_be_bytes());
    plain.extend_from_slice(scope.as_bytes());
    plain.extend_from_slice(text.as_bytes());
    let sealed = seal::close(key, &associated(identity, token.expires_at), &plain)?;
    Ok([&MAGIC[..], &token.expires_at.to_be_bytes(), &sealed].concat())
}

/// When a cached token ends, by the clear part of the file: needs no key and opens no store.
pub(super) fn end(places: &Places, profile: &Profile) -> Option<u64> {
    let cache = Cache::new(places, profile, &profile.scopes);
    let sealed = os::read_own(cache.file.as_deref()?, LIMIT)?;
    ends(&sealed).map(|(end, _)| end)
}

/// When the token ends, as the file says without a key, and the sealed part.
fn ends(file: &[u8]) -> Option<(u64, &[u8])> {
    let (end, sealed) = file.strip_prefix(MAGIC)?.split_first_chunk::<8>()?;
    Some((u64::from_be_bytes(*end), sealed))
}

/// `None` for anything that [`close`] did not make with this key for this identity.
pub(super) fn open(key: &SealingKey, identity: &[u8; 32], file: &[u8]) -> Option<Token> {
    let (expires_at, sealed) = ends(file)?;
    let plain = seal::open(key, &associated(identity, expires_at), sealed)?;
    let (obtained, rest) = plain.split_first_chunk::<8>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (scope, text) =
        rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    let scope = String::from_utf8(scope.to_vec()).ok()?;
    Some(Token {
        access: AccessToken::from_zeroizing(crate::secret::text_from_bytes(text.to_vec())?),
        obtained_at: u64::from_be_bytes(*obtained),
        expires_at,
        scope: Some(scope).filter(|s| !s.is_empty()),
    })
}

pub(super) fn associated(identity: &[u8; 32], expires_at: u64) -> Vec<u8> {
    [&MAGIC[..], &expires_at.to_be_bytes(), identity].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> Token {
        Token {
            access: AccessToken::new("eyJ.x.y".into()),
            obtained_at: 1000,
            expires_at: 4600,
            scope: Some("User.Read".into()),
        }
    }

    #[test]
    fn every_flip_and_every_truncation_is_a_miss() {
        let key = SealingKey::random().unwrap();
        let id = [7u8; 32];
        let good = close(&key, &id, &token()).unwrap();
        let back = open(&key, &id, &good).unwrap();
        assert_eq!(
            (
                back.access.expose_for_cache(),
                back.expires_at,
                back.scope.as_deref()
            ),
            ("eyJ.x.y", 4600, Some("User.Read"))
        );
        for i in 0..good.len() {
            for bit in 0..8 {
                let mut bad = good.clone();
                bad[i] ^= 1 << bit;
                assert!(open(&key, &id, &bad).is_none(), "byte {i} bit {bit}");
            }
            assert!(open(&key, &id, &good[..i]).is_none(), "cut at {i}");
        }
        let longer: Vec<u8> = good.iter().copied().chain([0]).collect();
        assert!(open(&key, &id, &longer).is_none());
        assert!(open(&key, &[8u8; 32], &good).is_none(), "another profile");
        assert!(open(&SealingKey::random().unwrap(), &id, &good).is_none());
    }
}
