//! The texts of both languages, compiled in, and their Fluent bundles, made on demand. Does not
//! choose a language.

use super::language::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use std::sync::OnceLock;

/// The texts of one file in one language.
struct TextFile {
    text: &'static str,
    parsed: OnceLock<Option<FluentBundle<FluentResource>>>,
}

impl TextFile {
    const fn new(text: &'static str) -> Self {
        Self {
            text,
            parsed: OnceLock::new(),
        }
    }

    fn find(&self, language: Language, id: &str, values: &FluentArgs<'_>) -> Option<String> {
        let bundle = self
            .parsed
            .get_or_init(|| parse(language, self.text))
            .as_ref()?;
        let pattern = bundle.get_message(id)?.value()?;
        // A value that is missing stays visible as `{$name}`.
        let shown = bundle.format_pattern(pattern, Some(values), &mut Vec::new());
        Some(shown.into_owned())
    }
}

/// Parses a file. Leaves out entries with errors, which `build.rs` refuses anyway.
fn parse(language: Language, text: &str) -> Option<FluentBundle<FluentResource>> {
    let tag = match language {
        Language::English => "en",
        Language::Japanese => "ja",
    };
    let resource =
        FluentResource::try_new(text.to_owned()).unwrap_or_else(|(readable, _)| readable);
    let mut bundle = FluentBundle::new_concurrent(vec![tag.parse().ok()?]);
    // The marks around values are for languages written from right to left, and would be copied
    // with a text from a terminal.
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    Some(bundle)
}

/// The texts of one area: the first word of an id, and the name of its file.
struct AreaTexts {
    english: TextFile,
    japanese: TextFile,
}

impl AreaTexts {
    /// The text in this language, else in English.
    fn find(&self, language: Language, id: &str, values: &FluentArgs<'_>) -> Option<String> {
        let own = match language {
            Language::English => None,
            Language::Japanese => self.japanese.find(language, id, values),
        };
        own.or_else(|| self.english.find(Language::English, id, values))
    }
}

macro_rules! areas {
    ([$($name:literal),*]) => {
        fn area(name: &str) -> Option<&'static AreaTexts> {
            Some(match name {
                $($name => {
                    static AREA: AreaTexts = AreaTexts {
                        english: TextFile::new(locale!("en/", $name)),
                        japanese: TextFile::new(locale!("ja/", $name)),
                    };
                    &AREA
                })*
                _ => return None,
            })
        }
    };
}

macro_rules! locale {
    ($language:literal, $name:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/locales/",
            $language,
            $name,
            ".ftl"
        ))
    };
}

include!(concat!(env!("OUT_DIR"), "/areas.rs"));

/// The help texts; the English ones are the comments of `src/cli`.
static HELP: TextFile = TextFile::new(locale!("ja/", "help"));

/// A Japanese text of the command line's help. `None`: clap's own, in English.
pub(crate) fn help_text(id: &str) -> Option<String> {
    HELP.find(Language::Japanese, id, &FluentArgs::new())
}

/// The text of an id in a language, with its values filled in; in English where the language lacks
/// it.
pub(crate) fn find(language: Language, id: &str, values: &FluentArgs<'_>) -> Option<String> {
    area(id.split('-').next()?)?.find(language, id, values)
}

/// True if the language itself has a text of this id.
#[cfg(test)]
pub(crate) fn is_in(language: Language, id: &str) -> bool {
    let area = id.split('-').next().and_then(area);
    let file = area.map(|area| match language {
        Language::English => &area.english,
        Language::Japanese => &area.japanese,
    });
    file.is_some_and(|file| file.find(language, id, &FluentArgs::new()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use fluent_bundle::FluentValue;

    static AREA: AreaTexts = AreaTexts {
        english: TextFile::new(
            "greeting = { $name }: { $size } of `ropc`\nlines = one\n    two\nplural = { $count ->\n\
             [one] 1 problem\n *[other] { $count } problems\n }\n",
        ),
        japanese: TextFile::new("greeting = `ropc` の { $name }: { $size }\n"),
    };

    fn shown(language: Language, id: &str, values: &[(&'static str, &str)]) -> Option<String> {
        AREA.find(language, id, &values.iter().copied().collect())
    }

    #[test]
    fn values_are_shown_as_they_are() {
        let english = |id, values| shown(Language::English, id, values);
        assert_eq!(
            english("greeting", &[("name", "日本"), ("size", "1795327644")]).as_deref(),
            Some("日本: 1795327644 of `ropc`"),
            "no separators, no marks of direction"
        );
        assert_eq!(english("lines", &[]).as_deref(), Some("one\ntwo"));
        assert_eq!(
            english("greeting", &[("name", "007")]).as_deref(),
            Some("007: {$size} of `ropc`")
        );
        assert_eq!(english("unknown", &[]), None);
    }

    #[test]
    fn a_text_that_japanese_lacks_is_shown_in_english() {
        assert_eq!(
            shown(Language::Japanese, "lines", &[]).as_deref(),
            Some("one\ntwo")
        );
        // The control: an existing text is shown in Japanese.
        assert_eq!(
            shown(
                Language::Japanese,
                "greeting",
                &[("name", "x"), ("size", "1")]
            )
            .as_deref(),
            Some("`ropc` の x: 1")
        );
    }

    #[test]
    fn a_count_selects_the_plural() {
        for (count, expected) in [(0, "0 problems"), (1, "1 problem"), (1200, "1200 problems")] {
            let values = FluentArgs::from_iter([("count", FluentValue::from(count))]);
            assert_eq!(
                AREA.find(Language::English, "plural", &values).as_deref(),
                Some(expected)
            );
        }
    }
}
