//! A token and how long ropc hands it out. Pure.

use crate::entra::wire::Grant;
use crate::secret::AccessToken;

/// A token with what is known of it.
#[derive(Debug)]
pub struct Token {
    /// The token itself.
    pub access: AccessToken,
    /// When ropc asked for it, epoch seconds.
    pub obtained_at: u64,
    /// When it ends, epoch seconds.
    pub expires_at: u64,
    /// The scopes that it carries, if the endpoint named them.
    pub scope: Option<String>,
}

impl Token {
    /// The token of an answer to a request of this time, epoch seconds.
    pub(super) fn granted(grant: Grant, asked_at: u64) -> Self {
        let expires_at = asked_at + grant.lifetime();
        Self {
            access: grant.token,
            obtained_at: asked_at,
            expires_at,
            scope: grant.scope,
        }
    }

    /// Whole lifetime in seconds.
    pub fn lifetime(&self) -> u64 {
        self.expires_at.saturating_sub(self.obtained_at)
    }

    /// How long a token must still live, in seconds, for ropc to hand it out: 10 minutes, for short
    /// tokens a quarter of their lifetime. `Connect-MgGraph -AccessToken` refuses one with 5
    /// minutes left.
    pub fn margin(&self) -> u64 {
        (self.lifetime() / 4).min(600)
    }

    /// True if ropc may hand it out now. If the clock is earlier than the sign-in, the age of the
    /// token is unknown, and it serves no more.
    pub(super) fn serves(&self, now: u64, min_ttl: Option<u64>) -> bool {
        if now < self.obtained_at || now >= self.expires_at {
            return false;
        }
        let left = self.expires_at - now;
        let Some(wanted) = min_ttl else {
            return left >= self.margin();
        };
        // If no token lives as long as asked, a new one is the best there is. Without this rule
        // each run would sign in, and Entra's loop protection (AADSTS50196) would stop them all.
        let brand_new = now - self.obtained_at <= self.lifetime() / 10;
        left >= wanted || (wanted > self.lifetime() && brand_new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(obtained_at: u64, lifetime: u64) -> Token {
        Token {
            access: AccessToken::new("t".into()),
            obtained_at,
            expires_at: obtained_at + lifetime,
            scope: None,
        }
    }

    #[test]
    fn margins_shrink_with_the_token() {
        assert_eq!(token(0, 3600).margin(), 600);
        assert_eq!(token(0, 60).margin(), 15);
        let t = token(1000, 3600);
        assert!(t.serves(1000 + 3000, None) && !t.serves(1000 + 3001, None));
        assert!(!t.serves(999, None), "the clock went back");
    }

    #[test]
    fn min_ttl_beyond_the_lifetime_is_no_loop() {
        let t = token(1000, 3600);
        assert!(t.serves(1000, Some(3600)) && !t.serves(1001, Some(3600)));
        assert!(
            t.serves(1360, Some(7200)),
            "a new token is the longest there is"
        );
        assert!(!t.serves(1361, Some(7200)));
        assert!(!t.serves(1000 + 3600, Some(7200)));
    }
}
