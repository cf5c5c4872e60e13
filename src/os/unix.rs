//! Unix: directories by XDG, modes and owners, local time. `harden` has what this process changes
//! about itself, `supervise` commands, `terminal` and `question` questions, `ending` what a signal
//! must leave in order, `streams` standard output.

mod ending;
mod execute;
mod harden;
mod question;
mod streams;
mod supervise;
mod terminal;

pub(crate) use ending::Erased;
pub(crate) use harden::{harden, run_command};
pub(crate) use question::discard_typed;
pub(crate) use streams::{check_stdout, columns, stdin_file};
pub(crate) use supervise::{end_as, exit_code, spawn};
pub(crate) use terminal::{typed_line, typed_secret};

use super::values::{IdentityClue, LocalTime};
use crate::environment::Environment;
use std::ffi::{CStr, OsStr};
use std::fs::{DirBuilder, File, FileType, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, OpenOptionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

fn home(env: &Environment) -> Option<PathBuf> {
    env.path("HOME")
}

/// `$ROPC_CONFIG_DIR`, else `$XDG_CONFIG_HOME/ropc`, else `~/.config/ropc`.
pub(crate) fn config_dir(env: &Environment) -> Option<PathBuf> {
    env.path("ROPC_CONFIG_DIR")
        .or_else(|| env.path("XDG_CONFIG_HOME").map(|d| d.join("ropc")))
        .or_else(|| home(env).map(|d| d.join(".config/ropc")))
}

/// `$ROPC_CACHE_DIR`, else the OS's cache directory for this user.
pub(crate) fn cache_dir(env: &Environment) -> Option<PathBuf> {
    let place = if cfg!(target_os = "macos") {
        "Library/Caches/ropc"
    } else {
        ".cache/ropc"
    };
    env.path("ROPC_CACHE_DIR")
        .or_else(|| env.path("XDG_CACHE_HOME").map(|d| d.join("ropc")))
        .or_else(|| home(env).map(|d| d.join(place)))
}

/// `$ROPC_STATE_DIR`, else the OS's state directory for this user.
pub(crate) fn state_dir(env: &Environment) -> Option<PathBuf> {
    let place = if cfg!(target_os = "macos") {
        "Library/Application Support/ropc"
    } else {
        ".local/state/ropc"
    };
    env.path("ROPC_STATE_DIR")
        .or_else(|| env.path("XDG_STATE_HOME").map(|d| d.join("ropc")))
        .or_else(|| home(env).map(|d| d.join(place)))
}

/// The name of the locale for messages, in the order of POSIX. Terminals of macOS set `LANG` from
/// the system's language.
pub(crate) fn locale(env: &Environment) -> Option<String> {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| env.text(name))
        .map(str::to_owned)
}

/// The runtime directory of this user's log-in, if there is one that no other account may write.
pub(crate) fn runtime_dir(env: &Environment) -> Option<PathBuf> {
    let dir = env.path("XDG_RUNTIME_DIR")?;
    is_private(&dir).then(|| dir.join("ropc"))
}

/// The longest value of one variable in bytes (Linux: `MAX_ARG_STRLEN`, 32 pages with name and end
/// mark).
pub(crate) const LONGEST_VARIABLE: usize = 128 * 1024 - 256;

/// True if this process may make files in the directory.
pub(crate) fn is_writable(dir: &Path) -> bool {
    let Ok(path) = std::ffi::CString::new(dir.as_os_str().as_encoded_bytes()) else {
        return false;
    };
    // SAFETY: the path is a valid C string for the length of the call.
    unsafe { libc::access(path.as_ptr(), libc::W_OK) == 0 }
}

/// False if it is certain that `exec` will not find the program: a name with a slash is a path,
/// another one is looked for in `PATH`. Without `PATH` the system uses its own search, so nothing
/// is certain.
pub(crate) fn program_exists(program: &OsStr, path: Option<&OsStr>) -> bool {
    if program.as_encoded_bytes().contains(&b'/') {
        return Path::new(program).exists();
    }
    path.is_none_or(|dirs| std::env::split_paths(dirs).any(|dir| dir.join(program).exists()))
}

/// True if the kernel cannot run the file: it is no program, and its first line names no
/// interpreter.
pub(crate) fn is_no_program(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::ENOEXEC)
}

/// Always `None`: a name means exactly the file of that name.
pub(crate) fn script_named(_program: &OsStr) -> Option<PathBuf> {
    None
}

/// Variable names are case-sensitive here.
pub(crate) fn same_variable(a: &OsStr, b: &OsStr) -> bool {
    a == b
}

/// Makes an open return at once, without waiting for the other end of a pipe or for a device, and
/// without taking a controlling terminal.
pub(crate) fn open_at_once(options: &mut OpenOptions, follow: bool) {
    let links = if follow { 0 } else { libc::O_NOFOLLOW };
    options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY | links);
}

/// Undoes [`open_at_once`] on an open file, so that reads wait as usual.
pub(crate) fn wait_again(file: &File) -> io::Result<()> {
    // SAFETY: the descriptor is open for the length of the call, and both calls change its status
    // flags only.
    let outcome = unsafe {
        match libc::fcntl(file.as_raw_fd(), libc::F_GETFL) {
            -1 => -1,
            flags => libc::fcntl(file.as_raw_fd(), libc::F_SETFL, flags & !libc::O_NONBLOCK),
        }
    };
    if outcome == -1 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

/// Mode 0600 for a new file.
pub(crate) fn private_file_mode(options: &mut OpenOptions) {
    options.mode(0o600);
}

/// True for a named pipe.
pub(crate) fn is_pipe(kind: FileType) -> bool {
    kind.is_fifo()
}

/// True if the open file is the one at this path.
pub(crate) fn is_at(file: &File, path: &Path) -> bool {
    let (Ok(own), Ok(there)) = (file.metadata(), std::fs::symlink_metadata(path)) else {
        return false;
    };
    (own.dev(), own.ino()) == (there.dev(), there.ino())
}

/// Mode 0700 for new directories.
pub(crate) fn private_mode(builder: &mut DirBuilder) {
    builder.mode(0o700);
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

/// True when group or others hold any right on the open file.
pub(crate) fn is_set_to_others(file: &File) -> io::Result<bool> {
    let meta = file.metadata()?;
    let me = own_uid();
    Ok(meta.mode() & 0o077 != 0 || (meta.uid() != me && meta.uid() != 0))
}

/// Gives a new file the owner and group of the old one, where they differ.
pub(crate) fn keep_owner(new: &File, old: &std::fs::Metadata) -> io::Result<()> {
    let meta = new.metadata()?;
    if (meta.uid(), meta.gid()) == (old.uid(), old.gid()) {
        return Ok(());
    }
    std::os::unix::fs::fchown(new, Some(old.uid()), Some(old.gid()))
}

/// The error if this process cannot open that many more descriptors.
pub(crate) fn lacks_descriptors(needed: usize) -> Option<io::Error> {
    let mut held = Vec::with_capacity(needed);
    for _ in 0..needed {
        match stdin_file() {
            Ok(descriptor) => held.push(descriptor),
            Err(error) => return Some(error).filter(is_exhausted),
        }
    }
    None
}

/// True if the system has no descriptors, memory or threads left.
pub(crate) fn is_exhausted(error: &io::Error) -> bool {
    let codes = [libc::EMFILE, libc::ENFILE, libc::ENOBUFS, libc::ENOMEM];
    error
        .raw_os_error()
        .is_some_and(|code| codes.contains(&code))
}

/// True if the file has another name (a hard link), which would keep the old content.
pub(crate) fn has_other_names(meta: &std::fs::Metadata) -> bool {
    meta.nlink() > 1
}

/// Makes a rename durable. Best effort: some file systems refuse to sync a directory.
pub(crate) fn sync_dir(dir: &Path) {
    if let Ok(dir) = File::open(dir) {
        let _ = dir.sync_all();
    }
}

/// Renames a finished file to its name, and replaces an existing one.
pub(crate) fn persist(temp: tempfile::NamedTempFile, path: &Path) -> io::Result<()> {
    temp.persist(path).map(drop).map_err(|e| e.error)
}

/// The command that shows who may read a file, for hints.
pub(crate) const LOOK: &str = "ls -l";

/// The number of the account this process runs as.
pub(super) fn own_uid() -> u32 {
    // SAFETY: geteuid has no preconditions and cannot fail.
    unsafe { libc::geteuid() }
}

/// The name of the account this process runs as.
pub(crate) fn account_name() -> String {
    let uid = own_uid();
    // SAFETY: getpwuid's result is read at once, on one thread, before any other call of its
    // family.
    unsafe {
        let entry = libc::getpwuid(uid);
        if entry.is_null() || (*entry).pw_name.is_null() {
            return format!("uid {uid}");
        }
        CStr::from_ptr((*entry).pw_name)
            .to_string_lossy()
            .into_owned()
    }
}

/// A possible reason why this account lacks a secret: another account called sudo.
pub(crate) fn identity_clue(env: &Environment) -> Option<IdentityClue> {
    let user = env.text("SUDO_USER")?.to_owned();
    Some(IdentityClue::UnderSudo { user })
}

/// A command that runs this program again. On Linux by `/proc/self/exe`, which still works after an
/// update replaced the file.
pub(crate) fn this_program() -> io::Result<Command> {
    let link = Path::new("/proc/self/exe");
    let path = if cfg!(target_os = "linux") && link.exists() {
        link.to_owned()
    } else {
        std::env::current_exe()?
    };
    let mut command = Command::new(path);
    command.arg0("ropc");
    Ok(command)
}

/// Puts the command into a new process group: keys at the terminal do not reach it.
pub(crate) fn detach_from_terminal(command: &mut Command) {
    command.process_group(0);
}

/// Listens on a free port of 127.0.0.1. While this process holds it, no other can bind it, with any
/// options.
pub(crate) fn loopback_listener() -> io::Result<std::net::TcpListener> {
    std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0))
}

/// Epoch seconds as local time, by the system's time zone; `None` if there is no such time.
pub(crate) fn local_time(epoch: u64) -> Option<LocalTime> {
    // The type is that of the call: its name is deprecated for musl.
    let seconds = epoch.try_into().ok()?;
    // SAFETY: a zeroed tm is a valid output buffer, and localtime_r writes nothing else. This
    // process never changes its environment, so TZ does not change meanwhile.
    let tm = unsafe {
        let mut tm: libc::tm = std::mem::zeroed();
        if libc::localtime_r(&raw const seconds, &raw mut tm).is_null() {
            return None;
        }
        tm
    };
    let part = |value: libc::c_int| u32::try_from(value).ok();
    Some(LocalTime {
        year: tm.tm_year + 1900,
        month: part(tm.tm_mon + 1)?,
        day: part(tm.tm_mday)?,
        hour: part(tm.tm_hour)?,
        minute: part(tm.tm_min)?,
        second: part(tm.tm_sec)?,
    })
}

/// Stops this process until another one continues it; for the memory tests.
#[cfg(debug_assertions)]
pub(crate) fn stop_self() {
    // SAFETY: raise has no preconditions.
    unsafe {
        libc::raise(libc::SIGSTOP);
    }
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
