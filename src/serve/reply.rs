//! What the endpoint answers: bodies and headers. Pure.
//!
//! `expires_on` is a text and `expires_in` is never sent: what clients accept differs, and this is
//! what all of them do (`azure_identity` for Rust wants a text, and `token_type` and `resource`
//! too; MSAL .NET reads `expires_in` as a date).

use super::check::Rejection;
use super::failure::Failure;
use super::resource::Denied;
use crate::broker::Token;
use crate::text::serve as words;
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

/// A request that the endpoint does not serve.
pub(super) fn refusal(rejection: Rejection) -> HttpReply {
    error(rejection.status(), words::rejection(rejection), None)
}

/// A resource that is not allowed, in words that name it.
pub(super) fn not_allowed(denied: &Denied) -> HttpReply {
    error(
        StatusCode::FORBIDDEN,
        &words::denied(denied).english(),
        None,
    )
}

/// No token. 503 makes every client ask again for a while, so it is only for failures that may have
/// passed by then; everything else is 403, which no client repeats and the Rust client prints. No
/// `Retry-After`: MSAL waits for as long as that says.
pub(super) fn failure(failure: &Failure, now: u64) -> HttpReply {
    let status = if failure.passes_soon(now) {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::FORBIDDEN
    };
    let correlation_id = failure.error.correlation_id();
    error(status, &words::in_one_line(failure), correlation_id)
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
mod tests;
