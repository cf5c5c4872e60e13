//! Encodings, escapes and line breaks, one by one; whole outputs of tools are in
//! `tests/it/explain`.

use super::{clean, decode, flatten};
use crate::find::find_codes;

fn cleaned(text: &str) -> String {
    String::from_utf8(clean(text)).unwrap()
}

#[test]
fn bytes_of_any_redirection_become_text() {
    let le = |text: &str| {
        text.encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>()
    };
    let be = |text: &str| {
        text.encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect::<Vec<u8>>()
    };
    for text in ["AADSTS50126: x", "発生場所 AADSTS50126"] {
        assert_eq!(decode(&[b"\xff\xfe".to_vec(), le(text)].concat()), text);
        assert_eq!(decode(&[b"\xfe\xff".to_vec(), be(text)].concat()), text);
        assert_eq!(decode(&[b"\xef\xbb\xbf", text.as_bytes()].concat()), text);
        assert_eq!(decode(text.as_bytes()), text);
    }
    assert_eq!(decode(&le("AADSTS50126: x")), "AADSTS50126: x");
    assert_eq!(decode(&be("AADSTS50126: x")), "AADSTS50126: x");
    // Code page 932: the second byte of a character can be an ASCII letter or a backslash.
    assert!(
        decode(b"\x94\xad\x90\xb6\x8f\xea\x8f\x8a \x83\x5c AADSTS50126: x")
            .ends_with(" AADSTS50126: x")
    );
    for odd in [
        &b""[..],
        b"\xff",
        b"\xff\xfe",
        b"\xff\xfeA",
        b"\0",
        b"\0\0\0\0",
        b"A\0B",
    ] {
        let _ = decode(odd);
    }
}

#[test]
fn what_a_terminal_and_a_log_add_is_taken_out() {
    assert_eq!(
        cleaned("\u{1b}[31;1mA\u{1b}[0m\u{1b}[38:5:1mB\u{1b}[?25lC"),
        "abc"
    );
    assert_eq!(
        cleaned(r"\u001b[31mA\u001B[0m\x1b[1mB\033[0m\e[0mC^[[0mD"),
        "abcd"
    );
    assert_eq!(
        cleaned("\u{1b}]8;;https://x.example\u{7}A\u{1b}]8;;\u{7}\u{1b}]0;t\u{1b}\\B"),
        "a\\b"
    );
    assert_eq!(cleaned("a\\b ^c <d>"), "a\\b ^c <d>", "what is none stays");
    assert_eq!(cleaned("A_x000D__x000A_</S><S S=\"Error\">  B"), "a\nb");
    assert_eq!(cleaned("A   \r\n     | B\n\n> C"), "a\nb\nc");
    assert_eq!(flatten("Bad Re\r\n  quest"), "bad request");
}

#[test]
fn a_number_in_two_pieces_is_joined_where_it_cannot_be_another() {
    for (text, codes) in [
        ("AADSTS501\n26: x", vec![50126]),
        ("\"error_codes\":[501\n26]", vec![50126]),
        // Unknown to the table, and nothing else than a code all the same.
        ("AADSTS599\n99: x", vec![59999]),
        ("\"error_codes\":[599\n99]", vec![59999]),
        ("AADSTS12\n34 files", vec![]),
        ("AADSTS50126\n02:01 next", vec![50126]),
        ("AADSTS59999\n1 more", vec![59999]),
    ] {
        assert_eq!(find_codes(text), codes, "{text}");
    }
}
