//! The blocks of a PEM file: certificates and private keys in any order, with any text between
//! them (RFC 7468).

use super::blocks::{BadCertificate, Blocks, Key};
use x509_parser::pem::Pem;

/// The line of the old format of OpenSSL for a key with a password (RFC 1421).
const OLD_ENCRYPTION: &[u8] = b"Proc-Type: 4,ENCRYPTED";

pub(super) fn blocks(file: &[u8]) -> Result<Blocks, BadCertificate> {
    if !has(file, b"-----BEGIN ") {
        return Err(BadCertificate::NotCertificate);
    }
    if has(file, OLD_ENCRYPTION) {
        return Err(BadCertificate::EncryptedPem);
    }
    let mut blocks = Blocks::default();
    for block in Pem::iter_from_buffer(file) {
        let Pem { label, contents } = block.map_err(|_| BadCertificate::Damaged)?;
        match label.as_str() {
            "CERTIFICATE" => blocks.certificates.push(contents),
            "PRIVATE KEY" => blocks.keys.push(Key::Pkcs8(contents)),
            "RSA PRIVATE KEY" => blocks.keys.push(Key::Rsa(contents)),
            "EC PRIVATE KEY" | "DSA PRIVATE KEY" => blocks.keys.push(Key::Other),
            "ENCRYPTED PRIVATE KEY" => return Err(BadCertificate::EncryptedPem),
            // Such as the parameters of a curve.
            _ => {}
        }
    }
    Ok(blocks)
}

fn has(file: &[u8], text: &[u8]) -> bool {
    file.windows(text.len()).any(|window| window == text)
}
