//! Texts become words: languages, values, plurals, the profile in commands.

use super::*;

fn japanese() -> Reader {
    Reader {
        language: Language::Japanese,
        profile: None,
    }
}

#[test]
fn the_reader_decides_the_language() {
    let text = text!("error-io-not-found");
    assert_ne!(text.english(), text.render(&japanese()));
}

#[test]
fn a_value_is_one_line_and_a_text_is_a_value() {
    let reason = text!("error-io-not-found");
    let text = text!("ui-stdout-unwritable", reason = reason);
    assert!(text.english().ends_with(&reason.english()));
    let text = text!("ui-stdout-unwritable", reason = "a\nropc: error: b\u{1b}");
    assert!(
        text.english().ends_with("a\\nropc: error: b\\u{1b}"),
        "{}",
        text.english()
    );
}

#[test]
fn lengths_of_time_and_lists_follow_the_language() {
    let texts = Text::joined([Text::span(3900), Text::words("x")], ", ");
    assert_eq!(texts.english(), "1h 5m, x");
    assert_eq!(texts.render(&japanese()), "1 時間 5 分, x");
}

#[test]
fn ids_are_compared_as_bytes() {
    assert!(is_before("a-b", "a-c") && is_before("a", "a-b") && !is_before("b", "a"));
    assert!(is_same("a", "a") && !is_same("a", "ab"));
    assert!(MESSAGES.is_sorted(), "the search halves the list");
}
