//! Windows: directories under the user's profile, replacement of files, local time and ports.
//!
//! Modes do not exist here: files below the user's profile inherit an access list that keeps other
//! users out. `account` has the account, `harden` what this process changes about itself,
//! `supervise` commands, `console` questions.

mod account;
mod console;
mod harden;
mod supervise;

pub(crate) use account::account_name;
pub(crate) use console::{Erased, check_stdout, columns, discard_typed, typed_line, typed_secret};
pub(crate) use harden::harden;
pub(crate) use supervise::{end_as, exit_code, run_command, script_named, spawn};

use super::values::{IdentityClue, LocalTime};
use crate::environment::Environment;
use std::ffi::OsStr;
use std::fs::{DirBuilder, File, FileType, OpenOptions};
use std::io::{self, IsTerminal};
use std::os::windows::io::OwnedHandle;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::NamedTempFile;
use windows_sys::Win32::Globalization::GetUserDefaultUILanguage;
use windows_sys::Win32::System::Console::GetConsoleOutputCP;

/// `%ROPC_CONFIG_DIR%`, else `%APPDATA%\ropc`.
pub(crate) fn config_dir(env: &Environment) -> Option<PathBuf> {
    env.path("ROPC_CONFIG_DIR")
        .or_else(|| env.path("APPDATA").map(|d| d.join("ropc")))
}

/// `%ROPC_CACHE_DIR%`, else `%LOCALAPPDATA%\ropc\cache`.
pub(crate) fn cache_dir(env: &Environment) -> Option<PathBuf> {
    env.path("ROPC_CACHE_DIR").or_else(|| {
        env.path("LOCALAPPDATA")
            .map(|d| d.join("ropc").join("cache"))
    })
}

/// `%ROPC_STATE_DIR%`, else `%LOCALAPPDATA%\ropc\state`.
pub(crate) fn state_dir(env: &Environment) -> Option<PathBuf> {
    env.path("ROPC_STATE_DIR").or_else(|| {
        env.path("LOCALAPPDATA")
            .map(|d| d.join("ropc").join("state"))
    })
}

/// The language of the user interface, if its letters can be shown: at a console, or if the code
/// page is UTF-8. In a pipe or a file with another code page they would be garbled, so there the
/// language is English.
pub(crate) fn locale(_env: &Environment) -> Option<String> {
    const PRIMARY: u16 = 0x3ff;
    const JAPANESE: u16 = 0x11;
    const UTF_8: u32 = 65_001;
    // SAFETY: both calls have no preconditions and touch no memory of this process.
    let (language, code_page) = unsafe { (GetUserDefaultUILanguage(), GetConsoleOutputCP()) };
    let arrives = code_page == UTF_8 || (io::stdout().is_terminal() && io::stderr().is_terminal());
    (language & PRIMARY == JAPANESE && arrives).then(|| "ja".to_owned())
}

/// Windows has no memory-backed directory for a user.
pub(crate) fn runtime_dir(_env: &Environment) -> Option<PathBuf> {
    None
}

/// The longest value of one variable in characters.
pub(crate) const LONGEST_VARIABLE: usize = 32_000;

/// The command that shows who may read a file, for hints.
pub(crate) const LOOK: &str = "icacls";

/// True if this process may make files in the directory.
pub(crate) fn is_writable(dir: &Path) -> bool {
    super::temporary::temporary_in(dir).is_ok()
}

/// Always true: Windows searches more places and adds extensions, so only the start shows it.
pub(crate) fn program_exists(_program: &OsStr, _path: Option<&OsStr>) -> bool {
    true
}

/// True if the system cannot run the file as a program (`ERROR_BAD_EXE_FORMAT`).
pub(crate) fn is_no_program(error: &io::Error) -> bool {
    error.raw_os_error() == Some(193)
}

/// Upper and lower case of variable names are the same here.
pub(crate) fn same_variable(a: &OsStr, b: &OsStr) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Does nothing: an open never waits here, and it follows links.
pub(crate) fn open_at_once(_options: &mut OpenOptions, _follow: bool) {}

/// Does nothing, as [`open_at_once`] did nothing.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the same signature as on the other systems"
)]
pub(crate) fn wait_again(_file: &File) -> io::Result<()> {
    Ok(())
}

/// The inherited access list is the private one.
pub(crate) fn private_file_mode(_options: &mut OpenOptions) {}

/// Always false: pipes are not in directories here.
pub(crate) fn is_pipe(_kind: FileType) -> bool {
    false
}

/// Always true: the standard library has no file number here. If a person removes the locks while
/// jobs run, two may run at once.
pub(crate) fn is_at(_file: &File, _path: &Path) -> bool {
    true
}

/// The inherited access list is the private one.
pub(crate) fn private_mode(_builder: &mut DirBuilder) {}

/// Access lists are not judged here.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the same signature as on the other systems"
)]
pub(crate) fn is_set_to_others(_file: &File) -> io::Result<bool> {
    Ok(false)
}

/// A new file in a directory has the access list that it inherits, and the owner that made it.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the same signature as on the other systems"
)]
pub(crate) fn keep_owner(_new: &File, _old: &std::fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// Always `None`: handles have no separate limit here.
pub(crate) fn lacks_descriptors(_needed: usize) -> Option<io::Error> {
    None
}

/// True if the system has no handles, memory or threads left.
pub(crate) fn is_exhausted(error: &io::Error) -> bool {
    // ERROR_TOO_MANY_OPEN_FILES, ERROR_NOT_ENOUGH_MEMORY, ERROR_OUTOFMEMORY, WSAEMFILE, WSAENOBUFS.
    matches!(error.raw_os_error(), Some(4 | 8 | 14 | 10_024 | 10_055))
}

/// Always false: ropc does not look for hard links here.
pub(crate) fn has_other_names(_meta: &std::fs::Metadata) -> bool {
    false
}

/// NTFS's journal makes a rename durable.
pub(crate) fn sync_dir(_dir: &Path) {}

/// Renames a finished file to its name, and replaces an existing one, even while another process
/// reads that one.
///
/// The standard library's rename replaces open files (POSIX semantics), which `tempfile`'s own does
/// not. It waits for a virus scanner or indexer that holds the file for a moment.
pub(crate) fn persist(temp: NamedTempFile, path: &Path) -> io::Result<()> {
    // Also clears the mark of a temporary file, with which the system may put off writing it.
    let made = temp.into_temp_path().keep().map_err(|e| e.error)?;
    let mut outcome = std::fs::rename(&made, path);
    for _ in 0..20 {
        match &outcome {
            Err(e) if is_held_open(e) => std::thread::sleep(Duration::from_millis(15)),
            _ => break,
        }
        outcome = std::fs::rename(&made, path);
    }
    if outcome.is_err() {
        let _ = std::fs::remove_file(&made);
    }
    outcome
}

/// `ERROR_ACCESS_DENIED` or `ERROR_SHARING_VIOLATION`.
fn is_held_open(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(5 | 32))
}

/// Standard input as a file of its own, read without the standard library's static buffer (it is
/// never wiped).
pub(crate) fn stdin_file() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    #[expect(
        clippy::disallowed_methods,
        reason = "only the handle is taken, nothing is read through the buffer"
    )]
    let handle: OwnedHandle = std::io::stdin().as_handle().try_clone_to_owned()?;
    Ok(File::from(handle))
}

/// A possible reason why this account lacks a secret: it is always that another account stored it.
/// `sentences` asks for the account's name when it shows this.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the same signature as on the other systems"
)]
pub(crate) fn identity_clue(_env: &Environment) -> Option<IdentityClue> {
    Some(IdentityClue::OwnAccount)
}

/// A command that runs this program again.
pub(crate) fn this_program() -> io::Result<std::process::Command> {
    Ok(std::process::Command::new(std::env::current_exe()?))
}

/// Puts the command into a new process group: Ctrl-C at the console does not reach it.
pub(crate) fn detach_from_terminal(command: &mut std::process::Command) {
    use std::os::windows::process::CommandExt;
    command.creation_flags(windows_sys::Win32::System::Threading::CREATE_NEW_PROCESS_GROUP);
}

/// Listens on a free port of 127.0.0.1 for this process alone: without `SO_EXCLUSIVEADDRUSE`
/// another process could bind it too, with `SO_REUSEADDR` (Microsoft: "Using `SO_REUSEADDR` and
/// `SO_EXCLUSIVEADDRUSE`").
pub(crate) fn loopback_listener() -> io::Result<std::net::TcpListener> {
    use std::os::windows::io::FromRawSocket;
    use windows_sys::Win32::Networking::WinSock as ws;
    // The standard library starts Winsock before its first socket, so open and close one.
    drop(std::net::UdpSocket::bind((
        std::net::Ipv4Addr::LOCALHOST,
        0,
    ))?);
    let failed = || io::Error::last_os_error();
    let on = 1_i32;
    let address = ws::SOCKADDR_IN {
        sin_family: ws::AF_INET,
        sin_port: 0,
        sin_addr: ws::IN_ADDR {
            S_un: ws::IN_ADDR_0 {
                S_addr: u32::from_ne_bytes([127, 0, 0, 1]),
            },
        },
        sin_zero: [0; 8],
    };
    let size = |bytes: usize| i32::try_from(bytes).map_err(io::Error::other);
    // SAFETY: all pointers are to locals that outlive the calls, with their sizes; the socket is
    // owned by the listener as soon as it exists, which closes it in every case.
    unsafe {
        let socket = ws::WSASocketW(
            i32::from(ws::AF_INET),
            ws::SOCK_STREAM,
            ws::IPPROTO_TCP,
            std::ptr::null(),
            0,
            ws::WSA_FLAG_OVERLAPPED | ws::WSA_FLAG_NO_HANDLE_INHERIT,
        );
        if socket == ws::INVALID_SOCKET {
            return Err(failed());
        }
        let listener =
            std::net::TcpListener::from_raw_socket(socket as std::os::windows::io::RawSocket);
        let option = (&raw const on).cast();
        let length = size(size_of_val(&on))?;
        if ws::setsockopt(
            socket,
            ws::SOL_SOCKET,
            ws::SO_EXCLUSIVEADDRUSE,
            option,
            length,
        ) != 0
            || ws::bind(
                socket,
                (&raw const address).cast(),
                size(size_of_val(&address))?,
            ) != 0
            || ws::listen(socket, 128) != 0
        {
            return Err(failed());
        }
        Ok(listener)
    }
}

/// Epoch seconds as local time, by the system's time zone; `None` if there is no such time.
pub(crate) fn local_time(epoch: u64) -> Option<LocalTime> {
    use windows_sys::Win32::Foundation::{FILETIME, SYSTEMTIME};
    use windows_sys::Win32::System::Time::{FileTimeToSystemTime, SystemTimeToTzSpecificLocalTime};
    // 100 ns steps since 1601 (Microsoft: "FILETIME structure").
    let steps = epoch.checked_add(11_644_473_600)?.checked_mul(10_000_000)?;
    let file_time = FILETIME {
        dwLowDateTime: u32::try_from(steps & 0xffff_ffff).ok()?,
        dwHighDateTime: u32::try_from(steps >> 32).ok()?,
    };
    // SAFETY: zeroed structures of plain numbers are valid buffers to be filled; a null zone means
    // the system's.
    let local = unsafe {
        let mut utc: SYSTEMTIME = std::mem::zeroed();
        let mut local: SYSTEMTIME = std::mem::zeroed();
        if FileTimeToSystemTime(&raw const file_time, &raw mut utc) == 0
            || SystemTimeToTzSpecificLocalTime(std::ptr::null(), &raw const utc, &raw mut local)
                == 0
        {
            return None;
        }
        local
    };
    Some(LocalTime {
        year: i32::from(local.wYear),
        month: local.wMonth.into(),
        day: local.wDay.into(),
        hour: local.wHour.into(),
        minute: local.wMinute.into(),
        second: local.wSecond.into(),
    })
}

/// Waits until another process ends this one; for the memory tests, which read its memory from
/// outside Wine.
#[cfg(debug_assertions)]
pub(crate) fn stop_self() {
    loop {
        std::thread::park();
    }
}
