//! What an answer is that no token endpoint gives, in words for a person. Never any of its text.

use super::wire::Odd;
use crate::error::{Error, Kind};
use crate::text::{Text, text};

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It sends us elsewhere; a password goes nowhere else.
    Redirect,
    /// It has no body.
    Empty,
    /// Its body is not what a token endpoint sends.
    NotJson,
    /// It is an error without the field `error`.
    NoWord,
    /// Its status is 200, and its type is another than JSON.
    NotLabelled,
    /// It has no `access_token`.
    NoToken,
    /// Its token is empty.
    EmptyToken,
    /// Its token could not be passed on.
    BadCharacters,
    /// Its `token_type` is another.
    NotBearer,
    /// Its `expires_in` is 0 or less.
    Ended,
}

impl Wrong {
    /// What it is, for a sentence about the answer.
    pub fn words(self) -> Text {
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

/// An answer that is not a token endpoint's, in words.
pub fn odd_answer_error(odd: &Odd, host: &str) -> Error {
    let (status, answer) = (odd.status, odd.reason.words());
    let (message, hint) = match status {
        429 => {
            let message = text!(
                "entra-odd-throttled",
                host = host,
                status = status,
                answer = answer
            );
            (message, text!("entra-odd-throttled-wait"))
        }
        408 | 500..=599 => {
            let message = text!(
                "entra-odd-fault",
                host = host,
                status = status,
                answer = answer
            );
            (message, text!("entra-odd-fault-later"))
        }
        _ => (
            text!("entra-odd", host = host, status = status, answer = answer),
            text!("entra-odd-look"),
        ),
    };
    Error::new(Kind::Network, message).hint(hint)
}
