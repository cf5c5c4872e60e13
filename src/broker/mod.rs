//! "A token for this profile, please": cache, lock, breaker, vault, entra, in this order.
//!
//! The one place that decides whether a password is used. Nothing is printed here but what is
//! waited for; no file format but those of the cache and the breaker's record is known here.

mod breaker;
mod cache;
mod caller;
mod echo_free;
mod fingerprint;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod keys;
mod ledger;
mod lock;
mod permissions;
mod places;
mod record;
mod retry;
mod sign_in;
mod source;
mod status;
mod words;

pub use crate::secret::Secrets;

pub use cache::{CacheStatus, KeyAt};
pub use keys::copies_work;
pub use places::Places;
pub(crate) use sign_in::{retry_stored, verify};
pub(crate) use source::{Trust, check_secrets, enrolled, roots, stored};
pub use status::{
    State as BreakerState, Status as BreakerStatus, refusals, status as breaker_status,
};
pub use words::when;

use crate::error::Result;
use crate::profile::{Generation, Profile, ProfileName, Scopes};
use crate::secret::AccessToken;
use crate::text::{Text, text};
use crate::vault::{StoreSpec, Vault};
use crate::world::World;
use std::time::{Duration, Instant};

/// The right to change a profile: while it is held, no other process signs in with it, replaces it
/// or removes it.
#[derive(Debug)]
pub struct Exclusive {
    _lock: lock::Lock,
}

/// Waits for that right.
pub fn exclusive(name: &ProfileName, deadline: Deadline, world: &World<'_>) -> Result<Exclusive> {
    let places = Places::find(world.env);
    Ok(Exclusive {
        _lock: lock::profile(&places, name, deadline, world.ui)?,
    })
}

/// How the cache is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Read and write it.
    #[default]
    Cached,
    /// Ignore what is there, store the new token.
    Refresh,
    /// Neither read nor write.
    NoCache,
}

/// One wish for a token.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Whose.
    pub profile: &'a Profile,
    /// What it may do; the profile's own or those of `--scope`.
    pub scopes: &'a Scopes,
    /// How the cache is used.
    pub mode: Mode,
    /// Least remaining life in seconds; `None` takes the standard margin.
    pub min_ttl: Option<u64>,
    /// When ropc's own work must be over.
    pub deadline: Deadline,
}

/// The end of ropc's own work: lock, vault and network together.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

/// Enough for a throttled minute and one slow answer, and less than a scheduler's patience.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(120);

impl Deadline {
    /// That much time from now.
    pub fn after(time: Duration) -> Self {
        Self(Instant::now() + time)
    }

    /// The earlier of this and that much time from now.
    fn within(self, time: Duration) -> Self {
        Self(self.0.min(Instant::now() + time))
    }

    /// What is left; zero when it is over.
    pub fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}

/// A token with what is known of it.
#[derive(Debug)]
pub struct Token {
    /// The token itself.
    pub access: AccessToken,
    /// When it was asked for, epoch seconds.
    pub obtained_at: u64,
    /// When it ends, epoch seconds.
    pub expires_at: u64,
    /// The scopes that it carries, if the endpoint said so.
    pub scope: Option<String>,
}

impl Token {
    /// Whole lifetime in seconds.
    pub fn lifetime(&self) -> u64 {
        self.expires_at.saturating_sub(self.obtained_at)
    }

    /// The margin that a token must still live to be handed out: 10 minutes, for short tokens a
    /// quarter of their lifetime. `Connect-MgGraph -AccessToken` refuses one with 5 minutes left.
    pub fn margin(&self) -> u64 {
        (self.lifetime() / 4).min(600)
    }

    /// True if it may be handed out now. A clock that stands before the token was made makes it
    /// useless: nobody knows how long it has lived.
    fn serves(&self, now: u64, min_ttl: Option<u64>) -> bool {
        if now < self.obtained_at || now >= self.expires_at {
            return false;
        }
        let left = self.expires_at - now;
        let Some(wanted) = min_ttl else {
            return left >= self.margin();
        };
        // No token lives as long as asked: the one that was just made is as good as it gets.
        // Without this, each run would sign in, and the loop protection (AADSTS50196) would stop
        // them all.
        let brand_new = now - self.obtained_at <= self.lifetime() / 10;
        left >= wanted || (wanted > self.lifetime() && brand_new)
    }
}

/// Gives a token that lives long enough: from the cache, or by one sign-in.
pub fn acquire(request: &Request<'_>, world: &World<'_>) -> Result<Token> {
    let token = obtain(request, world)?;
    tell_short(request, &token, world);
    Ok(token)
}

fn obtain(request: &Request<'_>, world: &World<'_>) -> Result<Token> {
    let vault = world.vaults.open(StoreSpec::unattended(request.profile))?;
    let places = look_for_places(world);
    let cache = cache::Cache::new(&places, request.profile, request.scopes);
    if let Some(token) = look(request, world, &cache, vault.as_ref())? {
        world.ui.verbose(|| text!("broker-token-cached"));
        return Ok(token);
    }
    let _flight = lock::profile(&places, &request.profile.name, request.deadline, world.ui)?;
    // Whoever held the lock may have left a token.
    if let Some(token) = look(request, world, &cache, vault.as_ref())? {
        world.ui.verbose(|| text!("broker-token-cached-meanwhile"));
        return Ok(token);
    }
    let token = sign_in::with_stored_secrets(request, world, &places, vault.as_ref(), &cache)?;
    crate::fault::point("token-in-hand");
    if request.mode != Mode::NoCache {
        keep(&cache, &token, world, vault.as_ref());
    }
    Ok(token)
}

/// Finds them, and says on every run that the record is where it does not last.
fn look_for_places(world: &World<'_>) -> Places {
    let places = Places::find(world.env);
    if let Some((reason, runtime)) = places.stand_in() {
        world.ui.warn(&text!(
            "broker-state-stand-in",
            reason = reason,
            runtime = runtime.display()
        ));
    }
    places
}

/// A cached token that is as good as it gets is no less short than one of a sign-in.
fn tell_short(request: &Request<'_>, token: &Token, world: &World<'_>) {
    if let Some(wanted) = request.min_ttl.filter(|wanted| *wanted > token.lifetime()) {
        let (life, wanted) = (Text::span(token.lifetime()), Text::span(wanted));
        world
            .ui
            .warn(&text!("broker-token-short", life = life, wanted = wanted));
    }
}

fn look(
    request: &Request<'_>,
    world: &World<'_>,
    cache: &cache::Cache,
    vault: &dyn Vault,
) -> Result<Option<Token>> {
    if request.mode != Mode::Cached {
        return Ok(None);
    }
    let token = cache.load(vault, world)?;
    Ok(token.filter(|t| t.serves(world.clock.now(), request.min_ttl)))
}

/// Stores a token. The cache is a convenience: that it cannot be written is said, and is no
/// failure.
fn keep(cache: &cache::Cache, token: &Token, world: &World<'_>, vault: &dyn Vault) {
    if let Some(reason) = cache.off(vault) {
        // As it was set up: `login` and `status` say so, not each run.
        world
            .ui
            .verbose(|| text!("broker-cache-none", reason = reason));
    } else if let Err(reason) = cache.store(token, vault, world) {
        world
            .ui
            .warn(&text!("broker-token-not-cached", reason = reason));
    }
}

/// After a `login`: stores the token that proved the secrets, so that the first job needs no
/// sign-in of its own.
pub fn remember(
    profile: &Profile,
    token: &Token,
    world: &World<'_>,
    vault: &dyn Vault,
) -> Result<()> {
    let places = Places::find(world.env);
    keep(
        &cache::Cache::new(&places, profile, &profile.scopes),
        token,
        world,
        vault,
    );
    Ok(())
}

/// Drops everything that `login` and `logout` make void: cached tokens, and what the breaker knows
/// of this generation. `replaced` (by `login`) leaves the fingerprints of refused secrets: another
/// profile may still hold the same one.
pub fn forget(profile: &Profile, replaced: bool, world: &World<'_>) -> Result<()> {
    let places = Places::find(world.env);
    cache::clear(&places, &profile.name);
    // Once more, after the file: a run that opened the file before may have laid down a copy
    // meanwhile.
    forget_key(&profile.name, &profile.generation);
    record::forget(
        &places,
        profile,
        replaced,
        Deadline::after(Duration::from_secs(5)),
        world.ui,
    )
}

/// Another text whenever another token of this profile is stored for these scopes, or another
/// `login` took place.
pub fn token_stamp(places: Option<&Places>, profile: &Profile, scopes: &Scopes) -> String {
    let stamp = places.and_then(|places| cache::Cache::new(places, profile, scopes).stamp());
    format!("{} {}", profile.generation, stamp.unwrap_or_default())
}

/// Drops what the breaker knows of secrets that were refused and never stored, whoever they are of.
pub fn forget_never_stored(world: &World<'_>) -> Result<()> {
    record::forget_never_stored(
        &Places::find(world.env),
        Deadline::after(Duration::from_secs(5)),
        world.ui,
    )
}

/// Takes the copy of a generation's cache key out of the kernel's keyring.
pub fn forget_key(name: &ProfileName, generation: &Generation) {
    keys::Nearby::of(name, generation).remove();
}

/// What the cache holds for a profile's own scopes, for `status`.
pub fn cache_status(
    profile: &Profile,
    world: &World<'_>,
    vault: &dyn Vault,
) -> Result<CacheStatus> {
    let places = Places::find(world.env);
    Ok(cache::Cache::new(&places, profile, &profile.scopes).status(vault, world))
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod token_tests {
    use super::*;

    fn token(obtained_at: u64, lifetime: u64) -> Token {
        Token {
            access: AccessToken::new("t".into()),
            obtained_at,
            expires_at: obtained_at + lifetime,
            scope: None,
        }
    }

    #[test]
    fn margins_shrink_with_the_token() {
        assert_eq!(token(0, 3600).margin(), 600);
        assert_eq!(token(0, 60).margin(), 15);
        let t = token(1000, 3600);
        assert!(t.serves(1000 + 3000, None) && !t.serves(1000 + 3001, None));
        assert!(!t.serves(999, None), "the clock went back");
    }

    #[test]
    fn min_ttl_beyond_the_lifetime_is_no_loop() {
        let t = token(1000, 3600);
        assert!(t.serves(1000, Some(3600)) && !t.serves(1001, Some(3600)));
        assert!(
            t.serves(1360, Some(7200)),
            "just made: nothing longer is to be had"
        );
        assert!(!t.serves(1361, Some(7200)));
        assert!(!t.serves(1000 + 3600, Some(7200)));
    }
}
