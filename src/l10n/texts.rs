//! The texts of both languages, compiled in, and the Fluent bundles made of them when they are
//! needed. No choice of language.

use super::Language;
use crate::visible;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use std::fmt::Display;
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

    fn find(
        &self,
        language: Language,
        id: &str,
        values: &[(&'static str, &dyn Display)],
    ) -> Option<String> {
        let bundle = self
            .parsed
            .get_or_init(|| parse(language, self.text))
            .as_ref()?;
        let pattern = bundle.get_message(id)?.value()?;
        // As text, also for numbers: a number would be written as the language writes it. A value
        // is one line: a newline in it would begin a line that looks like one of ours.
        let shown = |value: &dyn Display| visible::line(&value.to_string()).into_owned();
        let args: FluentArgs<'_> = values
            .iter()
            .map(|(name, value)| (*name, shown(*value)))
            .collect();
        // What cannot be filled in stays visible as `{$name}`; that is all there is to do about it
        // here.
        Some(
            bundle
                .format_pattern(pattern, Some(&args), &mut Vec::new())
                .into_owned(),
        )
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
pub(super) fn find(
    language: Language,
    id: &str,
    values: &[(&'static str, &dyn Display)],
) -> Option<String> {
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

    const TEXT: &str =
        "greeting = { $name }: { $count } of `ropc`\nlines = one\n    two\nbroken = { $\n";

    #[test]
    fn values_are_shown_as_they_are() {
        let source = TextFile::new(TEXT);
        let shown = source.find(
            Language::Japanese,
            "greeting",
            &[("name", &"日本"), ("count", &1_795_327_644_u64)],
        );
        assert_eq!(
            shown.as_deref(),
            Some("日本: 1795327644 of `ropc`"),
            "no separators, no marks of direction"
        );
        let hostile = source.find(
            Language::English,
            "greeting",
            &[("name", &"a\nropc: error: b\u{1b}"), ("count", &1)],
        );
        assert_eq!(
            hostile.as_deref(),
            Some("a\\nropc: error: b\\u{1b}: 1 of `ropc`"),
            "a value is one line"
        );
        assert_eq!(
            source.find(Language::English, "lines", &[]).as_deref(),
            Some("one\ntwo")
        );
        assert_eq!(
            source
                .find(Language::English, "greeting", &[("name", &1)])
                .as_deref(),
            Some("1: {$count} of `ropc`")
        );
        assert_eq!(source.find(Language::English, "broken", &[]), None);
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
