//! Fingerprints of refused secrets: enough to know one again, too little to find it out.
//!
//! 16 bits of Argon2id (19 MiB, two passes) over the secret with a random salt of its own. Whoever reads the record can
//! rule a guess out, but each of 65,536 guesses fits; a new secret is taken for a refused one once in 65,536 times, and
//! `ropc login --retry` is the way out of that. The cost falls only where a refusal was recorded before.

use crate::profile::hex;
use crate::secret::{SecretRef, expose_for_fingerprint};
use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};

/// A salted, slow and short digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fingerprint {
    salt: String,
    print: String,
}

impl Fingerprint {
    /// Of a secret, with a fresh salt; `None` if the OS has no random bytes or no memory is left.
    pub(super) fn of(secret: SecretRef<'_>) -> Option<Self> {
        let mut salt = [0u8; 16];
        getrandom::fill(&mut salt).ok()?;
        let salt = hex(&salt);
        let print = digest(secret, &salt)?;
        Some(Self { salt, print })
    }

    /// True if the secret is (as far as 16 bits tell) the one that was recorded.
    pub(super) fn matches(&self, secret: SecretRef<'_>) -> bool {
        digest(secret, &self.salt).is_some_and(|print| print == self.print)
    }
}

fn digest(secret: SecretRef<'_>, salt: &str) -> Option<String> {
    let params = Params::new(19 * 1024, 2, 1, Some(32)).ok()?;
    let mut out = zeroize::Zeroizing::new([0u8; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(expose_for_fingerprint(secret), salt.as_bytes(), out.as_mut_slice())
        .ok()?;
    Some(hex(&out[..2]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Password;

    #[test]
    fn known_again_but_short() {
        let (one, two) = (Password::new("hunter2".into()), Password::new("hunter3".into()));
        let print = Fingerprint::of(SecretRef::Password(&one)).unwrap();
        assert!(print.matches(SecretRef::Password(&one)));
        // Two prints of one secret differ by their salts; 16 bits leave no more than 4 digits.
        assert_ne!(print, Fingerprint::of(SecretRef::Password(&one)).unwrap());
        assert_eq!(print.print.len(), 4);
        let prints: Vec<_> = (0..3).filter_map(|_| Fingerprint::of(SecretRef::Password(&one))).collect();
        assert!(!prints.iter().all(|p| p.matches(SecretRef::Password(&two))));
    }
}
