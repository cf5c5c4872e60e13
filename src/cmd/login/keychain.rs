//! What `login` does before the first question where this machine has no keychain: a person may
//! take the file store in its place. Stores nothing.

use super::error::{Declined, LoginError};
use crate::cli::LoginArgs;
use crate::cmd::context::Context;
use crate::error::{Error, Result};
use crate::os;
use crate::profile::{KeySource, Profile, Store, StoreKind};
use crate::prompt::Prompt;
use crate::text::text;
use crate::vault::{self, StoreSpec, Vault, VaultError, Worth};

/// Fails if a new profile would go into a keychain that cannot be used, and the person takes no
/// other store. Returns the command line with that store.
pub(super) fn check(
    args: &LoginArgs,
    old: Option<&Profile>,
    context: &Context<'_>,
) -> Result<Option<LoginArgs>> {
    let Some(prompt) = context.world.prompt else {
        return Ok(None);
    };
    if old.is_some() || args.store_kind(None) != StoreKind::Os {
        return Ok(None);
    }
    match usable(context) {
        Ok(()) => Ok(None),
        Err(error) => offer(args, error, prompt, context).map(Some),
    }
}

fn usable(context: &Context<'_>) -> Result<(), VaultError> {
    match context
        .world
        .vaults
        .open(StoreSpec::items(&Store::Os, true))?
    {
        Vault::Items(keychain) => keychain.check(),
        Vault::Source(_) => Ok(()),
    }
}

/// Offers the file store with what it is worth.
fn offer(
    args: &LoginArgs,
    missing: VaultError,
    prompt: &dyn Prompt,
    context: &Context<'_>,
) -> Result<LoginArgs> {
    let ui = context.world.ui;
    ui.warn(&Error::from(&missing).message);
    let sealed = || os::config_dir(context.world.env).and_then(|dir| vault::sealed_with(&dir));
    let key = args.enrol.key_source.or_else(sealed);
    let key = key.unwrap_or(KeySource::KeyFile);
    ui.note(&text!(
        "login-file-instead",
        source = key,
        worth = Worth::File(key).words()
    ));
    if !prompt.confirm(&text!("login-ask-file-instead"))? {
        return Err(LoginError::Declined(Declined::FileStore(missing)).into());
    }
    let mut args = args.clone();
    args.enrol.store = Some(StoreKind::File);
    args.enrol.key_source = Some(key);
    Ok(args)
}
