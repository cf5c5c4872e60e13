//! Finds codes in pasted text: console output, log lines, JSON; whole, wrapped, coloured or cut. It
//! reads text only; it does not know the meaning of a code.

use crate::pasted::clean;
use crate::table::lookup;

/// At most this many bytes of a pasted text are read; the rest is ignored.
pub const MAX_TEXT: usize = 1024 * 1024;

/// At most this many different codes are reported.
const MAX_CODES: usize = 32;

/// Codes have five to seven digits today; two more are allowed for.
const DIGITS: std::ops::RangeInclusive<usize> = 5..=9;

/// A code as a person types it: `50126`, `AADSTS50126`, `aadsts50126:`. `None` if it is anything
/// else.
pub fn parse_code(arg: &str) -> Option<u32> {
    let text = arg.trim();
    let bare = match text.get(..6) {
        Some(marker) if marker.eq_ignore_ascii_case("aadsts") => text
            .get(6..)?
            .trim_start_matches([' ', ':', '-', '_', '#', '=']),
        _ => text,
    };
    let digits = bare.trim_end_matches([':', '.', ',', ';']);
    let plain = DIGITS.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

/// All codes of a text in their order, each once: `AADSTSnnnnn` however it is wrapped, the lists
/// `error_codes`, and the address `error?code=nnnnn`. A bare `error code nnnnn` counts when the
/// table knows the number.
///
/// Reads at most [`MAX_TEXT`] bytes and reports at most 32 codes. UTF-16 text that was read as
/// bytes, colour codes and the line gutters of shells do not hide a code.
pub fn find_codes(text: &str) -> Vec<u32> {
    let text = clean(beginning(text));
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() && found.len() < MAX_CODES {
        let next = match text[at] {
            b'a' => marked(&text, at, &mut found),
            b'e' => listed(&text, at, &mut found),
            _ => None,
        };
        at = next.unwrap_or(at + 1);
    }
    found
}

/// The first [`MAX_TEXT`] bytes, or a few less where a character straddles the limit.
fn beginning(text: &str) -> &str {
    let limit = (MAX_TEXT - 3..=MAX_TEXT)
        .rev()
        .find(|&end| text.is_char_boundary(end));
    limit.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// `aadsts50126` at this place; returns where to go on.
fn marked(text: &[u8], at: usize, found: &mut Vec<u32>) -> Option<usize> {
    let end = word(text, at, b"aadsts")?;
    let (code, end) = number(text, skip(text, end, b" \n:-_#='\"", 4))?;
    note(code, found);
    Some(end)
}

/// `error_codes: [70002, 50126]` and its relatives at this place; returns where to go on.
fn listed(text: &[u8], at: usize, found: &mut Vec<u32>) -> Option<usize> {
    let (end, sure) = label(text, at)?;
    let mut at = skip(text, end, b" \n:='\"\\", 24);
    let many = matches!(text.get(at), Some(b'[' | b'{' | b'('));
    if many {
        at = skip(text, at + 1, b" \n'\"\\", 24);
    }
    while let Some((code, end)) = number(text, at) {
        if sure || lookup(code).is_some() {
            note(code, found);
        }
        at = skip(text, end, b" \n,'\"\\", 24);
        if !many || found.len() >= MAX_CODES {
            break;
        }
    }
    Some(at)
}

/// The name in front of a number or a list, and whether any number behind it is an Entra code.
fn label(text: &[u8], at: usize) -> Option<(usize, bool)> {
    let end = word(text, at, b"error")?;
    if let Some(end) = word(text, end, b"no") {
        return Some((end, false));
    }
    let address = text.get(end) == Some(&b'?');
    let end = word(text, skip(text, end, b"_ -?", 1), b"code")?;
    match word(text, end, b"s") {
        Some(end) => Some((end, true)),
        None => Some((end, address)),
    }
}

fn note(code: u32, found: &mut Vec<u32>) {
    if !found.contains(&code) {
        found.push(code);
    }
}

/// Matches `pattern` (lower case), seeing through line breaks inside it; returns where it ends.
fn word(text: &[u8], mut at: usize, pattern: &[u8]) -> Option<usize> {
    for &letter in pattern {
        if text.get(at) == Some(&b'\n') {
            at += 1;
        }
        if text.get(at) != Some(&letter) {
            return None;
        }
        at += 1;
    }
    Some(at)
}

/// Steps over at most `limit` bytes of `set`.
fn skip(text: &[u8], at: usize, set: &[u8], limit: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let steps = rest.iter().take(limit).take_while(|b| set.contains(b));
    at + steps.count()
}

/// A number of a code's length; returns it and where it ends. A console that wraps inside the
/// number leaves two pieces. A first piece that is too short for a code is joined if the table
/// knows the whole or the number clearly ends there; any other only if the table knows the whole,
/// and either not the first piece or the number clearly ends there.
fn number(text: &[u8], at: usize) -> Option<(u32, usize)> {
    let middle = digits_end(text, at);
    let first = value(&text[at..middle]);
    if middle > at && text.get(middle) == Some(&b'\n') {
        let end = digits_end(text, middle + 1);
        let second = &text[middle + 1..end];
        let whole = if second.is_empty() {
            None
        } else {
            value(&[&text[at..middle], second].concat())
        };
        let known = whole.and_then(lookup).is_some();
        let closed = matches!(text.get(end), Some(b':' | b']' | b'}' | b','));
        let joined = match first {
            None => known || closed,
            Some(piece) => known && (lookup(piece).is_none() || closed),
        };
        if let Some(code) = whole
            && joined
        {
            return Some((code, end));
        }
    }
    Some((first?, middle))
}

/// Where the digits that start at `at` end, looking no further than a code can be long and one
/// more.
fn digits_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let digits = rest.iter().take(DIGITS.end() + 1);
    at + digits.take_while(|b| b.is_ascii_digit()).count()
}

fn value(digits: &[u8]) -> Option<u32> {
    if !DIGITS.contains(&digits.len()) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests;
