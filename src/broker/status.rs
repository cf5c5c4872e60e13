//! What `ropc status` and `ropc doctor` say of the breaker. Reads its records; decides and writes
//! nothing.

use super::Places;
use super::ledger::{Ledger, Refused, Said, What};
use super::record::{app_file, rate_key, read_as_known, user_file};
use super::words::{last_answer, recall};
use crate::error::{Error, Result};
use crate::profile::Profile;
use crate::secret::{SecretRef, Secrets};
use crate::text::{Text, text};
use serde::Serialize;
use std::path::PathBuf;

/// What the breaker says of a sign-in of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It may be sent.
    Ready,
    /// A secret was refused: not until a person acts.
    Refused,
    /// Not before a time: the answers so far asked for a pause, or left open whether the password
    /// was judged.
    Paused,
    /// Not before a time: as many passwords were refused as an hour may have.
    Limited,
    /// The record cannot be read, so nothing is sent.
    Unreadable,
}

/// The breaker's state for a profile, for `status`.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// What a sign-in may do now.
    pub state: State,
    /// The code that Entra gave, where there was one.
    pub code: Option<u32>,
    /// What happened, in words.
    pub reason: Option<Text>,
    /// When, epoch seconds.
    pub since: Option<u64>,
    /// Until when nothing is sent, epoch seconds; `None` if until a person acts.
    pub until: Option<u64>,
}

impl Status {
    fn plain(state: State) -> Self {
        Self {
            state,
            code: None,
            reason: None,
            since: None,
            until: None,
        }
    }

    fn of(state: State, said: &Said, until: Option<u64>) -> Self {
        Self {
            state,
            code: said.code,
            reason: Some(recall(said)),
            since: Some(said.at),
            until,
        }
    }
}

/// The records of a profile's user and app, without a lock: a look, not a decision.
fn look(places: &Places, profile: &Profile) -> Result<(Ledger, Ledger)> {
    let dir = places.breaker()?;
    let read = |(path, _): (PathBuf, String)| {
        Ok::<_, Error>(read_as_known(&path, places)?.unwrap_or_default())
    };
    Ok((
        read(user_file(&dir, profile))?,
        read(app_file(&dir, profile))?,
    ))
}

/// What stands in the way of a sign-in of this profile.
pub fn status(places: &Places, profile: &Profile, now: u64) -> Status {
    let (mut user, app) = match look(places, profile) {
        Ok(both) => both,
        Err(error) => {
            return Status {
                reason: Some(error.message),
                ..Status::plain(State::Unreadable)
            };
        }
    };
    user.prune(now);
    let generation = profile.generation.as_str();
    if let Some(refused) = user.latched(generation).or_else(|| app.latched(generation)) {
        let by_itself = !profile.store.holds_keys() && refused.fingerprint.is_some();
        let mut status = Status::of(State::Refused, &refused.said, None);
        if let Some(reason) = status.reason.as_mut()
            && by_itself
        {
            // Which secret is there now is not looked at.
            *reason = text!("broker-status-replaceable", said = *reason);
        }
        return status;
    }
    if let Some(until) = user.refusal_limit(now) {
        return Status {
            until: Some(until),
            ..Status::plain(State::Limited)
        };
    }
    let pause = user.paused(Some(&rate_key(profile, &profile.scopes.cache_key())), now);
    let paced = user.paced(now);
    if let Some(pause) = pause.filter(|pause| paced.is_none_or(|due| due <= pause.until)) {
        return Status::of(State::Paused, &pause.said, Some(pause.until));
    }
    if paced.is_some() {
        let last = user.row().next_back();
        return Status {
            state: State::Paused,
            code: last.and_then(|last| last.said.as_ref()?.code),
            reason: last_answer(&user),
            since: last.map(|last| last.at),
            until: paced,
        };
    }
    let elsewhere = |ledger: &Ledger| {
        let others = |r: &&Refused| {
            r.fingerprint.is_some()
                && !r.replaced
                && !r.never_stored
                && r.profile != profile.name.as_str()
        };
        ledger.refused.iter().rev().find(others).map(warning)
    };
    Status {
        reason: elsewhere(&user).or_else(|| elsewhere(&app)),
        ..Status::plain(State::Ready)
    }
}

/// A look opens no store, so it cannot know whether this profile holds the same secret.
fn warning(refused: &Refused) -> Text {
    let (profile, said) = (&refused.profile, recall(&refused.said));
    match refused.what {
        What::Password => text!(
            "broker-status-password-elsewhere",
            profile = profile,
            said = said
        ),
        What::ClientSecret => text!(
            "broker-status-client-secret-elsewhere",
            profile = profile,
            said = said
        ),
    }
}

/// What Entra said of one of these very secrets, as far as fingerprints tell, in whatever profile
/// it stood then.
pub(super) fn refused_before(
    places: &Places,
    profile: &Profile,
    secrets: &Secrets,
) -> Option<Text> {
    let (user, app) = look(places, profile).ok()?;
    let of = |ledger: &Ledger, what: What, secret: SecretRef<'_>| {
        let mut prints = ledger.refused.iter().filter(|r| r.what == what);
        prints
            .find(|r| {
                r.fingerprint
                    .as_ref()
                    .is_some_and(|f| f.matches(secret) == Ok(true))
            })
            .map(|r| recall(&r.said))
    };
    of(
        &user,
        What::Password,
        SecretRef::Password(&secrets.password),
    )
    .or_else(|| of(&app, What::ClientSecret, secrets.credential.sent_secret()?))
}

/// Another text whenever a refusal, a pause or an unclear answer of this user or app comes or goes:
/// a job that answers a refusal from memory then asks once more, and the breaker decides.
pub fn refusals(places: &Places, profile: &Profile) -> String {
    let (user, app) = look(places, profile).unwrap_or_default();
    let refused = user
        .refused
        .iter()
        .chain(&app.refused)
        .map(|r| (r.said.at, u32::from(r.replaced)));
    let pauses = user.pauses.iter().map(|p| (p.said.at, p.count));
    let open = user.row().map(|sent| (sent.at, 0));
    refused
        .chain(pauses)
        .chain(open)
        .map(|(at, how)| format!("{at}.{how}"))
        .collect::<Vec<_>>()
        .join(" ")
}
