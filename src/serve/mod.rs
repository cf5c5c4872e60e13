//! The loopback endpoint of `exec --serve`: the App Service managed identity contract on 127.0.0.1,
//! so that unmodified Azure and Graph clients renew their tokens without help.
//!
//! ```text
//!   client ─GET, key─► server ─► check ─► resource ─► keeper ─► renewal ─► `ropc renew`, a run of
//!                      bounded   who asks for what    memory,   a process  this program: broker,
//!                                                     1 flight             store, entra
//! ```
//! This process never opens a store, so it holds no password and no client secret. It knows tokens,
//! the profile's public facts and an [`EndpointKey`](crate::secret::EndpointKey). The contract is
//! "App Service managed identity" (Microsoft: "How to use managed identities for App Service", REST
//! endpoint reference, api-version 2019-08-01).

mod check;
mod connections;
mod error;
mod failure;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod keeper;
mod lasting;
mod margin;
mod pinned;
pub(crate) mod pipe;
mod renewal;
mod reply;
mod resource;
mod server;
mod slot;
mod words;

pub use error::ServeError;
pub use failure::Failure;
pub use keeper::{Order, TokenSource};
pub use lasting::Lasting;
pub(crate) use margin::margin;
pub use renewal::{JobSettings, Renewal};
pub use resource::{Denied, Resources, Wanted};
pub use server::{Endpoint, Settings};
