//! The broker with fake ports: a clock that the test moves, answers in any order, and a store that
//! counts reads. The bench is here; its tests are in the files beside it.

mod acquire;
mod answers;
mod assertions;
mod meanwhile;
mod pace;
mod places;
mod read_only;
mod records;
mod status;
mod stores;
mod versions;

use super::*;
use crate::assertion::{AssertionError, AssertionFault, AssertionRequest, Assertions, Statement};
use crate::clock::Clock;
use crate::entra::{Cause, Post, Reply, Stage, TokenEndpoint, TransportFault};
use crate::environment::Environment;
use crate::error::{Error, Hint, Kind};
use crate::profile::{CredentialKind, Generation, Store};
use crate::secret::{Assertion, ClientSecret, NotAssertion, Password};
use crate::text::{Reader, Text};
use crate::ui::{Color, Ui};
use crate::vault::memory::MemoryVaults;
use crate::vault::{Bundle, Item, ItemStore, Vaults};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use zeroize::Zeroizing;

#[derive(Debug)]
struct FakeClock(Arc<Mutex<u64>>);

impl Clock for FakeClock {
    fn now(&self) -> u64 {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, time: Duration) {
        *self.0.lock().unwrap() += time.as_secs();
    }
}

/// Status, body and Retry-After, or no answer.
type Outcome = std::result::Result<(u16, String, Option<String>), TransportFault>;

#[derive(Default)]
struct FakeEndpoint {
    answers: RefCell<VecDeque<Outcome>>,
    asked: Cell<usize>,
    /// When the first byte of each request left, epoch seconds.
    sent: RefCell<Vec<u64>>,
    now: Arc<Mutex<u64>>,
    /// What happens while a request is under way.
    meanwhile: RefCell<Option<Box<dyn FnOnce()>>>,
}

impl TokenEndpoint for FakeEndpoint {
    fn post(&self, post: Post) -> std::result::Result<Reply, TransportFault> {
        self.asked.set(self.asked.get() + 1);
        let answer = self
            .answers
            .borrow_mut()
            .pop_front()
            .unwrap_or_else(|| Ok((200, token(3600), None)));
        if !matches!(&answer, Err(fault) if fault.stage == Stage::NotSent) {
            (post.before_first_byte)().map_err(|e| TransportFault {
                stage: Stage::NotSent,
                cause: Cause::Broken(e.to_string()),
            })?;
            self.sent.borrow_mut().push(*self.now.lock().unwrap());
        }
        if let Some(happens) = self.meanwhile.borrow_mut().take() {
            happens();
        }
        let (status, body, retry_after) = answer?;
        Ok(Reply {
            status,
            content_type: "application/json".into(),
            retry_after,
            body: Zeroizing::new(body.into_bytes()),
        })
    }
}

/// Gives an assertion each time, until it fails.
#[derive(Default)]
struct FakeAssertions {
    asked: Cell<usize>,
    fails: Cell<bool>,
}

impl Assertions for FakeAssertions {
    fn get(&self, request: AssertionRequest<'_>) -> std::result::Result<Statement, AssertionError> {
        self.asked.set(self.asked.get() + 1);
        if self.fails.get() {
            return Err(AssertionError {
                source: request.source.clone(),
                fault: AssertionFault::Not(NotAssertion::Empty),
            });
        }
        // {"iss":"issuer","sub":"subject","aud":"audience","exp":9999999999}
        let text = b"e30.eyJpc3MiOiJpc3N1ZXIiLCJzdWIiOiJzdWJqZWN0IiwiYXVkIjoiYXVkaWVuY2UiLCJleHAiOjk5OTk5OTk5OTl9.AA";
        let (assertion, claims) = Assertion::read(text).unwrap();
        Ok(Statement { assertion, claims })
    }
}

fn token(lifetime: u64) -> String {
    format!("{{\"token_type\":\"Bearer\",\"access_token\":\"tok\",\"expires_in\":{lifetime}}}")
}

fn refusal(code: u32) -> String {
    format!(
        "{{\"error\":\"invalid_grant\",\"error_codes\":[{code}],\"error_description\":\"AADSTS{code}: x\"}}"
    )
}

struct Bench {
    _dir: tempfile::TempDir,
    env: Environment,
    vaults: MemoryVaults,
    assertions: FakeAssertions,
    endpoint: FakeEndpoint,
    clock: &'static FakeClock,
    ui: Ui,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().to_str().unwrap();
        let now = Arc::new(Mutex::new(1_000_000));
        let clock: &'static FakeClock = Box::leak(Box::new(FakeClock(Arc::clone(&now))));
        let reader = Reader {
            clock: Some(clock),
            ..Reader::default()
        };
        let env = Environment::from_pairs([
            ("HOME", home),
            ("ROPC_STATE_DIR", home),
            ("ROPC_CACHE_DIR", home),
        ]);
        Self {
            _dir: dir,
            env,
            vaults: MemoryVaults::default(),
            assertions: FakeAssertions::default(),
            endpoint: FakeEndpoint {
                now,
                ..FakeEndpoint::default()
            },
            clock,
            ui: Ui::new(Color::Never, true, false, reader),
        }
    }

    fn world(&self) -> World<'_> {
        World {
            env: &self.env,
            assertions: &self.assertions,
            vaults: &self.vaults,
            endpoint: &self.endpoint,
            clock: self.clock,
            prompt: None,
            ui: &self.ui,
        }
    }

    fn answer(&self, status: u16, body: String) {
        self.endpoint
            .answers
            .borrow_mut()
            .push_back(Ok((status, body, None)));
    }

    fn fail(&self, stage: Stage, cause: Cause) {
        self.endpoint
            .answers
            .borrow_mut()
            .push_back(Err(TransportFault { stage, cause }));
    }

    fn pass(&self, seconds: i64) {
        let mut now = self.clock.0.lock().unwrap();
        *now = now.checked_add_signed(seconds).unwrap();
    }

    fn vault(&self, profile: &Profile) -> Vault<'_> {
        self.vaults.open(StoreSpec::unattended(profile)).unwrap()
    }

    /// A profile whose bundle is in the store.
    fn enrol(&self, name: &str, password: &str) -> Profile {
        let profile = Profile::sample(name);
        self.store(&profile, password);
        profile
    }

    /// Puts the bundle of a profile into the store.
    fn store(&self, profile: &Profile, password: &str) {
        let bundle = Bundle {
            binding: Trust::of(profile).unwrap().binding(profile),
            client_secret: (profile.credential == CredentialKind::Secret)
                .then(|| ClientSecret::new("client secret".into())),
            password: Password::new(password.into()),
        };
        let item = Item::bundle(&profile.name, &profile.generation);
        self.vaults.write(&item, &bundle.encode().unwrap()).unwrap();
    }

    /// A profile with a wrong password, in a store that ropc only reads or in its own.
    fn wrong(&self, read_only: bool) -> Profile {
        if read_only {
            self.read_only("wrong")
        } else {
            self.enrol("default", "wrong")
        }
    }

    /// A profile with a store that ropc only reads, and whose secrets the test can change.
    fn read_only(&self, password: &str) -> Profile {
        *self.vaults.source.borrow_mut() = Some(password.into());
        Profile {
            store: Store::Command {
                argv: vec!["op".into()],
            },
            ..Profile::sample("default")
        }
    }

    fn rotate(&self, password: &str) {
        *self.vaults.source.borrow_mut() = Some(password.into());
    }

    fn get(&self, profile: &Profile) -> Result<Token> {
        self.get_with(profile, None)
    }

    fn get_with(&self, profile: &Profile, min_ttl: Option<u64>) -> Result<Token> {
        let request = Request {
            min_ttl,
            ..request(profile)
        };
        acquire(&request, &self.world())
    }

    /// A job that signs in whatever the cache holds.
    fn refresh(&self, profile: &Profile) -> Result<Token> {
        let request = Request {
            mode: Mode::Refresh,
            ..request(profile)
        };
        acquire(&request, &self.world())
    }

    /// `login --retry`.
    fn retry(&self, profile: &Profile) -> Result<()> {
        retry_stored(profile, request(profile).deadline, &self.world())
    }

    /// The trial sign-in of a `login` with secrets that are not stored.
    fn login(&self, profile: &Profile, secrets: &Secrets, retry: bool) -> Result<Token> {
        let verification = Verification {
            profile,
            trust: &Trust::of(profile).unwrap(),
            secrets,
            retry,
            deadline: Deadline::after(Duration::from_secs(20)),
        };
        verify(&verification, &self.world())
    }

    /// The record of this profile's user.
    fn user_record(&self, profile: &Profile) -> std::path::PathBuf {
        let dir = Places::find(&self.env).breaker().unwrap();
        record::user_file(&dir, profile).path
    }

    fn status(&self, profile: &Profile) -> BreakerStatus {
        breaker_status(
            &Places::find(&self.env),
            profile,
            &profile.scopes,
            self.clock.now(),
        )
    }

    fn bundle_reads(&self) -> usize {
        self.vaults
            .reads
            .borrow()
            .iter()
            .filter(|account| account.contains("/bundle/"))
            .count()
    }
}

/// The request of a job.
fn request(profile: &Profile) -> Request<'_> {
    Request {
        profile,
        scopes: &profile.scopes,
        mode: Mode::Cached,
        min_ttl: None,
        deadline: Deadline::after(Duration::from_secs(20)),
    }
}

/// Why nothing was sent.
fn hold(error: &BrokerError) -> Option<&Hold> {
    match error {
        BrokerError::Held(held) => Some(&held.hold),
        _ => None,
    }
}

fn is_latched(error: &BrokerError) -> bool {
    matches!(hold(error), Some(Hold::Latched { .. }))
}

/// The exit code's kind.
fn kind(error: &BrokerError) -> Kind {
    Error::from(error).kind
}

/// The message as a person reads it now.
fn shown(error: &BrokerError, bench: &Bench) -> String {
    bench.ui.words(&Error::from(error).message)
}

fn hints(error: &BrokerError) -> Vec<String> {
    Error::from(error).hints.iter().map(Hint::english).collect()
}

/// The reason that `status` gives.
fn reason(status: &BreakerStatus) -> String {
    Text::from(status.reason.as_ref().unwrap()).english()
}
