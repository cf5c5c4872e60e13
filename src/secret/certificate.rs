//! The certificate of an app: its public facts, and the private key, on its own memory pages.
//! Exits 10 and 11.

use super::SecretBytes;
use std::fmt;

/// What is public of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateFacts {
    /// SHA-256 of the certificate: the thumbprint that ropc sends.
    pub sha256: [u8; 32],
    /// SHA-1 of the certificate: the thumbprint that the Entra portal shows.
    pub sha1: [u8; 20],
    /// When it ends, epoch seconds.
    pub ends: u64,
}

impl CertificateFacts {
    /// The SHA-1 thumbprint as the Entra portal shows it: upper-case hexadecimal.
    pub fn shown_sha1(&self) -> String {
        let bytes = self.sha1.iter();
        bytes.fold(String::new(), |text, byte| text + &format!("{byte:02X}"))
    }
}

/// A certificate with its private key.
pub struct Certificate {
    facts: CertificateFacts,
    key: SecretBytes,
}

impl Certificate {
    /// A certificate with its RSA key as PKCS#8.
    pub fn new(facts: CertificateFacts, key: SecretBytes) -> Self {
        Self { facts, key }
    }

    /// What is public of it.
    pub fn facts(&self) -> &CertificateFacts {
        &self.facts
    }

    /// Exit 11: into the store, as an item of its own. Called by `vault::key_item` only.
    pub(crate) fn expose_for_item(&self) -> &[u8] {
        self.key.as_slice()
    }

    /// Exit 10: to sign an assertion. Called by `entra::assertion` only.
    pub(crate) fn expose_for_signature(&self) -> &[u8] {
        self.key.as_slice()
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Certificate(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_key() {
        let facts = CertificateFacts {
            sha256: [0; 32],
            sha1: [0; 20],
            ends: 0,
        };
        let certificate = Certificate::new(facts, SecretBytes::new(b"hunter2".to_vec()));
        assert_eq!(format!("{certificate:?}"), "Certificate(redacted)");
    }
}
