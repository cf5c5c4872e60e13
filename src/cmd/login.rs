//! `ropc login`: verified first, stored second, written third. A kill at any point leaves the old or the new profile whole.
//!
//! The new secrets go into the vault under a fresh generation; the profile file, which names the generation, is replaced by
//! a rename; then the old items go. A journal names the generations in between, so that the next `login` sweeps strays.

use super::{Context, NOBODY, login_input, with_profile};
use crate::broker::{self, CacheStatus, Mode, Request, Secrets, Token, Trust};
use crate::cli::LoginArgs;
use crate::error::{Error, Kind, Result};
use crate::fault::point;
use crate::profile::{Authority, Generation, Profile, ProfileName, StoreKind, Stray};
use crate::vault::{BUNDLE_LIMIT, Binding, Bundle, Item, StoreSpec, Vault};
use crate::world::duration_text;
use std::process::ExitCode;

pub(super) fn run(args: &LoginArgs, context: &Context<'_>) -> Result<ExitCode> {
    let name = context.name(&args.profile)?;
    let old = match context.profiles.find(&name) {
        Ok(old) => old,
        // A file that cannot be read is what `login` mends; what it says is lost, which the question says.
        Err(error) => {
            context.world.ui.warn(&error.message);
            None
        }
    };
    if args.retry
        && !login_input::gives_secrets(args)
        && let Some(profile) = &old
    {
        if gives_facts(args) {
            return Err(Error::usage(
                "`--retry` sends the stored secrets for what they were stored for, and takes no other facts",
            )
            .hint("leave the other flags out, or leave `--retry` out to store something else"));
        }
        return retry(profile, context);
    }
    let mut profile = login_input::facts(args, &name, old.as_ref(), context)?;
    login_input::check_sources(args, &profile)?;
    confirm(args, &name, context)?;
    context.profiles.check_writable()?;
    context.profiles.check_place(&profile)?;
    let vault = context.world.vaults.open(&spec(&profile, context))?;
    let trust = Trust::of(&profile)?;
    let secrets = if profile.store.holds_keys() {
        vault.check()?;
        vouched(args, &profile, &trust, old.as_ref(), context)?;
        if profile.store == StoreKind::File {
            // Before they are given, as this store is worth no more than the place of its key.
            context.world.ui.note(&format!("the secrets will go into {}; {}", vault.title(), vault.worth()));
        }
        Some(login_input::secrets(args, &mut profile, context)?)
    } else {
        engine_secrets(args, &profile, &trust, old.as_ref(), vault.as_ref(), context)?
    };
    // From here on nobody else signs in with this profile or replaces it; another `login` may just have done so.
    let _exclusive = broker::exclusive(&name, context.fresh_deadline(), context.world)?;
    let old = context.profiles.find(&name).ok().flatten();
    let token = match &secrets {
        Some(secrets) if !args.no_verify => {
            // Counted from here: a person may have taken long to find the secrets.
            let verified =
                broker::verify(&profile, &trust, secrets, args.retry, context.fresh_deadline(), context.world);
            Some(verified.map_err(|error| error.hint(nothing_changed(&name, old.as_ref())))?)
        }
        _ => None,
    };
    point("verified");
    match secrets.filter(|_| profile.store.holds_keys()) {
        Some(secrets) => store(&profile, trust.binding(&profile), old.as_ref(), secrets, vault.as_ref(), context)?,
        None => write(&profile, old.as_ref(), vault.as_ref(), context)?,
    }
    finish(&profile, token.as_ref(), vault.as_ref(), context)?;
    Ok(ExitCode::SUCCESS)
}

/// A store that is only read: its secrets are tried, and stay where they are. Without the trial it need not even be here
/// yet, as systemd's directory is not outside of the unit.
fn engine_secrets(
    args: &LoginArgs,
    profile: &Profile,
    trust: &Trust,
    old: Option<&Profile>,
    vault: &dyn Vault,
    context: &Context<'_>,
) -> Result<Option<Secrets>> {
    // Between two stores that are only read nothing vouches for the old profile but who may change its file, and that was
    // looked at; its jobs send the secrets there already.
    if old.is_some_and(|old| old.store.holds_keys()) {
        vouched(args, profile, trust, old, context)?;
    }
    if args.no_verify {
        return Ok(None);
    }
    vault.check()?;
    let secrets = vault.secrets(context.fresh_deadline().left())?;
    login_input::warn_of_slips(&secrets, context.world.ui);
    Ok(Some(secrets))
}

/// The profile alone, then the old items.
fn write(profile: &Profile, old: Option<&Profile>, vault: &dyn Vault, context: &Context<'_>) -> Result<()> {
    let mut pending = context.profiles.pending(&profile.name);
    pending.extend(old.map(Stray::of));
    context.profiles.set_pending(&profile.name, &pending)?;
    point("journal-written");
    context.profiles.save(profile)?;
    point("profile-written");
    sweep(profile, old, &pending, vault, context);
    Ok(())
}

/// What only the old profile file says about host and roots of trust must be what its stored secrets were enrolled for,
/// in both directions: else an edited text file would lead a person to give the new password to another host, or past
/// another root. What a flag says is a person's word.
fn vouched(
    args: &LoginArgs,
    profile: &Profile,
    trust: &Trust,
    old: Option<&Profile>,
    context: &Context<'_>,
) -> Result<()> {
    let Some(old) = old else { return Ok(()) };
    let host_said = args.authority.is_some() || args.cloud.is_some();
    let root_said = args.ca_file.is_some();
    let vault = context.world.vaults.open(&spec(old, context)).ok();
    let enrolled = vault.and_then(|vault| broker::enrolled(old, vault.as_ref()));
    let asked = trust.binding(profile);
    let confirmed = match &enrolled {
        Some(e) => {
            let moved = host_said && e.authority != asked.authority;
            (host_said || e.authority == asked.authority) && (root_said || moved || e.ca_sha256 == asked.ca_sha256)
        }
        // Nothing to compare with: a known cloud with the system's roots is what anybody would get without a profile.
        None => {
            (host_said || matches!(profile.authority, Authority::Cloud(_))) && (root_said || profile.ca_file.is_none())
        }
    };
    if confirmed {
        return Ok(());
    }
    let path = context.profiles.path(&profile.name);
    let root = profile.ca_file.as_ref().map_or_else(String::new, |file| format!(" --ca-file {}", file.display()));
    let host = match &profile.authority {
        Authority::Cloud(cloud) => format!("--cloud {}", cloud.name),
        Authority::Enrolled(_) => format!("--authority {}", profile.authority),
    };
    let was = enrolled.map_or_else(String::new, |e| {
        format!(
            ": they went to {} before{}",
            e.authority,
            if e.ca_sha256.is_some() { ", trusting an enrolled CA file only" } else { "" }
        )
    });
    let flags = format!("{host}{root}");
    Err(Error::config(format!(
        "only the file {} says that the secrets go to {}{}, and nothing in the store confirms it{was}",
        path.display(),
        profile.authority,
        if profile.ca_file.is_some() { "" } else { " with the system's roots of trust" }
    ))
    .hint(format!("if that is right, say it yourself: `{} {flags}`", with_profile("login", &profile.name)))
    .hint("if you do not know that host or that CA file, find out who wrote it there"))
}

/// Said after a refused sign-in, so that nobody has to look.
fn nothing_changed(name: &ProfileName, old: Option<&Profile>) -> String {
    match old {
        Some(_) => format!("nothing was stored; the profile `{name}` and its secrets are as they were"),
        None => "nothing was stored".into(),
    }
}

fn gives_facts(args: &LoginArgs) -> bool {
    let texts = [&args.tenant, &args.client_id, &args.username, &args.cloud, &args.authority];
    texts.into_iter().any(Option::is_some)
        || args.ca_file.is_some()
        || args.store.is_some()
        || args.key_source.is_some()
        || args.public_client
        || !args.scope.is_empty()
}

fn spec(profile: &Profile, context: &Context<'_>) -> StoreSpec {
    StoreSpec { interactive: context.world.prompt.is_some(), ..StoreSpec::unattended(profile) }
}

/// One more try of the stored secrets.
fn retry(profile: &Profile, context: &Context<'_>) -> Result<ExitCode> {
    let request =
        Request { profile, scopes: &profile.scopes, mode: Mode::Refresh, min_ttl: None, deadline: context.deadline };
    let token = broker::retry_stored(&request, context.world)?;
    let vault = context.world.vaults.open(&spec(profile, context))?;
    broker::remember(profile, &token, context.world, vault.as_ref())?;
    context.world.ui.note(&format!("the sign-in of {} works: its secrets are in use again", profile.username));
    Ok(ExitCode::SUCCESS)
}

fn confirm(args: &LoginArgs, name: &ProfileName, context: &Context<'_>) -> Result<()> {
    let path = context.profiles.path(name);
    if args.yes || path.symlink_metadata().is_err() {
        return Ok(());
    }
    let Some(prompt) = context.world.prompt else {
        return Err(Error::usage(format!("the profile `{name}` exists, and {NOBODY}"))
            .hint("add `--yes` to replace it, or choose another name with `-p`"));
    };
    if prompt.confirm(&format!("Replace the profile `{name}`?"))? {
        return Ok(());
    }
    Err(Error::new(Kind::Other, "nothing was changed").hint("choose another name with `-p`, or answer yes"))
}

/// Vault, then file, then the old items.
fn store(
    profile: &Profile,
    binding: Binding,
    old: Option<&Profile>,
    secrets: Secrets,
    vault: &dyn Vault,
    context: &Context<'_>,
) -> Result<()> {
    let bundle = Bundle { binding, client_secret: secrets.client_secret, password: secrets.password };
    let bytes = bundle.encode().map_err(|length| {
        Error::new(
            Kind::Vault,
            format!(
                "both secrets with what they are bound to have {length} bytes, and a keychain takes {BUNDLE_LIMIT}"
            ),
        )
        .hint("shorten the password or the client secret")
    })?;
    drop(bundle);
    let before = context.profiles.pending(&profile.name);
    let mut pending = before.clone();
    pending.push(Stray::of(profile));
    pending.extend(old.map(Stray::of));
    context.profiles.set_pending(&profile.name, &pending)?;
    point("journal-written");
    let kept = vault.write(&Item::bundle(&profile.name, &profile.generation), &bytes).map_err(Error::from);
    drop(bytes);
    point("bundle-written");
    if let Err(error) = kept.and_then(|()| context.profiles.save(profile)) {
        // Back to the old state: the profile still names the old generation. What cannot be removed stays in the journal.
        if vault.remove(&Item::bundle(&profile.name, &profile.generation)).is_ok() {
            let _ = context.profiles.set_pending(&profile.name, &before);
        }
        return Err(error);
    }
    point("profile-written");
    sweep(profile, old, &pending, vault, context);
    Ok(())
}

/// Removes items of generations that no profile file names any more, from the stores where they are. What fails stays in the
/// journal for the next time.
fn sweep(profile: &Profile, old: Option<&Profile>, pending: &[Stray], vault: &dyn Vault, context: &Context<'_>) {
    let mut left = Vec::new();
    for stray in pending.iter().filter(|s| s.generation != profile.generation) {
        let here = (stray.store, stray.key_source) == (profile.store, profile.key_source);
        let gone = if here {
            remove_items(vault, &profile.name, &stray.generation)
        } else {
            remove_stray(stray, &profile.name, context)
        };
        if gone.is_err() {
            left.push(stray.clone());
        }
    }
    if !left.is_empty() {
        context.world.ui.warn(
            "an older copy of the secrets could not be removed from its store; the next `ropc login` tries again",
        );
    }
    let _ = context.profiles.set_pending(&profile.name, &left);
    point("old-removed");
    if let Some(old) = old {
        // The old record and tokens open nothing any more; what cannot be removed is only litter.
        let _ = broker::forget(old, true, context.world);
    }
    point("old-forgotten");
}

/// What an interrupted `login` left, out of the store where it left it.
pub(super) fn remove_stray(stray: &Stray, name: &ProfileName, context: &Context<'_>) -> Result<()> {
    let spec = StoreSpec::of_stray(stray, context.world.prompt.is_some());
    remove_items(context.world.vaults.open(&spec)?.as_ref(), name, &stray.generation)
}

/// Both items of one generation.
pub(super) fn remove_items(vault: &dyn Vault, name: &ProfileName, generation: &Generation) -> Result<()> {
    vault.remove(&Item::cache_key(name, generation))?;
    point("cache-key-removed");
    vault.remove(&Item::bundle(name, generation))?;
    Ok(())
}

fn finish(profile: &Profile, token: Option<&Token>, vault: &dyn Vault, context: &Context<'_>) -> Result<()> {
    let ui = context.world.ui;
    let example = with_profile("exec", &profile.name);
    let Some(token) = token else {
        let done =
            if vault.holds_keys() { format!("stored in {}", vault.title()) } else { "the profile is written".into() };
        ui.note(&format!("{done}; the sign-in was not tried: `{}` does", with_profile("token", &profile.name)));
        tell_worth(profile, vault, context);
        return Ok(());
    };
    broker::remember(profile, token, context.world, vault)?;
    point("logged-in");
    ui.note(&format!("signed in as {}; the token lives {}", profile.username, duration_text(token.lifetime())));
    if let Some(scope) = &token.scope {
        ui.note(&format!("it carries: {scope}"));
    }
    let what = if profile.public_client { "the password" } else { "both secrets" };
    let (verb, title) = (if profile.public_client { "is" } else { "are" }, vault.title());
    if vault.holds_keys() {
        ui.note(&format!("{what} {verb} in {title}"));
    } else {
        ui.note(&format!(
            "{what} {verb} read from {title} at each sign-in, and bound to nothing: whoever can change this profile decides where they are sent"
        ));
        if let Ok(CacheStatus::Off(reason)) = broker::cache_status(profile, context.world, vault) {
            ui.note(&format!("each run will sign in, as there is no token cache: {reason}"));
        }
    }
    tell_worth(profile, vault, context);
    ui.note(&format!("next: `{example} -- pwsh script.ps1`"));
    Ok(())
}

/// What protects the secrets. Of the file store that was said before they were given.
fn tell_worth(profile: &Profile, vault: &dyn Vault, context: &Context<'_>) {
    if profile.store != StoreKind::File {
        context.world.ui.note(&vault.worth());
    }
}
