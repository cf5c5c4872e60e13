//! Blocks and functions of Python, by their indent, and of JavaScript, by their braces.

mod javascript;
mod python;

use super::expr::ScriptTokens;
use crate::lines::Lines;
use crate::proof::expr::Expr;
use crate::proof::program::{Block, BlockKind, Function, MOST_BLOCKS};
use crate::token::Kind;
use std::collections::BTreeSet;
use std::ops::Range;

/// The blocks of a script, and what their reader finds beside them.
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
    /// Functions that are members of an object or a class.
    members: BTreeSet<String>,
    /// True if a call finds its function by a name that is a value: it may be any member.
    calls_by_name: bool,
}

pub(super) fn read(tokens: &ScriptTokens<'_>) -> Blocks {
    let mut reader = BlockReader {
        tokens,
        lines: Lines::of(tokens.list.text),
        found: Blocks::default(),
    };
    if tokens.is_python {
        reader.python();
    } else {
        reader.javascript();
    }
    let mut found = reader.found;
    if found.calls_by_name {
        found.exported.append(&mut found.members);
    }
    found
}

struct BlockReader<'t> {
    tokens: &'t ScriptTokens<'t>,
    lines: Lines,
    found: Blocks,
}

impl BlockReader<'_> {
    /// True if nothing of the script will be proved, for it has too many blocks.
    fn is_done(&self) -> bool {
        self.found.list.len() > MOST_BLOCKS
    }

    fn is(&self, at: usize, sign: char) -> bool {
        self.tokens.list.is(at, sign)
    }

    fn add(&mut self, first: usize, last: usize, kind: BlockKind) {
        let span = self.tokens.span(first, last);
        if let BlockKind::Function(index) = kind {
            // Python takes a default where it makes the function, JavaScript where it calls it.
            let before = usize::from(self.tokens.is_python);
            self.found.functions[index].defaults_at = span.start.saturating_sub(before);
        }
        self.found.list.push(Block { span, kind });
    }

    fn function(&mut self, name: usize, list: Option<Range<usize>>) -> BlockKind {
        let params = list.map(|list| self.params(&list)).unwrap_or_default();
        self.found.names.insert(name);
        self.found.functions.push(Function {
            name: self.name(name),
            params,
            defaults_at: 0,
            refuses_empty: false,
        });
        BlockKind::Function(self.found.functions.len() - 1)
    }

    /// Other files may call the function of this name.
    fn export(&mut self, name: usize) {
        let name = self.name(name);
        self.found.exported.insert(name);
    }

    /// The function of this name is a member of an object or a class.
    fn add_member(&mut self, name: usize) {
        let name = self.name(name);
        self.found.members.insert(name);
    }

    /// The name that a word or a string is.
    fn name(&self, at: usize) -> String {
        let list = &self.tokens.list;
        match list.text_at(at) {
            Some(text) if list.get(at).is_some_and(|t| t.kind == Kind::Str) => text,
            _ => list.source(at).to_owned(),
        }
    }

    /// The names in a list of parameters, without the object that a method belongs to.
    fn params(&mut self, list: &Range<usize>) -> Vec<(String, Option<Expr>)> {
        self.found.params.push(list.clone());
        let mut found = Vec::new();
        let mut at = self.tokens.list.skip_newlines(list.start + 1);
        while at < list.end {
            let mut default = None;
            let mut end = at;
            while end < list.end && !self.is(end, ',') {
                if default.is_none() && self.is(end, '=') {
                    default = Some(end + 1);
                }
                end = self.tokens.brackets.closing(end).unwrap_or(end) + 1;
            }
            if let Some(name) = self.tokens.list.word(at)
                && !["self", "cls"].contains(&name)
            {
                let value = default.map(|first| self.tokens.whole(first, true).0);
                found.push((name.to_owned(), value));
            }
            at = self.tokens.list.skip_newlines(end + 1);
        }
        found
    }
}
