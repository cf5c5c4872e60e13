//! What the endpoint answers: bodies and headers. Pure.
//!
//! `expires_on` is a text and `expires_in` is never sent: what clients accept differs, and this is
//! what all of them do (`azure_identity` for Rust wants a text, and `token_type` and `resource`
//! too; MSAL .NET reads `expires_in` as a date).

use super::check::Rejection;
use super::failure::{Failure, Lasting};
use crate::broker::Token;
use crate::clock::rfc3339;
use crate::text::{Text, text};
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use hyper::{Response, StatusCode};
use serde::Serialize;
use uuid::Uuid;

/// The type of every answer.
pub(super) type HttpReply = Response<Full<Bytes>>;

#[derive(Serialize)]
struct Granted<'a> {
    access_token: &'a str,
    expires_on: String,
    not_before: String,
    resource: &'a str,
    token_type: &'a str,
    client_id: &'a str,
}

/// The shape that clients print: Python `statusCode` and `message`, the others `message` and
/// `correlationId`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RefusedBody<'a> {
    status_code: u16,
    message: &'a str,
    correlation_id: String,
}

/// A token for `resource`, which is echoed as asked.
pub(super) fn token(token: &Token, resource: &str, client_id: &str) -> HttpReply {
    let body = serde_json::to_vec(&Granted {
        access_token: token.access.expose_for_endpoint(),
        expires_on: token.expires_at.to_string(),
        not_before: token.obtained_at.to_string(),
        resource,
        token_type: "Bearer",
        client_id,
    });
    answer(StatusCode::OK, body.unwrap_or_default())
}

/// A request that is not served.
pub(super) fn refusal(refusal: &Rejection) -> HttpReply {
    error(refusal.status, refusal.message, None)
}

/// A resource that is not allowed, in words that name it.
pub(super) fn not_allowed(message: &str) -> HttpReply {
    error(StatusCode::FORBIDDEN, message, None)
}

/// No token. 503 makes every client ask again for a while, so it is only for what may have passed
/// by then; everything else is 403, which nobody repeats and the Rust client prints. No
/// `Retry-After`: MSAL waits for as long as that says.
pub(super) fn failure(failure: &Failure, now: u64) -> HttpReply {
    let status = if failure.passes_soon(now) {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::FORBIDDEN
    };
    let lines = [
        Some(failure.error.message.english().replace('\n', "; ")),
        times(failure).map(|times| times.english()),
        hint(failure),
    ];
    let message = lines.into_iter().flatten().collect::<Vec<_>>().join("; ");
    error(status, &message, failure.error.correlation_id)
}

/// Since when, and when the next try is due.
fn times(failure: &Failure) -> Option<Text> {
    let (since, again) = (failure.since.map(rfc3339), failure.again.map(rfc3339));
    match (since, again) {
        (Some(since), Some(again)) => {
            Some(text!("serve-since-and-again", since = since, again = again))
        }
        (Some(since), None) => Some(text!("serve-since", since = since)),
        (None, _) => None,
    }
}

/// Clients show one line: of the hints, the one that ends a refusal.
fn hint(failure: &Failure) -> Option<String> {
    let remedy = match failure.lasting {
        Lasting::UntilLogin => failure.error.remedy.as_ref(),
        Lasting::UntilRepaired | Lasting::Passing => None,
    };
    let hint = remedy.or_else(|| failure.error.hints.first())?;
    Some(hint.english().replace('\n', " "))
}

fn error(status: StatusCode, message: &str, correlation_id: Option<Uuid>) -> HttpReply {
    let correlation_id = correlation_id.unwrap_or_else(Uuid::new_v4).to_string();
    let body = serde_json::to_vec(&RefusedBody {
        status_code: status.as_u16(),
        message,
        correlation_id,
    });
    answer(status, body.unwrap_or_default())
}

fn answer(status: StatusCode, body: Vec<u8>) -> HttpReply {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(hyper::header::ALLOW, HeaderValue::from_static("GET"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Error, Kind};
    use crate::secret::AccessToken;
    use http_body_util::BodyExt;

    fn body(answer: HttpReply) -> serde_json::Value {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let bytes = runtime
            .block_on(answer.into_body().collect())
            .unwrap()
            .to_bytes();
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn numbers_are_texts_and_expires_in_is_absent() {
        let t = Token {
            access: AccessToken::new("eyJ".into()),
            obtained_at: 1000,
            expires_at: 4600,
            scope: None,
        };
        let answer = token(&t, "https://graph.microsoft.com", "app");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert!(
            answer
                .headers()
                .keys()
                .all(|k| !k.as_str().starts_with("access-control"))
        );
        assert_eq!(
            body(answer),
            serde_json::json!({"access_token": "eyJ", "expires_on": "4600", "not_before": "1000",
                "resource": "https://graph.microsoft.com", "token_type": "Bearer", "client_id": "app"})
        );
    }

    #[test]
    fn a_refused_sign_in_is_403_and_carries_its_ids() {
        let id = "0f8fad5b-d9cb-469f-a165-70867728950e";
        let error = Error::new(Kind::SignIn, "AADSTS50126: wrong password\ntime y")
            .hint("run `ropc login`")
            .correlated(id.parse().ok());
        let answer = failure(&Failure::of(error), 0);
        assert_eq!(answer.status(), 403);
        let body = body(answer);
        assert_eq!(
            (&body["statusCode"], &body["correlationId"]),
            (&403.into(), &id.into())
        );
        let text = body["message"].as_str().unwrap();
        assert!(
            text.starts_with("AADSTS50126: ")
                && text.ends_with("run `ropc login`")
                && !text.contains('\n'),
            "{text}"
        );
    }

    #[test]
    fn what_is_not_served_says_so_in_its_status() {
        let refused = |status| {
            super::refusal(&Rejection {
                status,
                message: "x",
            })
        };
        let wrong_method = refused(StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(
            (
                wrong_method.status().as_u16(),
                &wrong_method.headers()["allow"]
            ),
            (405, &HeaderValue::from_static("GET"))
        );
        assert!(
            !refused(StatusCode::UNAUTHORIZED)
                .headers()
                .contains_key("allow")
        );
        let answer = not_allowed("not allowed");
        assert_eq!(answer.status(), 403);
        assert_eq!(body(answer)["message"], "not allowed");
    }

    #[test]
    fn the_one_hint_that_clients_show_ends_the_refusal_and_times_stand_before_it() {
        let error = Error::new(Kind::SignIn, "AADSTS50126: wrong")
            .hint("look at it with `ropc login --help`")
            .remedy("set it with `ropc login`")
            .hint("or wait");
        let failed = Failure {
            since: Some(0),
            again: Some(60),
            ..Failure::of(error)
        };
        let answer = failure(&failed, 0);
        assert_eq!(answer.status(), 403);
        let times = "since 1970-01-01T00:00:00Z, next try at 1970-01-01T00:01:00Z";
        assert_eq!(
            body(answer)["message"],
            format!("AADSTS50126: wrong; {times}; set it with `ropc login`")
        );
    }

    #[test]
    fn what_passes_is_503_only_while_a_try_within_half_a_minute_can_help() {
        let late = Failure::of(Error::new(Kind::Network, "no connection")).again(Some(31));
        assert_eq!(
            (
                failure(&late, 0).status().as_u16(),
                failure(&late, 1).status().as_u16()
            ),
            (403, 503)
        );
        assert!(
            !failure(&late, 1).headers().contains_key("retry-after"),
            "MSAL would wait for as long as it says"
        );
        let error = Error::new(Kind::Network, "no connection, correlation id none");
        let answer = failure(&Failure::of(error), 0);
        assert_eq!(answer.status(), 503);
        assert!(uuid::Uuid::try_parse(body(answer)["correlationId"].as_str().unwrap()).is_ok());
    }
}
