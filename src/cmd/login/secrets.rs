//! The secrets that `ropc login` gets: from one pipe, files or prompts, and one of the two from the
//! old profile where only the other is new. Nothing is stored or sent here.

use super::input::{Given, missing};
use super::kept::Kept;
use crate::broker::Secrets;
use crate::cli::LoginArgs;
use crate::cmd::context::{Context, with_profile};
use crate::error::{Error, Result, io_reason};
use crate::os;
use crate::profile::{CredentialKind, Profile};
use crate::secret::{AppCredential, ClientSecret, Oddity, Password, text_of_file};
use crate::text::{Text, text};
use crate::ui::Ui;
use crate::vault::secrets_json;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;
use zeroize::Zeroizing;

const LIMIT: u64 = 64 * 1024;

/// How often a slip of the hand may be typed again.
const TRIES: usize = 3;

/// The secrets. Sets the kind of the app's credential where a person says that it has none.
pub(super) fn secrets(
    args: &LoginArgs,
    given: Given,
    kept: Option<&Kept<'_>>,
    profile: &mut Profile,
    context: &Context<'_>,
) -> Result<Secrets> {
    let secrets = if args.secrets_stdin {
        from_pipe(profile)?
    } else {
        from_files_and_prompts(args, given, kept, profile, context)?
    };
    if secrets.password.is_empty() {
        return Err(Error::usage(text!("login-empty-password")).hint(text!(
            "login-again",
            command = with_profile("login", &profile.name)
        )));
    }
    warn_of_slips(&secrets, context.world.ui);
    Ok(secrets)
}

fn from_files_and_prompts(
    args: &LoginArgs,
    given: Given,
    kept: Option<&Kept<'_>>,
    profile: &mut Profile,
    context: &Context<'_>,
) -> Result<Secrets> {
    let found = given
        .client_secret
        .map(|secret| meant(secret, context).and_then(said_so))
        .transpose()?;
    let found = found.map(|secret| NewOrKept::New(AppCredential::Secret(secret)));
    let credential = match found {
        Some(found) if args.enrol.client_secret_file.is_none() => found,
        _ => credential(args, kept.is_some(), profile, context)?,
    };
    let password = match given.password {
        Some(found) if args.enrol.password_file.is_none() => {
            NewOrKept::New(said_so(meant(found, context)?)?)
        }
        _ => password(args, kept.is_some(), profile, context)?,
    };
    let stored = match (kept, &credential, &password) {
        (Some(kept), NewOrKept::Keep, _) | (Some(kept), _, NewOrKept::Keep) => {
            Some(kept.open(context)?)
        }
        _ => None,
    };
    let (stored_credential, stored_password) = stored.map_or((None, None), |stored| {
        (Some(stored.credential), Some(stored.password))
    });
    let ui = context.world.ui;
    let credential = match credential {
        NewOrKept::New(credential) => credential,
        NewOrKept::Keep => {
            ui.note(&text!("login-keeps-client-secret"));
            stored_credential.ok_or_else(|| missing(&["--client-secret-file"]))?
        }
    };
    let password = match password {
        NewOrKept::New(password) => password,
        NewOrKept::Keep => {
            ui.note(&text!("login-keeps-password"));
            stored_password.ok_or_else(|| missing(&["--password-file"]))?
        }
    };
    if credential
        .client_secret()
        .is_some_and(ClientSecret::is_empty)
    {
        return Err(Error::usage(text!("login-empty-client-secret"))
            .hint(text!("login-empty-client-secret-hint")));
    }
    profile.credential = CredentialKind::of(&credential);
    Ok(Secrets {
        credential,
        password,
    })
}

/// What a person or a flag says of one secret.
enum NewOrKept<T> {
    New(T),
    /// The stored one stays.
    Keep,
}

/// A file for the password alone says that the stored credential stays, where it may.
fn credential(
    args: &LoginArgs,
    may_keep: bool,
    profile: &Profile,
    context: &Context<'_>,
) -> Result<NewOrKept<AppCredential>> {
    if let Some(path) = &args.enrol.client_secret_file {
        let secret = one_from_file(path, "--client-secret-file", context)?;
        let secret = said_so(meant(ClientSecret::from_zeroizing(secret), context)?)?;
        return Ok(NewOrKept::New(AppCredential::Secret(secret)));
    }
    if profile.credential.is_public_client() {
        return Ok(NewOrKept::New(AppCredential::None));
    }
    if may_keep && args.enrol.password_file.is_some() {
        return Ok(NewOrKept::Keep);
    }
    let Some(prompt) = context.world.prompt else {
        return Err(missing(&["--client-secret-file"]));
    };
    let question = if may_keep {
        text!("login-ask-client-secret-or-keep")
    } else {
        text!("login-ask-client-secret")
    };
    for _ in 0..TRIES {
        let typed = prompt.secret(&question)?;
        if typed.is_empty() {
            return Ok(if may_keep {
                NewOrKept::Keep
            } else {
                NewOrKept::New(AppCredential::None)
            });
        }
        if let Some(secret) = meant(ClientSecret::from_zeroizing(typed), context)? {
            return Ok(NewOrKept::New(AppCredential::Secret(secret)));
        }
    }
    Err(declined())
}

fn password(
    args: &LoginArgs,
    may_keep: bool,
    profile: &Profile,
    context: &Context<'_>,
) -> Result<NewOrKept<Password>> {
    if let Some(path) = &args.enrol.password_file {
        let password = Password::from_zeroizing(one_from_file(path, "--password-file", context)?);
        return Ok(NewOrKept::New(said_so(meant(password, context)?)?));
    }
    if may_keep && args.enrol.client_secret_file.is_some() {
        return Ok(NewOrKept::Keep);
    }
    let Some(prompt) = context.world.prompt else {
        return Err(missing(&["--password-file"]));
    };
    let user = &profile.username;
    let question = if may_keep {
        text!("login-ask-password-or-keep", user = user)
    } else {
        text!("login-ask-password", user = user)
    };
    for _ in 0..TRIES {
        let typed = prompt.secret(&question)?;
        if typed.is_empty() && may_keep {
            return Ok(NewOrKept::Keep);
        }
        if let Some(password) = meant(Password::from_zeroizing(typed), context)? {
            return Ok(NewOrKept::New(password));
        }
    }
    Err(declined())
}

/// A secret that a person or a file just gave.
trait Fresh {
    fn slips(&self) -> Vec<Oddity>;
    fn name() -> Text;
}

impl Fresh for ClientSecret {
    fn slips(&self) -> Vec<Oddity> {
        self.oddities()
    }

    fn name() -> Text {
        text!("login-client-secret")
    }
}

impl Fresh for Password {
    fn slips(&self) -> Vec<Oddity> {
        self.oddities()
    }

    fn name() -> Text {
        text!("login-password")
    }
}

/// The secret, unless something is wrong with it that no secret is likely to have: a person is
/// asked whether it is meant, and `None` is their no. Where nobody can be asked it is an error.
fn meant<S: Fresh>(secret: S, context: &Context<'_>) -> Result<Option<S>> {
    for slip in secret.slips().into_iter().filter(|slip| slip.is_serious()) {
        let reason = slip.in_words(&S::name());
        let Some(person) = context.world.prompt else {
            return Err(Error::usage(reason).hint(slip.fix()));
        };
        if !person.confirm(&text!("login-slip-confirm", reason = reason))? {
            context.world.ui.hint(&slip.fix());
            return Ok(None);
        }
    }
    Ok(Some(secret))
}

fn said_so<S>(secret: Option<S>) -> Result<S> {
    secret.ok_or_else(declined)
}

fn declined() -> Error {
    Error::usage(text!("login-slip-declined"))
}

/// One secret from a file: exactly one newline at its end is dropped, and nothing else.
///
/// A pipe is one on purpose here (`-`, `/dev/stdin`, `<(...)`, `mkfifo`), and its writer is waited
/// for, as long as `--timeout` says.
fn one_from_file(path: &Path, flag: &str, context: &Context<'_>) -> Result<Zeroizing<String>> {
    let unreadable = |reason: &Text| {
        Error::usage(text!(
            "login-unreadable",
            flag = flag,
            path = path.display(),
            reason = reason
        ))
    };
    let given = path.to_owned();
    let read = move || {
        if given == Path::new("-") {
            return Ok((read_all(&mut os::stdin_file()?)?, false));
        }
        let mut file = os::open_given(&given)?;
        let shown = file.metadata()?.is_file() && os::is_set_to_others(&file).unwrap_or(false);
        Ok((read_all(&mut file)?, shown))
    };
    let (bytes, shown) =
        in_time(context.fresh_deadline().left(), read).map_err(|e| unreadable(&io_reason(&e)))?;
    if shown {
        context
            .world
            .ui
            .warn(&text!("login-others-may-read", path = path.display()));
    }
    text_of_file(bytes).map_err(|unfit| unreadable(&unfit.reason).hint(unfit.fix))
}

fn from_pipe(profile: &Profile) -> Result<Secrets> {
    let bad = |reason: &Text| {
        Error::usage(text!("login-bad-secrets-stdin", reason = reason)).hint(text!(
            "login-secrets-stdin-takes",
            shape = secrets_json::shape()
        ))
    };
    let mut file = os::stdin_file().map_err(|e| bad(&io_reason(&e)))?;
    let bytes = Zeroizing::new(read_all(&mut file).map_err(|e| bad(&io_reason(&e)))?);
    secrets_json::parse(bytes, profile.credential)
        .map_err(|wrong| bad(&wrong.reason).hints(wrong.hint))
}

/// The outcome of work that may wait for somebody else: on a thread of its own, which is left
/// behind when the time is over.
fn in_time<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> std::io::Result<T> {
    let (sender, outcome) = mpsc::channel();
    std::thread::Builder::new().spawn(move || drop(sender.send(work())))?;
    outcome
        .recv_timeout(limit)
        .unwrap_or_else(|_| Err(os::Fault::NothingCame.into()))
}

/// Everything up to a bound, into a buffer that never moves.
fn read_all(file: &mut std::fs::File) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::with_capacity(usize::try_from(LIMIT).unwrap_or(0) + 1);
    file.take(LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LIMIT {
        return Err(os::Fault::InputTooLong.into());
    }
    Ok(bytes)
}

pub(super) fn warn_of_slips(secrets: &Secrets, ui: &Ui) {
    let of_secret = secrets
        .credential
        .client_secret()
        .into_iter()
        .flat_map(|s| s.slips().into_iter().map(|o| (ClientSecret::name(), o)));
    let of_password = secrets
        .password
        .slips()
        .into_iter()
        .map(|o| (Password::name(), o));
    for (what, oddity) in of_secret
        .chain(of_password)
        .filter(|(_, oddity)| !oddity.is_serious())
    {
        ui.warn(&oddity.in_words(&what));
    }
}
