//! A list of tokens by place, as the readers of values walk over it.

use crate::token::{Kind, Token};

pub(crate) struct List<'t> {
    pub(crate) text: &'t str,
    /// Without comments.
    pub(crate) tokens: Vec<&'t Token>,
}

impl<'t> List<'t> {
    pub(crate) fn of(tokens: &'t [Token], text: &'t str) -> Self {
        Self {
            text,
            tokens: tokens.iter().filter(|t| t.kind != Kind::Comment).collect(),
        }
    }

    pub(crate) fn get(&self, at: usize) -> Option<&'t Token> {
        self.tokens.get(at).copied()
    }

    pub(crate) fn is(&self, at: usize, sign: char) -> bool {
        self.get(at).is_some_and(|t| t.is(sign))
    }

    /// What is there, as it is written.
    pub(crate) fn source(&self, at: usize) -> &'t str {
        self.get(at)
            .and_then(|t| self.text.get(t.span.clone()))
            .unwrap_or_default()
    }

    pub(crate) fn word(&self, at: usize) -> Option<&'t str> {
        self.get(at)
            .filter(|t| t.kind == Kind::Word)
            .and_then(|t| self.text.get(t.span.clone()))
    }

    /// The characters of a string or word that is nothing but characters.
    pub(crate) fn text_at(&self, at: usize) -> Option<String> {
        let text = self.get(at)?.literal()?;
        Some(text.to_string())
    }

    /// True where a statement ends: at a line end, a semicolon, and behind the last token.
    pub(crate) fn ends_statement(&self, at: usize) -> bool {
        self.get(at)
            .is_none_or(|t| matches!(t.kind, Kind::Newline | Kind::Sym(';')))
    }

    pub(crate) fn skip_newlines(&self, mut at: usize) -> usize {
        while self.get(at).is_some_and(|t| t.kind == Kind::Newline) {
            at += 1;
        }
        at
    }
}
