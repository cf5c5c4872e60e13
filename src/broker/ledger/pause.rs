//! The pauses that an answer asked for. Pure.

use super::{HOUR, Ledger, Said};
use serde::{Deserialize, Serialize};

/// Why ropc sends nothing for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reason {
    /// Locked account, loop or throttle: the same for every app of this user.
    CoolDown,
    /// A policy or configuration refusal of one app and scope: each wait is longer than the last.
    Slow,
}

/// A time in which ropc sends nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pause {
    pub(crate) reason: Reason,
    /// App and scopes (see [`purpose`](super::super::record::purpose)); `None` for the whole user.
    #[serde(rename = "what")]
    pub(crate) purpose: Option<String>,
    pub(crate) until: u64,
    /// How many times in a row; the wait doubles with each.
    pub(crate) count: u32,
    pub(crate) said: Said,
}

impl Pause {
    pub(super) fn concerns(&self, purpose: Option<&str>) -> bool {
        self.purpose.is_none() || self.purpose.as_deref() == purpose
    }
}

/// The pause that an answer asks for. Times are seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AskedPause<'a> {
    pub(crate) reason: Reason,
    /// App and scopes; `None` for the whole user.
    pub(crate) purpose: Option<&'a str>,
    /// The length of the first in a row.
    pub(crate) first: u64,
    /// The longest: the length doubles with each in a row.
    pub(crate) most: u64,
    /// The length that the service asked for, which replaces both.
    pub(crate) exact: Option<u64>,
}

impl AskedPause<'_> {
    fn is_for(&self, pause: &Pause) -> bool {
        pause.reason == self.reason && pause.purpose.as_deref() == self.purpose
    }
}

impl Ledger {
    /// The present pause of this app and these scopes; for `None`, only one of the whole user.
    pub(crate) fn paused(&self, purpose: Option<&str>, now: u64) -> Option<&Pause> {
        self.pauses
            .iter()
            .filter(|p| p.concerns(purpose) && p.until > now)
            .max_by_key(|p| p.until)
    }

    /// Starts a pause in place of the present one of the same reason: at most an hour.
    pub(crate) fn pause(&mut self, asked: AskedPause<'_>, said: Said) {
        let before = self.pauses.iter().find(|p| asked.is_for(p));
        let before = before.map_or(0, |p| p.count);
        self.pauses.retain(|p| !asked.is_for(p));
        let doubled = asked
            .first
            .saturating_mul(1 << before.min(12))
            .min(asked.most);
        self.pauses.push(Pause {
            reason: asked.reason,
            purpose: asked.purpose.map(str::to_owned),
            until: said.at + asked.exact.unwrap_or(doubled).min(HOUR),
            count: before.saturating_add(1),
            said,
        });
    }
}
