//! Undoes the escapes of addresses and forms, of mail, of HTML, of JSON, of C and of shells. Each
//! function undoes exactly one kind; undoing two at once would damage a text that has only one of
//! them. Pure.
//!
//! Sources: RFC 3986 (percent), RFC 2045 (quoted-printable), HTML (entities), RFC 8259 section 7
//! (JSON).

use zeroize::Zeroizing;

/// The text with its escapes undone, once for each kind.
pub(super) fn undone(text: &str) -> Vec<Zeroizing<String>> {
    vec![
        hex_escapes(text, "%", true),
        hex_escapes(text, "%", false),
        hex_escapes(text, "=", false),
        hex_escapes(text, "\\x", false),
        without_entities(text),
        without_escapes(text),
        without_escapes(&without_entities(text)),
        octal_escapes(text),
        Zeroizing::new(text.replace('\\', "")),
    ]
}

/// Undoes a mark and two hexadecimal digits. `plus` is true for forms, where `+` means a space.
fn hex_escapes(text: &str, mark: &str, plus: bool) -> Zeroizing<String> {
    let bytes = text.as_bytes();
    let mut out = Zeroizing::new(Vec::with_capacity(bytes.len()));
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let digits = bytes[at..]
            .strip_prefix(mark.as_bytes())
            .and_then(|rest| std::str::from_utf8(rest.get(..2)?).ok());
        match (
            digits.and_then(number).and_then(|n| u8::try_from(n).ok()),
            byte,
        ) {
            (Some(escaped), _) => {
                out.push(escaped);
                at += mark.len() + 2;
                continue;
            }
            (None, b'+') if plus => out.push(b' '),
            (None, byte) => out.push(*byte),
        }
        at += 1;
    }
    Zeroizing::new(String::from_utf8_lossy(&out).into_owned())
}

fn octal_byte(digits: &[u8]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok()
}

/// A backslash and three octal digits.
fn octal_escapes(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let escaped = after
            .get(..3)
            .filter(|three| *byte == b'\\' && !three.starts_with(b"+"))
            .and_then(octal_byte);
        out.push(escaped.unwrap_or(*byte));
        rest = if escaped.is_some() {
            &after[3..]
        } else {
            after
        };
    }
    Zeroizing::new(String::from_utf8_lossy(&out).into_owned())
}

/// The value of hexadecimal digits; `None` for any other text, also for one with a sign.
fn number(digits: &str) -> Option<u32> {
    digits
        .bytes()
        .all(|b| b.is_ascii_hexdigit())
        .then(|| u32::from_str_radix(digits, 16).ok())
        .flatten()
}

/// The entities of HTML that mean characters of ASCII.
#[rustfmt::skip]
const ENTITIES: [(&str, char); 34] = [
    ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("amp", '&'), ("Tab", '\t'),
    ("nbsp", ' '), ("excl", '!'), ("num", '#'), ("dollar", '$'), ("percnt", '%'), ("lpar", '('),
    ("rpar", ')'), ("ast", '*'), ("plus", '+'), ("comma", ','), ("hyphen", '-'), ("period", '.'),
    ("sol", '/'), ("colon", ':'), ("semi", ';'), ("equals", '='), ("quest", '?'), ("commat", '@'),
    ("lsqb", '['), ("lbrack", '['), ("bsol", '\\'), ("rsqb", ']'), ("rbrack", ']'), ("Hat", '^'),
    ("lowbar", '_'), ("lcub", '{'), ("rcub", '}'), ("tilde", '~'),
];

/// The character of one of HTML's entities, without `&` and `;`.
fn entity(name: &str) -> Option<char> {
    match name.strip_prefix('#') {
        Some(digits) => match digits.strip_prefix(['x', 'X']) {
            Some(hex) => number(hex).and_then(char::from_u32),
            None => digits.parse().ok().and_then(char::from_u32),
        },
        None => ENTITIES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, c)| *c),
    }
}

/// HTML's entities undone: the names of characters of ASCII, and every number.
fn without_entities(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let known = after
            .split_once(';')
            .and_then(|(name, tail)| Some((entity(name)?, tail)));
        let (c, tail) = known.unwrap_or(('&', after));
        out.push(c);
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// Undoes JSON's escapes (RFC 8259 section 7).
fn without_escapes(text: &str) -> Zeroizing<String> {
    let mut units = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let after = rest.as_str();
        let escaped = if c == '\\' {
            after.chars().next()
        } else {
            None
        };
        let digits = if escaped == Some('u') {
            after.get(1..5)
        } else {
            None
        };
        let four = digits.and_then(number).and_then(|n| u16::try_from(n).ok());
        let (unit, length) = match (escaped, four) {
            (_, Some(unit)) => (unit, 5),
            (Some('b'), _) => (8, 1),
            (Some('f'), _) => (12, 1),
            (Some('n'), _) => (10, 1),
            (Some('r'), _) => (13, 1),
            (Some('t'), _) => (9, 1),
            (Some(sign @ ('"' | '\\' | '/')), _) => (sign as u16, 1),
            _ => {
                units.extend(c.encode_utf16(&mut [0; 2]).iter());
                continue;
            }
        };
        units.push(unit);
        rest = after.get(length..).unwrap_or_default().chars();
    }
    Zeroizing::new(String::from_utf16_lossy(&units))
}
