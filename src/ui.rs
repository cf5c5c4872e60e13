//! The only writer to stdout and stderr.
//!
//! Rules:
//! - stdout carries data only: a token, a JSON object, a table that was asked for.
//! - Everything else goes to stderr as `ropc: error: ...`, `ropc: hint: ...`, `ropc: warning: ...` or `ropc: ...`,
//!   lower case, no full stop at the end.
//! - Colour only where that stream is a terminal, never with `NO_COLOR` or `TERM=dumb`; it carries no meaning of its own.
//! - A closed pipe is success: the reader had enough.
//! - No secret comes here, but for `token`'s own output through [`Ui::data`].

use crate::error::{Error, io_reason};
use crate::l10n::msg;
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

static OUTPUT_LOST: AtomicBool = AtomicBool::new(false);

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// Where the stream is a terminal that wants it.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The two output streams and how they are to be written.
#[derive(Clone, Copy, Debug)]
pub struct Ui {
    color: bool,
    verbose: bool,
}

impl Ui {
    /// Decides colour once. `plain` is true where the environment asks for none (`NO_COLOR`, `TERM=dumb`).
    pub fn new(color: Color, plain: bool, verbose: bool) -> Self {
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => !plain && std::io::stderr().is_terminal(),
        };
        Self { color, verbose }
    }

    /// True when stdout is a terminal: a token printed there stays in the scroll-back.
    pub fn stdout_is_terminal(&self) -> bool {
        std::io::stdout().is_terminal()
    }

    /// Data for stdout, with a newline.
    pub fn data(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush());
        drop(out);
        self.tell_lost(written);
    }

    /// What the library of the command line wrote to standard output itself: its help.
    pub fn written_by_others(&self, written: std::io::Result<()>) {
        self.tell_lost(written.and_then(|()| std::io::stdout().flush()));
    }

    /// Said once, as a table has many lines. A reader that closed the pipe had enough; that is its right.
    fn tell_lost(&self, written: std::io::Result<()>) {
        let Err(error) = written else { return };
        if error.kind() != std::io::ErrorKind::BrokenPipe && !OUTPUT_LOST.swap(true, Ordering::Relaxed) {
            self.line("error: ", "31", &msg!("ui-stdout-unwritable", reason = io_reason(&error)));
        }
    }

    /// True if data did not reach standard output: whatever else went well, the run has failed.
    pub fn output_lost(&self) -> bool {
        OUTPUT_LOST.load(Ordering::Relaxed)
    }

    /// A failure with its next steps.
    pub fn error(&self, error: &Error) {
        self.line("error: ", "31", &error.message);
        for hint in &error.hints {
            self.hint(hint);
        }
    }

    /// A failure of `exec` before the child existed: its kind stands in the message, as the exit code is always 125.
    pub fn exec_error(&self, error: &Error) {
        self.line("error: ", "31", &format!("{}: {}", error.kind.label(), error.message));
        for hint in &error.hints {
            self.hint(hint);
        }
    }

    /// A next step.
    pub fn hint(&self, text: &str) {
        self.line("hint: ", "36", text);
    }

    /// Something that will probably fail later.
    pub fn warn(&self, text: &str) {
        self.line("warning: ", "33", text);
    }

    /// What was done, or what is waited for.
    pub fn note(&self, text: &str) {
        self.line("", "0", text);
    }

    /// Detail for `--verbose`: steps and public facts.
    pub fn verbose(&self, text: impl FnOnce() -> String) {
        if self.verbose {
            self.line("", "2", &text());
        }
    }

    fn line(&self, label: &str, code: &str, text: &str) {
        let mut err = std::io::stderr().lock();
        // Text may hold a server's words: a control character in it must not drive the terminal.
        let text: String = text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
        let text = text.replace('\n', "\n      ");
        let _ = if self.color {
            writeln!(err, "ropc: \x1b[{code}m{label}\x1b[0m{text}")
        } else {
            writeln!(err, "ropc: {label}{text}")
        };
    }
}
