//! Blocks and functions of Python, by their indent, and of JavaScript, by their braces.

mod javascript;
mod python;

use super::expr::Tokens;
use crate::proof::expr::Expr;
use crate::proof::program::{Block, BlockKind, Function};
use crate::token::{Kind, Token};
use std::collections::BTreeSet;
use std::ops::Range;

/// The blocks of a script, and what was learned on the way.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    pub(super) list: Vec<Block>,
    pub(super) functions: Vec<Function>,
    /// Tokens that name a function where it is made.
    pub(super) names: BTreeSet<usize>,
    /// Lists of parameters: what is in them is no assignment.
    pub(super) params: Vec<Range<usize>>,
    /// Functions that other files may call.
    pub(super) exported: BTreeSet<String>,
}

pub(super) fn read(tokens: &Tokens<'_>) -> Blocks {
    let mut reader = Reader {
        tokens,
        found: Blocks::default(),
    };
    if tokens.is_python {
        reader.python();
    } else {
        reader.javascript();
    }
    reader.found
}

struct Reader<'t> {
    tokens: &'t Tokens<'t>,
    found: Blocks,
}

impl Reader<'_> {
    fn is(&self, at: usize, sign: char) -> bool {
        self.tokens.list.is(at, sign)
    }

    fn add(&mut self, first: usize, last: usize, kind: BlockKind) {
        let span = self.tokens.span(first, last);
        self.found.list.push(Block { span, kind });
    }

    fn function(&mut self, name: usize, list: Option<Range<usize>>) -> BlockKind {
        let params = list.map(|list| self.params(&list)).unwrap_or_default();
        self.found.names.insert(name);
        let token = self.tokens.list.get(name);
        let name = token
            .and_then(Token::literal)
            .filter(|_| token.is_some_and(|t| t.kind == Kind::Str));
        let name = name.map_or_else(
            || {
                token
                    .map_or("", |t| &self.tokens.list.text[t.span.clone()])
                    .to_owned()
            },
            |n| n.to_string(),
        );
        self.found.functions.push(Function {
            name,
            params,
            refuses_empty: false,
        });
        BlockKind::Function(self.found.functions.len() - 1)
    }

    /// The names in a list of parameters, without the object that a method belongs to.
    fn params(&mut self, list: &Range<usize>) -> Vec<(String, Option<Expr>)> {
        self.found.params.push(list.clone());
        let (mut found, mut at) = (Vec::new(), self.tokens.list.skip_newlines(list.start + 1));
        while at < list.end {
            let name = self.tokens.list.word(at).map(str::to_owned);
            let (mut end, mut sign) = (at, None);
            while end < list.end && !self.is(end, ',') {
                if self.is(end, '=') {
                    sign = sign.or(Some(end));
                }
                end = self.tokens.brackets.closing(end).unwrap_or(end) + 1;
            }
            if let Some(name) = name.filter(|name| !["self", "cls"].contains(&name.as_str())) {
                found.push((name, sign.map(|sign| self.tokens.whole(sign + 1, true).0)));
            }
            at = self.tokens.list.skip_newlines(end + 1);
        }
        found
    }
}
