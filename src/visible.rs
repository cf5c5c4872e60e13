//! Makes text from outside safe to show: a character that a terminal acts on, or that is invisible,
//! becomes a visible escape. Pure; a leaf.
//!
//! Source: Unicode 17, `DerivedGeneralCategory.txt` (Cc, Cf, Zl, Zp) and
//! `DerivedCoreProperties.txt` (`Default_Ignorable_Code_Point`). Unchanged: combining marks, which
//! macOS uses in file names, and the few characters of Cf that are visible.

use std::borrow::Cow;

/// True for a character that controls a terminal, changes the direction of text, ends a line, or is
/// invisible.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            // Soft hyphen, grapheme joiner, fillers of Hangul, vowels of Khmer that have no sign,
            // selectors of Mongolian.
            0xAD | 0x34F | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F | 0x3164 | 0xFFA0
            // Direction: the marks, embeddings, overrides and isolates.
            | 0x61C | 0x200E | 0x200F | 0x202A..=0x202E | 0x2066..=0x206F
            // No width; ends of lines and paragraphs; invisible operators.
            | 0x200B..=0x200D | 0x2028 | 0x2029 | 0x2060..=0x2065
            // Variation selectors, byte-order mark, annotations and the unassigned places beside
            // them.
            | 0xFE00..=0xFE0F | 0xFEFF | 0xFFF0..=0xFFFB
            // Controls of Egyptian hieroglyphs, shorthand and music.
            | 0x13430..=0x1343F | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A
            // Tags, and more variation selectors.
            | 0xE0000..=0xE0FFF)
}

/// The text with each hidden character as its escape: `\u{1b}`, `\r`. Newlines stay: see
/// [`line()`].
pub(crate) fn text(text: &str) -> Cow<'_, str> {
    escaped(text, |c| is_hidden(c) && c != '\n')
}

/// The same for a value within a line: a newline in it would begin a line that looks like one of
/// ours.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    escaped(text, is_hidden)
}

fn escaped(text: &str, is_meant: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_meant) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_meant(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_becomes_an_escape() {
        for (c, shown) in [
            ('\u{1b}', "\\u{1b}"),
            ('\0', "\\u{0}"),
            ('\u{7f}', "\\u{7f}"),
            ('\u{9b}', "\\u{9b}"),
            ('\r', "\\r"),
            ('\t', "\\t"),
            ('\u{61c}', "\\u{61c}"),
            ('\u{202e}', "\\u{202e}"),
            ('\u{2066}', "\\u{2066}"),
            ('\u{2028}', "\\u{2028}"),
            ('\u{200b}', "\\u{200b}"),
            ('\u{feff}', "\\u{feff}"),
            ('\u{e0041}', "\\u{e0041}"),
            ('\u{e0100}', "\\u{e0100}"),
        ] {
            assert_eq!(text(&format!("a{c}b")), format!("a{shown}b"));
            assert_eq!(line(&format!("a{c}b")), format!("a{shown}b"));
        }
        assert_eq!(line("a\nb"), "a\\nb");
        assert_eq!(text("a\nb"), "a\nb", "a newline of ours");
    }

    #[test]
    fn what_is_seen_stays() {
        let seen = "plain, \u{e9}, e\u{301}, \u{30ab}\u{3099}, \u{65e5}\u{672c}\u{3000}\u{8a9e}, \
            \u{1f511}, a\u{a0}b, \\u{1b}";
        assert!(matches!(line(seen), Cow::Borrowed(_)), "{}", line(seen));
    }
}
