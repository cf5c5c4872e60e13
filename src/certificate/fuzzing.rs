//! Fuzz targets: certificate files of both kinds. Compiled for tests and for fuzzing only.

#![cfg(any(test, fuzzing))]
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a panic is a finding"
)]

use super::read;
use crate::entra::assertion::{SignedClaims, sign};
use crate::fuzzing::checks::is_plain;
use crate::vault::key_item;

/// A PEM file: a certificate whose key signs, or a reason that quotes nothing.
pub(crate) fn pem(data: &[u8]) {
    // PKCS#12 has a target of its own.
    if !data.starts_with(&[0x30]) {
        reads(data, "");
    }
}

/// A PKCS#12 file, with the password of the corpus.
pub(crate) fn pfx(data: &[u8]) {
    reads(data, "hunter2");
}

fn reads(data: &[u8], password: &str) {
    match read(data, password) {
        Ok(certificate) => {
            let claims = SignedClaims {
                token_url: "https://login.contoso.example/t/oauth2/v2.0/token",
                client_id: "3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901",
                id: uuid::Uuid::nil(),
                now: 1_795_420_800,
            };
            sign(&certificate, &claims).expect("a key that was read signs");
            if let Ok(item) = key_item::encode(&certificate) {
                let back = key_item::decode(&item).expect("an item reads back");
                assert_eq!(back.facts(), certificate.facts());
            }
        }
        Err(bad) => {
            is_plain(&bad.words().english());
            is_plain(&bad.fix().english());
        }
    }
}
