//! Composed answers of the token endpoint, byte for byte, each named by what it shows. Data only.

use std::time::{Duration, SystemTime};

const JSON: &str = "application/json; charset=utf-8";

/// One recorded-looking answer.
#[derive(Clone, Debug)]
pub struct Fixture {
    /// What it shows, in a few words with hyphens.
    pub name: &'static str,
    /// What it shows, in a sentence.
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
    "success" 200 "success with .default, no refresh token"
    "success-with-optional-fields" 200 "success with all optional fields"
    "success-in-the-old-shape" 200 "success in the old shape: number as string, lower-case type, no scope"
    "wrong-password" 400 "wrong password"
    "second-factor-needed" 400 "second factor needed"
    "blocked-by-conditional-access" 400 "blocked by Conditional Access, with claims"
    "smart-lockout" 400 "smart lockout"
    "password-expired" 400 "password expired"
    "user-unknown" 400 "user unknown"
    "wrong-client-secret" 401 "wrong client secret"
    "client-secret-expired" 401 "expired client secret"
    "client-secret-missing" 401 "secret missing for a confidential app"
    "no-consent" 400 "no consent"
    "client-id-is-no-guid" 400 "client id is not a GUID, no error_uri"
    "resource-unknown" 400 "resource unknown"
    "scope-malformed" 400 "scope malformed"
    "grant-on-common" 400 "grant on common"
    "parameter-missing" 400 "parameter missing"
    "loop-protection" 400 "loop protection"
    "throttled-with-json" 429 "throttled, JSON"
    "transient-failure" 503 "passing failure"
    "two-codes" 400 "two codes; the second one is the cause"
    "access-token-inside-claims" 400 "hostile: the word access_token inside claims"
}

/// The names of all fixtures, in order.
pub const FIXTURE_NAMES: &[&str] = &[
    "success",
    "success-with-optional-fields",
    "success-in-the-old-shape",
    "wrong-password",
    "second-factor-needed",
    "blocked-by-conditional-access",
    "smart-lockout",
    "password-expired",
    "user-unknown",
    "wrong-client-secret",
    "client-secret-expired",
    "client-secret-missing",
    "no-consent",
    "client-id-is-no-guid",
    "resource-unknown",
    "scope-malformed",
    "grant-on-common",
    "parameter-missing",
    "loop-protection",
    "throttled-with-html",
    "throttled-with-json",
    "throttled-until-a-date",
    "transient-failure",
    "gateway-failure-without-body",
    "two-codes",
    "error-with-status-200",
    "access-token-inside-claims",
    "empty-token",
    "body-too-large",
    "line-break-in-token",
    "token-not-utf-8",
    "redirect-to-another-host",
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
    if *name == "throttled-with-json" {
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
        "throttled-with-html" => {
            made("throttled-with-html", "throttled, not JSON", 429, &seconds).with_body(throttled)
        }
        "throttled-until-a-date" => {
            let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(60));
            let headers = [
                ("Retry-After", date.as_str()),
                ("Content-Type", "text/html"),
            ];
            made(
                "throttled-until-a-date",
                "throttled, Retry-After as a date",
                429,
                &headers,
            )
            .with_body(throttled)
        }
        "gateway-failure-without-body" => made(
            "gateway-failure-without-body",
            "gateway failure, empty",
            502,
            &[],
        ),
        _ => return hostile(name),
    };
    Some(found)
}

fn hostile(name: &str) -> Option<Fixture> {
    let json = &[("Content-Type", JSON)];
    let found = match name {
        "error-with-status-200" => made(
            "error-with-status-200",
            "hostile: an error with status 200",
            200,
            json,
        )
        .with_body(br#"{"error":"invalid_grant"}"#),
        "empty-token" => {
            made("empty-token", "hostile: empty token", 200, json).with_body(&token_body(b""))
        }
        "body-too-large" => made(
            "body-too-large",
            "hostile: a body of more than 2 MiB",
            200,
            json,
        )
        .with_body(&token_body(&vec![b'A'; 2 << 20])),
        "line-break-in-token" => made(
            "line-break-in-token",
            "hostile: CR and LF in the token",
            200,
            json,
        )
        .with_body(&token_body(br"eyJ\r\nX-Injected: 1")),
        "token-not-utf-8" => made(
            "token-not-utf-8",
            "hostile: a token that is not UTF-8",
            200,
            json,
        )
        .with_body(&token_body(b"eyJ\xff\xfe")),
        "redirect-to-another-host" => {
            let headers = [("Location", "https://elsewhere.example/oauth2/v2.0/token")];
            made(
                "redirect-to-another-host",
                "hostile: redirect to another host",
                302,
                &headers,
            )
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
