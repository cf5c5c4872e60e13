//! What a new `login` may keep of the old one: the secret that is not given, where everything that
//! it was enrolled for is the same. A new client secret then needs no password at hand, nor the
//! other way round; the portal shows a client secret only once. Nothing is asked, sent or stored
//! here.

use super::Login;
use crate::broker::{self, Trust};
use crate::cmd::context::Context;
use crate::error::Result;
use crate::profile::{Generation, Profile};
use crate::secret::Secrets;
use crate::vault::Vault;
use std::cell::Cell;

/// The stored secrets of the old profile. They are read when one of them is needed, and not while a
/// person is asked.
pub(super) struct Kept<'a> {
    old: &'a Profile,
    trust: &'a Trust,
    vault: Vault<'a>,
    used: Cell<bool>,
}

impl<'a> Kept<'a> {
    /// `None` where there is nothing to keep, or where the new profile is for another authority,
    /// tenant, app, user or CA file: a secret goes to nobody new because it was not given.
    pub(super) fn of(login: &'a Login<'a>, old: Option<&'a Profile>) -> Option<Self> {
        let old = old?;
        let vault = login.context.vault(old).ok()?;
        let Vault::Items(store) = &vault else {
            return None;
        };
        let enrolled = broker::enrolled(old, store.as_ref())?;
        if enrolled != login.trust.binding(&login.profile) {
            return None;
        }
        Some(Self {
            old,
            trust: &login.trust,
            vault,
            used: Cell::new(false),
        })
    }

    /// Both, once more compared with what they were enrolled for.
    pub(super) fn open(&self, context: &Context<'_>) -> Result<Secrets> {
        let deadline = context.fresh_deadline();
        let secrets = broker::stored(self.old, self.trust, &self.vault, deadline);
        // Ciphers and parsers leave pieces there.
        locked_memory::scrub_stack();
        self.used.set(true);
        Ok(secrets?)
    }

    /// Whose secret is kept, if one is.
    pub(super) fn used(&self) -> Option<Generation> {
        self.used.get().then(|| self.old.generation.clone())
    }
}
