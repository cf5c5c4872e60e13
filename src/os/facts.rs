//! Facts about this account and session that decide whether a job would work when nobody watches.
//! For `doctor` and `login`.
//!
//! Nothing is changed and nothing secret is read here. Both halves offer the same names; what a
//! system does not have answers `None`.

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

/// Whose keychain the `os` store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keychain {
    /// The freedesktop Secret Service on the session bus.
    SecretService,
    /// Windows Credential Manager.
    CredentialManager,
    /// The macOS keychain.
    MacOs,
}

/// The one of this system.
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
