//! PowerShell. `lex` makes tokens, `read` finds values, `requests` finds token requests.

pub(crate) mod lex;
pub(crate) mod read;
pub(crate) mod requests;
pub(crate) mod statement;
