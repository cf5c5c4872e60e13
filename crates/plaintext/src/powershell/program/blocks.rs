//! Blocks of PowerShell by what is before their brace, and the parameters of functions.

use super::PowershellReader;
use crate::proof::expr::Expr;
use crate::proof::program::{Block, BlockKind, Function};
use std::ops::Range;

/// Words whose block runs once, or not at all.
const BRANCHES: [&str; 8] = [
    "else", "try", "catch", "finally", "trap", "begin", "end", "default",
];

impl PowershellReader<'_> {
    /// A block by what is before its brace.
    pub(super) fn block(&mut self, open: usize) {
        let close = self
            .tokens
            .brackets
            .closing(open)
            .unwrap_or(self.tokens.list.tokens.len());
        let kind = self.kind(open, close);
        let (first, last) = if kind == BlockKind::Loop {
            self.with_conditions(open, close)
        } else {
            (open, close)
        };
        self.program.blocks.push(Block {
            span: self.span(first, last),
            kind,
        });
    }

    /// A loop with what runs again in its brackets: `for (...) { }`, `while (...) { }`, `do { }
    /// until (...)`. The list of `foreach` is made once.
    fn with_conditions(&self, open: usize, close: usize) -> (usize, usize) {
        let brackets = &self.tokens.brackets;
        let before = self.before(open);
        if self.is_word(before, &["do"]) {
            let word = self.tokens.list.skip_newlines(close + 1);
            let end = brackets.closing(self.tokens.list.skip_newlines(word + 1));
            return (open, end.unwrap_or(close));
        }
        let bracket = before.and_then(|before| brackets.opener(before));
        let word = bracket.and_then(|bracket| self.before(bracket));
        if self.is_word(word, &["for", "while"]) {
            return (bracket.unwrap_or(open), close);
        }
        (open, close)
    }

    /// `switch` runs once for each value of a list.
    fn switch(&self, bracket: usize, end: usize) -> BlockKind {
        let span = self.span(bracket, end);
        let value = self.tokens.list.text.get(span).unwrap_or_default();
        if value.contains(',') || value.contains("..") || value.contains("@(") {
            BlockKind::Loop
        } else {
            BlockKind::Branch
        }
    }

    fn kind(&mut self, open: usize, close: usize) -> BlockKind {
        let Some(before) = self.before(open) else {
            return BlockKind::Later;
        };
        if self.tokens.list.is(before, ')') {
            let Some(bracket) = self.tokens.brackets.opener(before) else {
                return BlockKind::Later;
            };
            let name = self.before(bracket);
            if let Some(name) = name.filter(|name| self.is_made(*name)) {
                return self.function(name, Some(bracket..before), open, close);
            }
            if self.is_word(name, &["for", "foreach", "while"]) {
                return BlockKind::Loop;
            }
            let is_switch = self.is_word(name, &["switch"])
                || name.is_some_and(|name| self.is_word(self.before(name), &["switch"]));
            return if is_switch {
                self.switch(bracket, before)
            } else if self.is_word(name, &["if", "elseif"]) {
                BlockKind::Branch
            } else {
                BlockKind::Later
            };
        }
        if self.tokens.list.is(before, ']') {
            let bracket = self
                .tokens
                .brackets
                .opener(before)
                .and_then(|at| self.before(at));
            return if self.is_word(bracket, &["catch"]) {
                BlockKind::Branch
            } else {
                BlockKind::Later
            };
        }
        if self.tokens.list.word(before).is_some() && self.is_made(before) {
            return self.function(before, None, open, close);
        }
        if self.is_word(Some(before), &["do", "process"]) {
            return BlockKind::Loop;
        }
        if self.is_word(Some(before), &BRANCHES) || self.tokens.list.is(before, '&') {
            return BlockKind::Branch;
        }
        BlockKind::Later
    }

    /// `function name`, `filter global:name`.
    pub(super) fn is_made(&self, name: usize) -> bool {
        let is_scoped = name >= 2 && self.tokens.list.is(name - 1, ':');
        let first = if is_scoped { name - 2 } else { name };
        self.is_word(self.before(first), &["function", "filter", "workflow"])
    }

    fn function(
        &mut self,
        name: usize,
        list: Option<Range<usize>>,
        open: usize,
        close: usize,
    ) -> BlockKind {
        let list = list.or_else(|| self.param_list(open + 1, close));
        let refuses_empty = list
            .clone()
            .is_some_and(|mut list| list.any(|at| self.refuses_empty(at)));
        let params = list.map(|list| self.params(&list)).unwrap_or_default();
        self.program.functions.push(Function {
            name: self.tokens.list.lower_word(name),
            params,
            defaults_at: self.span(open, close).start,
            refuses_empty,
        });
        BlockKind::Function(self.program.functions.len() - 1)
    }

    /// `Mandatory`, `ValidateNotNullOrEmpty` and other attributes by which a parameter refuses an
    /// empty value.
    fn refuses_empty(&self, at: usize) -> bool {
        let word = self.tokens.list.lower_word(at);
        word == "mandatory" || word.starts_with("validate")
    }

    /// `param( ... )` at the beginning of a block, behind attributes.
    pub(super) fn param_list(&self, first: usize, end: usize) -> Option<Range<usize>> {
        let mut at = self.tokens.list.skip_newlines(first);
        while self.tokens.list.is(at, '[') && at < end {
            at = self
                .tokens
                .list
                .skip_newlines(self.tokens.brackets.closing(at)? + 1);
        }
        if !self.is_word(Some(at), &["param"]) {
            return None;
        }
        let open = self.tokens.list.skip_newlines(at + 1);
        self.tokens.brackets.closing(open).map(|close| open..close)
    }

    pub(super) fn params(&mut self, list: &Range<usize>) -> Vec<(String, Option<Expr>)> {
        self.defaults.push(list.clone());
        let mut found = Vec::new();
        let mut at = list.start + 1;
        while at < list.end {
            let token = self.tokens.list.tokens[at];
            if let Some(name) = token.name() {
                let default = self.tokens.list.is(at + 1, '=').then(|| {
                    let (value, next) = self.tokens.primary_of(at + 2);
                    let next = self.tokens.list.skip_newlines(next);
                    if next == list.end || self.tokens.list.is(next, ',') {
                        value
                    } else {
                        Expr::Unknown
                    }
                });
                found.push((name.to_owned(), default));
                while at < list.end && !self.tokens.list.is(at, ',') {
                    at = self.tokens.brackets.closing(at).unwrap_or(at) + 1;
                }
            } else {
                at = self.tokens.brackets.closing(at).unwrap_or(at);
            }
            at += 1;
        }
        found
    }
}
