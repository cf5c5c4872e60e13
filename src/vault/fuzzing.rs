//! Fuzz targets: the content of a store and the output of the `command` store's program. Compiled
//! for tests and for fuzzing only.

#![cfg(any(test, fuzzing))]
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a panic is a finding"
)]

use super::store_header::{Header, NotAHeader};
use super::{BUNDLE_LIMIT, Binding, Bundle, BundleFault, file, key_source, secrets_json};
use crate::fuzzing::checks::{fields, is_plain};
use crate::profile::{CredentialKind, hex};
use crate::seal;
use crate::secret::{ClientSecret, Password, SealingKey, SecretBytes, Secrets};

/// `Bundle`: a bundle of five texts reads back the same, and every input that decodes encodes to
/// the same bytes.
pub(crate) fn bundle(data: &[u8]) {
    if let Some([authority, username, ca, client_secret, password]) = fields(data) {
        let made = Bundle {
            binding: Binding {
                authority: authority.into(),
                tenant: "contoso.example".into(),
                client_id: "3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901".into(),
                username: username.into(),
                ca_sha256: (!ca.is_empty()).then(|| ca.into()),
                app_credential: ca.into(),
            },
            client_secret: (!client_secret.is_empty())
                .then(|| ClientSecret::new(client_secret.into())),
            password: Password::new(password.into()),
        };
        return reads_back(&made);
    }
    match Bundle::decode(SecretBytes::new(data.to_vec())) {
        Ok(bundle) => reads_back(&bundle),
        Err(fault) => {
            is_plain(&fault.words().english());
            assert!(!matches!(fault, BundleFault::Newer(format) if format.version == 1));
        }
    }
}

fn reads_back(bundle: &Bundle) {
    assert!(
        !format!("{bundle:?}").contains("ClientSecret(\"")
            && format!("{:?}", bundle.password).contains("redacted")
    );
    match bundle.encode() {
        Ok(bytes) => {
            assert!(bytes.as_slice().len() <= BUNDLE_LIMIT);
            let back = Bundle::decode(bytes).unwrap();
            assert_eq!(back.binding, bundle.binding);
            assert!(back.binding.difference(&bundle.binding).is_none());
            assert_eq!(
                back.password.expose_for_bundle(),
                bundle.password.expose_for_bundle()
            );
            let secrets = [&back, bundle].map(|b| b.client_secret.as_ref());
            let [back, first] = secrets.map(|s| s.map(ClientSecret::expose_for_bundle));
            assert_eq!(back, first);
        }
        Err(length) => assert!(length > BUNDLE_LIMIT),
    }
}

/// `secrets_json::parse`: the two texts that the JSON means, or a reason that quotes nothing.
pub(crate) fn secrets_json(data: &[u8]) {
    for kind in [CredentialKind::Secret, CredentialKind::None] {
        match secrets_json::parse(zeroize::Zeroizing::new(data.to_vec()), &kind) {
            Ok(Secrets {
                credential,
                password,
            }) => {
                let value: serde_json::Value = serde_json::from_slice(data).unwrap();
                // serde accepts an array for a struct, and ropc does not.
                assert!(value.is_object(), "no object was accepted");
                assert_eq!(
                    value["password"].as_str(),
                    Some(password.expose_for_bundle())
                );
                let sent = credential
                    .client_secret()
                    .map(ClientSecret::expose_for_bundle);
                assert_eq!(
                    value["client_secret"].as_str().filter(|s| !s.is_empty()),
                    sent
                );
                assert_eq!(CredentialKind::of(&credential, &kind), kind);
            }
            Err(wrong) => {
                is_plain(&wrong.words().english());
                assert!(!wrong.words().english().is_empty());
            }
        }
    }
}

/// A key file: 32 bytes, or the 64 digits of exactly that key.
pub(crate) fn key_file(data: &[u8]) {
    let Some(key) = key_source::decode(data) else {
        return assert_ne!(data.len(), 32);
    };
    if data.len() == 32 {
        return assert_eq!(key.bytes(), data);
    }
    let text = std::str::from_utf8(data)
        .unwrap()
        .trim_end_matches(['\r', '\n'])
        .to_ascii_lowercase();
    assert_eq!(text, hex(key.bytes()), "digits that are not of this key");
}

/// The `file` store: header and records, the records sealed with a known key so that the parser
/// gets the bytes.
pub(crate) fn store_file(data: &[u8]) {
    match Header::split(data) {
        Ok((header, rest)) => {
            assert!(!rest.is_empty());
            assert_eq!([&header.encode(), rest].concat(), data);
            let key = SealingKey::from_slice(&[7; 32]).unwrap();
            let sealed = seal::close(&key, &header.encode(), rest).unwrap();
            let plain = seal::open(&key, &header.encode(), &sealed).expect("what was sealed opens");
            assert_eq!(plain.as_slice(), rest);
            assert!(seal::open(&key, b"another header", &sealed).is_none());
            if let Some(records) = file::decode(&plain) {
                let again = file::encode(&records);
                assert_eq!(
                    again.as_slice(),
                    rest,
                    "records change when they are written and read"
                );
                assert_eq!(
                    again.capacity(),
                    again.len(),
                    "the buffer was sized once, and left no copy behind"
                );
            }
        }
        Err(NotAHeader::Newer(format)) => assert_ne!(format.version, 1, "format 1 is known"),
        Err(NotAHeader::Source(known @ 1..=4)) => panic!("source {known} is known"),
        Err(_) => {}
    }
}
