//! PowerShell. `lex` makes tokens, `read` finds values, `requests` finds token requests, from what
//! `program` makes of the script; `dead` takes out what only they used.

mod dead;
mod expr;
pub(crate) mod lex;
mod program;
pub(crate) mod read;
pub(crate) mod requests;
mod statement;
