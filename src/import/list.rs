//! A list of tokens by place, as the readers of values walk over it.

use super::token::{Kind, Token};

pub(super) struct List<'t> {
    pub(super) text: &'t str,
    /// Without comments.
    pub(super) tokens: Vec<&'t Token>,
}

impl<'t> List<'t> {
    pub(super) fn of(tokens: &'t [Token], text: &'t str) -> Self {
        Self { text, tokens: tokens.iter().filter(|t| t.kind != Kind::Comment).collect() }
    }

    pub(super) fn get(&self, at: usize) -> Option<&'t Token> {
        self.tokens.get(at).copied()
    }

    pub(super) fn is(&self, at: usize, sign: char) -> bool {
        self.get(at).is_some_and(|t| t.is(sign))
    }

    /// What stands there, as it is written.
    pub(super) fn source(&self, at: usize) -> &'t str {
        self.get(at).and_then(|t| self.text.get(t.span.clone())).unwrap_or_default()
    }

    pub(super) fn word(&self, at: usize) -> Option<&'t str> {
        self.get(at).filter(|t| t.kind == Kind::Word).and_then(|t| self.text.get(t.span.clone()))
    }

    pub(super) fn skip_newlines(&self, mut at: usize) -> usize {
        while self.get(at).is_some_and(|t| t.kind == Kind::Newline) {
            at += 1;
        }
        at
    }
}
