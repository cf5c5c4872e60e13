//! A time in words, with the span between it and now.

use crate::clock::Clock;
use crate::text::{Reader, Text};
use std::time::Duration;

const AT: u64 = 1_800_000_000;

/// A clock that does not go on.
#[derive(Debug)]
struct Stopped(u64);

impl Clock for Stopped {
    fn now(&self) -> u64 {
        self.0
    }

    fn sleep(&self, _: Duration) {}
}

/// The words for a person who reads the text at this time.
fn read(text: &Text, now: u64) -> String {
    let reader = Reader {
        clock: Some(Box::leak(Box::new(Stopped(now)))),
        ..Reader::default()
    };
    text.render(&reader)
}

#[test]
fn a_past_time_is_shown_with_its_span_and_a_program_reads_it_in_utc() {
    let past = Text::past(AT);
    for (passed, span) in [
        (0, "0 seconds ago"),
        (1, "1 second ago"),
        (119, "119 seconds ago"),
        (120, "2 minutes ago"),
        (7199, "119 minutes ago"),
        (7200, "2 hours ago"),
        (172_799, "47 hours ago"),
        (172_800, "2 days ago"),
    ] {
        let shown = read(&past, AT + passed);
        assert!(
            shown.starts_with("2027-01-1") && shown.ends_with(&format!("({span})")),
            "{shown}"
        );
    }
    assert_eq!(past.english(), "2027-01-15T08:00:00Z");
}

#[test]
fn a_due_time_is_shown_with_its_span_and_a_program_reads_it_in_utc() {
    let due = Text::due(AT);
    for (left, span) in [
        (0, "in 2 seconds"),
        (30, "in 30 seconds"),
        (119, "in 119 seconds"),
        (121, "in 3 minutes"),
        (540, "in 9 minutes"),
        (599, "in 10 minutes"),
        (3600, "in 60 minutes"),
        (7200, "in 2 hours"),
        (86_400, "in 24 hours"),
        (172_799, "in 48 hours"),
        (172_801, "in 3 days"),
    ] {
        let shown = read(&due, AT - left);
        assert!(
            shown.starts_with("2027-01-1") && shown.ends_with(&format!("({span})")),
            "{shown}"
        );
    }
    assert_eq!(due.english(), "2027-01-15T08:00:00Z");
}

#[test]
fn a_time_stays_past_or_due_whenever_it_is_read() {
    assert!(read(&Text::due(AT), AT + 9).ends_with("(in 2 seconds)"));
    assert!(read(&Text::past(AT), AT - 9).ends_with("(0 seconds ago)"));
}
