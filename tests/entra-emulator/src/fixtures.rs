//! The composed answers E1 to E24 of the reference, byte for byte, with their variants. Data only.

use std::time::{Duration, SystemTime};

const JSON: &str = "application/json; charset=utf-8";

/// One recorded-looking answer.
#[derive(Clone, Debug)]
pub struct Fixture {
    /// `E1` to `E24`; variants carry a letter.
    pub name: &'static str,
    /// What it shows.
    pub about: &'static str,
    /// HTTP status.
    pub status: u16,
    /// Headers that belong to the fixture.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

macro_rules! json_fixtures {
    ($($name:literal $status:literal $about:literal)*) => {
        const FROM_FILES: &[(&str, u16, &str, &str)] =
            &[$(($name, $status, $about, include_str!(concat!("../fixtures/", $name, ".json")))),*];
    };
}

json_fixtures! {
    "E1" 200 "success with .default, no refresh token"
    "E2" 200 "success with all optional fields"
    "E3" 200 "success in the old shape: number as string, lower-case type, no scope"
    "E4" 400 "wrong password"
    "E5" 400 "second factor needed"
    "E6" 400 "blocked by Conditional Access, with claims"
    "E7" 400 "smart lockout"
    "E8" 400 "password expired"
    "E9" 400 "user unknown"
    "E10" 401 "wrong client secret"
    "E11" 401 "expired client secret"
    "E12" 401 "secret missing for a confidential app"
    "E13" 400 "no consent"
    "E14" 400 "client id is not a GUID, no error_uri"
    "E15" 400 "resource unknown"
    "E16" 400 "scope malformed"
    "E17" 400 "grant on common"
    "E18" 400 "parameter missing"
    "E19" 400 "loop protection"
    "E20b" 429 "throttled, JSON"
    "E21" 503 "passing failure"
    "E23" 400 "two codes; the second one is the cause"
    "E24b" 400 "hostile: the word access_token inside claims"
}

/// The names of all fixtures, in order.
pub const FIXTURE_NAMES: &[&str] = &[
    "E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8", "E9", "E10", "E11", "E12", "E13", "E14", "E15",
    "E16", "E17", "E18", "E19", "E20", "E20b", "E20c", "E21", "E22", "E23", "E24a", "E24b", "E24c",
    "E24d", "E24e", "E24f", "E24g",
];

/// All fixtures, in order.
pub fn fixtures() -> Vec<Fixture> {
    FIXTURE_NAMES
        .iter()
        .filter_map(|name| fixture(name))
        .collect()
}

/// The fixture of this name.
pub fn fixture(name: &str) -> Option<Fixture> {
    from_file(name).or_else(|| composed(name))
}

fn from_file(name: &str) -> Option<Fixture> {
    let (name, status, about, text) = FROM_FILES.iter().find(|(n, ..)| *n == name)?;
    let mut headers = vec![
        header("Content-Type", JSON),
        header("Cache-Control", "no-store, no-cache"),
    ];
    if *name == "E20b" {
        headers.push(header("Retry-After", "60"));
    }
    Some(Fixture {
        name,
        about,
        status: *status,
        headers,
        body: text.as_bytes().to_vec(),
    })
}

fn composed(name: &str) -> Option<Fixture> {
    let throttled = b"<html>Too many requests</html>";
    let seconds = [("Retry-After", "60"), ("Content-Type", "text/html")];
    let found = match name {
        "E20" => made("E20", "throttled, not JSON", 429, &seconds).with_body(throttled),
        "E20c" => {
            let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(60));
            let headers = [
                ("Retry-After", date.as_str()),
                ("Content-Type", "text/html"),
            ];
            made("E20c", "throttled, Retry-After as a date", 429, &headers).with_body(throttled)
        }
        "E22" => made("E22", "gateway failure, empty", 502, &[]),
        _ => return hostile(name),
    };
    Some(found)
}

fn hostile(name: &str) -> Option<Fixture> {
    let json = &[("Content-Type", JSON)];
    let found = match name {
        "E24a" => made("E24a", "hostile: an error with status 200", 200, json)
            .with_body(br#"{"error":"invalid_grant"}"#),
        "E24c" => made("E24c", "hostile: empty token", 200, json).with_body(&token_body(b"")),
        "E24d" => made("E24d", "hostile: a body of more than 2 MiB", 200, json)
            .with_body(&token_body(&vec![b'A'; 2 << 20])),
        "E24e" => made("E24e", "hostile: CR and LF in the token", 200, json)
            .with_body(&token_body(br"eyJ\r\nX-Injected: 1")),
        "E24f" => made("E24f", "hostile: a token that is not UTF-8", 200, json)
            .with_body(&token_body(b"eyJ\xff\xfe")),
        "E24g" => {
            let headers = [("Location", "https://elsewhere.example/oauth2/v2.0/token")];
            made("E24g", "hostile: redirect to another host", 302, &headers)
        }
        _ => return None,
    };
    Some(found)
}

/// A fixture with an empty body.
fn made(name: &'static str, about: &'static str, status: u16, headers: &[(&str, &str)]) -> Fixture {
    Fixture {
        name,
        about,
        status,
        headers: headers.iter().map(|(n, v)| header(n, v)).collect(),
        body: Vec::new(),
    }
}

impl Fixture {
    fn with_body(self, body: &[u8]) -> Self {
        Self {
            body: body.to_vec(),
            ..self
        }
    }
}

fn token_body(token: &[u8]) -> Vec<u8> {
    [
        br#"{"token_type":"Bearer","expires_in":3599,"access_token":""#,
        token,
        br#""}"#,
    ]
    .concat()
}

fn header(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}
