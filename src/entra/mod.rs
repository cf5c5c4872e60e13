//! The token endpoint of Microsoft Entra: the request, the answer, and the meaning of an error
//! code.
//!
//! The only importer of the TLS library, and of the HTTP library as a client. Reads no environment
//! (its callers give it the variables that concern the network), knows nothing of profiles on disk,
//! secret stores or child processes.

pub mod assertion;
mod connect;
mod error;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod http;
mod limit;
mod nearby;
mod no_proxy;
mod odd;
pub mod probe;
mod proxy;
mod refusal;
mod roots;
mod tls;
mod transport;
pub mod wire;
pub mod workload;

pub use error::{Asked, EntraError};
pub use http::{HttpEndpoint, NetworkSettings};
pub use odd::Wrong;
pub use proxy::{BadSetting, Flaw, Proxy, ProxyName, ProxySettings, Setting, Way};
pub use refusal::{CertificateFault, Ids, Quote, Refusal};
pub use roots::{BadBlock, BadRootSetting, BadRoots, RootSettings, Roots, RootsFlaw};
pub use tls::TlsFault;
pub use transport::{Cause, ProxyFault, Stage, TransportFault};

use std::fmt;
use std::time::Duration;
use zeroize::Zeroizing;

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

/// One answer, of any status.
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`, lower case.
    pub content_type: String,
    /// `Retry-After` as sent.
    pub retry_after: Option<String>,
    /// The body, at most [`wire::BODY_LIMIT`] bytes. May hold a token.
    pub body: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({}, {} bytes)", self.status, self.body.len())
    }
}
