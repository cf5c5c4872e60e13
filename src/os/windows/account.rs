//! Windows: the account that this process runs as. Changes nothing.

use crate::environment::Environment;
use crate::os::values::IdentityClue;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use windows_sys::Win32::Security::{
    GetTokenInformation, LookupAccountSidW, SID_NAME_USE, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

/// The name of the account that this process runs as, in the form of `whoami`:
/// `CONTOSO\svc-report`, `NT AUTHORITY\SYSTEM`. Comes from the process's token, as the variables
/// USERDOMAIN and USERNAME may hold anything. `?` if the system does not answer.
pub(crate) fn account_name() -> String {
    token_account().unwrap_or_else(|| "?".to_owned())
}

fn token_account() -> Option<String> {
    let mut token = std::ptr::null_mut();
    // SAFETY: the pseudo handle of this process is valid; the token's handle is checked before it
    // gets its only owner.
    let token = unsafe {
        if OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) == 0 {
            return None;
        }
        OwnedHandle::from_raw_handle(token)
    };
    // TOKEN_USER and the longest SID (68 bytes) behind it, aligned as the struct needs it.
    let mut user = [0u64; 32];
    let mut length = 0;
    let mut name = [0u16; 257];
    let mut domain = [0u16; 257];
    let mut name_length = 257;
    let mut domain_length = 257;
    let mut kind: SID_NAME_USE = 0;
    // SAFETY: every buffer is ours and has the given length. The SID that TOKEN_USER points at is
    // in `user`, too.
    let found = unsafe {
        GetTokenInformation(
            token.as_raw_handle(),
            TokenUser,
            user.as_mut_ptr().cast(),
            256,
            &raw mut length,
        ) != 0
            && LookupAccountSidW(
                std::ptr::null(),
                (*user.as_ptr().cast::<TOKEN_USER>()).User.Sid,
                name.as_mut_ptr(),
                &raw mut name_length,
                domain.as_mut_ptr(),
                &raw mut domain_length,
                &raw mut kind,
            ) != 0
    };
    let text = |units: &[u16], length: u32| {
        String::from_utf16_lossy(
            units
                .get(..usize::try_from(length).unwrap_or(0))
                .unwrap_or_default(),
        )
    };
    found.then(|| match text(&domain, domain_length) {
        domain if domain.is_empty() => text(&name, name_length),
        domain => format!("{domain}\\{}", text(&name, name_length)),
    })
}

/// A possible reason why this account lacks a secret: it is always that another account stored it.
/// `sentences` asks for the account's name when it shows this.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the same signature as on the other systems"
)]
pub(crate) fn identity_clue(_env: &Environment) -> Option<IdentityClue> {
    Some(IdentityClue::OwnAccount)
}
