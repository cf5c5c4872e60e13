//! The breaker's records as files: where they are, how ropc reads and writes them, and which
//! entries it drops with a generation. `ledger` decides what they mean, `breaker` what follows.

use super::deadline::Deadline;
use super::error::{Awaited, BrokerError, RecordFault, Result, Unreadable};
use super::ledger::first::First;
use super::ledger::{Ledger, VERSION};
use super::lock;
use super::places::Places;
use crate::format::NewerFormat;
use crate::os;
use crate::profile::{Profile, hex};
use crate::ui::Ui;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// One record with its place.
#[derive(Clone)]
pub(super) struct File {
    pub(super) path: PathBuf,
    elsewhere: Option<PathBuf>,
    pub(super) ledger: Ledger,
}

/// The path of a record, and its user or app for a person who reads the file.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct RecordPlace {
    pub(super) path: PathBuf,
    pub(super) about: String,
}

/// The longest wait for another process to write its outcome.
pub(super) const OUTCOME: Duration = Duration::from_secs(5);
const LIMIT: u64 = 1024 * 1024;

impl File {
    /// Loads the record. One that cannot be read, in either place, is an error, and no password is
    /// sent; with `start_again` (a person's `--retry`) it is removed first.
    pub(super) fn load(place: RecordPlace, places: &Places, start_again: bool) -> Result<Self> {
        let RecordPlace { path, about } = place;
        let elsewhere = elsewhere(&path, places);
        if start_again {
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

    /// Reads the record again if another process wrote to it meanwhile.
    pub(super) fn reload(&mut self) -> Result<()> {
        if let Some(newer) = read_newest(&self.path, self.elsewhere.as_deref())? {
            self.ledger = newer;
        }
        Ok(())
    }

    pub(super) fn save(&mut self) -> Result<()> {
        self.write()
            .map_err(|source| self.error(RecordFault::Unwritable(source)))
    }

    fn error(&self, fault: RecordFault) -> BrokerError {
        BrokerError::Record {
            path: self.path.clone(),
            fault,
        }
    }

    fn write(&mut self) -> io::Result<()> {
        self.ledger.written = self.ledger.written.saturating_add(1);
        let bytes = serde_json::to_vec_pretty(&self.ledger)?;
        os::write_private(&self.path, &bytes)
    }
}

fn remove_unreadable(path: &Path) -> Result<()> {
    let Err(why) = look(path) else {
        return Ok(());
    };
    std::fs::remove_file(path).map_err(|_| BrokerError::Record {
        path: path.to_owned(),
        fault: RecordFault::Unremovable(why),
    })
}

/// `None` where there is no record.
pub(super) fn read(path: &Path) -> Result<Option<Ledger>> {
    look(path).map_err(|why| BrokerError::Record {
        path: path.to_owned(),
        fault: RecordFault::Unreadable(why),
    })
}

fn look(path: &Path) -> Result<Option<Ledger>, Unreadable> {
    let mut file = match os::open_nofollow(path) {
        Ok(file) => file,
        // A path below a file holds no record either.
        Err(e)
            if matches!(
                e.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(None);
        }
        Err(e) => return Err(Unreadable::Io(e)),
    };
    let bytes = os::read_bounded(&mut file, LIMIT).map_err(Unreadable::Io)?;
    parse(&bytes).map(Some)
}

pub(super) fn parse(bytes: &[u8]) -> Result<Ledger, Unreadable> {
    // The version first and alone: a later format may have fields that this one does not know.
    let format: NewerFormat = serde_json::from_slice(bytes).map_err(|_| Unreadable::Damaged)?;
    match u32::try_from(format.version) {
        Ok(1) => serde_json::from_slice::<First>(bytes).map(Ledger::from),
        Ok(VERSION) => serde_json::from_slice(bytes),
        _ => return Err(Unreadable::Newer(format)),
    }
    .map_err(|_| Unreadable::Damaged)
}

/// The newer of the records in both places: while the state directory cannot be written, ropc
/// writes to the runtime directory, and later goes on from there.
pub(super) fn read_as_known(path: &Path, places: &Places) -> Result<Option<Ledger>> {
    read_newest(path, elsewhere(path, places).as_deref())
}

fn read_newest(path: &Path, elsewhere: Option<&Path>) -> Result<Option<Ledger>> {
    let own = read(path)?;
    // A record that cannot be read may be the newer one, so its error counts.
    let other = elsewhere.map_or(Ok(None), read)?;
    Ok(match (own, other) {
        (Some(own), Some(other)) if own.written >= other.written => Some(own),
        (own, other) => other.or(own),
    })
}

fn elsewhere(path: &Path, places: &Places) -> Option<PathBuf> {
    Some(places.other_breaker()?.join(path.file_name()?))
}

/// The record of a user at an authority.
pub(super) fn user_file(dir: &Path, profile: &Profile) -> RecordPlace {
    let about = format!(
        "{} at {}",
        profile.username.as_str().to_lowercase(),
        profile.authority.base()
    );
    RecordPlace {
        path: dir.join(format!("user-{}.json", digest(&about))),
        about,
    }
}

/// The record of an app at an authority.
pub(super) fn app_file(dir: &Path, profile: &Profile) -> RecordPlace {
    let about = format!("app {} at {}", profile.client_id, profile.authority.base());
    RecordPlace {
        path: dir.join(format!("app-{}.json", digest(&about))),
        about,
    }
}

fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes())[..8])
}

/// App and scopes, as a digest: rate limit and pauses can hold for both together.
pub(super) fn purpose(profile: &Profile, scope: &str) -> String {
    digest(&format!("{}\n{scope}", profile.client_id))
}

/// Drops the entries of this generation of a profile, and those of refused secrets that were never
/// stored. See [`Ledger::forget`] for `keep_prints`.
pub(super) fn forget(places: &Places, profile: &Profile, keep_prints: bool, ui: &Ui) -> Result<()> {
    let purpose = purpose(profile, &profile.scopes.cache_key());
    let dir = places.breaker()?;
    for place in [user_file(&dir, profile), app_file(&dir, profile)] {
        change(place.path, places, ui, |ledger| {
            ledger.forget(profile.generation.as_str(), &purpose, keep_prints);
            ledger.forget_never_stored();
            true
        })?;
    }
    Ok(())
}

/// Writes the new name of a profile into the entries of its generation.
pub(super) fn rename(places: &Places, profile: &Profile, ui: &Ui) -> Result<()> {
    let dir = places.breaker()?;
    for place in [user_file(&dir, profile), app_file(&dir, profile)] {
        change(place.path, places, ui, |ledger| {
            ledger.rename(profile.generation.as_str(), profile.name.as_str())
        })?;
    }
    Ok(())
}

/// Drops, in every record, the entries of refused secrets that were never stored. The error is that
/// of the first record where this fails.
pub(super) fn forget_never_stored(places: &Places, ui: &Ui) -> Result<()> {
    let dir = places.breaker()?;
    let mut outcome = Ok(());
    for name in names(places)? {
        // Go on with the others after a record that cannot be read.
        outcome = outcome.and(change(
            dir.join(name),
            places,
            ui,
            Ledger::forget_never_stored,
        ));
    }
    outcome
}

/// The names of all records, in both places.
fn names(places: &Places) -> Result<BTreeSet<OsString>> {
    let both = [Some(places.breaker()?), places.other_breaker()];
    let entries = both
        .into_iter()
        .flatten()
        .filter_map(|dir| std::fs::read_dir(dir).ok())
        .flatten();
    Ok(entries
        .filter_map(|entry| Some(entry.ok()?.file_name()))
        .filter(|name| Path::new(name).extension().is_some_and(|end| end == "json"))
        .collect())
}

/// Changes a record, if there is one, under its lock; `work` returns true if the record must be
/// written.
fn change(
    path: PathBuf,
    places: &Places,
    ui: &Ui,
    work: impl FnOnce(&mut Ledger) -> bool,
) -> Result<()> {
    let elsewhere = elsewhere(&path, places);
    if !exists(&path) && !elsewhere.as_deref().is_some_and(exists) {
        return Ok(());
    }
    let lock = path.with_extension("lock");
    let _lock = lock::take(&lock, &Awaited::SignIn, Deadline::after(OUTCOME), ui)?;
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
    file.write()
        .map_err(|source| file.error(RecordFault::Kept(source)))
}

fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}
