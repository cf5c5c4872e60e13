//! A signed statement by which an app proves itself, in place of a client secret.

use super::claims::{Claims, NotAssertion};
use locked_memory::Locked;
use std::fmt;
use zeroize::Zeroizing;

/// A JWT that says who the app is (RFC 7523 section 2.2). Whoever has it is the app until it ends.
pub struct Assertion(Locked);

impl Assertion {
    /// Moves the text to pages that are not swapped out; the buffer that held it is wiped.
    pub fn new(mut text: Zeroizing<String>) -> Self {
        let mut bytes = Zeroizing::new(std::mem::take(&mut *text).into_bytes());
        Self(Locked::move_from(&mut bytes))
    }

    /// The assertion in a text from outside, without one newline at its end, and what it says.
    /// Fails if the text is none, or does not say when it ends.
    pub fn read(text: &[u8]) -> Result<(Self, Claims), NotAssertion> {
        let text = std::str::from_utf8(text).map_err(|_| NotAssertion::Form)?;
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        let claims = Claims::of(text)?;
        Ok((Self::new(Zeroizing::new(text.to_owned())), claims))
    }

    /// Exit 1: into the form body. Called by `entra::wire` only.
    pub(crate) fn expose_for_form(&self) -> &str {
        // Made from a String, so this never fails.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Assertion(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_value() {
        let assertion = Assertion::new(Zeroizing::new("hunter2".into()));
        assert_eq!(format!("{assertion:?}"), "Assertion(redacted)");
    }

    #[test]
    fn one_newline_at_the_end_is_dropped() {
        // {"exp":1}
        for text in [
            "e30.eyJleHAiOjF9.AA",
            "e30.eyJleHAiOjF9.AA\n",
            "e30.eyJleHAiOjF9.AA\r\n",
        ] {
            let (assertion, claims) = Assertion::read(text.as_bytes()).unwrap();
            assert_eq!(assertion.expose_for_form(), "e30.eyJleHAiOjF9.AA");
            assert_eq!(claims.ends, 1);
        }
        for text in [&b"e30.eyJleHAiOjF9.AA\n\n"[..], b"\xff"] {
            assert_eq!(Assertion::read(text).unwrap_err(), NotAssertion::Form);
        }
    }
}
