//! Where the broker keeps its files: the sealed cache, the locks and the breaker's record.

use crate::error::{Error, Result};
use crate::l10n::msg;
use crate::os;
use crate::profile::ProfileName;
use crate::world::Environment;
use std::path::{Path, PathBuf};

/// The directories of one user, found once a run.
#[derive(Clone, Debug)]
pub struct Places {
    cache: Option<PathBuf>,
    state: PathBuf,
    elsewhere: Option<PathBuf>,
    runtime: Option<PathBuf>,
}

impl Places {
    /// The state directory, else the runtime directory: the first that can be written. Without either no password is
    /// sent, as an attempt could not be recorded.
    pub fn find(env: &Environment) -> Result<Self> {
        let runtime = os::runtime_dir(env);
        let wanted = os::state_dir(env);
        let candidates: Vec<PathBuf> = [wanted, runtime.clone()].into_iter().flatten().collect();
        let state = candidates
            .iter()
            .find(|dir| usable(dir))
            .cloned()
            .ok_or_else(|| Error::config(msg!("broker-no-state")).hint(msg!("broker-set-state-dir")))?;
        let elsewhere = candidates.into_iter().find(|dir| *dir != state);
        Ok(Self { cache: os::cache_dir(env), state, elsewhere, runtime })
    }

    /// Where a profile's sealed tokens are; `None` where there is no home.
    pub fn cache_of(&self, name: &ProfileName) -> Option<PathBuf> {
        self.cache.as_ref().map(|dir| dir.join("tokens").join(name.as_str()))
    }

    /// The lock file of a profile.
    pub fn lock_of(&self, name: &ProfileName) -> PathBuf {
        self.state.join("locks").join(format!("{name}.lock"))
    }

    /// The breaker's directory.
    pub fn breaker(&self) -> PathBuf {
        self.state.join("breaker")
    }

    /// The breaker's directory in the other of the two places: the state directory while it cannot be written, and the runtime
    /// directory once that took its place. What is known there holds here.
    pub(super) fn other_breaker(&self) -> Option<PathBuf> {
        self.elsewhere.as_ref().map(|dir| dir.join("breaker"))
    }

    /// Where a profile's cache keys are that no store can hold; `None` without a directory in memory.
    pub fn keys_of(&self, name: &ProfileName) -> Option<PathBuf> {
        let dir = self.runtime.as_ref().filter(|dir| dir.parent().is_some_and(os::is_in_memory))?;
        Some(dir.join("keys").join(name.as_str()))
    }
}

/// True if locks can be made there. The directory of the locks is made on the way, so a warm run only looks.
fn usable(dir: &Path) -> bool {
    let locks = dir.join("locks");
    if !locks.is_dir() && os::create_private_dir(&locks).is_err() {
        return false;
    }
    os::is_writable(&locks)
}
