//! `ropc login`: verified first, stored second, written third. A kill at any point leaves the old
//! or the new profile whole. This file has the order of the steps. `input` and `secrets` ask a
//! person, `commit` writes, and `report` has the messages at the end.

mod again;
mod assertion;
mod certificate;
pub(super) mod commit;
mod error;
mod gathered;
mod home;
pub(super) mod input;
mod kept;
mod keychain;
mod lookup;
mod paths;
mod replace;
mod report;
mod secrets;
mod typed;
mod vouched;
mod words;

use super::context::Context;
use crate::broker::{self, BrokerError, Token, Trust};
use crate::cli::LoginArgs;
use crate::error::{Error, HintKind, Kind, Result};
use crate::fault::point;
use crate::profile::{CredentialKind, Profile, ProfileName};
use crate::secret::Secrets;
use crate::text::text;
use crate::vault::{SecretSource, Vault};
use error::{FlagFault, LoginError};
use gathered::{Gathered, Login};
use input::Given;
use kept::Kept;
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(args: &LoginArgs, context: &Context<'_>) -> Result<ExitCode> {
    enrol(args, Given::default(), &mut |_, _| Ok(()), context)
}

/// What another verb does when all facts and secrets are known, before ropc sends anything.
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
        && !args.gives_secrets()
        && let Some(profile) = &old
    {
        return retry(args, profile, context);
    }
    let is_import = given.is_import;
    let offered = keychain::check(args, old.as_ref(), context)?;
    let args = offered.as_ref().unwrap_or(args);
    let sources = input::Sources {
        args,
        given: &given,
        old: old.as_ref(),
        context,
    };
    let profile = sources.profile(&name)?;
    input::check_sources(args, &given, &profile)?;
    warn_of_app(&profile, context);
    replace::confirm(args, &profile, old.as_ref(), context)?;
    let mut login = Login::prepare(args, profile, context)?;
    let gathered = login.gather(given, old.as_ref())?;
    if let Some(secrets) = &gathered.secrets {
        login.learn(secrets, gathered.secret_ends);
        before(&login.profile, secrets)?;
    }
    let proven = again::prove(&mut login, gathered)?;
    point("verified");
    login.commit(proven.secrets, proven.locked.old.as_ref())?;
    // The secrets are wiped; the stack may still hold pieces.
    locked_memory::scrub_stack();
    login.report(proven.token.as_ref());
    if proven.token.is_some() && !is_import {
        login.report_next();
    }
    Ok(ExitCode::SUCCESS)
}

/// Warns if the app is one of Microsoft's own.
fn warn_of_app(profile: &Profile, context: &Context<'_>) {
    if let Some(app) = profile.client_id.of_microsoft() {
        let ui = context.world.ui;
        ui.warn(&text!("login-app-of-microsoft", app = app));
        ui.hint(&text!("login-app-of-your-own"));
    }
}

/// The existing profile. `login` replaces a profile that cannot be used, and takes no fact from it:
/// another account may have written it.
fn known(name: &ProfileName, context: &Context<'_>) -> Option<Profile> {
    context.profiles.find(name).unwrap_or_else(|error| {
        context.world.ui.warn(&Error::from(error).message);
        None
    })
}

/// One more try of the stored secrets.
fn retry(args: &LoginArgs, profile: &Profile, context: &Context<'_>) -> Result<ExitCode> {
    if args.gives_facts() {
        return Err(LoginError::Flags(FlagFault::RetryWithFacts).into());
    }
    broker::retry_stored(profile, context.deadline, context.world)?;
    let works = text!("login-retry-works", user = profile.username);
    context.world.ui.note(&works);
    Ok(ExitCode::SUCCESS)
}

impl<'a> Login<'a> {
    /// Opens the store of the profile, and fails if profile or store cannot be written: before ropc
    /// uses the password.
    fn prepare(args: &'a LoginArgs, profile: Profile, context: &'a Context<'a>) -> Result<Self> {
        context.profiles.check_writable()?;
        context.profiles.check_place(&profile)?;
        Ok(Self {
            args,
            vault: context.vault(&profile)?,
            trust: Trust::of(&profile)?,
            profile,
            context,
        })
    }

    fn gather(&self, given: Given, old: Option<&Profile>) -> Result<Gathered> {
        let store = match &self.vault {
            Vault::Items(store) => store,
            Vault::Source(source) => {
                return Ok(Gathered {
                    secrets: self.source_secrets(source.as_ref(), old)?,
                    kept: None,
                    is_typed: false,
                    secret_ends: old.and_then(|old| old.secret_ends),
                });
            }
        };
        store.check()?;
        vouched::check(self, old)?;
        self.warn_of_place();
        let kept = if given.is_import {
            None
        } else {
            Kept::of(self, old)
        };
        let asker = secrets::Asker {
            login: self,
            kept: kept.as_ref(),
        };
        let is_typed = !given.is_import && !self.args.gives_secrets();
        let secrets = asker.secrets(given)?;
        Ok(Gathered {
            secrets: Some(secrets),
            is_typed,
            secret_ends: kept.as_ref().and_then(Kept::secret_ends),
            kept: kept.and_then(|kept| kept.used()),
        })
    }

    /// What only the secrets show of the profile.
    fn learn(&mut self, secrets: &Secrets, secret_ends: Option<u64>) {
        let profile = &mut self.profile;
        // A store that ropc only reads may replace its certificate.
        if !profile.store.is_only_read() {
            profile.credential = CredentialKind::of(&secrets.credential, &profile.credential);
        }
        profile.secret_ends = match profile.credential {
            CredentialKind::Secret => profile.secret_ends.or(secret_ends),
            CredentialKind::None
            | CredentialKind::Certificate(_)
            | CredentialKind::Federated(_) => None,
        };
    }

    /// The secrets of a store that ropc only reads: `login` tries them and does not copy them. With
    /// `--no-verify` the store need not exist yet, as systemd's directory exists only inside the
    /// unit.
    fn source_secrets(
        &self,
        source: &dyn SecretSource,
        old: Option<&Profile>,
    ) -> Result<Option<Box<Secrets>>> {
        vouched::check(self, old)?;
        if self.args.enrol.no_verify {
            return Ok(None);
        }
        source.check()?;
        let left = self.context.fresh_deadline().left();
        let secrets = Box::new(source.secrets(left)?);
        secrets::warn_of_slips(&secrets, self.context.world.ui);
        Ok(Some(secrets))
    }

    /// Signs in with the secrets; `None` if there is nothing to try.
    fn verify(&self, secrets: Option<&Secrets>) -> Result<Option<Token>, BrokerError> {
        let Some(secrets) = secrets else {
            return Ok(None);
        };
        if self.args.enrol.no_verify {
            return Ok(None);
        }
        let verification = broker::Verification {
            profile: &self.profile,
            trust: &self.trust,
            secrets,
            retry: self.args.retry,
            // Counted from here, as a person may take long to find the secrets.
            deadline: self.context.fresh_deadline(),
        };
        broker::verify(&verification, self.context.world).map(Some)
    }

    /// The error of a sign-in that ends this `login`.
    fn failed(
        &self,
        error: &BrokerError,
        secrets: Option<&Secrets>,
        old: Option<&Profile>,
    ) -> Error {
        let mut error = Error::from(error);
        if secrets.is_some_and(|secrets| self.may_be_spoilt(secrets, &error)) {
            error = error.line(text!("login-question-marks"));
        }
        match old {
            Some(old) => error.line(text!("login-nothing-changed", name = old.name)),
            // There is no profile to look at.
            None => error
                .without(HintKind::Look)
                .line(text!("login-nothing-stored")),
        }
    }

    /// True if a pipe may have put question marks into the refused password.
    fn may_be_spoilt(&self, secrets: &Secrets, error: &Error) -> bool {
        let file = self.args.enrol.password_file.as_deref();
        let is_piped = self.args.secrets_stdin || file == Some(Path::new("-"));
        error.kind == Kind::SignIn && is_piped && secrets.password.has_question_mark()
    }
}
