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

fn remove(profile: &Profile, context: &Context<'_>) -> Result<()> {
    let spec = StoreSpec { interactive: context.world.prompt.is_some(), ..StoreSpec::unattended(profile) };
    let vault = context.world.vaults.open(&spec)?;
    let name: &ProfileName = &profile.name;
    let _exclusive = broker::exclusive(name, context.deadline, context.world)?;
    for generation in context.profiles.pending(name).iter().chain([&profile.generation]) {
        remove_items(vault.as_ref(), name, generation)?;
    }
    point("logout-items-removed");
    broker::forget(profile, false, context.world)?;
    point("logout-forgotten");
    context.profiles.set_pending(name, &[])?;
    context.profiles.remove(name).map(drop)
}
