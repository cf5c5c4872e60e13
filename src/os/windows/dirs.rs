//! Windows: directories under the user's profile. Creates none.
//!
//! Files there inherit an access list that keeps other users out.

use crate::environment::Environment;
use std::path::PathBuf;

/// `%ROPC_CONFIG_DIR%`, else `%APPDATA%\ropc`.
pub(crate) fn config_dir(env: &Environment) -> Option<PathBuf> {
    env.path("ROPC_CONFIG_DIR")
        .or_else(|| env.path("APPDATA").map(|d| d.join("ropc")))
}

/// `%ROPC_CACHE_DIR%`, else `%LOCALAPPDATA%\ropc\cache`.
pub(crate) fn cache_dir(env: &Environment) -> Option<PathBuf> {
    env.path("ROPC_CACHE_DIR").or_else(|| {
        env.path("LOCALAPPDATA")
            .map(|d| d.join("ropc").join("cache"))
    })
}

/// `%ROPC_STATE_DIR%`, else `%LOCALAPPDATA%\ropc\state`.
pub(crate) fn state_dir(env: &Environment) -> Option<PathBuf> {
    env.path("ROPC_STATE_DIR").or_else(|| {
        env.path("LOCALAPPDATA")
            .map(|d| d.join("ropc").join("state"))
    })
}

/// Windows has no memory-backed directory for a user.
pub(crate) fn runtime_dir(_env: &Environment) -> Option<PathBuf> {
    None
}
