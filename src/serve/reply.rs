//! The answers of the endpoint: bodies and headers. Pure. `expires_on` is a text and there is no
//! `expires_in`: clients differ, and all of them accept this (`azure_identity` for Rust requires a
//! text, and `token_type` and `resource` too; MSAL .NET reads `expires_in` as a date).

use super::check::Rejection;
use super::failure::Failure;
use super::resource::Denied;
use super::words;
use crate::broker::Token;
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

/// The fields that clients print: Python `statusCode` and `message`, the others `message` and
/// `correlationId`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RefusedBody<'a> {
    status_code: u16,
    message: &'a str,
    correlation_id: String,
}

/// The answer with a token for `resource`, which it repeats as the client wrote it.
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

/// The answer to a request that the endpoint does not serve.
pub(super) fn refusal(rejection: Rejection) -> HttpReply {
    error(rejection.status(), words::rejection(rejection), None)
}

/// The answer for a resource that is not allowed; it names the resource.
pub(super) fn not_allowed(denied: &Denied) -> HttpReply {
    error(
        StatusCode::FORBIDDEN,
        &words::denied(denied).english(),
        None,
    )
}

/// The answer without a token. After 503 every client asks again for a while, so it is only for
/// failures that may end in that time; every other failure is 403, which no client repeats and the
/// Rust client prints. No `Retry-After`: MSAL would wait for as long as it says.
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
