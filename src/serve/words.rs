//! The messages of `exec --serve`'s endpoint: for the person who started the job, in that person's
//! language, and for the job's programs, in English.

use super::check::Rejection;
use super::error::ServeError;
use super::failure::Failure;
use super::lasting::Lasting;
use super::resource::Denied;
use crate::clock::rfc3339;
use crate::error::Error;
use crate::text::{Text, io_reason, text};
use hyper::StatusCode;
use std::fmt;

impl From<ServeError> for Error {
    fn from(error: ServeError) -> Self {
        explain(&error)
    }
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        explain(self).fmt(f)
    }
}

/// Message, next steps and kind.
pub(super) fn explain(error: &ServeError) -> Error {
    let of = |message| Error::new(error.kind(), message);
    match error {
        ServeError::NoListener(source) => {
            of(text!("serve-no-endpoint", reason = io_reason(source)))
                .hint(text!("serve-no-endpoint-sandbox"))
        }
        ServeError::NoThread(source) => of(text!("serve-no-endpoint", reason = io_reason(source)))
            .hint(text!("entra-raise-limits")),
        ServeError::NotAResource { text } => {
            of(text!("serve-not-a-resource", text = text.escape_debug()))
                .hint(text!("serve-not-a-resource-shape"))
        }
        ServeError::Permission { text, resource } => of(text!(
            "serve-a-permission",
            text = text.escape_debug(),
            resource = resource
        ))
        .hint(text!("serve-a-permission-scope")),
        ServeError::OtherIdentity {
            profile,
            fact,
            before,
            now,
        } => of(text!(
            "serve-other-identity",
            profile = profile,
            fact = fact.words(),
            before = before,
            after = now
        ))
        .hint(text!("serve-other-identity-start")),
        ServeError::Reported(reported) => reported.error(),
        ServeError::NoReport { code: Some(code) } => {
            of(text!("serve-no-answer", code = code)).hint(text!("serve-no-answer-look"))
        }
        ServeError::NoReport { code: None } => {
            of(text!("serve-no-answer-signal")).hint(text!("serve-no-answer-look"))
        }
        ServeError::NotRun(source) => of(text!("serve-not-run", reason = io_reason(source)))
            .hint(text!("serve-not-run-limit")),
        ServeError::BrokenOff => of(text!("serve-broken-off")).hint(text!("serve-ask-again")),
        ServeError::TakesLong { seconds } => {
            of(text!("serve-takes-long", count = *seconds)).hint(text!("serve-ask-again"))
        }
    }
}

/// A failure for the job's programs, which show one line: what happened, since when, and the hint
/// that ends it.
pub(super) fn in_one_line(failure: &Failure) -> String {
    let error = explain(&failure.error);
    let remedy = match failure.lasting {
        Lasting::UntilLogin => error.remedy(),
        Lasting::UntilRepaired | Lasting::Passing => None,
    };
    let parts = [
        Some(error.message.english().replace('\n', "; ")),
        times(failure).map(|times| times.english()),
        remedy
            .or_else(|| error.hints.first().map(|hint| &hint.text))
            .map(|hint| hint.english().replace('\n', " ")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// Since when, and when the next try is due.
fn times(failure: &Failure) -> Option<Text> {
    let since = rfc3339(failure.since?);
    Some(match failure.again.map(rfc3339) {
        Some(again) => text!("serve-since-and-again", since = since, again = again),
        None => text!("serve-since", since = since),
    })
}

/// Why a client gets no token for a resource.
pub(super) fn denied(denied: &Denied) -> Text {
    match denied {
        Denied::Resource(name) => text!("serve-resource-denied", resource = name),
        Denied::Permission(name) => text!("serve-permission-missing", permission = name),
        Denied::Nameless => text!("serve-resource-nameless"),
    }
}

/// Why the endpoint does not serve a request, in English, for programs.
pub(super) fn rejection(rejection: Rejection) -> &'static str {
    match rejection {
        Rejection::Method => "only GET is served here",
        Rejection::ForProxy => "this is an endpoint, not a proxy",
        Rejection::Host => "the Host header is not the address that was handed out",
        Rejection::Forwarded => "requests from web pages and through proxies are refused",
        Rejection::Key => "X-IDENTITY-HEADER is missing or wrong",
        Rejection::Body => "a request with a body is not served here",
        Rejection::Path => "there is nothing at this path: use IDENTITY_ENDPOINT as it is",
        Rejection::Twice => "a parameter is there twice",
        Rejection::ApiVersion => "api-version is before 2019-08-01",
        Rejection::NoResource => "the parameter resource is missing",
    }
}

/// An event of the endpoint, for the log of the job.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event<'a> {
    /// It did not serve a request.
    Rejected(Rejection, StatusCode),
    /// It refused a resource.
    Denied { resource: &'a str },
    /// It gave a token.
    Granted { resource: &'a str },
    /// It gave no token, and answered with this status.
    Failed {
        resource: &'a str,
        status: StatusCode,
    },
    /// A client named another identity, and got the only one.
    OtherIdentity,
}

impl From<Event<'_>> for Text {
    fn from(event: Event<'_>) -> Self {
        match event {
            Event::Rejected(why, status) => {
                text!(
                    "serve-log-refused",
                    status = status,
                    message = rejection(why)
                )
            }
            Event::Denied { resource } => text!("serve-log-not-allowed", resource = resource),
            Event::Granted { resource } => text!("serve-log-token", resource = resource),
            Event::Failed { resource, status } => {
                text!("serve-log-status", status = status, resource = resource)
            }
            Event::OtherIdentity => text!("serve-log-other-identity"),
        }
    }
}

/// A renewal failed, and the present token still serves. `reason` is the message of the failure in
/// the reader's words, as one line.
pub(super) fn old_token_serves(reason: &str) -> Text {
    text!(
        "serve-old-token-serves",
        reason = reason.replace('\n', "; ")
    )
}
