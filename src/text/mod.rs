//! Texts for people: a [`Text`] is a sentence without a language; it becomes words for a [`Reader`]
//! when `ui` writes it. The sentences are in `locales/LANGUAGE/AREA.ftl` (Project Fluent); code
//! names them: `text!("entra-more", code = code)` is the message `entra-more`.
//!
//! The compiler checks the id and the names of the values against `locales/en`, which `build.rs`
//! lists. Here too: one file for the errors of each module, which turns an enum into message and
//! hints. No I/O, no environment; does not choose the language.
//!
//! Rules for texts:
//! - Never translated: JSON output, exit codes, the prefixes `ropc: error:`, `ropc: hint:` and
//!   `ropc: warning:`, the kind labels of `exec`, flags, names of checks, and text for a file or
//!   another program (`Text::english`).
//! - Commands are in backticks and are the same in every language; `{ $p }` in them is ` -p NAME`
//!   of the reader's profile, or nothing for `default`. No full stop at the end.
//! - Values are shown unchanged: a number gets no separators. Invisible characters in them become
//!   escapes, newlines too (`visible::line`). No secret is ever a value.
//! - A number that a noun follows is the value `count`, and selects the plural: `{ $count -> [one]
//!   1 problem *[other] { $count } problems }`. It is an integer, and the only value that selects.
//!   A sentence with two of them takes two texts as values: `doctor-fails` takes `doctor-problems`
//!   and `doctor-warnings`.
//! - A text that a language lacks is shown in English, and a test lists it. Never panics.
//! - A file is parsed at the first use of one of its texts, so a run without messages costs
//!   nothing.

mod assertion;
mod broker;
mod certificate;
mod duration;
mod entra;
mod exec;
pub(crate) mod explain;
mod format;
pub(crate) mod import;
mod language;
mod os;
mod profile;
mod program;
mod prompt;
pub(crate) mod resources;
mod secret;
pub(crate) mod serve;
mod vault;
pub(crate) mod wrap;

use broker::{Tense, around};
pub(crate) use duration::in_words;
pub(crate) use language::Language;
pub(crate) use os::{at_path, io_reason};
pub(crate) use profile::with_profile;
pub(crate) use resources::help_text;
pub(crate) use vault::secrets_shape;

use crate::clock::{Clock, rfc3339};
use crate::visible;
use fluent_bundle::{FluentArgs, FluentValue};
use serde::{Serialize, Serializer};
use std::fmt::Display;

include!(concat!(env!("OUT_DIR"), "/messages.rs"));

/// The person for whom a text becomes words.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    /// The language of the words.
    pub(crate) language: Language,
    /// The profile for commands, if it is not `default`.
    pub(crate) profile: Option<String>,
    /// The clock of a person, whose times are local and have the span from now; a file or a program
    /// has none.
    pub(crate) clock: Option<&'static dyn Clock>,
}

impl Reader {
    fn profile_flag(&self) -> String {
        self.profile
            .as_ref()
            .map_or_else(String::new, |name| format!(" -p {name}"))
    }
}

/// The id of an existing message, checked together with the names of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Id(&'static str);

impl Id {
    /// Called by [`text!`] at compile time.
    pub(crate) const fn checked(id: &'static str, values: &[&str]) -> Self {
        let mut low = 0;
        let mut high = MESSAGES.len();
        while low < high {
            let middle = usize::midpoint(low, high);
            if is_before(MESSAGES[middle].0, id) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        assert!(
            low < MESSAGES.len() && is_same(MESSAGES[low].0, id),
            "no file of locales/en has this id"
        );
        let expected = MESSAGES[low].1;
        assert!(
            expected.len() == values.len(),
            "the text in locales/en takes more or fewer values"
        );
        let mut at = 0;
        while at < values.len() {
            assert!(
                is_among(values[at], expected),
                "the text in locales/en takes no value of this name"
            );
            at += 1;
        }
        Self(id)
    }
}

const fn is_before(one: &str, other: &str) -> bool {
    let one = one.as_bytes();
    let other = other.as_bytes();
    let mut at = 0;
    while at < one.len() && at < other.len() {
        if one[at] != other[at] {
            return one[at] < other[at];
        }
        at += 1;
    }
    one.len() < other.len()
}

const fn is_same(one: &str, other: &str) -> bool {
    !is_before(one, other) && !is_before(other, one)
}

const fn is_among(name: &str, names: &[&str]) -> bool {
    let mut at = 0;
    while at < names.len() {
        if is_same(name, names[at]) {
            return true;
        }
        at += 1;
    }
    false
}

/// A sentence for a person, not yet in a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(TextKind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum TextKind {
    /// A message of `locales/` with its values.
    Message(Id, Box<[(&'static str, Value)]>),
    /// The same in every language: names, commands, words of the system or of the service.
    Words(String),
    /// Words of a table that has them in each language.
    Translated(Box<Translated>),
    /// A length of time, in seconds.
    Span(u64),
    /// A point in time, in epoch seconds.
    Time(Tense, u64),
    /// Several texts with this separator.
    Joined(Box<[Text]>, &'static str),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Translated {
    english: String,
    japanese: String,
}

/// A value of a text: words, another text, or a number for its plural.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Words(String),
    Text(Text),
    Count(u64),
}

impl Value {
    /// Called by [`text!`] for `count`. A number outside of `u64` becomes `u64::MAX`.
    pub(crate) fn count(count: impl TryInto<u64>) -> Self {
        Self::Count(count.try_into().unwrap_or(u64::MAX))
    }
}

/// Makes a value of a text, or of anything that displays. Called by [`text!`].
pub(crate) trait ToValue {
    fn to_value(&self) -> Value;
}

impl<T: Display + ?Sized> ToValue for T {
    fn to_value(&self) -> Value {
        Value::Words(self.to_string())
    }
}

impl ToValue for Text {
    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }
}

impl ToValue for &Text {
    fn to_value(&self) -> Value {
        Value::Text((*self).clone())
    }
}

impl Text {
    /// Called by [`text!`], which checks the names of the values.
    pub(crate) fn message<const N: usize>(id: Id, values: [(&'static str, Value); N]) -> Self {
        Self(TextKind::Message(id, Box::new(values)))
    }

    /// Words that are the same in every language.
    pub(crate) fn words(words: impl Into<String>) -> Self {
        Self(TextKind::Words(words.into()))
    }

    /// Words of a table that has them in each language; `{p}` in them means the same as `{ $p }` in
    /// messages.
    pub(crate) fn translated(english: String, japanese: String) -> Self {
        Self(TextKind::Translated(Box::new(Translated {
            english,
            japanese,
        })))
    }

    /// A length of time: `1h 5m`.
    pub(crate) fn span(seconds: u64) -> Self {
        Self(TextKind::Span(seconds))
    }

    /// A time in the past, in epoch seconds: `2026-11-29 07:14:00 (9 minutes ago)` for a person,
    /// local time, and UTC for a file or a program.
    pub(crate) fn past(at: u64) -> Self {
        Self(TextKind::Time(Tense::Past, at))
    }

    /// A time that something waits for or lasts until, in epoch seconds: the same with `(in 9
    /// minutes)`.
    pub(crate) fn due(at: u64) -> Self {
        Self(TextKind::Time(Tense::Due, at))
    }

    /// Several texts with a separator: `", "`, or a newline.
    pub(crate) fn joined(texts: impl IntoIterator<Item = Self>, between: &'static str) -> Self {
        Self(TextKind::Joined(texts.into_iter().collect(), between))
    }

    /// The first of several lines.
    pub(crate) fn first_line(&self) -> &Self {
        match &self.0 {
            TextKind::Joined(texts, "\n") => texts.first().unwrap_or(self),
            _ => self,
        }
    }

    /// The words for this reader.
    pub(crate) fn render(&self, reader: &Reader) -> String {
        match &self.0 {
            TextKind::Message(id, values) => render_message(reader, id.0, values),
            TextKind::Words(words) => words.clone(),
            TextKind::Translated(both) => match reader.language {
                Language::English => both.english.replace("{p}", &reader.profile_flag()),
                Language::Japanese => both.japanese.replace("{p}", &reader.profile_flag()),
            },
            TextKind::Span(seconds) => in_words(reader.language, *seconds),
            TextKind::Time(tense, at) => match reader.clock {
                Some(clock) => around(*tense, *at, clock.now()).render(reader),
                None => rfc3339(*at),
            },
            TextKind::Joined(texts, between) => {
                let texts: Vec<String> = texts.iter().map(|text| text.render(reader)).collect();
                texts.join(between)
            }
        }
    }

    /// The words for a file or another program: English, and commands name no profile.
    pub(crate) fn english(&self) -> String {
        self.render(&Reader::default())
    }
}

/// JSON is English for every reader.
impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.english())
    }
}

/// Words for tests.
#[cfg(any(test, fuzzing))]
impl From<&str> for Text {
    fn from(words: &str) -> Self {
        Self::words(words)
    }
}

fn render_message(reader: &Reader, id: &str, values: &[(&'static str, Value)]) -> String {
    let mut shown: FluentArgs<'_> = values
        .iter()
        .map(|(name, value)| (*name, render_value(reader, value)))
        .collect();
    shown.set("p", reader.profile_flag());
    resources::find(reader.language, id, &shown).unwrap_or_else(|| id.to_owned())
}

/// A value is one line: a newline in words from outside would begin a line that looks like one of
/// ours.
fn render_value<'v>(reader: &Reader, value: &'v Value) -> FluentValue<'v> {
    match value {
        Value::Words(words) => visible::line(words).into(),
        Value::Text(text) => text.render(reader).into(),
        Value::Count(count) => (*count).into(),
    }
}

/// A text for a person: `text!("area-name")` or `text!("area-name", value = x, other = y)`. A value
/// is anything that displays, or another [`Text`]; `count` is an integer.
macro_rules! text {
    ($id:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::text::Text::message(
            const { $crate::text::Id::checked($id, &[$(stringify!($name)),*]) },
            [$((stringify!($name), $crate::text::value!($name, $value))),*],
        )
    };
}
pub(crate) use text;

/// The value of one name. Called by [`text!`].
macro_rules! value {
    (count, $value:expr) => {
        $crate::text::Value::count($value)
    };
    ($name:ident, $value:expr) => {
        $crate::text::ToValue::to_value(&$value)
    };
}
pub(crate) use value;

#[cfg(test)]
mod tests;
