//! The end of a program that ropc runs for its output, together with everything it started.

use std::process::{Child, Command};

/// Puts the program at the head of a process group of its own, so that it can be ended with its
/// children.
#[cfg(unix)]
pub(crate) fn own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

/// Ends the program and what it started, at once. The child must not have been waited for yet.
#[cfg(unix)]
pub(crate) fn end_group(child: &mut Child) {
    if let Ok(group) = libc::pid_t::try_from(child.id()) {
        // SAFETY: a plain system call; the child was not reaped, so the group still has its number.
        unsafe { libc::kill(-group, libc::SIGKILL) };
    }
    let _ = child.kill();
}

/// Windows has no process groups of this kind; the program itself is ended by [`end_group`].
#[cfg(windows)]
pub(crate) fn own_group(_command: &mut Command) {}

/// Ends the program.
#[cfg(windows)]
pub(crate) fn end_group(child: &mut Child) {
    let _ = child.kill();
}
