//! The wire format, pure: a form goes out, JSON comes in. No I/O.
//!
//! Sources: Microsoft, "OAuth 2.0 Resource Owner Password Credentials" (request), "Microsoft Entra
//! error codes" (error envelope); RFC 6749 section 4.3.

use super::{CertificateFault, Ids, Quote, Refusal, Reply, Wrong};
use crate::secret::{AccessToken, Assertion, ClientSecret, Password};
use crate::visible;
use locked_memory::Locked;
use serde::Deserialize;
use std::fmt;
use url::form_urlencoded::byte_serialize;
use uuid::Uuid;
use zeroize::Zeroizing;

/// The most bytes of a reply that are read.
pub const BODY_LIMIT: usize = 1024 * 1024;
/// The type of an assertion that is a JWT (RFC 7523 section 2.2).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The most characters of the service's own words that ropc reads.
const LONGEST_TEXT: usize = 2000;
/// Assumed lifetime in seconds where an answer does not say it, as MSAL Python does.
const ASSUMED_LIFETIME: u64 = 600;
/// The longest lifetime of a token in seconds: ropc ignores a larger number.
const LONGEST_LIFETIME: u64 = 7 * 86_400;

/// The fields of the form.
#[derive(Debug)]
pub struct Form<'a> {
    /// Application id.
    pub client_id: &'a str,
    /// How the app proves itself.
    pub proof: Proof<'a>,
    /// Sign-in name.
    pub username: &'a str,
    /// The password, its exact bytes.
    pub password: &'a Password,
    /// Scopes, separated by spaces.
    pub scope: &'a str,
}

/// What the form says to prove the app: one of these, never two.
#[derive(Debug)]
pub enum Proof<'a> {
    /// Nothing: a public client must send nothing (AADSTS700025).
    None,
    /// The client secret.
    Secret(&'a ClientSecret),
    /// A signed statement.
    Assertion(Assertion),
}

/// A form body: one exactly sized buffer on its own pages, wiped when dropped.
pub struct FormBody(Locked);

impl AsRef<[u8]> for FormBody {
    /// The bytes, for the HTTP library.
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for FormBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FormBody({} bytes, redacted)", self.0.len())
    }
}

impl Form<'_> {
    /// Encodes as `application/x-www-form-urlencoded` (WHATWG serializer over UTF-8). Sized first
    /// and written once, so that no smaller buffer with a part of the password stays behind.
    pub fn encode(&self) -> FormBody {
        let mut pairs = vec![("client_id", self.client_id)];
        match &self.proof {
            Proof::None => {}
            Proof::Secret(secret) => pairs.push(("client_secret", secret.expose_for_form())),
            Proof::Assertion(assertion) => pairs.extend([
                ("client_assertion_type", ASSERTION_TYPE),
                ("client_assertion", assertion.expose_for_form()),
            ]),
        }
        pairs.extend([
            ("grant_type", "password"),
            ("username", self.username),
            ("password", self.password.expose_for_form()),
            ("scope", self.scope),
        ]);
        let encoded = |text: &str| byte_serialize(text.as_bytes()).map(str::len).sum::<usize>();
        let size = pairs
            .iter()
            .map(|(name, value)| name.len() + encoded(value) + 2)
            .sum::<usize>()
            - 1;
        let mut form = Locked::zeroed(size);
        let mut free = &mut form[..];
        for (at, (name, value)) in pairs.iter().enumerate() {
            let before = if at == 0 {
                ["", *name, "="]
            } else {
                ["&", *name, "="]
            };
            for part in before.into_iter().chain(byte_serialize(value.as_bytes())) {
                // The buffer was sized for all parts, so there is room.
                let Some((place, rest)) =
                    std::mem::take(&mut free).split_at_mut_checked(part.len())
                else {
                    break;
                };
                place.copy_from_slice(part.as_bytes());
                free = rest;
            }
        }
        FormBody(form)
    }
}

/// A token that the endpoint issued.
#[derive(Debug)]
pub struct Grant {
    /// The token.
    pub token: AccessToken,
    /// Seconds from the request until it ends: at least 1. `None` if the answer does not say it, or
    /// its value is no number or more than a week.
    pub expires_in: Option<u64>,
    /// The scopes that it really carries, if the reply lists them. May be more than the request
    /// asked for.
    pub scope: Option<String>,
}

impl Grant {
    /// Seconds from the request until the token ends; 10 minutes if the answer does not
    /// say it.
    pub fn lifetime(&self) -> u64 {
        self.expires_in.unwrap_or(ASSUMED_LIFETIME)
    }
}

/// What a reply means.
#[derive(Debug)]
pub enum Answer {
    /// A token.
    Granted(Grant),
    /// An OAuth error.
    Refused(Refusal),
    /// Not an answer of a token endpoint.
    Odd(Odd),
}

/// A reply that no token endpoint gives: a gateway's page, a cut or damaged body, a redirect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odd {
    /// HTTP status.
    pub status: u16,
    /// What is wrong with it. Never any of its text.
    pub reason: Wrong,
    /// `Retry-After` as sent.
    pub retry_after: Option<String>,
}

#[derive(Deserialize)]
struct WireReply {
    error: Option<String>,
    error_description: Option<String>,
    #[serde(default, deserialize_with = "codes")]
    error_codes: Vec<u32>,
    timestamp: Option<String>,
    trace_id: Option<String>,
    correlation_id: Option<String>,
    suberror: Option<String>,
    access_token: Option<Zeroizing<String>>,
    token_type: Option<String>,
    expires_in: Option<Seconds>,
    scope: Option<String>,
}

/// `expires_in` comes as a number, and from old endpoints as a string.
#[derive(Deserialize)]
#[serde(untagged)]
enum Seconds {
    Whole(u64),
    Fraction(f64),
    Text(String),
    Other(serde::de::IgnoredAny),
}

impl Seconds {
    /// Whole seconds, also negative ones; `None` for a value that is no number.
    fn value(&self) -> Option<i64> {
        match self {
            Self::Whole(n) => Some(i64::try_from(*n).unwrap_or(i64::MAX)),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "seconds are enough, and what is cut is too long"
            )]
            Self::Fraction(f) => Some(*f as i64),
            Self::Text(text) => text.trim().parse().ok(),
            Self::Other(_) => None,
        }
    }
}

/// Codes as numbers; skips everything else in the list, as the list only refines the advice.
fn codes<'de, D: serde::Deserializer<'de>>(source: D) -> Result<Vec<u32>, D::Error> {
    let value = serde_json::Value::deserialize(source)?;
    let number = |v: &serde_json::Value| {
        v.as_u64()
            .or_else(|| v.as_str()?.parse().ok())
            .and_then(|n| u32::try_from(n).ok())
    };
    Ok(value
        .as_array()
        .map(|list| list.iter().filter_map(number).collect())
        .unwrap_or_default())
}

/// Reads a reply. Looks for an error first: a refusal may hold the words `access_token` in its
/// claims, and a 200 may hold an error.
pub fn read(reply: &Reply) -> Answer {
    let odd = |reason| {
        Answer::Odd(Odd {
            status: reply.status,
            reason,
            retry_after: reply.retry_after.clone(),
        })
    };
    if (300..400).contains(&reply.status) {
        return odd(Wrong::Redirect);
    }
    let wire: WireReply = match serde_json::from_slice(&reply.body) {
        // serde takes an array for a struct by the order of its fields.
        Ok(wire) if reply.body.trim_ascii_start().starts_with(b"{") => wire,
        _ if reply.body.is_empty() => return odd(Wrong::Empty),
        _ => return odd(Wrong::NotJson),
    };
    if let Some(word) = &wire.error {
        return Answer::Refused(refusal(reply, &wire, word));
    }
    if reply.status != 200 {
        return odd(Wrong::NoWord);
    }
    if !reply.content_type.contains("json") {
        return odd(Wrong::NotLabelled);
    }
    grant(wire).map_or_else(odd, Answer::Granted)
}

fn refusal(reply: &Reply, wire: &WireReply, word: &str) -> Refusal {
    let description = wire.error_description.as_deref().unwrap_or_default();
    let mut codes = wire.error_codes.clone();
    if codes.is_empty() {
        codes = entra_codes::find_codes(description);
    }
    // RFC 6749 section 5.2: error words are lower-case letters and `_`.
    let word: String = word
        .chars()
        .filter(|c| c.is_ascii_lowercase() || *c == '_')
        .take(40)
        .collect();
    let suberror = wire.suberror.as_deref();
    let judgement = entra_codes::judge(&entra_codes::ErrorAnswer {
        codes: &codes,
        word: &word,
        suberror,
        status: reply.status,
    });
    Refusal {
        status: reply.status,
        // For a known code our own words are enough; the service's could be anything.
        text: if judgement.entry.is_some() {
            None
        } else {
            first_sentence(description).map(Quote::Whole)
        },
        key: CertificateFault::find(description),
        judgement,
        word: Some(word),
        ids: Ids {
            trace: wire.trace_id.as_deref().and_then(guid).map(Quote::Whole),
            correlation: wire
                .correlation_id
                .as_deref()
                .and_then(guid)
                .map(Quote::Whole),
            time: wire.timestamp.as_deref().and_then(time).map(Quote::Whole),
        },
        retry_after: reply.retry_after.clone(),
    }
}

fn grant(wire: WireReply) -> Result<Grant, Wrong> {
    let token = wire.access_token.ok_or(Wrong::NoToken)?;
    if token.is_empty() {
        return Err(Wrong::EmptyToken);
    }
    // A token goes into a header and an environment variable: only visible ASCII is safe in both
    // (RFC 6750 section 2.1).
    if !token.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Wrong::BadCharacters);
    }
    if !wire
        .token_type
        .is_some_and(|t| t.eq_ignore_ascii_case("bearer"))
    {
        return Err(Wrong::NotBearer);
    }
    // `Err` for a number below 1: such a token has ended.
    let seconds = wire
        .expires_in
        .and_then(|s| s.value())
        .map(|s| u64::try_from(s).ok().filter(|s| *s > 0));
    let expires_in = seconds
        .map(|s| s.ok_or(Wrong::Ended))
        .transpose()?
        .filter(|s| *s <= LONGEST_LIFETIME);
    Ok(Grant {
        token: AccessToken::from_zeroizing(token),
        expires_in,
        scope: wire.scope.as_deref().map(scope).filter(|s| !s.is_empty()),
    })
}

/// The part of a description before its ids, without the leading code. Old answers separate them by
/// CR LF, new ones by spaces. `None` if nothing is left.
fn first_sentence(description: &str) -> Option<String> {
    let end = ["Trace ID:", "\r", "\n"]
        .iter()
        .filter_map(|mark| description.find(mark))
        .min()
        .unwrap_or(description.len());
    let text = description[..end].trim();
    let text = match text.split_once(':') {
        Some((code, rest)) if code.starts_with("AADSTS") => rest.trim(),
        _ => text,
    };
    // More than a message shows: that is cut only after the search for echoes, as a cut secret is
    // harder to find.
    let text: String = text
        .chars()
        .filter(|c| !visible::is_hidden(*c))
        .take(LONGEST_TEXT)
        .collect();
    (!text.is_empty()).then_some(text)
}

/// An id, if it is a GUID, as the service's ids are.
fn guid(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text.trim()).ok()
}

/// A time, if it has the form `2026-11-22 05:40:11Z`. Drops a fraction of a second.
fn time(text: &str) -> Option<String> {
    let (seconds, rest) = text.trim().split_at_checked(19)?;
    let rest = rest.strip_suffix('Z').unwrap_or(rest);
    let is_fraction = rest
        .strip_prefix('.')
        .is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
    ((rest.is_empty() || is_fraction) && humantime::parse_rfc3339_weak(seconds).is_ok())
        .then(|| format!("{seconds}Z"))
}

/// Scopes as RFC 6749 section 3.3 allows them, separated by single spaces. Drops words with other
/// characters: they are no scopes, and could control a terminal.
fn scope(text: &str) -> String {
    let fits = |word: &&str| {
        word.chars()
            .all(|c| matches!(c, '!' | '#'..='[' | ']'..='~'))
    };
    text.split(' ')
        .filter(|word| !word.is_empty())
        .filter(fits)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests;
