//! Secret bytes of a store.

use locked_memory::Locked;
use std::fmt;
use zeroize::Zeroizing;

/// Bytes that a store returns or takes, on their own memory pages: wiped when dropped, never
/// printed.
pub struct SecretBytes(Locked);

impl SecretBytes {
    /// Moves the bytes there; the buffer that held them is wiped.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Locked::move_from(&mut Zeroizing::new(bytes)))
    }

    /// The bytes, for parsing or storing. Not for messages.
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretBytes(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_value() {
        assert_eq!(
            format!("{:?}", SecretBytes::new(b"hunter2".to_vec())),
            "SecretBytes(redacted)"
        );
    }
}
