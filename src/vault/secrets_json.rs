//! The secrets JSON: `{"client_secret": "...", "password": "..."}`, as `login --secrets-stdin` and
//! the `command` store take it.
//!
//! Nothing of the input comes into an error: serde's own words could quote it, so they are not
//! passed on.

use crate::profile::CredentialKind;
use crate::secret::{AppCredential, ClientSecret, Password, Secrets, check_encoding};
use crate::text::{Text, text};
use serde::Deserialize;
use zeroize::Zeroizing;

/// What the input must be, for hints.
pub fn shape() -> Text {
    text!("vault-json-shape")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretsJson {
    password: Option<Zeroizing<String>>,
    client_secret: Option<Zeroizing<String>>,
}

/// Why an input is not what is wanted: what happened, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotSecrets {
    /// What is wrong with it.
    pub reason: Text,
    /// A next step, where [`shape`] alone is not one.
    pub hint: Option<Text>,
}

/// Reads both secrets and wipes the input. A public client must have no client secret, and every
/// other app must have one.
pub fn parse(bytes: Zeroizing<Vec<u8>>, kind: CredentialKind) -> Result<Secrets, NotSecrets> {
    let wrong = |reason, hint| NotSecrets { reason, hint };
    check_encoding(&bytes).map_err(|unfit| {
        let reason = text!("vault-json-not-because", reason = unfit.words());
        wrong(reason, Some(text!("vault-json-encoding-fix")))
    })?;
    // serde takes an array for a struct by the order of its fields; here only names say what a
    // secret is.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(wrong(text!("vault-json-array"), None));
    }
    let wire: SecretsJson =
        serde_json::from_slice(&bytes).map_err(|e| wrong(reason_of(&e), None))?;
    // Before the secrets move on: no system call is made while they stand in two places.
    drop(bytes);
    let password = wire
        .password
        .ok_or_else(|| wrong(text!("vault-json-no-password"), None))?;
    let client_secret = wire.client_secret.filter(|s| !s.is_empty());
    let credential = match (kind, client_secret) {
        (CredentialKind::None, None) => AppCredential::None,
        (CredentialKind::None, Some(_)) => {
            return Err(wrong(
                text!("vault-json-unwanted"),
                Some(text!("vault-json-unwanted-leave")),
            ));
        }
        (CredentialKind::Secret, Some(secret)) => {
            AppCredential::Secret(ClientSecret::from_zeroizing(secret))
        }
        (CredentialKind::Secret, None) => {
            return Err(wrong(
                text!("vault-json-no-client-secret"),
                Some(text!("vault-json-public-client")),
            ));
        }
    };
    let secrets = Secrets {
        credential,
        password: Password::from_zeroizing(password),
    };
    // There is no person here to ask whether that is meant.
    secrets
        .check()
        .map_err(|unfit| wrong(unfit.words(), Some(unfit.fix())))?;
    Ok(secrets)
}

fn reason_of(error: &serde_json::Error) -> Text {
    match error.classify() {
        serde_json::error::Category::Eof => text!("vault-json-early-end"),
        serde_json::error::Category::Syntax => text!("vault-json-not"),
        _ => text!("vault-json-other"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_text(text: &str, public_client: bool) -> Result<Secrets, NotSecrets> {
        let kind = CredentialKind::of_public_client(public_client);
        parse(Zeroizing::new(text.into()), kind)
    }

    #[test]
    fn one_object_with_these_two_keys() {
        assert!(
            shape().english().contains("\"client_secret\"")
                && shape().english().contains("\"password\""),
            "{:?}",
            shape()
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
                "public client",
            ),
        ] {
            let wrong = parse_text(text, public).unwrap_err();
            assert!(
                wrong.reason.english().contains(reason)
                    && !wrong.reason.english().contains("hunter2"),
                "{text}: {}",
                wrong.reason.english()
            );
        }
    }
}
