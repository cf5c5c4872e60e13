//! The breaker: no secret that Entra refused is sent again until a person acts, and nothing is sent that was not first
//! written down.
//!
//! The record of a user is locked from the first look until the outcome is written, over all profiles of this OS user: so
//! two jobs can never both risk a password. A record that cannot be read or written stops the password, not the truth.

use super::fingerprint::Fingerprint;
use super::ledger::{Attempt, Ledger, Pause, Reason, Refused, Said, SignIn, UNANSWERED_CAP, Wait, What};
use super::record::{File, app_file, rate_key, user_file};
use super::{Deadline, Places, lock};
use crate::entra::wire::{Answer, Odd};
use crate::entra::{Refusal, Stage, TransportFault, ids_in_words};
use crate::error::{Error, Kind, Result};
use crate::l10n::msg;
use crate::profile::Profile;
use crate::secret::{SecretRef, Secrets};
use crate::ui::Ui;
use crate::world::rfc3339;
use entra_codes::{Accepted, Guard, Guess, Judgement, Lock, Retry};
use std::time::Duration;

/// Who asks for the sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    /// A run that nobody watches.
    Job,
    /// `ropc login` with secrets just given.
    Login,
    /// `ropc login --retry`: one more try of a refused secret, asked for by a person.
    Retry,
}

/// The records that concern one sign-in. The user's one is locked throughout; the app's one, which many users share, only
/// while it is changed.
pub(super) struct Breaker<'a> {
    profile: &'a Profile,
    caller: Caller,
    what: String,
    user: File,
    app: File,
    /// The fingerprints on record that fit the secrets of this sign-in. Looked up before the secrets are sent, because
    /// nobody holds them when the answer comes.
    known: Vec<Fingerprint>,
    ui: Ui,
    _lock: lock::Lock,
}

impl<'a> Breaker<'a> {
    /// Locks and reads the records.
    pub(super) fn open(
        places: &Places,
        profile: &'a Profile,
        scope: &str,
        caller: Caller,
        deadline: Deadline,
        ui: &Ui,
    ) -> Result<Self> {
        let dir = places.breaker();
        let (user, app) = (user_file(&dir, profile), app_file(&dir, profile));
        let awaited = || msg!("broker-awaited-user", user = profile.username);
        let lock = lock::take(&user.0.with_extension("lock"), deadline, ui, &awaited)?;
        let anew = caller == Caller::Retry;
        Ok(Self {
            user: File::load(user, places, anew)?,
            app: File::load(app, places, anew)?,
            what: rate_key(profile, scope),
            known: Vec::new(),
            profile,
            caller,
            ui: *ui,
            _lock: lock,
        })
    }

    /// Says no before the bundle is read, where the record is enough to know. `advice` is how sign-ins could be fewer.
    pub(super) fn admit(&mut self, now: u64, advice: Option<String>) -> Result<()> {
        if self.user.ledger.prune(now) {
            self.user.save()?;
        }
        let (ledger, generation) = (&self.user.ledger, self.profile.generation.as_str());
        // First, as it names what Entra said.
        // In a store that is only read another secret may stand by now: `admit_secrets` looks at it, and only without a
        // fingerprint could it not tell.
        let bound = self.profile.store.holds_keys();
        let latched = |l: &Ledger| if bound { l.latched(generation).cloned() } else { l.nameless(generation).cloned() };
        if self.caller != Caller::Retry
            && let Some(refused) = latched(ledger).or_else(|| latched(&self.app.ledger))
        {
            return Err(self.latched(&refused));
        }
        if let Some(until) = ledger.refusal_limit() {
            let message = msg!("broker-refusal-limit", user = self.profile.username, until = rfc3339(until));
            return Err(Error::new(Kind::SignIn, message).hint(msg!("broker-find-password")));
        }
        if let Some(until) = ledger.rate_limit(&self.what) {
            let message = msg!("broker-rate-limit", user = self.profile.username, until = rfc3339(until));
            return Err(Error::new(Kind::Network, message).hints(advice));
        }
        if self.caller == Caller::Retry {
            return Ok(());
        }
        let open = if self.caller == Caller::Login {
            // Each `login` is a generation of its own: it looks at what any of them left open within the hour.
            ledger.unanswered_since(now.saturating_sub(3600))
        } else if let Some(pause) = ledger.paused(&self.what, now) {
            return Err(self.paused(pause));
        } else {
            ledger.unanswered(generation)
        };
        if open.len() >= UNANSWERED_CAP {
            return Err(self.unanswered(&open));
        }
        ledger.risk_limit(now).map_or(Ok(()), |until| Err(self.risky(until)))
    }

    /// True if this run may send the same once more: the caps hold within a run too, whoever asks.
    pub(super) fn may_repeat(&self, now: u64) -> bool {
        let ledger = &self.user.ledger;
        ledger.unanswered(self.profile.generation.as_str()).len() < UNANSWERED_CAP
            && ledger.risk_limit(now).is_none()
            && ledger.rate_limit(&self.what).is_none()
    }

    /// Says no if one of the secrets is one that was refused before, whatever profile it stood in then. To be asked before
    /// each request, with the secrets that it will carry.
    pub(super) fn admit_secrets(&mut self, secrets: &Secrets) -> Result<()> {
        let mut known = Vec::new();
        let password = Some(SecretRef::Password(&secrets.password));
        let client_secret = secrets.client_secret.as_ref().map(SecretRef::ClientSecret);
        for (file, what, secret) in
            [(&self.user, What::Password, password), (&self.app, What::ClientSecret, client_secret)]
        {
            let Some(secret) = secret else { continue };
            for refused in file.ledger.refused.iter().filter(|r| r.what == what) {
                let Some(print) = refused.fingerprint.as_ref().filter(|print| print.matches(secret)) else { continue };
                if self.caller != Caller::Retry {
                    return Err(self.latched(refused));
                }
                known.push(print.clone());
            }
        }
        self.known = known;
        Ok(())
    }

    /// Writes down that a password is about to be sent. If that fails, it must not be sent.
    pub(super) fn record_attempt(&mut self, request_id: &str, now: u64) -> Result<()> {
        let generation = self.profile.generation.to_string();
        self.user.ledger.unanswered.push(Attempt { request_id: request_id.into(), at: now, generation });
        self.user.ledger.sign_ins.push(SignIn { at: now, what: self.what.clone() });
        self.user.save()
    }

    /// Writes down that a secret was refused before anything else is done about it: the store, which is read again for the
    /// fingerprint, may take its time, and a kill meanwhile must not have the next job send the secret once more.
    /// [`Self::record_answer`] puts what is known then in the place of this.
    pub(super) fn latch(&mut self, refusal: &Refusal, now: u64) -> Result<()> {
        let what = match refusal.judgement.guard {
            Guard::LatchPassword => What::Password,
            Guard::LatchClientSecret => What::ClientSecret,
            Guard::None | Guard::Slow | Guard::CoolDown => return Ok(()),
        };
        let entry = self.entry(what, None, Said::new(refusal, now));
        if what == What::ClientSecret {
            return self.change_app(|app| app.refused.push(entry));
        }
        self.user.ledger.refused.push(entry);
        self.user.save()
    }

    fn entry(&self, what: What, secret: Option<SecretRef<'_>>, said: Said) -> Refused {
        Refused {
            what,
            profile: self.profile.name.to_string(),
            generation: self.profile.generation.to_string(),
            fingerprint: secret.and_then(Fingerprint::of),
            said,
            replaced: false,
        }
    }

    /// Writes down what came of it. An attempt whose outcome cannot be written stays an unanswered one. `sent` are the
    /// secrets that were sent, for the fingerprint of a refused one; without them the generation is latched all the same.
    pub(super) fn record_answer(
        &mut self,
        answer: &Answer,
        request_id: &str,
        sent: Option<&Secrets>,
        now: u64,
    ) -> Result<()> {
        match answer {
            Answer::Granted(_) => self.record_success(),
            Answer::Refused(refusal) => {
                let judgement = &refusal.judgement;
                if judgement.guard == Guard::LatchPassword || matches!(judgement.accepted, Accepted::Yes | Accepted::No)
                {
                    self.user.ledger.judged(self.profile.generation.as_str());
                } else if may_count(judgement) {
                    self.user.ledger.doubt(request_id);
                } else {
                    self.user.ledger.withdraw(request_id);
                }
                self.record_refusal(refusal, sent, now)
            }
            Answer::Odd(odd) => {
                if !may_have_judged(odd.status) {
                    self.user.ledger.withdraw(request_id);
                }
                self.record_throttle(odd, now);
                self.user.save()
            }
        }
    }

    /// Writes down that no usable answer came.
    pub(super) fn record_fault(&mut self, fault: &TransportFault, request_id: &str) -> Result<()> {
        match fault.stage {
            Stage::NotSent => {
                self.user.ledger.withdraw(request_id);
                self.user.ledger.sign_ins.pop();
            }
            Stage::CutOff(status) if !may_have_judged(status) => self.user.ledger.withdraw(request_id),
            Stage::Unanswered | Stage::CutOff(_) => return Ok(()),
        }
        self.user.save()
    }

    fn record_success(&mut self) -> Result<()> {
        let (caller, generation) = (self.caller, self.profile.generation.as_str());
        // A generation may have had several secrets, where ropc only reads: the one that was accepted is forgiven, no other.
        // Only a person's try can be with a secret that was refused in another profile: now it is proved right.
        let known = std::mem::take(&mut self.known);
        let right = |r: &Refused| {
            let fits = r.fingerprint.as_ref().map(|print| known.contains(print));
            (r.generation == generation && fits.unwrap_or(true)) || (caller == Caller::Retry && fits == Some(true))
        };
        if self.app.ledger.latched(generation).is_some() || self.app.ledger.refused.iter().any(right) {
            self.change_app(|app| app.forgive(generation, right))?;
        }
        self.user.ledger.accepted(generation, &self.what, right);
        self.user.save()
    }

    /// Another user's job may have written to the app's record meanwhile: it is read again under its lock.
    fn change_app(&mut self, change: impl FnOnce(&mut Ledger)) -> Result<()> {
        let soon = Deadline::after(Duration::from_secs(5));
        let awaited = || msg!("broker-awaited-outcome");
        let _lock = lock::take(&self.app.path.with_extension("lock"), soon, &self.ui, &awaited)?;
        self.app.reload();
        change(&mut self.app.ledger);
        self.app.save()
    }

    fn record_refusal(&mut self, refusal: &Refusal, sent: Option<&Secrets>, now: u64) -> Result<()> {
        let said = Said::new(refusal, now);
        // Each refused secret of a generation is remembered, and once. Without a fingerprint it may be the same one.
        let known = self.known.clone();
        let same = |r: &Refused| r.fingerprint.as_ref().is_none_or(|print| known.contains(print));
        match refusal.judgement.guard {
            Guard::LatchPassword => {
                let entry = self.entry(What::Password, sent.map(|s| SecretRef::Password(&s.password)), said);
                self.user.ledger.refuse(entry, same);
            }
            Guard::LatchClientSecret => {
                let secret = sent.and_then(|s| s.client_secret.as_ref()).map(SecretRef::ClientSecret);
                let entry = self.entry(What::ClientSecret, secret, said);
                self.change_app(|app| app.refuse(entry, same))?;
            }
            Guard::CoolDown => {
                // A throttle ends when it says so. A lock and a loop do not, whatever header something on the way adds.
                let header = refusal.retry_after.as_deref().filter(|_| refusal.judgement.retry == Retry::AfterDelay);
                let exact = super::retry::retry_after(header, now);
                self.user.ledger.pause(Reason::CoolDown, None, said, Wait { first: 300, most: 3600, exact });
            }
            // What a person tried in vain at `login` must not slow the jobs of the profile that stays.
            Guard::Slow if self.caller == Caller::Login => {}
            Guard::Slow => {
                let wait = Wait { first: 60, most: 900, exact: None };
                self.user.ledger.pause(Reason::Slow, Some(&self.what), said, wait);
            }
            Guard::None => {}
        }
        self.user.save()
    }

    /// A 429 that is no JSON throttles all the same.
    fn record_throttle(&mut self, odd: &Odd, now: u64) {
        if odd.status != 429 {
            return;
        }
        let said = Said {
            at: now,
            label: "HTTP 429".into(),
            code: None,
            guess: Some(Guess::TooManyRequests),
            ids: String::new(),
            temporary: true,
        };
        let exact = super::retry::retry_after(odd.retry_after.as_deref(), now);
        self.user.ledger.pause(Reason::CoolDown, None, said, Wait { first: 60, most: 3600, exact });
    }

    fn retry_command(&self) -> String {
        let name = &self.profile.name;
        if name.as_str() == "default" { "ropc login --retry".into() } else { format!("ropc login -p {name} --retry") }
    }

    fn latched(&self, refused: &Refused) -> Error {
        let said = recall(&refused.said);
        let message = match refused.what {
            What::Password => msg!("broker-latched-password", user = self.profile.username, said = said),
            What::ClientSecret => msg!("broker-latched-client-secret", app = self.profile.client_id, said = said),
        };
        let (retry, bound) = (self.retry_command(), self.profile.store.holds_keys());
        Error::new(Kind::SignIn, message)
            .hint(self.mend(refused))
            .hint(if self.caller == Caller::Login && bound {
                msg!("broker-right-after-all-given", retry = retry)
            } else {
                msg!("broker-right-after-all", retry = retry)
            })
            .hints(more(&refused.said))
    }

    /// Where another secret goes. Without a fingerprint a new one cannot be told from the refused one.
    fn mend(&self, refused: &Refused) -> String {
        let (store, retry) = (self.profile.store, self.retry_command());
        let login = retry.trim_end_matches(" --retry");
        match (refused.what, store.holds_keys(), refused.fingerprint.is_some()) {
            (What::Password, true, _) => msg!("broker-mend-password", login = login),
            (What::ClientSecret, true, _) => msg!("broker-mend-client-secret", login = login),
            (What::Password, _, true) => msg!("broker-change-password", store = store),
            (What::ClientSecret, _, true) => msg!("broker-change-client-secret", store = store),
            (What::Password, ..) => msg!("broker-change-password-and-retry", store = store, retry = retry),
            (What::ClientSecret, ..) => msg!("broker-change-client-secret-and-retry", store = store, retry = retry),
        }
    }

    fn paused(&self, pause: &Pause) -> Error {
        let said = &pause.said;
        let kind = if said.temporary { Kind::Network } else { Kind::SignIn };
        let (user, until, recalled) = (&self.profile.username, rfc3339(pause.until), recall(said));
        let message = if pause.what.is_some() {
            msg!("broker-paused-scopes", user = user, until = until, said = recalled)
        } else {
            msg!("broker-paused", user = user, until = until, said = recalled)
        };
        Error::new(kind, message).hint(msg!("broker-wait-or-retry", retry = self.retry_command())).hints(more(said))
    }

    /// What else helps at `login`, whose secrets are not stored yet.
    fn with_given_secrets(&self) -> Option<String> {
        (self.caller == Caller::Login).then(|| msg!("broker-unanswered-others"))
    }

    fn risky(&self, until: u64) -> Error {
        let (user, until, retry) = (&self.profile.username, rfc3339(until), self.retry_command());
        Error::new(Kind::Network, msg!("broker-risk-limit", user = user, until = until))
            .hint(msg!("broker-risk-retry", retry = retry))
            .hints(self.with_given_secrets())
    }

    fn unanswered(&self, open: &[&Attempt]) -> Error {
        let (at, request) = open.last().map_or_else(Default::default, |a| (rfc3339(a.at), a.request_id.as_str()));
        let (count, user) = (open.len(), &self.profile.username);
        Error::new(Kind::Network, msg!("broker-unanswered", count = count, user = user, at = at, request = request))
            .hint(msg!("broker-unanswered-retry", retry = self.retry_command()))
            .hints(self.with_given_secrets())
    }
}

/// An answer after which the password may have been judged and counted, as when the agent of pass-through authentication was
/// too slow. Such answers are only slowed, so they count among the three an hour.
fn may_count(judgement: &Judgement) -> bool {
    judgement.lock == Lock::Unknown && judgement.accepted == Accepted::Unknown
}

/// A 4xx that cannot be read may have been a wrong password, but for the two that only a busy or slow server gives.
fn may_have_judged(status: u16) -> bool {
    (400..500).contains(&status) && status != 408 && status != 429
}

pub(super) fn recall(said: &Said) -> String {
    let (label, meaning, at) = (&said.label, crate::entra::explain::meaning(said.meaning()), rfc3339(said.at));
    if said.ids.is_empty() {
        return msg!("broker-said", label = label, meaning = meaning, at = at);
    }
    msg!("broker-said-with-ids", label = label, meaning = meaning, at = at, ids = ids_in_words(&said.ids))
}

fn more(said: &Said) -> Option<String> {
    said.code.map(|code| msg!("broker-more", code = code))
}
