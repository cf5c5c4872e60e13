//! What the checks are about: the account, the profile, its store. Checks nothing.

use crate::clock::Clock;
use crate::cmd::context::with_profile;
use crate::environment::Environment;
use crate::os;
use crate::profile::{KeySource, Profile, ProfileName, ProfileStore, Store};
use crate::vault;
use std::path::{Path, PathBuf};

/// The account and the profile that the checks are about. Owned, as each group moves a copy to its
/// thread.
#[derive(Clone)]
pub(super) struct Subject {
    /// The account that this process runs as.
    pub(super) account: String,
    pub(super) env: Environment,
    pub(super) config: Option<PathBuf>,
    pub(super) name: ProfileName,
    /// `None` if there is no profile or it cannot be used: then `doctor` makes only general checks.
    pub(super) profile: Option<Profile>,
    /// The clock of every check.
    pub(super) clock: &'static dyn Clock,
}

impl Subject {
    pub(super) fn profiles(&self, config: &Path) -> ProfileStore {
        ProfileStore::new(config, os::state_dir(&self.env).as_deref())
    }

    /// The store to check: the profile's, else the default.
    pub(super) fn store(&self) -> Store {
        let of_profile = self.profile.as_ref().map(|profile| profile.store.clone());
        of_profile.unwrap_or_default()
    }

    /// The key source of the file store: the profile's, else the one that the store was sealed
    /// with.
    pub(super) fn key_source(&self) -> Option<KeySource> {
        match self.store() {
            Store::File { key: None } => vault::sealed_with(self.config.as_deref()?),
            store => store.key_source(),
        }
    }

    /// True if a job needs the keychain of this system, for the secrets or for the key of the file
    /// store.
    pub(super) fn needs_keychain(&self) -> bool {
        self.store() == Store::Os || self.key_source() == Some(KeySource::Keychain)
    }

    /// `ropc login`, with the profile.
    pub(super) fn login(&self) -> String {
        with_profile("login", &self.name)
    }
}
