//! The broker against fake ports: time that passes, answers in any order, and a vault that counts
//! what is read.

mod answers;
mod engines;
mod meanwhile;
mod pace;
mod places;
mod records;
mod status;
mod stores;

use super::*;
use crate::clock::Clock;
use crate::entra::{Cause, Post, Reply, Stage, TokenEndpoint, TransportFault};
use crate::environment::Environment;
use crate::error::{Error, Kind};
use crate::profile::{Generation, Store};
use crate::secret::{AppCredential, ClientSecret, Password};
use crate::text::Text;
use crate::ui::{Color, Ui};
use crate::vault::memory::MemoryVaults;
use crate::vault::{Bundle, Item, ItemStore, VaultFault, Vaults};
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
    /// When the first byte left.
    sent: RefCell<Vec<u64>>,
    now: Arc<Mutex<u64>>,
    /// What else happens while a request is on its way.
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
    endpoint: FakeEndpoint,
    clock: &'static FakeClock,
    ui: Ui,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().to_str().unwrap();
        let now = Arc::new(Mutex::new(1_000_000));
        let env = Environment::from_pairs([
            ("HOME", home),
            ("ROPC_STATE_DIR", home),
            ("ROPC_CACHE_DIR", home),
        ]);
        Self {
            _dir: dir,
            env,
            vaults: MemoryVaults::default(),
            endpoint: FakeEndpoint {
                now: Arc::clone(&now),
                ..FakeEndpoint::default()
            },
            clock: Box::leak(Box::new(FakeClock(now))),
            ui: Ui::new(Color::Never, true, false, crate::text::Reader::default()),
        }
    }

    fn world(&self) -> World<'_> {
        World {
            env: &self.env,
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
        let bundle = Bundle {
            binding: Trust::of(&profile).unwrap().binding(&profile),
            credential: AppCredential::Secret(ClientSecret::new("client secret".into())),
            password: Password::new(password.into()),
        };
        self.vaults
            .write(
                &Item::bundle(&profile.name, &profile.generation),
                &bundle.encode().unwrap(),
            )
            .unwrap();
        profile
    }

    /// A profile whose secrets an engine gives, which may change underneath.
    fn engine(&self, password: &str) -> Profile {
        *self.vaults.engine.borrow_mut() = Some(password.into());
        Profile {
            store: Store::Command {
                argv: vec!["op".into()],
            },
            ..Profile::sample("default")
        }
    }

    fn rotate(&self, password: &str) {
        *self.vaults.engine.borrow_mut() = Some(password.into());
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

    /// One more try that a person asks for.
    fn retry(&self, profile: &Profile) -> Result<Token> {
        let request = Request {
            mode: Mode::Refresh,
            ..request(profile)
        };
        retry_stored(&request, &self.world())
    }

    /// The proof of a `login` with secrets that are not stored.
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
        breaker_status(&Places::find(&self.env), profile, self.clock.now())
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

/// What a job asks for.
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

fn hints(error: &BrokerError) -> Vec<String> {
    Error::from(error).hints.iter().map(Text::english).collect()
}

/// The reason that `status` gives.
fn reason(status: &BreakerStatus) -> String {
    Text::from(status.reason.as_ref().unwrap()).english()
}

#[test]
fn a_warm_run_reads_the_key_and_not_the_bundle() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.get(&profile).unwrap();
    assert_eq!((bench.endpoint.asked.get(), bench.bundle_reads()), (1, 1));
    bench.pass(3600 - 600);
    bench.get(&profile).unwrap();
    assert_eq!(
        (bench.endpoint.asked.get(), bench.bundle_reads()),
        (1, 1),
        "served until 10 minutes before the end"
    );
    bench.pass(1);
    bench.get(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 2);
}

#[test]
fn a_token_of_64_kib_is_cached() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    let long = "x".repeat(64 * 1024);
    bench.answer(200, token(3600).replace("tok\"", &format!("{long}\"")));
    for _ in 0..2 {
        assert_eq!(bench.get(&profile).unwrap().access.len(), long.len());
    }
    assert_eq!(bench.endpoint.asked.get(), 1);
}

#[test]
fn a_clock_that_went_back_is_a_miss() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.get(&profile).unwrap();
    bench.pass(-1);
    bench.get(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 2);
}

#[test]
fn a_locked_store_fails_a_warm_run_too_and_sends_nothing() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.get(&profile).unwrap();
    *bench.vaults.fault.borrow_mut() = Some(VaultFault::Locked);
    assert_eq!(kind(&bench.get(&profile).unwrap_err()), Kind::Vault);
    assert_eq!(bench.endpoint.asked.get(), 1);
}

#[test]
fn a_refused_password_stays_unsent_for_ever() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "wrong");
    bench.answer(400, refusal(50126));
    assert_eq!(kind(&bench.get(&profile).unwrap_err()), Kind::SignIn);
    for _ in 0..5 {
        bench.pass(30 * 86_400);
        let error = bench.get(&profile).unwrap_err();
        assert!(
            error.to_string().contains("AADSTS50126") && error.to_string().contains("1970-01-12"),
            "{error}"
        );
    }
    assert_eq!(
        (bench.endpoint.asked.get(), bench.bundle_reads()),
        (1, 2),
        "nothing sent, and the bundle was not even read: once to be sent, and once for the fingerprint, at the refusal"
    );
    // The same password in another profile is known again; another password is not.
    let twin = bench.enrol("twin", "wrong");
    assert!(is_latched(&bench.get(&twin).unwrap_err()));
    let mended = bench.enrol("mended", "right");
    bench.get(&mended).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 2);
}

#[test]
fn a_locked_account_cools_down_longer_each_time() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    for wait in [300, 600] {
        bench.answer(400, refusal(50053));
        bench.get(&profile).unwrap_err();
        let asked = bench.endpoint.asked.get();
        bench.pass(wait - 1);
        bench.get(&profile).unwrap_err();
        assert_eq!(bench.endpoint.asked.get(), asked);
        bench.pass(1);
    }
    bench.get(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 3);
}

#[test]
fn a_header_shortens_no_lock_and_no_loop() {
    // The control: a throttle ends when it says so.
    for (code, wait) in [(50_053, 300), (50_196, 300), (90_055, 61)] {
        let bench = Bench::new();
        let profile = bench.enrol("default", "right");
        bench
            .endpoint
            .answers
            .borrow_mut()
            .push_back(Ok((400, refusal(code), Some("61".into()))));
        bench.get(&profile).unwrap_err();
        bench.pass(wait - 1);
        bench.get(&profile).unwrap_err();
        assert_eq!(bench.endpoint.asked.get(), 1, "{code}");
        bench.pass(1);
        bench.get(&profile).unwrap();
    }
}

#[test]
fn a_policy_answer_is_asked_again_after_a_minute() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.answer(400, refusal(50076));
    bench.get(&profile).unwrap_err();
    bench.pass(59);
    assert!(
        bench
            .get(&profile)
            .unwrap_err()
            .to_string()
            .contains("AADSTS50076")
    );
    assert_eq!(bench.endpoint.asked.get(), 1);
    bench.pass(1);
    bench.get(&profile).unwrap();
}

#[test]
fn what_was_never_sent_is_never_counted() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    for _ in 0..6 {
        bench.fail(Stage::NotSent, Cause::Refused);
        bench.fail(Stage::NotSent, Cause::Refused);
        assert_eq!(kind(&bench.get(&profile).unwrap_err()), Kind::Network);
    }
    bench.get(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 13);
}

#[test]
fn min_ttl_beyond_the_lifetime_costs_one_sign_in() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    for _ in 0..5 {
        bench.get_with(&profile, Some(7200)).unwrap();
        bench.pass(10);
    }
    assert_eq!(bench.endpoint.asked.get(), 1);
    bench.get_with(&profile, Some(3000)).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 1);
}

#[test]
fn ten_sign_ins_in_five_minutes_are_enough() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    let refresh = || {
        let request = Request {
            mode: Mode::Refresh,
            ..request(&profile)
        };
        acquire(&request, &bench.world())
    };
    for _ in 0..10 {
        refresh().unwrap();
    }
    assert_eq!(kind(&refresh().unwrap_err()), Kind::Network);
    assert_eq!(bench.endpoint.asked.get(), 10);
    bench.pass(300);
    refresh().unwrap();
}
