//! One value of a profile file: a text, a time, a name out of several; and what can be wrong with
//! the text of a profile, as data. Knows no key.

use crate::clock::epoch;
use crate::format::Release;
use clap::ValueEnum;
use toml::Table;

/// A value, or what is wrong with the text.
pub(super) type Result<T> = std::result::Result<T, FormatFault>;

/// What is wrong with the text of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatFault {
    /// It is not TOML.
    Syntax {
        /// The line, counted from 1.
        line: usize,
        /// The message of the TOML parser, in English.
        reason: String,
    },
    /// A version of the format that this program does not know.
    Version {
        /// As written.
        version: String,
        /// The ropc that reads it, if the file says so.
        needs: Option<Release>,
    },
    /// It has both `authority` and `cloud`.
    BothHosts,
    /// A key that no profile has.
    UnknownKey {
        /// As written.
        key: String,
        /// The key that the person probably means.
        near: Option<&'static str>,
        /// Every key.
        known: Vec<&'static str>,
    },
    /// A key that no profile has, with the name of a secret.
    SecretKey(String),
    /// A required key is missing.
    MissingKey(&'static str),
    /// A value has another type.
    Type {
        /// The key.
        key: &'static str,
        /// The required type.
        expected: Expected,
    },
    /// A key of another store than the profile's.
    OtherStore {
        /// The key.
        key: &'static str,
        /// The name of the store that it belongs to.
        store: &'static str,
    },
    /// A key of another app credential than the profile's.
    OtherCredential {
        /// The key.
        key: &'static str,
        /// The app credential that it belongs to.
        credential: &'static str,
    },
    /// A value that the key does not take.
    UnknownValue {
        /// The key.
        key: &'static str,
        /// As written.
        value: String,
        /// The values that it takes.
        known: Vec<&'static str>,
    },
}

/// The required type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A text.
    Text,
    /// True or false.
    Flag,
    /// A list of texts.
    Texts,
    /// The absolute path of a directory.
    AbsolutePath,
    /// A list of texts that is not empty: a program and its arguments.
    Command,
    /// A list of texts that begins with a name without a directory, or with an absolute path.
    Program,
    /// The hexadecimal digits of a digest.
    Thumbprint,
    /// A time as RFC 3339 writes it, or a date.
    Time,
}

pub(super) fn missing(key: &'static str) -> FormatFault {
    FormatFault::MissingKey(key)
}

pub(super) fn wrong_type(key: &'static str, expected: Expected) -> FormatFault {
    FormatFault::Type { key, expected }
}

pub(super) fn text_of<'t>(table: &'t Table, key: &'static str) -> Result<Option<&'t str>> {
    let text = table.get(key).map(|value| {
        value
            .as_str()
            .ok_or_else(|| wrong_type(key, Expected::Text))
    });
    text.transpose()
}

/// The value of an enum that a key names.
pub(super) fn choice<T: ValueEnum + Copy>(
    table: &Table,
    key: &'static str,
    name: fn(T) -> &'static str,
) -> Result<Option<T>> {
    let Some(text) = text_of(table, key)? else {
        return Ok(None);
    };
    let all = T::value_variants().iter().copied();
    if let Some(value) = all.clone().find(|value| name(*value) == text) {
        return Ok(Some(value));
    }
    Err(FormatFault::UnknownValue {
        key,
        value: text.to_owned(),
        known: all.map(name).collect(),
    })
}

/// A time of a profile file, epoch seconds.
pub(super) fn time_of(table: &Table, key: &'static str) -> Result<Option<u64>> {
    let Some(text) = text_of(table, key)? else {
        return Ok(None);
    };
    match epoch(text) {
        Some(time) => Ok(Some(time)),
        None => Err(wrong_type(key, Expected::Time)),
    }
}
