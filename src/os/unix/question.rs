//! Unix: keeps the terminal in order while a question is open, for every signal.
//! - **A signal that ends the process** restores the terminal first. Half an answer is discarded:
//!   the shell would read it as a command, and show it.
//! - **A signal that stops it** (Ctrl-Z) does the same first. A shell that wakes us by `fg` has
//!   changed the settings meanwhile; so SIGCONT, which also comes after a SIGSTOP that no process
//!   can catch, turns the echo off again and shows the question again.
//! - **In the background** the terminal belongs to another job, so we leave it as it is.
//! - SIGKILL restores nothing: no process can catch it. An ignored signal (`nohup`) ends nothing,
//!   and stays ignored for us and for the command after the question. Handlers make only calls that
//!   are async-signal-safe (`signal-safety(7)`: tcgetattr, tcsetattr, tcflush, tcgetpgrp, getpgrp,
//!   sigaction, sigprocmask, raise, write).

use super::ending::{ENDING, Watch};
#[cfg(target_os = "linux")]
use libc::__errno_location as errno;
#[cfg(not(target_os = "linux"))]
use libc::__error as errno;
use libc::{c_int, sigaction, termios};
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, RawFd};
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

/// The open question; null without one. Never freed: a signal may arrive at any time.
static OPEN: AtomicPtr<OpenQuestion> = AtomicPtr::new(ptr::null_mut());

/// The state that the handlers use.
struct OpenQuestion {
    terminal: RawFd,
    before: termios,
    /// The settings without echo, for a hidden answer.
    silent: Option<termios>,
    /// The question, to show it again.
    label: Vec<u8>,
}

/// An open question. Dropping it restores the terminal and the signals.
#[derive(Debug)]
pub(super) struct Question {
    terminal: File,
    _watch: Watch,
}

impl Question {
    /// A question with a visible answer; leaves the terminal unchanged.
    pub(super) fn shown(terminal: File, label: &str) -> io::Result<Self> {
        let before = settings(terminal.as_raw_fd())?;
        Ok(Self::open(terminal, before, None, label))
    }

    /// A question with a hidden answer. Discards what a person typed before: it was no answer to
    /// this question, and the terminal may have shown it.
    pub(super) fn hidden(terminal: File, label: &str) -> io::Result<Self> {
        let before = settings(terminal.as_raw_fd())?;
        let mut silent = before;
        silent.c_lflag &= !libc::ECHO;
        let question = Self::open(terminal, before, Some(silent), label);
        // SAFETY: the descriptor is open, and the settings are a whole termios.
        match unsafe {
            libc::tcsetattr(
                question.terminal.as_raw_fd(),
                libc::TCSAFLUSH,
                &raw const silent,
            )
        } {
            0 => Ok(question),
            _ => Err(io::Error::last_os_error()),
        }
    }

    fn open(terminal: File, before: termios, silent: Option<termios>, label: &str) -> Self {
        let state = OpenQuestion {
            terminal: terminal.as_raw_fd(),
            before,
            silent,
            label: format!("\r{label}").into_bytes(),
        };
        OPEN.store(Box::into_raw(Box::new(state)), Ordering::SeqCst);
        let handlers = ENDING.map(|signal| (signal, on_end as extern "C" fn(c_int)));
        let others = [
            (libc::SIGTSTP, on_stop as extern "C" fn(c_int)),
            (libc::SIGCONT, on_continue),
        ];
        Self {
            terminal,
            _watch: Watch::over(handlers.into_iter().chain(others)),
        }
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        // Do this first, so that no handler hides the answers to later questions.
        let state = OPEN.swap(ptr::null_mut(), Ordering::SeqCst);
        // SAFETY: the pointer was made by `open` and is never freed.
        unsafe { give_back(state) };
    }
}

extern "C" fn on_end(signal: c_int) {
    // SAFETY: the pointer is null or never freed. The signal is blocked until this returns, and
    // ends us then.
    unsafe { give_back(OPEN.swap(ptr::null_mut(), Ordering::SeqCst)) };
    super::ending::end_by(signal);
}

extern "C" fn on_stop(signal: c_int) {
    let _kept = ErrorNumber::keep();
    let state = OPEN.load(Ordering::SeqCst);
    // SAFETY: the pointer is null or never freed; sets and actions are local and whole. The default
    // action stops us in `raise`, or does nothing where no process could ever wake us (an
    // orphaned group).
    unsafe {
        let now = state
            .as_ref()
            .and_then(|state| settings(state.terminal).ok());
        give_back(state);
        let mut default: sigaction = std::mem::zeroed();
        let mut own: sigaction = std::mem::zeroed();
        let mut only: libc::sigset_t = std::mem::zeroed();
        let mut mask: libc::sigset_t = std::mem::zeroed();
        default.sa_sigaction = libc::SIG_DFL;
        libc::sigemptyset(&raw mut only);
        libc::sigaddset(&raw mut only, signal);
        libc::sigaction(signal, &raw const default, &raw mut own);
        libc::pthread_sigmask(libc::SIG_UNBLOCK, &raw const only, &raw mut mask);
        libc::raise(signal);
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const mask, ptr::null_mut());
        libc::sigaction(signal, &raw const own, ptr::null_mut());
        if let (Some(state), Some(now)) = (state.as_ref(), now) {
            set(state, &now);
        }
    }
}

extern "C" fn on_continue(_signal: c_int) {
    let _kept = ErrorNumber::keep();
    let state = OPEN.load(Ordering::SeqCst);
    // SAFETY: the pointer is null or never freed; the text has the given length.
    unsafe {
        if let Some(state) = state.as_ref()
            && set(state, state.silent.as_ref().unwrap_or(&state.before))
        {
            let label = &state.label;
            libc::write(libc::STDERR_FILENO, label.as_ptr().cast(), label.len());
        }
    }
}

/// The error number of the code that a signal interrupts. Dropping it puts the number back: that
/// code may not have read it yet (`signal-safety(7)`).
struct ErrorNumber(c_int);

impl ErrorNumber {
    fn keep() -> Self {
        // SAFETY: the place belongs to this thread.
        Self(unsafe { *errno() })
    }
}

impl Drop for ErrorNumber {
    fn drop(&mut self) {
        // SAFETY: the place belongs to this thread.
        unsafe { *errno() = self.0 };
    }
}

/// Restores the terminal as it was before the question. SAFETY: null, or a state that is never
/// freed.
unsafe fn give_back(state: *const OpenQuestion) {
    // SAFETY: as above.
    if let Some(state) = unsafe { state.as_ref() }
        && is_ours(state.terminal)
    {
        // SAFETY: plain system calls on an open descriptor and a whole struct.
        unsafe {
            throw_away(state);
            libc::tcsetattr(state.terminal, libc::TCSANOW, &raw const state.before);
        }
    }
}

/// Sets the terminal for the open question, if the terminal is ours. If another thread closed the
/// question meanwhile, restores everything.
fn set(state: &OpenQuestion, settings: &termios) -> bool {
    if !is_ours(state.terminal) {
        return false;
    }
    // SAFETY: plain system calls on a descriptor and a whole struct.
    unsafe {
        throw_away(state);
        libc::tcsetattr(state.terminal, libc::TCSANOW, settings);
    }
    let is_open = ptr::eq(OPEN.load(Ordering::SeqCst), state);
    if !is_open {
        // SAFETY: the state is never freed.
        unsafe { give_back(state) };
    }
    is_open
}

/// Discards the typed part of a hidden answer.
fn throw_away(state: &OpenQuestion) {
    if state.silent.is_some() {
        // SAFETY: a plain system call on a descriptor.
        unsafe { libc::tcflush(state.terminal, libc::TCIFLUSH) };
    }
}

/// Discards what was typed at standard input and not yet read.
pub(crate) fn discard_typed() {
    if is_ours(libc::STDIN_FILENO) {
        // SAFETY: a plain system call without pointers; it fails where there is no terminal.
        unsafe { libc::tcflush(libc::STDIN_FILENO, libc::TCIFLUSH) };
    }
}

/// False in the background. A terminal that does not control us has no foreground.
fn is_ours(terminal: RawFd) -> bool {
    // SAFETY: plain system calls without pointers.
    let (front, own) = unsafe { (libc::tcgetpgrp(terminal), libc::getpgrp()) };
    front <= 0 || front == own
}

fn settings(terminal: RawFd) -> io::Result<termios> {
    // SAFETY: the descriptor is open; a zeroed termios is a valid buffer to be filled.
    unsafe {
        let mut settings: termios = std::mem::zeroed();
        if libc::tcgetattr(terminal, &raw mut settings) == 0 {
            Ok(settings)
        } else {
            Err(io::Error::last_os_error())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_leaves_the_error_number_as_it_was() {
        let null = File::open("/dev/null").unwrap();
        // SAFETY: zeros are a valid termios.
        let before = unsafe { std::mem::zeroed() };
        let question = OpenQuestion {
            terminal: null.as_raw_fd(),
            before,
            silent: None,
            label: Vec::new(),
        };
        OPEN.store(Box::into_raw(Box::new(question)), Ordering::SeqCst);
        // SAFETY: the place belongs to this thread.
        unsafe { *errno() = libc::EINTR };
        on_continue(libc::SIGCONT);
        // SAFETY: as above.
        let after = unsafe { *errno() };
        let state = OPEN.swap(ptr::null_mut(), Ordering::SeqCst);
        assert_eq!(after, libc::EINTR);
        // The control: what the handler calls changes it.
        // SAFETY: the state was made above and is not freed.
        unsafe { give_back(state) };
        // SAFETY: as above.
        assert_eq!(unsafe { *errno() }, libc::ENOTTY);
    }
}
