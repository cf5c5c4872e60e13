//! One token of a job and the state of its renewals: values, and at most one renewal under way.

use super::failure::Failure;
use crate::broker::Token;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::time::Instant;

/// The answer for a client.
pub(super) type Served = Result<Arc<Token>, Arc<Failure>>;

/// One token, or why there is none.
#[derive(Default)]
pub(super) struct Slot {
    pub(super) token: Option<Arc<Token>>,
    /// The stamp of the cached token at the time when this one came.
    pub(super) shared: Option<String>,
    /// True if a client got it, so its renewal ahead is planned.
    pub(super) planned: bool,
    pub(super) past: Option<Past>,
    pub(super) failures: u32,
    /// When it was last replaced because of a client's request.
    pub(super) replaced_at: Option<Instant>,
    flight: Option<Flight>,
}

/// A failure, and the stamps of that time.
pub(super) struct Past {
    pub(super) failure: Arc<Failure>,
    pub(super) stamps: Stamps,
}

/// Stamps of the token source for what a person can change: another stamp means that somebody did.
#[derive(PartialEq, Eq)]
pub(super) struct Stamps {
    /// The stamp of the stored secrets and of the recorded refusals.
    pub(super) stored: Option<String>,
    /// The stamp of the cached token.
    pub(super) shared: Option<String>,
}

impl Slot {
    /// Takes a new token and drops the state of the old one.
    pub(super) fn take(&mut self, token: Arc<Token>, shared: Option<String>) {
        *self = Self {
            token: Some(token),
            shared,
            replaced_at: self.replaced_at,
            ..Self::default()
        };
    }

    /// The renewal under way. One whose task has ended does not count.
    pub(super) fn flight(&self) -> Option<Flight> {
        self.flight
            .clone()
            .filter(|flight| flight.end.has_changed().is_ok())
    }

    pub(super) fn begin(&mut self, flight: Flight) {
        self.flight = Some(flight);
    }

    pub(super) fn end_flight(&mut self) {
        self.flight = None;
    }
}

/// A renewal under way, which any number of callers can wait for.
#[derive(Clone)]
pub(super) struct Flight {
    pub(super) started: Instant,
    end: watch::Receiver<Option<Served>>,
}

impl Flight {
    /// The end that reports the outcome, and the one that waits for it.
    pub(super) fn start() -> (watch::Sender<Option<Served>>, Self) {
        let (report, end) = watch::channel(None);
        (
            report,
            Self {
                started: Instant::now(),
                end,
            },
        )
    }

    /// Waits for the outcome; `None` if its task ended without one.
    pub(super) async fn end(mut self) -> Option<Served> {
        self.end.wait_for(Option::is_some).await.ok()?.clone()
    }
}
