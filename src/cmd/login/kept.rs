//! What a new `login` may keep of the old one: the secret that is not given, where everything that
//! it was enrolled for is the same. A new client secret then needs no password at hand, nor the
//! other way round; the portal shows a client secret only once. Nothing is asked, sent or stored
//! here.

use crate::broker::{self, Secrets, Trust};
use crate::cmd::context::Context;
use crate::error::Result;
use crate::profile::{Generation, Profile};
use crate::vault::Vault;
use std::cell::Cell;

/// The stored secrets of the old profile. They are read when one of them is needed, and not while a
/// person is asked.
pub(super) struct Kept<'a> {
    old: &'a Profile,
    trust: &'a Trust,
    vault: Box<dyn Vault + 'a>,
    used: Cell<bool>,
}

impl<'a> Kept<'a> {
    /// `None` where there is nothing to keep, or where the new profile is for another authority,
    /// tenant, app, user or CA file: a secret goes to nobody new because it was not given.
    pub(super) fn of(
        profile: &Profile,
        trust: &'a Trust,
        old: Option<&'a Profile>,
        context: &'a Context<'_>,
    ) -> Option<Self> {
        let old = old.filter(|old| old.store.holds_keys())?;
        let vault = context.vault(old).ok()?;
        let same = broker::enrolled(old, vault.as_ref())? == trust.binding(profile);
        same.then_some(Self {
            old,
            trust,
            vault,
            used: Cell::new(false),
        })
    }

    /// Both, once more compared with what they were enrolled for.
    pub(super) fn open(&self, context: &Context<'_>) -> Result<Secrets> {
        let secrets = broker::stored(
            self.old,
            self.trust,
            self.vault.as_ref(),
            context.fresh_deadline(),
        );
        // Ciphers and parsers leave pieces there.
        locked_memory::scrub_stack();
        self.used.set(true);
        secrets
    }

    /// Whose secret is kept, if one is.
    pub(super) fn used(&self) -> Option<Generation> {
        self.used.get().then(|| self.old.generation.clone())
    }
}
