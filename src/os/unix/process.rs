//! Unix: what another program needs to start, and limits of this process. `supervise` starts and
//! waits.

use super::streams::stdin_file;
use std::ffi::OsStr;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The longest value of one variable in bytes (Linux: `MAX_ARG_STRLEN`, 32 pages with name and end
/// mark).
pub(crate) const LONGEST_VARIABLE: usize = 128 * 1024 - 256;

/// Variable names are case-sensitive here.
pub(crate) fn same_variable(a: &OsStr, b: &OsStr) -> bool {
    a == b
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

/// Stops this process until another one continues it; for the memory tests.
#[cfg(debug_assertions)]
pub(crate) fn stop_self() {
    // SAFETY: raise has no preconditions.
    unsafe {
        libc::raise(libc::SIGSTOP);
    }
}
