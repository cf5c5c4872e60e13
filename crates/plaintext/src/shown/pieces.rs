//! What of one line is hidden. A line that speaks of a secret shows nothing but names and what is
//! known to be harmless; another one hides what looks like a secret.

use super::harmless::{Harmless, is_name, looks_secret};
use std::ops::Range;

pub(super) const QUOTES: [char; 3] = ['"', '\'', '`'];

/// What separates words outside of quotation marks.
const BETWEEN: &str = "()[]{},;<>|&";

/// Behind these a name may begin.
const OPENERS: &str = "({[,;@&|";

/// Commands behind which a name may begin.
const DECLARERS: [&str; 9] = [
    "const", "declare", "env", "export", "let", "local", "readonly", "set", "var",
];

/// A word, or what is in quotation marks.
struct Piece {
    range: Range<usize>,
    is_quoted: bool,
}

/// A line without its end.
pub(super) struct Line<'m> {
    pub(super) text: &'m str,
    pub(super) harmless: &'m Harmless<'m>,
    /// It speaks of a secret, or the file holds one that is not found.
    pub(super) is_strict: bool,
    /// A value may have blanks in it without quotation marks.
    pub(super) is_setting: bool,
}

impl Line<'_> {
    /// The places that may be a secret. `is_code` says of a place whether a name is all that it
    /// can be.
    pub(super) fn hidden(&self, is_code: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
        let mut hidden = Vec::new();
        for piece in pieces(self.text) {
            match (piece.is_quoted, self.is_strict) {
                (false, _) if is_code(piece.range.start) => hidden.extend(self.number(&piece)),
                (true, true) => hidden.extend(self.quoted(&piece)),
                (false, true) => {
                    let Some(value) = self.bare(&piece) else {
                        continue;
                    };
                    if self.is_setting {
                        hidden.push(value.start..self.text.len());
                        break;
                    }
                    hidden.push(value);
                }
                (_, false) => hidden.extend(self.looking_secret(&piece)),
            }
        }
        hidden
    }

    fn source(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// A number of code is a secret only where the line speaks of one.
    fn number(&self, piece: &Piece) -> Option<Range<usize>> {
        let text = self.source(&piece.range);
        let is_long = text.len() > 3 && text.bytes().all(|b| b.is_ascii_digit());
        (self.is_strict && is_long).then(|| piece.range.clone())
    }

    /// What is in quotation marks, as a whole, unless each word of it is harmless.
    fn quoted(&self, piece: &Piece) -> Vec<Range<usize>> {
        let text = self.source(&piece.range);
        let words = || text.split_whitespace();
        if self.is_key(piece)
            || self.harmless.is_public(text)
            || words().all(|word| self.harmless.has(word))
        {
            return Vec::new();
        }
        let mut at = piece.range.start;
        let mut values = Vec::new();
        for pair in text.split('&') {
            let end = at + pair.len();
            let Some(name) = name_of(pair).filter(|name| self.harmless.has(name)) else {
                return vec![piece.range.clone()];
            };
            let value = at + name.len() + 1..end;
            if !self.harmless.has(self.source(&value)) {
                values.push(value);
            }
            at = end + 1;
        }
        values
    }

    /// A word outside of quotation marks: the value behind its name, or all of it.
    fn bare(&self, piece: &Piece) -> Option<Range<usize>> {
        let text = self.source(&piece.range);
        let begins = self.begins(piece);
        let name =
            name_of(text).filter(|name| begins || name.starts_with('-') || self.harmless.has(name));
        let value = match name {
            Some(name) => piece.range.start + name.len() + 1..piece.range.end,
            None if begins && is_name(text) && self.gets_value(piece.range.end) => return None,
            None => piece.range.clone(),
        };
        (!self.harmless.has(self.source(&value))).then_some(value)
    }

    /// The words that look like a secret.
    fn looking_secret(&self, piece: &Piece) -> Vec<Range<usize>> {
        let mut at = piece.range.start;
        let mut hidden = Vec::new();
        for part in self
            .source(&piece.range)
            .split_inclusive(char::is_whitespace)
        {
            let word = part.trim_end();
            let name = name_of(word).map_or(0, |name| name.len() + 1);
            let value = at + name..at + word.len();
            let shown = self.source(&value);
            if looks_secret(shown) && !self.harmless.has(shown) {
                hidden.push(value);
            }
            at += part.len();
        }
        hidden
    }

    /// True where a name may begin: at the start of a statement or of an entry.
    fn begins(&self, piece: &Piece) -> bool {
        let before = self.text.get(..piece.range.start).unwrap_or_default();
        let before = before.trim_end_matches([' ', '\t', '$', '-', '#']);
        let last = before.rsplit(char::is_whitespace).next();
        before.is_empty()
            || before.ends_with(|c| OPENERS.contains(c))
            || last.is_some_and(|last| DECLARERS.contains(&last))
    }

    /// True if a sign behind this place gives a value.
    fn gets_value(&self, end: usize) -> bool {
        let behind = self.text.get(end..).unwrap_or_default();
        let sign = behind.trim_start();
        behind.starts_with(':') || sign.starts_with('=') && !sign.starts_with("==")
    }

    /// `"name":`, `'name' =`, `["name"]`.
    fn is_key(&self, piece: &Piece) -> bool {
        let before = self.text.get(..piece.range.start.saturating_sub(1));
        let before = before.unwrap_or_default().trim_end();
        let behind = self.text.get(piece.range.end + 1..).unwrap_or_default();
        let is_index = before.ends_with('[') && behind.starts_with(']');
        let is_entry = before.is_empty() || before.ends_with(['{', ',', ';']);
        is_name(self.source(&piece.range))
            && (is_index || is_entry && self.gets_value(piece.range.end + 1))
    }
}

/// The name before the sign that gives it a value.
fn name_of(text: &str) -> Option<&str> {
    let at = text.find(['=', ':'])?;
    let (name, value) = text.split_at_checked(at)?;
    (is_name(name) && !value.starts_with("://")).then_some(name)
}

fn pieces(line: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = line.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or_default();
        let next = at + first.len_utf8();
        let is_quoted = QUOTES.contains(&first);
        let end = match line.get(next..) {
            Some(inside) if is_quoted => inside.find(first).map_or(line.len(), |n| next + n),
            _ => rest.find(is_between).map_or(line.len(), |n| at + n),
        };
        let start = if is_quoted { next } else { at };
        if end > start {
            let range = start..end;
            found.push(Piece { range, is_quoted });
        }
        at = if is_quoted { end + 1 } else { end.max(next) };
    }
    found
}

fn is_between(c: char) -> bool {
    c.is_whitespace() || QUOTES.contains(&c) || BETWEEN.contains(c)
}
