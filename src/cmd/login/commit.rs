//! What `ropc login` writes, in an order in which a kill at any point leaves the old or the new
//! profile whole: the journal, the secrets under a fresh generation, the profile file, which names
//! the generation, by a rename; then it removes the old items. Asks and sends nothing.

use super::error::LoginError;
use super::gathered::Login;
use crate::broker;
use crate::cmd::context::{Context, tell_dialog};
use crate::error::Result;
use crate::fault::point;
use crate::profile::{Generation, Profile, ProfileName, Stray};
use crate::secret::{AppCredential, SecretBytes, Secrets};
use crate::text::text;
use crate::vault::{Bundle, Item, ItemStore, StoreSpec, Vault, key_item};

/// What `login` puts into a store.
type Items = Vec<(Item, SecretBytes)>;

impl Login<'_> {
    /// Puts the new profile in the place of the old one. After a failure the old one is still
    /// complete.
    pub(super) fn commit(
        &self,
        secrets: Option<Box<Secrets>>,
        old: Option<&Profile>,
    ) -> Result<()> {
        let profiles = &self.context.profiles;
        let name = &self.profile.name;
        let items = match (&self.vault, secrets) {
            (Vault::Items(store), Some(secrets)) => Some((store.as_ref(), self.items(*secrets)?)),
            _ => None,
        };
        let has_items = items.is_some();
        let before = profiles.pending(name);
        let mut pending = self.strays(&before, old);
        if has_items {
            pending.push(Stray::of(&self.profile));
        }
        profiles.set_pending(name, &pending)?;
        point("journal-written");
        profiles.enrol(&self.profile)?;
        point("enrolled");
        if let Err(error) = self.write(items) {
            // The profile still names the old generation. An item that cannot be removed stays in
            // the journal.
            if remove_items(&self.vault, name, &self.profile.generation).is_ok() {
                let _ = profiles.set_pending(name, &before);
            }
            profiles.unenrol(&self.profile);
            return Err(error);
        }
        point("profile-written");
        self.sweep(&pending, old);
        Ok(())
    }

    /// What the store will hold. The bundle comes last: it names the key.
    fn items(&self, secrets: Secrets) -> Result<Items> {
        let Profile {
            name, generation, ..
        } = &self.profile;
        let mut items = Vec::new();
        let client_secret = match secrets.credential {
            AppCredential::None | AppCredential::Federated => None,
            AppCredential::Secret(secret) => Some(secret),
            AppCredential::Certificate(certificate) => {
                let key = key_item::encode(&certificate)
                    .map_err(|length| LoginError::KeyTooLong { length })?;
                items.push((Item::certificate(name, generation), key));
                None
            }
        };
        let bundle = Bundle {
            binding: self.trust.binding(&self.profile),
            client_secret,
            password: secrets.password,
        };
        let bundle = bundle
            .encode()
            .map_err(|length| LoginError::TooLong { length })?;
        items.push((Item::bundle(name, generation), bundle));
        Ok(items)
    }

    /// The items of this profile that stores may hold: those of an earlier `login`, those that the
    /// profile names, and the enrolled ones if the profile cannot be used.
    fn strays(&self, pending: &[Stray], old: Option<&Profile>) -> Vec<Stray> {
        let mut strays = pending.to_vec();
        let enrolled = self.context.profiles.enrolled(&self.profile.name);
        for known in enrolled.iter().chain(old).map(Stray::of) {
            if !strays.contains(&known) {
                strays.push(known);
            }
        }
        strays
    }

    fn write(&self, items: Option<(&dyn ItemStore, Items)>) -> Result<()> {
        if let Some((store, items)) = items {
            let waiting = tell_dialog(store, self.context);
            for (item, bytes) in items {
                store.write(&item, &bytes)?;
                point("item-written");
            }
            drop(waiting);
            point("bundle-written");
        }
        Ok(self.context.profiles.save(&self.profile)?)
    }

    /// Removes items of generations that no profile file names any more from their stores. An item
    /// that cannot be removed stays in the journal for the next time.
    fn sweep(&self, pending: &[Stray], old: Option<&Profile>) {
        let profile = &self.profile;
        let mut left = Vec::new();
        for stray in pending {
            if stray.generation == profile.generation {
                continue;
            }
            let gone = if stray.store == profile.store {
                remove_items(&self.vault, &profile.name, &stray.generation)
            } else {
                remove_stray(stray, &profile.name, self.context)
            };
            if gone.is_err() {
                left.push(stray.clone());
            }
        }
        if !left.is_empty() {
            self.context.world.ui.warn(&text!("login-stray-left"));
        }
        let profiles = &self.context.profiles;
        let _ = profiles.set_pending(&profile.name, &left);
        profiles.forget_enrolled(&profile.name, Some(&profile.generation));
        point("old-removed");
        if let Some(old) = old {
            // The old record and tokens open nothing any more, so a failure to remove them does no
            // harm.
            let _ = broker::forget(old, true, self.context.world);
        }
        point("old-forgotten");
    }
}

/// Removes an item that an interrupted `login` left, from its store.
pub(in crate::cmd) fn remove_stray(
    stray: &Stray,
    name: &ProfileName,
    context: &Context<'_>,
) -> Result<()> {
    let spec = StoreSpec::items(&stray.store, context.world.prompt.is_some());
    let vault = context.world.vaults.open(spec)?;
    remove_items(&vault, name, &stray.generation)
}

/// Removes the items of one generation, and the copy of its cache key. A store that ropc only
/// reads has none.
pub(in crate::cmd) fn remove_items(
    vault: &Vault<'_>,
    name: &ProfileName,
    generation: &Generation,
) -> Result<()> {
    broker::forget_key(name, generation);
    if let Vault::Items(store) = vault {
        store.remove(&Item::cache_key(name, generation))?;
        point("cache-key-removed");
        store.remove(&Item::certificate(name, generation))?;
        store.remove(&Item::bundle(name, generation))?;
    }
    Ok(())
}
