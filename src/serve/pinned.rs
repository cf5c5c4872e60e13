//! A job keeps the identity that it started with. Nothing else of a profile is compared.

use super::error::ServeError;
use super::pipe::Identity;
use crate::profile::{Fact, Profile};

impl Identity {
    /// Fails, with the fact that differs, if the profile now has another identity.
    pub(crate) fn check(&self, profile: &Profile) -> Result<(), ServeError> {
        let now = Self::of(profile);
        let facts = [
            (Fact::Authority, &self.authority, &now.authority),
            (Fact::Tenant, &self.tenant, &now.tenant),
            (Fact::ClientId, &self.client_id, &now.client_id),
            (Fact::User, &self.username, &now.username),
        ];
        match facts.into_iter().find(|(_, before, now)| before != now) {
            None => Ok(()),
            Some((fact, before, now)) => Err(ServeError::OtherIdentity {
                profile: profile.name.clone(),
                fact,
                before: before.clone(),
                now: now.clone(),
            }),
        }
    }
}
