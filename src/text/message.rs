//! A [`Text`] and how it becomes words: its values, its times with the span between them and now,
//! the reader, and the macro [`text!`]. The rules for texts are in `mod.rs`, lengths of time in
//! `duration`.

use super::duration::in_words;
use super::id::Id;
use super::language::Language;
use super::resources;
use crate::clock::{Clock, local, rfc3339};
use crate::visible;
use fluent_bundle::{FluentArgs, FluentValue};
use serde::{Serialize, Serializer};
use std::fmt::Display;

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

/// On which side of now a time was when the text was made: a due time stays due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tense {
    Past,
    Due,
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

/// `2026-11-29 07:14:00 (9 minutes ago)` or `(in 9 minutes)`, local time. Both times are epoch
/// seconds.
fn around(tense: Tense, at: u64, now: u64) -> Text {
    let span = match tense {
        Tense::Past => since(now.saturating_sub(at)),
        Tense::Due => until(at.saturating_sub(now)),
    };
    text!("time-at", time = local(at), span = span)
}

fn since(passed: u64) -> Text {
    match passed {
        0..120 => text!("time-seconds-ago", count = passed),
        120..7200 => text!("time-minutes-ago", count = passed / 60),
        7200..172_800 => text!("time-hours-ago", count = passed / 3600),
        _ => text!("time-days-ago", count = passed / 86_400),
    }
}

/// Rounds up: who waits that long is not too early.
fn until(left: u64) -> Text {
    match left {
        0..120 => text!("time-in-seconds", count = left.max(2)),
        120..7200 => text!("time-in-minutes", count = left.div_ceil(60)),
        7200..172_800 => text!("time-in-hours", count = left.div_ceil(3600)),
        _ => text!("time-in-days", count = left.div_ceil(86_400)),
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
