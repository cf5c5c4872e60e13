//! The breaker's record of one subject (a user at an authority, or an app): its format and its
//! rules, pure. Holds public facts and fingerprints only. Times are epoch seconds. `record` reads
//! and writes the files; `first` has the format of the first version.

mod entries;
pub(super) mod first;
mod ids;
mod pause;
mod refused;
mod said;

use serde::{Deserialize, Serialize};

pub use entries::SecretKind;
pub(super) use entries::{AskedPause, Pause, Reason, Refused};
pub use said::{LastAnswer, Said};

/// The format that ropc writes. It reads [`first::First`] as well.
pub(super) const VERSION: u32 = 2;
/// How many seconds the next send waits after the first, second, ... in a row that Entra may have
/// judged; the last value holds for all later ones. So after an outage of seconds, a minute or an
/// hour jobs run again without a person.
const PACE: [u64; 5] = [2, 30, 600, 1800, HOUR];
/// The most sends that Entra may have judged, and in how many seconds, whatever the server answers.
/// One row stays below these caps; they hold where a clear answer ends one row and another begins.
const CAPS: [(usize, u64); 2] = [(4, 1800), (28, DAY)];
/// The most refused passwords within an hour, over all profiles: the lowest lockout threshold of
/// Entra is 3 (US Government), and the third locks.
pub(super) const REFUSALS_AN_HOUR: usize = 2;
/// The most tokens that ropc asks for within [`SIGN_IN_WINDOW`], for one app and scope; Entra calls
/// 15 within 5 minutes a loop (AADSTS50196).
pub(super) const SIGN_INS: usize = 10;
/// The time in which [`SIGN_INS`] counts, in seconds.
pub(super) const SIGN_IN_WINDOW: u64 = 300;
const HOUR: u64 = 3600;
const DAY: u64 = 86_400;
/// The most refusals with a fingerprint that a record keeps.
const REMEMBERED: usize = 16;
/// The most refusals without a fingerprint that a record keeps.
const LATCHED: usize = 1000;
/// The most sends that a record keeps: more than all caps allow; only a person's tries can be more
/// in a day.
const SENDS: usize = 200;

/// What is known of one subject.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ledger {
    pub(super) version: u32,
    /// How often ropc wrote it: of two records of one subject, the one with the higher number is
    /// newer. A clock can be set back.
    #[serde(default)]
    pub(super) written: u64,
    /// The user or app, for a person who reads the file.
    pub(super) about: String,
    /// The sends of the last day, the oldest first, without those that got a token or certainly do
    /// not count.
    #[serde(default)]
    pub(super) sent: Vec<Sent>,
    /// Secrets that Entra refused.
    #[serde(default)]
    pub(super) refused: Vec<Refused>,
    /// When Entra issued tokens, by app and scope.
    #[serde(default)]
    pub(super) sign_ins: Vec<CountedSignIn>,
    /// Until when nothing is sent, and why.
    #[serde(default)]
    pub(super) pauses: Vec<Pause>,
}

/// One request whose first byte could leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sent {
    pub(super) request_id: String,
    pub(super) at: u64,
    pub(super) outcome: Outcome,
    /// The answer, if one came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) said: Option<Said>,
}

/// The outcome of a request that may count at Entra.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// Entra may have judged it: no answer, or no clear one. Part of the row.
    Unclear,
    /// The same, but a clear answer to another request ended its row.
    Ended,
    /// Entra refused the password.
    Refused,
}

/// One sign-in for the rate limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CountedSignIn {
    pub(super) at: u64,
    /// App and scopes: see [`purpose`](super::record::purpose).
    #[serde(rename = "what")]
    pub(super) purpose: String,
}

impl Ledger {
    pub(super) fn new(about: &str) -> Self {
        Self {
            version: VERSION,
            about: about.to_owned(),
            ..Self::default()
        }
    }

    /// Drops entries that no rule needs any more. A time in the future (the clock was set back)
    /// becomes `now`; `true` says that there was one, so that the caller writes the record:
    /// otherwise "now" would be later at each read, and the wait would never end.
    pub(super) fn prune(&mut self, now: u64) -> bool {
        let was_ahead = self.sent.iter().any(|s| s.at > now)
            || self
                .pauses
                .iter()
                .any(|p| p.until > now.saturating_add(HOUR));
        for sent in &mut self.sent {
            sent.at = sent.at.min(now);
        }
        self.sent.retain(|s| s.at.saturating_add(DAY) > now);
        self.sign_ins
            .retain(|s| s.at <= now && s.at + SIGN_IN_WINDOW > now);
        for pause in &mut self.pauses {
            // No pause is longer than an hour: a later end was written under another clock.
            pause.until = pause.until.min(now + HOUR);
        }
        // An ended pause is kept for an hour, as its count decides how long the next one is.
        self.pauses.retain(|p| p.until + HOUR > now);
        self.trim();
        was_ahead
    }

    /// A refusal without a fingerprint costs nothing and stays; comparing a fingerprint costs time,
    /// so the oldest are dropped.
    fn trim(&mut self) {
        let surplus = self.refused.len().saturating_sub(REMEMBERED);
        for old in &mut self.refused[..surplus] {
            old.fingerprint = None;
        }
        self.refused.drain(..surplus.saturating_sub(LATCHED));
        self.sent.drain(..self.sent.len().saturating_sub(SENDS));
    }

    /// Records that the first byte of a form can leave.
    pub(super) fn mark(&mut self, request_id: &str, at: u64) {
        self.sent.push(Sent {
            request_id: request_id.to_owned(),
            at,
            outcome: Outcome::Unclear,
            said: None,
        });
    }

    /// Records that Entra granted a token.
    pub(super) fn count(&mut self, at: u64, purpose: &str) {
        self.sign_ins.push(CountedSignIn {
            at,
            purpose: purpose.to_owned(),
        });
    }

    /// The requests in a row that Entra may have judged, the oldest first.
    pub(super) fn row(&self) -> impl DoubleEndedIterator<Item = &Sent> {
        self.sent.iter().filter(|s| s.outcome == Outcome::Unclear)
    }

    /// The result of the last request in that row.
    pub(super) fn last_answer(&self) -> Option<LastAnswer> {
        let last = self.row().next_back()?;
        Some(match &last.said {
            Some(said) => LastAnswer::Said(said.clone()),
            None => LastAnswer::Nothing {
                at: last.at,
                request_id: last.request_id.clone(),
            },
        })
    }

    /// When pace and caps allow the next request; `None` for at once.
    pub(super) fn paced(&self, now: u64) -> Option<u64> {
        let next = self.row().next_back().map(|last| {
            let place = self.row().count().min(PACE.len());
            last.at.saturating_add(PACE[place - 1])
        });
        let capped = CAPS
            .iter()
            .filter_map(|(most, span)| nth_last(self.sent.iter(), *most, *span));
        next.into_iter()
            .chain(capped)
            .max()
            .filter(|due| *due > now)
    }

    /// When ropc may risk the next password, if Entra refused [`REFUSALS_AN_HOUR`] within the hour.
    pub(super) fn refusal_limit(&self, now: u64) -> Option<u64> {
        let refused = self.sent.iter().filter(|s| s.outcome == Outcome::Refused);
        nth_last(refused, REFUSALS_AN_HOUR, HOUR).filter(|due| *due > now)
    }

    /// When the next sign-in with this app and these scopes is due, if there were too many.
    pub(super) fn rate_limit(&self, purpose: &str) -> Option<u64> {
        let recent: Vec<u64> = self
            .sign_ins
            .iter()
            .filter(|s| s.purpose == purpose)
            .map(|s| s.at)
            .collect();
        recent
            .len()
            .checked_sub(SIGN_INS)
            .map(|i| recent[i] + SIGN_IN_WINDOW)
    }

    /// Records that Entra issued a token: the password is right, and the account is not locked.
    /// `right` is true for refusals of exactly the accepted secret; other secrets of its generation
    /// stay refused. Pauses of other apps and scopes than `purpose` stay.
    pub(super) fn accepted(
        &mut self,
        generation: &str,
        purpose: &str,
        right: impl Fn(&Refused) -> bool,
    ) {
        self.sent.clear();
        self.pauses.retain(|p| !p.concerns(Some(purpose)));
        self.forgive(generation, right);
    }

    /// Records an answer that does not say whether the password is right.
    pub(super) fn unclear(&mut self, request_id: &str, said: Said) {
        if let Some(sent) = self.sent.iter_mut().find(|s| s.request_id == request_id) {
            sent.said = Some(said);
        }
    }

    /// Drops a request that, by its answer, cannot count.
    pub(super) fn withdraw(&mut self, request_id: &str) {
        self.sent.retain(|s| s.request_id != request_id);
    }

    /// Ends the row, after an answer that says whether the password is right. The earlier sends
    /// still count towards the caps.
    pub(super) fn end_row(&mut self) {
        for sent in &mut self.sent {
            if sent.outcome == Outcome::Unclear {
                sent.outcome = Outcome::Ended;
            }
        }
    }

    /// Records that the answer to this request refuses its password.
    pub(super) fn refused_at(&mut self, request_id: &str) {
        self.end_row();
        for sent in &mut self.sent {
            if sent.request_id == request_id {
                sent.outcome = Outcome::Refused;
            }
        }
    }

    /// Drops the entries of one generation. `keep_prints` keeps the fingerprints: another profile
    /// of the same user may still hold the secret that `login` replaced in this one.
    pub(super) fn forget(&mut self, generation: &str, purpose: &str, keep_prints: bool) {
        self.refused
            .retain(|r| r.generation != generation || (keep_prints && r.fingerprint.is_some()));
        self.pauses
            .retain(|p| p.purpose.as_deref() != Some(purpose));
    }
}

/// When the `most`th last of these is `span` seconds old.
fn nth_last<'s>(
    sent: impl DoubleEndedIterator<Item = &'s Sent>,
    most: usize,
    span: u64,
) -> Option<u64> {
    sent.rev().nth(most - 1).map(|s| s.at.saturating_add(span))
}

#[cfg(test)]
mod tests;
