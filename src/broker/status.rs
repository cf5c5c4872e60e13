//! What `ropc status` and `ropc doctor` say of the breaker. Reads its records; decides and writes nothing.

use super::Places;
use super::breaker::recall;
use super::ledger::{Ledger, Refused, Said, UNANSWERED_CAP, What};
use super::record::{app_file, rate_key, read_as_known, user_file};
use crate::l10n::msg;
use crate::profile::Profile;
use crate::secret::{SecretRef, Secrets};
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

/// The records of a profile's user and app, without a lock: a look, not a decision. `None` if one cannot be read.
fn look(places: &Places, profile: &Profile) -> Option<(Ledger, Ledger)> {
    let dir = places.breaker();
    let read = |(path, _): (PathBuf, String)| Some(read_as_known(&path, places).ok()?.unwrap_or_default());
    Some((read(user_file(&dir, profile))?, read(app_file(&dir, profile))?))
}

/// What stands in the way of a sign-in of this profile.
pub fn status(places: &Places, profile: &Profile, now: u64) -> Status {
    let Some((mut user, app)) = look(places, profile) else { return Status::plain("unreadable") };
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
    if let Some(until) = user.risk_limit(now) {
        return Status { until: Some(until), ..Status::plain("limited") };
    }
    let elsewhere = |ledger: &Ledger| {
        let mut refused = ledger.refused.iter().rev();
        refused.find(|r| r.fingerprint.is_some() && !r.replaced && r.profile != profile.name.as_str()).map(warning)
    };
    Status { reason: elsewhere(&user).or_else(|| elsewhere(&app)), ..Status::plain("ready") }
}

/// A look opens no store, so it cannot know whether this profile holds the same secret.
fn warning(refused: &Refused) -> String {
    let (profile, said) = (&refused.profile, recall(&refused.said));
    match refused.what {
        What::Password => msg!("broker-status-password-elsewhere", profile = profile, said = said),
        What::ClientSecret => msg!("broker-status-client-secret-elsewhere", profile = profile, said = said),
    }
}

/// What Entra said of one of these very secrets, as far as fingerprints tell, in whatever profile it stood then.
pub(super) fn refused_before(places: &Places, profile: &Profile, secrets: &Secrets) -> Option<String> {
    let (user, app) = look(places, profile)?;
    let of = |ledger: &Ledger, what: What, secret: SecretRef<'_>| {
        let mut prints = ledger.refused.iter().filter(|r| r.what == what);
        prints.find(|r| r.fingerprint.as_ref().is_some_and(|f| f.matches(secret))).map(|r| recall(&r.said))
    };
    of(&user, What::Password, SecretRef::Password(&secrets.password))
        .or_else(|| of(&app, What::ClientSecret, SecretRef::ClientSecret(secrets.client_secret.as_ref()?)))
}

/// Another text whenever a refusal or a pause of this user or app comes or goes: a job that answers a refusal from memory
/// then asks once more, and the breaker decides.
pub fn refusals(places: &Places, profile: &Profile) -> String {
    let (user, app) = look(places, profile).unwrap_or_default();
    let refused = user.refused.iter().chain(&app.refused).map(|r| (r.said.at, u32::from(r.replaced)));
    let pauses = user.pauses.iter().map(|p| (p.said.at, p.count));
    refused.chain(pauses).map(|(at, how)| format!("{at}.{how}")).collect::<Vec<_>>().join(" ")
}
