//! Fuzz targets: requests of a client of the endpoint, and reports of a renewal. Compiled for tests
//! and for fuzzing only.

#![cfg(any(test, fuzzing))]
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a panic is a finding"
)]

use super::check::{self, PATH, check};
use super::failure::Failure;
use super::lasting::Lasting;
use super::pipe::Reported;
use super::reply::{self, HttpReply};
use super::words;
use super::{Resources, ServeError, Wanted, pipe};
use crate::broker::Token;
use crate::error::{Error, Kind};
use crate::fuzzing::checks::fields;
use crate::profile::{CLOUDS, Scopes};
use crate::secret::{AccessToken, EndpointKey};
use crate::text::Reader;
use http_body_util::BodyExt;
use hyper::header::{HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request, Uri};
use std::sync::LazyLock;

const HOST: &str = "127.0.0.1:40123";
static KEY: LazyLock<EndpointKey> = LazyLock::new(|| EndpointKey::random().unwrap());

/// A request head as text; `KEY` means the right key.
fn head(data: &[u8]) -> Option<Parts> {
    let mut lines = data
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let mut words = lines.next()?.split(|byte| *byte == b' ');
    let mut parts = Request::builder()
        .method(Method::from_bytes(words.next()?).ok()?)
        .uri(Uri::try_from(words.next()?).ok()?)
        .body(())
        .ok()?
        .into_parts()
        .0;
    for line in lines.take_while(|line| !line.is_empty()).take(64) {
        let at = line.iter().position(|byte| *byte == b':')?;
        let value = match line[at + 1..].trim_ascii() {
            b"KEY" => KEY.expose_to_child().as_bytes(),
            other => other,
        };
        parts.headers.append(
            HeaderName::from_bytes(&line[..at]).ok()?,
            HeaderValue::from_bytes(value).ok()?,
        );
    }
    Some(parts)
}

/// The values of a header.
fn values<'p>(parts: &'p Parts, name: &str) -> Vec<&'p [u8]> {
    let values = parts.headers.get_all(name).iter();
    values.map(HeaderValue::as_bytes).collect()
}

/// `check` admits a client only if it sends the key once, to this host, by GET, at this path. A
/// client without the key gets the same answer for every path and query.
pub(crate) fn request(data: &[u8]) {
    let Some(mut parts) = head(data) else { return };
    let shows_key = values(&parts, "x-identity-header") == [KEY.expose_to_child().as_bytes()];
    let judged = check(&parts, false, HOST, &KEY);
    assert!(
        check(&parts, true, HOST, &KEY).is_err(),
        "a body is never served"
    );
    match &judged {
        Ok(ask) => {
            assert!(shows_key && parts.method == Method::GET);
            assert_eq!(values(&parts, "host"), [HOST.as_bytes()]);
            assert!(
                ["origin", "forwarded", "x-forwarded-for"]
                    .iter()
                    .all(|name| !parts.headers.contains_key(*name))
            );
            assert_eq!(parts.uri.path().trim_end_matches('/'), PATH);
            let url = url::Url::parse(&format!("http://{HOST}{}", parts.uri)).unwrap();
            let of = |name: &str| {
                url.query_pairs()
                    .filter(|(n, _)| n == name)
                    .map(|(_, v)| v.into_owned())
                    .collect::<Vec<_>>()
            };
            let versions = of("api-version");
            assert!(
                versions.len() == 1 && versions[0].as_str() >= "2019-08-01",
                "{versions:?}"
            );
            assert_eq!(of("resource"), std::slice::from_ref(&ask.resource));
            assert!(!ask.resource.is_empty());
        }
        Err(refusal) => {
            assert!(
                [400, 401, 403, 405].contains(&refusal.status().as_u16()),
                "{refusal:?}"
            );
            json_of(reply::refusal(*refusal), refusal.status().as_u16());
        }
    }
    if !shows_key && parts.uri.authority().is_none() && parts.uri.scheme().is_none() {
        parts.uri = Uri::from_static(
            "/msi/token?resource=https://graph.microsoft.com&api-version=2019-08-01",
        );
        assert_eq!(
            check(&parts, false, HOST, &KEY),
            judged,
            "path and query reveal something"
        );
    }
    assert_eq!(check::PATH, "/msi/token");
}

/// The JSON of an answer, after its head was checked.
fn json_of(answer: HttpReply, status: u16) -> serde_json::Value {
    assert_eq!(answer.status(), status);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(
        answer.headers()["content-type"],
        "application/json; charset=utf-8"
    );
    // The body is in memory, so the first poll returns it.
    let mut work = std::pin::pin!(answer.into_body().collect());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(body) = work.as_mut().poll(&mut context) else {
        panic!("the body is not ready")
    };
    serde_json::from_slice(&body.unwrap().to_bytes()).expect("JSON")
}

/// The scopes of a token, an allowed resource, and the resource that a client asks for: the
/// endpoint gives only the profile's own resource and the allowed one, exactly as it was typed.
pub(crate) fn resource(data: &[u8]) {
    let Some([granted, allow, asked]) = fields(data) else {
        return;
    };
    let scopes = Scopes::parse(&["https://graph.microsoft.com/User.Read"]).unwrap();
    let plain = Resources::new(&scopes, &CLOUDS[0], &[]).unwrap();
    match plain.decide(asked, Some(granted)) {
        Ok(Wanted::Own) => {
            let lower = asked.to_ascii_lowercase();
            let of_graph = [
                "https://graph.microsoft.com",
                "00000003-0000-0000-c000-000000000000",
            ];
            let carried = granted.split(' ').chain(["user.read"]).any(|scope| {
                let scope = scope.to_ascii_lowercase();
                !scope.is_empty() && scope.trim_end_matches("/.default").ends_with(bare(&lower))
                    || lower.trim_end_matches("/.default").ends_with(bare(&scope))
            });
            assert!(
                of_graph.iter().any(|name| lower.starts_with(name)) || carried,
                "{asked}"
            );
        }
        Ok(Wanted::Other(scope)) => panic!("`{scope}` was never allowed"),
        Err(denied) => assert!(!words::denied(&denied).english().contains('\n')),
    }
    let Ok(more) = Resources::new(&scopes, &CLOUDS[0], &[allow.to_owned()]) else {
        return;
    };
    assert!(
        more.decide(allow.trim(), None).is_ok(),
        "`{allow}` was allowed and is refused"
    );
    if let Ok(Wanted::Other(scope)) = more.decide(asked, Some(granted)) {
        assert!(plain.decide(asked, Some(granted)).is_err());
        assert!(
            scope.ends_with("/.default") && Scopes::parse(&[&scope]).is_ok(),
            "{scope}"
        );
        let base = scope.trim_end_matches("/.default").trim_end_matches('/');
        assert_eq!(
            more.decide(base, None)
                .map(|w| matches!(w, Wanted::Other(_))),
            Ok(true),
            "{scope}"
        );
    }
    let token = Token {
        access: AccessToken::new("eyJ".into()),
        obtained_at: 1,
        expires_at: 2,
        scope: None,
    };
    let body = json_of(reply::token(&token, asked, "app"), 200);
    assert_eq!(
        (body["resource"].as_str(), body["access_token"].as_str()),
        (Some(asked), Some("eyJ"))
    );
}

fn bare(scope: &str) -> &str {
    let name = scope.strip_suffix("/.default").unwrap_or(scope);
    name.rsplit_once('/').map_or(name, |(_, last)| last)
}

/// A failure's message and hint as an answer: one line of JSON with a valid id.
pub(crate) fn failure(data: &[u8]) {
    let Some([message, hint]) = fields(data) else {
        return;
    };
    for (lasting, status) in [
        (Lasting::UntilLogin, 403),
        (Lasting::UntilRepaired, 403),
        (Lasting::Passing, 503),
    ] {
        let error = Error::new(Kind::Network, message).hint(hint);
        let reported = Box::new(Reported::new(&error, None, &Reader::default()));
        let failure = Failure {
            lasting,
            ..Failure::of(ServeError::Reported(reported))
        };
        let body = json_of(reply::failure(&failure, 0), status);
        assert_eq!(body["statusCode"], status);
        let id = body["correlationId"].as_str().unwrap();
        assert!(id.len() == 36 && uuid::Uuid::try_parse(id).is_ok());
        assert!(!body["message"].as_str().unwrap().contains('\n'));
    }
}

/// Both lines of the renewal pipe: writing a decoded line again gives the same.
pub(crate) fn pipe(data: &[u8]) {
    if let Some(request) = pipe::RenewalRequest::decode(data) {
        let bytes = request.encode();
        let again = pipe::RenewalRequest::decode(&bytes).expect("what is written reads back");
        assert_eq!(again.encode(), bytes);
        assert_eq!(again.mode, request.mode);
    }
    let Some(outcome) = pipe::decode(data) else {
        return;
    };
    let line = pipe::encode(&outcome);
    let again = pipe::decode(line.as_bytes()).expect("what is written reads back");
    match (&outcome, &again) {
        (Ok(before), Ok(after)) => {
            assert_eq!(
                before.access.expose_for_pipe(),
                after.access.expose_for_pipe()
            );
            assert_eq!(
                (before.obtained_at, before.expires_at),
                (after.obtained_at, after.expires_at)
            );
            assert_eq!(before.scope, after.scope);
        }
        (Err(before), Err(after)) => assert_eq!(before, after),
        _ => panic!("a token became a failure, or a failure a token"),
    }
    assert_eq!(pipe::encode(&again), line);
}
