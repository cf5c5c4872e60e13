//! What a value of Python or JavaScript is: a string, a sum of strings, a name, a list; and where
//! it ends.

use super::ScriptValues;
use crate::bindings::{Meaning, Value};
use crate::token::{Kind, Part, literal};
use std::ops::Range;
use zeroize::Zeroizing;

impl ScriptValues<'_> {
    /// A value that really ends where it seems to.
    pub(super) fn checked(&self, at: usize) -> Value {
        let (value, next) = self.value(at);
        let ends = self.list.get(next).is_none_or(|t| match t.kind {
            Kind::Newline => {
                let below = self.list.skip_newlines(next);
                !['.', '+', '?', '|']
                    .iter()
                    .any(|sign| self.list.is(below, *sign))
            }
            Kind::Sym(c) => matches!(c, ',' | ')' | '}' | ']' | ';'),
            // `"..." as string`, `"..." if x else y`.
            _ => false,
        });
        if ends { value } else { value.made_of() }
    }

    /// A string, a sum of strings, a name, a list of strings, or something else; and the place
    /// behind it.
    pub(super) fn value(&self, at: usize) -> (Value, usize) {
        if self.list.is(at, '[') {
            return self.list_of(at);
        }
        if self.list.is(at, '(') {
            let (value, next) = self.sum(self.list.skip_newlines(at + 1));
            let close = self.list.skip_newlines(next);
            let known = self.list.is(close, ')');
            return (if known { value } else { value.made_of() }, close + 1);
        }
        self.sum(at)
    }

    fn sum(&self, at: usize) -> (Value, usize) {
        let Some((first, mut parts)) = self.operand(at) else {
            return (self.computed(at), at + 1);
        };
        let mut span = first;
        let mut next = at + 1;
        while let Some(more_at) = self.next_of_sum(next) {
            let Some((more, pieces)) = self.operand(more_at) else {
                return (self.computed(at), more_at);
            };
            span.end = more.end;
            parts.extend(pieces);
            next = more_at + 1;
        }
        (
            Value {
                span,
                meaning: Meaning::of(&parts),
            },
            next,
        )
    }

    /// Where the next part of a sum is: Python joins strings that are side by side, and in brackets
    /// a new line is no end.
    fn next_of_sum(&self, next: usize) -> Option<usize> {
        if self.list.get(next).is_some_and(|t| t.kind == Kind::Str) {
            return Some(next);
        }
        let after = self.list.skip_newlines(next);
        if self.list.is(after, '+') {
            return Some(self.list.skip_newlines(after + 1));
        }
        self.joined_below(next)
    }

    /// A string that begins the next line, directly below a string: joined in brackets, and nothing
    /// else elsewhere.
    fn joined_below(&self, next: usize) -> Option<usize> {
        let below = self.list.skip_newlines(next);
        let is_string = below > next && self.list.get(below).is_some_and(|t| t.kind == Kind::Str);
        let is_key = self.list.is(below + 1, ':') || self.list.is(below + 1, ']');
        (is_string && !is_key).then_some(below)
    }

    fn operand(&self, at: usize) -> Option<(Range<usize>, Vec<Part>)> {
        let token = self.list.get(at)?;
        let parts = match token.kind {
            Kind::Str if self.list.is(at + 1, '.') || self.list.is(at + 1, '%') => return None,
            Kind::Str => token.parts.clone(),
            Kind::Word
                if self.list.is(at + 1, '.')
                    || self.list.is(at + 1, '(')
                    || self.list.is(at + 1, '[') =>
            {
                return None;
            }
            Kind::Word => vec![Part::Name(self.list.word(at)?.to_owned())],
            _ => return None,
        };
        Some((token.span.clone(), parts))
    }

    fn computed(&self, at: usize) -> Value {
        let span = self
            .list
            .get(at)
            .map_or(self.list.text.len()..self.list.text.len(), |t| {
                t.span.clone()
            });
        Value::computed(span)
    }

    /// `["a", "b"]`: one text with blanks, as scopes are written.
    fn list_of(&self, open: usize) -> (Value, usize) {
        let mut texts = Vec::new();
        let mut at = self.list.skip_newlines(open + 1);
        let start = self.list.get(open).map_or(0, |t| t.span.start);
        while let Some(token) = self.list.get(at) {
            let text = (token.kind == Kind::Str)
                .then(|| literal(&token.parts))
                .flatten();
            match (token.kind, text) {
                (Kind::Sym(']'), _) => {
                    let joined = texts
                        .iter()
                        .map(|t: &Zeroizing<String>| t.as_str())
                        .collect::<Vec<_>>()
                        .join(" ");
                    let meaning = Meaning::List(Zeroizing::new(joined));
                    return (
                        Value {
                            span: start..token.span.end,
                            meaning,
                        },
                        at + 1,
                    );
                }
                (_, Some(text)) => texts.push(text),
                (Kind::Sym(','), _) => {}
                _ => break,
            }
            at = self.list.skip_newlines(at + 1);
        }
        (self.computed(open), at)
    }
}
