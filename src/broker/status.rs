//! What `ropc status` and `ropc doctor` say of the breaker. Reads its records; decides and writes
//! nothing.

use super::error::{BrokerError, Result};
use super::ledger::{LastAnswer, Ledger, Refused, Said, What};
use super::places::Places;
use super::record::{app_file, purpose, read_as_known, user_file};
use crate::profile::Profile;
use crate::secret::{SecretRef, Secrets};
use serde::Serialize;
use std::path::Path;

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

/// What the breaker lets a profile do, for `status`.
#[derive(Debug, Serialize)]
pub struct Status {
    /// What a sign-in may do now.
    pub state: State,
    /// The code that Entra gave, where there was one.
    pub code: Option<u32>,
    /// What happened. JSON has it in words.
    pub reason: Option<StatusReason>,
    /// When, epoch seconds.
    pub since: Option<u64>,
    /// Until when nothing is sent, epoch seconds; `None` if until a person acts.
    pub until: Option<u64>,
}

/// Why a state is as it is.
#[derive(Debug)]
pub enum StatusReason {
    /// Entra said this.
    Said(Said),
    /// The same, and another secret in the store is picked up automatically.
    Replaceable(Said),
    /// The last of the sign-ins that may have been judged ended like this.
    LastAnswer(LastAnswer),
    /// A secret was refused in another profile. A look opens no store, so it cannot know whether
    /// this profile holds the same one.
    Elsewhere {
        /// Which of the two.
        what: What,
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
        // Which secret is in the store now is not looked at.
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

/// The records that a profile's sign-ins are written to, without a lock: a look, not a decision.
#[derive(Default)]
struct Records {
    user: Ledger,
    app: Ledger,
}

impl Records {
    fn read(places: &Places, profile: &Profile) -> Result<Self> {
        let dir = places.breaker()?;
        let read = |path: &Path| read_as_known(path, places).map(Option::unwrap_or_default);
        Ok(Self {
            user: read(&user_file(&dir, profile).path)?,
            app: read(&app_file(&dir, profile).path)?,
        })
    }
}

/// What a sign-in of this profile may do.
pub fn status(places: &Places, profile: &Profile, now: u64) -> Status {
    let Records { mut user, app } = match Records::read(places, profile) {
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
    let pause = user.paused(Some(&purpose(profile, &profile.scopes.cache_key())), now);
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

/// The last refusal that is about another profile and that a fingerprint can compare.
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

/// What Entra said of one of these very secrets, as far as fingerprints show, in whatever profile it
/// was then.
pub(super) fn refused_before(
    places: &Places,
    profile: &Profile,
    secrets: &Secrets,
) -> Option<Said> {
    let Records { user, app } = Records::read(places, profile).ok()?;
    let password = SecretRef::Password(&secrets.password);
    user.refusal_of(What::Password, password)
        .or_else(|| app.refusal_of(What::AppCredential, secrets.credential.sent_secret()?))
}

/// Another text whenever a refusal, a pause or an unclear answer of this user or app comes or goes:
/// a job that answers a refusal from memory then asks once more, and the breaker decides.
pub fn refusals(places: &Places, profile: &Profile) -> String {
    let Records { user, app } = Records::read(places, profile).unwrap_or_default();
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
