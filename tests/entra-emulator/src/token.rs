//! A token as the emulator keeps it.

use std::fmt;
use std::time::{Duration, Instant, SystemTime};

/// A token that was issued. `Debug` hides it.
#[derive(Clone)]
pub struct IssuedToken {
    /// The access token.
    pub token: String,
    /// The user.
    pub upn: String,
    /// Tenant id.
    pub tenant: String,
    /// Client id.
    pub client_id: String,
    /// The resource it is for.
    pub resource: String,
    /// Permissions, without the resource.
    pub permissions: Vec<String>,
    /// When it was issued.
    pub issued_at: SystemTime,
    /// How long Graph accepts it.
    pub lifetime: Duration,
    pub(crate) ends: Instant,
}

impl fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedToken")
            .field("length", &self.token.len())
            .field("upn", &self.upn)
            .field("resource", &self.resource)
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}
