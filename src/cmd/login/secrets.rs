//! The secrets of `ropc login`: from one pipe, files or prompts, and one of the two from the old
//! profile if only the other is new. Stores and sends nothing.

use super::error::{Declined, LoginError, ReadFault};
use super::gathered::Login;
use super::input::Given;
use super::kept::Kept;
use crate::error::Result;
use crate::os;
use crate::profile::CredentialKind;
use crate::prompt::Prompt;
use crate::secret::{
    AppCredential, ClientSecret, Oddity, Password, SecretName, Secrets, text_of_file,
};
use crate::text::{Text, text};
use crate::ui::Ui;
use crate::vault::secrets_json;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;
use zeroize::Zeroizing;

const LIMIT: u64 = 64 * 1024;

/// Gets the secrets of one `login`.
pub(super) struct Asker<'a> {
    pub(super) login: &'a Login<'a>,
    /// The stored secrets, where one of them may be kept.
    pub(super) kept: Option<&'a Kept<'a>>,
}

/// A new secret, or the stored one.
pub(super) enum NewOrKept<'a, T> {
    New(T),
    /// The stored one stays.
    Kept(&'a Kept<'a>),
}

impl<'a> Asker<'a> {
    /// Gets the secrets. Without a client secret, if the person says that the app has none.
    pub(super) fn secrets(&self, given: Given) -> Result<Box<Secrets>> {
        let secrets = if self.login.args.secrets_stdin {
            self.read_pipe()?
        } else {
            let credential = self.credential(given.client_secret)?;
            let password = self.password(given.password)?;
            self.with_kept(credential, password)?
        };
        let client_secret = secrets.credential.client_secret();
        if client_secret.is_some_and(ClientSecret::is_empty) {
            return Err(LoginError::EmptyClientSecret.into());
        }
        if secrets.password.is_empty() {
            let profile = self.login.profile.name.clone();
            return Err(LoginError::EmptyPassword { profile }.into());
        }
        if self.login.context.world.prompt.is_none() {
            warn_of_slips(&secrets, self.ui());
        }
        Ok(secrets)
    }

    /// Reads the kept secret from the store.
    fn with_kept(
        &self,
        credential: NewOrKept<'_, AppCredential>,
        password: NewOrKept<'_, Password>,
    ) -> Result<Box<Secrets>> {
        let context = self.login.context;
        match (credential, password) {
            (NewOrKept::New(credential), NewOrKept::New(password)) => Ok(Box::new(Secrets {
                credential,
                password,
            })),
            (NewOrKept::New(credential), NewOrKept::Kept(kept)) => {
                let password = kept.open(context)?.password;
                self.ui().note(&text!("login-keeps-password"));
                Ok(Box::new(Secrets {
                    credential,
                    password,
                }))
            }
            (NewOrKept::Kept(kept), NewOrKept::New(password)) => {
                let credential = kept.open_credential(context)?.credential;
                self.ui().note(&keeps(&credential));
                Ok(Box::new(Secrets {
                    credential,
                    password,
                }))
            }
            (NewOrKept::Kept(kept), NewOrKept::Kept(_)) => {
                let both = kept.open_credential(context)?;
                self.ui().note(&keeps(&both.credential));
                self.ui().note(&text!("login-keeps-password"));
                Ok(both)
            }
        }
    }

    /// The app's credential. With a file for the password alone the stored credential stays, if it
    /// may.
    fn credential(&self, given: Option<ClientSecret>) -> Result<NewOrKept<'a, AppCredential>> {
        let flags = &self.login.args.enrol;
        let given = match &flags.client_secret_file {
            Some(path) => Some(self.read_file(path, "--client-secret-file")?),
            None => given,
        };
        if let Some(secret) = given {
            return Ok(NewOrKept::New(AppCredential::Secret(
                self.confirmed(secret)?,
            )));
        }
        if let Some(Some(path)) = &flags.certificate {
            let certificate = self.certificate(path)?;
            return Ok(NewOrKept::New(AppCredential::Certificate(certificate)));
        }
        let kind = &self.login.profile.credential;
        match kind {
            CredentialKind::None => return Ok(NewOrKept::New(AppCredential::None)),
            CredentialKind::Federated(_) => return Ok(NewOrKept::New(AppCredential::Federated)),
            CredentialKind::Secret | CredentialKind::Certificate(_) => {}
        }
        let is_certificate = matches!(kind, CredentialKind::Certificate(_));
        if let Some(kept) = self.kept
            && (is_certificate || flags.password_file.is_some() || self.changes_no_secret())
        {
            return Ok(NewOrKept::Kept(kept));
        }
        if is_certificate {
            return Err(LoginError::MissingSecret {
                flag: "--certificate",
            }
            .into());
        }
        self.typed_credential(self.prompt("--client-secret-file")?)
    }

    /// The password. With a new credential of the app alone the stored password stays, if it may.
    fn password(&self, given: Option<Password>) -> Result<NewOrKept<'a, Password>> {
        let flags = &self.login.args.enrol;
        let given = match &flags.password_file {
            Some(path) => Some(self.read_file(path, "--password-file")?),
            None => given,
        };
        if let Some(password) = given {
            return Ok(NewOrKept::New(self.confirmed(password)?));
        }
        if let Some(kept) = self.kept
            && (flags.client_secret_file.is_some()
                || flags.certificate.is_some()
                || self.login.args.gives_assertion()
                || self.changes_no_secret())
        {
            return Ok(NewOrKept::Kept(kept));
        }
        self.typed_password(self.prompt("--password-file")?)
    }

    /// True if an unattended run gives scopes or the end of the client secret, and no secret:
    /// neither changes a secret.
    fn changes_no_secret(&self) -> bool {
        let login = self.login;
        let flags = &login.args.enrol;
        login.context.world.prompt.is_none()
            && !login.args.gives_secrets()
            && (!flags.scope.is_empty() || flags.secret_expires.is_some())
    }

    pub(super) fn ui(&self) -> &Ui {
        self.login.context.world.ui
    }

    pub(super) fn prompt(&self, flag: &'static str) -> Result<&dyn Prompt> {
        let prompt = self.login.context.world.prompt;
        Ok(prompt.ok_or(LoginError::MissingSecret { flag })?)
    }

    /// The given secret, if it has no sign of a mistake or a person means it. An unattended run
    /// fails for a serious sign; `warn_of_slips` names the others.
    fn confirmed<S: Typed>(&self, secret: S) -> Result<S> {
        if let Some(person) = self.login.context.world.prompt {
            return if self.is_meant(&secret, person)? {
                Ok(secret)
            } else {
                Err(LoginError::Declined(Declined::Slip).into())
            };
        }
        let slips = secret.slips();
        match slips.iter().find(|slip| slip.is_serious()) {
            Some(slip) => Err(LoginError::Slip {
                secret: S::NAME,
                slip: *slip,
            }
            .into()),
            None => Ok(secret),
        }
    }

    /// Reads one secret from a file, without one newline at its end; nothing else is dropped. The
    /// file may be a pipe (`-`, `/dev/stdin`, `<(...)`, `mkfifo`): ropc waits for its writer as
    /// long as `--timeout` allows.
    fn read_file<S: Typed>(&self, path: &Path, flag: &'static str) -> Result<S> {
        Ok(S::from_text(self.text_file(path, flag)?))
    }

    /// The same as text.
    pub(super) fn text_file(&self, path: &Path, flag: &'static str) -> Result<Zeroizing<String>> {
        let (bytes, is_shared) = self.given_file(path, flag)?;
        if is_shared {
            let warning = text!("login-others-may-read", path = path.display());
            self.ui().warn(&warning);
        }
        Ok(text_of_file(bytes).map_err(|unfit| unreadable(flag, path, ReadFault::Unfit(unfit)))?)
    }

    /// The bytes, and whether other accounts may read the file.
    pub(super) fn given_file(&self, path: &Path, flag: &'static str) -> Result<(Vec<u8>, bool)> {
        let limit = self.login.context.fresh_deadline().left();
        let given = path.to_owned();
        Ok(in_time(limit, move || read_given(&given))
            .map_err(|error| unreadable(flag, path, ReadFault::Io(error)))?)
    }

    fn read_pipe(&self) -> Result<Box<Secrets>> {
        let bytes = os::stdin_file().and_then(|mut file| read_all(&mut file));
        let bytes = Zeroizing::new(bytes.map_err(LoginError::UnreadableStdin)?);
        let secrets = secrets_json::parse(bytes, &self.login.profile.credential).map(Box::new);
        Ok(secrets.map_err(LoginError::NotSecrets)?)
    }
}

/// A secret that a person or a file gives.
pub(super) trait Typed {
    const NAME: SecretName;

    fn from_text(text: Zeroizing<String>) -> Self;
    fn slips(&self) -> Vec<Oddity>;
}

impl Typed for ClientSecret {
    const NAME: SecretName = SecretName::ClientSecret;

    fn from_text(text: Zeroizing<String>) -> Self {
        Self::from_zeroizing(text)
    }

    fn slips(&self) -> Vec<Oddity> {
        self.oddities()
    }
}

impl Typed for Password {
    const NAME: SecretName = SecretName::Password;

    fn from_text(text: Zeroizing<String>) -> Self {
        Self::from_zeroizing(text)
    }

    fn slips(&self) -> Vec<Oddity> {
        self.oddities()
    }
}

/// What stays of the app's credential.
fn keeps(credential: &AppCredential) -> Text {
    match credential {
        AppCredential::Certificate(_) => text!("login-keeps-certificate"),
        AppCredential::None | AppCredential::Secret(_) | AppCredential::Federated => {
            text!("login-keeps-client-secret")
        }
    }
}

/// Warns of signs of a mistake in the secrets.
pub(super) fn warn_of_slips(secrets: &Secrets, ui: &Ui) {
    if let Some(secret) = secrets.credential.client_secret() {
        warn_of(secret, ui);
    }
    warn_of(&secrets.password, ui);
}

fn warn_of<S: Typed>(secret: &S, ui: &Ui) {
    for slip in secret.slips() {
        if !slip.is_serious() {
            ui.warn(&slip.words(S::NAME));
        }
    }
}

pub(super) fn unreadable(flag: &'static str, path: &Path, why: ReadFault) -> LoginError {
    LoginError::Unreadable {
        flag,
        path: path.to_path_buf(),
        why,
    }
}

/// Runs work that may wait for another program on its own thread, and leaves the thread behind
/// after `limit`.
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

/// The content of a path, and whether it is a file that other accounts may read.
fn read_given(path: &Path) -> std::io::Result<(Vec<u8>, bool)> {
    if path == Path::new("-") {
        return Ok((read_all(&mut os::stdin_file()?)?, false));
    }
    let mut file = os::open_given(path)?;
    let is_shared = file.metadata()?.is_file() && os::is_set_to_others(&file).unwrap_or(false);
    Ok((read_all(&mut file)?, is_shared))
}

/// Reads up to a limit, into a buffer that never moves.
fn read_all(file: &mut std::fs::File) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::with_capacity(usize::try_from(LIMIT).unwrap_or(0) + 1);
    file.take(LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LIMIT {
        return Err(os::Fault::InputTooLong.into());
    }
    Ok(bytes)
}
