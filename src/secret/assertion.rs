//! A signed statement by which an app proves itself, in place of a client secret.

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
}
