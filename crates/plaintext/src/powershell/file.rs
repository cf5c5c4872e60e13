//! A PowerShell script: its tokens, its statements, and what they mean to the proof.

use super::expr::PowershellTokens;
use super::program;
use super::readers;
use super::statement::{Statement, split};
use crate::proof::program::Program;
use crate::token::Token;
use std::ops::Range;

pub(super) const VARIABLE: &str = "$env:GRAPH_ACCESS_TOKEN";

pub(crate) struct Powershell<'t> {
    pub(super) tokens: PowershellTokens<'t>,
    pub(super) statements: Vec<Statement>,
    pub(super) program: Program,
    /// Where it runs other code that may read its variables.
    pub(super) readers: Vec<usize>,
}

impl<'t> Powershell<'t> {
    pub(crate) fn of(text: &'t str, tokens: &'t [Token]) -> Self {
        let tokens = PowershellTokens::of(tokens, text);
        let statements = split(text, &tokens.list.tokens);
        let program = program::read(&tokens, &statements);
        let readers = readers::find(&tokens.list, &program);
        Self {
            tokens,
            statements,
            program,
            readers,
        }
    }

    pub(super) fn is_word(&self, at: usize, word: &str) -> bool {
        self.tokens.list.is_word(at, word)
    }

    /// The bytes from the first to the last of these tokens.
    pub(super) fn span(&self, first: usize, last: usize) -> Range<usize> {
        let tokens = &self.tokens.list.tokens;
        tokens.get(first).map_or(0, |t| t.span.start)..tokens.get(last).map_or(0, |t| t.span.end)
    }

    pub(super) fn token_at(&self, byte: usize) -> usize {
        self.tokens
            .list
            .tokens
            .partition_point(|t| t.span.start < byte)
    }

    pub(super) fn innermost(&self, at: usize) -> Option<&Statement> {
        self.statements
            .iter()
            .filter(|s| s.tokens.contains(&at))
            .min_by_key(|s| s.tokens.len())
    }
}
