//! One sign-in: breaker, bundle, request, outcome. The only code that decides when secrets are
//! read, and how long they stay.
//!
//! Stored secrets are read for one request and are gone when it is sent: while the answer is
//! awaited, nobody holds them. A repetition reads them again, and so does a refusal, which needs
//! them for the fingerprint and for the search for echoes.

use super::breaker::Breaker;
use super::cache::Cache;
use super::caller::Caller;
use super::fingerprint::Mark;
use super::source::{Held, Source, Trust};
use super::{Deadline, Mode, Places, Request, Token, echo_free, lock, retry};
use crate::entra::wire::{Answer, Form, Grant};
use crate::entra::{Post, TransportFault, odd_answer_error, wire};
use crate::error::{Error, Result};
use crate::profile::{Profile, Scopes};
use crate::secret::Secrets;
use crate::text::{Text, text};
use crate::vault::{StoreSpec, Vault};
use crate::world::World;
use entra_codes::{Facts, Guard};
use std::time::Duration;

/// Longer waits are announced.
const ANNOUNCE: Duration = Duration::from_secs(3);

/// Signs in with what the vault holds. The caller holds the profile's lock, and the cache that will
/// keep the token.
pub(super) fn with_stored_secrets(
    request: &Request<'_>,
    world: &World<'_>,
    places: &Places,
    vault: &dyn Vault,
    cache: &Cache,
) -> Result<Token> {
    let advice = cache.off(vault).map_or_else(
        || use_the_cache(request),
        |reason| Some(text!("broker-cache-none", reason = reason)),
    );
    let cache = (request.mode != Mode::NoCache).then_some(cache);
    stored(request, world, places, vault, (Caller::Job, advice), cache)
}

/// Which flag of this run makes sign-ins that the cache would spare.
fn use_the_cache(request: &Request<'_>) -> Option<Text> {
    let flag = match (request.mode, request.min_ttl) {
        (Mode::Refresh, _) => "--refresh",
        (Mode::NoCache, _) => "--no-cache",
        (Mode::Cached, Some(_)) => "--min-ttl",
        (Mode::Cached, None) => return None,
    };
    Some(text!("broker-use-the-cache", flag = flag))
}

/// `login --retry`: one more try of the stored secrets, asked for by a person.
pub(crate) fn retry_stored(request: &Request<'_>, world: &World<'_>) -> Result<Token> {
    let places = super::look_for_places(world);
    let spec = StoreSpec {
        interactive: world.prompt.is_some(),
        ..StoreSpec::unattended(request.profile)
    };
    let vault = world.vaults.open(spec)?;
    let _flight = lock::profile(&places, &request.profile.name, request.deadline, world.ui)?;
    stored(
        request,
        world,
        &places,
        vault.as_ref(),
        (Caller::Retry, None),
        None,
    )
}

fn stored(
    request: &Request<'_>,
    world: &World<'_>,
    places: &Places,
    vault: &dyn Vault,
    (caller, advice): (Caller, Option<Text>),
    cache: Option<&Cache>,
) -> Result<Token> {
    let (profile, scope) = (request.profile, request.scopes.cache_key());
    let mut breaker = Breaker::open(places, profile, &scope, caller, request.deadline, world.ui)?;
    breaker.admit(world.clock.now(), advice)?;
    let trust = Trust::of(profile)?;
    let deadline = request.deadline;
    let source = Source::Stored {
        vault,
        profile,
        trust: &trust,
        deadline,
        cache,
    };
    SignIn {
        profile,
        scopes: request.scopes,
        source,
        trust: &trust,
        deadline,
        world,
    }
    .run(&mut breaker)
}

/// Proves secrets that are not stored yet, for `login`. `retry` allows ones that were refused
/// before.
pub(crate) fn verify(
    profile: &Profile,
    trust: &Trust,
    secrets: &Secrets,
    retry: bool,
    deadline: Deadline,
    world: &World<'_>,
) -> Result<Token> {
    let sign_in = || {
        let places = super::look_for_places(world);
        let caller = if retry {
            Caller::LoginRetry
        } else {
            Caller::Login
        };
        let mut breaker = Breaker::open(
            &places,
            profile,
            &profile.scopes.cache_key(),
            caller,
            deadline,
            world.ui,
        )?;
        breaker.admit(world.clock.now(), None)?;
        let source = Source::Given(secrets);
        SignIn {
            profile,
            scopes: &profile.scopes,
            source,
            trust,
            deadline,
            world,
        }
        .run(&mut breaker)
    };
    sign_in()
}

/// One sign-in, with everything that stays the same over a repetition.
struct SignIn<'a> {
    profile: &'a Profile,
    scopes: &'a Scopes,
    source: Source<'a>,
    trust: &'a Trust,
    deadline: Deadline,
    world: &'a World<'a>,
}

/// What came of one request.
enum Attempt {
    Token(Token),
    /// And after what time the same may be sent once more, if at all.
    Failed(Error, Option<Duration>),
}

impl SignIn<'_> {
    fn run(&self, breaker: &mut Breaker<'_>) -> Result<Token> {
        self.world
            .clock
            .sleep(breaker.wait(self.world.clock.now(), self.deadline)?);
        let (failure, wait) = match self.attempt(breaker, self.source.open()?)? {
            Attempt::Token(token) => return Ok(token),
            Attempt::Failed(failure, wait) => (failure, wait),
        };
        let fits = |wait: &Duration| *wait + Duration::from_secs(1) < self.deadline.left();
        let paced = breaker.may_repeat(self.world.clock.now());
        let Some(wait) = wait
            .zip(paced)
            .map(|(wait, paced)| wait.max(paced))
            .filter(fits)
        else {
            return Err(failure.hints(breaker.next_try(self.world.clock.now())));
        };
        announce(&failure, wait, self.world);
        self.world.clock.sleep(wait);
        // A store that fails meanwhile ends the matter; what came of the request says more than
        // that.
        let Ok(secrets) = self.source.open() else {
            return Err(failure);
        };
        match self.attempt(breaker, secrets)? {
            Attempt::Token(token) => Ok(token),
            Attempt::Failed(failure, _) => {
                Err(failure.hints(breaker.next_try(self.world.clock.now())))
            }
        }
    }

    /// One request. `Err` only if nothing was sent.
    fn attempt(&self, breaker: &mut Breaker<'_>, secrets: Held<'_>) -> Result<Attempt> {
        if secrets.credential.sent_secret().is_some() {
            breaker.take_turn(self.deadline)?;
        }
        let outcome = self.request(breaker, secrets);
        breaker.end_turn();
        outcome
    }

    fn request(&self, breaker: &mut Breaker<'_>, secrets: Held<'_>) -> Result<Attempt> {
        let (profile, world) = (self.profile, self.world);
        breaker.admit_secrets(&secrets)?;
        let request_id = uuid::Uuid::new_v4();
        let id = request_id.to_string();
        let asked_at = world.clock.now();
        let (before_first_byte, marked) = breaker.mark(&id, asked_at);
        world
            .ui
            .verbose(|| text!("broker-asking", url = profile.token_url(), request = id));
        crate::fault::point("secrets-in-use");
        let (mark, body) = (Mark::of(&secrets), form(profile, self.scopes, &secrets));
        // From here on the only copy is the form, which goes as soon as it is sent.
        crate::fault::let_go(secrets);
        locked_memory::scrub_stack();
        let outcome = world.endpoint.post(Post {
            url: profile.token_url(),
            body,
            request_id,
            roots: self.trust.roots(),
            timeout: self.deadline.left(),
            before_first_byte,
        });
        let now = world.clock.now();
        crate::fault::point("answer-received");
        breaker.marked(&marked)?;
        let (failure, wait) = match outcome.map(|reply| wire::read(&reply)) {
            Ok(answer) => {
                let (answer, recorded) = self.judge(breaker, answer, mark.as_ref(), &id, now);
                let wait = retry::after_answer(&answer, now, retry::jitter());
                match failure_of(answer, profile, self.scopes) {
                    // A token in hand is not thrown away because the record could not be cleared.
                    Ok(grant) => {
                        if grant.expires_in.is_none() {
                            world.ui.warn(&text!(
                                "broker-lifetime-assumed",
                                time = Text::span(grant.lifetime())
                            ));
                        }
                        return Ok(Attempt::Token(token(grant, asked_at)));
                    }
                    Err(failure) => (failure, if recorded.is_ok() { wait } else { None }),
                }
            }
            Err(fault) => {
                let recorded = breaker.record_fault(&fault, &id, now);
                let wait = retry::after_fault(&fault, retry::jitter());
                (
                    explain(&fault, profile),
                    if recorded.is_ok() { wait } else { None },
                )
            }
        };
        Ok(Attempt::Failed(failure, wait))
    }

    /// Takes out of an answer what repeats a secret, and writes down what it means. A store is
    /// asked again for a refusal, and for permissions that nobody asked for or knows.
    fn judge(
        &self,
        breaker: &mut Breaker<'_>,
        answer: Answer,
        mark: Option<&Mark>,
        id: &str,
        now: u64,
    ) -> (Answer, Result<()>) {
        if let (Answer::Refused(refusal), Source::Stored { .. }) = (&answer, &self.source) {
            // Without a word of the service, as nothing is searched yet. What cannot be written
            // stays an unclear attempt.
            let _ = breaker.latch(&refusal.clone().without_words(id), id, now);
        }
        let is_given = matches!(self.source, Source::Given(_));
        let must_look = is_given || echo_free::needs_search(&answer, self.scopes);
        let sent = if must_look {
            self.source.sent(mark)
        } else {
            None
        };
        let answer = match &sent {
            Some(sent) => echo_free::searched(answer, sent, self.scopes),
            None => echo_free::unsearched(answer, self.scopes, id),
        };
        let recorded = breaker.record_answer(&answer, id, sent.as_deref(), now);
        if sent.is_some() {
            drop(sent);
            // The search and the slow hash leave pieces there (measured).
            locked_memory::scrub_stack();
        }
        (answer, recorded)
    }
}

fn form(profile: &Profile, scopes: &Scopes, secrets: &Secrets) -> wire::FormBody {
    Form {
        client_id: profile.client_id.as_str(),
        credential: &secrets.credential,
        username: profile.username.as_str(),
        password: &secrets.password,
        scope: &scopes.joined(),
    }
    .encode()
}

fn failure_of(
    answer: Answer,
    profile: &Profile,
    scopes: &Scopes,
) -> std::result::Result<Grant, Error> {
    match answer {
        Answer::Granted(grant) => Ok(grant),
        Answer::Odd(odd) => Err(odd_answer_error(&odd, profile.authority.host())),
        Answer::Refused(refusal) => {
            let scope = scopes.joined();
            let mut error = refusal.explain(&Facts {
                host: Some(profile.authority.host()),
                tenant: Some(profile.tenant.as_str()),
                client_id: Some(profile.client_id.as_str()),
                scope: Some(&scope),
            });
            if !profile.store.holds_keys()
                && matches!(
                    refusal.judgement.guard,
                    Guard::LatchPassword | Guard::LatchClientSecret
                )
            {
                error
                    .hints
                    .insert(0, text!("broker-secrets-from-store", store = profile.store));
            }
            Err(error)
        }
    }
}

fn explain(fault: &TransportFault, profile: &Profile) -> Error {
    fault.explain(profile.authority.host())
}

fn token(grant: Grant, asked_at: u64) -> Token {
    let expires_at = asked_at + grant.lifetime();
    Token {
        access: grant.token,
        obtained_at: asked_at,
        expires_at,
        scope: grant.scope,
    }
}

fn announce(failure: &Error, wait: Duration, world: &World<'_>) {
    let first = failure.message.first_line();
    let text = || {
        text!(
            "broker-once-more",
            failure = first,
            seconds = wait.as_secs().max(1)
        )
    };
    if wait >= ANNOUNCE {
        world.ui.note(&text());
    } else {
        world.ui.verbose(text);
    }
}
