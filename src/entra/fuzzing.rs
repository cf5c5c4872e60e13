//! Fuzz targets: the answer of a token endpoint, and the form. Compiled for tests and for fuzzing
//! only.

#![cfg(any(test, fuzzing))]
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a panic is a finding"
)]

use super::wire::{self, Answer, Form, Grant, Proof};
use super::{Asked, EntraError, Refusal, Reply, probe};
use crate::error::Error;
use crate::fuzzing::checks::{all_of, fields, first_line, is_plain, is_well_said};
use crate::secret::{ClientSecret, Password, SecretRef, is_repeated_in};
use zeroize::Zeroizing;

/// The password that an echoing endpoint would have seen.
const PASSWORD: &str = "Tr0ub4dor & <3>";

/// `STATUS|CONTENT-TYPE|RETRY-AFTER`, a line feed, and the body.
fn reply(data: &[u8]) -> Option<Reply> {
    let (line, body) = first_line(data)?;
    let mut words = line.splitn(3, '|');
    Some(Reply {
        status: words.next()?.parse().ok()?,
        content_type: words.next()?.to_ascii_lowercase(),
        retry_after: words.next().map(str::to_owned),
        body: Zeroizing::new(body.to_vec()),
    })
}

/// `wire::read`: a token only from a 200 without an error, no refusal that could control a
/// terminal, and no text that repeats the password.
pub(crate) fn token_answer(data: &[u8]) {
    let Some(reply) = reply(data) else { return };
    let shown = format!("{reply:?}");
    is_plain(&shown);
    match wire::read(&reply) {
        Answer::Granted(grant) => granted(&reply, &grant),
        Answer::Refused(refusal) => refused(&reply, refusal),
        Answer::Odd(odd) => {
            assert_eq!(odd.status, reply.status);
            let host = "login.contoso.example".to_owned();
            is_well_said(&EntraError::Odd { host, odd }.into());
        }
    }
}

fn granted(reply: &Reply, grant: &Grant) {
    assert_eq!(reply.status, 200);
    assert!(reply.content_type.contains("json"));
    assert!((1..=7 * 86_400).contains(&grant.lifetime()));
    let token = grant.token.expose_for_cache();
    // A second parser; it also reads the fields that ropc ignores, and may reject one of them.
    if let Ok(body) = serde_json::from_slice::<serde_json::Value>(&reply.body) {
        assert!(!body["error"].is_string(), "an error was taken for a token");
        assert_eq!(body["access_token"].as_str(), Some(token));
    }
    assert!(!token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic()));
    assert!(format!("{:?}", grant.token).contains("redacted"));
    if let Some(scope) = &grant.scope {
        assert!(!scope.is_empty() && scope.bytes().all(|b| b.is_ascii_graphic() || b == b' '));
    }
}

fn refused(reply: &Reply, refusal: Refusal) {
    assert!(!(300..400).contains(&reply.status));
    let word = refusal.word.as_deref().unwrap();
    assert!(word.len() <= 40 && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
    is_well_said(&said(&refusal));
    let password = Password::new(PASSWORD.into());
    let repeats = |text: &str| is_repeated_in(SecretRef::Password(&password), text);
    let clean = refusal.without_echo(repeats);
    let error = said(&clean);
    is_well_said(&error);
    let shown = all_of(&error);
    for coat in [
        PASSWORD,
        "Tr0ub4dor%20%26",
        "Tr0ub4dor+%26",
        "Tr0ub4dor &amp; ",
        "VHIwdWI0ZG9y",
    ] {
        assert!(!shown.contains(coat), "{shown}");
    }
    // The judgement depends on the answer alone: the same bytes always give the same one.
    let Answer::Refused(again) = wire::read(reply) else {
        panic!("another answer from the same bytes")
    };
    assert_eq!(again.judgement, clean.judgement);
}

fn said(refusal: &Refusal) -> Error {
    EntraError::Refused {
        refusal: Box::new(refusal.clone()),
        asked: Asked {
            claims: None,
            host: "login.contoso.example".into(),
            tenant: "contoso.example".into(),
            client_id: "3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901".into(),
            scope: "User.Read".into(),
            certificate: None,
            answered_at: 0,
        },
    }
    .into()
}

/// `Form::encode`: decoding the form gives the same client id, client secret, user name, password
/// and scope.
pub(crate) fn form(data: &[u8]) {
    let Some([client_id, client_secret, username, password, scope]) = fields(data) else {
        return;
    };
    let secret = ClientSecret::new(client_secret.to_owned());
    let proof = if client_secret.is_empty() {
        Proof::None
    } else {
        Proof::Secret(&secret)
    };
    let typed = Password::new(password.to_owned());
    let body = Form {
        client_id,
        proof,
        username,
        password: &typed,
        scope,
    }
    .encode();
    let body: &[u8] = body.as_ref();
    assert!(!body.contains(&0), "the buffer is exactly sized");
    let fits = |b: &u8| b.is_ascii_alphanumeric() || b"*-._+%=&".contains(b);
    assert!(body.iter().all(fits), "a byte that no form holds");
    let mut sent = vec![("client_id", client_id), ("grant_type", "password")];
    if !client_secret.is_empty() {
        sent.push(("client_secret", client_secret));
    }
    sent.extend([
        ("username", username),
        ("password", password),
        ("scope", scope),
    ]);
    let mut read: Vec<(String, String)> = url::form_urlencoded::parse(body).into_owned().collect();
    read.sort();
    sent.sort_unstable();
    assert!(
        read.iter().map(|(n, v)| (n.as_str(), v.as_str())).eq(sent),
        "the form decodes to other values"
    );
}

/// The parts of the discovery documents that `doctor` reads: statuses and hosts, none of their
/// texts.
pub(crate) fn discovery(data: &[u8]) {
    let Some(reply) = reply(data) else { return };
    let tenant = probe::read_tenant(reply.status, &reply.body);
    let realm = probe::read_realm(reply.status, &reply.body);
    is_plain(&format!("{tenant:?} {realm:?}"));
    let host = match (&tenant, &realm) {
        (probe::Tenant::Known(host), _) | (_, probe::Realm::Federated(host)) => host.as_deref(),
        _ => None,
    };
    assert!(
        host.is_none_or(|h| h.is_ascii() && !h.contains(['/', ' ', '@', '\u{1b}'])),
        "{host:?}"
    );
    assert!(reply.status == 200 || !matches!(tenant, probe::Tenant::Known(_)));
}
