//! The key that seals a token cache or a file store.

use std::fmt;
use zeroize::Zeroizing;

/// 32 random bytes that seal a token cache or a file store. Wiped when dropped.
pub struct SealingKey(Zeroizing<[u8; 32]>);

impl SealingKey {
    /// A fresh key from the operating system's random source. Fails if that gives no bytes.
    pub fn random() -> std::io::Result<Self> {
        let mut key = Zeroizing::new([0u8; 32]);
        getrandom::fill(key.as_mut_slice()).map_err(std::io::Error::other)?;
        Ok(Self(key))
    }

    /// A stored key; `None` if it is not 32 bytes long.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut key = Zeroizing::new([0u8; 32]);
        if bytes.len() != key.len() {
            return None;
        }
        key.copy_from_slice(bytes);
        Some(Self(key))
    }

    /// A second copy, wiped separately.
    pub(crate) fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }

    /// The raw key, for the cipher and for a store.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey(redacted)")
    }
}
