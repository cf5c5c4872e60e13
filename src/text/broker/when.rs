//! A time in words, with the span from now to it. `text::duration` has lengths of time.

use crate::clock::local;
use crate::text::{Text, text};

/// A future time and the span until then: `2026-11-29 07:14:00 (in 9 minutes)`, local time. Both
/// arguments are epoch seconds.
pub(crate) fn when(until: u64, now: u64) -> Text {
    let left = until.saturating_sub(now);
    let span = match left {
        0..120 => text!("broker-in-seconds", count = left.max(2)),
        120..7200 => text!("broker-in-minutes", count = left.div_ceil(60)),
        _ => text!("broker-in-hours", count = left.div_ceil(3600)),
    };
    text!("broker-when", time = local(until), span = span)
}

/// A past time and the span since then: `2026-11-29 07:14:00 (9 minutes ago)`, local time. Both
/// arguments are epoch seconds.
pub(crate) fn ago(at: u64, now: u64) -> Text {
    let passed = now.saturating_sub(at);
    let span = match passed {
        0..120 => text!("broker-seconds-ago", count = passed),
        120..7200 => text!("broker-minutes-ago", count = passed / 60),
        7200..172_800 => text!("broker-hours-ago", count = passed / 3600),
        _ => text!("broker-days-ago", count = passed / 86_400),
    };
    text!("broker-when", time = local(at), span = span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_past_time_is_shown_with_its_span_and_a_program_reads_it_in_utc() {
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
            let reader = crate::text::Reader {
                now: Some(1_800_000_000 + passed),
                ..crate::text::Reader::default()
            };
            let past = Text::past(1_800_000_000);
            let shown = past.render(&reader);
            assert!(shown.ends_with(&format!("({span})")), "{shown}");
            assert_eq!(past.english(), "2027-01-15T08:00:00Z");
        }
    }

    #[test]
    fn a_future_time_is_shown_with_its_span() {
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
        ] {
            let text = when(1_800_000_000 + left, 1_800_000_000).english();
            assert!(
                text.starts_with("2027-01-1") && text.ends_with(&format!("({span})")),
                "{text}"
            );
        }
    }
}
