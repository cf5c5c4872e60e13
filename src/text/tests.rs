//! Texts become words: languages, values, plurals, the profile in commands.

mod when;

use super::id::MESSAGES;
use super::{Language, Reader, Text, resources, text};
use std::io::Write;

fn japanese() -> Reader {
    Reader {
        language: Language::Japanese,
        ..Reader::default()
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
fn a_text_may_take_two_counts_as_texts() {
    let verdict = |fails: u64, warnings: u64| {
        text!(
            "doctor-fails",
            problems = text!("doctor-problems", count = fails),
            warnings = text!("doctor-warnings", count = warnings)
        )
    };
    assert!(verdict(1, 0).english().ends_with("1 problem, 0 warnings"));
    assert!(verdict(2, 1).english().ends_with("2 problems, 1 warning"));
    for text in [verdict(1, 0), verdict(2, 1)] {
        assert_ne!(text.english(), text.render(&japanese()));
    }
}

/// Warns and never fails, so that a contributor without Japanese can change a text and remove the
/// Japanese one.
#[test]
fn texts_that_japanese_lacks_are_listed() {
    let mut missing: Vec<String> = MESSAGES
        .iter()
        .filter(|(id, _)| !resources::is_in(Language::Japanese, id))
        .map(|(id, _)| (*id).to_owned())
        .collect();
    missing.extend(crate::cli::help::tests::missing());
    missing.extend(
        entra_codes::all()
            .iter()
            .filter(|entry| {
                let [japanese, english] = [
                    entra_codes::Language::Japanese,
                    entra_codes::Language::English,
                ]
                .map(|language| entry.text(language));
                std::ptr::eq(japanese, english)
            })
            .map(|entry| format!("AADSTS{}", entry.first)),
    );
    if !missing.is_empty() {
        // Directly to stderr, as libtest hides the output of passing tests.
        let warning = format!(
            "WARNING: no Japanese text, English is shown: {}\n",
            missing.join(", ")
        );
        std::io::stderr().write_all(warning.as_bytes()).unwrap();
    }
    // The control: a text that no language has is missing.
    assert!(!resources::is_in(Language::Japanese, "doctor-no-such-text"));
    assert!(resources::is_in(Language::Japanese, "doctor-fails"));
}
