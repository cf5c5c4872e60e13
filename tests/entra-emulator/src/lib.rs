//! A Microsoft Entra password-grant token endpoint and a slice of Microsoft Graph, over real TLS on
//! loopback. This file has the public interface of the crate. The emulator is for tests, demos and
//! benchmarks only: never give it real secrets. It must not depend on the program under test.
//!
//! ```no_run
//! use entra_emulator::{Config, Server, CONTOSO_USER};
//!
//! let config = Config::contoso().with_password("made up").with_client_secret("also made up");
//! let server = Server::start(config);
//! println!("{} {}", server.authority(), server.token_requests());
//! server.set_password(CONTOSO_USER, "another one");
//! ```
//!
//! The path of one request: `listen` accepts and shakes hands, `serve` reads, records and applies
//! faults, `judge` checks the request in one fixed order, `issue` makes the token, `answer` gives
//! it the service's headers.

mod aadsts;
mod answer;
mod app_certificate;
mod config;
mod directory;
mod discovery;
mod fault;
mod federation;
mod fixtures;
mod form;
mod graph;
mod ids;
mod issue;
mod judge;
mod jwt;
mod listen;
mod lockout;
mod names;
mod record;
mod scope;
mod serve;
mod server;
mod state;
mod tls;
mod token;
mod violation;
mod workload;

pub use app_certificate::{AppCertificate, PublicCertificate};
pub use config::{
    Certificate, Config, ExpiresIn, LoopLimit, ScopeStyle, SmartLockout, TokenFormat,
};
pub use directory::{App, ClientType, StoredSecret, Tenant, User, UserState};
pub use fault::{Fault, Hold, RetryAfter, Route, Times};
pub use federation::{FederatedCredential, Statement};
pub use fixtures::{FIXTURE_NAMES, Fixture, fixture, fixtures};
pub use names::{
    CONTOSO_CLIENT, CONTOSO_DOMAIN, CONTOSO_PUBLIC_CLIENT, CONTOSO_TENANT, CONTOSO_USER,
    CONTOSO_USER_ID, DEFAULT_SCOPE, FEDERATED_DOMAIN, FEDERATED_USER, GRAPH_RESOURCE,
    WORKLOAD_IDENTITY, WORKLOAD_ISSUER, WORKLOAD_SUBJECT,
};
pub use record::Recorded;
pub use server::Server;
pub use token::IssuedToken;
pub use workload::Workload;
