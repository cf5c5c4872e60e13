//! The breaker: ropc sends no refused secret again until a person acts, sends what may have been
//! refused after longer and longer waits, and writes each send down first. The breaker holds the
//! lock of a user's record from the first read until it has written the outcome, over all profiles
//! of this OS user: so two jobs can never both risk a password. If the record cannot be read or
//! written, no password is sent. This file has the steps before a request; `outcome` has those
//! after the answer.

mod exchange;
mod outcome;

use super::caller::Caller;
use super::deadline::Deadline;
use super::error::{Advice, Awaited, BrokerError, Held, Hold, Result};
use super::fingerprint::{Fingerprint, NoDigest};
use super::ledger::{Ledger, Pause, Refused, SecretKind};
use super::lock::{self, Lock};
use super::places::Places;
use super::record::{self, File, app_file, purpose, user_file};
use crate::entra::BeforeFirstByte;
use crate::profile::{Profile, Scopes};
use crate::secret::{SecretRef, Secrets};
use crate::ui::Ui;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

pub(super) use exchange::Exchange;

/// The longest wait of the pace, in seconds, that a run waits itself. For a longer one it fails and
/// says when the next try is due.
const SHORT: u64 = 3;
/// The longest wait for another user's sign-in with the same app, and never more than half of the
/// time left: long enough to learn that Entra refused the app's credential, too short for one
/// unanswered request to delay all users.
const TURN: Duration = Duration::from_secs(15);

/// Whose sign-in it is, and who asks for it.
#[derive(Clone, Copy)]
pub(super) struct SignInSubject<'a> {
    pub(super) profile: &'a Profile,
    pub(super) scopes: &'a Scopes,
    pub(super) caller: Caller,
}

/// The records that concern one sign-in. The user's record is locked throughout; the app's, which
/// many users share, has a second lock for the time of a request with the app's credential, for
/// which a run waits no longer than [`TURN`]. A run that gives up waiting still writes down what
/// Entra refused.
pub(super) struct Breaker<'a> {
    profile: &'a Profile,
    caller: Caller,
    purpose: String,
    user: File,
    app: File,
    /// The fingerprints on record that match the secrets of this sign-in. Compared before the
    /// request, because the secrets are gone when the answer comes.
    known: Vec<Fingerprint>,
    ui: Ui,
    turn: Option<Lock>,
    _lock: Lock,
}

impl<'a> Breaker<'a> {
    /// Locks and reads the records.
    pub(super) fn open(
        subject: SignInSubject<'a>,
        places: &Places,
        deadline: Deadline,
        ui: &Ui,
    ) -> Result<Self> {
        let SignInSubject {
            profile,
            scopes,
            caller,
        } = subject;
        let dir = places.breaker()?;
        let user = user_file(&dir, profile);
        let app = app_file(&dir, profile);
        let awaited = Awaited::User(profile.username.clone());
        let lock = lock::take(&user.path.with_extension("lock"), &awaited, deadline, ui)?;
        let mut breaker = Self {
            user: File::load(user, places, caller.insists())?,
            app: File::load(app, places, caller.insists())?,
            purpose: purpose(profile, &scopes.cache_key()),
            known: Vec::new(),
            profile,
            caller,
            ui: ui.clone(),
            turn: None,
            _lock: lock,
        };
        if caller.insists() {
            breaker.forget_never_stored()?;
        }
        Ok(breaker)
    }

    fn held(&self, hold: Hold) -> BrokerError {
        BrokerError::Held(Box::new(Held {
            hold,
            user: self.profile.username.clone(),
            app: self.profile.client_id.clone(),
            read_from: self.profile.store.read_from(),
            caller: self.caller,
        }))
    }

    fn latched(&self, refused: &Refused) -> BrokerError {
        let hold = Hold::Latched {
            what: refused.what,
            said: refused.said.clone(),
            has_fingerprint: refused.fingerprint.is_some(),
        };
        self.held(hold)
    }

    fn paced(&self, due: u64) -> BrokerError {
        let ledger = &self.user.ledger;
        let hold = Hold::Paced {
            due,
            row: ledger.row().count(),
            last: ledger.last_answer(),
        };
        self.held(hold)
    }

    /// Fails before the bundle is read, where the record alone decides. `advice` says how to need
    /// fewer sign-ins.
    pub(super) fn admit(&mut self, now: u64, advice: Option<Advice>) -> Result<()> {
        if self.user.ledger.prune(now) {
            self.user.save()?;
        }
        let ledger = &self.user.ledger;
        // First, as this error names Entra's answer.
        if !self.caller.insists()
            && let Some(refused) = self
                .latch_of(ledger)
                .or_else(|| self.latch_of(&self.app.ledger))
        {
            return Err(self.latched(refused));
        }
        if let Some(until) = ledger.refusal_limit(now) {
            return Err(self.held(Hold::RefusalLimit { until }));
        }
        if let Some(until) = ledger.rate_limit(&self.purpose) {
            return Err(self.held(Hold::RateLimit { until, advice }));
        }
        if self.caller.insists() {
            return Ok(());
        }
        if let Some(pause) = self.pause(now) {
            let hold = Hold::Paused {
                until: pause.until,
                is_for_scopes: pause.purpose.is_some(),
                said: pause.said.clone(),
            };
            return Err(self.held(hold));
        }
        match ledger.paced(now) {
            Some(due) if due > now + SHORT => Err(self.paced(due)),
            _ => Ok(()),
        }
    }

    /// The refusal that stops this generation. A store that is only read may hold another secret by
    /// now: `admit_secrets` compares it where the refusal has a fingerprint.
    fn latch_of<'l>(&self, ledger: &'l Ledger) -> Option<&'l Refused> {
        let generation = self.profile.generation.as_str();
        if self.profile.store.is_only_read() {
            ledger.nameless(generation)
        } else {
            ledger.latched(generation)
        }
    }

    /// The pause that holds for this sign-in. A `login` with other secrets ignores the pause of one
    /// app and its scopes, and keeps the pause of the whole account.
    fn pause(&self, now: u64) -> Option<&Pause> {
        let purpose = (self.caller == Caller::Job).then_some(self.purpose.as_str());
        self.user.ledger.paused(purpose, now)
    }

    /// How long an admitted sign-in still waits for the pace. Fails if that ends after the
    /// deadline.
    pub(super) fn wait(&self, now: u64, deadline: Deadline) -> Result<Duration> {
        match self.user.ledger.paced(now) {
            Some(due) if !self.caller.insists() => {
                let wait = Duration::from_secs(due - now);
                if wait < deadline.left() {
                    Ok(wait)
                } else {
                    Err(self.paced(due))
                }
            }
            _ => Ok(Duration::ZERO),
        }
    }

    /// How long any caller waits before it repeats the request; `None` if it may not.
    pub(super) fn may_repeat(&self, now: u64) -> Option<Duration> {
        let ledger = &self.user.ledger;
        if ledger.refusal_limit(now).is_some() || ledger.rate_limit(&self.purpose).is_some() {
            return None;
        }
        let left = ledger.paced(now).map_or(0, |due| due - now);
        (left <= SHORT).then(|| Duration::from_secs(left))
    }

    /// When the next sign-in of this user is due, epoch seconds, if Entra may have judged this one
    /// and nothing else holds it back.
    pub(super) fn next_try(&self, now: u64) -> Option<u64> {
        let ledger = &self.user.ledger;
        if ledger.row().next().is_none() || ledger.paused(Some(&self.purpose), now).is_some() {
            return None;
        }
        ledger.paced(now)
    }

    /// Waits until no other user signs in with the same app, and reads the app's record again,
    /// which may name a refusal of the credential by then. Call it before each request that carries
    /// the app's credential.
    pub(super) fn take_turn(&mut self, deadline: Deadline) -> Result<()> {
        let awaited = Awaited::App(self.profile.client_id.clone());
        let patience = deadline.within(TURN.min(deadline.left() / 2));
        let path = self.app.path.with_extension("turn");
        match lock::take(&path, &awaited, patience, &self.ui) {
            Ok(lock) => self.turn = Some(lock),
            // The wait is a courtesy: users of one app do not block each other for longer.
            Err(BrokerError::LockTimeout { .. }) => {}
            Err(error) => return Err(error),
        }
        self.app.reload()
    }

    /// Frees the app for the next user.
    pub(super) fn end_turn(&mut self) {
        self.turn = None;
    }

    /// Fails if Entra refused one of the secrets before, in any profile. Call it before each
    /// request, with the secrets that the request will carry.
    pub(super) fn admit_secrets(&mut self, secrets: &Secrets) -> Result<()> {
        let password = SecretRef::Password(&secrets.password);
        let mut known = self.compare(&self.user, password)?;
        if let Some(credential) = secrets.credential.judged() {
            known.extend(self.compare(&self.app, credential)?);
        }
        self.known = known;
        Ok(())
    }

    /// The fingerprints that match a secret which a person insists on sending. For every other
    /// caller a match is an error.
    fn compare(&self, file: &File, secret: SecretRef<'_>) -> Result<Vec<Fingerprint>> {
        let mut known = Vec::new();
        let what = SecretKind::of(secret);
        for refused in file.ledger.refused.iter().filter(|r| r.what == what) {
            let Some(print) = &refused.fingerprint else {
                continue;
            };
            match print.matches(secret) {
                Ok(false) => {}
                Ok(true) if self.caller.insists() => known.push(print.clone()),
                Ok(true) => return Err(self.latched(refused)),
                // A person takes the risk.
                Err(NoDigest) if self.caller.insists() => {}
                Err(NoDigest) => {
                    return Err(BrokerError::NotCompared {
                        record: file.path.clone(),
                    });
                }
            }
        }
        Ok(known)
    }

    /// The callback for the moment when the first byte of the form can leave: it writes the send to
    /// the record. If that fails, no byte leaves. A request that ends earlier leaves no mark.
    /// [`Self::marked`] takes the other end of the channel.
    pub(super) fn mark(
        &self,
        request_id: &str,
        now: u64,
    ) -> (BeforeFirstByte, Receiver<Result<File>>) {
        let mut file = self.user.clone();
        let id = request_id.to_owned();
        let (send, marked) = channel();
        let start = Instant::now();
        let lay = move || {
            file.ledger.mark(&id, now + start.elapsed().as_secs());
            let saved = file.save();
            crate::fault::point("attempt-recorded");
            let outcome = saved
                .as_ref()
                .map_err(|e| std::io::Error::other(e.to_string()))
                .copied();
            // The receiver is gone only if the sign-in is over.
            let _ = send.send(saved.map(|()| file));
            outcome
        };
        (Box::new(lay), marked)
    }

    /// Takes the record with the mark, if the callback made one. An error says why it could not,
    /// and then nothing was sent.
    pub(super) fn marked(&mut self, marked: &Receiver<Result<File>>) -> Result<()> {
        if let Ok(file) = marked.try_recv() {
            self.user = file?;
        }
        Ok(())
    }

    fn forget_never_stored(&mut self) -> Result<()> {
        if self.user.ledger.forget_never_stored() {
            self.user.save()?;
        }
        if self.app.ledger.refused.iter().any(|r| r.never_stored) {
            self.change_app(|app| app.refused.retain(|r| !r.never_stored))?;
        }
        Ok(())
    }

    /// Changes the app's record under its lock, after reading it again: another user's job may have
    /// written to it meanwhile.
    fn change_app(&mut self, change: impl FnOnce(&mut Ledger)) -> Result<()> {
        let soon = Deadline::after(record::OUTCOME);
        let path = self.app.path.with_extension("lock");
        let _lock = lock::take(&path, &Awaited::Outcome, soon, &self.ui)?;
        self.app.reload()?;
        change(&mut self.app.ledger);
        self.app.save()
    }
}
