//! Holds the tokens of one job: hands them out while they live, renews each ahead of its end in the
//! background with one renewal at a time, and answers a failure from memory until the next try is
//! due. Knows nothing of HTTP, and not how to get a token.

use super::failure::Failure;
use super::lasting::Lasting;
use super::margin::{ahead, margin};
use super::slot::{Flight, Past, Served, Slot, Stamps};
use super::words;
use super::{ServeError, Wanted};
use crate::broker::Token;
use crate::clock::Clock;
use crate::profile::hex;
use crate::ui::Ui;
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::time::Instant;

/// Gets tokens. The real source runs the program itself; see [`Renewal`](super::Renewal).
pub trait TokenSource: Send + Sync + 'static {
    /// Gets a token as the order says. Fails if it gets none; `Err` says what ends that.
    fn renew(&self, order: &Order) -> impl Future<Output = Result<Token, Failure>> + Send;
    /// A stamp of the stored secrets and of the recorded refusals; another stamp means that a
    /// person acted. `None` if no secrets are stored.
    fn stored(&self) -> Option<String>;
    /// A stamp of the token in the cache, which the programs of this user share; another stamp
    /// means that there is a newer token.
    fn shared(&self, wanted: &Wanted) -> Option<String>;
}

/// One renewal.
#[derive(Clone, Debug)]
pub struct Order {
    /// The token to get.
    pub wanted: Wanted,
    /// The least life in seconds of a cached token; `None` for the standard margin.
    pub least: Option<u64>,
    /// SHA-256 (hexadecimal) of a token that the resource has refused: the source must not return
    /// it again.
    pub refused: Option<String>,
}

/// The longest pause between two tries after a failure, in seconds. The first is 1 s, so that a
/// client's own repetitions can succeed; each next one is twice as long.
const LONGEST_PAUSE: u64 = 30;

/// How long a caller waits for a renewal while the present token still lives.
const BRIDGED: Duration = Duration::from_secs(5);
/// The same without a token: clients give up after half a minute or a little more.
const ALONE: Duration = Duration::from_secs(25);
/// The keeper does not replace a refused token again within this time, as no resource refuses such
/// a young token.
const REFUSED_PAUSE: Duration = Duration::from_secs(60);

/// The tokens of one job.
pub(super) struct Keeper<S> {
    source: S,
    min_ttl: Option<u64>,
    clock: &'static dyn Clock,
    ui: Ui,
    slots: Mutex<HashMap<Wanted, Slot>>,
}

enum Step {
    Answer(Served),
    /// Wait for the renewal; the present token serves if it brings none in time.
    Wait(Flight, Option<Arc<Token>>),
}

impl<S: TokenSource> Keeper<S> {
    pub(super) fn new(source: S, min_ttl: Option<u64>, clock: &'static dyn Clock, ui: Ui) -> Self {
        Self {
            source,
            min_ttl,
            clock,
            ui,
            slots: Mutex::default(),
        }
    }

    /// A token, from memory or by one renewal, for which all clients wait that ask meanwhile.
    /// `refused` is the SHA-256 of the token that the resource refused. A renewal goes on if its
    /// client disconnects.
    pub(super) async fn get(self: &Arc<Self>, wanted: &Wanted, refused: Option<&str>) -> Served {
        let (flight, bridge) = match self.step(wanted, refused) {
            Step::Answer(outcome) => return outcome,
            Step::Wait(flight, bridge) => (flight, bridge),
        };
        let patience = if bridge.is_some() { BRIDGED } else { ALONE };
        let outcome = match tokio::time::timeout_at(flight.started + patience, flight.end()).await {
            Ok(Some(Err(failure))) => {
                let still =
                    bridge.filter(|token| self.alive(token) && self.bridges(wanted, &failure));
                still.ok_or(failure)
            }
            Ok(Some(token)) => token,
            Ok(None) => bridge.ok_or_else(broken_off),
            Err(_) => bridge.ok_or_else(takes_long),
        };
        if outcome.is_ok() {
            self.plan_ahead(wanted, self.slots().entry(wanted.clone()).or_default());
        }
        outcome
    }

    /// The first token of the job. The caller reports a failure; the keeper does not remember it.
    pub(super) async fn first(&self) -> Result<Arc<Token>, Failure> {
        let order = Order {
            wanted: Wanted::Own,
            least: None,
            refused: None,
        };
        let token = Arc::new(self.source.renew(&order).await?);
        let shared = self.source.shared(&Wanted::Own);
        self.slots()
            .entry(Wanted::Own)
            .or_default()
            .take(Arc::clone(&token), shared);
        Ok(token)
    }

    /// The scopes of the profile's own token, if the service named them.
    pub(super) fn granted(&self) -> Option<String> {
        self.slots()
            .get(&Wanted::Own)?
            .token
            .as_ref()?
            .scope
            .clone()
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<Wanted, Slot>> {
        // A panic elsewhere leaves the map complete: each change is one step.
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn step(self: &Arc<Self>, wanted: &Wanted, refused: Option<&str>) -> Step {
        let mut slots = self.slots();
        let slot = slots.entry(wanted.clone()).or_default();
        let in_hand = slot.token.clone().filter(|token| self.alive(token));
        let replaced = self.is_replaced(wanted, slot);
        let refused = in_hand
            .as_ref()
            .map(|token| hex(&token.access.sha256()))
            .filter(|own| {
                let is_young = slot
                    .replaced_at
                    .is_some_and(|at| at.elapsed() < REFUSED_PAUSE);
                refused.is_some_and(|named| named.eq_ignore_ascii_case(own)) && !is_young
            });
        if let Some(token) = in_hand
            .as_ref()
            .filter(|token| self.serves(token) && !replaced && refused.is_none())
        {
            self.plan_ahead(wanted, slot);
            return Step::Answer(Ok(Arc::clone(token)));
        }
        // A client whose resource refused this token gets another one or none; the others keep it.
        let bridge = if refused.is_none() { in_hand } else { None };
        if let Some(flight) = slot.flight() {
            return Step::Wait(flight, bridge);
        }
        if let Some(failure) = self.still_holds(wanted, slot, bridge.is_some()) {
            return Step::Answer(match bridge {
                Some(token) if !replaced || failure.lasting != Lasting::UntilLogin => Ok(token),
                _ => Err(failure),
            });
        }
        Step::Wait(self.take_off(wanted, slot, refused), bridge)
    }

    /// Starts a renewal in a new task.
    fn take_off(
        self: &Arc<Self>,
        wanted: &Wanted,
        slot: &mut Slot,
        refused: Option<String>,
    ) -> Flight {
        let newer = slot
            .token
            .as_ref()
            .filter(|token| self.alive(token) && refused.is_none());
        let least = newer.map(|token| ahead(token, self.min_ttl) + 1);
        let order = Order {
            wanted: wanted.clone(),
            least,
            refused,
        };
        let (end, flight) = Flight::start();
        slot.begin(flight.clone());
        let keeper = Arc::clone(self);
        tokio::spawn(async move {
            let outcome = keeper.source.renew(&order).await;
            end.send_replace(Some(keeper.land(&order, outcome)));
        });
        flight
    }

    /// Keeps the outcome of a renewal.
    fn land(self: &Arc<Self>, order: &Order, outcome: Result<Token, Failure>) -> Served {
        let wanted = &order.wanted;
        // Read files before taking the lock.
        let stamps = self.stamps(wanted);
        let mut slots = self.slots();
        let slot = slots.entry(wanted.clone()).or_default();
        slot.end_flight();
        match outcome {
            Ok(token) => {
                let token = Arc::new(token);
                slot.take(Arc::clone(&token), stamps.shared);
                slot.replaced_at = order
                    .refused
                    .as_ref()
                    .map(|_| Instant::now())
                    .or(slot.replaced_at);
                Ok(token)
            }
            Err(failure) => {
                let failure = self.remember(slot, failure, stamps);
                if let Some(token) = slot.token.as_ref().filter(|token| self.alive(token))
                    && let Some(again) = failure.again
                    && slot.planned
                    && failure.lasting == Lasting::Passing
                {
                    self.renew_at(wanted, token, again);
                }
                Err(failure)
            }
        }
    }

    /// Plans one renewal of a token in use before its end, while no client waits. The next token is
    /// renewed ahead only if a client asks for it, too.
    fn plan_ahead(self: &Arc<Self>, wanted: &Wanted, slot: &mut Slot) {
        if let Some(token) = slot.token.as_ref()
            && !slot.planned
        {
            let ahead = ahead(token, self.min_ttl);
            self.renew_at(wanted, token, token.expires_at.saturating_sub(ahead));
            slot.planned = true;
        }
    }

    fn renew_at(self: &Arc<Self>, wanted: &Wanted, token: &Arc<Token>, at: u64) {
        let wait = Duration::from_secs(at.saturating_sub(self.clock.now()));
        let keeper = Arc::downgrade(self);
        let token = Arc::downgrade(token);
        let wanted = wanted.clone();
        tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            if let Some(keeper) = keeper.upgrade() {
                keeper.renew_ahead(&wanted, &token);
            }
        });
    }

    fn renew_ahead(self: &Arc<Self>, wanted: &Wanted, token: &Weak<Token>) {
        let mut slots = self.slots();
        let Some(slot) = slots.get_mut(wanted) else {
            return;
        };
        let is_held = slot
            .token
            .as_ref()
            .is_some_and(|held| std::ptr::eq(Arc::as_ptr(held), token.as_ptr()));
        if is_held && slot.flight().is_none() && self.still_holds(wanted, slot, true).is_none() {
            self.take_off(wanted, slot, None);
        }
    }

    fn serves(&self, token: &Token) -> bool {
        self.left(token) >= margin(token, self.min_ttl)
    }

    fn alive(&self, token: &Token) -> bool {
        self.left(token) > 0
    }

    /// Seconds that a token still lives. Zero if the clock is before the time when the token was
    /// made, as its age is unknown.
    fn left(&self, token: &Token) -> u64 {
        let now = self.clock.now();
        if now < token.obtained_at {
            0
        } else {
            token.expires_at.saturating_sub(now)
        }
    }

    /// True after a `login`, or a `token --refresh` of the same profile: the present token may be
    /// revoked.
    fn is_replaced(&self, wanted: &Wanted, slot: &Slot) -> bool {
        slot.token.is_some()
            && self
                .source
                .shared(wanted)
                .is_some_and(|now| slot.shared.as_ref() != Some(&now))
    }

    /// True if the present token serves in place of this failure. It does not after a `login` that
    /// Entra refuses or that has another identity.
    fn bridges(&self, wanted: &Wanted, failure: &Failure) -> bool {
        failure.lasting != Lasting::UntilLogin
            || self
                .slots()
                .get(wanted)
                .is_some_and(|slot| !self.is_replaced(wanted, slot))
    }

    /// The failure on record, if asking again would change nothing or is not due yet.
    fn still_holds(&self, wanted: &Wanted, slot: &Slot, bridged: bool) -> Option<Arc<Failure>> {
        let past = slot.past.as_ref()?;
        let is_due = past
            .failure
            .again
            .is_some_and(|again| again <= self.clock.now());
        let holds = match past.failure.lasting {
            Lasting::UntilRepaired => bridged && !is_due,
            Lasting::UntilLogin | Lasting::Passing => !is_due && self.stamps(wanted) == past.stamps,
        };
        holds.then(|| Arc::clone(&past.failure))
    }

    fn stamps(&self, wanted: &Wanted) -> Stamps {
        Stamps {
            stored: self.source.stored(),
            shared: self.source.shared(wanted),
        }
    }

    fn remember(&self, slot: &mut Slot, failure: Failure, stamps: Stamps) -> Arc<Failure> {
        let now = self.clock.now();
        let pause = (1_u64 << slot.failures.min(5)).min(LONGEST_PAUSE);
        let own = (failure.lasting != Lasting::UntilLogin).then_some(now + pause);
        let since = slot
            .past
            .as_ref()
            .and_then(|past| past.failure.since)
            .or(Some(now));
        let failure = Arc::new(Failure {
            again: failure.again.max(own),
            since,
            ..failure
        });
        // Write each kind once to the job's log, as not all clients show the whole message.
        let repeated = slot
            .past
            .as_ref()
            .is_some_and(|past| past.failure.error.kind() == failure.error.kind());
        match slot.token.as_ref().filter(|token| self.alive(token)) {
            _ if repeated => {}
            Some(_) => {
                let message = words::explain(&failure.error).message;
                let reason = self.ui.words(&message);
                self.ui.warn(&words::old_token_serves(&reason));
            }
            None => self.ui.error(&words::explain(&failure.error)),
        }
        slot.failures = slot.failures.saturating_add(1);
        slot.past = Some(Past {
            failure: Arc::clone(&failure),
            stamps,
        });
        failure
    }
}

fn broken_off() -> Arc<Failure> {
    Arc::new(Failure::of(ServeError::BrokenOff))
}

fn takes_long() -> Arc<Failure> {
    let seconds = ALONE.as_secs();
    Arc::new(Failure::of(ServeError::TakesLong { seconds }))
}

#[cfg(test)]
mod tests;
