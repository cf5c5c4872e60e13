//! How long before its end a token is no longer handed out, and when it is renewed. Pure.

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
pub(super) fn ahead(token: &Token, asked: Option<u64>) -> u64 {
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
