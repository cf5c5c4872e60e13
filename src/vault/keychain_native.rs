//! Windows Credential Manager and the macOS keychain, through `keyring`: which entry, and which
//! fault an error is. No words for a person.
//!
//! The system's own call has no deadline.

use super::item::SERVICE;
use crate::os;
use keyring_core::{Entry, Error};
use std::collections::HashMap;
use std::fmt;
use std::time::Duration;
use zeroize::Zeroizing;

/// The libraries trust the answer of the OS.
pub(super) const READS_BACK: bool = false;

/// Why the keychain gives no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SystemFault {
    /// What it holds is not what ropc wrote.
    DamagedItem,
    /// This logon keeps no credentials (Windows).
    NoSession,
    /// It is locked, or may show no dialog (macOS).
    Locked,
    /// This account has no keychain of its own (macOS).
    NoLoginKeychain,
    /// Anything else, in the words of the system.
    Other(String),
}

impl fmt::Display for SystemFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DamagedItem => "the item is damaged",
            Self::NoSession => "the logon keeps no credentials",
            Self::Locked => "the keychain is locked",
            Self::NoLoginKeychain => "there is no login keychain",
            Self::Other(reason) => reason,
        })
    }
}

impl std::error::Error for SystemFault {}

pub(super) fn entry(account: &str, _interactive: bool) -> keyring_core::Result<Entry> {
    if keyring::Entry::store_status().is_err() {
        return Err(Error::NoDefaultStore);
    }
    // Keep the entry on this machine: the library's default roams with the user's profile.
    let modifiers = if os::IS_WINDOWS {
        HashMap::from([("persistence", "Local")])
    } else {
        HashMap::new()
    };
    Entry::new_with_modifiers(SERVICE, account, &modifiers)
}

/// Reads the items one by one: both keychains answer fast enough.
pub(super) fn get_both(
    [first, second]: [&str; 2],
    interactive: bool,
) -> keyring_core::Result<(Vec<u8>, Option<Vec<u8>>)> {
    let bytes = Zeroizing::new(entry(first, interactive)?.get_secret()?);
    match entry(second, interactive)?.get_secret() {
        Ok(more) => Ok((bytes.to_vec(), Some(more))),
        Err(Error::NoEntry) => Ok((bytes.to_vec(), None)),
        Err(e) => Err(e),
    }
}

/// Not known beforehand.
pub(super) fn dialog(_interactive: bool) -> Option<Duration> {
    None
}

pub(super) fn probe(_interactive: bool) -> Result<(), SystemFault> {
    match entry("probe", false).and_then(|e| e.get_secret()) {
        Ok(_) | Err(Error::NoEntry) => Ok(()),
        Err(e) => Err(fault_of(&e)),
    }
}

/// Never: no call has a deadline.
pub(super) fn is_timeout(_fault: &SystemFault) -> bool {
    false
}

pub(super) fn fault_of(error: &Error) -> SystemFault {
    // What the library says of these two may repeat what is stored.
    if matches!(error, Error::BadEncoding(_) | Error::BadDataFormat(..)) {
        return SystemFault::DamagedItem;
    }
    // The library gives the codes of the OS as words only: `Display` of the others names them.
    let words = error.to_string();
    if has_one(&words, &["NO_SUCH_LOGON_SESSION", "1312"]) {
        return SystemFault::NoSession;
    }
    if has_one(
        &words,
        &["-25308", "-25293", "-128", "nteraction is not allowed"],
    ) {
        return SystemFault::Locked;
    }
    if has_one(&words, &["-25294", "-25291"]) {
        return SystemFault::NoLoginKeychain;
    }
    let reason = words.split(" (os error").next().unwrap_or_default();
    SystemFault::Other(reason.to_owned())
}

fn has_one(words: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| words.contains(part))
}
