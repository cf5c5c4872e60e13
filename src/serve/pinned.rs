//! A job keeps the identity that it started with. Nothing else of a profile is compared.

use super::error::ServeError;
use super::pipe::Identity;
use crate::profile::Profile;

impl Identity {
    /// Fails, with the fact that differs, if the profile now has another identity.
    pub(crate) fn check(&self, profile: &Profile) -> Result<(), ServeError> {
        match self.difference(&Self::of(profile)) {
            None => Ok(()),
            Some((fact, before, now)) => Err(ServeError::OtherIdentity {
                profile: profile.name.clone(),
                fact,
                before: before.to_owned(),
                now: now.to_owned(),
            }),
        }
    }
}
