//! `ropc logout`: secrets first, then the profile file, so that what remains can always be found and removed again.

use super::{Context, NOBODY, login::remove_items};
use crate::broker;
use crate::cli::LogoutArgs;
use crate::error::{Error, Kind, Result};
use crate::fault::point;
use crate::profile::{Profile, ProfileName};
use crate::vault::StoreSpec;
use std::process::ExitCode;

pub(super) fn run(args: &LogoutArgs, context: &Context<'_>) -> Result<ExitCode> {
    let profiles = if args.all {
        let names = context.profiles.names()?;
        names.iter().map(|name| context.profiles.load(name)).collect::<Result<Vec<_>>>()?
    } else {
        vec![context.load(&args.profile)?]
    };
    if profiles.is_empty() {
        context.world.ui.note("there is no profile to remove");
        return Ok(ExitCode::SUCCESS);
    }
    let names: Vec<&str> = profiles.iter().map(|p| p.name.as_str()).collect();
    confirm(args, &names.join(", "), context)?;
    for profile in &profiles {
        remove(profile, context)?;
        context.world.ui.note(&format!("removed the profile `{}` with its secrets", profile.name));
    }
    Ok(ExitCode::SUCCESS)
}

fn confirm(args: &LogoutArgs, names: &str, context: &Context<'_>) -> Result<()> {
    if args.yes {
        return Ok(());
    }
    let Some(prompt) = context.world.prompt else {
        return Err(Error::usage(format!("removing a profile is asked for, and {NOBODY}"))
            .hint("add `--yes` to remove without asking"));
    };
    if prompt.confirm(&format!("Remove {names} with all secrets?"))? {
        return Ok(());
    }
    Err(Error::new(Kind::Other, "nothing was changed"))
}

fn remove(seen: &Profile, context: &Context<'_>) -> Result<()> {
    let _exclusive = broker::exclusive(&seen.name, context.deadline, context.world)?;
    // A `login` may have replaced it since it was looked at: what is removed is what is there now.
    let newer = context.profiles.find(&seen.name)?;
    let profile = newer.as_ref().unwrap_or(seen);
    let spec = StoreSpec { interactive: context.world.prompt.is_some(), ..StoreSpec::unattended(profile) };
    let vault = context.world.vaults.open(&spec)?;
    let name: &ProfileName = &profile.name;
    for generation in context.profiles.pending(name).iter().chain([&profile.generation]) {
        remove_items(vault.as_ref(), name, generation)?;
    }
    point("logout-items-removed");
    // Another profile may hold the same refused secret: then its fingerprint stays, or that profile would send it.
    broker::forget(profile, has_kin(profile, context), context.world)?;
    point("logout-forgotten");
    context.profiles.set_pending(name, &[])?;
    context.profiles.remove(name).map(drop)
}

/// True if another profile signs in the same user, or the same app, at the same authority.
fn has_kin(profile: &Profile, context: &Context<'_>) -> bool {
    let names = context.profiles.names().unwrap_or_default();
    let others = names.iter().filter(|name| **name != profile.name);
    others.filter_map(|name| context.profiles.load(name).ok()).any(|other| {
        other.authority == profile.authority
            && (other.client_id == profile.client_id
                || other.username.as_str().eq_ignore_ascii_case(profile.username.as_str()))
    })
}
