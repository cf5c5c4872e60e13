//! Makes pasted text plain: decodes every encoding that a shell's redirection may choose, and
//! removes what wrapping, colouring and serialising added. It reads text only and knows no codes.

/// Bytes of a pasted text as text: UTF-8, or UTF-16 as Windows PowerShell's `>` writes it, with a
/// byte order mark or without. Anything else, a Japanese code page for example, keeps its ASCII,
/// and codes are nothing but ASCII.
pub fn decode(bytes: &[u8]) -> String {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|pair| unit([pair[0], pair[1]]))
            .collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ if every_second_is_nul(bytes, 1) => utf16(bytes, u16::from_le_bytes),
        _ if every_second_is_nul(bytes, 0) => utf16(bytes, u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// The beginning looks like ASCII in two bytes: most of the bytes at odd (1) or even (0) places are
/// NUL, and no others.
fn every_second_is_nul(bytes: &[u8], place: usize) -> bool {
    let sample = bytes.get(..bytes.len().min(64)).unwrap_or_default();
    let nuls = |place: usize| {
        sample
            .iter()
            .skip(place)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    nuls(place) * 4 > sample.len() && nuls(1 - place) == 0
}

/// The text in lower-case ASCII with what wrapping and colouring added taken out: NUL bytes (UTF-16
/// appended to an 8-bit file), invisible characters, escape sequences, CLIXML's tags, and around a
/// line break the padding before and the gutter after it. Every other character becomes `?`.
pub(crate) fn clean(text: &str) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut rest = text;
    let mut line_start = false;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = markup(rest, c) {
            rest = after;
            continue;
        }
        let (length, is_break) =
            line_break(rest).map_or((c.len_utf8(), false), |length| (length, true));
        rest = rest.get(length..).unwrap_or_default();
        match c {
            _ if is_break => {
                while out.last() == Some(&b' ') {
                    out.pop();
                }
                if out.last() != Some(&b'\n') {
                    out.push(b'\n');
                }
                line_start = true;
            }
            '\0'
            | '\u{1b}'
            | '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2060}'
            | '\u{feff}'
            | '\u{fffd}' => {}
            '|' | '\u{2502}' | '>' | '+' if line_start => {}
            c if c.is_whitespace() => {
                if !line_start {
                    out.push(b' ');
                }
            }
            c => {
                line_start = false;
                let byte = u8::try_from(c).ok().filter(u8::is_ascii);
                out.push(byte.map_or(b'?', |byte| byte.to_ascii_lowercase()));
            }
        }
    }
    out
}

/// The same as one line without any break, for looking for words.
pub fn flatten(text: &str) -> String {
    let kept = clean(text)
        .into_iter()
        .filter(|byte| *byte != b'\n')
        .map(char::from);
    kept.collect()
}

/// The length of a line break at the start of `rest`: a real one, or one that PowerShell wrote into
/// XML (`CLIXML`).
fn line_break(rest: &str) -> Option<usize> {
    let found = ["\r", "\n", "_x000D_", "_x000A_"]
        .into_iter()
        .find(|mark| rest.starts_with(mark));
    found.map(str::len)
}

/// What follows a piece of markup at the start of `rest`, if `c` begins one: a terminal's colour
/// sequence, also where a log wrote its escape character out, or the tags between two lines of
/// CLIXML.
fn markup(rest: &str, c: char) -> Option<&str> {
    match c {
        '\u{1b}' | '\\' | '^' => escape(rest),
        '<' => tag(rest),
        _ => None,
    }
}

fn escape(rest: &str) -> Option<&str> {
    let written = [
        "\u{1b}", "\\u001b", "\\u001B", "\\x1b", "\\x1B", "\\033", "\\e", "^[",
    ];
    let body = written
        .into_iter()
        .find_map(|mark| rest.strip_prefix(mark))?;
    if let Some(title) = body.strip_prefix(']') {
        // A title or a link, which a bell or `ESC \` ends; without an end it is none.
        let end = title.find(['\u{7}', '\u{1b}', '\n'])?;
        return title
            .get(end..)
            .map(|tail| tail.strip_prefix('\u{7}').unwrap_or(tail));
    }
    let parameters = body.strip_prefix('[')?;
    let tail =
        parameters.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ';' | ':' | '?'));
    Some(
        tail.strip_prefix(|c: char| c.is_ascii_alphabetic())
            .unwrap_or(tail),
    )
}

fn tag(rest: &str) -> Option<&str> {
    if let Some(after) = rest.strip_prefix("</S>") {
        return Some(after);
    }
    let (_, after) = rest
        .strip_prefix("<S S=\"")
        .map(|name| name.split_once('>'))??;
    Some(after)
}

#[cfg(test)]
mod tests;
