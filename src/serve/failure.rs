//! Why there is no token, and when asking again can help. Values only.

use crate::error::{Error, Kind};

/// A try that is due within this time is worth a client's own repetitions, in seconds.
const SOON: u64 = 30;

/// Why there is no token.
#[derive(Debug)]
pub struct Failure {
    /// In words.
    pub error: Error,
    /// What ends it.
    pub lasting: Lasting,
    /// When the next try is due, epoch seconds, where that is known: the breaker's pace, or the
    /// keeper's own.
    pub again: Option<u64>,
    /// When the first of a row of failures happened, epoch seconds.
    pub since: Option<u64>,
}

/// What ends a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// Entra refused, or the profile is someone else's now: nothing is asked again until another
    /// `login`, or until the time that is named.
    UntilLogin,
    /// Something on this machine is to be repaired (a locked keychain, a damaged file): no secret
    /// was sent, so each request looks again.
    UntilRepaired,
    /// Network or a fault of the service: asked again when it is due.
    Passing,
}

impl Failure {
    /// By the kind of error. An answer that Entra judged is final; only the network and the service
    /// pass by themselves.
    pub fn of(error: Error) -> Self {
        let lasting = match error.kind {
            Kind::SignIn => Lasting::UntilLogin,
            Kind::Network => Lasting::Passing,
            _ => Lasting::UntilRepaired,
        };
        Self {
            error,
            lasting,
            again: None,
            since: None,
        }
    }

    /// The same with what ends it.
    #[must_use]
    pub fn lasting(self, lasting: Lasting) -> Self {
        Self { lasting, ..self }
    }

    /// The same with the time of the next try.
    #[must_use]
    pub fn again(self, again: Option<u64>) -> Self {
        Self { again, ..self }
    }

    /// True if a client's own repetitions may meet with success: nothing else makes it wait.
    pub(super) fn passes_soon(&self, now: u64) -> bool {
        self.lasting == Lasting::Passing
            && self
                .again
                .is_none_or(|again| again <= now.saturating_add(SOON))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_passes_within_half_a_minute_passes_soon() {
        let of = |kind, again| {
            Failure::of(Error::new(kind, "made up"))
                .again(again)
                .passes_soon(100)
        };
        assert!(of(Kind::Network, Some(130)) && of(Kind::Network, None));
        assert!(!of(Kind::Network, Some(131)));
        for kind in [Kind::SignIn, Kind::Vault, Kind::Config, Kind::Other] {
            assert!(!of(kind, Some(101)), "{kind:?}");
        }
    }
}
