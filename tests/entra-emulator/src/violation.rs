//! Violations: what a correct client never does. This finds them; `judge` decides whether the
//! service would refuse the request as well. The text of a violation names the place, never the
//! secret.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::config::Config;
use crate::record::Recorded;
use crate::{form, ids};

/// The fewest characters to search for: shorter values would be found by accident.
const SHORTEST_SECRET: usize = 6;

/// All violations of one request.
pub(crate) fn find(request: &Recorded, config: &Config) -> Vec<String> {
    let mut found = Vec::new();
    if request.version != "HTTP/1.1" {
        found.push(format!("HTTP version {}", request.version));
    }
    if request.header("cookie").is_some() {
        found.push("a cookie was sent".to_owned());
    }
    secrets_outside_the_body(request, config, &mut found);
    if request
        .path
        .to_ascii_lowercase()
        .ends_with("/oauth2/v2.0/token")
    {
        of_token_request(request, &mut found);
    }
    found.dedup();
    found
        .into_iter()
        .map(|what| format!("request {}: {what}", request.number))
        .collect()
}

fn of_token_request(request: &Recorded, found: &mut Vec<String>) {
    if request.method != "POST" {
        found.push("method is not POST".to_owned());
    }
    if request.query.is_some() {
        found.push("a query on the token address".to_owned());
    }
    if !is_form(request) {
        found.push("content type is not application/x-www-form-urlencoded".to_owned());
    }
    if !request
        .header("client-request-id")
        .is_some_and(ids::is_guid)
    {
        found.push("no client-request-id that is a GUID".to_owned());
    }
    if let Some(malformed) = request.malformed {
        found.push(malformed.reason().to_owned());
    }
    if let Some(name) = request.duplicate() {
        // The client may send any name, so repeat only a plain one.
        let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') && name.len() < 40;
        found.push(format!(
            "parameter {} occurs twice",
            if plain { name } else { "(unusual name)" }
        ));
    }
}

/// Whether the media type is the form type; parameters such as a charset are allowed.
pub(crate) fn is_form(request: &Recorded) -> bool {
    let media = request
        .header("content-type")
        .map(|v| v.split(';').next().unwrap_or("").trim());
    media.is_some_and(|m| m.eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

fn secrets_outside_the_body(request: &Recorded, config: &Config, found: &mut Vec<String>) {
    let sent = ["password", "client_secret", "client_assertion"]
        .map(|name| request.field(name).unwrap_or_default());
    let mut secrets: Vec<&str> = config
        .secret_values()
        .chain(sent)
        .filter(|s| s.len() >= SHORTEST_SECRET)
        .collect();
    secrets.sort_unstable();
    secrets.dedup();
    let url = format!(
        "{}?{}",
        request.path,
        request.query.as_deref().unwrap_or_default()
    );
    for secret in secrets {
        let shapes = shapes(secret);
        if shapes.iter().any(|s| shows(&url, s)) {
            found.push("a secret in the URL".to_owned());
        }
        for (name, value) in &request.headers {
            if shapes.iter().any(|s| shows(value, s))
                || decoded_basic(value).is_some_and(|v| shows(&v, secret))
            {
                found.push(format!("a secret in the header {name}"));
            }
        }
    }
}

/// The forms of a secret in other places.
fn shapes(secret: &str) -> Vec<String> {
    vec![
        secret.to_owned(),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        secret
            .bytes()
            .fold(String::new(), |s, b| s + &format!("{b:02x}")),
    ]
}

fn shows(text: &str, secret: &str) -> bool {
    // A plus is a blank in a query and a plus everywhere else.
    let decoded = |text: &str| form::lenient(text).contains(secret);
    text.contains(secret) || decoded(text) || decoded(&text.replace('+', " "))
}

fn decoded_basic(value: &str) -> Option<String> {
    let (scheme, rest) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    Some(String::from_utf8_lossy(&STANDARD.decode(rest.trim()).ok()?).into_owned())
}
