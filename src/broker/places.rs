//! Where the broker keeps its files: the sealed cache, the locks and the breaker's record.

use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::os;
use crate::profile::ProfileName;
use crate::text::{Text, text};
use std::path::{Path, PathBuf};

/// The directories of one user, found once a run. Nothing is made here: a look, and a run that a
/// cached token serves, need no directory that can be written.
#[derive(Clone, Debug)]
pub struct Places {
    cache: Option<PathBuf>,
    state: StateDir,
    elsewhere: Option<PathBuf>,
    runtime: Option<PathBuf>,
}

/// Where locks and the breaker's record are.
#[derive(Clone, Debug)]
enum StateDir {
    /// In the state directory.
    Lasting(PathBuf),
    /// In the runtime directory, which is lost at log-out; with the reason in words.
    StandIn(PathBuf, Text),
    /// Nowhere: one of the two directories is another account's, or others may write it. The reason
    /// in words.
    Refused(Text),
    /// Nowhere: no directory can be written.
    Nowhere,
}

impl Places {
    /// The state directory, else the runtime directory: the first that can be written.
    pub fn find(env: &Environment) -> Self {
        let (wanted, runtime) = (os::state_dir(env), os::runtime_dir(env));
        let state = match (&wanted, &runtime) {
            // Whatever is read for the record counts, in the second place too.
            _ if let Some(reason) = [&wanted, &runtime]
                .into_iter()
                .flatten()
                .find_map(|dir| changeable(dir)) =>
            {
                StateDir::Refused(reason)
            }
            (Some(dir), _) if is_usable(dir) => StateDir::Lasting(dir.clone()),
            (_, Some(runtime)) if is_usable(runtime) => {
                StateDir::StandIn(runtime.clone(), unusable(wanted.as_deref()))
            }
            _ => StateDir::Nowhere,
        };
        let elsewhere = match &state {
            StateDir::Lasting(_) => runtime.clone(),
            StateDir::StandIn(..) => wanted,
            StateDir::Refused(_) | StateDir::Nowhere => None,
        };
        Self {
            cache: os::cache_dir(env),
            state,
            elsewhere,
            runtime,
        }
    }

    /// Where locks and record are. Without such a place no password is sent, as an attempt could
    /// not be recorded.
    fn state(&self) -> Result<&Path> {
        match &self.state {
            StateDir::Lasting(dir) | StateDir::StandIn(dir, _) => Ok(dir),
            StateDir::Refused(reason) => Err(refused(reason)),
            StateDir::Nowhere => {
                Err(Error::config(text!("broker-no-state")).hint(text!("broker-set-state-dir")))
            }
        }
    }

    /// Why no directory is used at all, if one could be changed by others.
    pub fn refused(&self) -> Option<Error> {
        match &self.state {
            StateDir::Refused(reason) => Some(refused(reason)),
            _ => None,
        }
    }

    /// Why the runtime directory is in the place of the state directory, and which one it is;
    /// `None` if it is not.
    pub fn stand_in(&self) -> Option<(&Text, &Path)> {
        match &self.state {
            StateDir::StandIn(dir, reason) => Some((reason, dir)),
            _ => None,
        }
    }

    /// Where a profile's sealed tokens are; `None` where there is no home.
    pub fn cache_of(&self, name: &ProfileName) -> Option<PathBuf> {
        self.cache
            .as_ref()
            .map(|dir| dir.join("tokens").join(name.as_str()))
    }

    /// The lock file of a profile.
    pub fn lock_of(&self, name: &ProfileName) -> Result<PathBuf> {
        Ok(self.state()?.join("locks").join(format!("{name}.lock")))
    }

    /// The breaker's directory.
    pub fn breaker(&self) -> Result<PathBuf> {
        Ok(self.state()?.join("breaker"))
    }

    /// The breaker's directory in the other of the two places: the state directory while it cannot
    /// be written, and the runtime directory once that took its place. What is known there holds
    /// here.
    pub(super) fn other_breaker(&self) -> Option<PathBuf> {
        self.elsewhere.as_ref().map(|dir| dir.join("breaker"))
    }

    /// Where a profile's cache keys are that no store can hold; `None` without a directory in
    /// memory.
    pub fn keys_of(&self, name: &ProfileName) -> Option<PathBuf> {
        let dir = self
            .runtime
            .as_ref()
            .filter(|dir| dir.parent().is_some_and(os::is_in_memory))?;
        Some(dir.join("keys").join(name.as_str()))
    }
}

fn refused(reason: &Text) -> Error {
    Error::config(text!("broker-state-refused", reason = reason))
        .hint(text!("broker-state-refused-own"))
}

/// Why the directory, or one of those in it, is not this account's alone.
fn changeable(dir: &Path) -> Option<Text> {
    let below = ["locks", "breaker"].map(|name| dir.join(name));
    std::iter::once(dir)
        .chain(below.iter().map(PathBuf::as_path))
        .find_map(|dir| os::check_own(dir).err())
        .map(|found| Text::from(&found))
}

/// True if locks can be made there; where it is not there yet, if it can be made.
fn is_usable(dir: &Path) -> bool {
    let locks = dir.join("locks");
    locks
        .ancestors()
        .find(|d| d.symlink_metadata().is_ok())
        .is_some_and(|d| d.is_dir() && os::is_writable(d))
}

fn unusable(wanted: Option<&Path>) -> Text {
    match wanted {
        Some(dir) => text!("broker-state-unwritable", path = dir.display()),
        None => text!("broker-state-none"),
    }
}
