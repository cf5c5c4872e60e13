//! Blocks and functions of Python, by their indent, and of JavaScript, by their braces.

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
    /// Lists of parameters: what stands in them is no assignment.
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

    fn python(&mut self) {
        let lines = self.lines();
        for (index, (first, last, indent)) in lines.iter().enumerate() {
            let Some((colon, kind)) = self.header(*first, *last) else {
                continue;
            };
            let is_block = colon == *last;
            let inside = || {
                lines[index + 1..]
                    .iter()
                    .take_while(|(_, _, other)| is_block && other > indent)
            };
            // What stands behind the colon goes on to the end of the line.
            let rest = || {
                lines[index..]
                    .iter()
                    .take_while(|(start, ..)| self.line_start(*start) == self.line_start(*first))
            };
            let end = if is_block {
                inside().last()
            } else {
                rest().last()
            }
            .map_or(*last, |(_, last, _)| *last);
            self.add(*first, end, kind);
        }
        for at in 0..self.tokens.list.tokens.len() {
            let opener = self.tokens.brackets.opener(at);
            if self.tokens.is_word(at, &["lambda"]) {
                let mut end = at + 1;
                while self
                    .tokens
                    .list
                    .get(end)
                    .is_some_and(|t| !matches!(t.kind, Kind::Newline | Kind::Sym(')' | ']' | '}')))
                {
                    end = self.tokens.brackets.closing(end).unwrap_or(end) + 1;
                }
                self.add(at, end.max(at + 1) - 1, BlockKind::Later);
            } else if self.tokens.is_word(at, &["for"])
                && let Some(opener) = opener
            {
                let close = self.tokens.brackets.closing(opener).unwrap_or(at);
                self.add(opener, close, BlockKind::Loop);
            }
        }
    }

    fn line_start(&self, at: usize) -> usize {
        let start = self.tokens.span(at, at).start;
        self.tokens
            .list
            .text
            .get(..start)
            .and_then(|t| t.rfind('\n'))
            .map_or(0, |n| n + 1)
    }

    /// Statements: their first and last token, and how far they are indented.
    fn lines(&self) -> Vec<(usize, usize, usize)> {
        let (mut found, mut start, mut indent) = (Vec::new(), None, 0);
        let tokens = &self.tokens.list.tokens;
        let mut at = 0;
        while at <= tokens.len() {
            let ends = tokens
                .get(at)
                .is_none_or(|t| t.kind == Kind::Newline || t.is(';'));
            if ends {
                if let Some(first) = start.take() {
                    found.push((first, at - 1, indent));
                }
            } else if start.is_none() {
                let begins = self.line_start(at);
                let before = self
                    .tokens
                    .list
                    .text
                    .get(begins..tokens[at].span.start)
                    .unwrap_or_default();
                if before.trim().is_empty() {
                    indent = before.len();
                }
                start = Some(at);
            }
            at = self
                .tokens
                .brackets
                .closing(at)
                .filter(|_| !ends)
                .unwrap_or(at)
                + 1;
        }
        found
    }

    /// The colon of a statement that opens a block, and what kind of block that is.
    fn header(&mut self, first: usize, last: usize) -> Option<(usize, BlockKind)> {
        let at = if self.tokens.is_word(first, &["async"]) {
            first + 1
        } else {
            first
        };
        let word = self.tokens.list.word(at)?;
        let mut colon = at;
        while colon <= last && !self.is(colon, ':') {
            colon = self.tokens.brackets.closing(colon).unwrap_or(colon) + 1;
        }
        if colon > last {
            return None;
        }
        let kind = match word {
            "def" => {
                let list = Some(at + 2).filter(|open| self.is(*open, '('));
                let list = list.and_then(|open| Some(open..self.tokens.brackets.closing(open)?));
                // What a decorator makes of a function may call it again and again.
                let above = self.tokens.before(first).map(|end| self.line_start(end));
                let decorated = above.and_then(|start| self.tokens.list.text.get(start..));
                if decorated.is_some_and(|line| line.trim_start().starts_with('@')) {
                    self.found
                        .exported
                        .insert(self.tokens.list.source(at + 1).to_owned());
                }
                self.function(at + 1, list)
            }
            "for" | "while" => BlockKind::Loop,
            "if" | "elif" | "else" | "try" | "except" | "finally" | "with" | "class" => {
                BlockKind::Branch
            }
            "match" if colon == last => BlockKind::Branch,
            "case" if colon > at + 1 => BlockKind::Branch,
            _ => return None,
        };
        Some((colon, kind))
    }

    fn javascript(&mut self) {
        for at in 0..self.tokens.list.tokens.len() {
            if self.tokens.list.source(at) == "=>" {
                self.arrow(at);
            } else if self.tokens.is_word(at, &["function"]) {
                self.keyword_function(at);
            } else if self.is(at, '{') {
                self.brace(at);
            } else if self.tokens.is_word(at, &["for", "while", "if", "else"]) {
                self.without_brace(at);
            }
        }
    }

    /// `(a, b) => { ... }`, `a => value`.
    fn arrow(&mut self, at: usize) {
        let Some(before) = self.tokens.before(at) else {
            return;
        };
        let list = self
            .tokens
            .brackets
            .opener(before)
            .filter(|_| self.is(before, ')'))
            .map(|open| open..before);
        let first = list.as_ref().map_or(before, |list| list.start);
        let body = self.tokens.behind(at);
        let last = match self
            .tokens
            .brackets
            .closing(body)
            .filter(|_| self.is(body, '{'))
        {
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

    /// A function without a name of its own: `name = ...`, `name: ...`, called at once, or handed
    /// to somebody.
    fn named(&mut self, first: usize, last: usize, list: Option<Range<usize>>) -> BlockKind {
        let mut before = self.tokens.before(first);
        if before.is_some_and(|at| self.tokens.is_word(at, &["async"])) {
            before = before.and_then(|at| self.tokens.before(at));
        }
        let Some(before) = before else {
            return BlockKind::Later;
        };
        let name = before
            .checked_sub(1)
            .filter(|_| self.is(before, '=') || self.is(before, ':'));
        if let Some(name) = name.filter(|name| self.tokens.list.word(*name).is_some()) {
            let is_member = name > 0 && self.is(name - 1, '.');
            let kind = self.function(name, list);
            if is_member {
                self.found
                    .exported
                    .insert(self.tokens.list.source(name).to_owned());
            }
            return kind;
        }
        let close = self
            .tokens
            .brackets
            .closing(before)
            .filter(|_| self.is(before, '('));
        let at_once =
            close.is_some_and(|close| self.tokens.behind(last) == close && self.is(close + 1, '('));
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

    fn keyword_function(&mut self, at: usize) {
        let name = if self.is(at + 1, '*') { at + 2 } else { at + 1 };
        let has_name = self.tokens.list.word(name).is_some();
        let open = if has_name { name + 1 } else { name };
        let Some(close) = self
            .tokens
            .brackets
            .closing(open)
            .filter(|_| self.is(open, '('))
        else {
            return;
        };
        let Some(body) = (close..self.tokens.list.tokens.len()).find(|at| self.is(*at, '{')) else {
            return;
        };
        let Some(last) = self.tokens.brackets.closing(body) else {
            return;
        };
        if !has_name {
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
            self.found
                .exported
                .insert(self.tokens.list.source(name).to_owned());
        }
        let kind = self.function(name, Some(open..close));
        self.add(at, last, kind);
    }

    /// A brace by what stands before it: a block, a method, or an object.
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
                _ => self.function(word, Some(bracket..before)),
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
        let first = if matches!(kind, BlockKind::Loop) {
            self.tokens.brackets.opener(before).unwrap_or(open)
        } else {
            open
        };
        self.add(first, close, kind);
    }

    /// `if (...) statement`, `while (...) statement`: up to the end of that statement.
    fn without_brace(&mut self, at: usize) {
        let is_member = at > 0 && self.is(at - 1, '.');
        let is_else = self.tokens.is_word(at, &["else"]);
        let open = if self.tokens.is_word(at + 1, &["await"]) {
            at + 2
        } else {
            at + 1
        };
        let close = self
            .tokens
            .brackets
            .closing(open)
            .filter(|_| self.is(open, '('));
        let last = if is_else { Some(at) } else { close };
        let Some(last) = last.filter(|_| !is_member) else {
            return;
        };
        let body = self.tokens.behind(last);
        if self.is(body, '{') || self.tokens.is_word(body, &["if"]) {
            return;
        }
        let mut end = self.end_of_expression(body);
        while self.is(end + 1, ',') {
            end = self.end_of_expression(end + 2);
        }
        let is_loop = self.tokens.is_word(at, &["for", "while"]);
        self.add(
            at,
            end,
            if is_loop {
                BlockKind::Loop
            } else {
                BlockKind::Branch
            },
        );
    }
}
