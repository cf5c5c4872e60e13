//! The kind of a logon, why Credential Manager keeps nothing for it, and the session bus. Values
//! only.

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
