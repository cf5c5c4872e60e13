//! The time that one exchange may take. No request is known here.

use super::Cause;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The time of one exchange, from name resolution to the last byte.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    pub(super) all: Duration,
    end: Instant,
}

impl Limit {
    /// That much from now on.
    pub(super) fn of(all: Duration) -> Self {
        Self {
            all,
            end: Instant::now() + all,
        }
    }

    /// What connecting may take of it: less than everything, so that the library's own limit comes
    /// first: it says that the connection took so long.
    pub(super) fn to_connect(self) -> Duration {
        let left = self.end.saturating_duration_since(Instant::now());
        left / 20 * 19
    }

    /// Ends the work when the time is up.
    pub(super) async fn hold<T>(
        self,
        work: impl Future<Output = Result<T, Cause>>,
    ) -> Result<T, Cause> {
        timeout_at(self.end, work)
            .await
            .unwrap_or(Err(Cause::Timeout(Some(self.all))))
    }
}
