//! The bags of a PKCS#12 file (PFX, RFC 7292).

use super::blocks::{BadCertificate, Blocks, Key};
use p12_keystore::Pkcs12Archive;
use p12_keystore::error::Error;
use x509_parser::parse_x509_certificate;

pub(super) fn blocks(file: &[u8], password: &str) -> Result<Blocks, BadCertificate> {
    let archive = Pkcs12Archive::from_pkcs12(file, password).map_err(|error| match error {
        Error::MacError(_) | Error::Pkcs5Error(_) | Error::UnpadError => {
            BadCertificate::WrongPassword
        }
        // The public part alone, as `Export-Certificate` and the portal give it.
        _ if parse_x509_certificate(file).is_ok() => BadCertificate::NoKey,
        _ => BadCertificate::Damaged,
    })?;
    let keys = archive.keys.iter();
    let certificates = archive.certs.iter();
    Ok(Blocks {
        keys: keys
            .map(|bag| Key::Pkcs8(bag.key.as_der().to_vec()))
            .collect(),
        certificates: certificates.map(|bag| bag.cert.as_der().to_vec()).collect(),
    })
}
