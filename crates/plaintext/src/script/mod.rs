//! Python and JavaScript, which JSON is a part of. `lex` makes tokens, `read` finds values, `requests` finds token requests.

pub(crate) mod calls;
pub(crate) mod lex;
pub(crate) mod posts;
pub(crate) mod read;
pub(crate) mod requests;

#[cfg(test)]
mod post_tests;
