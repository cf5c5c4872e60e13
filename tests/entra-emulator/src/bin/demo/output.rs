//! What the demo prints, and how it fails. Knows no step.

use std::io::{self, Write as _};

/// The end of a step: any failure ends the demo.
pub(super) type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Prints the title of a step. Fails if standard output cannot be written.
pub(super) fn title(text: &str) -> Outcome<()> {
    say(&format!("\n== {text}"))
}

/// Prints a line. Fails if standard output cannot be written.
pub(super) fn say(text: &str) -> Outcome<()> {
    Ok(writeln!(io::stdout(), "{text}")?)
}
