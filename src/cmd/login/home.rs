//! Whether `login` would make files in the home of another account, which could not read them.
//! Makes nothing.

use super::error::LoginError;
use crate::cmd::Context;
use crate::environment::Environment;
use crate::error::Result;
use crate::os::{self, facts};
use crate::text::text;
use std::path::{Path, PathBuf};

/// A directory that another account owns.
struct Foreign {
    dir: PathBuf,
    owner: String,
}

/// Root with the HOME of another account (`sudo -E`, an old `sudo`) would leave that account
/// directories that it cannot read, and secrets that it never finds. A directory that one of ropc's
/// own variables names is intended.
pub(super) fn check(context: &Context<'_>) -> Result<()> {
    let env = context.world.env;
    let account = os::account_name();
    if let Some(found) = foreign(env, "ROPC_CONFIG_DIR", os::config_dir(env)) {
        return Err(LoginError::ForeignHome {
            account,
            directory: found.dir,
            owner: found.owner,
        }
        .into());
    }
    for (variable, dir) in [
        ("ROPC_STATE_DIR", os::state_dir(env)),
        ("ROPC_CACHE_DIR", os::cache_dir(env)),
    ] {
        if let Some(found) = foreign(env, variable, dir) {
            context.world.ui.warn(&text!(
                "login-foreign-place",
                account = account,
                directory = found.dir.display(),
                owner = found.owner,
                variable = variable
            ));
        }
    }
    Ok(())
}

/// The nearest existing directory at or above `dir`, if neither this account nor root owns it.
fn foreign(env: &Environment, variable: &str, dir: Option<PathBuf>) -> Option<Foreign> {
    if env.get(variable).is_some() {
        return None;
    }
    let dir = dir?;
    let there: &Path = dir.ancestors().find(|dir| dir.exists())?;
    // Another account often owns the home of a service account.
    if facts::home_of_account().is_some_and(|home| there.starts_with(home)) {
        return None;
    }
    Some(Foreign {
        dir: there.to_owned(),
        owner: facts::stranger(there)?,
    })
}
