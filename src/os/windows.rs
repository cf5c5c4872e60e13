//! Windows: directories under the user's profile, process supervision, console.
//!
//! Modes do not exist here: files below the user's profile inherit an access list that keeps other users out.

mod supervise;

pub(crate) use supervise::{end_as, spawn};

use super::{Ended, LocalTime};
use crate::world::Environment;
use std::ffi::OsStr;
use std::fs::{DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};

/// `%ROPC_CONFIG_DIR%`, else `%APPDATA%\ropc`.
pub(crate) fn config_dir(env: &Environment) -> Option<PathBuf> {
    env.path("ROPC_CONFIG_DIR").or_else(|| env.path("APPDATA").map(|d| d.join("ropc")))
}

/// `%ROPC_CACHE_DIR%`, else `%LOCALAPPDATA%\ropc\cache`.
pub(crate) fn cache_dir(env: &Environment) -> Option<PathBuf> {
    env.path("ROPC_CACHE_DIR").or_else(|| env.path("LOCALAPPDATA").map(|d| d.join("ropc").join("cache")))
}

/// `%ROPC_STATE_DIR%`, else `%LOCALAPPDATA%\ropc\state`.
pub(crate) fn state_dir(env: &Environment) -> Option<PathBuf> {
    env.path("ROPC_STATE_DIR").or_else(|| env.path("LOCALAPPDATA").map(|d| d.join("ropc").join("state")))
}

/// Windows has no memory-backed directory for a user.
pub(crate) fn runtime_dir(_env: &Environment) -> Option<PathBuf> {
    None
}

/// The longest value of one variable in characters.
pub(crate) const LONGEST_VARIABLE: usize = 32_000;

/// True if this process may make files in the directory.
pub(crate) fn is_writable(dir: &Path) -> bool {
    tempfile::Builder::new().prefix(".ropc-").tempfile_in(dir).is_ok()
}

/// Windows looks in more places and adds endings, so nothing is certain before the start.
pub(crate) fn program_exists(_program: &OsStr, _path: Option<&OsStr>) -> bool {
    true
}

/// Variable names fold case here.
pub(crate) fn same_variable(a: &OsStr, b: &OsStr) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Opens for reading.
pub(crate) fn open_nofollow(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// The inherited access list is the private one.
pub(crate) fn private_mode(_builder: &mut DirBuilder) {}

/// Fails if the path cannot be looked at.
pub(crate) fn check_private(path: &Path) -> Result<(), String> {
    std::fs::symlink_metadata(path).map(drop).map_err(|e| crate::error::io_reason(&e))
}

/// Access lists are not judged here.
pub(crate) fn is_set_to_others(_file: &File) -> io::Result<bool> {
    Ok(false)
}

/// A rename is durable by itself on NTFS's journal.
pub(crate) fn sync_dir(_dir: &Path) {}

/// Standard input as a file of its own, read without the standard library's static buffer (it is never wiped).
pub(crate) fn stdin_file() -> io::Result<File> {
    use std::os::windows::io::{AsHandle, OwnedHandle};
    #[expect(clippy::disallowed_methods, reason = "only the handle is taken, nothing is read through the buffer")]
    let handle: OwnedHandle = std::io::stdin().as_handle().try_clone_to_owned()?;
    Ok(File::from(handle))
}

/// The name of the account this process runs as, as the environment has it.
#[expect(clippy::disallowed_methods, reason = "a fact about this process, not a setting")]
pub(crate) fn account_name() -> String {
    let part = |name| std::env::var_os(name).map(|v| v.to_string_lossy().into_owned());
    match (part("USERDOMAIN"), part("USERNAME")) {
        (Some(domain), Some(user)) => format!("{domain}\\{user}"),
        (None, Some(user)) => user,
        _ => "this account".into(),
    }
}

/// What else may explain that this account has no such secret.
pub(crate) fn identity_hint(_env: &Environment) -> Option<String> {
    Some(
        "a task or service that runs as another account (SYSTEM, a service account) sees that account's secrets only"
            .into(),
    )
}

/// Nothing yet that std offers safely; error reporting is excluded by policy, not by the process.
pub(crate) fn harden() {}

/// Console echo is restored by the console itself when a process ends.
#[derive(Debug)]
pub(crate) struct Echo;

impl Echo {
    /// Nothing to guard.
    pub(crate) fn guard() -> Self {
        Self
    }
}

/// Runs the command to its end, supervised, and returns its exit code, all 32 bits of it.
pub(crate) fn run_command(command: &mut std::process::Command) -> io::Result<i32> {
    match spawn(command)?.wait()? {
        Ended::Code(code) | Ended::Signal(code) => Ok(code),
    }
}

/// This very program, to be run once more.
pub(crate) fn this_program() -> io::Result<std::process::Command> {
    Ok(std::process::Command::new(std::env::current_exe()?))
}

/// A process group of its own: Ctrl-C at the console does not reach it.
pub(crate) fn detach_from_terminal(command: &mut std::process::Command) {
    use std::os::windows::process::CommandExt;
    command.creation_flags(windows_sys::Win32::System::Threading::CREATE_NEW_PROCESS_GROUP);
}

/// A free port on 127.0.0.1 for this process alone: without `SO_EXCLUSIVEADDRUSE` another process could bind it, too, by
/// asking for `SO_REUSEADDR` (Microsoft: "Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE").
pub(crate) fn loopback_listener() -> io::Result<std::net::TcpListener> {
    use std::os::windows::io::FromRawSocket;
    use windows_sys::Win32::Networking::WinSock as ws;
    // The standard library starts Winsock before its first socket; this one is thrown away.
    drop(std::net::UdpSocket::bind((std::net::Ipv4Addr::LOCALHOST, 0))?);
    let failed = || io::Error::last_os_error();
    let on = 1_i32;
    let address = ws::SOCKADDR_IN {
        sin_family: ws::AF_INET,
        sin_port: 0,
        sin_addr: ws::IN_ADDR { S_un: ws::IN_ADDR_0 { S_addr: u32::from_ne_bytes([127, 0, 0, 1]) } },
        sin_zero: [0; 8],
    };
    let size = |bytes: usize| i32::try_from(bytes).map_err(io::Error::other);
    // SAFETY: all pointers are to locals that outlive the calls, with their sizes; the socket is owned by the listener as
    // soon as it exists, which closes it on every way out.
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
        let listener = std::net::TcpListener::from_raw_socket(socket as std::os::windows::io::RawSocket);
        let (option, length) = ((&raw const on).cast(), size(size_of_val(&on))?);
        if ws::setsockopt(socket, ws::SOL_SOCKET, ws::SO_EXCLUSIVEADDRUSE, option, length) != 0
            || ws::bind(socket, (&raw const address).cast(), size(size_of_val(&address))?) != 0
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
    // SAFETY: zeroed structures of plain numbers are valid buffers to be filled; a null zone means the system's.
    let local = unsafe {
        let mut utc: SYSTEMTIME = std::mem::zeroed();
        let mut local: SYSTEMTIME = std::mem::zeroed();
        if FileTimeToSystemTime(&raw const file_time, &raw mut utc) == 0
            || SystemTimeToTzSpecificLocalTime(std::ptr::null(), &raw const utc, &raw mut local) == 0
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

/// The child's code as this process's own, all 32 bits of it: the standard library's `ExitCode` takes 8.
#[expect(
    clippy::exit,
    clippy::disallowed_methods,
    reason = "nothing secret is left: the child has ended and the plan is wiped"
)]
pub(crate) fn exit_code(code: i32) -> std::process::ExitCode {
    std::process::exit(code)
}

/// The memory tests run on Linux.
#[cfg(debug_assertions)]
pub(crate) fn stop_self() {}
