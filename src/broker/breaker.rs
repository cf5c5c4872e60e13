//! The breaker: no secret that Entra refused is sent again until a person acts, what may have been
//! refused is sent ever more seldom, and nothing is sent that is not first written down.
//!
//! The record of a user is locked from the first look until the outcome is written, over all
//! profiles of this OS user: so two jobs can never both risk a password. A record that cannot be
//! read or written stops the password, not the truth.

use super::caller::Caller;
use super::fingerprint::{Fingerprint, NoDigest};
use super::ledger::{Ledger, Pause, Reason, Refused, Said, Wait, What};
use super::record::{File, app_file, rate_key, user_file};
use super::words::Words;
use super::{Deadline, Places, lock};
use crate::entra::wire::{Answer, Odd};
use crate::entra::{BeforeFirstByte, Refusal, Stage, TransportFault};
use crate::error::{Error, Kind, Result};
use crate::profile::Profile;
use crate::secret::{SecretRef, Secrets};
use crate::text::{Text, text};
use crate::ui::Ui;
use entra_codes::{Guard, Retry, Verdict};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// A pause of the pace that a run waits out by itself; beyond it, it says when the next try is due.
/// Seconds.
const SHORT: u64 = 3;
/// The longest wait for another user's sign-in with the same app to end, and never more than half
/// of what is left: long enough to hear that the client secret was refused, too short for a request
/// without an answer to hold everybody up.
const TURN: Duration = Duration::from_secs(15);

/// The records that concern one sign-in. The user's one is locked throughout; the app's one, which
/// many users share, while a client secret is on its way, if that takes no longer than [`TURN`].
/// That is a lock of its own: whoever does not wait for it any more still writes down what was
/// refused.
pub(super) struct Breaker<'a> {
    profile: &'a Profile,
    caller: Caller,
    what: String,
    user: File,
    app: File,
    /// The fingerprints on record that fit the secrets of this sign-in. Looked up before the
    /// secrets are sent, because nobody holds them when the answer comes.
    known: Vec<Fingerprint>,
    ui: Ui,
    turn: Option<lock::Lock>,
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
        let dir = places.breaker()?;
        let (user, app) = (user_file(&dir, profile), app_file(&dir, profile));
        let awaited = || text!("broker-awaited-user", user = profile.username);
        let lock = lock::take(&user.0.with_extension("lock"), deadline, ui, &awaited)?;
        let mut breaker = Self {
            user: File::load(user, places, caller.insists())?,
            app: File::load(app, places, caller.insists())?,
            what: rate_key(profile, scope),
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

    fn words(&self) -> Words<'a> {
        Words {
            profile: self.profile,
            caller: self.caller,
        }
    }

    /// Says no before the bundle is read, where the record is enough to know. `advice` is how
    /// sign-ins could be fewer.
    pub(super) fn admit(&mut self, now: u64, advice: Option<Text>) -> Result<()> {
        if self.user.ledger.prune(now) {
            self.user.save()?;
        }
        let (ledger, generation) = (&self.user.ledger, self.profile.generation.as_str());
        // First, as it names what Entra said. In a store that is only read another secret may be by
        // now: `admit_secrets` looks at it, and only without a fingerprint could it not tell.
        let bound = self.profile.store.holds_keys();
        let latched = |l: &Ledger| {
            if bound {
                l.latched(generation).cloned()
            } else {
                l.nameless(generation).cloned()
            }
        };
        if !self.caller.insists()
            && let Some(refused) = latched(ledger).or_else(|| latched(&self.app.ledger))
        {
            return Err(self.words().latched(&refused));
        }
        if let Some(until) = ledger.refusal_limit(now) {
            return Err(self.words().refusal_limit(until, now));
        }
        if let Some(until) = ledger.rate_limit(&self.what) {
            return Err(self.words().rate_limit(until, now).hints(advice));
        }
        if self.caller.insists() {
            return Ok(());
        }
        if let Some(pause) = self.pause(now) {
            return Err(self.words().paused(pause, now));
        }
        match ledger.paced(now) {
            Some(due) if due > now + SHORT => Err(self.held(due, now)),
            _ => Ok(()),
        }
    }

    fn held(&self, due: u64, now: u64) -> Error {
        self.words().paced(&self.user.ledger, due, now)
    }

    /// Other secrets may pass what slows one app and its scopes, and not what pauses the whole
    /// account.
    fn pause(&self, now: u64) -> Option<&Pause> {
        let what = (self.caller == Caller::Job).then_some(self.what.as_str());
        self.user.ledger.paused(what, now)
    }

    /// How long a sign-in that was admitted still waits for the pace, if the deadline leaves that
    /// much.
    pub(super) fn wait(&self, now: u64, deadline: Deadline) -> Result<Duration> {
        match self.user.ledger.paced(now) {
            Some(due) if !self.caller.insists() => {
                let wait = Duration::from_secs(due - now);
                if wait < deadline.left() {
                    Ok(wait)
                } else {
                    Err(self.held(due, now))
                }
            }
            _ => Ok(Duration::ZERO),
        }
    }

    /// How long this run has to wait before it may send the same once more, whoever asks; `None` if
    /// it may not.
    pub(super) fn may_repeat(&self, now: u64) -> Option<Duration> {
        let ledger = &self.user.ledger;
        if ledger.refusal_limit(now).is_some() || ledger.rate_limit(&self.what).is_some() {
            return None;
        }
        let left = ledger.paced(now).map_or(0, |due| due - now);
        (left <= SHORT).then(|| Duration::from_secs(left))
    }

    /// When the next sign-in of this user is due, if this one may have been judged and nothing else
    /// holds it back.
    pub(super) fn next_try(&self, now: u64) -> Option<Text> {
        let ledger = &self.user.ledger;
        if ledger.row().next().is_none() || ledger.paused(Some(&self.what), now).is_some() {
            return None;
        }
        let due = ledger.paced(now)?;
        Some(text!(
            "broker-next-try",
            until = super::words::when(due, now)
        ))
    }

    /// Waits until no other user signs in with the same app, and takes over what was written of it:
    /// a client secret that was refused meanwhile is known then. To be called before each request
    /// that carries a client secret.
    pub(super) fn take_turn(&mut self, deadline: Deadline) -> Result<()> {
        let awaited = || text!("broker-awaited-app", app = self.profile.client_id);
        let patience = deadline.within(TURN.min(deadline.left() / 2));
        match lock::take(
            &self.app.path.with_extension("turn"),
            patience,
            &self.ui,
            &awaited,
        ) {
            Ok(lock) => self.turn = Some(lock),
            // A courtesy that has its end: users of one app are not held back by each other.
            Err(error) if error.kind == Kind::Network => {}
            Err(error) => return Err(error),
        }
        self.app.reload()
    }

    /// Lets the next user of the app go on.
    pub(super) fn end_turn(&mut self) {
        self.turn = None;
    }

    /// Says no if one of the secrets is one that was refused before, whatever profile it was stored
    /// in then. To be asked before each request, with the secrets that it will carry.
    pub(super) fn admit_secrets(&mut self, secrets: &Secrets) -> Result<()> {
        let mut known = Vec::new();
        let password = Some(SecretRef::Password(&secrets.password));
        for (file, what, secret) in [
            (&self.user, What::Password, password),
            (
                &self.app,
                What::ClientSecret,
                secrets.credential.sent_secret(),
            ),
        ] {
            let Some(secret) = secret else { continue };
            for refused in file.ledger.refused.iter().filter(|r| r.what == what) {
                let Some(print) = &refused.fingerprint else {
                    continue;
                };
                match print.matches(secret) {
                    Ok(false) => {}
                    Ok(true) if self.caller.insists() => known.push(print.clone()),
                    Ok(true) => return Err(self.words().latched(refused)),
                    // A person takes it upon them.
                    Err(NoDigest) if self.caller.insists() => {}
                    Err(NoDigest) => return Err(not_compared(file)),
                }
            }
        }
        self.known = known;
        Ok(())
    }

    /// What has to be done when the first byte of the form can leave: it is written down that it
    /// does. If that fails, nothing leaves. What ends earlier leaves no mark. [`Self::marked`]
    /// takes the other part.
    pub(super) fn mark(
        &self,
        request_id: &str,
        now: u64,
    ) -> (BeforeFirstByte, Receiver<Result<File>>) {
        let (mut file, id) = (self.user.clone(), request_id.to_owned());
        let (tell, told) = channel();
        let start = Instant::now();
        let lay = move || {
            file.ledger.mark(&id, now + start.elapsed().as_secs());
            let saved = file.save();
            crate::fault::point("attempt-recorded");
            let outcome = saved
                .as_ref()
                .map_err(|e| std::io::Error::other(e.message.english()))
                .copied();
            // Nobody listens only if the sign-in is over.
            let _ = tell.send(saved.map(|()| file));
            outcome
        };
        (Box::new(lay), told)
    }

    /// Takes over the record with the mark, if one was laid. The error says why it could not be, so
    /// nothing was sent.
    pub(super) fn marked(&mut self, told: &Receiver<Result<File>>) -> Result<()> {
        if let Ok(file) = told.try_recv() {
            self.user = file?;
        }
        Ok(())
    }

    /// Writes down that a secret was refused before anything else is done about it: the store,
    /// which is read again for the fingerprint, may take its time, and a kill meanwhile must not
    /// have the next job send the secret once more. [`Self::record_answer`] puts what is known then
    /// in the place of this.
    pub(super) fn latch(&mut self, refusal: &Refusal, request_id: &str, now: u64) -> Result<()> {
        let what = match refusal.judgement.guard {
            Guard::LatchPassword => What::Password,
            Guard::LatchClientSecret => What::ClientSecret,
            Guard::Pace | Guard::Slow | Guard::CoolDown => return Ok(()),
        };
        let entry = self.entry(what, None, Said::new(refusal, now));
        if what == What::ClientSecret {
            return self.change_app(|app| app.refused.push(entry));
        }
        self.user.ledger.refused_at(request_id);
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
            never_stored: self.caller.gives_secrets(),
        }
    }

    /// Writes down what came of it. An attempt whose outcome cannot be written stays one that may
    /// have been judged. `sent` are the secrets that were sent, for the fingerprint of a refused
    /// one; without them the generation is latched all the same.
    pub(super) fn record_answer(
        &mut self,
        answer: &Answer,
        request_id: &str,
        sent: Option<&Secrets>,
        now: u64,
    ) -> Result<()> {
        match answer {
            Answer::Granted(_) => {
                self.user.ledger.count(now, &self.what);
                self.record_success()
            }
            Answer::Refused(refusal) => {
                let ledger = &mut self.user.ledger;
                match refusal.judgement.verdict() {
                    Verdict::Wrong => ledger.refused_at(request_id),
                    Verdict::Right => {
                        ledger.withdraw(request_id);
                        ledger.end_row();
                    }
                    Verdict::NotCounted => ledger.withdraw(request_id),
                    Verdict::Open => ledger.unclear(request_id, Said::new(refusal, now)),
                }
                self.record_refusal(refusal, sent, now)
            }
            Answer::Odd(odd) => {
                self.user
                    .ledger
                    .unclear(request_id, Said::of_status(odd.status, now));
                self.record_throttle(odd, now);
                self.user.save()
            }
        }
    }

    /// Writes down that no usable answer came. The mark says so already, unless there was a status.
    pub(super) fn record_fault(
        &mut self,
        fault: &TransportFault,
        request_id: &str,
        now: u64,
    ) -> Result<()> {
        let Stage::CutOff(status) = fault.stage else {
            return Ok(());
        };
        self.user
            .ledger
            .unclear(request_id, Said::of_status(status, now));
        self.user.save()
    }

    fn record_success(&mut self) -> Result<()> {
        let (insists, generation) = (self.caller.insists(), self.profile.generation.as_str());
        // A generation may have had several secrets, where ropc only reads: the one that was
        // accepted is forgiven, no other. Only a person's try can be with a secret that was refused
        // in another profile: now it is proved right.
        let known = std::mem::take(&mut self.known);
        let right = |r: &Refused| {
            let fits = r.fingerprint.as_ref().map(|print| known.contains(print));
            (r.generation == generation && fits.unwrap_or(true)) || (insists && fits == Some(true))
        };
        let concerns =
            |r: &Refused| right(r) || r.never_stored || (r.generation == generation && !r.replaced);
        let is_there = self.app.ledger.refused.iter().any(concerns);
        let at_app = if is_there {
            self.change_app(|app| app.forgive(generation, right))
        } else {
            Ok(())
        };
        self.user.ledger.accepted(generation, &self.what, right);
        self.user.save().and(at_app)
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

    /// Another user's job may have written to the app's record meanwhile: it is read again under
    /// its lock.
    fn change_app(&mut self, change: impl FnOnce(&mut Ledger)) -> Result<()> {
        let soon = Deadline::after(Duration::from_secs(5));
        let path = self.app.path.with_extension("lock");
        let _lock = lock::take(&path, soon, &self.ui, &|| text!("broker-awaited-outcome"))?;
        self.app.reload()?;
        change(&mut self.app.ledger);
        self.app.save()
    }

    fn record_refusal(
        &mut self,
        refusal: &Refusal,
        sent: Option<&Secrets>,
        now: u64,
    ) -> Result<()> {
        let said = Said::new(refusal, now);
        // Each refused secret of a generation is remembered, and once. Without a fingerprint it may
        // be the same one.
        let known = self.known.clone();
        let same = |r: &Refused| {
            r.fingerprint
                .as_ref()
                .is_none_or(|print| known.contains(print))
        };
        let mut at_app = Ok(());
        match refusal.judgement.guard {
            Guard::LatchPassword => {
                let entry = self.entry(
                    What::Password,
                    sent.map(|s| SecretRef::Password(&s.password)),
                    said,
                );
                self.user.ledger.refuse(entry, same);
            }
            Guard::LatchClientSecret => {
                let secret = sent.and_then(|s| s.credential.sent_secret());
                let entry = self.entry(What::ClientSecret, secret, said);
                at_app = self.change_app(|app| app.refuse(entry, same));
            }
            Guard::CoolDown => {
                // A throttle ends when it says so. A lock and a loop do not, whatever header
                // something on the way adds.
                let ends_as_said = refusal.judgement.retry == Retry::AfterDelay;
                let header = if ends_as_said {
                    refusal.retry_after.as_deref()
                } else {
                    None
                };
                let exact = super::retry::retry_after(header, now);
                self.user.ledger.pause(
                    Reason::CoolDown,
                    None,
                    said,
                    Wait {
                        first: 300,
                        most: 3600,
                        exact,
                    },
                );
            }
            // What a person tried in vain at `login` must not slow the jobs of the profile that
            // stays.
            Guard::Slow if self.caller.gives_secrets() => {}
            Guard::Slow => {
                let wait = Wait {
                    first: 60,
                    most: 900,
                    exact: None,
                };
                self.user
                    .ledger
                    .pause(Reason::Slow, Some(&self.what), said, wait);
            }
            Guard::Pace => {}
        }
        // What is known of the user is written whatever became of the other record.
        self.user.save().and(at_app)
    }

    /// A 429 that is no JSON throttles all the same.
    fn record_throttle(&mut self, odd: &Odd, now: u64) {
        if odd.status != 429 {
            return;
        }
        let exact = super::retry::retry_after(odd.retry_after.as_deref(), now);
        let said = Said::of_status(odd.status, now);
        self.user.ledger.pause(
            Reason::CoolDown,
            None,
            said,
            Wait {
                first: 60,
                most: 3600,
                exact,
            },
        );
    }
}

/// The slow hash needs memory, and without it nobody knows whether this is the secret that was
/// refused.
fn not_compared(file: &File) -> Error {
    Error::config(text!("broker-not-compared", path = file.path.display()))
        .hint(text!("broker-not-compared-memory"))
}
