//! The loopback endpoint of `exec --serve`: the App Service managed identity contract on 127.0.0.1, so that unmodified
//! Azure and Graph clients renew by themselves.
//!
//! ```text
//!   client ──GET, key──► server ──► check ──► resource ──► keeper ──► renewal ──► `ropc renew`, a short-lived run of
//!                        bounded    who asks   for what     memory,    a process   this program: broker, vault, entra
//!                                                           1 flight
//! ```
//!
//! No password and no client secret comes here: this process never opens a vault. It knows tokens, the profile's public
//! facts and an [`EndpointKey`](crate::secret::EndpointKey). What clients send and accept stands in "App Service managed
//! identity" (Microsoft: "How to use managed identities for App Service", REST endpoint reference, api-version 2019-08-01).

mod check;
mod connections;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod keeper;
pub(crate) mod pipe;
mod renewal;
mod reply;
mod resource;
mod server;

pub use keeper::{Failure, Lasting, Source};
pub use renewal::Renewal;
pub use resource::{Resources, Wanted};
pub use server::{Endpoint, Settings};

/// The margin in seconds that a token must still live to be handed out: 10 minutes, for short tokens a quarter of their
/// lifetime. Every client treats 5 minutes as the end, so what it gets here lasts it a while.
///
/// `asked` (`--min-ttl`) can make it longer, up to half a lifetime: beyond that most of every token would be thrown away.
pub(crate) fn margin(lifetime: u64, asked: Option<u64>) -> u64 {
    let standard = (lifetime / 4).min(600);
    asked.map_or(standard, |asked| asked.min(lifetime / 2).max(standard))
}

#[cfg(test)]
mod tests {
    use super::margin;

    #[test]
    fn margins() {
        assert_eq!((margin(3600, None), margin(5399, None), margin(60, None)), (600, 600, 15));
        assert_eq!((margin(3600, Some(1500)), margin(3600, Some(7200)), margin(3600, Some(10))), (1500, 1800, 600));
    }
}
