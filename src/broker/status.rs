//! What `ropc status` and `ropc doctor` report of the breaker. Reads its records; decides and
//! writes nothing.

use super::error::{BrokerError, Result};
use super::ledger::{LastAnswer, Ledger, Refused, Said, SecretKind};
use super::places::Places;
use super::record::{app_file, purpose, read_as_known, user_file};
use crate::profile::{Profile, Scopes};
use crate::secret::{SecretRef, Secrets};
use serde::Serialize;
use std::path::Path;

/// What the breaker does with a sign-in of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It may send it.
    Ready,
    /// It sends nothing until a person acts: Entra refused a secret.
    Refused,
    /// It sends nothing before a time: an answer asked for a pause, it is not clear whether Entra
    /// judged the password, or one sign-in more would look like a loop.
    Paused,
    /// It sends nothing before a time: Entra refused the most passwords that ropc risks in an hour.
    Limited,
    /// It sends nothing: the record cannot be read.
    Unreadable,
}

/// The breaker's state for a profile, for `status`.
#[derive(Debug, Serialize)]
pub struct Status {
    /// What a sign-in may do now.
    pub state: State,
    /// The code that Entra gave, where there was one.
    pub code: Option<u32>,
    /// What happened. JSON has it in words.
    pub reason: Option<StatusReason>,
    /// When that was, epoch seconds.
    pub since: Option<u64>,
    /// When the next send is allowed, epoch seconds; `None` if only after a person acts.
    pub until: Option<u64>,
}

/// Why the breaker is in this state.
#[derive(Debug)]
pub enum StatusReason {
    /// Entra said this.
    Said(Said),
    /// The same, and ropc picks up another secret from the store automatically.
    Replaceable(Said),
    /// The result of the last sign-in that Entra may have judged.
    LastAnswer(LastAnswer),
    /// Entra granted as many sign-ins as it takes before it sees a loop.
    Loop,
    /// Entra refused a secret in another profile. `status` opens no store, so it cannot know
    /// whether this profile holds the same one.
    Elsewhere {
        /// Which kind of secret.
        what: SecretKind,
        /// The other profile.
        profile: String,
        /// What Entra said.
        said: Said,
    },
    /// The record cannot be used.
    Unknown(BrokerError),
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

    fn refused(profile: &Profile, refused: &Refused) -> Self {
        let said = &refused.said;
        // This does not read which secret the store holds now.
        let is_replaceable = profile.store.is_only_read() && refused.fingerprint.is_some();
        Self {
            state: State::Refused,
            code: said.code,
            reason: Some(if is_replaceable {
                StatusReason::Replaceable(said.clone())
            } else {
                StatusReason::Said(said.clone())
            }),
            since: Some(said.at),
            until: None,
        }
    }

    fn paced(user: &Ledger, due: u64) -> Self {
        let last = user.row().next_back();
        Self {
            state: State::Paused,
            code: last.and_then(|last| last.said.as_ref()?.code),
            reason: user.last_answer().map(StatusReason::LastAnswer),
            since: last.map(|last| last.at),
            until: Some(due),
        }
    }
}

/// The records of a profile's sign-ins, read without a lock: to show, not to decide.
#[derive(Default)]
struct SignInRecords {
    user: Ledger,
    app: Ledger,
}

impl SignInRecords {
    fn read(places: &Places, profile: &Profile) -> Result<Self> {
        let dir = places.breaker()?;
        let read = |path: &Path| read_as_known(path, places).map(Option::unwrap_or_default);
        Ok(Self {
            user: read(&user_file(&dir, profile).path)?,
            app: read(&app_file(&dir, profile).path)?,
        })
    }
}

/// What a sign-in of this profile for these scopes may do. `now` is in epoch seconds.
pub fn status(places: &Places, profile: &Profile, scopes: &Scopes, now: u64) -> Status {
    let SignInRecords { mut user, app } = match SignInRecords::read(places, profile) {
        Ok(records) => records,
        Err(error) => {
            return Status {
                reason: Some(StatusReason::Unknown(error)),
                ..Status::plain(State::Unreadable)
            };
        }
    };
    user.prune(now);
    let generation = profile.generation.as_str();
    if let Some(refused) = user.latched(generation).or_else(|| app.latched(generation)) {
        return Status::refused(profile, refused);
    }
    if let Some(until) = user.refusal_limit(now) {
        return Status {
            until: Some(until),
            ..Status::plain(State::Limited)
        };
    }
    let purpose = purpose(profile, &scopes.cache_key());
    if let Some(until) = user.rate_limit(&purpose) {
        return Status {
            reason: Some(StatusReason::Loop),
            until: Some(until),
            ..Status::plain(State::Paused)
        };
    }
    let pause = user.paused(Some(&purpose), now);
    let paced = user.paced(now);
    if let Some(pause) = pause.filter(|pause| paced.is_none_or(|due| due <= pause.until)) {
        return Status {
            state: State::Paused,
            code: pause.said.code,
            reason: Some(StatusReason::Said(pause.said.clone())),
            since: Some(pause.said.at),
            until: Some(pause.until),
        };
    }
    if let Some(due) = paced {
        return Status::paced(&user, due);
    }
    Status {
        reason: elsewhere(&user, profile).or_else(|| elsewhere(&app, profile)),
        ..Status::plain(State::Ready)
    }
}

/// The last refusal of another profile that has a fingerprint.
fn elsewhere(ledger: &Ledger, profile: &Profile) -> Option<StatusReason> {
    let refused = ledger.refused.iter().rev().find(|r| {
        r.fingerprint.is_some()
            && !r.replaced
            && !r.never_stored
            && r.profile != profile.name.as_str()
    })?;
    Some(StatusReason::Elsewhere {
        what: refused.what,
        profile: refused.profile.clone(),
        said: refused.said.clone(),
    })
}

/// What Entra said of one of these secrets before, as far as fingerprints show, in any profile.
pub(super) fn refused_before(
    places: &Places,
    profile: &Profile,
    secrets: &Secrets,
) -> Option<Said> {
    let SignInRecords { user, app } = SignInRecords::read(places, profile).ok()?;
    let password = SecretRef::Password(&secrets.password);
    user.refusal_of(password)
        .or_else(|| app.refusal_of(secrets.credential.judged()?))
}

/// A text that changes with every refusal, pause or unclear answer of this user or app: an endpoint
/// that repeats a remembered refusal then asks again, and the breaker decides.
pub fn refusals(places: &Places, profile: &Profile) -> String {
    let SignInRecords { user, app } = SignInRecords::read(places, profile).unwrap_or_default();
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
