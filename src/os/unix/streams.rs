//! Unix: standard streams: as files, the width of a terminal behind one, and those that were closed
//! before this process started.
//!
//! The standard library hides two faults: it opens `/dev/null` in place of a standard stream that
//! is closed at the start (`std::sys::pal::unix::init`), and it treats EBADF as success when it
//! writes to one. Output would be lost with exit code 0: ours, and that of the command of `exec`.

use crate::os::fault::Fault;
use crate::os::values::Stream;
use std::fs::File;
use std::io;
use std::os::fd::RawFd;
use std::sync::atomic::{AtomicBool, Ordering};

/// Standard input, output and error.
static CLOSED_AT_START: [AtomicBool; 3] = [const { AtomicBool::new(false) }; 3];

/// Runs before `main` and before the standard library looks at the streams.
extern "C" fn look() {
    for (stream, is_closed) in (libc::STDIN_FILENO..).zip(&CLOSED_AT_START) {
        // SAFETY: a plain system call without pointers.
        if unsafe { libc::fcntl(stream, libc::F_GETFD) } == -1 {
            is_closed.store(true, Ordering::Relaxed);
        }
    }
}

/// Closes the streams that were closed for us in the command too. Async-signal-safe.
pub(super) fn close_in_command() {
    for (stream, is_closed) in (libc::STDIN_FILENO..).zip(&CLOSED_AT_START) {
        if is_closed.load(Ordering::Relaxed) {
            // SAFETY: a plain system call without pointers, on the `/dev/null` that the standard
            // library opened.
            unsafe { libc::fcntl(stream, libc::F_SETFD, libc::FD_CLOEXEC) };
        }
    }
}

#[used]
#[cfg_attr(not(target_os = "macos"), unsafe(link_section = ".init_array"))]
#[cfg_attr(target_os = "macos", unsafe(link_section = "__DATA,__mod_init_func"))]
static AT_START: extern "C" fn() = look;

/// Fails if standard output certainly loses what is written to it. A full disk shows only at a
/// write.
pub(crate) fn check_stdout() -> io::Result<()> {
    if CLOSED_AT_START[1].load(Ordering::Relaxed) {
        return Err(Fault::StdoutClosed.into());
    }
    // SAFETY: a plain system call without pointers.
    match unsafe { libc::fcntl(libc::STDOUT_FILENO, libc::F_GETFL) } {
        -1 => Err(io::Error::last_os_error()),
        flags if flags & libc::O_ACCMODE == libc::O_RDONLY => Err(Fault::StdoutReadOnly.into()),
        _ => Ok(()),
    }
}

/// How many columns the terminal behind a stream has; `None` if it is no terminal.
pub(crate) fn columns(stream: Stream) -> Option<usize> {
    let descriptor = match stream {
        Stream::Output => libc::STDOUT_FILENO,
        Stream::Error => libc::STDERR_FILENO,
    };
    // SAFETY: the call fills one local struct, for which zeros are valid.
    let size = unsafe {
        let mut size: libc::winsize = std::mem::zeroed();
        (libc::ioctl(descriptor, libc::TIOCGWINSZ, &raw mut size) == 0).then_some(size)?
    };
    (size.ws_col > 0).then_some(usize::from(size.ws_col))
}

/// Standard input as a file of its own, read without the standard library's static buffer (it is
/// never wiped).
pub(crate) fn stdin_file() -> io::Result<File> {
    standard(0)
}

/// A standard descriptor as a file of its own.
pub(super) fn standard(descriptor: RawFd) -> io::Result<File> {
    // SAFETY: descriptors 0 to 2 are open for the life of the process (the standard library sees to
    // that); it is only borrowed.
    let borrowed = unsafe { std::os::fd::BorrowedFd::borrow_raw(descriptor) };
    Ok(File::from(borrowed.try_clone_to_owned()?))
}
