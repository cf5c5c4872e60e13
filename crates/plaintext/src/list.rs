//! A list of tokens by place, as the readers of values walk over it.

use crate::token::{Kind, Token};
use zeroize::Zeroizing;

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

    /// The text of the token there, as it is in the file.
    pub(crate) fn source(&self, at: usize) -> &'t str {
        self.get(at)
            .and_then(|t| self.text.get(t.span.clone()))
            .unwrap_or_default()
    }

    pub(crate) fn word(&self, at: usize) -> Option<&'t str> {
        self.get(at)?.word(self.text)
    }

    /// [`Token::literal`] of the token there.
    pub(crate) fn literal(&self, at: usize) -> Option<Zeroizing<String>> {
        self.get(at).and_then(Token::literal)
    }

    /// The same for what is no secret.
    pub(crate) fn text_at(&self, at: usize) -> Option<String> {
        self.literal(at).map(|text| text.to_string())
    }

    /// True where a statement ends: at a line end, a semicolon, and behind the last token.
    pub(crate) fn ends_statement(&self, at: usize) -> bool {
        self.get(at)
            .is_none_or(|t| matches!(t.kind, Kind::Newline | Kind::Sym(';')))
    }

    pub(crate) fn is_word(&self, at: usize, word: &str) -> bool {
        self.word(at).is_some_and(|w| w.eq_ignore_ascii_case(word))
    }

    /// The word in small letters; empty where none is.
    pub(crate) fn lower_word(&self, at: usize) -> String {
        self.word(at).unwrap_or_default().to_ascii_lowercase()
    }

    /// A word or a string, as the name of a member or an entry.
    pub(crate) fn key(&self, at: usize) -> Option<String> {
        let word = self.word(at).map(str::to_owned);
        word.or_else(|| self.text_at(at))
    }

    /// True if nothing is between this token and the one before it.
    pub(crate) fn adjacent(&self, at: usize) -> bool {
        at > 0
            && self
                .get(at)
                .zip(self.get(at - 1))
                .is_some_and(|(token, before)| before.span.end == token.span.start)
    }

    pub(crate) fn skip_newlines(&self, mut at: usize) -> usize {
        while self.get(at).is_some_and(|t| t.kind == Kind::Newline) {
            at += 1;
        }
        at
    }
}

/// The item of an iterator that has no other one.
pub(crate) fn exactly_one<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}

/// True if a text has a word, and not as a part of another one.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = &text[..at];
        let behind = &text[at + word.len()..];
        !before.ends_with(is_in_word) && !behind.starts_with(is_in_word)
    })
}

fn is_in_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}
