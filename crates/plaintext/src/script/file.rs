//! A script of Python or JavaScript: its tokens, and what they mean to the proof.

use super::expr::Tokens;
use super::program;
use crate::proof::program::Program;
use crate::token::Token;

/// How a request is made, which decides what its answer looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `requests` or `httpx`.
    Post,
    Fetch,
    Axios,
    Msal,
}

pub(crate) struct ScriptFile<'t> {
    pub(super) text: &'t str,
    pub(super) all: &'t [Token],
    pub(super) tokens: Tokens<'t>,
    pub(super) program: Program,
}

impl<'t> ScriptFile<'t> {
    pub(crate) fn of(text: &'t str, all: &'t [Token], is_python: bool) -> Self {
        let tokens = Tokens::of(all, text, is_python);
        let program = program::read(&tokens);
        Self {
            text,
            all,
            tokens,
            program,
        }
    }
}
