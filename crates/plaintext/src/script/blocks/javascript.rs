//! Blocks of JavaScript, by their braces.

use super::BlockReader;
use crate::proof::program::BlockKind;
use crate::token::Kind;
use std::ops::Range;

/// In tokens. Between the parameters of a function and its body is at most a type.
const LONGEST_TYPE: usize = 100;

impl BlockReader<'_> {
    pub(super) fn javascript(&mut self) {
        for at in 0..self.tokens.list.tokens.len() {
            if self.is_done() {
                return;
            }
            if self.tokens.list.source(at) == "=>" {
                self.arrow(at);
            } else if self.tokens.is_word(at, &["function"]) {
                self.keyword_function(at);
            } else if self.is(at, '{') {
                self.brace(at);
            } else if self
                .tokens
                .is_word(at, &["for", "while", "if", "else", "do"])
            {
                self.without_brace(at);
            } else if self.is(at, ']') && self.is(at + 1, '(') {
                // `handlers[name]()` may call any member of an object.
                self.found.calls_by_name = true;
            }
        }
    }

    /// `(a, b) => { ... }`, `a => value`.
    fn arrow(&mut self, at: usize) {
        let Some(before) = self.tokens.before(at) else {
            return;
        };
        let list = self.tokens.opening(before, ')').map(|open| open..before);
        let first = list.as_ref().map_or(before, |list| list.start);
        let body = self.tokens.behind(at);
        let last = match self.tokens.closing(body, '{') {
            Some(close) => close,
            None => self.end_of_expression(body),
        };
        let one = self.tokens.list.word(before).map(str::to_owned);
        let kind = self.named(first, last, list);
        if let (BlockKind::Function(index), Some(name)) = (kind, one) {
            self.found.functions[index].params = vec![(name, None)];
        }
        self.add(first, last, kind);
    }

    /// The last token of an expression; a call may go on below with a dot.
    fn end_of_expression(&self, first: usize) -> usize {
        let mut at = first;
        while let Some(token) = self.tokens.list.get(at) {
            let ends = match token.kind {
                Kind::Newline => !self.is(self.tokens.list.skip_newlines(at), '.'),
                Kind::Sym(c) => matches!(c, ',' | ')' | ']' | '}' | ';'),
                _ => false,
            };
            if ends {
                break;
            }
            at = self.tokens.brackets.closing(at).unwrap_or(at) + 1;
        }
        at.max(first + 1) - 1
    }

    /// A function without a name of its own: `name = ...`, `name: ...`, called at once, or an
    /// argument of another call.
    fn named(&mut self, first: usize, last: usize, list: Option<Range<usize>>) -> BlockKind {
        let Some(before) = self.before_async(first) else {
            return BlockKind::Later;
        };
        let has_name = before > 0
            && (self.is(before, '=') || self.is(before, ':'))
            && self.tokens.list.word(before - 1).is_some();
        if has_name {
            let name = before - 1;
            let kind = self.function(name, list);
            if name > 0 && self.is(name - 1, '.') {
                self.export(name);
            }
            if self.is(before, ':') {
                self.add_member(name);
            }
            return kind;
        }
        let at_once = self.is_called_at_once(first, last);
        // What its parameters are given is not looked for.
        let has_params = list.as_ref().is_some_and(|list| list.end > list.start + 1);
        if let Some(list) = list {
            self.found.params.push(list);
        }
        if at_once && !has_params {
            BlockKind::Branch
        } else {
            BlockKind::Later
        }
    }

    /// `(function () { ... })()`, `(function () { ... }())`.
    fn is_called_at_once(&self, first: usize, last: usize) -> bool {
        let open = self.before_async(first);
        let Some(close) = open.and_then(|open| self.tokens.closing(open, '(')) else {
            return false;
        };
        let behind = self.tokens.behind(last);
        if behind == close {
            return self.is(close + 1, '(');
        }
        let end = self.tokens.closing(behind, '(');
        end.is_some_and(|end| self.tokens.behind(end) == close)
    }

    /// The token before a function, and before the word that makes it an asynchronous one.
    fn before_async(&self, first: usize) -> Option<usize> {
        let before = self.tokens.before(first)?;
        if self.tokens.is_word(before, &["async"]) {
            self.tokens.before(before)
        } else {
            Some(before)
        }
    }

    fn keyword_function(&mut self, at: usize) {
        let name = if self.is(at + 1, '*') { at + 2 } else { at + 1 };
        let has_name = self.tokens.list.word(name).is_some();
        let open = if has_name { name + 1 } else { name };
        let Some(close) = self.tokens.closing(open, '(') else {
            return;
        };
        let Some(body) = (close..close + LONGEST_TYPE).find(|at| self.is(*at, '{')) else {
            return;
        };
        let Some(last) = self.tokens.brackets.closing(body) else {
            return;
        };
        // `(async function main() { ... })()`: its name is known inside of it only.
        let is_expression = has_name && self.is_called_at_once(at, last);
        let list = &self.tokens.list;
        let stays_inside =
            is_expression && !(body..last).any(|at| list.word(at) == list.word(name));
        if !has_name || stays_inside {
            let kind = self.named(at, last, Some(open..close));
            return self.add(at, last, kind);
        }
        let before = self.tokens.before(at).map(|b| {
            if self.tokens.is_word(b, &["async"]) {
                b.saturating_sub(1)
            } else {
                b
            }
        });
        if before.is_some_and(|b| self.tokens.is_word(b, &["export", "default"])) {
            self.export(name);
        }
        let kind = self.function(name, Some(open..close));
        self.add(at, last, kind);
    }

    /// A brace by what is before it: a block, a method, or an object.
    fn brace(&mut self, open: usize) {
        let (Some(before), Some(close)) =
            (self.tokens.before(open), self.tokens.brackets.closing(open))
        else {
            return;
        };
        let kind = if self.is(before, ')') {
            let Some(bracket) = self.tokens.brackets.opener(before) else {
                return;
            };
            let Some(word) = bracket
                .checked_sub(1)
                .filter(|at| self.tokens.list.word(*at).is_some())
            else {
                return;
            };
            match self.tokens.list.source(word) {
                "if" | "switch" | "catch" | "with" => BlockKind::Branch,
                "for" | "while" | "await" => BlockKind::Loop,
                "function" => return,
                _ if word > 0
                    && (self.tokens.is_word(word - 1, &["function"]) || self.is(word - 1, '*')) =>
                {
                    return;
                }
                // A method; or a call with a block behind it, which is no JavaScript.
                _ => {
                    self.add_member(word);
                    self.function(word, Some(bracket..before))
                }
            }
        } else if self
            .tokens
            .is_word(before, &["else", "try", "finally", "catch"])
        {
            BlockKind::Branch
        } else if self.tokens.is_word(before, &["do"]) {
            BlockKind::Loop
        } else {
            return;
        };
        // With its condition.
        let first = if matches!(kind, BlockKind::Loop) && self.is(before, ')') {
            self.tokens.brackets.opener(before).unwrap_or(open)
        } else {
            open
        };
        self.add(first, close, kind);
    }

    /// `if (...) statement`, `do statement`: up to the end of that statement.
    fn without_brace(&mut self, at: usize) {
        if at > 0 && self.is(at - 1, '.') {
            return;
        }
        let open = if self.tokens.is_word(at + 1, &["await"]) {
            at + 2
        } else {
            at + 1
        };
        let header = if self.tokens.is_word(at, &["else", "do"]) {
            Some(at)
        } else {
            self.tokens.closing(open, '(')
        };
        let Some(header) = header else { return };
        let body = self.tokens.behind(header);
        if self.is(body, '{') || self.tokens.is_word(body, &["if"]) {
            return;
        }
        let mut end = self.end_of_expression(body);
        while self.is(end + 1, ',') {
            end = self.end_of_expression(end + 2);
        }
        let kind = if self.tokens.is_word(at, &["for", "while", "do"]) {
            BlockKind::Loop
        } else {
            BlockKind::Branch
        };
        self.add(at, end, kind);
    }
}
