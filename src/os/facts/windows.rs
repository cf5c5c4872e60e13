//! Windows: the type of this logon, and whether Credential Manager keeps anything for it.
//!
//! Sources: Microsoft, "`CredGetSessionTypes`", "Well-known SIDs" (S-1-5-2 network, S-1-5-3 batch,
//! S-1-5-4 interactive, S-1-5-6 service).

use super::session::{Logon, LogonFault, SessionBus};
use crate::environment::Environment;
use crate::os::Untrusted;
use std::io;
use std::path::{Path, PathBuf};
use windows_sys::Win32::Security::Credentials::{
    CRED_PERSIST_LOCAL_MACHINE, CRED_PERSIST_NONE, CRED_TYPE_GENERIC, CRED_TYPE_MAXIMUM,
    CredGetSessionTypes,
};
use windows_sys::Win32::Security::{
    CheckTokenMembership, CreateWellKnownSid, WELL_KNOWN_SID_TYPE, WinBatchSid, WinInteractiveSid,
    WinNetworkSid, WinServiceSid,
};

/// Always `None`: ropc does not read access lists.
pub(crate) fn foreign_owner(_path: &Path) -> Option<String> {
    None
}

/// Always `None`: ropc does not read access lists.
pub(crate) fn stranger(_path: &Path) -> Option<String> {
    None
}

/// The profile directories follow the logon here, not a variable.
pub(crate) fn home_of_account() -> Option<PathBuf> {
    None
}

/// Always `None`: ropc does not read access lists.
pub(crate) fn is_ours_alone(_path: &Path) -> Option<Result<(), Untrusted>> {
    None
}

/// Only systemd has lingering.
pub(crate) fn lingers(_account: &str) -> Option<bool> {
    None
}

/// There is no session bus here.
pub(crate) fn session_bus(_env: &Environment) -> SessionBus {
    SessionBus::Absent(PathBuf::new())
}

/// The type of this logon, by the group that the system put into its token.
pub(crate) fn logon() -> Option<Logon> {
    let kinds = [
        (WinServiceSid, Logon::Service),
        (WinBatchSid, Logon::Batch),
        (WinNetworkSid, Logon::Network),
        (WinInteractiveSid, Logon::Interactive),
    ];
    kinds
        .into_iter()
        .find_map(|(group, logon)| is_member(group).then_some(logon))
}

fn is_member(group: WELL_KNOWN_SID_TYPE) -> bool {
    // SECURITY_MAX_SID_SIZE is 68 bytes; words, because a SID is aligned to four.
    let mut sid = [0u32; 17];
    let mut size = 68;
    let mut member = 0;
    // SAFETY: the buffer has the given size and outlives both calls; a null token means this
    // thread's own.
    unsafe {
        CreateWellKnownSid(
            group,
            std::ptr::null_mut(),
            sid.as_mut_ptr().cast(),
            &raw mut size,
        ) != 0
            && CheckTokenMembership(
                std::ptr::null_mut(),
                sid.as_mut_ptr().cast(),
                &raw mut member,
            ) != 0
            && member != 0
    }
}

/// Whether Credential Manager keeps our entries for this logon. `Err` says why not.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the same signature as on the other systems"
)]
pub(crate) fn keychain_of_logon() -> Option<Result<(), LogonFault>> {
    let mut most = [0u32; CRED_TYPE_MAXIMUM as usize];
    // SAFETY: the array has as many elements as the call gets.
    let done = unsafe { CredGetSessionTypes(CRED_TYPE_MAXIMUM, most.as_mut_ptr()) };
    if done == 0 {
        // ERROR_NO_SUCH_LOGON_SESSION
        let no_session = io::Error::last_os_error().raw_os_error() == Some(1312);
        return Some(Err(if no_session {
            LogonFault::NoCredentialManager
        } else {
            LogonFault::Silent
        }));
    }
    Some(match most[CRED_TYPE_GENERIC as usize] {
        CRED_PERSIST_NONE => Err(LogonFault::Forbidden),
        kept if kept < CRED_PERSIST_LOCAL_MACHINE => Err(LogonFault::UntilLogoff),
        _ => Ok(()),
    })
}
