//! Functions that all fuzz targets share: they split an input, and check what holds for every text.
//! No target.

#![cfg(any(test, fuzzing))]

use crate::error::Error;
use crate::text::Text;

/// Exactly `N` texts, separated by the byte 0xFF, which no UTF-8 text holds.
pub(crate) fn fields<const N: usize>(data: &[u8]) -> Option<[&str; N]> {
    let parts: Option<Vec<&str>> = data
        .split(|byte| *byte == 0xff)
        .map(|part| std::str::from_utf8(part).ok())
        .collect();
    parts?.try_into().ok()
}

/// A line and what follows it.
pub(crate) fn first_line(data: &[u8]) -> Option<(&str, &[u8])> {
    let at = data.iter().position(|byte| *byte == b'\n')?;
    Some((std::str::from_utf8(&data[..at]).ok()?, &data[at + 1..]))
}

/// Asserts that a terminal acts on nothing in the text.
#[track_caller]
pub(crate) fn is_plain(text: &str) {
    assert!(
        !text
            .chars()
            .any(|c| crate::visible::is_hidden(c) && c != '\n'),
        "a hidden character: {text:?}"
    );
}

/// Asserts the same for each sentence of an error.
#[track_caller]
pub(crate) fn is_well_said(error: &Error) {
    is_plain(&all_of(error));
    assert!(!error.message.english().is_empty());
}

/// Message and hints, a line each.
pub(crate) fn all_of(error: &Error) -> String {
    let lines: Vec<String> = std::iter::once(&error.message)
        .chain(error.hints.iter().map(|hint| &hint.text))
        .map(Text::english)
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checks_find_a_hidden_character() {
        assert!(std::panic::catch_unwind(|| is_plain("a\u{1b}[31mb")).is_err());
        assert!(std::panic::catch_unwind(|| is_plain("a\u{9b}31mb")).is_err());
        is_plain("a\nb");
        assert_eq!(fields::<2>(b"a\xff\xc3\xa4"), Some(["a", "\u{e4}"]));
        assert_eq!(fields::<2>(b"a"), None);
        assert_eq!(first_line(b"200\nbody\n"), Some(("200", &b"body\n"[..])));
    }
}
