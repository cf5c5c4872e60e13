//! Unix: a line typed at the terminal without echo, and the echo restored after a signal.
//!
//! Read without a buffer that outlives the question: the library that asks our other questions takes the standard
//! library's, which is never wiped, and the last typed secret stayed there (measured).

use super::supervise::is_ignored;
use super::{standard, stdin_file};
use crate::l10n::msg;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicPtr, Ordering};
use zeroize::Zeroizing;

/// More than a terminal takes for one line (4,095 bytes on Linux), and than any secret that Entra takes.
const LONGEST: usize = 16 * 1024;

/// Asks at the terminal and reads one line that is not shown; the terminal edits it. The caller holds an [`Echo`].
pub(crate) fn typed_secret(label: &str) -> io::Result<Zeroizing<String>> {
    let (terminal, mut screen) = (stdin_file()?, standard(2)?);
    write!(screen, "{label}: ")?;
    let before = settings(&terminal)?;
    let mut silent = before;
    silent.c_lflag &= !libc::ECHO;
    apply(&terminal, &silent)?;
    let line = read_line(&terminal);
    apply(&terminal, &before)?;
    writeln!(screen, "{}", if line.is_ok() { "[hidden]" } else { "" })?;
    line
}

fn read_line(mut terminal: &File) -> io::Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(vec![0u8; LONGEST]);
    let mut length = 0;
    while !bytes[..length].contains(&b'\n') {
        match terminal.read(&mut bytes[length..]) {
            Ok(0) if length == LONGEST => {
                return Err(io::Error::new(io::ErrorKind::InvalidData, msg!("os-prompt-too-long")));
            }
            // Ctrl-D, or the terminal is gone.
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => length += count,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    let line = std::str::from_utf8(&bytes[..length])
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, msg!("os-prompt-not-unicode")))?;
    Ok(Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}

fn settings(terminal: &File) -> io::Result<libc::termios> {
    // SAFETY: the descriptor is open; a zeroed termios is a valid buffer to be filled.
    unsafe {
        let mut settings: libc::termios = std::mem::zeroed();
        if libc::tcgetattr(terminal.as_raw_fd(), &raw mut settings) == 0 {
            Ok(settings)
        } else {
            Err(io::Error::last_os_error())
        }
    }
}

/// What was typed before is thrown away: it was no answer to this question, and it may have been shown.
fn apply(terminal: &File, settings: &libc::termios) -> io::Result<()> {
    // SAFETY: the descriptor is open, and the settings are a whole termios.
    let done = unsafe { libc::tcsetattr(terminal.as_raw_fd(), libc::TCSAFLUSH, settings) };
    if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

static SAVED_TERM: AtomicPtr<libc::termios> = AtomicPtr::new(std::ptr::null_mut());
static TERM_FD: std::sync::atomic::AtomicI32 = std::sync::atomic::AtomicI32::new(-1);

/// While it lives, a signal that ends the process first gives the terminal its echo back. One that is ignored (`nohup`)
/// ends nothing, and stays ignored: for us, and for the command that comes after the question.
#[derive(Debug)]
pub(crate) struct Echo {
    _terminal: Option<File>,
    watched: Vec<libc::c_int>,
}

const ENDING: [libc::c_int; 4] = [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT];

extern "C" fn restore_and_die(signal: libc::c_int) {
    // SAFETY: tcsetattr, signal and raise are async-signal-safe; the pointer is null or never freed.
    unsafe {
        let saved = SAVED_TERM.load(Ordering::SeqCst);
        if !saved.is_null() {
            libc::tcsetattr(TERM_FD.load(Ordering::SeqCst), libc::TCSANOW, saved);
        }
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
}

impl Echo {
    /// Remembers the terminal's settings and watches for ending signals.
    pub(crate) fn guard() -> Self {
        let Ok(terminal) = OpenOptions::new().read(true).write(true).open("/dev/tty") else {
            return Self { _terminal: None, watched: Vec::new() };
        };
        let watched: Vec<libc::c_int> = ENDING.into_iter().filter(|signal| !is_ignored(*signal)).collect();
        if let Ok(settings) = settings(&terminal) {
            // Left allocated on purpose: a signal may arrive at any time.
            SAVED_TERM.store(Box::into_raw(Box::new(settings)), Ordering::SeqCst);
            TERM_FD.store(terminal.as_raw_fd(), Ordering::SeqCst);
            for signal in &watched {
                // SAFETY: the handler calls what is async-signal-safe only.
                unsafe { libc::signal(*signal, restore_and_die as *const () as libc::sighandler_t) };
            }
        }
        Self { _terminal: Some(terminal), watched }
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        SAVED_TERM.store(std::ptr::null_mut(), Ordering::SeqCst);
        // SAFETY: gives the default action back to signals that `guard` took.
        unsafe {
            for signal in &self.watched {
                libc::signal(*signal, libc::SIG_DFL);
            }
        }
    }
}
