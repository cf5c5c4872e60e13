//! The breaker's record of one subject (a user at an authority, or an app): its format and its
//! rules, pure.
//!
//! Holds public facts and fingerprints only. Times are epoch seconds. Files are read and written by
//! `record`; what an earlier build wrote is in `first`.

mod first;

use super::fingerprint::Fingerprint;
use crate::entra::Refusal;
use entra_codes::{Guess, Meaning};
use serde::{Deserialize, Serialize};

pub(super) use first::First;

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
    /// How often it was written: of two records of one subject, the one with more is the newer. No
    /// clock tells that.
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
    /// It may have been judged: no answer, or none that tells. Part of the row.
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
    pub(super) what: String,
}

/// Which of the two secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum What {
    Password,
    ClientSecret,
}

/// What Entra said, as far as later runs must repeat it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Said {
    pub(super) at: u64,
    pub(super) label: String,
    pub(super) code: Option<u32>,
    /// What it probably was, where the table does not tell by the code. Words are found when they
    /// are shown, as that run may have another language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) guess: Option<Guess>,
    /// Trace id, correlation id and the service's time.
    pub(super) ids: String,
    /// True where waiting is the cure (exit code 6).
    pub(super) temporary: bool,
}

impl Said {
    /// What it was, for words in the language of this process.
    pub(super) fn meaning(&self) -> Meaning {
        match (self.guess, self.code.and_then(entra_codes::lookup)) {
            (None, Some(known)) => Meaning::Known(known),
            (guess, _) => Meaning::Guessed(guess.unwrap_or(Guess::Other)),
        }
    }

    pub(super) fn new(refusal: &Refusal, at: u64) -> Self {
        Self {
            at,
            label: refusal.label(),
            code: refusal.judgement.code,
            guess: match refusal.judgement.meaning {
                Meaning::Known(_) => None,
                Meaning::Guessed(guess) => Some(guess),
            },
            ids: refusal.ids(),
            temporary: refusal.is_temporary(),
        }
    }

    /// Of an answer that no token endpoint gives: its status is all that is kept.
    pub(super) fn of_status(status: u16, at: u64) -> Self {
        let guess = match status {
            429 => Guess::TooManyRequests,
            408 | 500..=599 => Guess::Service,
            _ => Guess::Unreadable,
        };
        Self {
            at,
            label: format!("HTTP {status}"),
            code: None,
            guess: Some(guess),
            ids: String::new(),
            temporary: true,
        }
    }
}

/// A secret that must not be sent again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Refused {
    pub(super) what: What,
    pub(super) profile: String,
    pub(super) generation: String,
    /// `None` where none could be made; the generation latches all the same.
    pub(super) fingerprint: Option<Fingerprint>,
    pub(super) said: Said,
    /// Another secret of this generation was accepted since, which happens in stores that are only
    /// read. The fingerprint still keeps this one from being sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) replaced: bool,
    /// It was given to `login` and never stored, so it is no state of any profile.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) never_stored: bool,
}

/// Why nothing is sent for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reason {
    /// Locked account, loop or throttle: the same for every app of this user.
    CoolDown,
    /// A policy or configuration refusal of one app and scope: asked again ever more seldom.
    Slow,
}

/// Until when nothing is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pause {
    pub(super) reason: Reason,
    /// App and scope, as in [`CountedSignIn`]; `None` for the whole user.
    pub(super) what: Option<String>,
    pub(super) until: u64,
    /// How many times in a row; the wait doubles with each.
    pub(super) count: u32,
    pub(super) said: Said,
}

impl Pause {
    fn concerns(&self, what: Option<&str>) -> bool {
        self.what.is_none() || self.what.as_deref() == what
    }
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
    pub(super) fn count(&mut self, at: u64, what: &str) {
        self.sign_ins.push(CountedSignIn {
            at,
            what: what.to_owned(),
        });
    }

    /// The requests in a row that may have been judged, the oldest first.
    pub(super) fn row(&self) -> impl DoubleEndedIterator<Item = &Sent> {
        self.sent.iter().filter(|s| s.outcome == Outcome::Unclear)
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

    /// When the next sign-in of this kind is due, if there were too many.
    pub(super) fn rate_limit(&self, what: &str) -> Option<u64> {
        let recent: Vec<u64> = self
            .sign_ins
            .iter()
            .filter(|s| s.what == what)
            .map(|s| s.at)
            .collect();
        recent
            .len()
            .checked_sub(SIGN_INS)
            .map(|i| recent[i] + SIGN_IN_WINDOW)
    }

    /// The refusal that latches this generation: the last one.
    pub(super) fn latched(&self, generation: &str) -> Option<&Refused> {
        self.refused
            .iter()
            .rev()
            .find(|r| r.generation == generation && !r.replaced)
    }

    /// A refusal of this generation that left no fingerprint, and that no accepted secret has
    /// followed: after one, a fingerprint that was dropped for its age must not stop the right
    /// secret.
    pub(super) fn nameless(&self, generation: &str) -> Option<&Refused> {
        self.refused
            .iter()
            .find(|r| r.generation == generation && r.fingerprint.is_none() && !r.replaced)
    }

    /// The pause that is on for this app and scope; for `None`, one for everything that this user
    /// does.
    pub(super) fn paused(&self, what: Option<&str>, now: u64) -> Option<&Pause> {
        self.pauses
            .iter()
            .filter(|p| p.concerns(what) && p.until > now)
            .max_by_key(|p| p.until)
    }

    /// A token was issued: the password is right, and nothing is locked. `right` tells the refusals
    /// of the very secret that was accepted; other secrets of its generation stay refused. What
    /// slows other apps and scopes than `what` goes on.
    pub(super) fn accepted(
        &mut self,
        generation: &str,
        what: &str,
        right: impl Fn(&Refused) -> bool,
    ) {
        self.sent.clear();
        self.pauses.retain(|p| !p.concerns(Some(what)));
        self.forgive(generation, right);
    }

    /// Forgets the refusals of a secret that was accepted; `generation` is the one that it belongs
    /// to. What was refused and never stored is forgotten as well.
    pub(super) fn forgive(&mut self, generation: &str, right: impl Fn(&Refused) -> bool) {
        self.refused.retain(|r| !right(r) && !r.never_stored);
        for refused in self
            .refused
            .iter_mut()
            .filter(|r| r.generation == generation)
        {
            refused.replaced = true;
        }
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

    /// The answer tells what the password is worth: that ends the row. What was sent before it
    /// still counts towards the caps.
    pub(super) fn end_row(&mut self) {
        for sent in self
            .sent
            .iter_mut()
            .filter(|s| s.outcome == Outcome::Unclear)
        {
            sent.outcome = Outcome::Ended;
        }
    }

    /// The answer to this request refuses its password.
    pub(super) fn refused_at(&mut self, request_id: &str) {
        self.end_row();
        for sent in self.sent.iter_mut().filter(|s| s.request_id == request_id) {
            sent.outcome = Outcome::Refused;
        }
    }

    /// A secret was refused. `same` tells earlier refusals of the very same secret.
    pub(super) fn refuse(&mut self, refused: Refused, same: impl Fn(&Refused) -> bool) {
        self.refused
            .retain(|r| r.generation != refused.generation || r.what != refused.what || !same(r));
        self.refused.push(refused);
        // Here as well, as nobody prunes the record of an app.
        self.trim();
    }

    /// Forgets the secrets that were refused and never stored. True if there were any.
    pub(super) fn forget_never_stored(&mut self) -> bool {
        let before = self.refused.len();
        self.refused.retain(|r| !r.never_stored);
        self.refused.len() < before
    }

    /// Nothing is sent for a while: `first` seconds, doubled each time in a row up to `most`.
    /// `exact` overrides that with what the service asked for.
    pub(super) fn pause(&mut self, reason: Reason, what: Option<&str>, said: Said, wait: Wait) {
        let same = |p: &Pause| p.reason == reason && p.what.as_deref() == what;
        let before = self.pauses.iter().find(|p| same(p)).map_or(0, |p| p.count);
        self.pauses.retain(|p| !same(p));
        let doubled = wait
            .first
            .saturating_mul(1 << before.min(12))
            .min(wait.most);
        let until = said.at + wait.exact.unwrap_or(doubled).min(HOUR);
        self.pauses.push(Pause {
            reason,
            what: what.map(str::to_owned),
            until,
            count: before.saturating_add(1),
            said,
        });
    }

    /// Forgets what belongs to one generation. `keep_prints` leaves the fingerprints: another
    /// profile of the same user may still hold the secret that was replaced in this one.
    pub(super) fn forget(&mut self, generation: &str, what: &str, keep_prints: bool) {
        self.refused
            .retain(|r| r.generation != generation || (keep_prints && r.fingerprint.is_some()));
        self.pauses.retain(|p| p.what.as_deref() != Some(what));
    }
}

/// How long a pause is, in seconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wait {
    pub(super) first: u64,
    pub(super) most: u64,
    pub(super) exact: Option<u64>,
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
