//! Reads the certificate of an app and its private key from the bytes of a PEM or PKCS#12 file.
//! Reads no file itself, asks nobody, sends nothing.

mod blocks;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod pem;
mod pkcs12;

pub use blocks::BadCertificate;

use crate::secret::{Certificate, CertificateFacts, SecretBytes};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::KeyPair as _;
use blocks::{Blocks, Key};
use sha2::{Digest, Sha256};
use x509_parser::certificate::X509Certificate;
use x509_parser::parse_x509_certificate;
use x509_parser::public_key::PublicKey;

/// The shortest RSA key that Entra takes, in bits (AADSTS50032).
const SHORTEST_KEY: usize = 2048;

/// Reads a file. `password` is that of a PKCS#12 file, empty for none. Fails if that is wrong, or
/// if the file has not exactly one private key, RSA and long enough, with its certificate.
pub fn read(file: &[u8], password: &str) -> Result<Certificate, BadCertificate> {
    let blocks = if file.starts_with(&[0x30]) {
        pkcs12::blocks(file, password)?
    } else {
        pem::blocks(file)?
    };
    let certificate = blocks.certificate();
    // The parsers leave pieces of the key on the stack.
    locked_memory::scrub_stack();
    certificate
}

impl Blocks {
    /// The certificate whose public key fits the private key; a chain may come in any order.
    fn certificate(&self) -> Result<Certificate, BadCertificate> {
        let key = match self.keys.as_slice() {
            [] => return Err(BadCertificate::NoKey),
            [key] => key,
            _ => return Err(BadCertificate::SeveralKeys),
        };
        if self.certificates.is_empty() {
            return Err(BadCertificate::NoCertificate);
        }
        self.check_kind()?;
        let pair = key.pair()?;
        for der in &self.certificates {
            let certificate = parsed(der)?;
            let public = certificate.public_key().subject_public_key.data.as_ref();
            if public == pair.public_key().as_ref() {
                let pkcs8 = AsDer::as_der(&pair).map_err(|_| BadCertificate::Damaged)?;
                let key = SecretBytes::new(pkcs8.as_ref().to_vec());
                return Ok(Certificate::new(facts(&certificate, der), key));
            }
        }
        Err(BadCertificate::OtherKey)
    }

    /// Fails if no certificate has an RSA key that Entra takes: a clearer reason than that the
    /// private key cannot be read.
    fn check_kind(&self) -> Result<(), BadCertificate> {
        let mut longest = 0;
        for der in &self.certificates {
            if let Ok(PublicKey::RSA(key)) = parsed(der)?.public_key().parsed() {
                longest = longest.max(key.key_size());
            }
        }
        match longest {
            0 => Err(BadCertificate::NotRsa),
            short if short < SHORTEST_KEY => Err(BadCertificate::ShortKey(short)),
            _ => Ok(()),
        }
    }
}

impl Key {
    fn pair(&self) -> Result<KeyPair, BadCertificate> {
        let pair = match self {
            Self::Pkcs8(der) => KeyPair::from_pkcs8(der),
            Self::Rsa(der) => KeyPair::from_der(der),
            Self::Other => return Err(BadCertificate::NotRsa),
        };
        pair.map_err(|_| BadCertificate::Damaged)
    }
}

fn parsed(der: &[u8]) -> Result<X509Certificate<'_>, BadCertificate> {
    match parse_x509_certificate(der) {
        Ok((_, certificate)) => Ok(certificate),
        Err(_) => Err(BadCertificate::Damaged),
    }
}

fn facts(certificate: &X509Certificate<'_>, der: &[u8]) -> CertificateFacts {
    let mut sha1 = [0; 20];
    sha1.copy_from_slice(digest(&SHA1_FOR_LEGACY_USE_ONLY, der).as_ref());
    let ends = certificate.validity().not_after.timestamp();
    CertificateFacts {
        sha256: Sha256::digest(der).into(),
        sha1,
        ends: u64::try_from(ends).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests;
