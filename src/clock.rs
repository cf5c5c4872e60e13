//! The port to the wall clock, the machine's clock behind it, and how files and messages write a
//! point in time.

use crate::os;
use std::fmt;
use std::time::{Duration, SystemTime};

/// The wall clock, and waiting.
pub trait Clock: fmt::Debug + Send + Sync {
    /// Seconds since 1970, UTC.
    fn now(&self) -> u64;
    /// Blocks the thread for this long.
    fn sleep(&self, time: Duration);
}

/// The clock of the machine.
#[derive(Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one reader of the wall clock"
    )]
    fn now(&self) -> u64 {
        SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |t| t.as_secs())
    }

    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// `2026-11-22T05:40:11Z` for a time in epoch seconds.
pub fn rfc3339(epoch: u64) -> String {
    // The format ends with the year 9999; a corrupt file may hold a later time.
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(epoch.min(253_402_300_799));
    humantime::format_rfc3339_seconds(time).to_string()
}

/// `2026-11-22`, UTC, for a time in epoch seconds.
pub fn day(epoch: u64) -> String {
    rfc3339(epoch).chars().take("2026-11-22".len()).collect()
}

/// The time of such a text, epoch seconds; `None` for another text. A date alone means its first
/// second, UTC.
pub fn epoch(text: &str) -> Option<u64> {
    let whole = if text.len() == "2026-11-22".len() {
        format!("{text} 00:00:00")
    } else {
        text.trim_end_matches('Z').to_owned()
    };
    let time = humantime::parse_rfc3339_weak(&whole).ok()?;
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(since.as_secs())
}

/// `2026-11-29 07:14:00`, local time. A machine without a time zone has UTC, as [`rfc3339`] writes
/// it.
pub(crate) fn local(epoch: u64) -> String {
    os::local_time(epoch).map_or_else(|| rfc3339(epoch), |time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well() {
        assert_eq!(rfc3339(1_795_420_811), "2026-11-23T08:00:11Z");
        assert!(rfc3339(u64::MAX).starts_with("9999"));
    }

    #[test]
    fn a_time_reads_back_the_same_and_a_date_is_its_first_second() {
        assert_eq!(epoch("2026-11-23T08:00:11Z"), Some(1_795_420_811));
        assert_eq!(epoch("2026-11-23"), epoch("2026-11-23T00:00:00Z"));
        assert!(epoch("2026-11-23").is_some());
        for wrong in ["", "soon", "2026-13-01", "23.11.2026", "1960-01-01"] {
            assert_eq!(epoch(wrong), None, "{wrong}");
        }
    }
}
