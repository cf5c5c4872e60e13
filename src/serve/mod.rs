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
pub(crate) mod pipe;
mod renewal;
mod reply;
mod resource;
mod server;
mod slot;
mod words;

pub use error::ServeError;
pub use failure::{Failure, Lasting};
pub use keeper::{Order, TokenSource};
pub use renewal::{JobSettings, Renewal};
pub use resource::{Denied, Resources, Wanted};
pub use server::{Endpoint, Settings};

use crate::broker::Token;

/// How many seconds a token must still live for the endpoint to hand it out: its standard margin.
/// Every client treats 5 minutes as the end, so it can use the token for a while. `asked`
/// (`--min-ttl`) can make it longer, up to half a lifetime: a longer margin would waste most of
/// every token.
pub(crate) fn margin(token: &Token, asked: Option<u64>) -> u64 {
    let standard = token.margin();
    asked.map_or(standard, |asked| {
        asked.min(token.lifetime() / 2).max(standard)
    })
}

/// How many seconds before its end the keeper renews a token in use in the background: 15 minutes
/// (short tokens: half their lifetime), or a quarter of its lifetime if that is more, and never
/// later than the margin. So an outage of a few minutes is over before a client needs the new
/// token.
fn ahead(token: &Token, asked: Option<u64>) -> u64 {
    let lifetime = token.lifetime();
    (lifetime / 4)
        .max((lifetime / 2).min(900))
        .max(margin(token, asked))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::AccessToken;

    fn token(lifetime: u64) -> Token {
        Token {
            access: AccessToken::new("t".into()),
            obtained_at: 0,
            expires_at: lifetime,
            scope: None,
        }
    }

    fn ahead(lifetime: u64, asked: Option<u64>) -> u64 {
        super::ahead(&token(lifetime), asked)
    }

    fn margin(lifetime: u64, asked: Option<u64>) -> u64 {
        super::margin(&token(lifetime), asked)
    }

    #[test]
    fn a_renewal_ahead_comes_before_the_margin() {
        assert_eq!(
            (
                ahead(3600, None),
                ahead(5400, None),
                ahead(1200, None),
                ahead(60, None)
            ),
            (900, 1350, 600, 30)
        );
        assert_eq!(
            (ahead(3600, Some(1500)), ahead(86_400, None)),
            (1500, 21_600)
        );
        assert!(
            (0..90_000)
                .step_by(7)
                .all(|life| ahead(life, None) >= margin(life, None) && ahead(life, None) <= life)
        );
    }

    #[test]
    fn margins() {
        assert_eq!(
            (margin(3600, None), margin(5399, None), margin(60, None)),
            (600, 600, 15)
        );
        assert_eq!(
            (
                margin(3600, Some(1500)),
                margin(3600, Some(7200)),
                margin(3600, Some(10))
            ),
            (1500, 1800, 600)
        );
    }
}
