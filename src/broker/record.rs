//! The breaker's records as files: where they are, how they are read and written, and what is
//! dropped with a generation. What they mean is decided in `ledger`, what follows from it in
//! `breaker`.

use super::ledger::{First, Ledger, VERSION};
use super::{Deadline, Places, lock};
use crate::error::{Error, Result, io_reason};
use crate::os;
use crate::profile::{Profile, hex};
use crate::text::{Text, text};
use crate::ui::Ui;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

/// One record with its place.
#[derive(Clone)]
pub(super) struct File {
    pub(super) path: PathBuf,
    elsewhere: Option<PathBuf>,
    pub(super) ledger: Ledger,
}

/// A record that is there and tells nothing.
#[derive(Debug)]
pub(super) struct Unreadable {
    path: PathBuf,
    reason: Text,
}

impl Unreadable {
    fn error(&self) -> Error {
        Error::config(text!(
            "broker-record-unreadable",
            path = self.path.display(),
            reason = self.reason
        ))
    }
}

impl From<Unreadable> for Error {
    fn from(unreadable: Unreadable) -> Self {
        unreadable.error().hint(text!("broker-record-anew"))
    }
}

const LIMIT: u64 = 1024 * 1024;

impl File {
    /// A record that cannot be read, in either place, stops every password; `anew` (a person asked)
    /// removes it first.
    pub(super) fn load(
        (path, about): (PathBuf, String),
        places: &Places,
        anew: bool,
    ) -> Result<Self> {
        let elsewhere = elsewhere(&path, places);
        if anew {
            remove_unreadable(&path)?;
            elsewhere.as_deref().map_or(Ok(()), remove_unreadable)?;
        }
        let ledger = read_newest(&path, elsewhere.as_deref())?;
        Ok(Self {
            path,
            elsewhere,
            ledger: ledger.unwrap_or_else(|| Ledger::new(&about)),
        })
    }

    /// Takes over what another process wrote meanwhile.
    pub(super) fn reload(&mut self) -> Result<()> {
        if let Some(newer) = read_newest(&self.path, self.elsewhere.as_deref())? {
            self.ledger = newer;
        }
        Ok(())
    }

    pub(super) fn save(&mut self) -> Result<()> {
        self.write().map_err(|e| {
            Error::config(text!(
                "broker-record-unwritable",
                path = self.path.display(),
                reason = io_reason(&e)
            ))
            .hint(text!("broker-record-make-room"))
        })
    }

    fn write(&mut self) -> io::Result<()> {
        self.ledger.written = self.ledger.written.saturating_add(1);
        let bytes = serde_json::to_vec_pretty(&self.ledger)?;
        os::write_private(&self.path, &bytes)
    }
}

fn remove_unreadable(path: &Path) -> Result<()> {
    let Err(unreadable) = read(path) else {
        return Ok(());
    };
    std::fs::remove_file(path).map_err(|_| {
        unreadable
            .error()
            .hint(text!("broker-record-remove", path = path.display()))
    })
}

#[derive(Deserialize)]
struct RecordVersion {
    version: u32,
}

/// `None` where there is no record.
pub(super) fn read(path: &Path) -> std::result::Result<Option<Ledger>, Unreadable> {
    let unreadable = |reason: Text| Unreadable {
        path: path.to_owned(),
        reason,
    };
    let mut file = match os::open_nofollow(path) {
        Ok(file) => file,
        // Below a file there is no record either.
        Err(e)
            if matches!(
                e.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(None);
        }
        Err(e) => return Err(unreadable(io_reason(&e))),
    };
    let bytes = os::read_bounded(&mut file, LIMIT).map_err(|e| unreadable(io_reason(&e)))?;
    parse(&bytes).map(Some).map_err(unreadable)
}

/// The error is a reason in words.
pub(super) fn parse(bytes: &[u8]) -> std::result::Result<Ledger, Text> {
    let damaged = |_| text!("broker-record-damaged");
    // By itself first: a later version may have fields that this one does not know.
    let RecordVersion { version } = serde_json::from_slice(bytes).map_err(damaged)?;
    match version {
        1 => serde_json::from_slice::<First>(bytes)
            .map(Ledger::from)
            .map_err(damaged),
        VERSION => serde_json::from_slice(bytes).map_err(damaged),
        _ => Err(text!("broker-record-newer", version = version)),
    }
}

/// The record as it was last written, wherever that was: a state directory that cannot be written
/// for a while leaves a part of the story in the runtime directory, and goes on with it when it can
/// be written again.
pub(super) fn read_as_known(
    path: &Path,
    places: &Places,
) -> std::result::Result<Option<Ledger>, Unreadable> {
    read_newest(path, elsewhere(path, places).as_deref())
}

fn read_newest(
    path: &Path,
    elsewhere: Option<&Path>,
) -> std::result::Result<Option<Ledger>, Unreadable> {
    let own = read(path)?;
    // One that cannot be read may be the newer one.
    let other = elsewhere.map_or(Ok(None), read)?;
    Ok(match (own, other) {
        (Some(own), Some(other)) if own.written >= other.written => Some(own),
        (own, other) => other.or(own),
    })
}

fn elsewhere(path: &Path, places: &Places) -> Option<PathBuf> {
    Some(places.other_breaker()?.join(path.file_name()?))
}

/// The record of a user at an authority, with whom it is about.
pub(super) fn user_file(dir: &Path, profile: &Profile) -> (PathBuf, String) {
    let about = format!(
        "{} at {}",
        profile.username.as_str().to_lowercase(),
        profile.authority.base()
    );
    (dir.join(format!("user-{}.json", digest(&about))), about)
}

/// The record of an app at an authority, with what it is about.
pub(super) fn app_file(dir: &Path, profile: &Profile) -> (PathBuf, String) {
    let about = format!("app {} at {}", profile.client_id, profile.authority.base());
    (dir.join(format!("app-{}.json", digest(&about))), about)
}

fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes())[..8])
}

/// App and scope, for what is counted or slowed by both.
pub(super) fn rate_key(profile: &Profile, scope: &str) -> String {
    digest(&format!("{}\n{scope}", profile.client_id))
}

/// Forgets what belongs to this generation of a profile, and what was refused without ever being
/// stored. See [`Ledger::forget`] for `keep_prints`.
pub(super) fn forget(
    places: &Places,
    profile: &Profile,
    keep_prints: bool,
    deadline: Deadline,
    ui: &Ui,
) -> Result<()> {
    let what = rate_key(profile, &profile.scopes.cache_key());
    let dir = places.breaker()?;
    for (path, _) in [user_file(&dir, profile), app_file(&dir, profile)] {
        change(path, places, deadline, ui, |ledger| {
            ledger.forget(profile.generation.as_str(), &what, keep_prints);
            ledger.forget_never_stored();
            true
        })?;
    }
    Ok(())
}

/// Forgets, in every record, what was refused without ever being stored. The error is of the first
/// record where that fails.
pub(super) fn forget_never_stored(places: &Places, deadline: Deadline, ui: &Ui) -> Result<()> {
    let both = [Some(places.breaker()?), places.other_breaker()];
    let entries = both
        .into_iter()
        .flatten()
        .filter_map(|dir| std::fs::read_dir(dir).ok())
        .flatten();
    let names: BTreeSet<OsString> = entries
        .filter_map(|entry| Some(entry.ok()?.file_name()))
        .collect();
    let mut outcome = Ok(());
    for name in names
        .iter()
        .filter(|name| Path::new(name).extension().is_some_and(|end| end == "json"))
    {
        let changed = change(
            places.breaker()?.join(name),
            places,
            deadline,
            ui,
            Ledger::forget_never_stored,
        );
        // One that cannot be read keeps none of the others.
        outcome = outcome.and(changed);
    }
    outcome
}

/// Changes a record, if there is one, under its lock; `work` tells whether there is something to
/// write.
fn change(
    path: PathBuf,
    places: &Places,
    deadline: Deadline,
    ui: &Ui,
    work: impl FnOnce(&mut Ledger) -> bool,
) -> Result<()> {
    let elsewhere = elsewhere(&path, places);
    let there = |path: &Path| path.symlink_metadata().is_ok();
    if !there(&path) && !elsewhere.as_deref().is_some_and(there) {
        return Ok(());
    }
    let _lock = lock::take(&path.with_extension("lock"), deadline, ui, &|| {
        text!("broker-awaited-sign-in")
    })?;
    let Some(mut ledger) = read_newest(&path, elsewhere.as_deref())? else {
        return Ok(());
    };
    if !work(&mut ledger) {
        return Ok(());
    }
    let mut file = File {
        path,
        elsewhere,
        ledger,
    };
    file.write().map_err(|e| {
        Error::config(text!(
            "broker-record-kept",
            path = file.path.display(),
            reason = io_reason(&e)
        ))
    })
}
