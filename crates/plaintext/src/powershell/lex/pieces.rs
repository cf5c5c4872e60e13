//! The pieces of PowerShell's strings and names: quotation marks, variables, escapes.

use crate::token::{Cursor, Kind, Part, Parts, Token};
use std::ops::Range;

/// PowerShell takes typographic quotation marks for straight ones.
pub(super) fn is_single(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}'..='\u{201b}')
}

pub(super) fn is_double(c: char) -> bool {
    matches!(c, '"' | '\u{201c}'..='\u{201e}')
}

pub(super) fn is_word(c: char) -> bool {
    !c.is_whitespace() && !is_single(c) && !is_double(c) && !"(){}[];,|&=:+$@`<>!".contains(c)
}

pub(super) fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '?')
}

pub(super) fn variable(cursor: &mut Cursor<'_>) -> Option<String> {
    let mut ahead = *cursor;
    ahead.next();
    let name = if ahead.eat("{") {
        let name = ahead.take(|c| c != '}' && c != '\n');
        if !ahead.eat("}") {
            return None;
        }
        name.to_owned()
    } else {
        let mut name = ahead.take(is_name).to_owned();
        let mut scoped = ahead;
        if !name.is_empty()
            && scoped.eat(":")
            && scoped.peek().is_some_and(|c| is_name(c) && c != '?')
        {
            name = format!("{name}:{}", scoped.take(is_name));
            ahead = scoped;
        }
        name
    };
    if name.is_empty() {
        return None;
    }
    *cursor = ahead;
    let lower = name.to_lowercase();
    let bare = lower
        .split_once(':')
        .filter(|(s, _)| matches!(*s, "script" | "global" | "local" | "private" | "using"));
    Some(bare.map_or(lower.as_str(), |(_, name)| name).to_owned())
}

pub(super) fn string(start: usize, inner: Range<usize>, end: usize, parts: Parts) -> Token {
    Token {
        kind: Kind::Str,
        span: start..end,
        inner,
        parts: parts.finish(),
    }
}

pub(super) fn single(cursor: &mut Cursor<'_>, broken: &mut Option<usize>) -> Token {
    let start = cursor.at;
    cursor.next();
    let open = cursor.at;
    let mut parts = Parts::default();
    loop {
        let inner = open..cursor.at;
        match cursor.next() {
            Some(c) if is_single(c) && cursor.peek().is_some_and(is_single) => {
                cursor.next();
                parts.push(c);
            }
            Some(c) if is_single(c) => return string(start, inner, cursor.at, parts),
            Some(c) => parts.push(c),
            None => {
                broken.get_or_insert(start);
                return string(start, inner, cursor.at, parts);
            }
        }
    }
}

pub(super) fn escape(cursor: &mut Cursor<'_>, parts: &mut Parts) {
    cursor.next();
    let Some(c) = cursor.next() else { return };
    match c {
        '0' => parts.push('\0'),
        'a' => parts.push('\u{7}'),
        'b' => parts.push('\u{8}'),
        'e' => parts.push('\u{1b}'),
        'f' => parts.push('\u{c}'),
        'n' => parts.push('\n'),
        'r' => parts.push('\r'),
        't' => parts.push('\t'),
        'v' => parts.push('\u{b}'),
        'u' if cursor.peek() == Some('{') => {
            // PowerShell 6 and newer; Windows PowerShell reads a plain `u`: the value is unknown.
            cursor.take(|c| c != '}' && c != '"' && c != '\n');
            cursor.eat("}");
            parts.part(Part::Code(Vec::new()));
        }
        '\r' => {
            parts.push('\r');
            if cursor.eat("\n") {
                parts.push('\n');
            }
        }
        c => parts.push(c),
    }
}

/// The variable, if a piece of code is nothing else: `$($name)`,
/// `$([uri]::EscapeDataString($name))`.
pub(super) fn alone(text: &str, range: &Range<usize>) -> Option<String> {
    let code = text.get(range.clone())?.trim();
    // What only encodes a value for a form means the value.
    let code = encoded(code).unwrap_or(code);
    if !code.starts_with('$') {
        return None;
    }
    let mut cursor = Cursor::new(code, 0);
    let name = variable(&mut cursor)?;
    cursor.rest().is_empty().then_some(name)
}

/// The argument of a method that only encodes it.
fn encoded(code: &str) -> Option<&str> {
    if !code.starts_with('[') {
        return None;
    }
    let (_, call) = code.rsplit_once("::")?;
    let (method, argument) = call.strip_suffix(')')?.split_once('(')?;
    let method = method.to_ascii_lowercase();
    ["escapedatastring", "urlencode"]
        .contains(&method.as_str())
        .then_some(argument)
}

pub(super) fn without_last_newline(parts: Parts) -> Parts {
    let mut done = parts.finish();
    if let Some(Part::Text(text)) = done.last_mut() {
        let kept = text
            .strip_suffix('\n')
            .map_or(text.as_str(), |t| t.strip_suffix('\r').unwrap_or(t))
            .len();
        text.truncate(kept);
    }
    let mut again = Parts::default();
    for part in done {
        again.part(part);
    }
    again
}
