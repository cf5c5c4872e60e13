//! Shell scripts. `lex` makes tokens, `read` finds values, `requests` finds the token requests that
//! `curl` makes, from what `program` makes of the script; `answers` says where their answers go.

mod answers;
pub(crate) mod lex;
mod program;
pub(crate) mod read;
pub(crate) mod requests;
