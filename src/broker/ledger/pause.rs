//! The pauses that an answer asked for. Pure.

use super::entries::{AskedPause, Pause};
use super::{HOUR, Ledger, Said};

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
