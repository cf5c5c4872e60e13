//! Unix: the signals that end this process, while something at the terminal has to be put in order
//! before: an open question (`question`), or a shown line. Handlers make only calls that are
//! async-signal-safe (`signal-safety(7)`: sigaction, raise, write). An ignored signal (`nohup`)
//! stays ignored.

use super::harden::is_ignored;
use libc::{c_int, sigaction, sighandler_t};
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

/// Signals that end a process by default and that a person, a program or a limit sends.
pub(super) const ENDING: [c_int; 12] = [
    libc::SIGHUP,
    libc::SIGINT,
    libc::SIGQUIT,
    libc::SIGTERM,
    libc::SIGABRT,
    libc::SIGALRM,
    libc::SIGUSR1,
    libc::SIGUSR2,
    libc::SIGVTALRM,
    libc::SIGPROF,
    libc::SIGXCPU,
    libc::SIGXFSZ,
];

/// Handlers of signals. Dropping it restores the actions that were there.
pub(super) struct Watch(Vec<(c_int, sigaction)>);

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watch")
    }
}

impl Watch {
    pub(super) fn over(handlers: impl IntoIterator<Item = (c_int, extern "C" fn(c_int))>) -> Self {
        let handlers = handlers.into_iter();
        let heeded = handlers.filter(|(signal, _)| !is_ignored(*signal));
        Self(
            heeded
                .map(|(signal, handler)| (signal, watch(signal, handler)))
                .collect(),
        )
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        for (signal, old) in &self.0 {
            // SAFETY: the action is one that was there.
            unsafe { sigaction(*signal, &raw const *old, ptr::null_mut()) };
        }
    }
}

/// Sets the handler, and returns the action before.
fn watch(signal: c_int, handler: extern "C" fn(c_int)) -> sigaction {
    // SAFETY: both actions are whole structs, and the handlers call only async-signal-safe
    // functions. While one of them runs, the others are blocked, and so is SIGTTOU, which would
    // stop us inside the handler.
    unsafe {
        let mut action: sigaction = std::mem::zeroed();
        let mut old: sigaction = std::mem::zeroed();
        action.sa_sigaction = handler as *const () as sighandler_t;
        action.sa_flags = libc::SA_RESTART;
        libc::sigemptyset(&raw mut action.sa_mask);
        for held in ENDING
            .into_iter()
            .chain([libc::SIGTSTP, libc::SIGCONT, libc::SIGTTOU])
        {
            libc::sigaddset(&raw mut action.sa_mask, held);
        }
        sigaction(signal, &raw const action, &raw mut old);
        old
    }
}

/// Ends this process by the signal, as soon as its handler returns.
pub(super) fn end_by(signal: c_int) {
    // SAFETY: plain system calls. The signal is blocked until the handler returns.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
}

/// What removes the shown line; null without one. Never freed: a signal may arrive at any time.
static ERASER: AtomicPtr<Vec<u8>> = AtomicPtr::new(ptr::null_mut());

/// A line at standard error that is gone before a signal ends us.
#[derive(Debug)]
pub(crate) struct Erased {
    _watch: Watch,
}

impl Erased {
    /// While it lives, a signal that ends us first writes this text.
    pub(crate) fn by(eraser: String) -> Self {
        let eraser = Box::into_raw(Box::new(eraser.into_bytes()));
        ERASER.store(eraser, Ordering::SeqCst);
        Self {
            _watch: Watch::over(ENDING.map(|signal| (signal, erase as extern "C" fn(c_int)))),
        }
    }
}

impl Drop for Erased {
    fn drop(&mut self) {
        ERASER.store(ptr::null_mut(), Ordering::SeqCst);
    }
}

extern "C" fn erase(signal: c_int) {
    // SAFETY: the pointer is null or never freed; the text has the given length.
    unsafe {
        if let Some(eraser) = ERASER.swap(ptr::null_mut(), Ordering::SeqCst).as_ref() {
            libc::write(libc::STDERR_FILENO, eraser.as_ptr().cast(), eraser.len());
        }
    }
    end_by(signal);
}
