//! Unix: whether standard output leads anywhere.
//!
//! The standard library hides two faults: it opens `/dev/null` in place of a standard stream that is closed at the start
//! (`std::sys::pal::unix::init`), and it takes EBADF for a success when it writes to one. Output that somebody asked for
//! would be lost with exit code 0.

use crate::l10n::msg;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

static CLOSED_AT_START: AtomicBool = AtomicBool::new(false);

/// Runs before `main` and before the standard library looks at the streams.
extern "C" fn look() {
    // SAFETY: a plain system call without pointers.
    if unsafe { libc::fcntl(libc::STDOUT_FILENO, libc::F_GETFD) } == -1 {
        CLOSED_AT_START.store(true, Ordering::Relaxed);
    }
}

#[used]
#[cfg_attr(not(target_os = "macos"), unsafe(link_section = ".init_array"))]
#[cfg_attr(target_os = "macos", unsafe(link_section = "__DATA,__mod_init_func"))]
static AT_START: extern "C" fn() = look;

/// Fails if what is written to standard output is lost for certain. A full disk shows when something is written.
pub(crate) fn check_stdout() -> io::Result<()> {
    if CLOSED_AT_START.load(Ordering::Relaxed) {
        return Err(io::Error::other(msg!("os-stdout-closed")));
    }
    // SAFETY: a plain system call without pointers.
    match unsafe { libc::fcntl(libc::STDOUT_FILENO, libc::F_GETFL) } {
        -1 => Err(io::Error::last_os_error()),
        flags if flags & libc::O_ACCMODE == libc::O_RDONLY => Err(io::Error::other(msg!("os-stdout-read-only"))),
        _ => Ok(()),
    }
}
