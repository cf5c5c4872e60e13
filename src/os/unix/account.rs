//! Unix: the account that this process runs as. Changes nothing.

use crate::environment::Environment;
use crate::os::values::IdentityClue;
use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::ptr;

/// The number of the account this process runs as.
pub(in crate::os) fn own_uid() -> u32 {
    // SAFETY: geteuid has no preconditions and cannot fail.
    unsafe { libc::geteuid() }
}

/// The name of the account this process runs as.
pub(crate) fn account_name() -> String {
    let uid = own_uid();
    let mut entry = MaybeUninit::<libc::passwd>::uninit();
    let mut texts: [libc::c_char; 4096] = [0; 4096];
    let mut found = ptr::null_mut();
    // SAFETY: all pointers are to places of this function, with the length of `texts`; `found` stays
    // null or points to `entry`, whose name is then a C string in `texts`.
    unsafe {
        libc::getpwuid_r(
            uid,
            entry.as_mut_ptr(),
            texts.as_mut_ptr(),
            texts.len(),
            &raw mut found,
        );
        if found.is_null() || (*found).pw_name.is_null() {
            return format!("uid {uid}");
        }
        CStr::from_ptr((*found).pw_name)
            .to_string_lossy()
            .into_owned()
    }
}

/// A possible reason why this account lacks a secret: another account called sudo.
pub(crate) fn identity_clue(env: &Environment) -> Option<IdentityClue> {
    let user = env.text("SUDO_USER")?.to_owned();
    Some(IdentityClue::UnderSudo { user })
}
