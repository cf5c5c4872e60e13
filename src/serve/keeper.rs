//! Holds the tokens of one job: hands them out while they live long enough, renews each by one flight at a time, and
//! answers a refusal from memory until a person acts. Knows nothing of HTTP and nothing of how a token is obtained.

use super::{Wanted, margin};
use crate::broker::Token;
use crate::error::{Error, Kind};
use crate::l10n::{in_english, msg};
use crate::ui::Ui;
use crate::world::{Clock, SystemClock};
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Where tokens come from. The real one runs the program itself; see [`Renewal`](super::Renewal).
pub trait Source: Send + Sync + 'static {
    /// Gets a token that is to live for at least the margin of this module.
    fn renew(&self, wanted: &Wanted) -> impl Future<Output = Result<Token, Failure>> + Send;
    /// A name for the secrets that are stored now; another name means that a person acted. `None` if there are none.
    fn stored(&self) -> Option<String>;
}

/// Why there is no token.
#[derive(Debug)]
pub struct Failure {
    /// In words.
    pub error: Error,
    /// For how long it holds.
    pub lasting: Lasting,
}

/// For how long a failure holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// Entra refused, or the profile is someone else's now: nothing is asked again until another `login`.
    UntilLogin,
    /// Something on this machine needs mending (a locked keychain, a damaged file): looked at again after a pause.
    UntilMended,
    /// Network or a fault of the service: asked again after a pause.
    Passing,
}

impl Failure {
    /// By the kind of error. An answer that Entra judged is final; only the network and the service pass by themselves.
    pub fn of(error: Error) -> Self {
        let lasting = match error.kind {
            Kind::SignIn => Lasting::UntilLogin,
            Kind::Network => Lasting::Passing,
            _ => Lasting::UntilMended,
        };
        Self { error, lasting }
    }
}

/// Between two tries after a failure that may end: 1 s at first, so that a client's own retries can succeed, then longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The tokens of one job.
pub(super) struct Keeper<S> {
    source: S,
    min_ttl: Option<u64>,
    ui: Ui,
    slots: Mutex<HashMap<Wanted, Arc<tokio::sync::Mutex<Slot>>>>,
    granted: Mutex<Option<String>>,
}

/// One token, or why there is none. Locked for as long as it is renewed: that makes one flight.
#[derive(Default)]
struct Slot {
    token: Option<Arc<Token>>,
    past: Option<Past>,
    failures: u32,
}

/// A failure that still holds.
struct Past {
    failure: Arc<Failure>,
    stored: Option<String>,
    again: Instant,
}

impl<S: Source> Keeper<S> {
    pub(super) fn new(source: S, min_ttl: Option<u64>, ui: Ui) -> Self {
        Self { source, min_ttl, ui, slots: Mutex::default(), granted: Mutex::default() }
    }

    /// A token that lives long enough, from memory or by one renewal. A client that goes away does not break a renewal
    /// off: it runs on in a task of its own and serves the next one who asks.
    pub(super) async fn get(self: &Arc<Self>, wanted: Wanted) -> Result<Arc<Token>, Arc<Failure>> {
        let (keeper, slot) = (Arc::clone(self), self.slot(&wanted));
        let flight = tokio::spawn(async move { keeper.look_or_renew(&wanted, &mut *slot.lock().await).await });
        flight.await.unwrap_or_else(|_| {
            let error = || Error::new(Kind::Network, msg!("serve-broken-off")).hint(msg!("serve-ask-again"));
            Err(Arc::new(Failure::of(in_english(error))))
        })
    }

    /// The first token of the job. A failure is the caller's to report, and nothing of it is remembered.
    pub(super) async fn first(&self) -> Result<Arc<Token>, Failure> {
        let slot = self.slot(&Wanted::Own);
        let mut slot = slot.lock().await;
        let token = self.source.renew(&Wanted::Own).await?;
        Ok(self.keep(&Wanted::Own, &mut slot, token))
    }

    /// The scopes that the own token carries, if the service said so.
    pub(super) fn granted(&self) -> Option<String> {
        self.granted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, wanted: &Wanted, slot: &mut Slot, token: Token) -> Arc<Token> {
        if *wanted == Wanted::Own {
            self.granted.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&token.scope);
        }
        let token = Arc::new(token);
        *slot = Slot { token: Some(Arc::clone(&token)), past: None, failures: 0 };
        token
    }

    fn slot(&self, wanted: &Wanted) -> Arc<tokio::sync::Mutex<Slot>> {
        // A panic elsewhere leaves the map whole: it is only ever added to.
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(wanted.clone()).or_default())
    }

    async fn look_or_renew(&self, wanted: &Wanted, slot: &mut Slot) -> Result<Arc<Token>, Arc<Failure>> {
        if let Some(token) = slot.token.as_ref().filter(|t| self.serves(t)) {
            return Ok(Arc::clone(token));
        }
        if let Some(failure) = self.still_holds(slot) {
            return usable(slot, &failure).ok_or(failure);
        }
        match self.source.renew(wanted).await {
            Ok(token) => Ok(self.keep(wanted, slot, token)),
            Err(failure) => {
                let failure = Arc::new(failure);
                let bridge = usable(slot, &failure);
                self.remember(slot, &failure, bridge.is_some());
                bridge.ok_or(failure)
            }
        }
    }

    fn serves(&self, token: &Token) -> bool {
        let now = SystemClock.now();
        let left = token.expires_at.saturating_sub(now);
        // A clock that stands before the token was made makes it useless: nobody knows how long it has lived.
        now >= token.obtained_at && left > 0 && left >= margin(token.lifetime(), self.min_ttl)
    }

    /// The failure of before, if asking again would change nothing.
    fn still_holds(&self, slot: &Slot) -> Option<Arc<Failure>> {
        let past = slot.past.as_ref()?;
        let holds = match past.failure.lasting {
            Lasting::UntilLogin => self.source.stored() == past.stored,
            Lasting::UntilMended | Lasting::Passing => Instant::now() < past.again,
        };
        holds.then(|| Arc::clone(&past.failure))
    }

    fn remember(&self, slot: &mut Slot, failure: &Arc<Failure>, bridged: bool) {
        // Ids and times stand in later lines and differ each time.
        let said = |failure: &Failure| failure.error.message.lines().next().map(str::to_owned);
        let repeated = slot.past.as_ref().is_some_and(|past| said(&past.failure) == said(failure));
        match (repeated, bridged) {
            (true, _) => {}
            (false, true) => {
                let reason = failure.error.message.replace('\n', "; ");
                self.ui.warn(&msg!("serve-old-token-serves", reason = reason));
            }
            // Once in the job's log: clients show the message, but not all of them show it whole.
            (false, false) => self.ui.error(&failure.error),
        }
        let pause = Duration::from_secs(1 << slot.failures.min(5)).min(LONGEST_PAUSE);
        slot.failures = slot.failures.saturating_add(1);
        slot.past =
            Some(Past { failure: Arc::clone(failure), stored: self.source.stored(), again: Instant::now() + pause });
    }
}

/// The token in hand bridges a fault that passes, while it lives a minute more (short ones: a tenth of their life).
/// It bridges no refusal: a job should not go on for a few minutes as somebody whose sign-in was just refused.
fn usable(slot: &Slot, failure: &Failure) -> Option<Arc<Token>> {
    let token = slot.token.as_ref().filter(|_| failure.lasting == Lasting::Passing)?;
    let now = SystemClock.now();
    let floor = (token.lifetime() / 10).clamp(1, 60);
    (now >= token.obtained_at && token.expires_at.saturating_sub(now) >= floor).then(|| Arc::clone(token))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::AccessToken;
    use crate::ui::Color;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// Plays a list of outcomes; each token lives that many seconds and was made `age` seconds ago.
    struct Script {
        outcomes: Mutex<Vec<Result<(u64, u64), Kind>>>,
        asked: AtomicU32,
        stored: AtomicU32,
    }

    impl Source for Arc<Script> {
        async fn renew(&self, _: &Wanted) -> Result<Token, Failure> {
            let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
            let outcome = self.outcomes.lock().unwrap().remove(0);
            let now = SystemClock.now();
            outcome.map_err(|kind| Failure::of(Error::new(kind, "made up"))).map(|(life, age)| Token {
                access: AccessToken::new("t".into()),
                obtained_at: now - age,
                expires_at: now - age + life,
                scope: Some(format!("Mail.Send {number}")),
            })
        }

        fn stored(&self) -> Option<String> {
            Some(self.stored.load(Ordering::SeqCst).to_string())
        }
    }

    fn keeper(outcomes: Vec<Result<(u64, u64), Kind>>) -> (Arc<Keeper<Arc<Script>>>, Arc<Script>) {
        let script = Script { outcomes: Mutex::new(outcomes), asked: AtomicU32::new(0), stored: AtomicU32::new(0) };
        let script = Arc::new(script);
        (Arc::new(Keeper::new(Arc::clone(&script), None, Ui::new(Color::Never, true, false))), script)
    }

    fn run<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
    }

    #[test]
    fn many_who_ask_at_once_make_one_renewal() {
        let (keeper, script) = keeper(vec![Ok((3600, 0))]);
        run(async {
            let asked: Vec<_> = (0..50)
                .map(|_| {
                    let keeper = Arc::clone(&keeper);
                    tokio::spawn(async move { keeper.get(Wanted::Own).await.is_ok() })
                })
                .collect();
            for one in asked {
                assert!(one.await.unwrap());
            }
        });
        assert_eq!(script.asked.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_token_is_renewed_ten_minutes_before_its_end() {
        let (keeper, script) = keeper(vec![Ok((3600, 2990)), Ok((3600, 3010)), Ok((3600, 0))]);
        run(async {
            assert!(keeper.get(Wanted::Own).await.is_ok());
            assert!(keeper.get(Wanted::Own).await.is_ok(), "610 s left: from memory");
            assert!(keeper.get(Wanted::Other("x".into())).await.is_ok(), "what a renewal gives is handed out");
            assert_eq!(script.asked.load(Ordering::SeqCst), 2);
            assert!(keeper.get(Wanted::Other("x".into())).await.is_ok(), "590 s left: renewed");
        });
        assert_eq!(script.asked.load(Ordering::SeqCst), 3);
    }

    #[test]
    fn a_refusal_is_answered_from_memory_until_a_login() {
        let (keeper, script) = keeper(vec![Ok((3600, 3300)), Err(Kind::SignIn), Ok((3600, 0))]);
        run(async {
            assert!(keeper.get(Wanted::Own).await.is_ok());
            for _ in 0..5 {
                assert_eq!(keeper.get(Wanted::Own).await.unwrap_err().lasting, Lasting::UntilLogin);
            }
            assert_eq!(script.asked.load(Ordering::SeqCst), 2, "one flight, one refusal");
            script.stored.store(1, Ordering::SeqCst);
            assert!(keeper.get(Wanted::Own).await.is_ok());
        });
    }

    #[test]
    fn the_token_in_hand_bridges_a_fault_that_passes() {
        let (keeper, script) = keeper(vec![Ok((3600, 3300)), Err(Kind::Network), Err(Kind::Network)]);
        run(async {
            assert!(keeper.get(Wanted::Own).await.is_ok());
            assert!(keeper.get(Wanted::Own).await.is_ok(), "300 s left, the network is down");
            assert!(keeper.get(Wanted::Own).await.is_ok(), "the same, from memory");
            assert_eq!(script.asked.load(Ordering::SeqCst), 2, "a pause lies between two tries");
        });
    }

    #[test]
    fn without_a_token_a_fault_is_asked_again_after_a_pause() {
        let (keeper, script) = keeper(vec![Err(Kind::Vault), Ok((3600, 0))]);
        run(async {
            assert_eq!(keeper.get(Wanted::Own).await.unwrap_err().lasting, Lasting::UntilMended);
            assert!(keeper.get(Wanted::Own).await.is_err());
            tokio::time::sleep(Duration::from_millis(1100)).await;
            assert!(keeper.get(Wanted::Own).await.is_ok());
        });
        assert_eq!(script.asked.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn pauses_double_and_no_dead_token_bridges_them() {
        // Four seconds of life are margin enough for nothing: what has ended is not handed out.
        let (keeper, script) = keeper(vec![Ok((3, 3)), Err(Kind::Network), Err(Kind::Network), Ok((3600, 0))]);
        run(async {
            assert!(keeper.get(Wanted::Own).await.is_ok(), "what a renewal gives is handed out");
            assert!(keeper.get(Wanted::Own).await.is_err(), "it has ended, and bridges nothing");
            tokio::time::sleep(Duration::from_millis(1100)).await;
            assert!(keeper.get(Wanted::Own).await.is_err());
            tokio::time::sleep(Duration::from_millis(1100)).await;
            assert!(keeper.get(Wanted::Own).await.is_err(), "the second pause is two seconds");
            assert_eq!(script.asked.load(Ordering::SeqCst), 3);
            tokio::time::sleep(Duration::from_secs(1)).await;
            assert!(keeper.get(Wanted::Own).await.is_ok());
        });
    }

    #[test]
    fn the_own_token_says_what_was_granted() {
        let (keeper, _) = keeper(vec![Ok((3600, 0)), Ok((3600, 0))]);
        run(async {
            keeper.get(Wanted::Own).await.unwrap();
            assert_eq!(keeper.granted().as_deref(), Some("Mail.Send 1"));
            keeper.get(Wanted::Other("x".into())).await.unwrap();
            assert_eq!(
                keeper.granted().as_deref(),
                Some("Mail.Send 1"),
                "another resource's scopes are not the own ones"
            );
        });
    }

    #[test]
    fn a_token_bridges_for_a_tenth_of_a_short_life() {
        for (age, bridged) in [(10, true), (57, false)] {
            let (keeper, _) = keeper(vec![Ok((60, age)), Err(Kind::Network)]);
            run(async {
                keeper.get(Wanted::Own).await.unwrap();
                let slot = keeper.slot(&Wanted::Own);
                let failure = Failure::of(Error::new(Kind::Network, "made up"));
                assert_eq!(usable(&*slot.lock().await, &failure).is_some(), bridged, "{age} of 60 s");
            });
        }
    }

    #[test]
    fn a_client_that_goes_away_does_not_break_a_renewal_off() {
        let (keeper, script) = keeper(vec![Ok((3600, 0))]);
        run(async {
            let impatient = tokio::time::timeout(Duration::from_millis(1), keeper.get(Wanted::Own)).await;
            assert!(impatient.is_err());
            assert!(keeper.get(Wanted::Own).await.is_ok());
        });
        assert_eq!(script.asked.load(Ordering::SeqCst), 1);
    }
}
