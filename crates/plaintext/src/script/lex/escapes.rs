//! What means something else in a string: escapes, and the fields of Python's formatted strings.

use super::{Dialect, ScriptLexer, is_name};
use crate::token::{Cursor, Part, Parts};

impl ScriptLexer<'_> {
    /// `{name}` of a formatted string.
    pub(super) fn field(&mut self, parts: &mut Parts) {
        self.cursor.next();
        if self.cursor.eat("{") {
            return parts.push('{');
        }
        let inside = self.cursor.take(|c| c != '}' && c != '\n');
        self.cursor.eat("}");
        let inside = encoded(inside);
        if !inside.is_empty() && inside.chars().all(is_name) {
            return parts.part(Part::Name(inside.to_owned()));
        }
        let names = inside
            .split(|c| !is_name(c))
            .filter(|name| !name.is_empty())
            .map(str::to_owned);
        parts.part(Part::Code(names.collect()));
    }

    pub(super) fn escape(&mut self, parts: &mut Parts, raw: bool) {
        let start = self.cursor.at;
        self.cursor.next();
        let Some(c) = self.cursor.next() else { return };
        if raw {
            parts.push('\\');
            parts.push(c);
            return;
        }
        match c {
            'n' => parts.push('\n'),
            'r' => parts.push('\r'),
            't' => parts.push('\t'),
            'b' => parts.push('\u{8}'),
            'f' => parts.push('\u{c}'),
            '\n' => {}
            '\r' => drop(self.cursor.eat("\n")),
            'x' => self.code(parts, 2),
            'u' if self.cursor.peek() == Some('{') => {
                self.cursor.next();
                let hex = self.cursor.take(|c| c.is_ascii_hexdigit());
                self.cursor.eat("}");
                push_code(parts, u32::from_str_radix(hex, 16).ok());
            }
            'u' => self.code(parts, 4),
            'U' if self.dialect == Dialect::Python => self.code(parts, 8),
            'a' | 'v' | 'N' | '0'..='9' => parts.part(Part::Code(Vec::new())),
            '\\' | '\'' | '"' | '/' | '`' | '$' if self.dialect == Dialect::JavaScript => {
                parts.push(c);
            }
            '\\' | '\'' | '"' => parts.push(c),
            _ if self.dialect == Dialect::JavaScript => parts.push(c),
            // Python keeps the backslash of an escape that it does not know.
            _ => parts.push_str(
                self.cursor
                    .text
                    .get(start..self.cursor.at)
                    .unwrap_or_default(),
            ),
        }
    }

    /// `\xHH`, `\uHHHH`; two surrogates make one character, as in JSON.
    fn code(&mut self, parts: &mut Parts, digits: usize) {
        let first = hex(&mut self.cursor, digits);
        let mut value = first;
        if let Some(high @ 0xd800..=0xdbff) = first {
            value = None;
            if self.cursor.eat("\\u")
                && let Some(low @ 0xdc00..=0xdfff) = hex(&mut self.cursor, 4)
            {
                value = Some(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00));
            }
        }
        push_code(parts, value);
    }
}

/// `quote(name)` means the name: what goes over the wire is read back as the text.
fn encoded(code: &str) -> &str {
    let Some((function, argument)) = code.strip_suffix(')').and_then(|call| call.split_once('('))
    else {
        return code;
    };
    match function.rsplit('.').next() {
        Some("quote" | "quote_plus") => argument,
        _ => code,
    }
}

/// The number in exactly as many hexadecimal digits, which are read if they are there.
fn hex(cursor: &mut Cursor<'_>, digits: usize) -> Option<u32> {
    let text = cursor.rest().get(..digits)?;
    if !text.chars().all(|c| c.is_ascii_hexdigit()) {
        return None;
    }
    let value = u32::from_str_radix(text, 16).ok()?;
    cursor.at += digits;
    Some(value)
}

fn push_code(parts: &mut Parts, value: Option<u32>) {
    match value.and_then(char::from_u32) {
        Some(c) => parts.push(c),
        None => parts.part(Part::Code(Vec::new())),
    }
}
