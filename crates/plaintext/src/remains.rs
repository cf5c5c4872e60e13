//! Does a text still hold a secret? The secret as a whole, in every form in which a script may
//! write it.

use crate::lines::Lines;
use base64ct::{Base64Unpadded, Encoding};
use std::fmt::Write;
use zeroize::Zeroizing;

/// Lines (from 1) that hold the secret.
pub(crate) fn lines(text: &str, secret: &str) -> Vec<usize> {
    if secret.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<usize> = Vec::new();
    let lines = Lines::of(text);
    for form in forms(secret) {
        let places = text.match_indices(form.as_str());
        found.extend(places.map(|(at, _)| lines.line(at)));
    }
    // A secret with other escapes than ours shows in the line without any.
    let plain = without_escapes(secret);
    for (index, line) in text.lines().enumerate() {
        let views = [without_escapes(line), without_escapes(&without_codes(line))];
        let seen = plain.len() >= 4 && views.iter().any(|view| view.contains(plain.as_str()));
        if seen || percent_decoded(line).contains(secret) {
            found.push(index + 1);
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

type Text = Zeroizing<String>;

/// The secret in every form in which a script may write it.
pub(crate) fn forms(secret: &str) -> Vec<Text> {
    let mut all = vec![Zeroizing::new(secret.to_owned())];
    for (upper, blank) in [(true, "+"), (true, "%20"), (false, "+"), (false, "%20")] {
        for kept in ["-._~", "-._*", "-_.!~*'()"] {
            all.push(percent(secret, kept, upper, blank));
        }
    }
    for (marked, mark) in [
        ("'", "'"),
        ("\"", "\""),
        ("\"$`", "`"),
        ("\"\\", "\\"),
        ("'\\", "\\"),
        ("\"$`\\", "\\"),
        ("\"\\/", "\\"),
    ] {
        all.push(escaped(secret, marked, mark));
    }
    all.push(Zeroizing::new(secret.chars().fold(
        String::new(),
        |mut all, c| {
            match c {
                c if c.is_ascii() && !"&<>'\"\\+".contains(c) => all.push(c),
                c => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        let _ = write!(all, "\\u{unit:04x}");
                    }
                }
            }
            all
        },
    )));
    all.push(Zeroizing::new(
        secret
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;"),
    ));
    let wide: Zeroizing<Vec<u8>> =
        Zeroizing::new(secret.encode_utf16().flat_map(u16::to_le_bytes).collect());
    for bytes in [secret.as_bytes(), wide.as_slice()] {
        // Shorter ones would match by chance.
        all.extend(
            (0..3)
                .map(|shift| base64(bytes, shift))
                .filter(|text| text.len() >= 8),
        );
        let hex = bytes.iter().fold(String::new(), |mut all, b| {
            let _ = write!(all, "{b:02x}");
            all
        });
        all.push(Zeroizing::new(hex.to_ascii_uppercase()));
        all.push(Zeroizing::new(hex));
    }
    all
}

fn percent(text: &str, kept: &str, upper: bool, blank: &str) -> Text {
    text.bytes()
        .fold(Zeroizing::new(String::new()), |mut all, b| {
            match b {
                b if b.is_ascii_alphanumeric() || kept.as_bytes().contains(&b) => {
                    all.push(char::from(b));
                }
                b' ' => all.push_str(blank),
                b => {
                    let _ = if upper {
                        write!(all, "%{b:02X}")
                    } else {
                        write!(all, "%{b:02x}")
                    };
                }
            }
            all
        })
}

fn escaped(text: &str, marked: &str, mark: &str) -> Text {
    text.chars()
        .fold(Zeroizing::new(String::new()), |mut all, c| {
            if marked.contains(c) {
                all.push_str(mark);
            }
            all.push(c);
            all
        })
}

/// The part of the base64 text that only these bytes decide, when `shift` others are before them.
fn base64(bytes: &[u8], shift: usize) -> Text {
    let padded = Zeroizing::new([&vec![0; shift], bytes].concat());
    let whole = padded.len() / 3 * 3;
    let text = Zeroizing::new(Base64Unpadded::encode_string(
        padded.get(..whole).unwrap_or_default(),
    ));
    Zeroizing::new(
        text.get(if shift > 0 { 4 } else { 0 }..)
            .unwrap_or_default()
            .to_owned(),
    )
}

fn percent_decoded(text: &str) -> Text {
    let joined = Zeroizing::new(text.replace('&', "%26").replace('=', "%3D"));
    let mut all = Zeroizing::new(String::with_capacity(text.len()));
    for (key, _) in url::form_urlencoded::parse(joined.as_bytes()) {
        all.push_str(&Zeroizing::new(key.into_owned()));
    }
    all
}

/// `\u0041`, `\x41` and `&#x41;` as the characters that they mean.
fn without_codes(text: &str) -> Text {
    let mut all = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    'next: while let Some(c) = rest.chars().next() {
        for (mark, digits, end) in [("\\u", 4, ""), ("\\x", 2, ""), ("&#x", 2, ";")] {
            let code = rest
                .strip_prefix(mark)
                .and_then(|after| after.get(..digits));
            let meant = code
                .and_then(|code| u32::from_str_radix(code, 16).ok())
                .and_then(char::from_u32);
            let after = rest
                .get(mark.len() + digits..)
                .and_then(|after| after.strip_prefix(end));
            if let Some((meant, after)) = meant.zip(after) {
                all.push(meant);
                rest = after;
                continue 'next;
            }
        }
        all.push(c);
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    all
}

/// Without quotation marks and the characters that escape them.
fn without_escapes(text: &str) -> Text {
    Zeroizing::new(text.chars().filter(|c| !"'\"`\\^".contains(*c)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_seen_in_every_form() {
        let secret = "made-up \"P'w\" & 100%+é";
        for text in [
            "x made-up \"P'w\" & 100%+é y",
            "made-up+%22P%27w%22+%26+100%25%2B%C3%A9",
            "made-up%20%22P'w%22%20%26%20100%25%2b%c3%a9",
            "'made-up \"P''w\" & 100%+é'",
            "\"made-up `\"P'w`\" & 100%+é\"",
            "\"made-up \"\"P'w\"\" & 100%+é\"",
            "\"made-up \\\"P'w\\\" & 100%+\\u00e9\"",
            "\"made-up \\u0022P\\u0027w\\u0022 \\u0026 100%\\u002b\\u00e9\"",
        ] {
            assert_eq!(lines(&format!("a\n{text}\nb"), secret), [2], "{text}");
        }
        for shift in 0..3 {
            let carrier = format!("{}{secret}zz", "a".repeat(shift));
            assert_eq!(
                lines(&Base64Unpadded::encode_string(carrier.as_bytes()), secret),
                [1],
                "{shift}"
            );
            let wide: Vec<u8> = carrier.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(
                lines(&Base64Unpadded::encode_string(&wide), secret),
                [1],
                "{shift}"
            );
        }
        assert!(lines("made-up Password & 100%\n$Password = ''", secret).is_empty());
        assert!(lines("anything", "").is_empty());
    }
}
