//! Shell scripts, with the requests that `curl` makes. `lex` makes tokens, `read` finds values, `requests` finds token requests.

pub(crate) mod lex;
pub(crate) mod read;
pub(crate) mod requests;
