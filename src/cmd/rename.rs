//! `ropc rename`: copies the items of the store to the new name, renames the profile file, and
//! removes the old items. The rename of the file is the one step that counts: a kill at any point
//! leaves the profile whole under one of the two names. The journals of both names hold what is
//! left, and the same command again removes it. Sends nothing.

use super::context::{Context, tell_dialog};
use super::error::VerbError;
use super::login::commit::remove_items;
use crate::broker::{self, Exclusive};
use crate::cli::RenameArgs;
use crate::error::{Error, Result};
use crate::fault::point;
use crate::profile::{Profile, ProfileName, Stray};
use crate::text::text;
use crate::vault::{Item, ItemStore, Vault};
use std::process::ExitCode;

/// One change of a name. Both are locked.
struct Rename<'a> {
    old: &'a ProfileName,
    new: &'a ProfileName,
    context: &'a Context<'a>,
    _locks: [Exclusive; 2],
}

pub(super) fn run(args: &RenameArgs, context: &Context<'_>) -> Result<ExitCode> {
    let old: ProfileName = args.old.parse()?;
    let new: ProfileName = args.new.parse()?;
    if old == new {
        return Err(VerbError::SameName(old).into());
    }
    let rename = Rename {
        old: &old,
        new: &new,
        context,
        _locks: lock(&old, &new, context)?,
    };
    let profiles = &context.profiles;
    match (profiles.find(&old)?, profiles.find(&new)?) {
        (Some(_), Some(_)) => return Err(VerbError::NameTaken(new).into()),
        (Some(profile), None) => rename.begin(&profile)?,
        (None, Some(profile)) if rename.is_unfinished(&profile) => {
            rename.finish(&profile, &context.vault(&profile)?)?;
        }
        (None, _) => {
            profiles.load(&old)?;
        }
    }
    let ui = context.world.ui;
    ui.note(&text!("cmd-rename-done", old = old, new = new));
    ui.hint(&text!("cmd-rename-jobs", old = old, new = new));
    Ok(ExitCode::SUCCESS)
}

/// Locks both names in alphabetical order, so that two runs never wait for each other.
fn lock(old: &ProfileName, new: &ProfileName, context: &Context<'_>) -> Result<[Exclusive; 2]> {
    let take = |name| broker::exclusive(name, context.deadline, context.world);
    Ok([take(old.min(new))?, take(old.max(new))?])
}

impl Rename<'_> {
    fn begin(&self, profile: &Profile) -> Result<()> {
        let profiles = &self.context.profiles;
        let renamed = Profile {
            name: self.new.clone(),
            ..profile.clone()
        };
        profiles.check_writable()?;
        profiles.check_place(&renamed)?;
        let vault = self.context.vault(profile)?;
        self.add_strays(&Stray::of(profile))?;
        point("rename-journals-written");
        if let Err(error) = self.place(&renamed, &vault) {
            // The profile still has its old name. An item that cannot be removed stays in the
            // journal.
            if remove_items(&vault, self.new, &renamed.generation).is_ok() {
                self.drop_stray(self.new, &renamed);
            }
            self.drop_stray(self.old, &renamed);
            profiles.unenrol(&renamed);
            return Err(error);
        }
        point("profile-renamed");
        self.finish(&renamed, &vault)
    }

    /// Makes the profile complete under the new name, and gives its file that name.
    fn place(&self, renamed: &Profile, vault: &Vault<'_>) -> Result<()> {
        let profiles = &self.context.profiles;
        // A profile that an administrator laid down is not enrolled, and stays so.
        let enrolled = profiles.enrolled(self.old);
        if enrolled.iter().any(|p| p.generation == renamed.generation) {
            profiles.enrol(renamed)?;
        }
        if let Vault::Items(store) = vault {
            self.copy_items(renamed, store.as_ref())?;
            point("items-copied");
        }
        Ok(profiles.rename(self.old, self.new)?)
    }

    fn copy_items(&self, renamed: &Profile, store: &dyn ItemStore) -> Result<()> {
        let _waiting = tell_dialog(store, self.context);
        for item in Item::KINDS {
            match store.read(&item(self.old, &renamed.generation)) {
                Ok(secret) => store.write(&item(self.new, &renamed.generation), &secret)?,
                // There is no cached token yet, or the secrets are lost: `status` says so.
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(error.into()),
            }
        }
        // Ciphers and parsers leave pieces of the secrets on the stack.
        locked_memory::scrub_stack();
        Ok(())
    }

    /// Removes what is left under the old name. `profile` has the new one.
    fn finish(&self, profile: &Profile, vault: &Vault<'_>) -> Result<()> {
        let world = self.context.world;
        if let Err(error) = broker::renamed(self.old, profile, world) {
            world.ui.warn(&Error::from(error).message);
        }
        point("rename-state-moved");
        remove_items(vault, self.old, &profile.generation)?;
        self.drop_stray(self.old, profile);
        self.drop_stray(self.new, profile);
        self.context.profiles.forget_enrolled(self.old, None);
        Ok(())
    }

    /// True if an earlier run gave this profile its new name and was killed then.
    fn is_unfinished(&self, profile: &Profile) -> bool {
        let profiles = &self.context.profiles;
        let enrolled = profiles.enrolled(self.old);
        profiles.pending(self.old).contains(&Stray::of(profile))
            || enrolled.iter().any(|p| p.generation == profile.generation)
    }

    /// Adds the items under both names to the journals.
    fn add_strays(&self, stray: &Stray) -> Result<()> {
        let profiles = &self.context.profiles;
        for name in [self.old, self.new] {
            let mut strays = profiles.pending(name);
            if !strays.contains(stray) {
                strays.push(stray.clone());
            }
            profiles.set_pending(name, &strays)?;
        }
        Ok(())
    }

    /// A journal that cannot be written names items that are gone, which does no harm.
    fn drop_stray(&self, name: &ProfileName, profile: &Profile) {
        let profiles = &self.context.profiles;
        let mut strays = profiles.pending(name);
        strays.retain(|stray| *stray != Stray::of(profile));
        let _ = profiles.set_pending(name, &strays);
    }
}
