//! Files as OpenSSL, Windows, macOS and Key Vault write them: the corpus of the fuzz targets. All
//! that have a password have the same one.

use super::*;
use crate::profile::hex;
use crate::vault::key_item;
use std::path::Path;

const PASSWORD: &str = "hunter2";

fn read_kept(file: &str, password: &str) -> Result<Certificate, BadCertificate> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    read(&std::fs::read(corpus.join(file)).unwrap(), password)
}

#[test]
fn every_form_of_a_file_gives_the_same_certificate() {
    let first = read_kept("certificate_pem/pkcs8.pem", "").unwrap();
    // As `openssl x509 -fingerprint` shows them.
    assert_eq!(
        hex(&first.facts().sha1),
        "4c30ceb5ac858763a7759c1ad6b9f2148f1b846d"
    );
    assert_eq!(
        hex(&first.facts().sha256),
        "22e418750b1776bad3363b9d5090a1de81a64c3a522aa35abf77394f5586394f"
    );
    for (file, password) in [
        ("certificate_pem/pkcs1-after-certificate.pem", ""),
        ("certificate_pem/chain-leaf-second.pem", ""),
        ("certificate_pfx/aes256-sha256.pfx", PASSWORD),
        ("certificate_pfx/3des-sha1.pfx", PASSWORD),
        ("certificate_pfx/rc2-40-sha1.pfx", PASSWORD),
        ("certificate_pfx/no-mac.pfx", PASSWORD),
        ("certificate_pfx/chain.pfx", PASSWORD),
        ("certificate_pfx/no-password.pfx", ""),
    ] {
        let certificate = read_kept(file, password).unwrap_or_else(|bad| panic!("{file}: {bad:?}"));
        assert_eq!(certificate.facts(), first.facts(), "{file}");
        let items = [&certificate, &first].map(|c| key_item::encode(c).unwrap());
        assert_eq!(items[0].as_slice(), items[1].as_slice(), "{file}: the key");
    }
}

#[test]
fn each_pem_file_that_does_not_fit_has_its_reason() {
    for (file, expected) in [
        ("ec.pem", BadCertificate::NotRsa),
        ("ec-sec1.pem", BadCertificate::NotRsa),
        ("rsa-1024.pem", BadCertificate::ShortKey(1024)),
        ("encrypted-pkcs8.pem", BadCertificate::EncryptedPem),
        ("encrypted-old.pem", BadCertificate::EncryptedPem),
        ("other-key.pem", BadCertificate::OtherKey),
        ("two-keys.pem", BadCertificate::SeveralKeys),
        ("no-key.pem", BadCertificate::NoKey),
        ("no-certificate.pem", BadCertificate::NoCertificate),
        ("cut.pem", BadCertificate::Damaged),
    ] {
        let outcome = read_kept(&format!("certificate_pem/{file}"), "");
        assert_eq!(outcome.unwrap_err(), expected, "{file}");
    }
    assert_eq!(
        read(b"hunter2", "").unwrap_err(),
        BadCertificate::NotCertificate
    );
}

#[test]
fn each_pkcs12_file_that_does_not_fit_has_its_reason() {
    for (file, password, expected) in [
        ("ec.pfx", PASSWORD, BadCertificate::NotRsa),
        ("certificate-only.cer", "", BadCertificate::NoKey),
        ("aes256-sha256.pfx", "", BadCertificate::WrongPassword),
        ("rc2-40-sha1.pfx", "hunter3", BadCertificate::WrongPassword),
        ("no-mac.pfx", "hunter3", BadCertificate::WrongPassword),
    ] {
        let outcome = read_kept(&format!("certificate_pfx/{file}"), password);
        assert_eq!(outcome.unwrap_err(), expected, "{file}");
    }
}

#[test]
fn a_cut_file_is_never_read_and_never_panics() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let whole = std::fs::read(corpus.join("certificate_pfx/chain.pfx")).unwrap();
    for length in (0..whole.len()).step_by(97) {
        assert!(read(&whole[..length], PASSWORD).is_err(), "{length} bytes");
    }
}
