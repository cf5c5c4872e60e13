//! Values of Python and JavaScript, and the arguments of their calls, as far as a token request
//! needs them.

use crate::brackets::Brackets;
use crate::list::List;
use crate::proof::expr::{Argument, Expr};
use crate::token::{Kind, Token};
use std::ops::Range;

/// Nobody writes deeper nesting.
const DEEPEST: usize = 20;

/// What makes a form of a dictionary, or leaves it one.
const FORMS: [&str; 3] = ["urlencode", "URLSearchParams", "stringify"];

/// What encodes a text for a form.
const ENCODERS: [&str; 3] = ["quote", "quote_plus", "encodeURIComponent"];

pub(crate) struct ScriptTokens<'t> {
    pub(crate) list: List<'t>,
    pub(crate) brackets: Brackets,
    pub(crate) is_python: bool,
}

impl<'t> ScriptTokens<'t> {
    pub(crate) fn of(tokens: &'t [Token], text: &'t str, is_python: bool) -> Self {
        let list = List::of(tokens, text);
        let brackets = Brackets::of(&list.tokens);
        Self {
            list,
            brackets,
            is_python,
        }
    }

    pub(crate) fn is_word(&self, at: usize, words: &[&str]) -> bool {
        self.list.word(at).is_some_and(|word| words.contains(&word))
    }

    /// The bytes from the first to the last of these tokens.
    pub(crate) fn span(&self, first: usize, last: usize) -> Range<usize> {
        let tokens = &self.list.tokens;
        let end = tokens
            .get(last)
            .map_or(self.list.text.len(), |t| t.span.end);
        tokens.get(first).map_or(end, |t| t.span.start)..end
    }

    /// Where the bracket of this sign closes, if it opens at this token.
    pub(crate) fn closing(&self, open: usize, sign: char) -> Option<usize> {
        if self.list.is(open, sign) {
            self.brackets.closing(open)
        } else {
            None
        }
    }

    /// Where the bracket of this sign opens, if it closes at this token.
    pub(crate) fn opening(&self, close: usize, sign: char) -> Option<usize> {
        if self.list.is(close, sign) {
            self.brackets.opener(close)
        } else {
            None
        }
    }

    /// The first token that does not begin before this byte.
    pub(crate) fn at_byte(&self, byte: usize) -> usize {
        self.list.tokens.partition_point(|t| t.span.start < byte)
    }

    pub(crate) fn before(&self, at: usize) -> Option<usize> {
        (0..at)
            .rev()
            .find(|before| self.list.tokens[*before].kind != Kind::Newline)
    }

    pub(crate) fn behind(&self, at: usize) -> usize {
        self.list.skip_newlines(at + 1)
    }

    /// A value and the place behind it.
    pub(crate) fn value(&self, at: usize, in_brackets: bool, depth: usize) -> (Expr, usize) {
        if depth > DEEPEST {
            return (Expr::Unknown, at + 1);
        }
        let first = self.skipped(at, in_brackets);
        let (mut value, mut next) = self.operand(first, in_brackets, depth);
        loop {
            let here = self.skipped(next, in_brackets);
            // Python joins strings that are side by side.
            let is_side = self.is_python
                && self.list.get(here).is_some_and(|t| t.kind == Kind::Str)
                && here > at;
            let more_at = if self.list.is(here, '+') {
                self.list.skip_newlines(here + 1)
            } else if is_side {
                here
            } else {
                return (value, next);
            };
            let (more, after) = self.operand(more_at, in_brackets, depth + 1);
            value = value.joined(more);
            next = after;
        }
    }

    /// In brackets a line end means nothing.
    fn skipped(&self, at: usize, in_brackets: bool) -> usize {
        if in_brackets {
            self.list.skip_newlines(at)
        } else {
            at
        }
    }

    /// A value that ends here for certain.
    pub(crate) fn whole(&self, at: usize, in_brackets: bool) -> (Expr, usize) {
        let (value, next) = self.value(at, in_brackets, 0);
        let end = self.skipped(next, in_brackets);
        let ends = self.list.get(end).is_none_or(|t| match t.kind {
            // A call may go on below with a dot, and a sum in JavaScript with its sign.
            Kind::Newline => {
                let below = self.list.skip_newlines(end);
                self.is_python
                    || !self
                        .list
                        .get(below)
                        .is_some_and(|t| matches!(t.kind, Kind::Sym('.' | '+' | '?' | '|' | '&')))
            }
            Kind::Sym(c) => matches!(c, ',' | ')' | ']' | '}' | ';'),
            _ => false,
        });
        (if ends { value } else { Expr::Unknown }, next)
    }

    fn operand(&self, at: usize, in_brackets: bool, depth: usize) -> (Expr, usize) {
        let Some(token) = self.list.get(at) else {
            return (Expr::Unknown, at + 1);
        };
        if depth > DEEPEST {
            return (Expr::Unknown, at + 1);
        }
        let close = self.brackets.closing(at);
        let (value, next) = match (token.kind, close) {
            (Kind::Str, _) => (Expr::of(&token.parts), at + 1),
            (Kind::Word, _) if self.is_word(at, &["new", "await"]) => {
                return self.operand(at + 1, in_brackets, depth + 1);
            }
            (Kind::Word, _) => (Expr::Name(self.list.source(at).to_owned()), at + 1),
            (Kind::Sym('{'), Some(close)) => (self.table(at, close, depth), close + 1),
            (Kind::Sym('['), Some(close)) => (self.sequence(at, close, depth), close + 1),
            (Kind::Sym('('), Some(close)) => {
                let (value, next) = self.value(at + 1, true, depth + 1);
                let is_one = self.list.skip_newlines(next) == close;
                (if is_one { value } else { Expr::Unknown }, close + 1)
            }
            (_, Some(close)) => (Expr::Unknown, close + 1),
            _ => (Expr::Unknown, at + 1),
        };
        self.members(value, next, in_brackets, depth)
    }

    /// What is behind a value: members, keys, calls.
    fn members(
        &self,
        mut value: Expr,
        mut at: usize,
        in_brackets: bool,
        depth: usize,
    ) -> (Expr, usize) {
        loop {
            let below = self.list.skip_newlines(at);
            if self.list.is(at, '.') || self.list.is(below, '.') && (in_brackets || !self.is_python)
            {
                let dot = if self.list.is(at, '.') { at } else { below };
                let name = self.list.skip_newlines(dot + 1);
                let word = self.list.word(name).unwrap_or_default();
                // As a text or as bytes the form is the same.
                if ["toString", "encode"].contains(&word) && self.list.is(name + 1, '(') {
                    at = self.brackets.closing(name + 1).unwrap_or(name) + 1;
                    continue;
                }
                value = value.into_member(word.to_owned());
                at = name + 1;
            } else if self.list.is(at, '[') {
                let close = self.brackets.closing(at).unwrap_or(at);
                value = match self.list.text_at(at + 1) {
                    Some(key) if close == at + 2 => value.into_member(key),
                    _ => Expr::Unknown,
                };
                at = close + 1;
            } else if self.list.is(at, '(') {
                let close = self.brackets.closing(at).unwrap_or(at);
                let is_json = matches!(&value, Expr::Member(base, _) if matches!(&**base, Expr::Name(name) if name == "JSON"));
                value = if is_json {
                    Expr::Unknown
                } else {
                    let name = self.list.word(at - 1).unwrap_or_default();
                    made(name, self.arguments(at, depth))
                };
                at = close + 1;
            } else {
                return (value, at);
            }
        }
    }

    /// The arguments in a pair of brackets; `None` if one is spread.
    pub(crate) fn arguments(&self, open: usize, depth: usize) -> Option<Vec<Argument>> {
        if depth > DEEPEST {
            return None;
        }
        let close = self.brackets.closing(open)?;
        let mut found = Vec::new();
        let mut at = self.list.skip_newlines(open + 1);
        while at < close {
            if self.list.is(at, '*') || self.list.is(at, '.') {
                return None;
            }
            let is_named =
                self.is_python && self.list.word(at).is_some() && self.list.is(at + 1, '=');
            let name = is_named.then(|| self.list.source(at).to_owned());
            let start = if is_named { at + 2 } else { at };
            let (value, next) = self.value(start, true, depth + 1);
            let end = self.list.skip_newlines(next);
            let is_whole = end == close || self.list.is(end, ',');
            found.push(Argument {
                name,
                value: if is_whole { value } else { Expr::Unknown },
            });
            at = self.next_item(next.max(start + 1).min(close), close);
        }
        Some(found)
    }

    /// Behind the next comma of this pair of brackets.
    fn next_item(&self, mut at: usize, close: usize) -> usize {
        while at < close && !self.list.is(at, ',') {
            at = self.brackets.closing(at).unwrap_or(at) + 1;
        }
        self.list.skip_newlines(at + 1).min(close)
    }

    fn table(&self, open: usize, close: usize, depth: usize) -> Expr {
        let mut entries = Vec::new();
        let mut at = self.list.skip_newlines(open + 1);
        while at < close {
            let key = match self.list.word(at) {
                Some(word) if !self.is_python => Some(word.to_owned()),
                _ => self.list.text_at(at),
            };
            let Some(key) = key else { return Expr::Unknown };
            let colon = self.list.skip_newlines(at + 1);
            if self.list.is(colon, ':') {
                let (value, next) = self.value(colon + 1, true, depth + 1);
                let end = self.list.skip_newlines(next);
                let is_whole = end == close || self.list.is(end, ',');
                entries.push((key, if is_whole { value } else { Expr::Unknown }));
                at = self.next_item(next.max(colon + 1).min(close), close);
            } else if !self.is_python && (colon == close || self.list.is(colon, ',')) {
                // `{ name }` is short for `{ name: name }`.
                entries.push((key.clone(), Expr::Name(key)));
                at = self.next_item(colon, close);
            } else {
                return Expr::Unknown;
            }
        }
        Expr::Map(entries)
    }

    fn sequence(&self, open: usize, close: usize, depth: usize) -> Expr {
        match self.arguments(open, depth + 1) {
            Some(all) if self.brackets.closing(open) == Some(close) => {
                Expr::List(all.into_iter().map(|item| item.value).collect())
            }
            _ => Expr::Unknown,
        }
    }
}

/// What a call makes, as far as it is known by its name.
fn made(name: &str, arguments: Option<Vec<Argument>>) -> Expr {
    let Some(arguments) = arguments else {
        return Expr::Unknown;
    };
    if name == "dict" && arguments.iter().all(|a| a.name.is_some()) {
        let named = arguments.into_iter();
        return Expr::Map(
            named
                .map(|a| (a.name.unwrap_or_default(), a.value))
                .collect(),
        );
    }
    let is_form = FORMS.contains(&name);
    if !is_form && !ENCODERS.contains(&name) {
        return Expr::Made(name.to_owned(), arguments);
    }
    match arguments.into_iter().next() {
        Some(argument) if is_form => argument.value,
        Some(argument) => Expr::Encoded(Box::new(argument.value)),
        None if is_form => Expr::Map(Vec::new()),
        None => Expr::Unknown,
    }
}
