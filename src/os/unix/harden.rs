//! Unix: what this process changes about itself at its start, and how it undoes that for a command.

use libc::{SIG_DFL, SIG_IGN, SIGCHLD, c_int};
use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

/// The core limit at our start; null before [`harden`].
static CORE_LIMIT: AtomicPtr<libc::rlimit> = AtomicPtr::new(std::ptr::null_mut());
/// True if SIGCHLD was ignored at our start.
static CHILDREN_IGNORED: AtomicBool = AtomicBool::new(false);

/// First thing in `main`: no core file may hold a secret, no other process of the user may read our
/// memory, and we learn how our children end.
pub(crate) fn harden() {
    lower_core_limit();
    watch_children();
    // SAFETY: plain system calls without pointers; a failure changes nothing.
    unsafe {
        #[cfg(target_os = "linux")]
        libc::prctl(libc::PR_SET_DUMPABLE, 0, 0, 0, 0);
        #[cfg(target_os = "macos")]
        libc::ptrace(libc::PT_DENY_ATTACH, 0, std::ptr::null_mut(), 0);
    }
}

/// Lowers the soft limit only, and [`give_back`] restores it. The first call remembers the old
/// limit.
fn lower_core_limit() {
    // SAFETY: plain system calls on a local struct, and the Box is freed only where it was not
    // stored.
    unsafe {
        let mut limit = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        if libc::getrlimit(libc::RLIMIT_CORE, &raw mut limit) != 0 {
            return;
        }
        let found = Box::into_raw(Box::new(limit));
        let null = std::ptr::null_mut();
        if CORE_LIMIT
            .compare_exchange(null, found, Ordering::SeqCst, Ordering::SeqCst)
            .is_err()
        {
            drop(Box::from_raw(found));
        }
        limit.rlim_cur = 0;
        libc::setrlimit(libc::RLIMIT_CORE, &raw const limit);
    }
}

/// Restores the default action of SIGCHLD. Some daemons ignore it, and their children inherit that:
/// then the kernel reaps *our* children before we can ask how they ended.
fn watch_children() {
    if is_ignored(SIGCHLD) {
        CHILDREN_IGNORED.store(true, Ordering::SeqCst);
        // SAFETY: the default action is valid.
        unsafe { libc::signal(SIGCHLD, SIG_DFL) };
    }
}

/// True if this process ignores the signal.
pub(super) fn is_ignored(signal: c_int) -> bool {
    // SAFETY: sigaction with no new action only fills the zeroed buffer.
    unsafe {
        let mut now: libc::sigaction = std::mem::zeroed();
        libc::sigaction(signal, std::ptr::null(), &raw mut now) == 0
            && now.sa_sigaction == libc::SIG_IGN
    }
}

/// Becomes the command, so this returns only when that failed: signals, terminal and exit status
/// are the OS's own.
///
/// `exec` runs no destructors: the caller has dropped every secret before. The command gets its
/// signal mask and its core limit back. It ignores the signals that were ignored at our start,
/// except SIGPIPE: the standard library ignores that before `main` and always gives the command the
/// default action. A standard stream that was closed is closed for the command too.
pub(crate) fn run_command(command: &mut Command) -> io::Result<i32> {
    super::execute::without_a_shell(command)?;
    give_back();
    let failed = command.exec();
    // `exec` failed, and we still hold the token. The standard library has given SIGPIPE its
    // default action in this process: if nobody reads our message, it would end us and lose the
    // exit code.
    lower_core_limit();
    // SAFETY: SIG_IGN is valid.
    unsafe { libc::signal(libc::SIGPIPE, SIG_IGN) };
    Err(failed)
}

/// Undoes for the command what [`harden`] and the standard library changed. Async-signal-safe.
pub(super) fn give_back() {
    super::streams::close_in_command();
    // SAFETY: the pointer is null or was made by `lower_core_limit` from a Box that is never freed;
    // SIG_IGN is valid.
    unsafe {
        let before = CORE_LIMIT.load(Ordering::SeqCst);
        if !before.is_null() {
            libc::setrlimit(libc::RLIMIT_CORE, before);
        }
        if CHILDREN_IGNORED.load(Ordering::SeqCst) {
            libc::signal(SIGCHLD, SIG_IGN);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn core_limit() -> (libc::rlim_t, libc::rlim_t) {
        let mut limit = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        // SAFETY: the buffer is ours.
        let done = unsafe { libc::getrlimit(libc::RLIMIT_CORE, &raw mut limit) };
        assert_eq!(done, 0);
        (limit.rlim_cur, limit.rlim_max)
    }

    #[test]
    fn the_core_limit_is_remembered_once_and_lowered_each_time() {
        let (_, hard) = core_limit();
        let own = libc::rlimit {
            rlim_cur: hard,
            rlim_max: hard,
        };
        // SAFETY: a local struct; a soft limit may always be raised to the hard one.
        let done = unsafe { libc::setrlimit(libc::RLIMIT_CORE, &raw const own) };
        assert_eq!(done, 0);
        for _ in 0..2 {
            lower_core_limit();
            assert_eq!(core_limit(), (0, hard));
        }
        give_back();
        assert_eq!(core_limit(), (hard, hard));
        let failed = run_command(&mut Command::new("/nonexistent/program")).unwrap_err();
        assert_eq!(
            (failed.kind(), core_limit()),
            (io::ErrorKind::NotFound, (0, hard))
        );
        assert!(is_ignored(libc::SIGPIPE));
    }
}
