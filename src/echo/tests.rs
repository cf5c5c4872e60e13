//! The search finds echoes in every encoding and leaves honest texts alone.

use super::samples::{self, ASCII_SECRET, OTHER_SECRET};
use super::*;
use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding};

#[test]
fn echoes_are_found_in_every_encoding() {
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
        assert!(
            repeats(
                secret,
                &format!("<{}>", Base64Unpadded::encode_string(carrier.as_bytes()))
            ),
            "{shift}"
        );
        assert!(
            repeats(
                secret,
                &Base64UrlUnpadded::encode_string(carrier.as_bytes())
            ),
            "{shift}"
        );
    }
    assert!(repeats("short", "a short one"));
    assert!(
        repeats("hunter", "<YWJodW50ZXI>"),
        "in base64, after two other bytes"
    );
    assert!(
        repeats("pw12", "<cHcxMg>") && !repeats("pw1", "<cHcx>"),
        "four bytes are enough to recognise"
    );
    assert!(
        repeats("a+b c", "a+b%20c") && repeats("a+b c", "a%2Bb+c"),
        "with and without a form's plus"
    );
    assert!(repeats("x\u{8}\u{c}\n\r\ty", "x\\b\\f\\n\\r\\ty"));
    assert!(
        repeats("\\\"\u{1f511}", "\\\\\\\"\\ud83d\\udd11"),
        "a short one in JSON"
    );
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

/// Encodings that other programs wrote (Python's own libraries where it has them).
#[test]
fn encodings_by_other_programs_are_undone() {
    for (secret, table) in [
        (ASCII_SECRET, samples::ASCII.as_slice()),
        (OTHER_SECRET, samples::OTHER.as_slice()),
    ] {
        let missed: Vec<&str> = table
            .iter()
            .filter(|(_, echo)| {
                !["", "it was "]
                    .iter()
                    .all(|before| repeats(secret, &format!("{before}{echo}.")))
            })
            .map(|(name, _)| *name)
            .collect();
        assert!(missed.is_empty(), "{missed:?}");
    }
}

#[test]
fn texts_of_the_service_are_left_alone() {
    let texts = [
        "The request body must contain the following parameter: \
            'client_assertion' or 'client_secret'.",
        "Application with identifier '3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901' \
            was not found in the directory 'Contoso'.",
        "The resource principal named https://graph.microsoft.com/v1.0 \
            was not found in the tenant named contoso.example.",
        "Die Anforderung konnte nicht verarbeitet werden: überprüfen Sie den Gültigkeitsbereich.",
        "User.Read Mail.Send https://graph.microsoft.com/Directory.Read.All openid profile email",
        "要求の本文に次のパラメーターが必要です: 'scope'。",
    ];
    for secret in [
        "Kd9+Trombone&x%7",
        "Gr\u{fc}n+Zw\u{f6}lf~\u{c4}pfel",
        "hunter2",
        "\u{65e5}\u{672c}\u{8a9e}\u{306e}\u{30d1}\u{30b9}",
        "x",
    ] {
        for text in texts
            .iter()
            .filter(|text| secret.len() > 1 || !text.contains(secret))
        {
            assert!(!repeats(secret, text), "{secret}: {text}");
            assert!(!looks_encoded(text), "{text}");
        }
    }
    assert!(
        looks_encoded("5d41402abc4b2a76b9719d911017c592")
            && looks_encoded("see 'Zt9kXq27LmPw04bVnA'")
    );
    assert!(!looks_encoded(
        "AADSTS4999999012345 IdentityRiskyServicePrincipal 00000003-0000-0000-c000-000000000000"
    ));
}

#[test]
fn a_text_that_cannot_be_searched_to_its_end_counts_as_an_echo() {
    assert!(repeats("Kd9+Trombone&x%7", &"a b".repeat(LONGEST_TEXT)));
    assert!(
        !repeats("Kd9+Trombone&x%7", &"a b ".repeat(100)),
        "the control"
    );
}
