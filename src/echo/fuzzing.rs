//! Fuzz target: `echo` finds a secret in every encoding that it promises to undo. Compiled for
//! tests and for fuzzing only.

#![cfg(any(test, fuzzing))]

use crate::echo::repeats;
use crate::fuzzing::checks::fields;
use base64ct::{Base64, Base64Unpadded, Base64UrlUnpadded, Encoding};
use std::fmt::Write;

/// A selector, the text before the secret, the secret, and the text after it.
pub(crate) fn finds_every_coat(data: &[u8]) {
    let Some([selector, before, secret, after]) = fields(data) else {
        return;
    };
    let Some((coat, cut)) = selector
        .split_once('/')
        .and_then(|(c, n)| Some((c, n.parse::<usize>().ok()?)))
    else {
        return;
    };
    // ropc takes such a secret only after a person confirms it: its bytes look like those of other
    // encodings.
    if secret.chars().any(char::is_control) {
        return;
    }
    // Here only that neither call panics or hangs: nothing is known of a text without the secret.
    let _ = (repeats(secret, before), repeats(after, secret));
    if secret.is_empty() {
        return assert!(!repeats(secret, before));
    }
    // Whole, or a run of eight characters of it.
    let shown: String = if cut == 0 {
        secret.to_owned()
    } else {
        secret.chars().skip(cut - 1).take(8).collect()
    };
    if cut > 0 && shown.chars().count() < 8 {
        return;
    }
    let Some(dressed) = dress(coat, before, &shown, after) else {
        return;
    };
    assert!(
        repeats(secret, &dressed),
        "not found in `{coat}`: {dressed:?}"
    );
}

fn dress(coat: &str, before: &str, shown: &str, after: &str) -> Option<String> {
    // The text around must not change the encoding: `%4` before `%41` is another text.
    let neutral = |text: &str| {
        text.chars()
            .all(|c| c.is_alphanumeric() || c == ' ' || c == '.')
    };
    let around = |text: String| {
        (neutral(before) && neutral(after)).then(|| format!("{before}{text}{after}"))
    };
    let each = |texts: &mut dyn Iterator<Item = String>| texts.collect::<String>();
    let every = |each: &dyn Fn(&mut String, u8)| {
        let mut text = String::new();
        shown.bytes().for_each(|byte| each(&mut text, byte));
        text
    };
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte);
    let percent = |text: &mut String, byte: u8| write!(text, "%{byte:02X}").unwrap_or_default();
    match coat {
        "plain" => Some(format!("{before}{shown}{after}")),
        "form" => around(url::form_urlencoded::byte_serialize(shown.as_bytes()).collect()),
        "percent" => around(every(&percent)),
        "percent-lower" => around(every(&|text, byte| {
            write!(text, "%{byte:02x}").unwrap_or_default();
        })),
        "percent-some" => around(every(&|text, byte| {
            if bare(byte) {
                text.push(char::from(byte));
            } else {
                percent(text, byte);
            }
        })),
        "html" => around(shown.chars().map(html).collect()),
        "html-decimal" => around(each(
            &mut shown.chars().map(|c| format!("&#{};", u32::from(c))),
        )),
        "html-hex" => around(each(
            &mut shown.chars().map(|c| format!("&#x{:x};", u32::from(c))),
        )),
        "json" => {
            let text = serde_json::to_string(shown).ok()?;
            around(text[1..text.len() - 1].to_owned())
        }
        "json-slash" => {
            let text = serde_json::to_string(shown).ok()?.replace('/', "\\/");
            around(text[1..text.len() - 1].to_owned())
        }
        "json-ascii" => around(each(
            &mut shown.encode_utf16().map(|unit| format!("\\u{unit:04x}")),
        )),
        "json-upper" => around(each(
            &mut shown.encode_utf16().map(|unit| format!("\\u{unit:04X}")),
        )),
        // A shorter secret has too few characters of its own in base64 to differ from other text.
        _ if shown.len() < 4 => None,
        _ => base64(coat, &format!("{before}{shown}{after}")),
    }
}

fn base64(coat: &str, text: &str) -> Option<String> {
    match coat {
        "base64" => Some(Base64Unpadded::encode_string(text.as_bytes())),
        "base64-padded" => Some(Base64::encode_string(text.as_bytes())),
        "base64url" => Some(Base64UrlUnpadded::encode_string(text.as_bytes())),
        _ => None,
    }
}

fn html(c: char) -> String {
    match c {
        '&' => "&amp;".into(),
        '<' => "&lt;".into(),
        '>' => "&gt;".into(),
        '"' => "&quot;".into(),
        '\'' => "&#39;".into(),
        other => other.into(),
    }
}
