//! Plain data that the code of each system takes and returns. No system call, no `cfg`.

use std::fmt;

/// How a supervised command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// With this exit code: 8 bits on Unix, 32 on Windows.
    Code(i32),
    /// By this signal (Unix).
    Signal(i32),
}

/// A possible reason why this account lacks a secret that another one stored.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "each system has one of them")]
pub enum IdentityClue {
    /// This runs under sudo (Unix).
    UnderSudo {
        /// Who called it.
        user: String,
    },
    /// Tasks and services run under other accounts (Windows).
    OwnAccount,
}

/// A date and time in this machine's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LocalTime {
    pub(super) year: i32,
    pub(super) month: u32,
    pub(super) day: u32,
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: u32,
}

/// `2026-11-29 07:14:00`.
impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
        } = self;
        write!(
            f,
            "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"
        )
    }
}

/// A standard stream that ropc writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    /// Standard output.
    Output,
    /// Standard error.
    Error,
}

/// What a terminal shows in place of a hidden answer.
pub(super) const HIDDEN: &str = "[hidden]";
