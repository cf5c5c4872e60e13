//! Texts for people: a [`Text`] is a sentence without a language; it becomes words for a [`Reader`]
//! when `ui` writes it. The sentences are in `locales/LANGUAGE/AREA.ftl` (Project Fluent); code
//! names them: `text!("entra-more", code = code)` is the message `entra-more`.
//!
//! The compiler checks the id and the names of the values against `locales/en`, which `build.rs`
//! lists. No I/O, no environment; does not choose the language. Of the program it knows `clock`,
//! `os` and `visible` only. `io` words errors of I/O; `sentences` words what other modules report.
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

mod duration;
mod id;
mod io;
mod language;
mod message;
pub(crate) mod resources;
#[cfg(test)]
mod tests;
pub(crate) mod wrap;

pub(crate) use id::Id;
pub(crate) use io::{at_path, io_reason};
pub(crate) use language::Language;
pub use message::{Reader, Text};
pub(crate) use message::{ToValue, Value, text, value};
pub(crate) use resources::help_text;
