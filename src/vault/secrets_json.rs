//! The secrets JSON: `{"client_secret": "...", "password": "..."}`, as `login --secrets-stdin` and the `command` store take it.
//!
//! Nothing of the input comes into an error: serde's own words could quote it, so they are not passed on.

use crate::secret::{ClientSecret, Password, Secrets};
use serde::Deserialize;
use zeroize::Zeroizing;

/// What the input must be, for hints.
pub const SHAPE: &str = "one JSON object: {\"client_secret\": \"...\", \"password\": \"...\"}";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    password: Option<Zeroizing<String>>,
    client_secret: Option<Zeroizing<String>>,
}

/// Why an input is not what is wanted: what happened, and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotSecrets {
    /// What is wrong with it.
    pub reason: &'static str,
    /// A next step, where [`SHAPE`] alone is not one.
    pub hint: Option<&'static str>,
}

/// Reads both secrets and wipes the input. A public client must have no client secret, and every other app must have one.
pub fn parse(bytes: Zeroizing<Vec<u8>>, public_client: bool) -> Result<Secrets, NotSecrets> {
    let wrong = |reason, hint| NotSecrets { reason, hint };
    if [&b"\xef\xbb\xbf"[..], b"\xff\xfe", b"\xfe\xff"].iter().any(|mark| bytes.starts_with(mark)) {
        return Err(wrong("the input begins with a byte-order mark: send it as UTF-8 without one", None));
    }
    // serde takes an array for a struct by the order of its fields; here only names say what a secret is.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(wrong("the input is a JSON array", None));
    }
    let wire: Wire = serde_json::from_slice(&bytes).map_err(|e| wrong(reason_of(&e), None))?;
    // Before the secrets move on: no system call is made while they stand in two places.
    drop(bytes);
    let password = wire.password.ok_or(wrong("the password is missing", None))?;
    let client_secret = wire.client_secret.filter(|s| !s.is_empty());
    match (public_client, client_secret.is_some()) {
        (true, true) => Err(wrong(
            "there is a client secret, and the app is a public client, which must not send one",
            Some("leave one of the two out"),
        )),
        (false, false) => Err(wrong(
            "the client secret is missing",
            Some("or `ropc login --public-client`, if the app has no secret"),
        )),
        _ => Ok(Secrets {
            client_secret: client_secret.map(ClientSecret::from_zeroizing),
            password: Password::from_zeroizing(password),
        }),
    }
}

fn reason_of(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Eof => "the input ends too early",
        serde_json::error::Category::Syntax => "the input is not JSON",
        _ => "the input has another key, a key twice, or a value that is not a text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_text(text: &str, public_client: bool) -> Result<Secrets, NotSecrets> {
        parse(Zeroizing::new(text.into()), public_client)
    }

    #[test]
    fn one_object_with_these_two_keys() {
        let secrets = parse_text(" {\"password\": \"p\\u0022\", \"client_secret\": \"c\"}\n", false).unwrap();
        assert_eq!(secrets.password.expose_for_bundle(), "p\"");
        assert!(parse_text("{\"password\": \"p\", \"client_secret\": \"\"}", true).unwrap().client_secret.is_none());
        for (text, public, reason) in [
            ("", false, "ends too early"),
            ("hunter2", false, "not JSON"),
            ("[\"hunter2\", \"hunter2\"]", false, "array"),
            ("\"hunter2\"", false, "not a text"),
            ("{\"hunter2\": 1}", false, "another key"),
            ("{\"password\": 7}", false, "not a text"),
            ("{\"password\": \"a\", \"password\": \"b\"}", true, "a key twice"),
            ("{\"client_secret\": \"a\"}", false, "password is missing"),
            ("{\"password\": \"a\"}", false, "client secret is missing"),
            ("{\"password\": \"a\", \"client_secret\": \"b\"}", true, "public client"),
        ] {
            let wrong = parse_text(text, public).unwrap_err();
            assert!(wrong.reason.contains(reason) && !wrong.reason.contains("hunter2"), "{text}: {}", wrong.reason);
        }
    }
}
