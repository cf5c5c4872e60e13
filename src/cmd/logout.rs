//! `ropc logout`: removes the secrets first and the profile file last, so that another `logout`
//! finds what an interrupted one left. Also removes the items of an interrupted `login`, where
//! there is no profile or the profile now has another store.

use super::context::{Context, tell_dialog};
use super::error::VerbError;
use super::login::commit::{remove_items, remove_stray};
use crate::broker::{self, Deadline};
use crate::cli::LogoutArgs;
use crate::error::{Error, Result};
use crate::fault::point;
use crate::profile::{Profile, ProfileName, Stray};
use crate::text::{Text, text};
use crate::ui::Waiting;
use crate::vault::Vault;
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
    for name in &names {
        look(name, args, context)?;
    }
    let shown: Vec<&str> = names.iter().map(ProfileName::as_str).collect();
    confirm(args, &shown.join(", "), context)?;
    forget_never_stored(args, context);
    // Go on with the others after a profile that cannot be removed.
    let deadline = context.fresh_deadline();
    let mut failures = Vec::new();
    for name in &names {
        if let Err(error) = remove(name, deadline, context) {
            failures.push((name, error));
        }
    }
    let Some((name, last)) = failures.pop() else {
        return Ok(ExitCode::SUCCESS);
    };
    let ui = context.world.ui;
    for (_, earlier) in &failures {
        ui.error(earlier);
    }
    if names.len() > 1 && failures.is_empty() {
        ui.note(&text!("cmd-logout-others-removed", name = name));
    }
    Err(last)
}

/// Looks at the profile before the question. Warns about a file that cannot be used, which `logout`
/// removes as well. Fails if nothing of a single profile exists.
fn look(name: &ProfileName, args: &LogoutArgs, context: &Context<'_>) -> Result<()> {
    let error = match context.profiles.find(name) {
        Ok(None) if !args.all && context.profiles.pending(name).is_empty() => {
            context.profiles.load(name)?;
            return Ok(());
        }
        Ok(_) => return Ok(()),
        Err(error) => Error::from(error),
    };
    let ui = context.world.ui;
    ui.warn(&error.message);
    ui.note(&if context.profiles.enrolled(name).is_empty() {
        text!("cmd-logout-broken-unknown", name = name)
    } else {
        text!("cmd-logout-broken", name = name)
    });
    Ok(())
}

/// With `--all`, also drops the refusals of a `login` that stored nothing: they belong to no
/// profile.
fn forget_never_stored(args: &LogoutArgs, context: &Context<'_>) {
    if args.all
        && let Err(error) = broker::forget_never_stored(context.world)
    {
        // A leftover entry does no harm: it stops only the refused secret.
        context.world.ui.warn(&Error::from(error).message);
    }
}

fn confirm(args: &LogoutArgs, names: &str, context: &Context<'_>) -> Result<()> {
    if args.yes {
        return Ok(());
    }
    let Some(prompt) = context.world.prompt else {
        return Err(VerbError::LogoutUnattended.into());
    };
    if prompt.confirm(&text!("cmd-logout-ask", names = names))? {
        return Ok(());
    }
    Err(VerbError::Declined.into())
}

/// An item that could not be removed.
struct Left {
    stray: Stray,
    error: Error,
}

/// Removes everything of one name. A `login` may have replaced the profile since [`look`]: this
/// removes the present one.
fn remove(name: &ProfileName, deadline: Deadline, context: &Context<'_>) -> Result<()> {
    let _exclusive = broker::exclusive(name, deadline, context.world)?;
    let found = context.profiles.find(name);
    let is_unusable = found.is_err();
    let profile = found.unwrap_or_else(|_| enrolled(name, context));
    if let Some(profile) = &profile {
        let vault = context.vault(profile)?;
        let waiting = match &vault {
            Vault::Items(store) => tell_dialog(store.as_ref(), context),
            Vault::Source(_) => Waiting::default(),
        };
        remove_items(&vault, name, &profile.generation)?;
        drop(waiting);
    }
    let left = sweep(name, context);
    point("logout-items-removed");
    if let Some(profile) = &profile {
        forget(profile, context);
        point("logout-forgotten");
    }
    let strays: Vec<Stray> = left.iter().map(|left| left.stray.clone()).collect();
    context.profiles.set_pending(name, &strays)?;
    context.profiles.forget_enrolled(name, None);
    context.profiles.remove(name)?;
    if let Some(Left { stray, error }) = left.into_iter().next() {
        return Err(VerbError::StrayLeft {
            name: name.clone(),
            store: stray.store,
            source: error,
        }
        .into());
    }
    context.world.ui.note(&match profile {
        None if is_unusable => text!("cmd-logout-done-file-only", name = name),
        Some(profile) => removed(&profile, context),
        None => text!("cmd-logout-done", name = name),
    });
    Ok(())
}

/// The profile as `login` enrolled it, if its file cannot be used: another account may have written
/// the file, and `logout` must find the secrets to remove them.
fn enrolled(name: &ProfileName, context: &Context<'_>) -> Option<Profile> {
    let pending = context.profiles.pending(name);
    let enrolled = context.profiles.enrolled(name);
    // An interrupted `login` may have enrolled a generation without writing its profile.
    let whole = enrolled.iter().find(|profile| {
        let mut strays = pending.iter();
        strays.all(|stray| stray.generation != profile.generation)
    });
    whole.or(enrolled.first()).cloned()
}

/// Removes the items of an interrupted `login`; returns those that could not be removed.
fn sweep(name: &ProfileName, context: &Context<'_>) -> Vec<Left> {
    let mut left = Vec::new();
    for stray in context.profiles.pending(name) {
        if let Err(error) = remove_stray(&stray, name, context) {
            left.push(Left { stray, error });
        }
    }
    left
}

/// Removes the records and tokens of a profile after its secrets. If another profile may hold the
/// same refused secret, its fingerprint stays, or that profile would send it. A record that cannot
/// be written, as on a full disk, causes only a warning.
fn forget(profile: &Profile, context: &Context<'_>) {
    if let Err(error) = broker::forget(profile, has_kin(profile, context), context.world) {
        context.world.ui.warn(&Error::from(error).message);
    }
}

/// The message at the end. For a store that ropc only reads, it says that the secrets still exist
/// there.
fn removed(profile: &Profile, context: &Context<'_>) -> Text {
    let name = &profile.name;
    match context.vault(profile) {
        Ok(Vault::Source(source)) => {
            let title = source.title().words();
            text!("cmd-logout-done-read-only", name = name, title = title)
        }
        _ => text!("cmd-logout-done", name = name),
    }
}

/// True if another profile signs in the same user, or the same app, at the same authority. A
/// profile that cannot be read counts, as it may.
fn has_kin(profile: &Profile, context: &Context<'_>) -> bool {
    let names = context.profiles.names().unwrap_or_default();
    let mut others = names.iter().filter(|name| **name != profile.name);
    others.any(|name| match context.profiles.load(name) {
        Ok(other) => are_kin(profile, &other),
        Err(_) => true,
    })
}

/// True if two profiles share a record. Compares hosts, as records do: two clouds may share one.
fn are_kin(one: &Profile, other: &Profile) -> bool {
    if other.authority.base() != one.authority.base() {
        return false;
    }
    let user = one.username.as_str().to_lowercase();
    other.client_id == one.client_id || other.username.as_str().to_lowercase() == user
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
        let [global, usgov, dod] = [0, 1, 2];
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
