//! What the table says to people, in each language: `en/*.toml` and `ja/*.toml`, with the families
//! and codes of the columns. Only words; nothing here decides anything, and the columns know
//! nothing of a language.
//!
//! | key | meaning |
//! |---|---|
//! | `title` | the meaning, in a few words |
//! | `cause` | why it happens to a password grant: one to three sentences |
//! | `todo` | the next steps, in their order; commands are in backticks, and `{host}` and its like are for [`fill`](crate::fill()) |
//! | `login` | the steps, counted from 1, that run `ropc login`, which ends a refusal; with the English `todo` only |
//! | `look` | the steps, counted from 1, that look at a stored profile; with the English `todo` only |
//! | `note` | which part of the knowledge is uncertain |
//!
//! A code without `todo` or `note` has its family's, and `login` and `look` go with `todo`. The
//! texts of a language are parsed when the first one is asked for, and those of another language
//! not at all. A code that a language lacks is explained in English.

use crate::table::Entry;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A language that the words exist in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Every text exists in it.
    English,
    /// Japanese.
    Japanese,
}

/// The words of one code.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The meaning in a few words, without a full stop.
    pub title: String,
    /// Why it happens to a password grant.
    pub cause: String,
    /// The next steps, in their order; may hold the placeholders of [`fill`](crate::fill()).
    pub todo: Vec<String>,
    /// The steps of `todo`, counted from 1, that run `ropc login`, which ends a refusal. The
    /// English texts list them; the steps of the other languages are the same.
    pub login: Vec<usize>,
    /// The steps of `todo`, counted from 1, that look at a stored profile. Listed as `login` is.
    pub look: Vec<usize>,
    /// Which part of the knowledge is uncertain; else empty.
    pub note: String,
}

macro_rules! chapters {
    ($language:literal) => {
        [
            include_str!(concat!("../data/", $language, "/user.toml")),
            include_str!(concat!("../data/", $language, "/policy.toml")),
            include_str!(concat!("../data/", $language, "/tenant.toml")),
            include_str!(concat!("../data/", $language, "/app.toml")),
            include_str!(concat!("../data/", $language, "/scope.toml")),
            include_str!(concat!("../data/", $language, "/session.toml")),
            include_str!(concat!("../data/", $language, "/server.toml")),
        ]
    };
}

const ENGLISH: [&str; 7] = chapters!("en");
const JAPANESE: [&str; 7] = chapters!("ja");

/// The words of one language, by the first number of the code.
struct Texts {
    chapters: [&'static str; 7],
    parsed: OnceLock<BTreeMap<u32, Text>>,
}

impl Texts {
    const fn new(chapters: [&'static str; 7]) -> Self {
        Self {
            chapters,
            parsed: OnceLock::new(),
        }
    }

    /// Without the chapters that do not parse; the tests check that all of them do.
    fn find(&self, code: u32) -> Option<&Text> {
        let parse = || {
            let chapters = self
                .chapters
                .iter()
                .filter_map(|text| toml::from_str::<TextChapter>(text).ok());
            chapters
                .flat_map(|chapter| chapter.family)
                .flat_map(TextFamily::into_texts)
                .collect()
        };
        self.parsed.get_or_init(parse).get(&code)
    }
}

/// The words of all languages.
struct Languages {
    english: Texts,
    japanese: Texts,
}

impl Languages {
    const fn new() -> Self {
        Self {
            english: Texts::new(ENGLISH),
            japanese: Texts::new(JAPANESE),
        }
    }

    fn find(&self, language: Language, code: u32) -> Option<&Text> {
        match language {
            Language::English => self.english.find(code),
            Language::Japanese => self.japanese.find(code).or_else(|| self.english.find(code)),
        }
    }
}

static TEXTS: Languages = Languages::new();

impl Entry {
    /// The texts for people; empty if the table of texts lacks the code.
    pub fn text(&self, language: Language) -> &'static Text {
        static NONE: Text = Text {
            title: String::new(),
            cause: String::new(),
            todo: Vec::new(),
            login: Vec::new(),
            look: Vec::new(),
            note: String::new(),
        };
        TEXTS.find(language, self.first).unwrap_or(&NONE)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TextChapter {
    family: Vec<TextFamily>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TextFamily {
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the tests hold it against the columns")
    )]
    name: String,
    #[serde(default)]
    note: String,
    todo: Vec<String>,
    #[serde(default)]
    login: Vec<usize>,
    #[serde(default)]
    look: Vec<usize>,
    code: Vec<TextCode>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TextCode {
    #[serde(rename = "code")]
    first: u32,
    title: String,
    cause: String,
    todo: Option<Vec<String>>,
    #[serde(default)]
    login: Vec<usize>,
    #[serde(default)]
    look: Vec<usize>,
    note: Option<String>,
}

impl TextFamily {
    fn into_texts(self) -> impl Iterator<Item = (u32, Text)> {
        let Self {
            todo,
            login,
            look,
            note,
            code,
            ..
        } = self;
        code.into_iter().map(move |code| {
            let (todo, login, look) = match code.todo {
                Some(own) => (own, code.login, code.look),
                None => (todo.clone(), login.clone(), look.clone()),
            };
            let note = code.note.unwrap_or_else(|| note.clone());
            (
                code.first,
                Text {
                    title: code.title,
                    cause: code.cause,
                    todo,
                    login,
                    look,
                    note,
                },
            )
        })
    }
}

#[cfg(test)]
mod tests;
