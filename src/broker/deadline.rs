//! When ropc's own work ends, by the monotonic clock.

use std::time::{Duration, Instant};

/// The end of ropc's own work: lock, store and network together.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

/// The default of `--timeout`: enough for a minute of throttling and one slow answer, and less than
/// a scheduler waits.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(120);

impl Deadline {
    /// The deadline this long from now.
    pub fn after(time: Duration) -> Self {
        Self(Instant::now() + time)
    }

    /// The earlier of this deadline and `time` from now.
    pub(super) fn within(self, time: Duration) -> Self {
        Self(self.0.min(Instant::now() + time))
    }

    /// The time left; zero after the deadline.
    pub fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}
