//! One HTTP answer as it came. `wire`, `probe` and `workload` read it.

use std::fmt;
use zeroize::Zeroizing;

/// One answer, of any status.
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`, lower case.
    pub content_type: String,
    /// `Retry-After` as sent.
    pub retry_after: Option<String>,
    /// The body, at most [`BODY_LIMIT`](super::wire::BODY_LIMIT) bytes. May hold a token.
    pub body: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({}, {} bytes)", self.status, self.body.len())
    }
}
