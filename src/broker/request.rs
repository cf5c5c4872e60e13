//! What a caller asks of the broker.

use super::deadline::Deadline;
use crate::profile::{Profile, Scopes};

/// How the cache is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Read and write it.
    #[default]
    Cached,
    /// Ignore what is there, store the new token.
    Refresh,
    /// Neither read nor write.
    NoCache,
}

/// One wish for a token.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Whose.
    pub profile: &'a Profile,
    /// What it may do; the profile's own or those of `--scope`.
    pub scopes: &'a Scopes,
    /// How the cache is used.
    pub mode: Mode,
    /// Least remaining life in seconds; `None` takes the standard margin.
    pub min_ttl: Option<u64>,
    /// When ropc's own work must be over.
    pub deadline: Deadline,
}
