//! What a caller asks of the broker.

use super::deadline::Deadline;
use crate::profile::{Profile, Scopes};
use serde::{Deserialize, Serialize};

/// How the cache is used. The renewal pipe has these names.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Read and write it.
    #[default]
    Cached,
    /// Ignore the cached token, store the new one.
    Refresh,
    /// Neither read nor write.
    NoCache,
}

/// A request for a token.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The profile that signs in.
    pub profile: &'a Profile,
    /// The scopes of the token: the profile's own or those of `--scope`.
    pub scopes: &'a Scopes,
    /// How the cache is used.
    pub mode: Mode,
    /// The least remaining life in seconds; `None` for the standard margin.
    pub min_ttl: Option<u64>,
    /// When ropc's own work must be over.
    pub deadline: Deadline,
}
