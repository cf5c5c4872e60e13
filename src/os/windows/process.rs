//! Windows: what another program needs to start, and limits of this process. `supervise` starts
//! and waits.

use std::ffi::OsStr;
use std::io;
use std::process::Command;

/// The longest value of one variable in characters.
pub(crate) const LONGEST_VARIABLE: usize = 32_000;

/// Upper and lower case of variable names are the same here.
pub(crate) fn same_variable(a: &OsStr, b: &OsStr) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Always true: Windows searches more places and adds extensions, so only the start shows it.
pub(crate) fn program_exists(_program: &OsStr, _path: Option<&OsStr>) -> bool {
    true
}

/// True if the system cannot run the file as a program (`ERROR_BAD_EXE_FORMAT`).
pub(crate) fn is_no_program(error: &io::Error) -> bool {
    error.raw_os_error() == Some(193)
}

/// A command that runs this program again.
pub(crate) fn this_program() -> io::Result<Command> {
    Ok(Command::new(std::env::current_exe()?))
}

/// Puts the command into a new process group: Ctrl-C at the console does not reach it.
pub(crate) fn detach_from_terminal(command: &mut Command) {
    use std::os::windows::process::CommandExt;
    command.creation_flags(windows_sys::Win32::System::Threading::CREATE_NEW_PROCESS_GROUP);
}

/// Always `None`: handles have no separate limit here.
pub(crate) fn lacks_descriptors(_needed: usize) -> Option<io::Error> {
    None
}

/// True if the system has no handles, memory or threads left.
pub(crate) fn is_exhausted(error: &io::Error) -> bool {
    // ERROR_TOO_MANY_OPEN_FILES, ERROR_NOT_ENOUGH_MEMORY, ERROR_OUTOFMEMORY, WSAEMFILE, WSAENOBUFS.
    matches!(error.raw_os_error(), Some(4 | 8 | 14 | 10_024 | 10_055))
}

/// Waits until another process ends this one; for the memory tests, which read its memory from
/// outside Wine.
#[cfg(debug_assertions)]
pub(crate) fn stop_self() {
    loop {
        std::thread::park();
    }
}
