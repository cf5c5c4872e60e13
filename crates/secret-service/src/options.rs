//! How to reach the Secret Service, which items are ours, and how long to wait. Values only.

use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// A secret that is wiped when it is dropped.
pub type Wiped = Zeroizing<Vec<u8>>;

/// How to reach the Secret Service, and how long to wait for it.
#[derive(Clone, Debug)]
pub struct Options {
    /// The `service` and `application` attribute of every item. A search goes over all keyrings, so
    /// it must be this program's alone.
    pub service: &'static str,
    /// D-Bus address of the session bus; `None`: `$DBUS_SESSION_BUS_ADDRESS`, else `bus` in
    /// `$XDG_RUNTIME_DIR`, else in `/run/user/UID`.
    pub address: Option<String>,
    /// Bound on one whole operation, a prompt not counted.
    pub deadline: Duration,
    /// `None`: a locked keyring is an error at once, and no unlock prompt is asked for.
    /// `Some(wait)`: a person can answer; the keyring may show its unlock prompt, and they have
    /// this long to answer it.
    pub unlock: Option<Duration>,
    /// The largest secret that is accepted, in bytes: it keeps mistakes off the bus.
    pub max_secret: u32,
}

impl Options {
    /// The environment's bus, five seconds, no prompt, secrets up to 1 MiB.
    #[must_use]
    pub fn new(service: &'static str) -> Self {
        Self {
            service,
            address: None,
            deadline: Duration::from_secs(5),
            unlock: None,
            max_secret: 1024 * 1024,
        }
    }

    /// The largest part of a message that is read: such a secret and room to spare.
    pub(crate) fn largest_part(&self) -> usize {
        (self.max_secret as usize).saturating_add(1024 * 1024)
    }

    /// Bound on all of an operation. A person may use up all of their time, and then the work goes
    /// on.
    pub(crate) fn limit(&self) -> Duration {
        self.deadline
            + self
                .unlock
                .map_or(Duration::ZERO, |wait| wait + self.deadline)
    }

    /// The same, within what is left until `end`; `None` if nothing is.
    pub(crate) fn until(&self, end: Instant) -> Option<Self> {
        let left = end.saturating_duration_since(Instant::now());
        let deadline = self.deadline.min(if self.unlock.is_some() {
            left / 2
        } else {
            left
        });
        let unlock = self
            .unlock
            .map(|wait| wait.min(left.saturating_sub(deadline * 2)));
        (!deadline.is_zero()).then(|| Self {
            address: self.address.clone(),
            deadline,
            unlock,
            ..*self
        })
    }
}

/// With a name for tests.
#[cfg(test)]
impl Default for Options {
    fn default() -> Self {
        Self::new("example")
    }
}
