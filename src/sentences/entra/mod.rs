//! The words of the area `entra`: message and hints for each failure of a sign-in. `entra` decides
//! what went wrong.

mod proxy;
mod refusal;
mod roots;
mod tls;
mod transport;

use crate::entra::wire::Odd;
use crate::entra::{EntraError, Wrong};
use crate::error::{Error, Kind};
use crate::text::{Text, text};
use std::fmt;

impl From<EntraError> for Error {
    fn from(error: EntraError) -> Self {
        said(&error)
    }
}

impl From<&EntraError> for Error {
    fn from(error: &EntraError) -> Self {
        said(error)
    }
}

/// The message, in English.
impl fmt::Display for EntraError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        said(self).fmt(f)
    }
}

fn said(error: &EntraError) -> Error {
    match error {
        EntraError::Refused { refusal, asked } => refusal::said(refusal, asked),
        EntraError::Odd { host, odd } => odd_answer(odd, host),
        EntraError::NoAnswer { host, fault } => transport::said(fault, host),
    }
}

fn odd_answer(odd: &Odd, host: &str) -> Error {
    let status = odd.status;
    let answer = odd.reason.words();
    let (message, hint) = match status {
        429 => (
            text!(
                "entra-odd-throttled",
                host = host,
                status = status,
                answer = answer
            ),
            text!("entra-odd-throttled-wait"),
        ),
        408 | 500..=599 => (
            text!(
                "entra-odd-fault",
                host = host,
                status = status,
                answer = answer
            ),
            text!("entra-odd-fault-later"),
        ),
        _ => (
            text!("entra-odd", host = host, status = status, answer = answer),
            text!("entra-odd-look"),
        ),
    };
    Error::new(Kind::Network, message).hint(hint)
}

impl Wrong {
    /// For a sentence about the answer.
    fn words(self) -> Text {
        match self {
            Self::Redirect => text!("entra-answer-redirect"),
            Self::Empty => text!("entra-answer-empty"),
            Self::NotJson => text!("entra-answer-not-json"),
            Self::NoWord => text!("entra-answer-no-word"),
            Self::NotLabelled => text!("entra-answer-not-labelled"),
            Self::NoToken => text!("entra-answer-no-token"),
            Self::EmptyToken => text!("entra-answer-empty-token"),
            Self::BadCharacters => text!("entra-answer-bad-characters"),
            Self::NotBearer => text!("entra-answer-not-bearer"),
            Self::Ended => text!("entra-answer-ended"),
        }
    }
}
