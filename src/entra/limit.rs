//! The time that one exchange may take. Knows no request.

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
    /// The limit that starts now.
    pub(super) fn of(all: Duration) -> Self {
        Self {
            all,
            end: Instant::now() + all,
        }
    }

    /// The part of it for connecting: a little less than the rest, so that the library's own limit
    /// comes first and its error says that the connection took so long.
    pub(super) fn to_connect(self) -> Duration {
        let left = self.end.saturating_duration_since(Instant::now());
        left / 20 * 19
    }

    /// Runs the work and cancels it at the end of the time.
    pub(super) async fn hold<T>(
        self,
        work: impl Future<Output = Result<T, Cause>>,
    ) -> Result<T, Cause> {
        timeout_at(self.end, work)
            .await
            .unwrap_or(Err(Cause::Timeout(Some(self.all))))
    }
}
