//! The secrets JSON: `{"client_secret": "...", "password": "..."}`, or with `client_certificate` in
//! place of the client secret, as `login --secrets-stdin` and
//! the `command` store take it. No error repeats the input: serde's own message could quote it, so
//! it is dropped.

use crate::certificate::{self, BadCertificate};
use crate::profile::CredentialKind;
use crate::secret::{AppCredential, ClientSecret, Password, Secrets, Unfit, check_encoding};
use serde::Deserialize;
use serde_json::error::Category;
use zeroize::Zeroizing;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretsJson {
    password: Option<Zeroizing<String>>,
    client_secret: Option<Zeroizing<String>>,
    client_certificate: Option<Zeroizing<String>>,
}

/// Why an input is not what is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotSecrets {
    /// It is not text in UTF-8.
    Encoding(Unfit),
    /// It is a list.
    Array,
    /// It ends too early.
    Cut,
    /// It is not JSON.
    NotJson,
    /// It is JSON of another shape.
    Shape,
    /// It has no password.
    NoPassword,
    /// It has a client secret or a certificate, and the app proves itself in another way.
    UnwantedCredential(CredentialKind),
    /// It has no client secret, and the app needs one.
    NoClientSecret,
    /// It has no certificate, and the app needs one.
    NoCertificate,
    /// What it has is no certificate with a key.
    BadCertificate(BadCertificate),
    /// One of the two is not what a person would have typed.
    Odd(Unfit),
}

/// Reads both secrets and wipes the input. The app must have the credential of this kind, and no
/// other. Fails if the input has another one, lacks a secret or has an odd one, or is another
/// shape.
pub fn parse(bytes: Zeroizing<Vec<u8>>, kind: &CredentialKind) -> Result<Secrets, NotSecrets> {
    check_encoding(&bytes).map_err(NotSecrets::Encoding)?;
    // serde takes an array for a struct by the order of its fields; here only names say what a
    // secret is.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(NotSecrets::Array);
    }
    let wire: SecretsJson = serde_json::from_slice(&bytes).map_err(|e| fault_of(&e))?;
    // Before the secrets move on: no system call is made while they are in two places.
    drop(bytes);
    let password = wire.password.ok_or(NotSecrets::NoPassword)?;
    let client_secret = wire.client_secret.filter(|s| !s.is_empty());
    let certificate = wire.client_certificate.filter(|s| !s.is_empty());
    let credential = match (kind, client_secret, certificate) {
        (CredentialKind::None, None, None) => AppCredential::None,
        (CredentialKind::Federated(_), None, None) => AppCredential::Federated,
        (CredentialKind::Secret, Some(secret), None) => {
            AppCredential::Secret(ClientSecret::from_zeroizing(secret))
        }
        (CredentialKind::Certificate(_), None, Some(pem)) => {
            let certificate = certificate::read(pem.as_bytes(), "");
            AppCredential::Certificate(certificate.map_err(NotSecrets::BadCertificate)?)
        }
        (CredentialKind::Secret, None, None) => return Err(NotSecrets::NoClientSecret),
        (CredentialKind::Certificate(_), None, None) => return Err(NotSecrets::NoCertificate),
        (CredentialKind::None | CredentialKind::Federated(_), ..)
        | (CredentialKind::Secret, _, Some(_))
        | (CredentialKind::Certificate(_), Some(_), _) => {
            return Err(NotSecrets::UnwantedCredential(kind.clone()));
        }
    };
    let secrets = Secrets {
        credential,
        password: Password::from_zeroizing(password),
    };
    // There is no person here to ask whether that is meant.
    secrets.check().map_err(NotSecrets::Odd)?;
    Ok(secrets)
}

fn fault_of(error: &serde_json::Error) -> NotSecrets {
    match error.classify() {
        Category::Eof => NotSecrets::Cut,
        Category::Syntax => NotSecrets::NotJson,
        Category::Data | Category::Io => NotSecrets::Shape,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sentences::secrets_shape;

    fn parse_text(text: &str, public_client: bool) -> Result<Secrets, NotSecrets> {
        let kind = if public_client {
            CredentialKind::None
        } else {
            CredentialKind::Secret
        };
        parse(Zeroizing::new(text.into()), &kind)
    }

    #[test]
    fn one_object_with_these_two_keys() {
        let shape = secrets_shape().english();
        assert!(
            shape.contains("\"client_secret\"") && shape.contains("\"password\""),
            "{shape}"
        );
        let secrets = parse_text(
            " {\"password\": \"p\\u0022\", \"client_secret\": \"c\"}\n",
            false,
        )
        .unwrap();
        assert_eq!(secrets.password.expose_for_bundle(), "p\"");
        assert!(
            parse_text("{\"password\": \"p\", \"client_secret\": \"\"}", true)
                .unwrap()
                .credential
                .client_secret()
                .is_none()
        );
        for (text, public, reason) in [
            ("", false, "ends too early"),
            ("hunter2", false, "not JSON"),
            ("[\"hunter2\", \"hunter2\"]", false, "array"),
            ("\"hunter2\"", false, "not a text"),
            ("{\"hunter2\": 1}", false, "another key"),
            ("{\"password\": 7}", false, "not a text"),
            (
                "{\"password\": \"a\", \"password\": \"b\"}",
                true,
                "a key twice",
            ),
            ("{\"client_secret\": \"a\"}", false, "password is missing"),
            ("{\"password\": \"a\"}", false, "client secret is missing"),
            (
                "{\"password\": \"a\", \"client_secret\": \"b\"}",
                true,
                "another credential than the app",
            ),
        ] {
            let wrong = parse_text(text, public).unwrap_err();
            let words = wrong.words().english();
            assert!(
                words.contains(reason) && !words.contains("hunter2"),
                "{text}: {words}"
            );
        }
    }
}
