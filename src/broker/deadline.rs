//! When ropc's own work ends. Measured with the clock that only goes forward.

use std::time::{Duration, Instant};

/// The end of ropc's own work: lock, store and network together.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

/// Enough for a throttled minute and one slow answer, and less than a scheduler's patience.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(120);

impl Deadline {
    /// That much time from now.
    pub fn after(time: Duration) -> Self {
        Self(Instant::now() + time)
    }

    /// The earlier of this and that much time from now.
    pub(super) fn within(self, time: Duration) -> Self {
        Self(self.0.min(Instant::now() + time))
    }

    /// What is left; zero afterwards.
    pub fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}
