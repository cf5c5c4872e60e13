//! The proof of the secrets. At a terminal `login` asks again for the one that Entra refused, and
//! for no other, as often as the breaker allows. Stores nothing.

use super::gathered::{Gathered, Login, check_kept};
use super::secrets::{Asker, NewOrKept};
use crate::broker::{self, BreakerState, BrokerError, Exclusive, Places, SecretKind, Token};
use crate::error::{Error, HintKind, Result};
use crate::profile::{CredentialKind, Generation, Profile};
use crate::prompt::Prompt;
use crate::secret::Secrets;
use crate::text::{Text, text};

/// Secrets that Entra accepted, or that `--no-verify` takes untried.
pub(super) struct Proven {
    pub(super) secrets: Option<Box<Secrets>>,
    /// `None` with `--no-verify`.
    pub(super) token: Option<Token>,
    pub(super) locked: Locked,
}

/// The right to replace the profile: no other process signs in with it or replaces it meanwhile.
pub(super) struct Locked {
    /// The profile as it is now: another `login` may just have replaced it.
    pub(super) old: Option<Profile>,
    _exclusive: Exclusive,
}

/// Proves the secrets by a sign-in.
pub(super) fn prove(login: &mut Login<'_>, mut gathered: Gathered) -> Result<Proven> {
    loop {
        let locked = lock(login, &gathered)?;
        let error = match login.verify(gathered.secrets.as_deref()) {
            Ok(token) => {
                return Ok(Proven {
                    secrets: gathered.secrets,
                    token,
                    locked,
                });
            }
            Err(error) => error,
        };
        let failed = login.failed(&error, gathered.secrets.as_deref(), locked.old.as_ref());
        // Jobs with the old secrets go on while the person types.
        drop(locked);
        let (Some(what), Some(prompt)) = (error.refused(), login.context.world.prompt) else {
            return Err(failed);
        };
        // Nobody types a certificate.
        let has_certificate = matches!(login.profile.credential, CredentialKind::Certificate(_));
        if !gathered.is_typed || (has_certificate && what != SecretKind::Password) {
            return Err(failed);
        }
        // The refusal stops the generation that it was for.
        login.profile.generation = Generation::random()?;
        if let Some(line) = held(login) {
            // Neither another secret nor `--retry` helps now.
            return Err(failed.without(HintKind::Remedy).line(line));
        }
        explain(&error, login, prompt);
        if let Some(secrets) = &mut gathered.secrets {
            ask(login, what, secrets, prompt)?;
            if what == SecretKind::ClientSecret {
                login.profile.secret_ends = login.args.enrol.secret_expires;
            }
            login.learn(secrets, None);
        }
    }
}

fn lock(login: &Login<'_>, gathered: &Gathered) -> Result<Locked> {
    let context = login.context;
    let name = &login.profile.name;
    let exclusive = broker::exclusive(name, context.fresh_deadline(), context.world)?;
    let old = context.profiles.find(name).ok().flatten();
    check_kept(gathered.kept.as_ref(), old.as_ref(), name)?;
    Ok(Locked {
        old,
        _exclusive: exclusive,
    })
}

/// When the next try is possible, if that is not now.
fn held(login: &Login<'_>) -> Option<Text> {
    let world = login.context.world;
    let places = Places::find(world.env);
    let profile = &login.profile;
    let now = world.clock.now();
    let breaker = broker::breaker_status(&places, profile, &profile.scopes, now);
    if breaker.state == BreakerState::Ready {
        return None;
    }
    Some(match breaker.until {
        Some(until) => text!("login-next-try", until = Text::due(until)),
        None => text!("login-no-more-tries"),
    })
}

/// Says what Entra refused, with one step that helps here.
fn explain(error: &BrokerError, login: &Login<'_>, prompt: &dyn Prompt) {
    let mut shown = Error::from(error);
    // The first remedy is another secret, which the prompt asks for next.
    let remedy = shown
        .hints
        .iter()
        .position(|hint| hint.kind == HintKind::Remedy);
    if let Some(at) = remedy {
        shown.hints.remove(at);
    }
    shown.hints.truncate(1);
    prompt.object(&shown);
    if let (Some(SecretKind::Password), BrokerError::NoToken(_)) = (error.refused(), error) {
        login.context.world.ui.note(&text!("login-one-more-try"));
    }
}

/// Asks for the refused secret.
fn ask(
    login: &Login<'_>,
    what: SecretKind,
    secrets: &mut Secrets,
    prompt: &dyn Prompt,
) -> Result<()> {
    let asker = Asker { login, kept: None };
    match what {
        SecretKind::Password => {
            if let NewOrKept::New(password) = asker.typed_password(prompt)? {
                secrets.password = password;
            }
        }
        SecretKind::Certificate => {}
        SecretKind::ClientSecret => {
            if let NewOrKept::New(credential) = asker.typed_credential(prompt)? {
                secrets.credential = credential;
            }
        }
    }
    Ok(())
}
