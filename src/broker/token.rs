//! A token and how long it serves. Pure.

use crate::secret::AccessToken;

/// A token with what is known of it.
#[derive(Debug)]
pub struct Token {
    /// The token itself.
    pub access: AccessToken,
    /// When it was asked for, epoch seconds.
    pub obtained_at: u64,
    /// When it ends, epoch seconds.
    pub expires_at: u64,
    /// The scopes that it carries, if the endpoint said so.
    pub scope: Option<String>,
}

impl Token {
    /// Whole lifetime in seconds.
    pub fn lifetime(&self) -> u64 {
        self.expires_at.saturating_sub(self.obtained_at)
    }

    /// The margin that a token must still live to be handed out: 10 minutes, for short tokens a
    /// quarter of their lifetime. `Connect-MgGraph -AccessToken` refuses one with 5 minutes left.
    pub fn margin(&self) -> u64 {
        (self.lifetime() / 4).min(600)
    }

    /// True if it may be handed out now. A clock that is earlier than the sign-in makes it useless:
    /// nobody knows how long it has lived.
    pub(super) fn serves(&self, now: u64, min_ttl: Option<u64>) -> bool {
        if now < self.obtained_at || now >= self.expires_at {
            return false;
        }
        let left = self.expires_at - now;
        let Some(wanted) = min_ttl else {
            return left >= self.margin();
        };
        // No token lives as long as asked: the one that was just made is as good as it gets.
        // Without this, each run would sign in, and the loop protection (AADSTS50196) would stop
        // them all.
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
            "just made: nothing longer is to be had"
        );
        assert!(!t.serves(1361, Some(7200)));
        assert!(!t.serves(1000 + 3600, Some(7200)));
    }
}
