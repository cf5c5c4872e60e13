//! The refused secrets in a record: which of them stop a generation, and what removes them. Pure.

use super::entries::{Refused, SecretKind};
use super::{Ledger, Said};
use crate::secret::SecretRef;

impl Ledger {
    /// The refusal that stops this generation: the last one.
    pub(crate) fn latched(&self, generation: &str) -> Option<&Refused> {
        self.refused
            .iter()
            .rev()
            .find(|r| r.generation == generation && !r.replaced)
    }

    /// A refusal of this generation without a fingerprint, and with no accepted secret after it:
    /// the record may have dropped the fingerprint because of its age, and then the refusal must
    /// not stop the right secret.
    pub(crate) fn nameless(&self, generation: &str) -> Option<&Refused> {
        self.refused
            .iter()
            .find(|r| r.generation == generation && r.fingerprint.is_none() && !r.replaced)
    }

    /// What Entra said of exactly this secret, as far as fingerprints show.
    pub(crate) fn refusal_of(&self, secret: SecretRef<'_>) -> Option<Said> {
        let refused = self.refused.iter().find(|r| {
            let print = r.fingerprint.as_ref();
            r.what == SecretKind::of(secret)
                && print.is_some_and(|print| print.matches(secret) == Ok(true))
        })?;
        Some(refused.said.clone())
    }

    /// Drops the refusals of a secret that Entra accepted, and those of secrets that were never
    /// stored. `generation` is that of the accepted secret.
    pub(crate) fn forgive(&mut self, generation: &str, right: impl Fn(&Refused) -> bool) {
        self.refused.retain(|r| !right(r) && !r.never_stored);
        for refused in &mut self.refused {
            if refused.generation == generation {
                refused.replaced = true;
            }
        }
    }

    /// Records a refused secret. `same` is true for earlier refusals of the same secret.
    pub(crate) fn refuse(&mut self, refused: Refused, same: impl Fn(&Refused) -> bool) {
        self.refused
            .retain(|r| r.generation != refused.generation || r.what != refused.what || !same(r));
        self.refused.push(refused);
        // Trim here as well, as nobody prunes the record of an app.
        self.trim();
    }

    /// Gives the refusals of this generation the new name of its profile. True if there were any.
    pub(crate) fn rename(&mut self, generation: &str, name: &str) -> bool {
        let mut is_changed = false;
        for refused in &mut self.refused {
            if refused.generation == generation {
                name.clone_into(&mut refused.profile);
                is_changed = true;
            }
        }
        is_changed
    }

    /// Drops the refused secrets that were never stored. True if there were any.
    pub(crate) fn forget_never_stored(&mut self) -> bool {
        let before = self.refused.len();
        self.refused.retain(|r| !r.never_stored);
        self.refused.len() < before
    }
}
