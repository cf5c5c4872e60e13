//! One value of a profile file: a text, a time, a name out of several, and what is wrong with it.
//! Knows no key.

use super::error::{Expected, FormatFault, ProfileError, Result};
use crate::clock::epoch;
use clap::ValueEnum;
use toml::Table;

pub(super) fn missing(key: &'static str) -> ProfileError {
    FormatFault::MissingKey(key).into()
}

pub(super) fn wrong_type(key: &'static str, expected: Expected) -> ProfileError {
    FormatFault::Type { key, expected }.into()
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
    }
    .into())
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
