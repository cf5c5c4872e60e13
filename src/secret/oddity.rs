//! Signs of a mistake in a secret: facts, never the value.

/// A property of a secret that usually means a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// A GUID: the id of the secret and not its value (Entra answers AADSTS7000215).
    LooksLikeGuid,
    /// White space at an end. The password grant does not support such passwords.
    OuterBlanks,
    /// In quotation marks, which ropc would send as part of the value.
    OuterQuotes,
    /// Entra refuses cloud passwords of more than 256 characters (AADSTS50052).
    Over256Characters,
    /// A line feed or a carriage return: a second line, or one newline too many.
    LineBreak,
    /// A NUL: text in UTF-16, most often.
    Nul,
    /// An escape character: an arrow key at a prompt.
    Escape,
    /// Another control character, such as a tab or a backspace.
    Control,
    /// What `Export-Clixml` or `ConvertFrom-SecureString` of PowerShell wrote.
    Protected,
}

impl Oddity {
    /// True if hardly any secret has it: ropc uses such a secret only if a person confirms it. For
    /// the others `login` warns.
    pub fn is_serious(self) -> bool {
        !matches!(self, Self::LooksLikeGuid | Self::OuterBlanks)
    }
}

pub(super) fn shape_oddities(text: &str) -> Vec<Oddity> {
    if is_protected(text.trim()) {
        // Its lines are PowerShell's, and no slip of the hand.
        return vec![Oddity::Protected];
    }
    let ends_with_break = text.ends_with(['\n', '\r']);
    let mut found = Vec::new();
    for (oddity, is_there) in [
        (Oddity::OuterBlanks, !ends_with_break && text.trim() != text),
        (Oddity::OuterQuotes, is_quoted(text.trim())),
        (Oddity::LineBreak, text.contains(['\n', '\r'])),
        (Oddity::Nul, text.contains('\0')),
        (Oddity::Escape, text.contains('\u{1b}')),
        (Oddity::Control, text.contains(is_other_control)),
    ] {
        if is_there {
            found.push(oddity);
        }
    }
    found
}

fn is_quoted(text: &str) -> bool {
    let mut chars = text.chars();
    match (chars.next(), chars.next_back()) {
        (Some(first), Some(last)) => first == last && matches!(first, '"' | '\'' | '`'),
        _ => false,
    }
}

/// A control character that has no oddity of its own.
fn is_other_control(c: char) -> bool {
    c.is_control() && !['\n', '\r', '\0', '\u{1b}'].contains(&c)
}

/// CLIXML; the hexadecimal text of DPAPI's header (Windows), of the header that goes with `-Key`,
/// or of UTF-16 (elsewhere).
fn is_protected(text: &str) -> bool {
    const DPAPI: &str = "01000000d08c9ddf0115d1118c7a00c04fc297eb";
    const KEYED: &str = "76492d1116743f0423413b16050a5345";
    let has_head = ["<Objs ", "#< CLIXML", DPAPI, KEYED].iter().any(|head| {
        text.get(..head.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(head))
    });
    has_head || is_hex_of_utf16(text.as_bytes())
}

fn is_hex_of_utf16(digits: &[u8]) -> bool {
    let (units, rest) = digits.as_chunks::<4>();
    units.len() >= 4
        && rest.is_empty()
        && units
            .iter()
            .all(|unit| unit.ends_with(b"00") && unit.iter().all(u8::is_ascii_hexdigit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_named() {
        for (text, expected) in [
            ("\"pw\"", Oddity::OuterQuotes),
            (" pw", Oddity::OuterBlanks),
            ("pw\n", Oddity::LineBreak),
            ("p\nw", Oddity::LineBreak),
            ("pw\r", Oddity::LineBreak),
            ("p\0w", Oddity::Nul),
            ("pw\u{1b}[D", Oddity::Escape),
            ("p\tw", Oddity::Control),
            ("pw\u{7f}", Oddity::Control),
            ("pw\u{9b}", Oddity::Control),
            ("<Objs Version=\"1.1.0.1\">x</Objs>", Oddity::Protected),
            (
                "<Objs Version=\"1.1.0.1\">\n\t<Obj/>\n</Objs>\n\n",
                Oddity::Protected,
            ),
            (
                "01000000D08C9DDF0115D1118C7A00C04FC297EB0100",
                Oddity::Protected,
            ),
            ("76492d1116743f0423413b16050a5345MgB8", Oddity::Protected),
            ("700061007300730077006f0072006400", Oddity::Protected),
        ] {
            assert_eq!(shape_oddities(text), [expected], "{text:?}");
        }
        for fine in [
            "",
            "\"",
            "a b\"c'\u{e9}",
            "deadbeef00",
            "line\u{2028}separator\u{feff}.",
            "<x>",
        ] {
            assert!(shape_oddities(fine).is_empty(), "{fine:?}");
        }
    }
}
