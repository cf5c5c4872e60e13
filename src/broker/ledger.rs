//! The breaker's record of one subject (a user at an authority, or an app): its format and its rules, pure.
//!
//! Holds public facts and fingerprints only. Times are epoch seconds. Files are read and written by `breaker`.

use super::fingerprint::Fingerprint;
use crate::entra::Refusal;
use entra_codes::{Guess, Meaning};
use serde::{Deserialize, Serialize};

/// Attempts without an answer that one generation may make.
pub(super) const UNANSWERED_CAP: usize = 2;
/// Refused passwords within an hour, over all profiles: the lowest lockout threshold of Entra is 3 (US Government).
pub(super) const REFUSALS_AN_HOUR: usize = 3;
/// Sign-ins of one app and scope within [`SIGN_IN_WINDOW`]; Entra calls 15 within 5 minutes a loop (AADSTS50196).
pub(super) const SIGN_INS: usize = 10;
/// Seconds.
pub(super) const SIGN_IN_WINDOW: u64 = 300;
const HOUR: u64 = 3600;
/// Old refusals are forgotten from the end of this list.
const REMEMBERED: usize = 16;
/// Latches beyond those with a fingerprint.
const LATCHED: usize = 1000;

/// What is known of one subject.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ledger {
    pub(super) version: u32,
    /// How often it was written: of two records of one subject, the one with more is the newer. No clock tells that.
    #[serde(default)]
    pub(super) written: u64,
    /// Whom it is about, for a person who looks into the file.
    pub(super) about: String,
    /// Sent, and no answer seen.
    #[serde(default)]
    pub(super) unanswered: Vec<Attempt>,
    /// Secrets that Entra refused.
    #[serde(default)]
    pub(super) refused: Vec<Refused>,
    /// When passwords were refused.
    #[serde(default)]
    pub(super) refusals_at: Vec<u64>,
    /// When tokens were issued or attempts made, by app and scope.
    #[serde(default)]
    pub(super) sign_ins: Vec<SignIn>,
    /// Until when nothing is sent, and why.
    #[serde(default)]
    pub(super) pauses: Vec<Pause>,
}

/// One request that was about to be sent. Without a generation it was answered, and the answer does not tell whether the
/// password was judged: then it counts for its hour and no longer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Attempt {
    pub(super) request_id: String,
    pub(super) at: u64,
    pub(super) generation: String,
}

/// One sign-in for the rate limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SignIn {
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
    /// What it probably was, where the table does not tell by the code. Words are found when they are shown, as that run may
    /// have another language.
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
        let known = self.code.and_then(entra_codes::lookup).filter(|_| self.guess.is_none());
        known.map_or_else(|| Meaning::Guessed(self.guess.unwrap_or(Guess::Other)), Meaning::Known)
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
    /// Another secret of this generation was accepted since, which happens in stores that are only read. The fingerprint
    /// still keeps this one from being sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) replaced: bool,
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
    /// App and scope, as in [`SignIn`]; `None` for the whole user.
    pub(super) what: Option<String>,
    pub(super) until: u64,
    /// How many times in a row; the wait doubles with each.
    pub(super) count: u32,
    pub(super) said: Said,
}

impl Pause {
    fn concerns(&self, what: &str) -> bool {
        self.what.as_deref().is_none_or(|own| own == what)
    }
}

impl Ledger {
    pub(super) fn new(about: &str) -> Self {
        Self { version: 1, about: about.to_owned(), ..Self::default() }
    }

    /// Drops what no rule looks at any more. A time in the future (the clock was set back) counts as now; `true` says that
    /// there was one, so that the caller writes it down: else "now" would move on with each look, and the wait never end.
    pub(super) fn prune(&mut self, now: u64) -> bool {
        let was_ahead = self.refusals_at.iter().any(|at| *at > now)
            || self.unanswered.iter().any(|a| a.at > now)
            || self.pauses.iter().any(|p| p.until > now.saturating_add(HOUR));
        for at in self.refusals_at.iter_mut().chain(self.unanswered.iter_mut().map(|a| &mut a.at)) {
            *at = (*at).min(now);
        }
        self.refusals_at.retain(|at| at + HOUR > now);
        self.unanswered.retain(|a| !a.generation.is_empty() || a.at + HOUR > now);
        self.sign_ins.retain(|s| s.at <= now && s.at + SIGN_IN_WINDOW > now);
        for pause in &mut self.pauses {
            // No pause is longer than an hour: a later end was written under another clock.
            pause.until = pause.until.min(now + HOUR);
        }
        // An ended pause is kept for an hour, as its count decides how long the next one is.
        self.pauses.retain(|p| p.until + HOUR > now);
        self.trim();
        was_ahead
    }

    /// The latch of a generation costs nothing and stays; looking at a fingerprint costs time, so old ones go.
    fn trim(&mut self) {
        let surplus = self.refused.len().saturating_sub(REMEMBERED);
        for old in &mut self.refused[..surplus] {
            old.fingerprint = None;
        }
        self.refused.drain(..surplus.saturating_sub(LATCHED));
    }

    /// When the next refused password may be risked, if three were refused within the hour.
    pub(super) fn refusal_limit(&self) -> Option<u64> {
        let recent = &self.refusals_at;
        recent.len().checked_sub(REFUSALS_AN_HOUR).map(|i| recent[i] + HOUR)
    }

    /// When the next password may be risked, if three within the hour were refused or may have been: nobody knows what became
    /// of an attempt without an answer, and each generation may make some.
    pub(super) fn risk_limit(&self, now: u64) -> Option<u64> {
        let open = self.unanswered.iter().map(|a| a.at).filter(|at| at.saturating_add(HOUR) > now);
        let mut recent: Vec<u64> = self.refusals_at.iter().copied().chain(open).collect();
        recent.sort_unstable();
        recent.len().checked_sub(REFUSALS_AN_HOUR).map(|i| recent[i].saturating_add(HOUR))
    }

    /// When the next sign-in of this kind is due, if there were too many.
    pub(super) fn rate_limit(&self, what: &str) -> Option<u64> {
        let recent: Vec<u64> = self.sign_ins.iter().filter(|s| s.what == what).map(|s| s.at).collect();
        recent.len().checked_sub(SIGN_INS).map(|i| recent[i] + SIGN_IN_WINDOW)
    }

    /// The refusal that latches this generation: the last one.
    pub(super) fn latched(&self, generation: &str) -> Option<&Refused> {
        self.refused.iter().rev().find(|r| r.generation == generation && !r.replaced)
    }

    /// A refusal of this generation that left no fingerprint, and that no accepted secret has followed: after one, a
    /// fingerprint that was dropped for its age must not stop the right secret.
    pub(super) fn nameless(&self, generation: &str) -> Option<&Refused> {
        self.refused.iter().find(|r| r.generation == generation && r.fingerprint.is_none() && !r.replaced)
    }

    /// The pause that is on for this app and scope.
    pub(super) fn paused(&self, what: &str, now: u64) -> Option<&Pause> {
        self.pauses.iter().filter(|p| p.concerns(what) && p.until > now).max_by_key(|p| p.until)
    }

    /// The attempts of a generation that no answer is known of.
    pub(super) fn unanswered(&self, generation: &str) -> Vec<&Attempt> {
        self.unanswered.iter().filter(|a| a.generation == generation).collect()
    }

    /// The attempts of every generation since then that no answer is known of.
    pub(super) fn unanswered_since(&self, epoch: u64) -> Vec<&Attempt> {
        self.unanswered.iter().filter(|a| a.at >= epoch && !a.generation.is_empty()).collect()
    }

    /// A token was issued: the password is right, and nothing is locked. `right` tells the refusals of the very secret
    /// that was accepted; other secrets of its generation stay refused. What slows other apps and scopes than `what` goes on.
    pub(super) fn accepted(&mut self, generation: &str, what: &str, right: impl Fn(&Refused) -> bool) {
        self.unanswered.clear();
        self.refusals_at.clear();
        self.pauses.retain(|p| !p.concerns(what));
        self.forgive(generation, right);
    }

    /// Forgets the refusals of a secret that was accepted; `generation` is the one that it stood in.
    pub(super) fn forgive(&mut self, generation: &str, right: impl Fn(&Refused) -> bool) {
        self.refused.retain(|r| !right(r));
        for refused in self.refused.iter_mut().filter(|r| r.generation == generation) {
            refused.replaced = true;
        }
    }

    /// An answer was seen that told what the password is worth.
    pub(super) fn judged(&mut self, generation: &str) {
        self.unanswered.retain(|a| a.generation != generation);
    }

    /// An answer was seen that does not tell whether the password was judged.
    pub(super) fn doubt(&mut self, request_id: &str) {
        for attempt in self.unanswered.iter_mut().filter(|a| a.request_id == request_id) {
            attempt.generation.clear();
        }
    }

    /// Nothing was sent after all, or the answer shows that nothing was judged.
    pub(super) fn withdraw(&mut self, request_id: &str) {
        self.unanswered.retain(|a| a.request_id != request_id);
    }

    /// A secret was refused. `same` tells earlier refusals of the very same secret.
    pub(super) fn refuse(&mut self, refused: Refused, same: impl Fn(&Refused) -> bool) {
        if refused.what == What::Password {
            self.refusals_at.push(refused.said.at);
        }
        self.refused.retain(|r| r.generation != refused.generation || r.what != refused.what || !same(r));
        self.refused.push(refused);
        // Here as well, as nobody prunes the record of an app.
        self.trim();
    }

    /// Nothing is sent for a while: `first` seconds, doubled each time in a row up to `most`. `exact` overrides that with
    /// what the service asked for.
    pub(super) fn pause(&mut self, reason: Reason, what: Option<&str>, said: Said, wait: Wait) {
        let same = |p: &Pause| p.reason == reason && p.what.as_deref() == what;
        let before = self.pauses.iter().find(|p| same(p)).map_or(0, |p| p.count);
        self.pauses.retain(|p| !same(p));
        let doubled = wait.first.saturating_mul(1 << before.min(12)).min(wait.most);
        let until = said.at + wait.exact.unwrap_or(doubled).min(HOUR);
        self.pauses.push(Pause { reason, what: what.map(str::to_owned), until, count: before.saturating_add(1), said });
    }

    /// Forgets what belongs to one generation. `keep_prints` leaves the fingerprints: another profile of the same user may
    /// still hold the secret that was replaced in this one.
    pub(super) fn forget(&mut self, generation: &str, what: &str, keep_prints: bool) {
        self.unanswered.retain(|a| a.generation != generation);
        self.refused.retain(|r| r.generation != generation || (keep_prints && r.fingerprint.is_some()));
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

#[cfg(test)]
mod tests;
