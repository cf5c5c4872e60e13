//! Unix: a command that runs beside this process as if it had replaced it. The child stays in our
//! process group, so the terminal sees one job. The consequences:
//!
//! - **Ctrl-C, Ctrl-\\, Ctrl-Z and hang-up at a terminal** go from the kernel to every process of
//!   the foreground group: the child has them already. Forwarding would double them, and programs
//!   treat a second SIGINT as "at once". So we do not forward a signal of the kernel, unless the
//!   child has moved to another group and cannot have got it.
//! - **A signal from a process** (`kill`, systemd, a container's stop) was meant for the job but
//!   reached only us, so we forward it. A signal to the whole group (`kill -- -PGID`, systemd with
//!   `KillMode=control-group`) reaches the child twice, directly and through us. We cannot
//!   distinguish the two, and losing a signal would be worse.
//! - **We end after the child, never before it.** A child that ignores SIGTERM keeps running and
//!   keeps its endpoint, as it would without us. If SIGKILL ends us, Linux kills the child too: it
//!   would ask a port that any process can take now. Its own children live on, and on other systems
//!   so does the child; `docs/security/endpoint.md` says so.
//! - **Job control.** On SIGTSTP we stop, too, or the shell would not get its prompt back. The
//!   default action does that, because it knows when no process could ever wake us again (an
//!   orphaned group, as in a container). SIGCONT is always passed on: a second one does no harm.
//! - **A signal that was ignored when we started** (`nohup`, a background job of a script) stays
//!   ignored, for us and for the child: a handler would become the default action in the child.
//! - **We end as the child did**: with its code, or by its signal, so that a shell or make sees the
//!   same as without us.

use super::harden::{give_back, is_ignored};
use crate::os::values::Ended;
use libc::{
    SIGALRM, SIGCHLD, SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2,
    SIGWINCH, c_int,
};
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::WithOrigin;
use signal_hook::iterator::exfiltrator::origin::Origin;
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitCode, ExitStatus};

const PASSED_ON: [c_int; 10] = [
    SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH, SIGTSTP, SIGCONT,
];

/// A running command.
#[derive(Debug)]
pub(crate) struct Supervised {
    child: Child,
    signals: SignalsInfo<WithOrigin>,
}

/// Starts the command. Catches signals before the command exists, so none is lost.
pub(crate) fn spawn(command: &mut Command) -> io::Result<Supervised> {
    let caught = PASSED_ON
        .into_iter()
        .filter(|signal| !is_ignored(*signal))
        .chain([SIGCHLD]);
    let signals = SignalsInfo::<WithOrigin>::new(caught)?;
    #[cfg(target_os = "linux")]
    let parent = std::process::id();
    // SAFETY: between fork and exec only fcntl, setrlimit, signal, prctl and getppid are called,
    // which are async-signal-safe.
    unsafe {
        command.pre_exec(move || {
            give_back();
            #[cfg(target_os = "linux")]
            die_with(parent)?;
            Ok(())
        });
    }
    super::execute::without_a_shell(command)?;
    Ok(Supervised {
        child: command.spawn()?,
        signals,
    })
}

/// Makes the kernel kill this process as soon as the thread that forked it ends: the main thread,
/// which ends with its process. A parent that is already gone sends no signal, so this checks for
/// it afterwards. Async-signal-safe. The kernel drops this setting when the child runs a program
/// with the set-user-id bit or file capabilities (prctl(2)).
#[cfg(target_os = "linux")]
fn die_with(parent: u32) -> io::Result<()> {
    // SAFETY: plain system calls without pointers.
    let (set, above) = unsafe {
        (
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL, 0, 0, 0),
            libc::getppid(),
        )
    };
    if set == 0 && u32::try_from(above) == Ok(parent) {
        Ok(())
    } else {
        Err(io::ErrorKind::NotConnected.into())
    }
}

impl Supervised {
    /// Forwards signals until the command has ended. One thread reaps and signals, so the process
    /// id cannot belong to another process.
    pub(crate) fn wait(mut self) -> io::Result<Ended> {
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(ended(status));
            }
            let child = self.child.id();
            for origin in self.signals.wait() {
                if origin.signal != SIGCHLD && reached_us_only(&origin, child) {
                    send(child, origin.signal);
                }
                if origin.signal == SIGTSTP {
                    stop_as_the_terminal_asks();
                }
            }
        }
    }
}

fn ended(status: ExitStatus) -> Ended {
    match (status.code(), status.signal()) {
        (Some(code), _) => Ended::Code(code),
        (None, Some(signal)) => Ended::Signal(signal),
        (None, None) => Ended::Code(1),
    }
}

/// True unless the kernel sent the signal to our whole group and the child is in it. All signals
/// except the kernel's have a sender.
fn reached_us_only(origin: &Origin, child: u32) -> bool {
    origin.signal == SIGCONT || origin.process.is_some() || has_left_our_group(child)
}

fn has_left_our_group(child: u32) -> bool {
    let Ok(child) = libc::pid_t::try_from(child) else {
        return false;
    };
    // SAFETY: plain system calls without pointers.
    unsafe { libc::getpgid(child) != libc::getpgrp() }
}

fn send(child: u32, signal: c_int) {
    let Ok(child) = libc::pid_t::try_from(child) else {
        return;
    };
    // SAFETY: a plain system call; the child is not reaped yet, so the id is still its own.
    unsafe {
        libc::kill(child, signal);
    }
}

/// Takes the default action of SIGTSTP once: stops here until SIGCONT, or does nothing in an
/// orphaned group.
fn stop_as_the_terminal_asks() {
    // SAFETY: both actions are valid and the handler comes back right after; raise signals this
    // thread, and the default action stops the whole process.
    unsafe {
        let mut default: libc::sigaction = std::mem::zeroed();
        let mut handler: libc::sigaction = std::mem::zeroed();
        default.sa_sigaction = libc::SIG_DFL;
        if libc::sigaction(SIGTSTP, &raw const default, &raw mut handler) == 0 {
            libc::raise(SIGTSTP);
            libc::sigaction(SIGTSTP, &raw const handler, std::ptr::null_mut());
        }
    }
}

/// Ends this process as the command ended. The caller has dropped all secrets: a signal runs no
/// destructors.
pub(crate) fn end_as(ended: Ended) -> ExitCode {
    let signal = match ended {
        Ended::Code(code) => return exit_code(code),
        Ended::Signal(signal) => signal,
    };
    // SAFETY: plain system calls on a local set. Where the signal does not end us (process 1 of a
    // container), they return.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        let mut only: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut only);
        libc::sigaddset(&raw mut only, signal);
        libc::pthread_sigmask(libc::SIG_UNBLOCK, &raw const only, std::ptr::null_mut());
        libc::raise(signal);
    }
    // The code that a shell uses for a signal.
    exit_code(128 + signal)
}

/// The child's exit code as the one of this process.
pub(crate) fn exit_code(code: i32) -> std::process::ExitCode {
    std::process::ExitCode::from(u8::try_from(code).unwrap_or(1))
}
