//! What is wrong with an answer that no token endpoint gives. Never any of its text.

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
