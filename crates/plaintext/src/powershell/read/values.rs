//! Values of PowerShell and where they end: texts, sums of texts, lists, secure strings. Which name
//! gets one is in the parent.

use super::{Place, PowershellValues};
use crate::bindings::{Meaning, Value};
use crate::token::{Kind, Part};
use std::ops::Range;
use zeroize::Zeroizing;

impl PowershellValues<'_> {
    /// A value and the place behind it.
    pub(super) fn value(&self, at: usize, place: Place) -> (Value, usize) {
        let (mut value, mut next) = self.primary(at, 0);
        let mut parts = parts_of(&value.meaning);
        let mut is_sum = false;
        while self.list.is(next, '+') {
            let (more, after) = self.primary(self.list.skip_newlines(next + 1), 0);
            parts = parts.zip(parts_of(&more.meaning)).map(|(mut all, more)| {
                all.extend(more);
                all
            });
            value.span.end = more.span.end;
            is_sum = true;
            next = after;
        }
        if is_sum {
            value.meaning = parts.as_deref().map_or(Meaning::Computed, Meaning::of);
        }
        if place != Place::Argument && self.list.is(next, ',') && parts.is_some() {
            return self.list(value, next);
        }
        if self.list.is(next, '|') && self.list.is_word(next + 1, "ConvertTo-SecureString") {
            let end = self.to_terminator(next + 2);
            if !(next..end).any(|at| self.says_plain(at)) {
                value.meaning = Meaning::Computed;
            }
            next = end;
        }
        (value, next)
    }

    /// `"a", "b"`: one text with blanks, as in a scope. Only a list of texts is known.
    fn list(&self, first: Value, mut next: usize) -> (Value, usize) {
        let mut span = first.span.clone();
        let mut all = vec![first];
        while self.list.is(next, ',') {
            let (more, after) = self.primary(self.list.skip_newlines(next + 1), 0);
            span.end = more.span.end;
            next = after;
            all.push(more);
        }
        let texts: Option<Vec<&str>> = all
            .iter()
            .map(|value| match &value.meaning {
                Meaning::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        let meaning = texts.map_or(Meaning::Computed, |texts| {
            Meaning::List(Zeroizing::new(texts.join(" ")))
        });
        (Value { span, meaning }, next)
    }

    pub(super) fn primary(&self, at: usize, depth: usize) -> (Value, usize) {
        let Some(token) = self.list.get(at) else {
            return (
                Value::computed(self.list.text.len()..self.list.text.len()),
                at,
            );
        };
        let span = token.span.clone();
        let (value, next) = match token.kind {
            Kind::Str | Kind::Var => (
                Value {
                    span,
                    meaning: Meaning::of(&token.parts),
                },
                at + 1,
            ),
            // `(value)`, and `@(value, value)` as a list.
            Kind::Sym('(') if depth < 8 => self.group(at, span, at + 1, depth),
            Kind::Sym('@') if self.list.is(at + 1, '(') && depth < 8 => {
                self.group(at, span, at + 2, depth)
            }
            // `[uri]::EscapeDataString("...")`: Entra reads what it makes back as the text.
            Kind::Sym('[') if self.encoded(at).is_some() && depth < 8 => {
                let inside = self.encoded(at).unwrap_or(at);
                self.group(inside, span, inside + 1, depth)
            }
            // A cast: `[string]"..."`.
            Kind::Sym('[')
                if self.list.is(at + 2, ']') && !self.list.is(at + 3, ':') && depth < 8 =>
            {
                self.primary(at + 3, depth + 1)
            }
            Kind::Word if self.list.is_word(at, "ConvertTo-SecureString") => {
                self.secure(at + 1, span)
            }
            _ => (
                Value::computed(span),
                self.to_terminator(at + 1).max(at + 1),
            ),
        };
        // A method, a member or an index makes another value of it.
        let continues = self.list.adjacent(next)
            && (self.list.is(next, '[')
                || self.list.is(next, ':')
                || self.list.word(next).is_some_and(|w| w.starts_with('.')));
        if continues {
            return (value.made_of(), self.to_terminator(next));
        }
        (value, next)
    }

    /// The bracket behind a method that only encodes.
    fn encoded(&self, at: usize) -> Option<usize> {
        let method = at + 5;
        let is_method = self.list.is(at + 2, ']')
            && self.list.is(at + 3, ':')
            && self.list.is(at + 4, ':')
            && (self.list.is_word(method, "UrlEncode")
                || self.list.is_word(method, "EscapeDataString"));
        (is_method && self.list.is(method + 1, '(')).then_some(method + 1)
    }

    fn group(&self, at: usize, span: Range<usize>, inside: usize, depth: usize) -> (Value, usize) {
        if depth >= 4 {
            return (Value::computed(span), self.closing(at));
        }
        let start = self.list.skip_newlines(inside);
        let (value, next) = match self.list.get(start) {
            Some(t) if t.is('(') || t.is('[') => self.primary(start, depth + 1),
            _ => self.value(start, Place::Assigned),
        };
        let close = self.list.skip_newlines(next);
        match self.list.get(close) {
            Some(token) if token.is(')') => (value, close + 1),
            _ => (Value::computed(span), self.closing(at)),
        }
    }

    /// `-AsPlainText`, which may be shortened. Without it the text is an encrypted one.
    fn says_plain(&self, at: usize) -> bool {
        self.list
            .word(at)
            .is_some_and(|w| w.len() >= 3 && "-asplaintext".starts_with(&w.to_ascii_lowercase()))
    }

    /// `ConvertTo-SecureString "..." -AsPlainText -Force`, in any order.
    fn secure(&self, mut at: usize, command: Range<usize>) -> (Value, usize) {
        let mut found = None;
        let mut is_plain = false;
        while let Some(token) = self.list.get(at) {
            match token.kind {
                Kind::Newline | Kind::Sym(')' | '}' | ';' | '|' | ',') => break,
                Kind::Word | Kind::Sym(':') => {
                    is_plain |= self.says_plain(at);
                    at += 1;
                }
                _ => {
                    let (value, next) = self.primary_or_sum(at);
                    found = found.or(Some(value));
                    at = next.max(at + 1);
                }
            }
        }
        match found {
            Some(value) if is_plain => (value, at),
            _ => (Value::computed(command), at),
        }
    }

    fn primary_or_sum(&self, at: usize) -> (Value, usize) {
        if self.list.is(at, '$') {
            (self.primary(at, 8).0, self.to_terminator(at + 1))
        } else {
            self.primary(at, 1)
        }
    }

    /// The place behind the bracket that closes what this token opens.
    fn closing(&self, at: usize) -> usize {
        let close = self.brackets.closing(at);
        close.map_or(self.list.tokens.len(), |close| close + 1)
    }

    fn to_terminator(&self, at: usize) -> usize {
        self.ends.get(at).copied().unwrap_or(self.list.tokens.len())
    }
}

fn parts_of(meaning: &Meaning) -> Option<Vec<Part>> {
    match meaning {
        Meaning::Text(text) => Some(vec![Part::Text(text.clone())]),
        Meaning::Name(name) => Some(vec![Part::Name(name.clone())]),
        Meaning::Mixed(parts) => Some(parts.clone()),
        Meaning::List(_) | Meaning::Computed | Meaning::Encoded | Meaning::Added => None,
    }
}
