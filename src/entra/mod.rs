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
mod post;
pub mod probe;
mod proxy;
mod refusal;
mod reply;
mod root_setting;
mod roots;
mod tls;
mod transport;
pub mod wire;
pub mod workload;

pub use error::{Asked, EntraError};
pub use http::{HttpEndpoint, NetworkSettings};
pub use odd::Wrong;
pub use post::{BeforeFirstByte, Post, TokenEndpoint};
pub use proxy::{BadSetting, Flaw, Proxy, ProxyName, ProxySettings, Route, Setting};
pub use refusal::{CertificateFault, Ids, Quote, Refusal};
pub use reply::Reply;
pub use root_setting::{BadRootSetting, RootsFlaw};
pub use roots::{BadBlock, BadRoots, RootSettings, Roots};
pub use tls::TlsFault;
pub use transport::{Cause, ProxyFault, Stage, TransportFault};
