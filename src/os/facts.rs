//! Facts about this account and session that decide whether an unattended job would work. For
//! `doctor` and `login`. Changes nothing and reads no secret. Both halves offer the same names; a
//! question that makes no sense on a system returns `None`.

mod session;
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

pub(crate) use session::{Logon, LogonFault, SessionBus};

pub(crate) use imp::{
    foreign_owner, home_of_account, is_ours_alone, keychain_of_logon, lingers, logon, session_bus,
    stranger,
};

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
