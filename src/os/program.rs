//! Ends a program that ropc runs for its output, together with everything that it started.

use std::process::{Child, Command};

/// Makes the program the leader of a new process group, so that [`end_group`] can end it with its
/// children.
#[cfg(unix)]
pub(crate) fn own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

/// Kills the program and everything in its group. Call it before the child is waited for.
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
