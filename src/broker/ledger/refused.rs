//! The secrets that Entra refused, as the record keeps them: which of them latch a generation, and
//! what takes them out again. Pure.

use super::super::fingerprint::Fingerprint;
use super::{Ledger, Said};
use crate::secret::SecretRef;
use serde::{Deserialize, Serialize};

/// Which of the two proofs of a sign-in. The file has the names that its first version gave them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// The user's password.
    #[serde(rename = "password")]
    Password,
    /// The app's credential.
    #[serde(rename = "client_secret")]
    AppCredential,
}

/// A secret that is not sent again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refused {
    pub(crate) what: What,
    pub(crate) profile: String,
    pub(crate) generation: String,
    /// `None` where none could be made; the generation latches all the same.
    pub(crate) fingerprint: Option<Fingerprint>,
    pub(crate) said: Said,
    /// Another secret of this generation was accepted since, which happens in stores that are only
    /// read. The fingerprint still keeps this one from being sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) replaced: bool,
    /// It was given to `login` and never stored, so it is no state of any profile.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) never_stored: bool,
}

impl Ledger {
    /// The refusal that latches this generation: the last one.
    pub(crate) fn latched(&self, generation: &str) -> Option<&Refused> {
        self.refused
            .iter()
            .rev()
            .find(|r| r.generation == generation && !r.replaced)
    }

    /// A refusal of this generation that left no fingerprint, and that no accepted secret has
    /// followed: after one, a fingerprint that the record dropped for its age must not stop the
    /// right secret.
    pub(crate) fn nameless(&self, generation: &str) -> Option<&Refused> {
        self.refused
            .iter()
            .find(|r| r.generation == generation && r.fingerprint.is_none() && !r.replaced)
    }

    /// What Entra said of this very secret, as far as fingerprints show.
    pub(crate) fn refusal_of(&self, what: What, secret: SecretRef<'_>) -> Option<Said> {
        let refused = self.refused.iter().find(|r| {
            let print = r.fingerprint.as_ref();
            r.what == what && print.is_some_and(|print| print.matches(secret) == Ok(true))
        })?;
        Some(refused.said.clone())
    }

    /// Forgets the refusals of a secret that was accepted; `generation` is the one that it belongs
    /// to. What was refused and never stored is forgotten as well.
    pub(crate) fn forgive(&mut self, generation: &str, right: impl Fn(&Refused) -> bool) {
        self.refused.retain(|r| !right(r) && !r.never_stored);
        for refused in &mut self.refused {
            if refused.generation == generation {
                refused.replaced = true;
            }
        }
    }

    /// Entra refused a secret. `same` is true for earlier refusals of the very same secret.
    pub(crate) fn refuse(&mut self, refused: Refused, same: impl Fn(&Refused) -> bool) {
        self.refused
            .retain(|r| r.generation != refused.generation || r.what != refused.what || !same(r));
        self.refused.push(refused);
        // Here as well, as nobody prunes the record of an app.
        self.trim();
    }

    /// Forgets the secrets that were refused and never stored. True if there were any.
    pub(crate) fn forget_never_stored(&mut self) -> bool {
        let before = self.refused.len();
        self.refused.retain(|r| !r.never_stored);
        self.refused.len() < before
    }
}
