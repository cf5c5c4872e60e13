//! The breaker's record of one subject (a user at an authority, or an app): its format and its
//! rules, pure.
//!
//! Holds public facts and fingerprints only. Times are epoch seconds. `record` reads and writes the
//! files; `first` is what an earlier version wrote.

mod first;
mod ids;
mod pause;
mod refused;
mod said;

use serde::{Deserialize, Serialize};

pub(super) use first::First;
pub(super) use pause::{Pause, Reason, Wait};
pub(super) use refused::Refused;
pub use refused::What;
pub use said::{LastAnswer, Said};

/// What this build writes. It reads [`First`] as well.
pub(super) const VERSION: u32 = 2;
/// How long the next send waits, in seconds, after the first, second, ... one in a row that may
/// have been judged; the last holds for all that follow. So an outage of seconds, a minute or an
/// hour each ends without a person.
const PACE: [u64; 5] = [2, 30, 600, 1800, HOUR];
/// The most sends that may have been judged, in that many seconds, whatever the server answers. A
/// row alone stays below; these hold where a clear answer ended one row and the next begins.
const CAPS: [(usize, u64); 2] = [(4, 1800), (28, DAY)];
/// The most refused passwords within an hour, over all profiles: the lowest lockout threshold of
/// Entra is 3 (US Government), and the third locks.
pub(super) const REFUSALS_AN_HOUR: usize = 2;
/// Tokens that were granted to one app and scope within [`SIGN_IN_WINDOW`]; Entra calls 15 within 5
/// minutes a loop (AADSTS50196).
pub(super) const SIGN_INS: usize = 10;
/// Seconds.
pub(super) const SIGN_IN_WINDOW: u64 = 300;
const HOUR: u64 = 3600;
const DAY: u64 = 86_400;
/// Old refusals are forgotten from the end of this list.
const REMEMBERED: usize = 16;
/// Latches beyond those with a fingerprint.
const LATCHED: usize = 1000;
/// Sends beyond all caps; only a person's tries can be more in a day.
const SENDS: usize = 200;

/// What is known of one subject.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ledger {
    pub(super) version: u32,
    /// How often it was written: of two records of one subject, the one with more is the newer. A
    /// clock can be set back.
    #[serde(default)]
    pub(super) written: u64,
    /// Whom it is about, for a person who looks into the file.
    pub(super) about: String,
    /// What was sent within the last day, the oldest first, but for what was granted and what
    /// certainly was not counted.
    #[serde(default)]
    pub(super) sent: Vec<Sent>,
    /// Secrets that Entra refused.
    #[serde(default)]
    pub(super) refused: Vec<Refused>,
    /// When tokens were issued or attempts made, by app and scope.
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

/// What became of a request that may count at Entra.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// It may have been judged: no answer, or none that is clear. Part of the row.
    Unclear,
    /// The same, and a clear answer to another request has ended its row.
    Ended,
    /// The password was refused.
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

    /// Drops what no rule looks at any more. A time in the future (the clock was set back) counts
    /// as now; `true` says that there was one, so that the caller writes it down: else "now" would
    /// move on with each look, and the wait never end.
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

    /// The latch of a generation costs nothing and stays; looking at a fingerprint costs time, so
    /// old ones go.
    fn trim(&mut self) {
        let surplus = self.refused.len().saturating_sub(REMEMBERED);
        for old in &mut self.refused[..surplus] {
            old.fingerprint = None;
        }
        self.refused.drain(..surplus.saturating_sub(LATCHED));
        self.sent.drain(..self.sent.len().saturating_sub(SENDS));
    }

    /// The first byte of a form can leave.
    pub(super) fn mark(&mut self, request_id: &str, at: u64) {
        self.sent.push(Sent {
            request_id: request_id.to_owned(),
            at,
            outcome: Outcome::Unclear,
            said: None,
        });
    }

    /// A token was granted.
    pub(super) fn count(&mut self, at: u64, purpose: &str) {
        self.sign_ins.push(CountedSignIn {
            at,
            purpose: purpose.to_owned(),
        });
    }

    /// The requests in a row that may have been judged, the oldest first.
    pub(super) fn row(&self) -> impl DoubleEndedIterator<Item = &Sent> {
        self.sent.iter().filter(|s| s.outcome == Outcome::Unclear)
    }

    /// What came of the last one in that row.
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

    /// When the next request may be sent, as far as those count that may have been judged; `None`
    /// for at once.
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

    /// When the next password may be risked, after as many known refusals as an hour may have.
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

    /// Entra issued a token: the password is right, and nothing is locked. `right` is true for the
    /// refusals of the very secret that was accepted; other secrets of its generation stay refused.
    /// What slows other apps and scopes than `purpose` goes on.
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

    /// An answer came that leaves open what it means for the password.
    pub(super) fn unclear(&mut self, request_id: &str, said: Said) {
        if let Some(sent) = self.sent.iter_mut().find(|s| s.request_id == request_id) {
            sent.said = Some(said);
        }
    }

    /// The answer shows that this request cannot count.
    pub(super) fn withdraw(&mut self, request_id: &str) {
        self.sent.retain(|s| s.request_id != request_id);
    }

    /// The answer says what the password is worth, which ends the row. What was sent before it
    /// still counts towards the caps.
    pub(super) fn end_row(&mut self) {
        for sent in &mut self.sent {
            if sent.outcome == Outcome::Unclear {
                sent.outcome = Outcome::Ended;
            }
        }
    }

    /// The answer to this request refuses its password.
    pub(super) fn refused_at(&mut self, request_id: &str) {
        self.end_row();
        for sent in &mut self.sent {
            if sent.request_id == request_id {
                sent.outcome = Outcome::Refused;
            }
        }
    }

    /// Forgets what belongs to one generation. `keep_prints` leaves the fingerprints: another
    /// profile of the same user may still hold the secret that was replaced in this one.
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
