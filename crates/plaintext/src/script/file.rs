//! A script of Python or JavaScript: its tokens, and what they mean to the proof.

use super::expr::ScriptTokens;
use super::program;
use crate::proof::program::Program;
use crate::token::Token;

/// How a request is made, which decides what its answer looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RequestKind {
    /// `requests` or `httpx`.
    Post,
    Fetch,
    Axios,
    Msal,
}

pub(crate) struct ScriptFile<'t> {
    pub(super) text: &'t str,
    pub(super) all: &'t [Token],
    pub(super) tokens: ScriptTokens<'t>,
    pub(super) program: Program,
}

impl<'t> ScriptFile<'t> {
    pub(crate) fn of(text: &'t str, all: &'t [Token], is_python: bool) -> Self {
        let tokens = ScriptTokens::of(all, text, is_python);
        let program = program::read(&tokens);
        Self {
            text,
            all,
            tokens,
            program,
        }
    }
}
