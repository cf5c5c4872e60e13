//! Windows Credential Manager and the macOS keychain, through `keyring`: which entry, and what a
//! fault means to a person.
//!
//! Calls run on a plain thread with a deadline, as a dialog that nobody sees would hold a job for
//! ever.

use super::{VaultError, VaultFault};
use crate::os;
use crate::text::{Text, text};
use keyring_core::{Entry, Error};
use std::collections::HashMap;
use zeroize::Zeroizing;

/// The libraries believe what the OS answers.
pub(super) const READS_BACK: bool = false;

pub(super) fn title() -> Text {
    if os::IS_WINDOWS {
        text!("vault-title-windows")
    } else {
        text!("vault-title-macos")
    }
}

pub(super) fn entry(
    service: &str,
    account: &str,
    _interactive: bool,
) -> keyring_core::Result<Entry> {
    if keyring::Entry::store_status().is_err() {
        return Err(Error::NoDefaultStore);
    }
    // Bound to this machine: the default of the library roams with the user's profile.
    let local = HashMap::from([("persistence", "Local")]);
    Entry::new_with_modifiers(
        service,
        account,
        if os::IS_WINDOWS {
            &local
        } else {
            EMPTY.get_or_init(HashMap::new)
        },
    )
}

/// Both answer fast enough to be asked twice.
pub(super) fn get_both(
    service: &str,
    [first, second]: [&str; 2],
    interactive: bool,
) -> keyring_core::Result<(Vec<u8>, Option<Vec<u8>>)> {
    let bytes = Zeroizing::new(entry(service, first, interactive)?.get_secret()?);
    match entry(service, second, interactive)?.get_secret() {
        Ok(more) => Ok((bytes.to_vec(), Some(more))),
        Err(Error::NoEntry) => Ok((bytes.to_vec(), None)),
        Err(e) => Err(e),
    }
}

static EMPTY: std::sync::OnceLock<HashMap<&'static str, &'static str>> = std::sync::OnceLock::new();

/// Not known beforehand.
pub(super) fn asks_first(_interactive: bool) -> Option<Text> {
    None
}

pub(super) fn probe(_interactive: bool) -> Result<(), VaultError> {
    match entry(super::SERVICE, "probe", false).and_then(|e| e.get_secret()) {
        Ok(_) | Err(Error::NoEntry) => Ok(()),
        Err(e) => Err(explain(&e)),
    }
}

pub(super) fn explain(error: &Error) -> VaultError {
    // What the library says of these two may repeat what is stored.
    if matches!(error, Error::BadEncoding(_) | Error::BadDataFormat(..)) {
        return VaultError::new(
            VaultFault::Unavailable,
            text!("vault-native-damaged-item", store = title()),
        )
        .hint(text!("vault-native-store-anew"));
    }
    // `Display` of the others names codes and texts of the OS.
    let text = error.to_string();
    let has = |words: &[&str]| words.iter().any(|w| text.contains(w));
    if has(&["NO_SUCH_LOGON_SESSION", "1312"]) {
        return VaultError::new(VaultFault::Unavailable, text!("vault-native-no-session"))
            .hint(text!("vault-native-use-console"))
            .hint(text!("vault-native-policy"))
            .hint(text!("vault-or-file"));
    }
    if has(&["-25308", "-25293", "-128", "nteraction is not allowed"]) {
        return VaultError::new(VaultFault::Locked, text!("vault-native-locked"))
            .hint(text!("vault-native-unlock"))
            .hint(text!("vault-native-upgraded"));
    }
    if has(&["-25294", "-25291"]) {
        return VaultError::new(
            VaultFault::Unavailable,
            text!("vault-native-no-login-keychain"),
        )
        .hint(text!("vault-native-launch-agent"));
    }
    let kind = if matches!(error, Error::NoStorageAccess(_)) {
        VaultFault::Locked
    } else {
        VaultFault::Unavailable
    };
    let reason = text.split(" (os error").next().unwrap_or_default();
    VaultError::new(
        kind,
        text!("vault-native-no-answer", store = title(), reason = reason),
    )
    .hint(text!("vault-file-instead"))
}
