//! One sign-in: breaker, bundle, request, outcome. The only code that decides when ropc reads
//! secrets, and how long it keeps them. A sign-in reads stored secrets for one request and drops
//! them when it is sent: while ropc waits for the answer, it holds none. A repetition reads them
//! again, and so does a refusal, which needs them for the fingerprint and for the search for
//! echoes.

use super::breaker::{Breaker, Exchange, SignInSubject};
use super::cache::Cache;
use super::caller::Caller;
use super::deadline::Deadline;
use super::directories::look_for_places;
use super::error::{Advice, BrokerError, NoToken, Result};
use super::fingerprint::Mark;
use super::note::Note;
use super::places::Places;
use super::ready::{self, Ready};
use super::request::{Mode, Request};
use super::source::{Source, Stored, Trust};
use super::token::Token;
use super::{echo_free, proof, retry};
use crate::entra::wire::{self, Answer, Form, Proof};
use crate::entra::{Asked, EntraError, Post};
use crate::profile::{Profile, Scopes};
use crate::secret::{Claims, Password, Secrets};
use crate::vault::Vault;
use crate::world::World;
use std::time::Duration;

/// The run announces longer waits.
const ANNOUNCE: Duration = Duration::from_secs(3);

/// A sign-in with stored secrets. The caller holds the profile's lock.
pub(super) struct StoredSignIn<'a> {
    pub(super) request: &'a Request<'a>,
    pub(super) places: &'a Places,
    pub(super) vault: &'a Vault<'a>,
    pub(super) world: &'a World<'a>,
}

impl StoredSignIn<'_> {
    /// The sign-in of a job; `cache` will keep the token.
    pub(super) fn for_job(&self, cache: &Cache) -> Result<Token> {
        let advice = match cache.off(self.vault) {
            Some(off) => Some(Advice::GetCache(off)),
            None => use_the_cache(self.request).map(Advice::LeaveOut),
        };
        if self.request.mode == Mode::NoCache {
            self.run(Caller::Job, advice, None)
        } else {
            self.run(Caller::Job, advice, Some(cache))
        }
    }

    /// The sign-in of `login --retry`, whose token `cache` will keep.
    pub(super) fn for_retry(&self, cache: &Cache) -> Result<Token> {
        self.run(Caller::Retry, None, Some(cache))
    }

    fn run(&self, caller: Caller, advice: Option<Advice>, cache: Option<&Cache>) -> Result<Token> {
        let Request {
            profile,
            scopes,
            deadline,
            ..
        } = *self.request;
        let world = self.world;
        let subject = SignInSubject {
            profile,
            scopes,
            caller,
        };
        let mut breaker = Breaker::open(subject, self.places, deadline, world.ui)?;
        breaker.admit(world.clock.now(), advice)?;
        let trust = Trust::of(profile)?;
        SignIn {
            profile,
            scopes,
            source: Source::Stored(Stored {
                vault: self.vault,
                profile,
                trust: &trust,
                deadline,
                cache,
            }),
            trust: &trust,
            deadline,
            world,
        }
        .run(&mut breaker)
    }
}

/// The flag of this run that causes sign-ins which the cache would save.
fn use_the_cache(request: &Request<'_>) -> Option<&'static str> {
    match (request.mode, request.min_ttl) {
        (Mode::Refresh, _) => Some("--refresh"),
        (Mode::NoCache, _) => Some("--no-cache"),
        (Mode::Cached, Some(_)) => Some("--min-ttl"),
        (Mode::Cached, None) => None,
    }
}

/// Secrets that are not stored yet, for `login` to prove.
pub(crate) struct Verification<'a> {
    /// The profile that will have them.
    pub(crate) profile: &'a Profile,
    /// Whom to trust.
    pub(crate) trust: &'a Trust,
    /// The secrets to prove.
    pub(crate) secrets: &'a Secrets,
    /// True if a person asks for one more try of secrets that Entra refused before.
    pub(crate) retry: bool,
    /// When the trial must end.
    pub(crate) deadline: Deadline,
}

/// Proves secrets by one sign-in.
pub(crate) fn verify(verification: &Verification<'_>, world: &World<'_>) -> Result<Token> {
    let Verification {
        profile,
        trust,
        secrets,
        retry,
        deadline,
    } = *verification;
    let places = look_for_places(world);
    let subject = SignInSubject {
        profile,
        scopes: &profile.scopes,
        caller: if retry {
            Caller::LoginRetry
        } else {
            Caller::Login
        },
    };
    let mut breaker = Breaker::open(subject, &places, deadline, world.ui)?;
    breaker.admit(world.clock.now(), None)?;
    SignIn {
        profile,
        scopes: &profile.scopes,
        source: Source::Given(secrets),
        trust,
        deadline,
        world,
    }
    .run(&mut breaker)
}

/// One sign-in: everything that a repetition uses again.
struct SignIn<'a> {
    profile: &'a Profile,
    scopes: &'a Scopes,
    source: Source<'a>,
    trust: &'a Trust,
    deadline: Deadline,
    world: &'a World<'a>,
}

/// The result of one request.
enum Attempt {
    Token(Token),
    /// The failure, and after what time ropc may repeat the request, if at all.
    Failed(Box<NoToken>, Option<Duration>),
}

impl SignIn<'_> {
    fn run(&self, breaker: &mut Breaker<'_>) -> Result<Token> {
        let clock = self.world.clock;
        clock.sleep(breaker.wait(clock.now(), self.deadline)?);
        let (failure, wait) = match self.attempt(breaker, self.gather()?)? {
            Attempt::Token(token) => return Ok(token),
            Attempt::Failed(failure, wait) => (*failure, wait),
        };
        let Some(wait) = self.repeats_after(wait, breaker) else {
            return Err(self.ended(failure, breaker));
        };
        wait_to_repeat(&failure, wait, self.world);
        // If the store fails now, the sign-in ends; the error of the request says more than that of
        // the store.
        let Ok(ready) = self.gather() else {
            return Err(BrokerError::NoToken(Box::new(failure)));
        };
        match self.attempt(breaker, ready)? {
            Attempt::Token(token) => Ok(token),
            Attempt::Failed(failure, _) => Err(self.ended(*failure, breaker)),
        }
    }

    fn gather(&self) -> Result<Ready<'_>> {
        ready::gather(self.profile, &self.source, self.deadline, self.world)
    }

    /// How long the one repetition waits, if the answer, the breaker and the deadline allow it.
    fn repeats_after(&self, wait: Option<Duration>, breaker: &Breaker<'_>) -> Option<Duration> {
        let paced = breaker.may_repeat(self.world.clock.now())?;
        let wait = wait?.max(paced);
        (wait + Duration::from_secs(1) < self.deadline.left()).then_some(wait)
    }

    fn ended(&self, failure: NoToken, breaker: &Breaker<'_>) -> BrokerError {
        BrokerError::NoToken(Box::new(NoToken {
            next_try: breaker.next_try(self.world.clock.now()),
            ..failure
        }))
    }

    /// One request. `Err` only if nothing was sent.
    fn attempt(&self, breaker: &mut Breaker<'_>, ready: Ready<'_>) -> Result<Attempt> {
        if ready.secrets.credential.judged().is_some() {
            breaker.take_turn(self.deadline)?;
        }
        let outcome = self.request(breaker, ready);
        // Once more from above: an answer takes along the bytes between its fields, from where the
        // search for secrets made it, into each frame that hands it on (measured).
        locked_memory::scrub_stack();
        breaker.end_turn();
        outcome
    }

    fn request(&self, breaker: &mut Breaker<'_>, ready: Ready<'_>) -> Result<Attempt> {
        let Ready { statement, secrets } = ready;
        let world = self.world;
        let asked_at = world.clock.now();
        breaker.admit_secrets(&secrets)?;
        let (assertion, claims) = statement.map(|s| (s.assertion, s.claims)).unzip();
        let proof = proof::of(&secrets.credential, assertion, self.profile, asked_at)?;
        let id = uuid::Uuid::new_v4();
        let request_id = id.to_string();
        let (before_first_byte, marked) = breaker.mark(&request_id, asked_at);
        let url = self.profile.token_url();
        world.ui.verbose(|| {
            let url = url.as_str();
            let request_id = request_id.as_str();
            Note::Asking { url, request_id }.into()
        });
        crate::fault::point("secrets-in-use");
        let mark = Mark::of(&secrets);
        let body = self.form(proof, &secrets.password);
        // From here on the only copy is the form, which is dropped as soon as it is sent.
        crate::fault::let_go(secrets);
        locked_memory::scrub_stack();
        let host = self.profile.authority.host();
        let waiting = world.ui.waiting(&Note::Unanswered(host).into(), None);
        let reply = world.endpoint.post(Post {
            url,
            body,
            request_id: id,
            roots: self.trust.roots(),
            timeout: self.deadline.left(),
            before_first_byte,
        });
        drop(waiting);
        let exchange = Exchange {
            request_id,
            mark,
            asked_at,
            answered_at: world.clock.now(),
        };
        crate::fault::point("answer-received");
        breaker.marked(&marked)?;
        Ok(match reply.map(|reply| ready::read(&reply, self.profile)) {
            Ok(answer) => self.answered(answer, claims, &exchange, breaker),
            Err(fault) => {
                let recorded = breaker.record_fault(&fault, &exchange);
                let wait = retry::after_fault(&fault, retry::jitter());
                let host = self.profile.authority.host().to_owned();
                self.failed(EntraError::NoAnswer { host, fault }, wait, recorded)
            }
        })
    }

    fn answered(
        &self,
        answer: Answer,
        claims: Option<Claims>,
        exchange: &Exchange,
        breaker: &mut Breaker<'_>,
    ) -> Attempt {
        let (answer, recorded) = self.judge(answer, exchange, breaker);
        let wait = retry::after_answer(&answer, exchange.answered_at, retry::jitter());
        match answer {
            // Keep the token even if the record cannot be cleared.
            Answer::Granted(grant) => {
                if grant.expires_in.is_none() {
                    let note = Note::LifetimeAssumed(grant.lifetime());
                    self.world.ui.warn(&note.into());
                }
                Attempt::Token(Token::granted(grant, exchange.asked_at))
            }
            Answer::Refused(refusal) => {
                let refusal = Box::new(refusal);
                let asked = self.asked(claims, exchange.answered_at);
                self.failed(EntraError::Refused { refusal, asked }, wait, recorded)
            }
            Answer::Odd(odd) => {
                let host = self.profile.authority.host().to_owned();
                self.failed(EntraError::Odd { host, odd }, wait, recorded)
            }
        }
    }

    fn asked(&self, claims: Option<Claims>, answered_at: u64) -> Asked {
        Asked {
            host: self.profile.authority.host().to_owned(),
            tenant: self.profile.tenant.to_string(),
            client_id: self.profile.client_id.to_string(),
            scope: self.scopes.joined(),
            claims,
            certificate: self.profile.credential.certificate().copied(),
            answered_at,
        }
    }

    /// The result of a failed request. If the outcome could not be recorded, there is no
    /// repetition.
    fn failed(&self, error: EntraError, wait: Option<Duration>, recorded: Result<()>) -> Attempt {
        let failure = NoToken {
            error,
            read_from: self.profile.store.read_from(),
            next_try: None,
        };
        Attempt::Failed(Box::new(failure), recorded.ok().and(wait))
    }

    /// Removes from an answer what repeats a secret, and records what the answer means. Reads the
    /// store again for a refusal, and for permissions that the request did not ask for and no list
    /// has.
    fn judge(
        &self,
        answer: Answer,
        exchange: &Exchange,
        breaker: &mut Breaker<'_>,
    ) -> (Answer, Result<()>) {
        let id = exchange.request_id.as_str();
        if let (Answer::Refused(refusal), Source::Stored(_)) = (&answer, &self.source) {
            // Without the service's own words, as the search comes later. If the record cannot be
            // written, the attempt stays unclear.
            let _ = breaker.latch(&refusal.clone().without_words(id), exchange);
        }
        let is_given = matches!(self.source, Source::Given(_));
        let must_look = is_given || echo_free::needs_search(&answer, self.scopes);
        let sent = if must_look {
            self.source.sent(exchange.mark.as_ref())
        } else {
            None
        };
        let answer = match &sent {
            Some(sent) => echo_free::searched(answer, sent, self.scopes),
            None => echo_free::unsearched(answer, self.scopes, id),
        };
        let recorded = breaker.record_answer(&answer, exchange, sent.as_deref());
        if sent.is_some() {
            drop(sent);
            // The search leaves pieces of the secrets on the stack (measured).
            locked_memory::scrub_stack();
        }
        (answer, recorded)
    }

    fn form(&self, proof: Proof<'_>, password: &Password) -> wire::FormBody {
        Form {
            client_id: self.profile.client_id.as_str(),
            proof,
            username: self.profile.username.as_str(),
            password,
            scope: &self.scopes.joined(),
        }
        .encode()
    }
}

/// Waits before the repetition, and says for what.
fn wait_to_repeat(failure: &NoToken, wait: Duration, world: &World<'_>) {
    let note = Note::OnceMore { failure, wait };
    if wait >= ANNOUNCE && !world.ui.shows_waits() {
        world.ui.note(&note.into());
    } else {
        world.ui.verbose(|| note.into());
    }
    let _waiting = world
        .ui
        .waiting(&Note::Repeating(failure).into(), Some(wait));
    world.clock.sleep(wait);
}
