//! Which bracket closes which, and where a value ends at the latest: in one pass each, so that the
//! time stays in proportion to the text.

use crate::token::{Kind, Token};

#[derive(Debug)]
pub(crate) struct Brackets {
    /// For each token the place of the bracket that closes what it opens.
    closings: Vec<Option<usize>>,
    /// For each token the place of the bracket that it is in, or which opens what it closes.
    openers: Vec<Option<usize>>,
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
