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
    let views = [Zeroizing::new(text.to_owned()), percent_decoded(text), unescaped(text)];
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

/// The runs of the base64 text that only the secret decides, when `shift` other bytes stand before it.
fn base64_runs(secret: &str, shift: usize) -> Vec<Zeroizing<String>> {
    let bytes = Zeroizing::new([&vec![0; shift], secret.as_bytes()].concat());
    let text = Zeroizing::new(Base64Unpadded::encode_string(&bytes));
    // Up to two characters at the front and one at the end also hold bits of others.
    let inner = text.get(2 * usize::from(shift > 0)..text.len().saturating_sub(1)).unwrap_or_default();
    if inner.len() < RUN { Vec::new() } else { runs(inner) }
}

fn percent_decoded(text: &str) -> Zeroizing<String> {
    let bytes = text.as_bytes();
    let mut out = Zeroizing::new(Vec::with_capacity(bytes.len()));
    let mut at = 0;
    while at < bytes.len() {
        let hex = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%').and_then(|h| u8::from_str_radix(h, 16).ok());
        match (hex, bytes[at]) {
            (Some(byte), _) => {
                out.push(byte);
                at += 3;
                continue;
            }
            (None, b'+') => out.push(b' '),
            (None, byte) => out.push(byte),
        }
        at += 1;
    }
    Zeroizing::new(String::from_utf8_lossy(&out).into_owned())
}

fn unescaped(text: &str) -> Zeroizing<String> {
    let pairs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&#34;", "\""),
        ("&apos;", "'"),
        ("&amp;", "&"),
        ("&#38;", "&"),
        ("\\\"", "\""),
        ("\\/", "/"),
        ("\\\\", "\\"),
        ("\\u0026", "&"),
    ];
    let mut text = Zeroizing::new(text.to_owned());
    for (escape, character) in pairs {
        text = Zeroizing::new(text.replace(escape, character));
    }
    text
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
    }

    #[test]
    fn other_texts_are_left_alone() {
        for text in
            ["", "AADSTS50126: The user name or the password was not accepted.", "100% + 1 &amp; %zz", "%", "%C3"]
        {
            assert!(!repeats("Pä+w&rd% \"1<23>45'6/7", text), "{text}");
        }
        assert!(!repeats("", "anything"));
    }
}
