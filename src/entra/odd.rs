//! What is wrong with an answer that no token endpoint gives, without its text.

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is a redirect, which ropc never follows with a password.
    Redirect,
    /// It has no body.
    Empty,
    /// Its body is not the JSON of a token endpoint.
    NotJson,
    /// It is an error without the field `error`.
    NoWord,
    /// Its status is 200, and its content type is not JSON.
    NotLabelled,
    /// It has no `access_token`.
    NoToken,
    /// Its token is empty.
    EmptyToken,
    /// Its token has characters that no header may hold.
    BadCharacters,
    /// Its `token_type` is not `Bearer`.
    NotBearer,
    /// Its `expires_in` is 0 or less.
    Ended,
}
