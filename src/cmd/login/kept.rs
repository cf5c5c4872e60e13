//! The secret that a new `login` may keep from the old profile: the one that is not given, if all
//! facts that it was enrolled for are the same. So a new client secret needs no password, and a new
//! password no client secret, which the portal shows only once. Asks, sends and stores nothing.

use super::gathered::Login;
use crate::broker::{self, Trust};
use crate::cmd::context::Context;
use crate::error::Result;
use crate::profile::{Generation, Profile};
use crate::secret::Secrets;
use crate::vault::{Binding, Vault};
use std::cell::Cell;

/// The stored secrets of the old profile. `login` reads them when it needs one, and not during
/// questions.
pub(super) struct Kept<'a> {
    old: &'a Profile,
    trust: &'a Trust,
    vault: Vault<'a>,
    used: Cell<bool>,
    keeps_credential: Cell<bool>,
}

impl<'a> Kept<'a> {
    /// `None` if there is nothing to keep, or if the new profile has another authority, tenant,
    /// app, user or CA file: no secret goes to a new host or user only because it was not given
    /// again.
    pub(super) fn of(login: &'a Login<'a>, old: Option<&'a Profile>) -> Option<Self> {
        let old = old?;
        let vault = login.context.vault(old).ok()?;
        let Vault::Items(store) = &vault else {
            return None;
        };
        let asked = login.trust.binding(&login.profile);
        let enrolled = Binding {
            // The password may stay when the app proves itself in another way.
            app_credential: asked.app_credential.clone(),
            ..broker::enrolled(old, store.as_ref())?
        };
        if enrolled != asked {
            return None;
        }
        Some(Self {
            old,
            trust: &login.trust,
            vault,
            used: Cell::new(false),
            keeps_credential: Cell::new(false),
        })
    }

    /// Reads both secrets and compares them again with what they were enrolled for.
    pub(super) fn open(&self, context: &Context<'_>) -> Result<Box<Secrets>> {
        let deadline = context.fresh_deadline();
        let secrets = broker::stored(self.old, self.trust, &self.vault, deadline);
        self.used.set(true);
        Ok(secrets?)
    }

    /// The same, for the app's credential: what is known of its end stays too.
    pub(super) fn open_credential(&self, context: &Context<'_>) -> Result<Box<Secrets>> {
        self.keeps_credential.set(true);
        self.open(context)
    }

    /// When the kept client secret ends, if that is known.
    pub(super) fn secret_ends(&self) -> Option<u64> {
        if self.keeps_credential.get() {
            self.old.secret_ends
        } else {
            None
        }
    }

    /// The generation of the kept secret, if one is kept.
    pub(super) fn used(&self) -> Option<Generation> {
        self.used.get().then(|| self.old.generation.clone())
    }
}
