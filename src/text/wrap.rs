//! Breaks texts into lines: at blanks, and in Japanese between words, which clap cannot do. A
//! command in backticks stays whole, so that a person can copy it. Fills texts up to a column, too.
//! Pure.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Breaks a text into lines of `width` cells.
pub(crate) fn wrapped(text: &str, width: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    for piece in pieces(text) {
        if used > 0 && used + piece.trim_end().width() > width {
            out.truncate(out.trim_end().len());
            out.push('\n');
            used = 0;
        }
        out.push_str(piece);
        used += piece.width();
    }
    out
}

/// The text with blanks at its end, `width` cells in all; a wider text as it is.
pub(crate) fn padded(text: &str, width: usize) -> String {
    let gap = width.saturating_sub(text.width());
    format!("{text}{:gap$}", "")
}

/// The cells of the widest of these texts; 0 for none.
pub(crate) fn widest<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> usize {
    let widths = texts.into_iter().map(|text| text.as_ref().width());
    widths.max().unwrap_or(0)
}

/// The parts that stay on one line: words, and in Japanese text letters of one kind with the
/// endings that follow them.
pub(crate) fn pieces(text: &str) -> Vec<&str> {
    const NOT_FIRST: &str = "、。」）)]:;?!,. ";
    const NOT_LAST: &str = "「（([";
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut found = Vec::new();
    let mut start = 0;
    let mut in_command = false;
    for pair in chars.windows(2) {
        let [(_, before), (at, after)] = *pair else {
            continue;
        };
        in_command ^= before == '`';
        let another_word =
            Script::of(after) != Script::Hiragana && Script::of(before) != Script::of(after);
        if !in_command
            && (before == ' ' || another_word)
            && !NOT_FIRST.contains(after)
            && !NOT_LAST.contains(before)
        {
            found.push(&text[start..at]);
            start = at;
        }
    }
    found.push(&text[start..]);
    found
}

/// The kinds of letters: where the kind changes, a word begins.
#[derive(PartialEq, Eq)]
pub(crate) enum Script {
    /// Endings and particles: they belong to the word before them.
    Hiragana,
    Katakana,
    /// Chinese characters.
    Kanji,
    /// `、`, `。` and brackets of full width.
    Sign,
    /// Every character of one cell.
    Narrow,
}

impl Script {
    pub(crate) fn of(c: char) -> Self {
        match c {
            '\u{3041}'..='\u{309f}' => Self::Hiragana,
            '\u{30a0}'..='\u{30ff}' => Self::Katakana,
            '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}' => Self::Sign,
            _ if c.width() == Some(2) => Self::Kanji,
            _ => Self::Narrow,
        }
    }
}
