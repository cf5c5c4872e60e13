//! Where the broker keeps its files: the sealed cache, the locks and the breaker's record.

use super::error::{BrokerError, PlaceFault, Result};
use crate::environment::Environment;
use crate::os;
use crate::profile::ProfileName;
use std::path::{Path, PathBuf};

/// The directories of one user, found once a run. Makes no directory: `status`, and a run with a
/// cached token, work without a writable one.
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
    /// In the runtime directory, which is lost at log-out; with the reason.
    Fallback(PathBuf, NoStateDir),
    /// Nowhere.
    None(PlaceFault),
}

/// Why the state directory cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoStateDir {
    /// It cannot be written.
    Unwritable(PathBuf),
    /// No variable names it.
    Unset,
}

impl Places {
    /// The state directory, else the runtime directory: the first that can be written.
    pub fn find(env: &Environment) -> Self {
        let wanted = os::state_dir(env);
        let runtime = os::runtime_dir(env);
        let both = [&wanted, &runtime];
        // The record is read from both places, so both must be this account's alone.
        let shared = both.into_iter().flatten().find_map(|dir| shared(dir));
        let state = match (shared, &wanted, &runtime) {
            (Some(found), ..) => StateDir::None(PlaceFault::Shared(found)),
            (_, Some(dir), _) if is_usable(dir) => StateDir::Lasting(dir.clone()),
            (.., Some(runtime)) if is_usable(runtime) => {
                let because = wanted
                    .clone()
                    .map_or(NoStateDir::Unset, NoStateDir::Unwritable);
                StateDir::Fallback(runtime.clone(), because)
            }
            _ => StateDir::None(PlaceFault::Nowhere),
        };
        let elsewhere = match &state {
            StateDir::Lasting(_) => runtime.clone(),
            StateDir::Fallback(..) => wanted,
            StateDir::None(_) => None,
        };
        Self {
            cache: os::cache_dir(env),
            state,
            elsewhere,
            runtime,
        }
    }

    /// The directory of locks and records. Without it ropc sends no password, as it could not
    /// record the attempt.
    fn state(&self) -> Result<&Path> {
        match &self.state {
            StateDir::Lasting(dir) | StateDir::Fallback(dir, _) => Ok(dir),
            StateDir::None(fault) => Err(BrokerError::Place(fault.clone())),
        }
    }

    /// The error, if another account may change one of the directories.
    pub fn refused(&self) -> Option<BrokerError> {
        match &self.state {
            StateDir::None(fault @ PlaceFault::Shared(_)) => {
                Some(BrokerError::Place(fault.clone()))
            }
            _ => None,
        }
    }

    /// Why the runtime directory takes the place of the state directory, and its path; `None` if it
    /// does not.
    pub fn fallback(&self) -> Option<(&NoStateDir, &Path)> {
        match &self.state {
            StateDir::Fallback(dir, because) => Some((because, dir)),
            _ => None,
        }
    }

    /// Where a profile's sealed tokens are; `None` where there is no home.
    pub fn cache_of(&self, name: &ProfileName) -> Option<PathBuf> {
        self.cache
            .as_ref()
            .map(|dir| dir.join("tokens").join(name.as_str()))
    }

    /// The lock file of a profile. Fails if there is no directory for locks.
    pub fn lock_of(&self, name: &ProfileName) -> Result<PathBuf> {
        Ok(self.state()?.join("locks").join(format!("{name}.lock")))
    }

    /// The breaker's directory. Fails if there is none for records.
    pub fn breaker(&self) -> Result<PathBuf> {
        Ok(self.state()?.join("breaker"))
    }

    /// The breaker's directory in the other of the two places: the state directory while it cannot
    /// be written, else the runtime directory. The records there count as well.
    pub(super) fn other_breaker(&self) -> Option<PathBuf> {
        self.elsewhere.as_ref().map(|dir| dir.join("breaker"))
    }

    /// The directory of a profile's cache keys where no store can hold them; `None` without a
    /// directory in memory.
    pub fn keys_of(&self, name: &ProfileName) -> Option<PathBuf> {
        let dir = self
            .runtime
            .as_ref()
            .filter(|dir| dir.parent().is_some_and(os::is_in_memory))?;
        Some(dir.join("keys").join(name.as_str()))
    }
}

/// The directory, or one in it, that another account may change.
fn shared(dir: &Path) -> Option<os::Untrusted> {
    let below = ["locks", "breaker"].map(|name| dir.join(name));
    let mut all = std::iter::once(dir).chain(below.iter().map(PathBuf::as_path));
    all.find_map(|dir| os::check_own(dir).err())
}

/// True if ropc can make locks there, or can make the directory.
fn is_usable(dir: &Path) -> bool {
    let locks = dir.join("locks");
    locks
        .ancestors()
        .find(|d| d.symlink_metadata().is_ok())
        .is_some_and(|d| d.is_dir() && os::is_writable(d))
}
