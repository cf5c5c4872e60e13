//! Which bracket closes which, in one pass, so that the time stays in proportion to the text; and
//! the tokens of a text with what is around them.

use crate::token::{Kind, Token};

#[derive(Debug)]
pub(crate) struct Brackets {
    /// For each token the place of the bracket that closes what it opens.
    closings: Vec<Option<usize>>,
    /// For each token the place of the bracket that it is in, or which opens what it closes.
    openers: Vec<Option<usize>>,
}

/// The tokens of a text, comments included, with what is around each.
pub(crate) struct Surroundings<'s> {
    pub(crate) text: &'s str,
    pub(crate) tokens: Vec<&'s Token>,
    pub(crate) brackets: Brackets,
}

impl<'s> Surroundings<'s> {
    pub(crate) fn of(tokens: &'s [Token], text: &'s str) -> Self {
        let tokens: Vec<&Token> = tokens.iter().collect();
        Self {
            text,
            brackets: Brackets::of(&tokens),
            tokens,
        }
    }

    /// The token at a byte, or the next one.
    pub(crate) fn token_at(&self, byte: usize) -> usize {
        self.tokens.partition_point(|token| token.span.end <= byte)
    }

    /// The text of a token.
    pub(crate) fn source(&self, token: &Token) -> &'s str {
        self.text.get(token.span.clone()).unwrap_or_default()
    }
}

impl Brackets {
    pub(crate) fn of(tokens: &[&Token]) -> Self {
        let mut closings = vec![None; tokens.len()];
        let mut openers = vec![None; tokens.len()];
        let mut open = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            match token.kind {
                Kind::Sym('(' | '[' | '{') => {
                    openers[at] = open.last().copied();
                    open.push(at);
                }
                Kind::Sym(')' | ']' | '}') => {
                    openers[at] = open.pop();
                    if let Some(opener) = openers[at] {
                        closings[opener] = Some(at);
                    }
                }
                _ => openers[at] = open.last().copied(),
            }
        }
        Self { closings, openers }
    }

    pub(crate) fn closing(&self, at: usize) -> Option<usize> {
        self.closings.get(at).copied().flatten()
    }

    pub(crate) fn opener(&self, at: usize) -> Option<usize> {
        self.openers.get(at).copied().flatten()
    }
}
