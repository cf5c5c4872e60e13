//! Paths that a person gives to `login`, as the profile keeps them: whole. Reads no file.

use crate::environment::Environment;
use crate::error::{Error, Result, io_reason};
use crate::text::{Text, text};
use std::path::{Path, PathBuf};

/// The absolute path, or the error that `bad` makes of the reason. Symbolic links in it stay, as
/// Kubernetes changes their targets.
pub(super) fn absolute(path: &Path, bad: fn(&Path, &Text) -> Error) -> Result<PathBuf> {
    let whole = std::path::absolute(path).map_err(|e| bad(path, &io_reason(&e)))?;
    if whole.to_str().is_none() {
        return Err(bad(path, &text!("login-path-not-unicode")));
    }
    Ok(whole)
}

/// The path of the program in PATH; `None` if PATH does not have it.
pub(super) fn whole_path(program: &str, env: &Environment) -> Option<String> {
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
