//! Windows: directories under the user's profile, process supervision, console.
//!
//! Modes do not exist here: files below the user's profile inherit an access list that keeps other users out.

use crate::world::Environment;
use std::ffi::OsStr;
use std::fs::{DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};

/// `%ROPC_CONFIG_DIR%`, else `%APPDATA%\ropc`.
pub(crate) fn config_dir(env: &Environment) -> Option<PathBuf> {
    env.path("ROPC_CONFIG_DIR").or_else(|| env.path("APPDATA").map(|d| d.join("ropc")))
}

/// `%ROPC_CACHE_DIR%`, else `%LOCALAPPDATA%\ropc\cache`.
pub(crate) fn cache_dir(env: &Environment) -> Option<PathBuf> {
    env.path("ROPC_CACHE_DIR").or_else(|| env.path("LOCALAPPDATA").map(|d| d.join("ropc").join("cache")))
}

/// `%ROPC_STATE_DIR%`, else `%LOCALAPPDATA%\ropc\state`.
pub(crate) fn state_dir(env: &Environment) -> Option<PathBuf> {
    env.path("ROPC_STATE_DIR").or_else(|| env.path("LOCALAPPDATA").map(|d| d.join("ropc").join("state")))
}

/// Windows has no memory-backed directory for a user.
pub(crate) fn runtime_dir(_env: &Environment) -> Option<PathBuf> {
    None
}

/// The longest value of one variable in characters.
pub(crate) const LONGEST_VARIABLE: usize = 32_000;

/// True if this process may make files in the directory.
pub(crate) fn is_writable(dir: &Path) -> bool {
    tempfile::Builder::new().prefix(".ropc-").tempfile_in(dir).is_ok()
}

/// Variable names fold case here.
pub(crate) fn same_variable(a: &OsStr, b: &OsStr) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Opens for reading.
pub(crate) fn open_nofollow(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// The inherited access list is the private one.
pub(crate) fn private_mode(_builder: &mut DirBuilder) {}

/// Fails if the path cannot be looked at.
pub(crate) fn check_private(path: &Path) -> Result<(), String> {
    std::fs::symlink_metadata(path).map(drop).map_err(|e| crate::error::io_reason(&e))
}

/// Access lists are not judged here.
pub(crate) fn is_set_to_others(_file: &File) -> io::Result<bool> {
    Ok(false)
}

/// A rename is durable by itself on NTFS's journal.
pub(crate) fn sync_dir(_dir: &Path) {}

/// Standard input as a file of its own, read without the standard library's static buffer (it is never wiped).
pub(crate) fn stdin_file() -> io::Result<File> {
    use std::os::windows::io::{AsHandle, OwnedHandle};
    #[expect(clippy::disallowed_methods, reason = "only the handle is taken, nothing is read through the buffer")]
    let handle: OwnedHandle = std::io::stdin().as_handle().try_clone_to_owned()?;
    Ok(File::from(handle))
}

/// The name of the account this process runs as, as the environment has it.
#[expect(clippy::disallowed_methods, reason = "a fact about this process, not a setting")]
pub(crate) fn account_name() -> String {
    let part = |name| std::env::var_os(name).map(|v| v.to_string_lossy().into_owned());
    match (part("USERDOMAIN"), part("USERNAME")) {
        (Some(domain), Some(user)) => format!("{domain}\\{user}"),
        (None, Some(user)) => user,
        _ => "this account".into(),
    }
}

/// What else may explain that this account has no such secret.
pub(crate) fn identity_hint(_env: &Environment) -> Option<String> {
    Some(
        "a task or service that runs as another account (SYSTEM, a service account) sees that account's secrets only"
            .into(),
    )
}

/// Nothing yet that std offers safely; error reporting is excluded by policy, not by the process.
pub(crate) fn harden() {}

/// Console echo is restored by the console itself when a process ends.
#[derive(Debug)]
pub(crate) struct Echo;

impl Echo {
    /// Nothing to guard.
    pub(crate) fn guard() -> Self {
        Self
    }
}

/// Runs the command to its end and returns its exit code, all 32 bits of it.
pub(crate) fn run_command(command: &mut std::process::Command) -> io::Result<i32> {
    Ok(command.spawn()?.wait()?.code().unwrap_or(1))
}

/// The child's code as this process's own, all 32 bits of it: the standard library's `ExitCode` takes 8.
#[expect(
    clippy::exit,
    clippy::disallowed_methods,
    reason = "nothing secret is left: the child has ended and the plan is wiped"
)]
pub(crate) fn exit_code(code: i32) -> std::process::ExitCode {
    std::process::exit(code)
}

/// The memory tests run on Linux.
#[cfg(debug_assertions)]
pub(crate) fn stop_self() {}
