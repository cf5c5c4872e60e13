//! `ropc logout`: secrets first, then the profile file, so that what remains can always be found
//! and removed again. Also removes what an interrupted `login` left where there is no profile, or
//! in a store that the profile has left.

use super::context::{Context, nobody, tell_dialog, with_profile};
use super::login::{remove_items, remove_stray};
use crate::broker::{self, Deadline};
use crate::cli::LogoutArgs;
use crate::error::{Error, Kind, Result};
use crate::fault::point;
use crate::profile::{Profile, ProfileName, Stray};
use crate::text::text;
use crate::vault::StoreSpec;
use std::process::ExitCode;

pub(super) fn run(args: &LogoutArgs, context: &Context<'_>) -> Result<ExitCode> {
    let names = if args.all {
        context.profiles.names_with_strays()?
    } else {
        vec![context.name(&args.profile)?]
    };
    if names.is_empty() {
        forget_never_stored(args, context);
        context.world.ui.note(&text!("cmd-logout-nothing"));
        return Ok(ExitCode::SUCCESS);
    }
    // Said before anything is asked.
    let broken: Vec<&ProfileName> = names
        .iter()
        .filter(|name| tell_broken(name, context))
        .collect();
    if !args.all && broken.is_empty() && context.profiles.pending(&names[0]).is_empty() {
        context.profiles.load(&names[0])?;
    }
    let shown: Vec<&str> = names.iter().map(ProfileName::as_str).collect();
    confirm(args, &shown.join(", "), context)?;
    forget_never_stored(args, context);
    let deadline = context.fresh_deadline();
    let mut failures: Vec<Error> = names
        .iter()
        .filter_map(|name| remove(name, deadline, context).err())
        .collect();
    let Some(last) = failures.pop() else {
        return Ok(ExitCode::SUCCESS);
    };
    for earlier in &failures {
        context.world.ui.error(earlier);
    }
    // One that cannot be removed keeps none of the others.
    Err(if names.len() > 1 {
        last.hint(text!("cmd-logout-others-removed"))
    } else {
        last
    })
}

/// True if the profile's file is there and cannot be used. It must not keep anything from being
/// removed, itself included.
fn tell_broken(name: &ProfileName, context: &Context<'_>) -> bool {
    let Err(error) = context.profiles.find(name) else {
        return false;
    };
    let ui = context.world.ui;
    ui.warn(&Error::from(error).message);
    ui.note(&if context.profiles.enrolled(name).is_empty() {
        text!("cmd-logout-broken-unknown", name = name)
    } else {
        text!("cmd-logout-broken", name = name)
    });
    true
}

/// With `--all`, also what was refused at a `login` that stored nothing: it belongs to no profile.
fn forget_never_stored(args: &LogoutArgs, context: &Context<'_>) {
    if args.all
        && let Err(error) = broker::forget_never_stored(context.world)
    {
        // Litter only: it stops the secret that was refused, and nothing else.
        context.world.ui.warn(&error.message);
    }
}

fn confirm(args: &LogoutArgs, names: &str, context: &Context<'_>) -> Result<()> {
    if args.yes {
        return Ok(());
    }
    let Some(prompt) = context.world.prompt else {
        return Err(Error::usage(text!("cmd-logout-unasked", nobody = nobody()))
            .hint(text!("cmd-logout-unasked-hint")));
    };
    if prompt.confirm(&text!("cmd-logout-ask", names = names))? {
        return Ok(());
    }
    Err(Error::new(Kind::Other, text!("cmd-nothing-changed")))
}

/// Everything of one name. A `login` may have replaced the profile since it was looked at: what is
/// removed is what is there now.
fn remove(name: &ProfileName, deadline: Deadline, context: &Context<'_>) -> Result<()> {
    let _exclusive = broker::exclusive(name, deadline, context.world)?;
    // Of a file that cannot be used: what `login` enrolled, and so where its secrets are.
    let profile = before(name, context);
    let is_unknown = profile.is_none() && context.profiles.find(name).is_err();
    if let Some(profile) = &profile {
        let spec = StoreSpec {
            interactive: context.world.prompt.is_some(),
            ..StoreSpec::unattended(profile)
        };
        let vault = context.world.vaults.open(spec)?;
        tell_dialog(vault.as_ref(), context);
        remove_items(vault.as_ref(), name, &profile.generation)?;
    }
    let left = sweep(name, context);
    point("logout-items-removed");
    if let Some(profile) = &profile {
        // Another profile may hold the same refused secret: then its fingerprint stays, or that
        // profile would send it. Without the secrets that it is about, a record that cannot be
        // written, as on a full disk, is no more than litter.
        if let Err(error) = broker::forget(profile, has_kin(profile, context), context.world) {
            context.world.ui.warn(&error.message);
        }
        point("logout-forgotten");
    }
    let strays: Vec<Stray> = left.iter().map(|(stray, _)| stray.clone()).collect();
    context.profiles.set_pending(name, &strays)?;
    context.profiles.forget_enrolled(name, None);
    context.profiles.remove(name)?;
    if let Some((stray, error)) = left.into_iter().next() {
        let message = text!(
            "cmd-logout-stray-left",
            name = name,
            store = stray.store,
            reason = error.message
        );
        return Err(Error::new(error.kind, message)
            .hint(text!(
                "cmd-logout-stray-left-hint",
                command = with_profile("logout", name)
            ))
            .hints(error.hints));
    }
    let engine = profile.filter(|profile| !profile.store.holds_keys());
    let title = engine.and_then(|profile| {
        Some(
            context
                .world
                .vaults
                .open(StoreSpec::unattended(&profile))
                .ok()?
                .title(),
        )
    });
    context.world.ui.note(&match title {
        // Whoever believes them gone would not take them away there.
        Some(title) => text!("cmd-logout-done-read-only", name = name, title = title),
        None if is_unknown => text!("cmd-logout-done-file-only", name = name),
        None => text!("cmd-logout-done", name = name),
    });
    Ok(())
}

/// The profile as it is. Of a file that cannot be used, what was enrolled: what the file says may
/// be somebody else's word, and its secrets must be found to be removed.
fn before(name: &ProfileName, context: &Context<'_>) -> Option<Profile> {
    context.profiles.find(name).unwrap_or_else(|_| {
        let pending = context.profiles.pending(name);
        let enrolled = context.profiles.enrolled(name);
        // A `login` that was interrupted has enrolled one that no profile was written for.
        let whole = |profile: &&Profile| {
            pending
                .iter()
                .all(|stray| stray.generation != profile.generation)
        };
        enrolled.iter().find(whole).or(enrolled.first()).cloned()
    })
}

/// Removes what an interrupted `login` left; gives what could not be removed, with the reason.
fn sweep(name: &ProfileName, context: &Context<'_>) -> Vec<(Stray, Error)> {
    let strays = context.profiles.pending(name).into_iter();
    strays
        .filter_map(|stray| {
            remove_stray(&stray, name, context)
                .err()
                .map(|error| (stray, error))
        })
        .collect()
}

/// True if another profile signs in the same user, or the same app, at the same authority. One that
/// cannot be read may.
fn has_kin(profile: &Profile, context: &Context<'_>) -> bool {
    let names = context.profiles.names().unwrap_or_default();
    let mut others = names.iter().filter(|name| **name != profile.name);
    others.any(|name| {
        context
            .profiles
            .load(name)
            .map_or(true, |other| are_kin(profile, &other))
    })
}

/// Two clouds may share a host, and the records go by that.
fn are_kin(one: &Profile, other: &Profile) -> bool {
    let same_user =
        || other.username.as_str().to_lowercase() == one.username.as_str().to_lowercase();
    other.authority.base() == one.authority.base()
        && (other.client_id == one.client_id || same_user())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Authority, CLOUDS};

    fn profile(cloud: usize, client_id: &str, username: &str) -> Profile {
        Profile {
            client_id: client_id.parse().unwrap(),
            username: username.parse().unwrap(),
            authority: Authority::Cloud(&CLOUDS[cloud]),
            ..Profile::sample("default")
        }
    }

    #[test]
    fn kin_share_a_record_and_others_do_not() {
        const APP: &str = "3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901";
        const OTHER: &str = "3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e902";
        let (global, usgov, dod) = (0, 1, 2);
        assert_eq!(CLOUDS[usgov].host, CLOUDS[dod].host);
        let one = profile(usgov, APP, "svc@contoso.example");
        assert!(
            are_kin(&one, &profile(usgov, OTHER, "SVC@Contoso.example")),
            "the same user"
        );
        assert!(
            are_kin(&one, &profile(dod, APP, "other@contoso.example")),
            "the same app at the same host"
        );
        assert!(!are_kin(
            &one,
            &profile(usgov, OTHER, "other@contoso.example")
        ));
        assert!(
            !are_kin(&one, &profile(global, APP, "svc@contoso.example")),
            "another host"
        );
    }
}
