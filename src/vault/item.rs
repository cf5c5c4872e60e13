//! The names of what a store keeps. No value of an item is here.

use crate::profile::{Generation, ProfileName};

/// The service name of ropc's items in an OS keychain.
pub const SERVICE: &str = "ropc";

/// The name of one item: `PROFILE/KIND/GENERATION`. Public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    account: String,
}

impl Item {
    /// Every kind of item that a generation of a profile may have.
    pub const KINDS: [fn(&ProfileName, &Generation) -> Self; 3] =
        [Self::certificate, Self::bundle, Self::cache_key];

    /// The bundle of one generation of a profile: both secrets and their binding.
    pub fn bundle(profile: &ProfileName, generation: &Generation) -> Self {
        Self::of(profile, "bundle", generation)
    }

    /// The cache key of one generation of a profile: the 32 bytes that seal the token cache.
    pub fn cache_key(profile: &ProfileName, generation: &Generation) -> Self {
        Self::of(profile, "cache-key", generation)
    }

    /// The key of the app's certificate, for one generation of a profile.
    pub fn certificate(profile: &ProfileName, generation: &Generation) -> Self {
        Self::of(profile, "certificate", generation)
    }

    fn of(profile: &ProfileName, kind: &str, generation: &Generation) -> Self {
        Self {
            account: format!("{profile}/{kind}/{generation}"),
        }
    }

    /// The name as a store keeps it.
    pub fn account(&self) -> &str {
        &self.account
    }
}
