//! The only writer to stdout and stderr; `waiting` has the line that is drawn again.
//!
//! Rules:
//! - stdout carries data only: a token, a JSON object, a table that the verb prints.
//! - Everything else goes to stderr as `ropc: error: ...`, `ropc: hint: ...`, `ropc: warning: ...`
//!   or `ropc: ...`, lower case, no full stop at the end.
//! - Colour only where that stream is a terminal, never with `NO_COLOR` or `TERM=dumb`; it carries
//!   no meaning of its own.
//! - Both streams show invisible characters, and those that a terminal acts on, as escapes
//!   (`visible`); JSON is ASCII, so that no code page of a console spoils it. Only [`Ui::verbatim`]
//!   writes its text unchanged.
//! - A closed pipe is success: the reader had enough. A stream that was closed before ropc started,
//!   or that is not open for writing, is a failure.
//! - No secret comes here, except the token that `token` and `renew` print.

mod waiting;

pub(crate) use waiting::Waiting;

use crate::error::{Error, Kind, io_reason};
use crate::text::wrap::wrapped;
use crate::text::{Reader, Text, text};
use crate::{os, visible};
use serde::Serialize;
use serde_json::ser::Formatter;
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use zeroize::Zeroizing;

static OUTPUT_LOST: AtomicBool = AtomicBool::new(false);

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// Where the stream is a terminal.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What a colour on standard output says again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paint {
    /// All is well: green.
    Good,
    /// Something may fail later: yellow.
    Doubtful,
    /// Something fails: red.
    Bad,
    /// A label or a header: bold.
    Label,
}

impl Paint {
    fn code(self) -> &'static str {
        match self {
            Self::Good => "32",
            Self::Doubtful => "33",
            Self::Bad => "31",
            Self::Label => "1",
        }
    }
}

/// How a person learns of a long wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waits {
    /// By a line that stays.
    Said,
    /// By a line that is gone afterwards.
    Shown,
}

/// The two output streams and how to write them.
#[derive(Clone, Debug)]
pub struct Ui {
    color: bool,
    color_of_data: bool,
    waits: Waits,
    verbose: bool,
    reader: Reader,
}

impl Ui {
    /// Decides colour once. `plain` is true where the environment asks for none (`NO_COLOR`,
    /// `TERM=dumb`).
    pub fn new(color: Color, plain: bool, verbose: bool, reader: Reader) -> Self {
        let on = |is_terminal: bool| match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => !plain && is_terminal,
        };
        Self {
            color: on(std::io::stderr().is_terminal()),
            color_of_data: on(std::io::stdout().is_terminal()),
            waits: Waits::Said,
            verbose,
            reader,
        }
    }

    /// The same for a run that may show its waits, if standard error is a terminal.
    #[must_use]
    pub fn showing_waits(self) -> Self {
        let waits = if std::io::stderr().is_terminal() {
            Waits::Shown
        } else {
            Waits::Said
        };
        Self { waits, ..self }
    }

    /// True if [`Self::waiting`] shows a wait; otherwise the run says so in a line of its own.
    pub(crate) fn shows_waits(&self) -> bool {
        self.waits == Waits::Shown
    }

    /// Shows what the run waits for until the value is dropped: with the time that is left of a
    /// known length, else with the time that has passed.
    pub(crate) fn waiting(&self, text: &Text, length: Option<Duration>) -> Waiting {
        if !self.shows_waits() {
            return Waiting::default();
        }
        Waiting::start(visible::line(&self.words(text)).into_owned(), length)
    }

    /// The reader of the texts: language and profile.
    pub(crate) fn reader(&self) -> &Reader {
        &self.reader
    }

    /// A text in words, for a table or a question.
    pub(crate) fn words(&self, text: &Text) -> String {
        text.render(&self.reader)
    }

    /// True when stdout is a terminal: a token printed there stays in the scroll-back.
    pub fn stdout_is_terminal(&self) -> bool {
        std::io::stdout().is_terminal()
    }

    /// Fails if standard output cannot be written: a caller asks before a sign-in whose token would
    /// be lost.
    pub fn check_stdout(&self) -> crate::error::Result<()> {
        os::check_stdout().map_err(|error| unwritable(&error))
    }

    /// Writes data to stdout and a newline after it. Newlines in the data stay.
    pub fn data(&self, text: &str) {
        self.verbatim(&visible::text(text));
    }

    /// One line of data. A newline in it becomes an escape.
    pub fn row(&self, text: &str) {
        self.verbatim(&visible::line(text));
    }

    /// One entry of a report: its start in colour, and the rest. At a terminal, lines break at its
    /// width and go on below the column `indent`.
    pub(crate) fn entry(&self, paint: Paint, start: &str, rest: &str, indent: usize) {
        let start = visible::line(start);
        let mut text = if self.color_of_data && !start.trim().is_empty() {
            format!("\x1b[{}m{start}\x1b[0m", paint.code())
        } else {
            start.into_owned()
        };
        let room = os::columns(os::Stream::Output)
            .map(|columns| columns.saturating_sub(indent).max(NARROWEST));
        let rest = visible::line(rest);
        text += &match room {
            Some(room) => wrapped(&rest, room).replace('\n', &format!("\n{:indent$}", "")),
            None => rest.into_owned(),
        };
        self.verbatim(&text);
    }

    /// One JSON value, in ASCII, on one line.
    pub fn json<T: Serialize>(&self, value: &T) {
        self.verbatim(&ascii_json(value));
    }

    /// Writes data unchanged, and a newline: a token, which ropc checked when it arrived; JSON; a
    /// generated script.
    pub fn verbatim(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        let written = os::check_stdout()
            .and_then(|()| out.write_all(text.as_bytes()))
            .and_then(|()| out.write_all(b"\n"))
            .and_then(|()| out.flush());
        drop(out);
        self.report_lost(written);
    }

    /// Lets clap write its help to standard output itself.
    pub fn written_by_others(&self, write: impl FnOnce() -> std::io::Result<()>) {
        self.report_lost(
            os::check_stdout()
                .and_then(|()| write())
                .and_then(|()| std::io::stdout().flush()),
        );
    }

    /// Reports a failed write once, as a table has many lines. A reader that closes the pipe has
    /// enough: that is no failure.
    fn report_lost(&self, written: std::io::Result<()>) {
        let Err(error) = written else { return };
        if error.kind() != std::io::ErrorKind::BrokenPipe
            && !OUTPUT_LOST.swap(true, Ordering::Relaxed)
        {
            self.error(&unwritable(&error));
        }
    }

    /// True if data did not reach standard output: then the run has failed.
    pub fn output_lost(&self) -> bool {
        OUTPUT_LOST.load(Ordering::Relaxed)
    }

    /// Writes a failure with its next steps. A person's no is none.
    pub fn error(&self, error: &Error) {
        if error.kind == Kind::Declined {
            self.note(&error.message);
        } else {
            self.line(Some(("error: ", "31")), &error.message);
        }
        for hint in &error.hints {
            self.hint(&hint.text);
        }
    }

    /// Writes a failure of `exec` before the child exists: the message begins with its kind, as the
    /// exit code is always 125.
    pub fn exec_error(&self, error: &Error) {
        let kind = Text::words(error.kind.label());
        self.line(
            Some(("error: ", "31")),
            &Text::joined([kind, error.message.clone()], ": "),
        );
        for hint in &error.hints {
            self.hint(&hint.text);
        }
    }

    /// Writes a next step.
    pub fn hint(&self, text: &Text) {
        self.line(Some(("hint: ", "36")), text);
    }

    /// Writes a warning: something will probably fail later.
    pub fn warn(&self, text: &Text) {
        self.line(Some(("warning: ", "33")), text);
    }

    /// Writes what ropc did, or what it waits for.
    pub fn note(&self, text: &Text) {
        self.line(None, text);
    }

    /// Writes an edit as a unified diff in the usual colours. Long lines are not wrapped.
    pub fn diff(&self, text: &str) {
        let mut err = std::io::stderr().lock();
        for line in text.lines() {
            let shown = visible::line(line);
            let code = match line.chars().next() {
                Some('-') => "31",
                Some('+') => "32",
                Some('@') => "36",
                _ => "0",
            };
            let _ = if self.color {
                writeln!(err, "\x1b[{code}m{shown}\x1b[0m")
            } else {
                writeln!(err, "{shown}")
            };
        }
    }

    /// Writes detail for `--verbose`: steps and public facts.
    pub fn verbose(&self, text: impl FnOnce() -> Text) {
        if self.verbose {
            self.line(None, &text());
        }
    }

    /// Writes a line in one piece, as another process may write to the same terminal.
    fn line(&self, label: Option<(&str, &str)>, text: &Text) {
        let text = self.words(text);
        let text = visible::text(&text).replace('\n', "\n      ");
        let line = match label {
            Some((label, code)) if self.color => {
                format!("ropc: \x1b[{code}m{label}\x1b[0m{text}\n")
            }
            Some((label, _)) => format!("ropc: {label}{text}\n"),
            None => format!("ropc: {text}\n"),
        };
        let _ = std::io::stderr().lock().write_all(line.as_bytes());
    }
}

/// The fewest columns of a text that is worth wrapping.
const NARROWEST: usize = 20;

fn unwritable(error: &std::io::Error) -> Error {
    Error::new(
        Kind::Other,
        text!("ui-stdout-unwritable", reason = io_reason(error)),
    )
    .hint(text!("ui-stdout-unwritable-hint"))
}

/// A value as JSON of ASCII alone, which reads the same in every code page (RFC 8259 section 7).
pub(crate) fn ascii_json<T: Serialize>(value: &T) -> Zeroizing<String> {
    let mut json = Zeroizing::new(Vec::new());
    let written = value.serialize(&mut serde_json::Serializer::with_formatter(
        &mut *json, Ascii,
    ));
    // Serializing fails only for a value that JSON cannot hold, and ropc has none. The bytes are
    // ASCII.
    Zeroizing::new(
        written
            .ok()
            .and_then(|()| String::from_utf8(std::mem::take(&mut *json)).ok())
            .unwrap_or_default(),
    )
}

/// Writes what is not ASCII, and DEL, as `\u` and four digits; the library does so with the other
/// control characters.
struct Ascii;

impl Formatter for Ascii {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> std::io::Result<()> {
        for c in fragment.chars() {
            if c.is_ascii() && !c.is_ascii_control() {
                out.write_all(&[c as u8])?;
                continue;
            }
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_ascii_and_means_the_same() {
        let value = serde_json::json!({
            "k\u{e9}y": "a\u{1b}\u{7f}\u{202e}\n\"\\ \u{65e5} \u{1f511}",
            "n": [1, null, true]
        });
        let json = ascii_json(&value);
        assert!(json.bytes().all(|b| (b' '..0x7f).contains(&b)), "{}", *json);
        assert!(
            json.contains("\\ud83d\\udd11") && json.contains("\\u007f"),
            "{}",
            *json
        );
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&json).unwrap(),
            value
        );
    }
}
