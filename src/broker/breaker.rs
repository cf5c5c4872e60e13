//! The breaker: no secret that Entra refused is sent again until a person acts, and nothing is sent that was not first
//! written down.
//!
//! The record of a user is locked from the first look until the outcome is written, over all profiles of this OS user: so
//! two jobs can never both risk a password. A record that cannot be read or written stops the password, not the truth.

use super::fingerprint::Fingerprint;
use super::ledger::{Attempt, Ledger, Reason, Refused, Said, SignIn, UNANSWERED_CAP, Wait, What};
use super::{Deadline, Places, lock};
use crate::entra::wire::{Answer, Odd};
use crate::entra::{Refusal, Stage, TransportFault, aadsts::Guard};
use crate::error::{Error, Kind, Result, io_reason};
use crate::os;
use crate::profile::{Profile, hex};
use crate::secret::{ClientSecret, Password, SecretRef};
use crate::ui::Ui;
use crate::world::rfc3339;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::io;
use std::path::{Path, PathBuf};

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

/// The records that concern one sign-in, the user's one locked.
pub(super) struct Breaker<'a> {
    profile: &'a Profile,
    caller: Caller,
    what: String,
    user: File,
    app: File,
    _lock: lock::Lock,
}

/// One record with its place.
struct File {
    path: PathBuf,
    ledger: Ledger,
}

const LIMIT: u64 = 1024 * 1024;

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
        let awaited = format!("another sign-in of {} to end", profile.username);
        let lock = lock::take(&user.0.with_extension("lock"), deadline, ui, &awaited)?;
        let anew = caller == Caller::Retry;
        Ok(Self {
            user: File::load(user, anew)?,
            app: File::load(app, anew)?,
            what: rate_key(profile, scope),
            profile,
            caller,
            _lock: lock,
        })
    }

    /// Says no before the bundle is read, where the record is enough to know.
    pub(super) fn admit(&mut self, now: u64) -> Result<()> {
        self.user.ledger.prune(now);
        let ledger = &self.user.ledger;
        if let Some(until) = ledger.refusal_limit() {
            return Err(Error::new(Kind::SignIn, format!(
                "3 passwords of {} were refused within the hour, so none is sent before {}: more could lock the account",
                self.profile.username, rfc3339(until)
            ))
            .hint("find out the right password meanwhile; then `ropc login`"));
        }
        if let Some(until) = ledger.rate_limit(&self.what) {
            return Err(Error::new(Kind::Network, format!(
                "10 sign-ins of {} within 5 minutes: the next is due at {}, or Entra would take it for a loop (AADSTS50196)",
                self.profile.username, rfc3339(until)
            ))
            .hint("leave out `--refresh` and `--no-cache`: the cached token serves every job until it ends"));
        }
        if self.caller == Caller::Retry {
            return Ok(());
        }
        let generation = self.profile.generation.as_str();
        // In a store that is only read another secret may stand by now: `admit_secrets` looks at it, and only without a
        // fingerprint could it not tell.
        let bound = self.profile.store.holds_keys();
        let latched =
            |l: &'_ Ledger| if bound { l.latched(generation).cloned() } else { l.nameless(generation).cloned() };
        if let Some(refused) = latched(ledger).or_else(|| latched(&self.app.ledger)) {
            return Err(self.latched(&refused));
        }
        if let Some(pause) = ledger.paused(self.profile.client_id.as_str(), now, self.caller == Caller::Job) {
            return Err(self.paused(&pause.said, pause.until));
        }
        let open = ledger.unanswered(generation);
        if open.len() >= UNANSWERED_CAP && self.caller == Caller::Job {
            return Err(self.unanswered(&open));
        }
        Ok(())
    }

    /// Says no if one of the secrets is one that was refused before, whatever profile it stood in then.
    pub(super) fn admit_secrets(&self, password: &Password, client_secret: Option<&ClientSecret>) -> Result<()> {
        if self.caller == Caller::Retry {
            return Ok(());
        }
        let known = |file: &File, what: What, secret: SecretRef<'_>| {
            let mut prints = file.ledger.refused.iter().filter(|r| r.what == what);
            prints.find(|r| r.fingerprint.as_ref().is_some_and(|f| f.matches(secret))).cloned()
        };
        let refused = known(&self.user, What::Password, SecretRef::Password(password))
            .or_else(|| known(&self.app, What::ClientSecret, SecretRef::ClientSecret(client_secret?)));
        refused.map_or(Ok(()), |r| Err(self.latched(&r)))
    }

    /// Writes down that a password is about to be sent. If that fails, it must not be sent.
    pub(super) fn record_attempt(&mut self, request_id: &str, now: u64) -> Result<()> {
        let generation = self.profile.generation.to_string();
        self.user.ledger.unanswered.push(Attempt { request_id: request_id.into(), at: now, generation });
        self.user.ledger.sign_ins.push(SignIn { at: now, what: self.what.clone() });
        self.user.save()
    }

    /// Writes down what came of it. An attempt whose outcome cannot be written stays an unanswered one.
    pub(super) fn record_answer(
        &mut self,
        answer: &Answer,
        password: &Password,
        secret: Option<&ClientSecret>,
        now: u64,
    ) -> Result<()> {
        self.user.ledger.answered();
        match answer {
            Answer::Granted(_) => self.record_success(password, secret),
            Answer::Refused(refusal) => self.record_refusal(refusal, password, secret, now),
            Answer::Odd(odd) => {
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
            // The status alone says that no password was judged wrong.
            Stage::CutOff(status) if !(300..500).contains(&status) => self.user.ledger.answered(),
            Stage::Unanswered | Stage::CutOff(_) => return Ok(()),
        }
        self.user.save()
    }

    fn record_success(&mut self, password: &Password, secret: Option<&ClientSecret>) -> Result<()> {
        let generation = self.profile.generation.as_str();
        let bound = self.profile.store.holds_keys();
        self.user.ledger.accepted(generation, |r| bound || is_of(r, SecretRef::Password(password)));
        if self.app.ledger.latched(generation).is_some() {
            self.app
                .ledger
                .accepted(generation, |r| bound || secret.is_some_and(|s| is_of(r, SecretRef::ClientSecret(s))));
            self.app.save()?;
        }
        self.user.save()
    }

    fn record_refusal(
        &mut self,
        refusal: &Refusal,
        password: &Password,
        secret: Option<&ClientSecret>,
        now: u64,
    ) -> Result<()> {
        let said = Said::new(refusal, now);
        let entry = |what, fingerprint| Refused {
            what,
            profile: self.profile.name.to_string(),
            generation: self.profile.generation.to_string(),
            fingerprint,
            said: said.clone(),
            replaced: false,
        };
        // A generation of a store that holds keys is one pair of secrets; elsewhere each secret is remembered.
        let bound = self.profile.store.holds_keys();
        match refusal.judgement.guard {
            Guard::LatchPassword => {
                let print = Fingerprint::of(SecretRef::Password(password));
                let same = |r: &Refused| bound || is_of(r, SecretRef::Password(password));
                self.user.ledger.refuse(entry(What::Password, print), same);
            }
            Guard::LatchClientSecret => {
                let print = secret.and_then(|s| Fingerprint::of(SecretRef::ClientSecret(s)));
                let same = |r: &Refused| bound || secret.is_some_and(|s| is_of(r, SecretRef::ClientSecret(s)));
                self.app.ledger.refuse(entry(What::ClientSecret, print), same);
                self.app.save()?;
            }
            Guard::CoolDown => {
                let exact = super::retry::retry_after(refusal.retry_after.as_deref(), now);
                self.user.ledger.pause(Reason::CoolDown, None, said, Wait { first: 300, most: 3600, exact });
            }
            Guard::Slow => {
                let client = Some(self.profile.client_id.as_str());
                self.user.ledger.pause(Reason::Slow, client, said, Wait { first: 60, most: 900, exact: None });
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
            meaning: "too many requests".into(),
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
        let (secret, whose) = match refused.what {
            What::Password => ("password", format!(" of {}", self.profile.username)),
            What::ClientSecret => ("client secret", format!(" of app {}", self.profile.client_id)),
        };
        let retry = self.retry_command();
        let mend = if self.profile.store.holds_keys() {
            format!("store the right {secret} with `{}`", retry.trim_end_matches(" --retry"))
        } else {
            format!(
                "change the {secret} where the store `{}` takes it from: a new one is tried by itself",
                self.profile.store
            )
        };
        Error::new(
            Kind::SignIn,
            format!("the {secret}{whose} is not sent: Entra refused it before\n{}", recall(&refused.said)),
        )
        .hint(mend)
        .hint(format!("if it is right after all, `{retry}` sends it once more"))
        .hints(more(&refused.said))
    }

    fn paused(&self, said: &Said, until: u64) -> Error {
        let kind = if said.temporary { Kind::Network } else { Kind::SignIn };
        Error::new(
            kind,
            format!("nothing is sent for {} before {}\n{}", self.profile.username, rfc3339(until), recall(said)),
        )
        .hint(format!("`{}` tries at once", self.retry_command()))
        .hints(more(said))
    }

    fn unanswered(&self, open: &[&Attempt]) -> Error {
        let last = open
            .last()
            .map_or_else(String::new, |a| format!("; the last at {} with request id {}", rfc3339(a.at), a.request_id));
        Error::new(Kind::Network, format!(
            "{} sign-ins of {} got no answer{last}: whether the password was judged is unknown, so it is not sent again",
            open.len(), self.profile.username
        ))
        .hint(format!("when the network is well, `{}` tries once and clears this", self.retry_command()))
    }
}

/// True if this refusal is of this secret. Without a fingerprint it may be.
fn is_of(refused: &Refused, secret: SecretRef<'_>) -> bool {
    refused.fingerprint.as_ref().is_none_or(|print| print.matches(secret))
}

fn recall(said: &Said) -> String {
    let ids = if said.ids.is_empty() { String::new() } else { format!(" ({})", said.ids) };
    format!("{}: {}, at {}{ids}", said.label, said.meaning, rfc3339(said.at))
}

fn more(said: &Said) -> Option<String> {
    said.code.map(|code| format!("more: `ropc explain {code}`"))
}

impl File {
    /// A record that cannot be read stops every password; `anew` (a person asked) starts another in its place.
    fn load((path, about): (PathBuf, String), anew: bool) -> Result<Self> {
        match read(&path) {
            Ok(ledger) => Ok(Self { path, ledger: ledger.unwrap_or_else(|| Ledger::new(&about)) }),
            Err(_) if anew => Ok(Self { path, ledger: Ledger::new(&about) }),
            Err(reason) => Err(Error::config(format!(
                "the sign-in record {} cannot be read, so no password is sent: {reason}",
                path.display()
            ))
            .hint("`ropc login --retry` tries once and starts a new record")),
        }
    }

    fn save(&self) -> Result<()> {
        let bytes = serde_json::to_vec_pretty(&self.ledger).unwrap_or_default();
        os::write_private(&self.path, &bytes).map_err(|e| {
            Error::config(format!(
                "the sign-in record {} cannot be written, so no password is sent: {}",
                self.path.display(),
                io_reason(&e)
            ))
            .hint("make room or make it writable, or set ROPC_STATE_DIR to a directory that this account may write")
        })
    }
}

fn read(path: &Path) -> std::result::Result<Option<Ledger>, String> {
    let mut file = match os::open_nofollow(path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(io_reason(&e)),
    };
    let bytes = os::read_bounded(&mut file, LIMIT).map_err(|e| io_reason(&e))?;
    let ledger: Ledger = serde_json::from_slice(&bytes).map_err(|_| "it is damaged".to_owned())?;
    if ledger.version != 1 {
        return Err(format!("its format has version {}, which a newer ropc wrote", ledger.version));
    }
    Ok(Some(ledger))
}

fn user_file(dir: &Path, profile: &Profile) -> (PathBuf, String) {
    let about = format!("{} at {}", profile.username.as_str().to_lowercase(), profile.authority.base());
    (dir.join(format!("user-{}.json", digest(&about))), about)
}

fn app_file(dir: &Path, profile: &Profile) -> (PathBuf, String) {
    let about = format!("app {} at {}", profile.client_id, profile.authority.base());
    (dir.join(format!("app-{}.json", digest(&about))), about)
}

fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes())[..8])
}

fn rate_key(profile: &Profile, scope: &str) -> String {
    digest(&format!("{}\n{scope}", profile.client_id))
}

/// Forgets what belongs to this generation of a profile.
pub(super) fn forget(places: &Places, profile: &Profile, deadline: Deadline, ui: &Ui) -> Result<()> {
    let dir = places.breaker();
    for (path, _) in [user_file(&dir, profile), app_file(&dir, profile)] {
        if !path.exists() {
            continue;
        }
        let _lock = lock::take(&path.with_extension("lock"), deadline, ui, "another sign-in to end")?;
        if let Ok(Some(mut ledger)) = read(&path) {
            ledger.forget(profile.generation.as_str());
            File { path, ledger }.save()?;
        }
    }
    Ok(())
}

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
    let (user, app) = (read(&user_file(&dir, profile).0), read(&app_file(&dir, profile).0));
    let (Ok(user), Ok(app)) = (user, app) else { return Status::plain("unreadable") };
    let (mut user, app) = (user.unwrap_or_default(), app.unwrap_or_default());
    user.prune(now);
    let generation = profile.generation.as_str();
    if let Some(refused) = user.latched(generation).or_else(|| app.latched(generation)) {
        let mut status = Status::of("refused", &refused.said, None);
        if let Some(reason) = status.reason.as_mut().filter(|_| !profile.store.holds_keys()) {
            // Which secret stands there now is not looked at.
            reason.push_str("; another secret in the store is tried by itself");
        }
        return status;
    }
    if let Some(until) = user.refusal_limit() {
        return Status { until: Some(until), ..Status::plain("limited") };
    }
    if let Some(pause) = user.paused(profile.client_id.as_str(), now, true) {
        return Status::of("paused", &pause.said, Some(pause.until));
    }
    if let Some(last) =
        user.unanswered(generation).last().filter(|_| user.unanswered(generation).len() >= UNANSWERED_CAP)
    {
        return Status { since: Some(last.at), ..Status::plain("unanswered") };
    }
    Status::plain("ready")
}
