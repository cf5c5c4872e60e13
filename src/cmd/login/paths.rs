//! Paths that a person gives to `login`, as the profile keeps them: whole. Reads no file.

use super::error::{GivenPath, LoginError, PathFault};
use crate::environment::Environment;
use crate::error::Result;
use std::path::{Path, PathBuf};

/// The absolute path. Symbolic links in it stay, as Kubernetes changes their targets.
pub(super) fn absolute(path: &Path, given: GivenPath) -> Result<PathBuf> {
    let bad = |why| LoginError::BadPath {
        given,
        path: path.to_path_buf(),
        why,
    };
    let whole = std::path::absolute(path).map_err(|e| bad(PathFault::Io(e)))?;
    if whole.to_str().is_none() {
        return Err(bad(PathFault::NotUnicode).into());
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
