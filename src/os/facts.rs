//! Facts about this account and session that decide whether an unattended job would work. For
//! `doctor` and `login`. Changes nothing and reads no secret. Both halves offer the same names; a
//! question that makes no sense on a system returns `None`.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
#[allow(
    unsafe_code,
    reason = "system calls that the standard library does not offer; each block says why it is sound"
)]
mod windows;

#[cfg(unix)]
use unix as imp;
#[cfg(windows)]
use windows as imp;

pub(crate) use imp::{
    foreign_owner, home_of_account, is_ours_alone, keychain_of_logon, lingers, logon, session_bus,
    stranger,
};

use std::path::PathBuf;

/// The type of a logon session of Windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(unix, allow(dead_code, reason = "an idea of Windows"))]
pub(crate) enum Logon {
    /// A service.
    Service,
    /// A scheduled task.
    Batch,
    /// SSH or PowerShell remoting.
    Network,
    /// A person at the desktop.
    Interactive,
}

/// Why Credential Manager keeps nothing for this logon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(unix, allow(dead_code, reason = "an idea of Windows"))]
pub(crate) enum LogonFault {
    /// The session has no Credential Manager.
    NoCredentialManager,
    /// It did not report what it keeps.
    Silent,
    /// A policy forbids it to keep anything.
    Forbidden,
    /// It keeps entries until the logon ends.
    UntilLogoff,
}

/// The keychain behind the `os` store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keychain {
    /// The freedesktop Secret Service on the session bus.
    SecretService,
    /// Windows Credential Manager.
    CredentialManager,
    /// The macOS keychain.
    MacOs,
}

/// The keychain of this system.
pub(crate) const KEYCHAIN: Keychain = if cfg!(windows) {
    Keychain::CredentialManager
} else if cfg!(target_os = "macos") {
    Keychain::MacOs
} else {
    Keychain::SecretService
};

/// The D-Bus session bus as a program finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(windows, allow(dead_code, reason = "Windows has no session bus"))]
pub(crate) enum SessionBus {
    /// At the place where every program of this account looks: a job finds it too.
    WellKnown(PathBuf),
    /// Only where a variable of this session points: a job of cron or a timer does not inherit it.
    ThisSession,
    /// Neither a variable nor the well-known socket; the path is where the socket would be.
    Absent(PathBuf),
}
