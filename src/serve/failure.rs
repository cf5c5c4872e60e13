//! Why there is no token, and when asking again can help. Values only.

use super::error::ServeError;
use super::lasting::Lasting;

/// If the next try is due within this many seconds, a client's own repetitions can help.
const SOON: u64 = 30;

/// Why there is no token.
#[derive(Debug)]
pub struct Failure {
    /// What happened.
    pub error: ServeError,
    /// What ends it.
    pub lasting: Lasting,
    /// When the next try is due, epoch seconds, if known: by the breaker's pace, or by the
    /// keeper's.
    pub again: Option<u64>,
    /// When the first failure in this row happened, epoch seconds.
    pub since: Option<u64>,
}

impl Failure {
    /// A failure without a known next try.
    pub fn of(error: ServeError) -> Self {
        let (lasting, again) = match &error {
            ServeError::Reported(reported) => (reported.lasting, reported.again),
            other => (Lasting::of(other.kind()), None),
        };
        Self {
            error,
            lasting,
            again,
            since: None,
        }
    }

    /// True if a client's own repetitions may succeed.
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
    use crate::error::Kind;
    use crate::serve::pipe::Reported;

    #[test]
    fn only_temporary_failures_with_a_try_within_half_a_minute_pass_soon() {
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
