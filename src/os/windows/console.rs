//! Windows: the console and the standard streams; reads a line with echo or without.
//!
//! The console edits the line itself, so that backspace and paste work. A line without echo does
//! not enter the console's history.

use crate::os::fault::Fault;
use crate::os::values::{HIDDEN, Stream};
use std::fs::File;
use std::io;
use std::os::windows::io::{AsHandle, OwnedHandle};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::System::Console::{
    CONSOLE_MODE, CONSOLE_SCREEN_BUFFER_INFO, ENABLE_ECHO_INPUT, ENABLE_LINE_INPUT,
    ENABLE_PROCESSED_INPUT, ENABLE_VIRTUAL_TERMINAL_INPUT, FlushConsoleInputBuffer, GetConsoleMode,
    GetConsoleScreenBufferInfo, GetStdHandle, ReadConsoleW, STD_ERROR_HANDLE, STD_HANDLE,
    STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, SetConsoleCtrlHandler, SetConsoleMode, WriteConsoleW,
};
use windows_sys::core::BOOL;
use zeroize::Zeroizing;

/// The longest line, in UTF-16 units: more than any secret of Entra.
const LONGEST: usize = 16 * 1024;

/// The mode to restore, or [`NONE`]. The mode belongs to the window, not to us: without this it
/// would stay without echo after our end.
static BEFORE: AtomicU64 = AtomicU64::new(NONE);
const NONE: u64 = u64::MAX;

/// While it lives, Ctrl-C and closing the window first restore the console's echo.
#[derive(Debug)]
struct ConsoleGuard;

impl ConsoleGuard {
    /// Remembers the console's mode and watches for events that end us.
    fn guard() -> Self {
        if let Some(mode) = input().and_then(mode_of) {
            BEFORE.store(u64::from(mode), Ordering::SeqCst);
            // SAFETY: the handler is a function of this program and lives as long as it.
            unsafe { SetConsoleCtrlHandler(Some(on_console_event), 1) };
        }
        Self
    }
}

impl Drop for ConsoleGuard {
    fn drop(&mut self) {
        restore();
        // SAFETY: removes the handler that `guard` added; if there is none, the call only fails.
        unsafe { SetConsoleCtrlHandler(Some(on_console_event), 0) };
    }
}

/// Restores the mode; then the system's default ends us.
unsafe extern "system" fn on_console_event(_event: u32) -> BOOL {
    restore();
    0
}

fn restore() {
    if let Ok(mode) = u32::try_from(BEFORE.swap(NONE, Ordering::SeqCst))
        && let Some(console) = input()
    {
        // SAFETY: the handle is the console's input, which stays open for the life of the process.
        unsafe { SetConsoleMode(console, mode) };
    }
}

/// What removes the shown line, if one is shown.
static ERASER: Mutex<Option<String>> = Mutex::new(None);

/// A line on the console that is gone before Ctrl-C ends us.
#[derive(Debug)]
pub(crate) struct Erased;

impl Erased {
    /// While it lives, an event that ends us first writes this text.
    pub(crate) fn by(eraser: String) -> Self {
        *ERASER.lock().unwrap_or_else(PoisonError::into_inner) = Some(eraser);
        // SAFETY: the handler is a function of this program and lives as long as it.
        unsafe { SetConsoleCtrlHandler(Some(erase), 1) };
        Self
    }
}

impl Drop for Erased {
    fn drop(&mut self) {
        // SAFETY: removes the handler that `by` added; if there is none, the call only fails.
        unsafe { SetConsoleCtrlHandler(Some(erase), 0) };
        *ERASER.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Removes the line; then the system's default ends us. The system calls it in a thread of its own.
unsafe extern "system" fn erase(_event: u32) -> BOOL {
    let eraser = ERASER.lock().unwrap_or_else(PoisonError::into_inner).take();
    // Where the console is gone, so is the line.
    let _ = eraser.map(|eraser| show(&eraser));
    0
}

/// Asks on the console and reads one line.
pub(crate) fn typed_line(label: &str) -> io::Result<String> {
    typed(label, ENABLE_ECHO_INPUT).map(|mut line| std::mem::take(&mut *line))
}

/// Asks on the console and reads one hidden line. The screen then shows [`HIDDEN`], or `if_empty`.
pub(crate) fn typed_secret(label: &str, if_empty: &str) -> io::Result<Zeroizing<String>> {
    let line = typed(label, 0);
    let shown = match &line {
        Ok(line) if line.is_empty() => if_empty,
        Ok(_) => HIDDEN,
        Err(_) => "",
    };
    show(&format!("{shown}\r\n"))?;
    line
}

/// Asks and reads one line with this echo.
fn typed(label: &str, echo: CONSOLE_MODE) -> io::Result<Zeroizing<String>> {
    let _guard = ConsoleGuard::guard();
    let console = input().ok_or_else(io::Error::last_os_error)?;
    let mode = mode_of(console).ok_or_else(io::Error::last_os_error)?;
    let line_mode = (mode | ENABLE_LINE_INPUT | ENABLE_PROCESSED_INPUT)
        & !(ENABLE_ECHO_INPUT | ENABLE_VIRTUAL_TERMINAL_INPUT);
    show(label)?;
    // SAFETY: the handle is the console's input, as its mode could be read.
    if unsafe { SetConsoleMode(console, line_mode | echo) } == 0 {
        return Err(io::Error::last_os_error());
    }
    read_line(console)
}

/// Discards what was typed and not yet read.
pub(crate) fn discard_typed() {
    if let Some(console) = input() {
        // SAFETY: the handle is borrowed; the call fails for one that is no console.
        unsafe { FlushConsoleInputBuffer(console) };
    }
}

fn read_line(console: HANDLE) -> io::Result<Zeroizing<String>> {
    let mut units = Zeroizing::new(vec![0u16; LONGEST]);
    let mut length = 0;
    while !units[..length].contains(&u16::from(b'\n')) {
        if length == LONGEST {
            return Err(Fault::PromptTooLong.into());
        }
        let mut count = 0;
        // SAFETY: the buffer has room for the given number of units, and `count` is ours.
        let done = unsafe {
            let room = u32::try_from(LONGEST - length).unwrap_or(0);
            ReadConsoleW(
                console,
                units[length..].as_mut_ptr().cast(),
                room,
                &raw mut count,
                std::ptr::null(),
            )
        };
        // An empty read: Ctrl-C, which ends us a moment later, or the console is gone.
        if done == 0 || count == 0 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        length += usize::try_from(count).unwrap_or(0);
    }
    let line = &units[..length];
    let end = line
        .iter()
        .position(|unit| [b'\r', b'\n'].map(u16::from).contains(unit))
        .unwrap_or(length);
    // Three bytes for a unit at most, so that the text never moves and leaves a copy behind.
    let mut text = Zeroizing::new(String::with_capacity(3 * end));
    for letter in char::decode_utf16(line[..end].iter().copied()) {
        text.push(letter.map_err(|_| io::Error::from(Fault::PromptNotUnicode))?);
    }
    Ok(text)
}

/// Writes to the console behind stderr.
fn show(text: &str) -> io::Result<()> {
    let screen = standard(STD_ERROR_HANDLE).ok_or_else(io::Error::last_os_error)?;
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut written = 0;
    // SAFETY: the buffer has the given length, and `written` is ours.
    let done = unsafe {
        let length = u32::try_from(units.len()).unwrap_or(0);
        WriteConsoleW(
            screen,
            units.as_ptr(),
            length,
            &raw mut written,
            std::ptr::null(),
        )
    };
    if done == 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

/// Fails if there is no standard output: the standard library would report success for lost output.
pub(crate) fn check_stdout() -> io::Result<()> {
    standard(STD_OUTPUT_HANDLE)
        .map(drop)
        .ok_or_else(|| io::Error::from(Fault::StdoutClosed))
}

/// How many columns the console behind a stream has; `None` if it is no console.
pub(crate) fn columns(stream: Stream) -> Option<usize> {
    let screen = standard(match stream {
        Stream::Output => STD_OUTPUT_HANDLE,
        Stream::Error => STD_ERROR_HANDLE,
    })?;
    // SAFETY: the call fills one local struct, for which zeros are valid.
    let window = unsafe {
        let mut info: CONSOLE_SCREEN_BUFFER_INFO = std::mem::zeroed();
        (GetConsoleScreenBufferInfo(screen, &raw mut info) != 0).then_some(info.srWindow)?
    };
    usize::try_from(window.Right - window.Left + 1)
        .ok()
        .filter(|columns| *columns > 0)
}

fn input() -> Option<HANDLE> {
    standard(STD_INPUT_HANDLE)
}

fn standard(which: STD_HANDLE) -> Option<HANDLE> {
    // SAFETY: no preconditions; the handle is borrowed and never closed by us.
    let handle = unsafe { GetStdHandle(which) };
    (handle != INVALID_HANDLE_VALUE && !handle.is_null()).then_some(handle)
}

/// `None` if it is not a console.
fn mode_of(console: HANDLE) -> Option<u32> {
    let mut mode = 0;
    // SAFETY: the handle is valid, and the number is ours.
    (unsafe { GetConsoleMode(console, &raw mut mode) } != 0).then_some(mode)
}

/// Standard input as a file of its own, read without the standard library's static buffer (it is
/// never wiped).
pub(crate) fn stdin_file() -> io::Result<File> {
    #[expect(
        clippy::disallowed_methods,
        reason = "only the handle is taken, nothing is read through the buffer"
    )]
    let handle: OwnedHandle = io::stdin().as_handle().try_clone_to_owned()?;
    Ok(File::from(handle))
}
