//! The public facts that `ropc login` gets: from flags, the old profile and prompts. No secret
//! comes here; nothing is stored or sent.

use crate::broker::Trust;
use crate::cli::LoginArgs;
use crate::cmd::context::{Context, nobody};
use crate::environment::Environment;
use crate::error::{Error, Result, io_reason};
use crate::profile::{
    Authority, CLOUDS, Cloud, CredentialKind, Generation, Profile, ProfileError, ProfileName,
    Scopes, Store,
};
use crate::secret::{ClientSecret, Password};
use crate::text::{Text, text};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Secrets that another verb has found before `login` begins.
#[derive(Debug, Default)]
pub(in crate::cmd) struct Given {
    pub(in crate::cmd) client_secret: Option<ClientSecret>,
    pub(in crate::cmd) password: Option<Password>,
    /// True for `import`, which says itself what comes next.
    pub(in crate::cmd) is_import: bool,
}

/// The new profile: flags first, then what the old one says, then questions.
pub(in crate::cmd) fn facts(
    args: &LoginArgs,
    given: &Given,
    name: &ProfileName,
    old: Option<&Profile>,
    context: &Context<'_>,
) -> Result<Profile> {
    check_complete(args, given, old, context)?;
    let tenant = fact(
        args.enrol.tenant.as_deref(),
        old.map(|o| o.tenant.clone()),
        "--tenant",
        &text!("login-ask-tenant"),
        context,
    )?;
    let client_id = fact(
        args.enrol.client_id.as_deref(),
        old.map(|o| o.client_id.clone()),
        "--client-id",
        &text!("login-ask-client-id"),
        context,
    )?;
    let username = fact(
        args.enrol.username.as_deref(),
        old.map(|o| o.username.clone()),
        "--username",
        &text!("login-ask-username"),
        context,
    )?;
    let authority = authority(args, old)?;
    let scopes = match (args.enrol.scope.as_slice(), old) {
        ([], Some(old)) if old.authority.cloud() == authority.cloud() => old.scopes.clone(),
        ([], _) => Scopes::default_for(authority.cloud()),
        (given, _) => Scopes::parse(given)?,
    };
    let store = located(args.store(old.map(|old| &old.store))?, context.world.env)?;
    Ok(Profile {
        name: name.clone(),
        tenant,
        client_id,
        username,
        scopes,
        ca_file: ca_file(args, old, &authority)?,
        authority,
        store,
        credential: credential(args, given, old),
        generation: Generation::random()?,
    })
}

/// What the flags say, else what is given, else what the old profile has.
fn credential(args: &LoginArgs, given: &Given, old: Option<&Profile>) -> CredentialKind {
    if args.enrol.public_client {
        return CredentialKind::None;
    }
    if args.enrol.client_secret_file.is_some() || given.client_secret.is_some() {
        return CredentialKind::Secret;
    }
    old.map_or(CredentialKind::Secret, |old| old.credential)
}

fn fact<T: FromStr<Err = ProfileError>>(
    given: Option<&str>,
    old: Option<T>,
    flag: &str,
    label: &Text,
    context: &Context<'_>,
) -> Result<T> {
    if let Some(text) = given {
        return Ok(text.parse()?);
    }
    if let Some(old) = old {
        return Ok(old);
    }
    let Some(prompt) = context.world.prompt else {
        return Err(missing(&[flag]).hint(help()));
    };
    // Three tries at a slip of the hand; nothing was asked of anybody else so far.
    for _ in 0..2 {
        match prompt.line(label)?.parse() {
            Ok(value) => return Ok(value),
            Err(error) => context.world.ui.error(&error.into()),
        }
    }
    Ok(prompt.line(label)?.parse()?)
}

fn help() -> Text {
    text!("login-see-help")
}

pub(in crate::cmd) fn missing(flags: &[&str]) -> Error {
    let named: Vec<String> = flags.iter().map(|flag| format!("`{flag}`")).collect();
    let (last, others) = named
        .split_last()
        .map_or(("", &[][..]), |(last, others)| (last.as_str(), others));
    Error::usage(if others.is_empty() {
        text!("login-missing-one", flag = last, nobody = nobody())
    } else {
        text!(
            "login-missing",
            flags = others.join(", "),
            last = last,
            nobody = nobody()
        )
    })
}

/// Where nobody can be asked, everything that is missing is named at once: flag by flag would take
/// as many runs.
fn check_complete(
    args: &LoginArgs,
    given: &Given,
    old: Option<&Profile>,
    context: &Context<'_>,
) -> Result<()> {
    if context.world.prompt.is_some() {
        return Ok(());
    }
    let facts = [
        ("--tenant", args.enrol.tenant.is_some()),
        ("--client-id", args.enrol.client_id.is_some()),
        ("--username", args.enrol.username.is_some()),
    ];
    let mut flags: Vec<&str> = facts
        .into_iter()
        .filter(|(_, given)| !given && old.is_none())
        .map(|(flag, _)| flag)
        .collect();
    let mut hint = None;
    if args.store_kind(old.map(|old| &old.store)).holds_keys() && !args.secrets_stdin {
        let no_secret = args.enrol.client_secret_file.is_some()
            || given.client_secret.is_some()
            || args.enrol.public_client
            || old.is_some_and(|profile| profile.credential.is_public_client());
        let password = args.enrol.password_file.is_none() && given.password.is_none();
        // With one of them, the other may be kept.
        let may_keep = old.is_some_and(|old| old.store.holds_keys()) && gives_secrets(args);
        flags.extend((password && !may_keep).then_some("--password-file"));
        flags.extend((!no_secret && !may_keep).then_some("--client-secret-file"));
        hint = match (password, no_secret) {
            (true, _) => Some(text!("login-missing-secrets-hint")),
            (false, false) => Some(text!("login-missing-client-secret-hint")),
            (false, true) => None,
        };
    }
    if flags.is_empty() {
        Ok(())
    } else {
        Err(missing(&flags).hints(hint).hint(help()))
    }
}

fn authority(args: &LoginArgs, old: Option<&Profile>) -> Result<Authority> {
    match (&args.enrol.authority, &args.enrol.cloud, old) {
        (Some(url), _, _) => Ok(url.parse()?),
        (None, Some(cloud), _) => Ok(Authority::Cloud(Cloud::by_name(cloud)?)),
        (None, None, Some(old)) => Ok(old.authority.clone()),
        (None, None, None) => Ok(Authority::Cloud(&CLOUDS[0])),
    }
}

/// The CA file as an absolute path, as a job may run from another directory. Read at once, before a
/// person answers anything.
fn ca_file(
    args: &LoginArgs,
    old: Option<&Profile>,
    authority: &Authority,
) -> Result<Option<PathBuf>> {
    let Some(given) = &args.enrol.ca_file else {
        return Ok(old
            .filter(|o| o.authority == *authority)
            .and_then(|o| o.ca_file.clone()));
    };
    let bad = |reason: Text| {
        Error::config(text!(
            "login-bad-ca-file",
            path = given.display(),
            reason = reason
        ))
        .hint(text!("login-bad-ca-file-hint"))
    };
    let path = dunce::canonicalize(given).map_err(|e| bad(io_reason(&e)))?;
    Trust::of_file(&path)?;
    if path.to_str().is_none() {
        return Err(bad(text!("login-path-not-unicode")));
    }
    Ok(Some(path))
}

/// The store with whole paths, as a job runs from another directory and its PATH is shorter than a
/// shell's.
fn located(store: Store, env: &Environment) -> Result<Store> {
    Ok(match store {
        Store::Directory { dir: Some(dir) } => Store::Directory {
            dir: Some(absolute(&dir)?),
        },
        Store::Command { mut argv } => {
            if let Some(program) = argv.first_mut()
                && let Some(whole) = whole_path(program, env)
            {
                *program = whole;
            }
            Store::Command { argv }
        }
        store => store,
    })
}

/// Links in the path are kept: Kubernetes bends them.
fn absolute(dir: &Path) -> Result<PathBuf> {
    let bad = |reason: Text| {
        Error::usage(text!(
            "login-bad-secrets-dir",
            path = dir.display(),
            reason = reason
        ))
    };
    let path = std::path::absolute(dir).map_err(|e| bad(io_reason(&e)))?;
    if path.to_str().is_none() {
        return Err(bad(text!("login-path-not-unicode")));
    }
    Ok(path)
}

/// Where PATH has the program; `None` where it does not.
fn whole_path(program: &str, env: &Environment) -> Option<String> {
    let path = if Path::new(program).components().count() > 1 {
        PathBuf::from(program)
    } else {
        std::env::split_paths(env.get("PATH")?)
            .map(|dir| dir.join(program))
            .find(|file| file.is_file())?
    };
    std::path::absolute(path)
        .ok()?
        .into_os_string()
        .into_string()
        .ok()
}

/// Says before anything else whether the secrets can be had, so that a long answer is not lost at
/// the end.
pub(in crate::cmd) fn check_sources(
    args: &LoginArgs,
    given: &Given,
    profile: &Profile,
) -> Result<()> {
    if !profile.store.holds_keys() {
        if gives_secrets(args) || given.is_import {
            return Err(
                Error::usage(text!("login-only-read", store = profile.store))
                    .hint(text!("login-only-read-hint")),
            );
        }
        return Ok(());
    }
    if args.enrol.password_file.as_deref() == Some(Path::new("-"))
        && args.enrol.client_secret_file.as_deref() == Some(Path::new("-"))
    {
        return Err(
            Error::usage(text!("login-two-from-stdin")).hint(text!("login-two-from-stdin-hint"))
        );
    }
    Ok(())
}

/// True if the command line says where to get secrets from.
pub(in crate::cmd) fn gives_secrets(args: &LoginArgs) -> bool {
    args.secrets_stdin
        || args.enrol.password_file.is_some()
        || args.enrol.client_secret_file.is_some()
}
