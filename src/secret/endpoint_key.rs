//! The key of the loopback endpoint. Exit 8.

use base64ct::{Base64UrlUnpadded, Encoding};
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The key that a client sends to the loopback endpoint: 32 random bytes as base64url text, which
/// is safe in a header. Each run of `exec --serve` makes one; no command line and no log has it.
pub struct EndpointKey(SecretString);

impl EndpointKey {
    /// A fresh key from the operating system's random source. Fails if that gives no bytes.
    pub fn random() -> std::io::Result<Self> {
        let mut bytes = Zeroizing::new([0u8; 32]);
        getrandom::fill(bytes.as_mut_slice()).map_err(std::io::Error::other)?;
        Ok(Self(SecretString::from(Base64UrlUnpadded::encode_string(
            bytes.as_slice(),
        ))))
    }

    /// Compares in a time that depends only on the length.
    #[expect(clippy::disallowed_methods, reason = "only the verdict leaves")]
    pub fn matches(&self, shown: &[u8]) -> bool {
        self.0.expose_secret().as_bytes().ct_eq(shown).into()
    }

    /// Exit 8: into the child's environment. Called by `exec::plan` only.
    #[expect(clippy::disallowed_methods, reason = "exit 8: child environment")]
    pub(crate) fn expose_to_child(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for EndpointKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EndpointKey(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_key_matches_itself_only() {
        let key = EndpointKey::random().unwrap();
        let other = EndpointKey::random().unwrap();
        let text = key.expose_to_child().to_owned();
        assert_eq!(text.len(), 43, "32 bytes as base64url without padding");
        assert!(
            text.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        );
        assert!(key.matches(text.as_bytes()) && !other.matches(text.as_bytes()));
        for wrong in [
            "",
            &text[1..],
            &format!("{text} "),
            &text.to_ascii_lowercase(),
        ] {
            assert!(!key.matches(wrong.as_bytes()), "{} characters", wrong.len());
        }
        assert!(!format!("{key:?}").contains(&text));
    }
}
