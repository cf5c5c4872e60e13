//! The breaker's records as files: where they are, how they are read and written, and what is dropped with a generation.
//! What they mean is decided in `ledger`, what follows from it in `breaker`.

use super::ledger::Ledger;
use super::{Deadline, Places, lock};
use crate::error::{Error, Result, io_reason};
use crate::l10n::msg;
use crate::os;
use crate::profile::{Profile, hex};
use crate::ui::Ui;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::io;
use std::path::{Path, PathBuf};

/// One record with its place.
pub(super) struct File {
    pub(super) path: PathBuf,
    elsewhere: Option<PathBuf>,
    pub(super) ledger: Ledger,
}

const LIMIT: u64 = 1024 * 1024;

impl File {
    /// A record that cannot be read stops every password; `anew` (a person asked) starts another in its place.
    pub(super) fn load((path, about): (PathBuf, String), places: &Places, anew: bool) -> Result<Self> {
        let elsewhere = elsewhere(&path, places);
        let ledger = match read_newest(&path, elsewhere.as_deref()) {
            Ok(ledger) => ledger,
            Err(_) if anew => None,
            Err(reason) => {
                let message = msg!("broker-record-unreadable", path = path.display(), reason = reason);
                return Err(Error::config(message).hint(msg!("broker-record-anew")));
            }
        };
        Ok(Self { path, elsewhere, ledger: ledger.unwrap_or_else(|| Ledger::new(&about)) })
    }

    /// Takes over what another process wrote meanwhile, if it can be read.
    pub(super) fn reload(&mut self) {
        if let Ok(Some(newer)) = read_newest(&self.path, self.elsewhere.as_deref()) {
            self.ledger = newer;
        }
    }

    pub(super) fn save(&mut self) -> Result<()> {
        self.write().map_err(|e| {
            Error::config(msg!("broker-record-unwritable", path = self.path.display(), reason = io_reason(&e)))
                .hint(msg!("broker-record-make-room"))
        })
    }

    fn write(&mut self) -> io::Result<()> {
        self.ledger.written = self.ledger.written.saturating_add(1);
        let bytes = serde_json::to_vec_pretty(&self.ledger).unwrap_or_default();
        os::write_private(&self.path, &bytes)
    }
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// `None` where there is no record; the error is a reason in words.
pub(super) fn read(path: &Path) -> std::result::Result<Option<Ledger>, String> {
    let mut file = match os::open_nofollow(path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(io_reason(&e)),
    };
    parse(&os::read_bounded(&mut file, LIMIT).map_err(|e| io_reason(&e))?).map(Some)
}

/// The error is a reason in words.
pub(super) fn parse(bytes: &[u8]) -> std::result::Result<Ledger, String> {
    let damaged = |_| msg!("broker-record-damaged");
    // By itself first: a later version may have fields that this one does not know.
    let Version { version } = serde_json::from_slice(bytes).map_err(damaged)?;
    if version != 1 {
        return Err(msg!("broker-record-newer", version = version));
    }
    serde_json::from_slice(bytes).map_err(damaged)
}

/// The record as it was last written, wherever that was: a state directory that cannot be written for a while leaves a part of
/// the story in the runtime directory, and goes on with it when it can be written again.
pub(super) fn read_as_known(path: &Path, places: &Places) -> std::result::Result<Option<Ledger>, String> {
    read_newest(path, elsewhere(path, places).as_deref())
}

fn read_newest(path: &Path, elsewhere: Option<&Path>) -> std::result::Result<Option<Ledger>, String> {
    let own = read(path)?;
    let other = elsewhere.and_then(|path| read(path).ok().flatten());
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
    let about = format!("{} at {}", profile.username.as_str().to_lowercase(), profile.authority.base());
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

/// Forgets what belongs to this generation of a profile. See [`Ledger::forget`] for `keep_prints`.
pub(super) fn forget(places: &Places, profile: &Profile, keep_prints: bool, deadline: Deadline, ui: &Ui) -> Result<()> {
    let what = rate_key(profile, &profile.scopes.cache_key());
    let dir = places.breaker();
    for (path, _) in [user_file(&dir, profile), app_file(&dir, profile)] {
        let elsewhere = elsewhere(&path, places);
        if !path.exists() && !elsewhere.as_ref().is_some_and(|path| path.exists()) {
            continue;
        }
        let _lock = lock::take(&path.with_extension("lock"), deadline, ui, &|| msg!("broker-awaited-sign-in"))?;
        if let Ok(Some(mut ledger)) = read_newest(&path, elsewhere.as_deref()) {
            ledger.forget(profile.generation.as_str(), &what, keep_prints);
            let mut file = File { path, elsewhere, ledger };
            file.write().map_err(|e| {
                Error::config(msg!("broker-record-kept", path = file.path.display(), reason = io_reason(&e)))
            })?;
        }
    }
    Ok(())
}
