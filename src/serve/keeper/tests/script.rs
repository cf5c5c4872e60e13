//! Parts for the tests of the keeper: a scripted source of tokens, and a clock that moves only
//! while every task waits. No test is here.

use super::super::*;
use crate::error::Kind;
use crate::secret::AccessToken;
use crate::serve::pipe::Reported;
use crate::ui::Color;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// The outcome of a renewal.
#[derive(Clone, Debug)]
pub(super) enum Play {
    /// A token that lives `life` seconds and was made `age` seconds ago.
    Token {
        life: u64,
        age: u64,
    },
    Fails(Kind),
    /// Fails, and the breaker names the seconds until the next try.
    Paced(u64),
    Hangs,
}

/// The clock of tokio's paused runtime, as seconds since 1970.
#[derive(Debug)]
struct VirtualClock(Instant);

impl Clock for VirtualClock {
    fn now(&self) -> u64 {
        1_700_000_000 + self.0.elapsed().as_secs()
    }

    fn sleep(&self, _: Duration) {
        unreachable!("the keeper never blocks its thread")
    }
}

/// Decides the outcome of a renewal, from its number (from 1) and the clock's time.
type Plan = Box<dyn Fn(usize, u64) -> Play + Send + Sync>;

pub(super) struct Script {
    plan: Plan,
    pub(super) clock: &'static dyn Clock,
    pub(super) orders: Mutex<Vec<Order>>,
    pub(super) stored: AtomicU32,
    pub(super) shared: AtomicU64,
}

impl Script {
    pub(super) fn asked(&self) -> usize {
        self.orders.lock().unwrap().len()
    }
}

impl TokenSource for Arc<Script> {
    async fn renew(&self, order: &Order) -> Result<Token, Failure> {
        let number = {
            let mut orders = self.orders.lock().unwrap();
            orders.push(order.clone());
            orders.len()
        };
        tokio::time::sleep(Duration::from_millis(20)).await;
        let now = self.clock.now();
        let failed = |kind, again| {
            let reported = Box::new(Reported::sample(kind, again));
            Failure::of(ServeError::Reported(reported))
        };
        match (self.plan)(number, now) {
            Play::Token { life, age } => Ok(Token {
                access: AccessToken::new(format!("t{number}")),
                obtained_at: now - age,
                expires_at: now - age + life,
                scope: Some(format!("Mail.Send {number}")),
            }),
            Play::Fails(kind) => Err(failed(kind, None)),
            Play::Paced(seconds) => Err(failed(Kind::Network, Some(now + seconds))),
            Play::Hangs => std::future::pending().await,
        }
    }

    fn stored(&self) -> Option<String> {
        Some(self.stored.load(Ordering::SeqCst).to_string())
    }

    fn shared(&self, _: &Wanted) -> Option<String> {
        Some(self.shared.load(Ordering::SeqCst).to_string())
    }
}

pub(super) type Kept = Arc<Keeper<Arc<Script>>>;

/// A keeper with that plan. Call it inside [`run`].
pub(super) fn planned(plan: Plan) -> (Kept, Arc<Script>) {
    let clock: &'static dyn Clock = Box::leak(Box::new(VirtualClock(Instant::now())));
    let script = Arc::new(Script {
        plan,
        clock,
        orders: Mutex::default(),
        stored: AtomicU32::new(0),
        shared: AtomicU64::new(0),
    });
    let ui = Ui::new(Color::Never, true, false, crate::text::Reader::default());
    let keeper = Keeper::new(Arc::clone(&script), None, clock, ui);
    (Arc::new(keeper), script)
}

/// A keeper whose renewals have these outcomes, one after the other.
pub(super) fn keeper(plays: Vec<Play>) -> (Kept, Arc<Script>) {
    planned(Box::new(move |number, _| plays[number - 1].clone()))
}

pub(super) fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(work)
}

pub(super) async fn pass(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

pub(super) async fn own(keeper: &Kept) -> Served {
    keeper.get(&Wanted::Own, None).await
}
