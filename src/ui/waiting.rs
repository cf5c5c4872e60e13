//! The line that says what a run waits for, at a person's terminal: it appears after half a second
//! and is gone when the wait is over, also when a signal ends the run. Before that nothing is set
//! up. Never used around a question.

use crate::os;
use std::io::Write;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A wait that ends sooner shows nothing.
const UNSEEN: Duration = Duration::from_millis(500);
/// How often the line shows another time.
const STEP: Duration = Duration::from_secs(1);
/// The width of a terminal that does not say it.
const COLUMNS: usize = 80;

/// A wait. While it lives, the line may be shown.
#[must_use = "the line is gone when this is dropped"]
#[derive(Debug, Default)]
pub(crate) struct Waiting(Option<Line>);

#[derive(Debug)]
struct Line {
    over: Sender<()>,
    thread: JoinHandle<()>,
}

impl Waiting {
    /// Shows the text, and how long the wait lasts, or what is left of its known length.
    pub(super) fn start(text: String, length: Option<Duration>) -> Self {
        let (over, is_over) = channel();
        // Without a thread the wait is as long, and not shown.
        let thread = Builder::new()
            .name("waiting".into())
            .spawn(move || show(&text, length, &is_over));
        Self(thread.ok().map(|thread| Line { over, thread }))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(Line { over, thread }) = self.0.take() {
            drop(over);
            // What is written next must not meet the line.
            let _ = thread.join();
        }
    }
}

fn show(text: &str, length: Option<Duration>, is_over: &Receiver<()>) {
    let start = Instant::now();
    if !goes_on(is_over, UNSEEN) {
        return;
    }
    // A full last column would move the cursor to the next line.
    let room = os::columns(os::Stream::Error).unwrap_or(COLUMNS) - 1;
    let _erased = os::Erased::by(drawn("", room));
    loop {
        let passed = start.elapsed();
        let shown = length.map_or(passed, |length| length.saturating_sub(passed));
        write(&drawn(&line(text, shown, room), room));
        if !goes_on(is_over, STEP) {
            return write(&drawn("", room));
        }
    }
}

/// True if the wait lasts at least this much longer.
fn goes_on(is_over: &Receiver<()>, time: Duration) -> bool {
    is_over.recv_timeout(time) == Err(RecvTimeoutError::Timeout)
}

/// The text with a time, in at most `room` cells: of a text that is too long the end is left out.
fn line(text: &str, time: Duration, room: usize) -> String {
    let time = format!(" ({} s)", time.as_secs());
    let mut line = String::from("ropc: ");
    let mut used = line.width() + time.width();
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > room {
            break;
        }
        line.push(c);
    }
    line + &time
}

/// What puts the line in the place of the one before it.
fn drawn(line: &str, room: usize) -> String {
    let gap = room.saturating_sub(line.width());
    format!("\r{line}{:gap$}\r{line}", "")
}

/// Writes in one piece.
fn write(drawn: &str) {
    let _ = std::io::stderr().lock().write_all(drawn.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_leaves_room_for_the_time() {
        let time = Duration::from_secs(12);
        assert_eq!(line("waiting", time, 40), "ropc: waiting (12 s)");
        assert_eq!(
            line("waiting for another", time, 20),
            "ropc: waiting (12 s)"
        );
        // Japanese letters take two cells each.
        assert_eq!(line("応答を待っています", time, 20), "ropc: 応答を (12 s)");
    }
}
