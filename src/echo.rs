//! Does a text from outside repeat a secret? Pure, and generous: a text that only looks like it is left out as well.
//!
//! A server that is sent a password may send it back in an error text, cut, escaped or encoded, by mistake or on purpose.

use base64ct::{Base64Unpadded, Encoding};
use zeroize::Zeroizing;

/// A shorter run that both have in common is chance.
const RUN: usize = 8;

/// True if a run of the secret stands in the text: as it is, percent-encoded, escaped for HTML or JSON, or in base64.
pub(crate) fn repeats(secret: &str, text: &str) -> bool {
    if secret.is_empty() {
        return false;
    }
    let plain = runs(secret);
    // Each view undoes one encoding exactly; undoing two at once would damage what was only encoded by one of them.
    let views = [
        Zeroizing::new(text.to_owned()),
        percent_decoded(text, true),
        percent_decoded(text, false),
        without_entities(text),
        without_escapes(text),
        without_escapes(&without_entities(text)),
    ];
    if views.iter().any(|view| plain.iter().any(|run| view.contains(run.as_str()))) {
        return true;
    }
    let standard = Zeroizing::new(text.replace('-', "+").replace('_', "/"));
    (0..3).any(|shift| base64_runs(secret, shift).iter().any(|run| standard.contains(run.as_str())))
}

/// Every run of [`RUN`] characters; a shorter secret is one run.
fn runs(text: &str) -> Vec<Zeroizing<String>> {
    let characters = Zeroizing::new(text.chars().collect::<Vec<char>>());
    if characters.len() <= RUN {
        return vec![Zeroizing::new(text.to_owned())];
    }
    characters.windows(RUN).map(|run| Zeroizing::new(run.iter().collect())).collect()
}

/// The runs of the base64 text that only the secret decides, when `shift` other bytes stand before it. A secret of fewer
/// than four bytes leaves too few characters to be told from other text.
fn base64_runs(secret: &str, shift: usize) -> Vec<Zeroizing<String>> {
    let bytes = Zeroizing::new([&vec![0; shift], secret.as_bytes()].concat());
    let text = Zeroizing::new(Base64Unpadded::encode_string(&bytes));
    // A character is six bits: the first that holds none of the other bytes, and the last that is filled.
    let inner = text.get((8 * shift).div_ceil(6)..8 * bytes.len() / 6).unwrap_or_default();
    if secret.len() < 4 { Vec::new() } else { runs(inner) }
}

/// `plus` is true for forms, where it stands for a space.
fn percent_decoded(text: &str, plus: bool) -> Zeroizing<String> {
    let bytes = text.as_bytes();
    let mut out = Zeroizing::new(Vec::with_capacity(bytes.len()));
    let mut at = 0;
    while at < bytes.len() {
        let hex = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%').and_then(number);
        match (hex.and_then(|n| u8::try_from(n).ok()), bytes[at]) {
            (Some(byte), _) => {
                out.push(byte);
                at += 3;
                continue;
            }
            (None, b'+') if plus => out.push(b' '),
            (None, byte) => out.push(byte),
        }
        at += 1;
    }
    Zeroizing::new(String::from_utf8_lossy(&out).into_owned())
}

/// Hexadecimal digits and nothing else, no sign either.
fn number(digits: &str) -> Option<u32> {
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

/// HTML's entities undone: the five names that escaping needs, and every number.
fn without_entities(text: &str) -> Zeroizing<String> {
    const NAMES: [(&str, char); 5] = [("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("amp", '&')];
    let character = |name: &str| match name.strip_prefix('#') {
        Some(digits) => match digits.strip_prefix(['x', 'X']) {
            Some(hex) => number(hex).and_then(char::from_u32),
            None => digits.parse().ok().and_then(char::from_u32),
        },
        None => NAMES.iter().find(|(known, _)| *known == name).map(|(_, c)| *c),
    };
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let known = after.split_once(';').and_then(|(name, tail)| Some((character(name)?, tail)));
        let (c, tail) = known.unwrap_or(('&', after));
        out.push(c);
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// JSON's escapes undone (RFC 8259 section 7).
fn without_escapes(text: &str) -> Zeroizing<String> {
    let mut units = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let after = rest.as_str();
        let escaped = if c == '\\' { after.chars().next() } else { None };
        let four =
            after.get(1..5).filter(|_| escaped == Some('u')).and_then(number).and_then(|n| u16::try_from(n).ok());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn echoes_are_seen_in_every_coat() {
        let secret = "Pä+w&rd% \"1<23>45'6/7";
        for echo in [
            "you sent Pä+w&rd% \"1<23>45'6/7 to us",
            "P%C3%A4%2Bw%26rd%25%20%221%3C23%3E45%276%2F7",
            "P%c3%a4%2bw%26rd%25+%221%3c23%3e45%276%2f7",
            "Pä+w&amp;rd% &quot;1&lt;23&gt;45&#39;6/7",
            "Pä+w&rd% \\\"1<23>45'6\\/7",
            "&#80;&#228;&#43;&#119;&#38;&#114;&#100;&#37;",
            "&#x50;&#XE4;&#x2b;&#x77;&#x26;&#x72;&#x64;&#x25;",
            "\\u0050\\u00e4\\u002B\\u0077\\u0026\\u0072\\u0064\\u0025",
            "cut in the middle: Pä+w&rd% ",
        ] {
            assert!(repeats(secret, echo), "{echo}");
        }
        for shift in 0..3 {
            let carrier = format!("{}{secret}xyz", "a".repeat(shift));
            assert!(repeats(secret, &format!("<{}>", Base64Unpadded::encode_string(carrier.as_bytes()))), "{shift}");
            assert!(repeats(secret, &base64ct::Base64UrlUnpadded::encode_string(carrier.as_bytes())), "{shift}");
        }
        assert!(repeats("short", "a short one"));
        assert!(repeats("hunter", "<YWJodW50ZXI>"), "in base64, after two other bytes");
        assert!(repeats("pw12", "<cHcxMg>") && !repeats("pw1", "<cHcx>"), "four bytes are enough to be told");
        assert!(repeats("a+b c", "a+b%20c") && repeats("a+b c", "a%2Bb+c"), "with and without a form's plus");
        assert!(repeats("x\u{8}\u{c}\n\r\ty", "x\\b\\f\\n\\r\\ty"));
        assert!(repeats("\\\"\u{1f511}", "\\\\\\\"\\ud83d\\udd11"), "a short one in JSON");
    }

    #[test]
    fn other_texts_are_left_alone() {
        for text in [
            "",
            "AADSTS50126: The user name or the password was not accepted.",
            "100% + 1 &amp; %zz",
            "%",
            "%C3",
            "&",
            "&#;",
            "&#x110000;",
            "\\",
            "\\u12",
            "\\ud800",
        ] {
            assert!(!repeats("Pä+w&rd% \"1<23>45'6/7", text), "{text}");
        }
        assert!(!repeats("", "anything"));
    }
}
