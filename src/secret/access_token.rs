//! A token, which ropc gives to the child. Exits 4 to 7.

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::fmt;
use zeroize::Zeroizing;

/// An access token. Opaque: ropc never looks inside.
pub struct AccessToken(SecretString);

impl AccessToken {
    /// Takes the text. If its buffer is exactly sized, it is reused and not copied.
    pub fn new(text: String) -> Self {
        Self(SecretString::from(text))
    }

    /// Takes the text from a wiping buffer.
    pub fn from_zeroizing(mut text: Zeroizing<String>) -> Self {
        Self::new(std::mem::take(&mut *text))
    }

    /// Length in bytes. Not secret: messages may name it.
    #[expect(clippy::disallowed_methods, reason = "only the length leaves")]
    pub fn len(&self) -> usize {
        self.0.expose_secret().len()
    }

    /// True for an empty text.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its SHA-256, by which a client names a refused token (`token_sha256_to_refresh`). Not
    /// secret: the text holds a signature, which nobody can guess.
    #[expect(clippy::disallowed_methods, reason = "only a digest leaves")]
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.0.expose_secret()).into()
    }

    /// Exit 4: to the child's environment or its files in memory, or to stdout for `ropc token`.
    /// Called by `exec::plan` and `cmd::token` only.
    #[expect(
        clippy::disallowed_methods,
        reason = "exit 4: child environment and token output"
    )]
    pub(crate) fn expose_to_user(&self) -> &str {
        self.0.expose_secret()
    }

    /// Exit 5: into the sealed cache. Called by `broker::cache` only.
    #[expect(clippy::disallowed_methods, reason = "exit 5: sealed cache")]
    pub(crate) fn expose_for_cache(&self) -> &str {
        self.0.expose_secret()
    }

    /// Exit 6: from a renewal run to the `exec --serve` that started it, over a pipe. Called by
    /// `serve::pipe` only.
    #[expect(
        clippy::disallowed_methods,
        reason = "exit 6: pipe between two runs of ropc"
    )]
    pub(crate) fn expose_for_pipe(&self) -> &str {
        self.0.expose_secret()
    }

    /// Exit 7: into a reply of the loopback endpoint. Called by `serve::reply` only.
    #[expect(clippy::disallowed_methods, reason = "exit 7: endpoint reply")]
    pub(crate) fn expose_for_endpoint(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_value() {
        assert_eq!(
            format!("{:?}", AccessToken::new("hunter2".into())),
            "AccessToken(redacted)"
        );
    }
}
