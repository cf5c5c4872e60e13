//! The texts of both languages, compiled in, and the Fluent bundles made of them when they are
//! needed. No choice of language.

use super::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
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

    fn find(&self, language: Language, id: &str, values: &[(&str, String)]) -> Option<String> {
        let bundle = self
            .parsed
            .get_or_init(|| parse(language, self.text))
            .as_ref()?;
        let pattern = bundle.get_message(id)?.value()?;
        let args: FluentArgs<'_> = values
            .iter()
            .map(|(name, value)| (*name, fluent_value(name, value)))
            .collect();
        // A value that is missing stays visible as `{$name}`.
        Some(
            bundle
                .format_pattern(pattern, Some(&args), &mut Vec::new())
                .into_owned(),
        )
    }
}

/// Text, also for numbers: Fluent writes a number as the language writes it. Only `count` is a
/// number, which selects a plural.
fn fluent_value<'a>(name: &str, value: &'a str) -> FluentValue<'a> {
    if name == "count" {
        FluentValue::try_number(value)
    } else {
        FluentValue::from(value)
    }
}

/// What cannot be read is left out; the test of the texts finds it.
fn parse(language: Language, text: &str) -> Option<FluentBundle<FluentResource>> {
    let tag = match language {
        Language::English => "en",
        Language::Japanese => "ja",
    };
    let resource =
        FluentResource::try_new(text.to_owned()).unwrap_or_else(|(readable, _)| readable);
    let mut bundle = FluentBundle::new_concurrent(vec![tag.parse().ok()?]);
    // The signs around values are for languages written from right to left, and spoil what is
    // copied from a terminal.
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    Some(bundle)
}

/// The texts of one area: the first word of an id, and the name of its file.
struct Area {
    english: TextFile,
    japanese: TextFile,
}

macro_rules! areas {
    ($($name:literal)*) => {
        fn area(name: &str) -> Option<&'static Area> {
            Some(match name {
                $($name => {
                    static AREA: Area = Area {
                        english: TextFile::new(include_str!(concat!("../../locales/en/", $name, ".ftl"))),
                        japanese: TextFile::new(include_str!(concat!("../../locales/ja/", $name, ".ftl"))),
                    };
                    &AREA
                })*
                _ => return None,
            })
        }

        #[cfg(test)]
        const AREAS: &[&str] = &[$($name),*];
    };
}

areas! {
    "broker"
    "cli"
    "cmd"
    "doctor"
    "entra"
    "error"
    "exec"
    "explain"
    "import"
    "login"
    "os"
    "profile"
    "serve"
    "ui"
    "vault"
}

/// The help texts; the English ones are the comments in `cli.rs`.
static HELP: TextFile = TextFile::new(include_str!("../../locales/ja/help.ftl"));

/// A Japanese text of the command line's help.
pub(crate) fn help_text(id: &str) -> Option<String> {
    HELP.find(Language::Japanese, id, &[])
}

/// The text of an id in a language, with its values filled in.
pub(crate) fn find(language: Language, id: &str, values: &[(&str, String)]) -> Option<String> {
    let area = area(id.split('-').next()?)?;
    let source = match language {
        Language::English => &area.english,
        Language::Japanese => &area.japanese,
    };
    source.find(language, id, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(id: &str, values: &[(&str, &str)]) -> Option<String> {
        const TEXT: &str = "greeting = { $name }: { $size } of `ropc`\nlines = one\n    two\n\
            broken = { $\nplural = { $count ->\n    [one] 1 problem\n   *[other] { $count } problems\n}\n";
        let values: Vec<_> = values.iter().map(|(n, v)| (*n, (*v).to_owned())).collect();
        TextFile::new(TEXT).find(Language::English, id, &values)
    }

    #[test]
    fn values_are_shown_as_they_are() {
        assert_eq!(
            shown("greeting", &[("name", "日本"), ("size", "1795327644")]).as_deref(),
            Some("日本: 1795327644 of `ropc`"),
            "no separators, no marks of direction"
        );
        assert_eq!(shown("lines", &[]).as_deref(), Some("one\ntwo"));
        assert_eq!(
            shown("greeting", &[("name", "007")]).as_deref(),
            Some("007: {$size} of `ropc`")
        );
        assert_eq!(shown("broken", &[]), None);
    }

    #[test]
    fn a_count_selects_the_plural() {
        for (count, expected) in [
            ("0", "0 problems"),
            ("1", "1 problem"),
            ("1200", "1200 problems"),
        ] {
            assert_eq!(
                shown("plural", &[("count", count)]).as_deref(),
                Some(expected)
            );
        }
    }

    #[test]
    fn every_file_is_read_without_a_fault() {
        for name in AREAS {
            let area = area(name).unwrap();
            for source in [&area.english, &area.japanese] {
                let read = FluentResource::try_new(source.text.to_owned());
                assert!(
                    read.is_ok(),
                    "{name}: {:?}",
                    read.err().map(|(_, faults)| faults)
                );
            }
        }
    }
}
