//! Unix: directories by XDG, and which runtime directory counts. Creates none.

use super::account::own_uid;
use crate::environment::Environment;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The directory of this variable, else `ropc` below that of an XDG variable, else this place below
/// the home.
fn found(env: &Environment, own: &str, xdg: &str, place: &str) -> Option<PathBuf> {
    env.path(own)
        .or_else(|| env.path(xdg).map(|dir| dir.join("ropc")))
        .or_else(|| env.path("HOME").map(|home| home.join(place)))
}

/// `$ROPC_CONFIG_DIR`, else `$XDG_CONFIG_HOME/ropc`, else `~/.config/ropc`.
pub(crate) fn config_dir(env: &Environment) -> Option<PathBuf> {
    found(env, "ROPC_CONFIG_DIR", "XDG_CONFIG_HOME", ".config/ropc")
}

/// `$ROPC_CACHE_DIR`, else the OS's cache directory for this user.
pub(crate) fn cache_dir(env: &Environment) -> Option<PathBuf> {
    let place = if cfg!(target_os = "macos") {
        "Library/Caches/ropc"
    } else {
        ".cache/ropc"
    };
    found(env, "ROPC_CACHE_DIR", "XDG_CACHE_HOME", place)
}

/// `$ROPC_STATE_DIR`, else the OS's state directory for this user.
pub(crate) fn state_dir(env: &Environment) -> Option<PathBuf> {
    let place = if cfg!(target_os = "macos") {
        "Library/Application Support/ropc"
    } else {
        ".local/state/ropc"
    };
    found(env, "ROPC_STATE_DIR", "XDG_STATE_HOME", place)
}

/// The runtime directory of this user's log-in, if there is one that no other account may write.
pub(crate) fn runtime_dir(env: &Environment) -> Option<PathBuf> {
    let dir = env.path("XDG_RUNTIME_DIR")?;
    is_private(&dir).then(|| dir.join("ropc"))
}

/// True if no other account owns the directory or may write to it, or owns the link that may be in
/// its place.
fn is_private(path: &Path) -> bool {
    let (Ok(name), Ok(dir)) = (std::fs::symlink_metadata(path), std::fs::metadata(path)) else {
        return false;
    };
    let me = own_uid();
    [&name, &dir]
        .iter()
        .all(|meta| meta.uid() == me || meta.uid() == 0)
        && dir.mode() & 0o022 == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn a_runtime_directory_that_others_may_write_does_not_count() {
        let dir = tempfile::tempdir().unwrap();
        let real = dir.path().join("real");
        let link = dir.path().join("link");
        std::fs::create_dir(&real).unwrap();
        symlink(&real, &link).unwrap();
        symlink(dir.path().join("none"), dir.path().join("dangling")).unwrap();
        for (mode, good) in [
            (0o700, true),
            (0o755, true),
            (0o770, false),
            (0o702, false),
            (0o1777, false),
        ] {
            std::fs::set_permissions(&real, PermissionsExt::from_mode(mode)).unwrap();
            for way in [&real, &link] {
                let env = Environment::from_pairs([("XDG_RUNTIME_DIR", way.to_str().unwrap())]);
                assert_eq!(
                    runtime_dir(&env),
                    good.then(|| way.join("ropc")),
                    "{mode:o} {}",
                    way.display()
                );
            }
        }
        assert!(!is_private(&dir.path().join("dangling")) && !is_private(&dir.path().join("none")));
    }
}
