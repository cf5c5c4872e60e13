//! The languages of the texts, and how a locale names one. Does not choose a language.

/// A language of the texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Language {
    /// Every text exists in English.
    #[default]
    English,
    /// Japanese, written as UTF-8.
    Japanese,
}

impl Language {
    /// The language that a locale name or language tag asks for: `ja`, `ja-JP`, `en_GB.UTF-8`, `C`.
    /// `None` for a language without texts.
    ///
    /// Texts are UTF-8. A Japanese locale that names another character set (`ja_JP.eucJP`) is
    /// English, as the texts would be garbled; one without a character set means UTF-8, as on
    /// nearly every system.
    pub(crate) fn of_locale(name: &str) -> Option<Self> {
        let name = name.split('@').next().unwrap_or_default();
        let (tag, charset) = name.split_once('.').unwrap_or((name, "UTF-8"));
        let is_utf8 = ["utf-8", "utf8"]
            .iter()
            .any(|utf8| charset.eq_ignore_ascii_case(utf8));
        match tag
            .split(['_', '-'])
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
            .as_str()
        {
            "ja" if is_utf8 => Some(Self::Japanese),
            "ja" | "en" | "c" | "posix" => Some(Self::English),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locale_names_give_their_language() {
        use Language::{English, Japanese};
        for name in [
            "ja",
            "ja_JP.UTF-8",
            "ja_JP.utf8",
            "ja-JP",
            "JA_jp",
            "ja_JP.UTF-8@cjknarrow",
        ] {
            assert_eq!(Language::of_locale(name), Some(Japanese), "{name}");
        }
        for name in [
            "en",
            "en_GB.UTF-8",
            "en-US",
            "C",
            "C.UTF-8",
            "POSIX",
            "ja_JP.eucJP",
            "ja_JP.SJIS",
            "ja_JP.ujis",
        ] {
            assert_eq!(Language::of_locale(name), Some(English), "{name}");
        }
        for name in ["", "fr", "fr_FR.UTF-8", "japanese", "jav_ID", "."] {
            assert_eq!(Language::of_locale(name), None, "{name}");
        }
    }
}
