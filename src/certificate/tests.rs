//! Files as OpenSSL, Windows and Key Vault write them: the corpus of the fuzz target.

use super::*;
use crate::profile::hex;
use crate::vault::key_item;
use std::path::Path;

fn kept(file: &str) -> Vec<u8> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/certificate_pem");
    std::fs::read(corpus.join(file)).unwrap()
}

#[test]
fn every_form_of_a_file_gives_the_same_certificate() {
    let first = read(&kept("pkcs8.pem")).unwrap();
    // As `openssl x509 -fingerprint` shows them.
    assert_eq!(
        hex(&first.facts().sha1),
        "4c30ceb5ac858763a7759c1ad6b9f2148f1b846d"
    );
    assert_eq!(
        hex(&first.facts().sha256),
        "22e418750b1776bad3363b9d5090a1de81a64c3a522aa35abf77394f5586394f"
    );
    for file in ["pkcs1-after-certificate.pem", "chain-leaf-second.pem"] {
        let certificate = read(&kept(file)).unwrap_or_else(|bad| panic!("{file}: {bad:?}"));
        assert_eq!(certificate.facts(), first.facts(), "{file}");
        let items = [&certificate, &first].map(|c| key_item::encode(c).unwrap());
        assert_eq!(items[0].as_slice(), items[1].as_slice(), "{file}: the key");
    }
}

#[test]
fn each_file_that_does_not_fit_has_its_reason() {
    for (file, expected) in [
        ("ec.pem", BadCertificate::NotRsa),
        ("ec-sec1.pem", BadCertificate::NotRsa),
        ("rsa-1024.pem", BadCertificate::ShortKey(1024)),
        ("encrypted-pkcs8.pem", BadCertificate::EncryptedPem),
        ("encrypted-old.pem", BadCertificate::EncryptedPem),
        ("other-key.pem", BadCertificate::OtherKey),
        ("two-keys.pem", BadCertificate::SeveralKeys),
        ("no-key.pem", BadCertificate::NoKey),
        ("certificate-only.cer", BadCertificate::NoKey),
        ("pkcs12.pfx", BadCertificate::Pkcs12),
        ("no-certificate.pem", BadCertificate::NoCertificate),
        ("cut.pem", BadCertificate::Damaged),
    ] {
        assert_eq!(read(&kept(file)).unwrap_err(), expected, "{file}");
    }
    assert_eq!(
        read(b"hunter2").unwrap_err(),
        BadCertificate::NotCertificate
    );
}

#[test]
fn a_cut_file_is_never_read_and_never_panics() {
    let whole = kept("pkcs8.pem");
    for length in (0..whole.len() - 30).step_by(97) {
        assert!(read(&whole[..length]).is_err(), "{length} bytes");
    }
}
