//! Python and JavaScript, which JSON is a part of. `lex` makes tokens, `read` finds values,
//! `requests` finds token requests, from what `program` makes of the script; `answers` says where
//! their answers go, `replace` what they become.

mod answers;
mod blocks;
mod expr;
pub(crate) mod lex;
mod program;
pub(crate) mod read;
mod replace;
pub(crate) mod requests;
mod restart;
mod targets;
