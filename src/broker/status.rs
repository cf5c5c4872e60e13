//! What `ropc status` and `ropc doctor` say of the breaker. Reads its records; decides and writes nothing.

use super::Places;
use super::breaker::recall;
use super::ledger::{Said, UNANSWERED_CAP};
use super::record::{app_file, rate_key, read_or_inherit, user_file};
use crate::l10n::msg;
use crate::profile::Profile;
use serde::Serialize;
use std::path::PathBuf;

/// The breaker's state for a profile, for `status`.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// `ready`, `refused`, `paused`, `unanswered`, `limited` or `unreadable`.
    pub state: &'static str,
    /// The code that Entra gave, where there was one.
    pub code: Option<u32>,
    /// What happened, in words.
    pub reason: Option<String>,
    /// When, epoch seconds.
    pub since: Option<u64>,
    /// Until when nothing is sent, epoch seconds; `None` if until a person acts.
    pub until: Option<u64>,
}

impl Status {
    fn plain(state: &'static str) -> Self {
        Self { state, code: None, reason: None, since: None, until: None }
    }

    fn of(state: &'static str, said: &Said, until: Option<u64>) -> Self {
        Self { state, code: said.code, reason: Some(recall(said)), since: Some(said.at), until }
    }
}

/// Reads the record without locking it: a look, not a decision.
pub fn status(places: &Places, profile: &Profile, now: u64) -> Status {
    let dir = places.breaker();
    let look = |(path, _): (PathBuf, String)| read_or_inherit(&path, places);
    let (user, app) = (look(user_file(&dir, profile)), look(app_file(&dir, profile)));
    let (Ok(user), Ok(app)) = (user, app) else { return Status::plain("unreadable") };
    let (mut user, app) = (user.unwrap_or_default(), app.unwrap_or_default());
    user.prune(now);
    let generation = profile.generation.as_str();
    if let Some(refused) = user.latched(generation).or_else(|| app.latched(generation)) {
        let by_itself = !profile.store.holds_keys() && refused.fingerprint.is_some();
        let mut status = Status::of("refused", &refused.said, None);
        if let Some(reason) = status.reason.as_mut().filter(|_| by_itself) {
            // Which secret stands there now is not looked at.
            *reason = msg!("broker-status-replaceable", said = reason);
        }
        return status;
    }
    if let Some(until) = user.refusal_limit() {
        return Status { until: Some(until), ..Status::plain("limited") };
    }
    if let Some(pause) = user.paused(&rate_key(profile, &profile.scopes.cache_key()), now) {
        return Status::of("paused", &pause.said, Some(pause.until));
    }
    if let Some(last) =
        user.unanswered(generation).last().filter(|_| user.unanswered(generation).len() >= UNANSWERED_CAP)
    {
        return Status { since: Some(last.at), ..Status::plain("unanswered") };
    }
    Status::plain("ready")
}
