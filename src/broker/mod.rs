//! "A token for this profile, please": cache, lock, breaker, store, entra, in this order. The one
//! place that decides whether ropc uses a password. It prints only notes, and knows only the file
//! formats of the cache and of the breaker's record.

mod breaker;
mod cache;
mod caller;
mod deadline;
mod directories;
mod echo_free;
mod error;
mod fingerprint;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod keys;
mod ledger;
mod lock;
mod note;
mod permissions;
mod places;
mod proof;
mod ready;
mod record;
mod request;
mod retry;
mod sign_in;
mod source;
mod status;
mod token;

pub use crate::secret::Secrets;

pub use cache::{CacheStatus, KeyAt};
pub use caller::Caller;
pub use deadline::{DEFAULT_TIMEOUT, Deadline};
pub use error::{
    Advice, Awaited, BrokerError, CaFault, CacheFault, CacheOff, Held, Hold, NoSecrets, NoToken,
    PlaceFault, RecordFault, Unreadable,
};
pub use keys::copies_work;
pub use ledger::{LastAnswer, Said, SecretKind};
pub(crate) use note::Note;
pub use places::{NoStateDir, Places};
pub use request::{Mode, Request};
pub(crate) use sign_in::{Verification, verify};
pub(crate) use source::{Trust, check_secrets, enrolled, roots, stored};
pub use status::{
    State as BreakerState, Status as BreakerStatus, StatusReason, refusals,
    status as breaker_status,
};
pub use token::Token;

use crate::profile::{Generation, Profile, ProfileName, Scopes};
use crate::vault::{StoreSpec, Vault};
use crate::world::World;
use cache::Cache;
use directories::look_for_places;
use error::Result;
use sign_in::StoredSignIn;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The right to change a profile: while this process holds it, no other process signs in with the
/// profile, replaces it or removes it.
#[derive(Debug)]
pub struct Exclusive {
    _lock: lock::Lock,
}

/// Waits for that right. Fails if another process keeps it until the deadline, or if its lock file
/// has no place or cannot be used.
pub fn exclusive(name: &ProfileName, deadline: Deadline, world: &World<'_>) -> Result<Exclusive> {
    let places = Places::find(world.env);
    Ok(Exclusive {
        _lock: lock::profile(&places, name, deadline, world.ui)?,
    })
}

/// A token that lives long enough: from the cache, or by one sign-in. Fails if another process
/// keeps the lock until the deadline, if the breaker holds the sign-in back (`Held`), if the store
/// gives no secrets, or if the request gets no token (`NoToken`).
pub fn acquire(request: &Request<'_>, world: &World<'_>) -> Result<Token> {
    let run = Run::start(StoreSpec::unattended(request.profile), world)?;
    let cache = run.cache(request);
    if let Some(token) = run.look(request, &cache)? {
        world.ui.verbose(|| Note::Cached.into());
        return Ok(token);
    }
    let _flight = run.lock(request)?;
    run.sign_in(request, &cache)
}

/// A token for each request, in their order, or none at all: under one lock, and with one look into
/// the cache and one sign-in at most for each set of scopes. The requests differ in nothing else.
/// Fails as [`acquire`] does.
pub fn acquire_all(requests: &[Request<'_>], world: &World<'_>) -> Result<Vec<Rc<Token>>> {
    let Some(first) = requests.first() else {
        return Ok(Vec::new());
    };
    let run = Run::start(StoreSpec::unattended(first.profile), world)?;
    let mut seen = BTreeSet::new();
    let wanted: Vec<(&Request<'_>, Cache)> = requests
        .iter()
        .filter(|request| seen.insert(request.scopes.cache_key()))
        .map(|request| (request, run.cache(request)))
        .collect();
    let mut tokens = BTreeMap::new();
    for (request, cache) in &wanted {
        if let Some(token) = run.look(request, cache)? {
            tokens.insert(request.scopes.cache_key(), Rc::new(token));
        }
    }
    if tokens.len() == wanted.len() {
        world.ui.verbose(|| Note::Cached.into());
    } else {
        let _flight = run.lock(first)?;
        for (request, cache) in &wanted {
            if let Entry::Vacant(missing) = tokens.entry(request.scopes.cache_key()) {
                missing.insert(Rc::new(run.sign_in(request, cache)?));
            }
        }
    }
    let in_order = requests
        .iter()
        .filter_map(|request| tokens.get(&request.scopes.cache_key()).cloned());
    Ok(in_order.collect())
}

/// `login --retry`: one more try of the stored secrets, at a person's request. Stores the token for
/// the first job before it frees the lock: a `logout` that waits for the lock removes it.
pub(crate) fn retry_stored(profile: &Profile, deadline: Deadline, world: &World<'_>) -> Result<()> {
    let store = StoreSpec {
        interactive: world.prompt.is_some(),
        ..StoreSpec::unattended(profile)
    };
    let request = Request {
        profile,
        scopes: &profile.scopes,
        mode: Mode::Refresh,
        min_ttl: None,
        deadline,
    };
    let run = Run::start(store, world)?;
    let cache = run.cache(&request);
    let _flight = run.lock(&request)?;
    let token = run.stored(&request).for_retry(&cache)?;
    keep(&cache, &token, world, &run.vault);
    Ok(())
}

/// The means of one run that needs tokens of a profile.
struct Run<'a> {
    vault: Vault<'a>,
    places: Places,
    world: &'a World<'a>,
}

impl<'a> Run<'a> {
    fn start(store: StoreSpec<'_>, world: &'a World<'a>) -> Result<Self> {
        Ok(Self {
            vault: world.vaults.open(store)?,
            places: look_for_places(world),
            world,
        })
    }

    fn cache(&self, request: &Request<'_>) -> Cache {
        Cache::new(&self.places, request.profile, request.scopes)
    }

    fn lock(&self, request: &Request<'_>) -> Result<lock::Lock> {
        let name = &request.profile.name;
        lock::profile(&self.places, name, request.deadline, self.world.ui)
    }

    /// The cached token, if it serves.
    fn look(&self, request: &Request<'_>, cache: &Cache) -> Result<Option<Token>> {
        if request.mode != Mode::Cached {
            return Ok(None);
        }
        let token = cache.load(&self.vault, self.world)?;
        let token = token.filter(|t| t.serves(self.world.clock.now(), request.min_ttl));
        if let Some(token) = &token {
            warn_of_short(request, token, self.world);
        }
        Ok(token)
    }

    fn stored<'r>(&'r self, request: &'r Request<'r>) -> StoredSignIn<'r> {
        StoredSignIn {
            request,
            places: &self.places,
            vault: &self.vault,
            world: self.world,
        }
    }

    /// Signs in and stores the token. The caller holds the lock.
    fn sign_in(&self, request: &Request<'_>, cache: &Cache) -> Result<Token> {
        // The process that held the lock may have stored a token.
        if let Some(token) = self.look(request, cache)? {
            self.world.ui.verbose(|| Note::CachedMeanwhile.into());
            return Ok(token);
        }
        let token = self.stored(request).for_job(cache)?;
        crate::fault::point("token-in-hand");
        if request.mode != Mode::NoCache {
            keep(cache, &token, self.world, &self.vault);
        }
        warn_of_short(request, &token, self.world);
        Ok(token)
    }
}

/// Warns if no token lives as long as `--min-ttl` asks; for a cached one as well as for one of a
/// sign-in.
fn warn_of_short(request: &Request<'_>, token: &Token, world: &World<'_>) {
    let lifetime = token.lifetime();
    if let Some(wanted) = request.min_ttl
        && wanted > lifetime
    {
        world.ui.warn(&Note::Short { lifetime, wanted }.into());
    }
}

/// Stores a token. The cache is a convenience: a run says that it cannot be written, and goes on.
fn keep(cache: &Cache, token: &Token, world: &World<'_>, vault: &Vault<'_>) {
    if let Some(off) = cache.off(vault) {
        // `login` and `status` report that this set-up has no cache; not each run.
        world.ui.verbose(|| Note::NoCache(off).into());
    } else if let Err(fault) = cache.store(token, vault, world) {
        world.ui.warn(&Note::NotCached(&fault).into());
    }
}

/// After a `login`: stores the token that proved the secrets, so that the first job needs no
/// sign-in of its own.
pub fn remember(profile: &Profile, token: &Token, world: &World<'_>, vault: &Vault<'_>) {
    let places = Places::find(world.env);
    let cache = Cache::new(&places, profile, &profile.scopes);
    keep(&cache, token, world, vault);
}

/// Drops what `login` and `logout` make invalid: cached tokens, and the breaker's entries of this
/// generation. `keep_prints` keeps the fingerprints of refused secrets: another profile may still
/// hold the same one. Fails if the records have no place, or if one cannot be read or
/// written; the tokens are gone by then.
pub fn forget(profile: &Profile, keep_prints: bool, world: &World<'_>) -> Result<()> {
    let places = Places::find(world.env);
    cache::clear(&places, &profile.name);
    // Once more, after the file: a run that opened the file before may have made a copy meanwhile.
    forget_key(&profile.name, &profile.generation);
    record::forget(&places, profile, keep_prints, world.ui)
}

/// After a `rename`: moves the cached tokens to the new name, and writes it into the breaker's
/// entries. `profile` has the new name. Fails as [`forget`] does; the tokens have the new name by
/// then.
pub fn renamed(old: &ProfileName, profile: &Profile, world: &World<'_>) -> Result<()> {
    let places = Places::find(world.env);
    cache::rename(&places, old, &profile.name);
    record::rename(&places, profile, world.ui)
}

/// A text that changes whenever a run stores another token of this profile for these scopes, and
/// after each `login`.
pub fn token_stamp(places: &Places, profile: &Profile, scopes: &Scopes) -> String {
    let stamp = Cache::new(places, profile, scopes).stamp();
    format!("{} {}", profile.generation, stamp.unwrap_or_default())
}

/// Drops the breaker's entries for refused secrets that were never stored, of all users. Goes on
/// after a record that cannot be read or written, and fails with the first such error.
pub fn forget_never_stored(world: &World<'_>) -> Result<()> {
    record::forget_never_stored(&Places::find(world.env), world.ui)
}

/// Removes the copy of a generation's cache key from the kernel's keyring.
pub fn forget_key(name: &ProfileName, generation: &Generation) {
    keys::Nearby::of(name, generation).remove();
}

/// When the cached token of a profile's own scopes ends, epoch seconds, for `list`: says what the
/// file says, and opens no store. `None` without such a file.
pub fn cached_until(profile: &Profile, places: &Places) -> Option<u64> {
    cache::end(places, profile)
}

/// What the cache holds for a profile's own scopes, for `status`.
pub fn cache_status(profile: &Profile, world: &World<'_>, vault: &Vault<'_>) -> CacheStatus {
    let places = Places::find(world.env);
    Cache::new(&places, profile, &profile.scopes).status(vault, world)
}

#[cfg(test)]
mod tests;
