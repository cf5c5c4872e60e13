//! Whether what `login` makes would lie among the files of another account, who could not read it.
//! Nothing is made here.

use crate::cmd::Context;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::os::{self, facts};
use crate::text::text;
use std::path::{Path, PathBuf};

/// Root with the HOME of somebody else (`sudo -E`, an old `sudo`) would leave that account
/// directories that it cannot read, and secrets that it never finds. A directory that a variable of
/// ours names is meant.
pub(super) fn check(context: &Context<'_>) -> Result<()> {
    let env = context.world.env;
    let (config, state, cache) = (os::config_dir(env), os::state_dir(env), os::cache_dir(env));
    if let Some((dir, owner)) = among_others(env, "ROPC_CONFIG_DIR", config) {
        let (account, dir) = (os::account_name(), dir.display());
        return Err(Error::config(text!(
            "login-foreign-home",
            account = account,
            directory = dir,
            owner = owner
        ))
        .hint(text!("login-foreign-home-run-as", owner = owner))
        .hint(text!("login-foreign-home-own", account = account)));
    }
    let others = [("ROPC_STATE_DIR", state), ("ROPC_CACHE_DIR", cache)];
    for (variable, (dir, owner)) in others
        .into_iter()
        .filter_map(|(variable, dir)| Some((variable, among_others(env, variable, dir)?)))
    {
        let (account, dir) = (os::account_name(), dir.display());
        let text = text!(
            "login-foreign-place",
            account = account,
            directory = dir,
            owner = owner,
            variable = variable
        );
        context.world.ui.warn(&text);
    }
    Ok(())
}

/// The part of the way to a directory that is there, with its owner, if that is another account
/// than this one and root.
fn among_others(
    env: &Environment,
    variable: &str,
    dir: Option<PathBuf>,
) -> Option<(PathBuf, String)> {
    let dir = dir.filter(|_| env.get(variable).is_none())?;
    let there: &Path = dir.ancestors().find(|dir| dir.exists())?;
    // The home of a service account often belongs to somebody else.
    let own = facts::home_of_account().is_some_and(|home| there.starts_with(home));
    let owner = facts::stranger(there).filter(|_| !own)?;
    Some((there.to_owned(), owner))
}
