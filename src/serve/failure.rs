//! Why there is no token, and when asking again can help. Values only.

use super::ServeError;
use crate::error::Kind;

/// A try that is due within this time is worth a client's own repetitions, in seconds.
const SOON: u64 = 30;

/// Why there is no token.
#[derive(Debug)]
pub struct Failure {
    /// What happened.
    pub error: ServeError,
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
    /// Entra refused, or the profile is another identity's now: ropc asks again after another
    /// `login`, or at the time that is named.
    UntilLogin,
    /// A person has to repair something on this machine (a locked keychain, a damaged file): ropc
    /// sent no secret, so each request looks again.
    UntilRepaired,
    /// Network or a fault of the service: ropc asks again when it is due.
    Passing,
}

impl Lasting {
    /// By the kind of error. An answer that Entra judged is final; only failures of the network and
    /// of the service pass without anybody's help.
    pub(super) fn of(kind: Kind) -> Self {
        match kind {
            Kind::SignIn => Self::UntilLogin,
            Kind::Network => Self::Passing,
            _ => Self::UntilRepaired,
        }
    }
}

impl Failure {
    /// A failure of which no next try is known yet.
    pub fn of(error: ServeError) -> Self {
        let (lasting, again) = match &error {
            ServeError::Reported(reported) => (reported.lasting(), reported.again),
            other => (Lasting::of(other.kind()), None),
        };
        Self {
            error,
            lasting,
            again,
            since: None,
        }
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
    use crate::serve::pipe::Reported;

    #[test]
    fn only_failures_that_may_pass_within_half_a_minute_pass_soon() {
        let of = |kind, again| {
            let reported = Box::new(Reported::sample(kind, again));
            Failure::of(ServeError::Reported(reported)).passes_soon(100)
        };
        assert!(of(Kind::Network, Some(130)) && of(Kind::Network, None));
        assert!(!of(Kind::Network, Some(131)));
        for kind in [Kind::SignIn, Kind::Vault, Kind::Config, Kind::Other] {
            assert!(!of(kind, Some(101)), "{kind:?}");
        }
    }
}
