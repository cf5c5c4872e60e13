//! `ropc login`: verified first, stored second, written third. A kill at any point leaves the old
//! or the new profile whole.
//!
//! The new secrets go into the vault under a fresh generation; the profile file, which names the
//! generation, is replaced by a rename; then the old items go. A journal names the generations in
//! between, so that the next `login` sweeps strays.

mod home;
pub(super) mod input;
mod kept;
mod secrets;
mod vouched;

use super::context::{Context, nobody, tell_dialog, with_profile};
use super::grants;
use crate::broker::{self, CacheStatus, Mode, Request, Secrets, Token, Trust};
use crate::cli::LoginArgs;
use crate::error::{Error, Kind, Result};
use crate::fault::point;
use crate::profile::{Generation, Grants, Profile, ProfileName, Store, StoreKind, Stray};
use crate::text::{Text, text};
use crate::vault::{BUNDLE_LIMIT, Binding, Bundle, Item, StoreSpec, Vault};
use input::Given;
use kept::Kept;
use std::path::Path;
use std::process::ExitCode;
use vouched::vouched;

pub(super) fn run(args: &LoginArgs, context: &Context<'_>) -> Result<ExitCode> {
    enrol(args, Given::default(), &mut |_, _| Ok(()), context)
}

/// What another verb does once everything is known, before anything is sent.
pub(super) type Before<'b> = &'b mut dyn FnMut(&Profile, &Secrets) -> Result<()>;

/// The same, with secrets that another verb has found already.
pub(super) fn enrol(
    args: &LoginArgs,
    given: Given,
    before: Before<'_>,
    context: &Context<'_>,
) -> Result<ExitCode> {
    let name = context.name(&args.profile)?;
    home::check(context)?;
    let old = known(&name, context);
    if args.retry
        && !input::gives_secrets(args)
        && let Some(profile) = &old
    {
        if gives_facts(args) {
            return Err(Error::usage(text!("login-retry-with-facts"))
                .hint(text!("login-retry-with-facts-hint")));
        }
        return retry(profile, context);
    }
    let is_import = given.is_import;
    keychain_first(args, old.as_ref(), context)?;
    let mut profile = input::facts(args, &given, &name, old.as_ref(), context)?;
    input::check_sources(args, &given, &profile)?;
    confirm(args, &name, context)?;
    context.profiles.check_writable()?;
    context.profiles.check_place(&profile)?;
    let vault = context.vault(&profile)?;
    let trust = Trust::of(&profile)?;
    let (secrets, kept) = if profile.store.holds_keys() {
        vault.check()?;
        vouched(args, &profile, &trust, old.as_ref(), context)?;
        warn_of_place(&profile, vault.as_ref(), context);
        let kept = if is_import {
            None
        } else {
            Kept::of(&profile, &trust, old.as_ref(), context)
        };
        let secrets = secrets::secrets(args, given, kept.as_ref(), &mut profile, context)?;
        (Some(secrets), kept.and_then(|kept| kept.used()))
    } else {
        (
            engine_secrets(
                args,
                &profile,
                &trust,
                old.as_ref(),
                vault.as_ref(),
                context,
            )?,
            None,
        )
    };
    secrets
        .as_ref()
        .map_or(Ok(()), |secrets| before(&profile, secrets))?;
    // From here on nobody else signs in with this profile or replaces it; another `login` may just
    // have done so.
    let _exclusive = broker::exclusive(&name, context.fresh_deadline(), context.world)?;
    let old = context.profiles.find(&name).ok().flatten();
    check_kept(kept, old.as_ref(), &name)?;
    let token = match &secrets {
        Some(secrets) if !args.enrol.no_verify => {
            // Counted from here: a person may have taken long to find the secrets.
            let verified = broker::verify(
                &profile,
                &trust,
                secrets,
                args.retry,
                context.fresh_deadline(),
                context.world,
            );
            Some(verified.map_err(|error| {
                let spoilt =
                    may_be_spoilt(args, secrets, &error).then(|| text!("login-question-marks"));
                error
                    .hints(spoilt)
                    .hint(nothing_changed(&name, old.as_ref()))
            })?)
        }
        _ => None,
    };
    point("verified");
    match secrets {
        Some(secrets) if profile.store.holds_keys() => store(
            &profile,
            trust.binding(&profile),
            old.as_ref(),
            secrets,
            vault.as_ref(),
            context,
        ),
        _ => write(&profile, old.as_ref(), vault.as_ref(), context),
    }?;
    // The secrets are gone; pieces may be left below.
    locked_memory::scrub_stack();
    finish(&profile, token.as_ref(), vault.as_ref(), context)?;
    if token.is_some() && !is_import {
        context
            .world
            .ui
            .note(&text!("login-next", command = with_profile("exec", &name)));
    }
    Ok(ExitCode::SUCCESS)
}

/// The profile that there is. A file that cannot be used is what `login` replaces; what it says is
/// not taken, as it may be somebody else's word.
fn known(name: &ProfileName, context: &Context<'_>) -> Option<Profile> {
    context.profiles.find(name).unwrap_or_else(|error| {
        context.world.ui.warn(&Error::from(error).message);
        None
    })
}

/// True if a pipe may have put question marks into the password that was refused.
fn may_be_spoilt(args: &LoginArgs, secrets: &Secrets, error: &Error) -> bool {
    let is_piped =
        args.secrets_stdin || args.enrol.password_file.as_deref() == Some(Path::new("-"));
    error.kind == Kind::SignIn && is_piped && secrets.password.has_question_mark()
}

/// Said before the secrets are given, as the file store is worth no more than the place of its key.
fn warn_of_place(profile: &Profile, vault: &dyn Vault, context: &Context<'_>) {
    if matches!(profile.store, Store::File { .. }) {
        context.world.ui.note(&text!(
            "login-will-go-into",
            title = vault.title(),
            worth = vault.worth()
        ));
    }
}

/// What was kept is of the profile as it was. Another `login` that came in between may have stored
/// a newer secret, and that must not be lost: a client secret is shown once.
fn check_kept(kept: Option<Generation>, now: Option<&Profile>, name: &ProfileName) -> Result<()> {
    match kept {
        Some(kept) if now.is_none_or(|now| now.generation != kept) => Err(Error::new(
            Kind::Other,
            text!("login-kept-replaced", name = name),
        )
        .hint(text!("login-again", command = with_profile("login", name)))),
        _ => Ok(()),
    }
}

/// Says that this machine has no keychain before a person has answered anything.
fn keychain_first(args: &LoginArgs, old: Option<&Profile>, context: &Context<'_>) -> Result<()> {
    if old.is_none() && context.world.prompt.is_some() && args.store_kind(None) == StoreKind::Os {
        context
            .world
            .vaults
            .open(StoreSpec::items(&Store::Os, true))?
            .check()?;
    }
    Ok(())
}

/// A store that is only read: its secrets are tried, and stay where they are. Without the trial it
/// need not even be here yet, as systemd's directory is not outside of the unit.
fn engine_secrets(
    args: &LoginArgs,
    profile: &Profile,
    trust: &Trust,
    old: Option<&Profile>,
    vault: &dyn Vault,
    context: &Context<'_>,
) -> Result<Option<Secrets>> {
    // Between two stores that are only read, the old profile is as it was enrolled, or out of this
    // account's reach: that was looked at, and its jobs send the secrets there already.
    if old.is_some_and(|old| old.store.holds_keys()) {
        vouched(args, profile, trust, old, context)?;
    }
    if args.enrol.no_verify {
        return Ok(None);
    }
    vault.check()?;
    let secrets = vault.secrets(context.fresh_deadline().left())?;
    secrets::warn_of_slips(&secrets, context.world.ui);
    Ok(Some(secrets))
}

/// What stores may hold of this profile: what an earlier `login` left, what the profile names, and
/// what was enrolled where the profile cannot be used.
fn strays(profile: &Profile, old: Option<&Profile>, context: &Context<'_>) -> Vec<Stray> {
    let mut strays = context.profiles.pending(&profile.name);
    for known in context
        .profiles
        .enrolled(&profile.name)
        .iter()
        .chain(old)
        .map(Stray::of)
    {
        if !strays.contains(&known) {
            strays.push(known);
        }
    }
    strays
}

/// The profile alone, then the old items.
fn write(
    profile: &Profile,
    old: Option<&Profile>,
    vault: &dyn Vault,
    context: &Context<'_>,
) -> Result<()> {
    let pending = strays(profile, old, context);
    context.profiles.set_pending(&profile.name, &pending)?;
    point("journal-written");
    context.profiles.enrol(profile)?;
    point("enrolled");
    if let Err(error) = context.profiles.save(profile) {
        context.profiles.unenrol(profile);
        return Err(error.into());
    }
    point("profile-written");
    sweep(profile, old, &pending, vault, context);
    Ok(())
}

/// Said after a refused sign-in, so that nobody has to look.
fn nothing_changed(name: &ProfileName, old: Option<&Profile>) -> Text {
    match old {
        Some(_) => text!("login-nothing-changed", name = name),
        None => text!("login-nothing-stored"),
    }
}

fn gives_facts(args: &LoginArgs) -> bool {
    let texts = [
        &args.enrol.tenant,
        &args.enrol.client_id,
        &args.enrol.username,
        &args.enrol.cloud,
        &args.enrol.authority,
    ];
    texts.into_iter().any(Option::is_some)
        || args.enrol.ca_file.is_some()
        || args.enrol.store.is_some()
        || args.enrol.key_source.is_some()
        || args.enrol.public_client
        || !args.enrol.scope.is_empty()
}

/// One more try of the stored secrets.
fn retry(profile: &Profile, context: &Context<'_>) -> Result<ExitCode> {
    let request = Request {
        profile,
        scopes: &profile.scopes,
        mode: Mode::Refresh,
        min_ttl: None,
        deadline: context.deadline,
    };
    let token = broker::retry_stored(&request, context.world)?;
    let vault = context.vault(profile)?;
    broker::remember(profile, &token, context.world, vault.as_ref())?;
    context
        .world
        .ui
        .note(&text!("login-retry-works", user = profile.username));
    Ok(ExitCode::SUCCESS)
}

fn confirm(args: &LoginArgs, name: &ProfileName, context: &Context<'_>) -> Result<()> {
    let path = context.profiles.path(name);
    if args.enrol.yes || path.symlink_metadata().is_err() {
        return Ok(());
    }
    let Some(prompt) = context.world.prompt else {
        return Err(Error::usage(text!(
            "login-profile-exists",
            name = name,
            nobody = nobody()
        ))
        .hint(text!("login-profile-exists-hint")));
    };
    if prompt.confirm(&text!("login-ask-replace", name = name))? {
        return Ok(());
    }
    Err(Error::new(Kind::Other, text!("cmd-nothing-changed"))
        .hint(text!("login-not-replaced-hint")))
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
    let bundle = Bundle {
        binding,
        credential: secrets.credential,
        password: secrets.password,
    };
    let bytes = bundle.encode().map_err(|length| {
        Error::new(
            Kind::Vault,
            text!("login-too-long", length = length, limit = BUNDLE_LIMIT),
        )
        .hint(text!("login-too-long-hint"))
    })?;
    drop(bundle);
    let before = context.profiles.pending(&profile.name);
    let mut pending = strays(profile, old, context);
    pending.push(Stray::of(profile));
    context.profiles.set_pending(&profile.name, &pending)?;
    point("journal-written");
    context.profiles.enrol(profile)?;
    point("enrolled");
    tell_dialog(vault, context);
    let kept = vault
        .write(&Item::bundle(&profile.name, &profile.generation), &bytes)
        .map_err(Error::from);
    drop(bytes);
    point("bundle-written");
    if let Err(error) = kept.and_then(|()| Ok(context.profiles.save(profile)?)) {
        // Back to the old state: the profile still names the old generation. What cannot be removed
        // stays in the journal.
        if vault
            .remove(&Item::bundle(&profile.name, &profile.generation))
            .is_ok()
        {
            let _ = context.profiles.set_pending(&profile.name, &before);
        }
        context.profiles.unenrol(profile);
        return Err(error);
    }
    point("profile-written");
    sweep(profile, old, &pending, vault, context);
    Ok(())
}

/// Removes items of generations that no profile file names any more, from the stores where they
/// are. What fails stays in the journal for the next time.
fn sweep(
    profile: &Profile,
    old: Option<&Profile>,
    pending: &[Stray],
    vault: &dyn Vault,
    context: &Context<'_>,
) {
    let mut left = Vec::new();
    for stray in pending
        .iter()
        .filter(|s| s.generation != profile.generation)
    {
        let gone = if stray.store == profile.store {
            remove_items(vault, &profile.name, &stray.generation)
        } else {
            remove_stray(stray, &profile.name, context)
        };
        if gone.is_err() {
            left.push(stray.clone());
        }
    }
    if !left.is_empty() {
        context.world.ui.warn(&text!("login-stray-left"));
    }
    let _ = context.profiles.set_pending(&profile.name, &left);
    context
        .profiles
        .forget_enrolled(&profile.name, Some(&profile.generation));
    point("old-removed");
    if let Some(old) = old {
        // The old record and tokens open nothing any more; what cannot be removed is only litter.
        let _ = broker::forget(old, true, context.world);
    }
    point("old-forgotten");
}

/// What an interrupted `login` left, out of the store where it left it.
pub(super) fn remove_stray(stray: &Stray, name: &ProfileName, context: &Context<'_>) -> Result<()> {
    let spec = StoreSpec::items(&stray.store, context.world.prompt.is_some());
    remove_items(
        context.world.vaults.open(spec)?.as_ref(),
        name,
        &stray.generation,
    )
}

/// Both items of one generation, and the copy of its cache key.
pub(super) fn remove_items(
    vault: &dyn Vault,
    name: &ProfileName,
    generation: &Generation,
) -> Result<()> {
    broker::forget_key(name, generation);
    vault.remove(&Item::cache_key(name, generation))?;
    point("cache-key-removed");
    vault.remove(&Item::bundle(name, generation))?;
    Ok(())
}

fn finish(
    profile: &Profile,
    token: Option<&Token>,
    vault: &dyn Vault,
    context: &Context<'_>,
) -> Result<()> {
    let ui = context.world.ui;
    let Some(token) = token else {
        ui.note(&if vault.holds_keys() {
            let command = format!("{} --retry", with_profile("login", &profile.name));
            text!(
                "login-stored-untried",
                title = vault.title(),
                command = command
            )
        } else {
            text!(
                "login-written-untried",
                command = with_profile("exec", &profile.name)
            )
        });
        tell_worth(profile, vault, context);
        return Ok(());
    };
    broker::remember(profile, token, context.world, vault)?;
    point("logged-in");
    ui.note(&text!(
        "login-signed-in",
        user = profile.username,
        time = Text::span(token.lifetime())
    ));
    if let Some(scope) = &token.scope {
        ui.note(&text!("login-carries", scope = scope));
        tell_wide(scope, profile, context);
    }
    ui.note(&where_kept(profile, vault));
    if !vault.holds_keys()
        && let Ok(CacheStatus::Off(reason)) = broker::cache_status(profile, context.world, vault)
    {
        ui.note(&text!("login-no-cache", reason = reason));
    }
    tell_worth(profile, vault, context);
    Ok(())
}

fn where_kept(profile: &Profile, vault: &dyn Vault) -> Text {
    let title = vault.title();
    match (vault.holds_keys(), profile.credential.is_public_client()) {
        (true, true) => text!("login-kept-password", title = title),
        (true, false) => text!("login-kept-both", title = title),
        (false, true) => text!("login-read-password", title = title),
        (false, false) => text!("login-read-both", title = title),
    }
}

/// Which permissions of the token go far beyond what was asked for.
fn tell_wide(scope: &str, profile: &Profile, context: &Context<'_>) {
    let ui = context.world.ui;
    if let Some(nudge) = grants::nudge(&Grants::compare(&profile.scopes, scope), profile) {
        ui.note(&text!("cmd-grants-wide", permissions = nudge.wide));
        nudge.steps.iter().for_each(|step| ui.hint(step));
    }
}

/// What protects the secrets. Of the file store that was said before they were given.
fn tell_worth(profile: &Profile, vault: &dyn Vault, context: &Context<'_>) {
    if !matches!(profile.store, Store::File { .. }) {
        context.world.ui.note(&vault.worth());
    }
    if profile.store == Store::Os {
        tell_jobs(profile, context);
    }
}

/// Some keyrings give a person what they give no job (`KeePassXC`, by default), and the job would
/// find that out at night.
fn tell_jobs(profile: &Profile, context: &Context<'_>) {
    let vault = context.world.vaults.open(StoreSpec::unattended(profile));
    let found = vault.map(|vault| vault.has(&Item::bundle(&profile.name, &profile.generation)));
    if let Ok(Err(error)) = found {
        context
            .world
            .ui
            .warn(&text!("login-not-for-jobs", reason = error.message));
        error
            .hints
            .iter()
            .for_each(|hint| context.world.ui.hint(hint));
    }
}
