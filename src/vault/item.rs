//! The names of what a store keeps. No value of an item is here.

use crate::profile::{Generation, ProfileName};

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// Both secrets and their binding.
    Bundle,
    /// The 32-byte key that seals the token cache.
    CacheKey,
}

/// The name of one item: `PROFILE/bundle/GENERATION` or `PROFILE/cache-key/GENERATION`. Public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    profile: ProfileName,
    pub(super) kind: ItemKind,
    generation: Generation,
}

impl Item {
    /// The bundle of one generation of a profile.
    pub fn bundle(profile: &ProfileName, generation: &Generation) -> Self {
        Self {
            profile: profile.clone(),
            kind: ItemKind::Bundle,
            generation: generation.clone(),
        }
    }

    /// The cache key of one generation of a profile.
    pub fn cache_key(profile: &ProfileName, generation: &Generation) -> Self {
        Self {
            profile: profile.clone(),
            kind: ItemKind::CacheKey,
            generation: generation.clone(),
        }
    }

    /// The name as a store keeps it.
    pub fn account(&self) -> String {
        let kind = match self.kind {
            ItemKind::Bundle => "bundle",
            ItemKind::CacheKey => "cache-key",
        };
        format!("{}/{kind}/{}", self.profile, self.generation)
    }
}
