//! The public facts of `ropc login`: from flags, the old profile and prompts. Handles no secret;
//! stores and sends nothing.

use super::assertion;
use super::error::{FlagFault, GivenPath, LoginError, PathFault};
use super::lookup::Lookup;
use super::paths::{absolute, whole_path};
use crate::broker::Trust;
use crate::cli::LoginArgs;
use crate::cmd::context::Context;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::profile::{
    Authority, CLOUDS, Cloud, CredentialKind, Generation, Profile, ProfileError, ProfileName,
    Scopes, Store, StorePath,
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
    /// True for `import`, which prints the next step itself.
    pub(in crate::cmd) is_import: bool,
}

/// The sources of the facts of a new profile: flags first, then given facts, then the old profile,
/// then questions.
pub(super) struct Sources<'s> {
    pub(super) args: &'s LoginArgs,
    pub(super) given: &'s Given,
    pub(super) old: Option<&'s Profile>,
    pub(super) context: &'s Context<'s>,
}

/// One fact that `login` may ask for.
struct FactToAsk<'f, T> {
    flag: &'static str,
    given: Option<&'f str>,
    old: Option<T>,
    label: Text,
}

impl Sources<'_> {
    /// The new profile.
    pub(super) fn profile(&self, name: &ProfileName) -> Result<Profile> {
        self.check_complete()?;
        let flags = &self.args.enrol;
        let old = self.old;
        let authority = self.authority()?;
        let asked = self.ca_file(&authority)?;
        let store = self.args.store(old.map(|old| &old.store));
        let store = store.map_err(LoginError::Store)?;
        let credential = self.credential()?;
        let lookup = Lookup::of(self.args, name, asked.as_deref(), self.context)?;
        let tenant = FactToAsk {
            flag: "--tenant",
            given: flags.tenant.as_deref(),
            old: old.map(|old| (old.tenant.clone(), authority.clone())),
            label: text!("login-ask-tenant"),
        };
        let (tenant, authority) = self.ask(tenant, |tenant| lookup.tenant(tenant, &authority))?;
        let client_id = FactToAsk {
            flag: "--client-id",
            given: flags.client_id.as_deref(),
            old: old.map(|old| old.client_id.clone()),
            label: text!("login-ask-client-id"),
        };
        let client_id = self.ask(client_id, Ok)?;
        let username = FactToAsk {
            flag: "--username",
            given: flags.username.as_deref(),
            old: old.map(|old| old.username.clone()),
            label: text!("login-ask-username"),
        };
        let username = self.ask(username, |user| lookup.user(user, &authority))?;
        Ok(Profile {
            name: name.clone(),
            tenant,
            client_id,
            username,
            scopes: self.scopes(&authority)?,
            ca_file: self.ca_file(&authority)?,
            authority,
            store: located(store, self.context.world.env)?,
            secret_ends: self.secret_ends(&credential)?,
            credential,
            generation: Generation::random()?,
        })
    }

    /// The end that a flag gives. An app without a client secret has none.
    fn secret_ends(&self, credential: &CredentialKind) -> Result<Option<u64>> {
        let ends = self.args.enrol.secret_expires;
        if ends.is_some() && *credential != CredentialKind::Secret {
            return Err(LoginError::Flags(FlagFault::NoSecretToEnd).into());
        }
        Ok(ends)
    }

    /// In an unattended run, fails with all missing flags at once: one flag at a time would take as
    /// many runs.
    fn check_complete(&self) -> Result<()> {
        if self.context.world.prompt.is_some() {
            return Ok(());
        }
        let flags = &self.args.enrol;
        let mut missing = Vec::new();
        if self.old.is_none() {
            let facts = [
                ("--tenant", &flags.tenant),
                ("--client-id", &flags.client_id),
                ("--username", &flags.username),
            ];
            let absent = facts.into_iter().filter(|(_, given)| given.is_none());
            missing.extend(absent.map(|(flag, _)| flag));
        }
        let kind = self.args.store_kind(self.old.map(|old| &old.store));
        let store = kind.with_no_facts();
        if !store.is_only_read() && !self.args.secrets_stdin {
            let has_password = flags.password_file.is_some() || self.given.password.is_some();
            let has_credential = self.credential()? != CredentialKind::Secret
                || flags.client_secret_file.is_some()
                || self.given.client_secret.is_some();
            // If one of the secrets is given, its end, or other scopes, `login` may keep the rest.
            let changes = self.args.gives_secrets()
                || self.args.gives_assertion()
                || !flags.scope.is_empty()
                || flags.secret_expires.is_some();
            let may_keep = self.old.is_some_and(|old| !old.store.is_only_read()) && changes;
            missing.extend((!has_password && !may_keep).then_some("--password-file"));
            missing.extend((!has_credential && !may_keep).then_some("--client-secret-file"));
        }
        if missing.is_empty() {
            return Ok(());
        }
        Err(LoginError::Missing { flags: missing }.into())
    }

    /// The fact of the flag, else the old one, else the first answer that `accept` takes.
    fn ask<T: FromStr<Err = ProfileError>, U>(
        &self,
        fact: FactToAsk<'_, U>,
        accept: impl Fn(T) -> Result<U>,
    ) -> Result<U> {
        if let Some(text) = fact.given {
            return accept(text.parse()?);
        }
        if let Some(old) = fact.old {
            return Ok(old);
        }
        let Some(prompt) = self.context.world.prompt else {
            let flags = vec![fact.flag];
            return Err(LoginError::Missing { flags }.into());
        };
        loop {
            let typed = prompt.line(&fact.label)?.parse().map_err(Error::from);
            match typed.and_then(&accept) {
                Ok(value) => return Ok(value),
                Err(wrong) => prompt.object(&wrong),
            }
        }
    }

    fn scopes(&self, authority: &Authority) -> Result<Scopes> {
        let given = &self.args.enrol.scope;
        if !given.is_empty() {
            return Ok(Scopes::parse(given)?);
        }
        Ok(match self.old {
            Some(old) if old.authority.cloud() == authority.cloud() => old.scopes.clone(),
            _ => Scopes::default_for(authority.cloud()),
        })
    }

    fn credential(&self) -> Result<CredentialKind> {
        let flags = &self.args.enrol;
        if flags.public_client {
            return Ok(CredentialKind::None);
        }
        if let Some(source) = assertion::source(self.args, self.context.world.env)? {
            return Ok(CredentialKind::Federated(source));
        }
        if flags.certificate.is_some() {
            return Ok(CredentialKind::Certificate(None));
        }
        if flags.client_secret_file.is_some() || self.given.client_secret.is_some() {
            return Ok(CredentialKind::Secret);
        }
        Ok(self
            .old
            .map_or(CredentialKind::Secret, |old| old.credential.clone()))
    }

    fn authority(&self) -> Result<Authority> {
        let flags = &self.args.enrol;
        match (&flags.authority, &flags.cloud, self.old) {
            (Some(url), _, _) => Ok(url.parse()?),
            (None, Some(cloud), _) => Ok(Authority::Cloud(Cloud::by_name(cloud)?)),
            (None, None, Some(old)) => Ok(old.authority.clone()),
            (None, None, None) => Ok(Authority::Cloud(&CLOUDS[0])),
        }
    }

    /// The CA file as an absolute path, as a job may run from another directory. Reads it before
    /// the first question.
    fn ca_file(&self, authority: &Authority) -> Result<Option<PathBuf>> {
        let Some(given) = &self.args.enrol.ca_file else {
            let old = self.old.filter(|old| old.authority == *authority);
            return Ok(old.and_then(|old| old.ca_file.clone()));
        };
        let bad = |why| LoginError::BadPath {
            given: GivenPath::CaFile,
            path: given.clone(),
            why,
        };
        let path = dunce::canonicalize(given).map_err(|e| bad(PathFault::Io(e)))?;
        Trust::of_file(&path)?;
        if path.to_str().is_none() {
            return Err(bad(PathFault::NotUnicode).into());
        }
        Ok(Some(path))
    }
}

/// The store with whole paths, as a job runs from another directory and its PATH is shorter than a
/// shell's.
fn located(mut store: Store, env: &Environment) -> Result<Store> {
    match store.path_mut() {
        Some(StorePath::Directory(dir)) => *dir = absolute(dir, GivenPath::SecretsDir)?,
        Some(StorePath::Program(program)) => {
            if let Some(whole) = whole_path(program, env) {
                *program = whole;
            }
        }
        None => {}
    }
    Ok(store)
}

/// Fails before the first question if the secrets cannot be read, so that no long answer is lost at
/// the end.
pub(super) fn check_sources(args: &LoginArgs, given: &Given, profile: &Profile) -> Result<()> {
    if let Some(store) = profile.store.read_from() {
        if args.gives_secrets() || given.is_import {
            return Err(LoginError::Flags(FlagFault::OnlyRead(store)).into());
        }
        return Ok(());
    }
    let flags = &args.enrol;
    let files = [
        flags.password_file.as_deref(),
        flags.client_secret_file.as_deref(),
        flags.certificate.as_ref().and_then(Option::as_deref),
        flags.certificate_password_file.as_deref(),
    ];
    let from_stdin = files.iter().filter(|file| **file == Some(Path::new("-")));
    if from_stdin.count() > 1 {
        return Err(LoginError::Flags(FlagFault::TwoFromStdin).into());
    }
    let needs_file = !args.secrets_stdin || flags.certificate_password_file.is_some();
    if flags.certificate == Some(None) && needs_file {
        return Err(LoginError::Flags(FlagFault::NoCertificateFile).into());
    }
    Ok(())
}
