//! One POST to a token endpoint, and the port that sends it. `http` implements it.

use super::reply::Reply;
use super::roots::Roots;
use super::transport::TransportFault;
use super::wire;
use std::fmt;
use std::time::Duration;

/// Sends one POST to a token endpoint and returns its answer, of any status. A port: tests
/// implement it.
pub trait TokenEndpoint {
    /// One attempt: no retry, no redirect. Fails if no whole answer comes; `Err` says whether the
    /// body may have left this machine.
    fn post(&self, post: Post) -> Result<Reply, TransportFault>;
}

/// A callback for the last moment before a byte is sent.
pub type BeforeFirstByte = Box<dyn FnOnce() -> std::io::Result<()> + Send + Sync>;

/// One request.
pub struct Post {
    /// `https://{authority}/{tenant}/oauth2/v2.0/token`.
    pub url: String,
    /// The form, exactly sized, wiped as soon as it was written.
    pub body: wire::FormBody,
    /// Sent as `client-request-id`; the service gives it back as the correlation id.
    pub request_id: uuid::Uuid,
    /// Whom to trust.
    pub roots: Roots,
    /// The most time for everything, from name resolution to the last byte.
    pub timeout: Duration,
    /// Called once, when the connection is open and the first byte of the form can leave. If it
    /// fails, no byte leaves.
    pub before_first_byte: BeforeFirstByte,
}

impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Post({}, {})", self.url, self.request_id)
    }
}
