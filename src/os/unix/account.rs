//! Unix: the account that this process runs as. Changes nothing.

use crate::environment::Environment;
use crate::os::values::IdentityClue;
use std::ffi::CStr;

/// The number of the account this process runs as.
pub(in crate::os) fn own_uid() -> u32 {
    // SAFETY: geteuid has no preconditions and cannot fail.
    unsafe { libc::geteuid() }
}

/// The name of the account this process runs as.
pub(crate) fn account_name() -> String {
    let uid = own_uid();
    // SAFETY: getpwuid's result is read at once, on one thread, before any other call of its
    // family.
    unsafe {
        let entry = libc::getpwuid(uid);
        if entry.is_null() || (*entry).pw_name.is_null() {
            return format!("uid {uid}");
        }
        CStr::from_ptr((*entry).pw_name)
            .to_string_lossy()
            .into_owned()
    }
}

/// A possible reason why this account lacks a secret: another account called sudo.
pub(crate) fn identity_clue(env: &Environment) -> Option<IdentityClue> {
    let user = env.text("SUDO_USER")?.to_owned();
    Some(IdentityClue::UnderSudo { user })
}
