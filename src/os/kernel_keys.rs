//! A small key in the Linux kernel's keyring of this account (`@u`), for a limited time: two system
//! calls read it, its memory is never swapped, and the kernel wipes it at the end of its time.
//! Other systems have no such place. It must be the account's keyring, because a job may run
//! anywhere: cron and `su` have no session keyring, a systemd service has its own, and the
//! account's is the same for all of them. Its special name counts as possession of the keyring
//! itself, but a key in it is possessed only where the session keyring links it. So each key grants
//! its *account* the rights that it needs (view, read, search), which a new key does not. `keep`
//! makes it in this process's keyring, sets its time limit and rights, and then links it: at no
//! moment could it stay for ever.
//!
//! Every failure (a container or a service that forbids the calls, a full quota) is an error that
//! the caller may ignore.

use std::time::Duration;
use zeroize::Zeroizing;

/// The length of a key in bytes.
pub(crate) const LENGTH: usize = 32;

/// Stores a key under a name, and replaces an existing one. It ends after `life`, rounded down to
/// whole seconds. Stores nothing if that is less than a second.
pub(crate) fn keep(name: &str, key: &[u8; LENGTH], life: Duration) -> std::io::Result<()> {
    match u32::try_from(life.as_secs()) {
        // For the kernel, 0 is "for ever".
        Ok(0) => Ok(()),
        seconds => imp::keep(&text(name)?, key, seconds.unwrap_or(u32::MAX)),
    }
}

/// The key of that name; `None` if there is none, or its length is not [`LENGTH`].
pub(crate) fn find(name: &str) -> std::io::Result<Option<Zeroizing<[u8; LENGTH]>>> {
    imp::find(&text(name)?)
}

/// Removes the key of that name, at once and for all processes; false if there was none.
pub(crate) fn remove(name: &str) -> std::io::Result<bool> {
    imp::remove(&text(name)?)
}

/// Whether storing and reading a key works here. `None` on systems without such a keyring.
pub(crate) fn trial(name: &str) -> Option<std::io::Result<()>> {
    let put = keep(name, &[0; LENGTH], Duration::from_secs(1));
    match put
        .and_then(|()| find(name))
        .and_then(|found| remove(name).map(|_| found))
    {
        Err(e) if e.kind() == std::io::ErrorKind::Unsupported && cfg!(not(target_os = "linux")) => {
            None
        }
        Err(e) => Some(Err(e)),
        Ok(Some(_)) => Some(Ok(())),
        Ok(None) => Some(Err(super::Fault::KernelKeyringForgets.into())),
    }
}

fn text(name: &str) -> std::io::Result<std::ffi::CString> {
    std::ffi::CString::new(name).map_err(|_| std::io::ErrorKind::InvalidInput.into())
}

#[cfg(target_os = "linux")]
mod imp {
    use super::LENGTH;
    use std::ffi::{CStr, c_long};
    use std::io;
    use zeroize::Zeroizing;

    /// The plain type: readers get the bytes unchanged.
    const TYPE: &CStr = c"user";
    const ACCOUNT: i32 = libc::KEY_SPEC_USER_KEYRING;
    /// This process's keyring: made on demand, invisible to other processes, gone with this one.
    const OURS: i32 = libc::KEY_SPEC_PROCESS_KEYRING;
    /// Possessors may view, read, search and link; the account may view, read and search. No
    /// process may write, or change the time limit or these rights (uapi/linux/keyctl.h,
    /// `KEY_POS_*` and `KEY_USR_*`).
    const RIGHTS: c_long = 0x1b0b_0000;

    pub(super) fn keep(name: &CStr, key: &[u8; LENGTH], seconds: u32) -> io::Result<()> {
        // SAFETY: two C strings and a buffer with its length, all alive during the call, which
        // keeps none of them.
        let made = unsafe {
            libc::syscall(
                libc::SYS_add_key,
                TYPE.as_ptr(),
                name.as_ptr(),
                key.as_ptr(),
                LENGTH,
                OURS,
            )
        };
        let serial = checked(made)?;
        let shared = call(libc::KEYCTL_SET_TIMEOUT, serial, seconds.into())
            .and_then(|_| call(libc::KEYCTL_SETPERM, serial, RIGHTS))
            .and_then(|_| call(libc::KEYCTL_LINK, serial, ACCOUNT.into()));
        // Without the link in our keyring, the key ends when the account's keyring drops it.
        let _ = call(libc::KEYCTL_UNLINK, serial, OURS.into());
        shared.map(drop)
    }

    pub(super) fn find(name: &CStr) -> io::Result<Option<Zeroizing<[u8; LENGTH]>>> {
        let Some(serial) = search(name)? else {
            return Ok(None);
        };
        let mut key = Zeroizing::new([0u8; LENGTH]);
        // SAFETY: the buffer is alive and has the given length; the kernel writes no more than
        // that.
        let length = unsafe {
            libc::syscall(
                libc::SYS_keyctl,
                libc::KEYCTL_READ,
                serial,
                key.as_mut_ptr(),
                LENGTH,
                0,
            )
        };
        match checked(length) {
            Ok(length) => Ok((usize::try_from(length) == Ok(LENGTH)).then_some(key)),
            // It ended, or another process removed it, in between.
            Err(e) => absent(e).map(|()| None),
        }
    }

    pub(super) fn remove(name: &CStr) -> io::Result<bool> {
        let Some(serial) = search(name)? else {
            return Ok(false);
        };
        // Unlinking needs no right on the key itself, so it also removes a key of this name that
        // another program stored.
        call(libc::KEYCTL_INVALIDATE, serial, 0)
            .or_else(|_| call(libc::KEYCTL_UNLINK, serial, ACCOUNT.into()))
            .map(|_| true)
    }

    fn search(name: &CStr) -> io::Result<Option<c_long>> {
        // SAFETY: two C strings, alive during the call.
        let found = unsafe {
            libc::syscall(
                libc::SYS_keyctl,
                libc::KEYCTL_SEARCH,
                ACCOUNT,
                TYPE.as_ptr(),
                name.as_ptr(),
                0,
            )
        };
        checked(found)
            .map(Some)
            .or_else(|e| absent(e).map(|()| None))
    }

    /// Calls an operation that takes numbers only.
    fn call(operation: u32, serial: c_long, value: c_long) -> io::Result<c_long> {
        // SAFETY: no pointer is passed, so no memory of this process is touched.
        checked(unsafe { libc::syscall(libc::SYS_keyctl, operation, serial, value, 0, 0) })
    }

    fn checked(result: c_long) -> io::Result<c_long> {
        if result < 0 {
            Err(io::Error::last_os_error())
        } else {
            Ok(result)
        }
    }

    /// `Ok` for the errors that mean "there is none".
    fn absent(error: io::Error) -> io::Result<()> {
        match error.raw_os_error() {
            Some(libc::ENOKEY | libc::EKEYEXPIRED | libc::EKEYREVOKED) => Ok(()),
            _ => Err(error),
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod imp {
    use super::LENGTH;
    use std::ffi::CStr;
    use std::io;
    use zeroize::Zeroizing;

    pub(super) fn keep(_name: &CStr, _key: &[u8; LENGTH], _seconds: u32) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn find(_name: &CStr) -> io::Result<Option<Zeroizing<[u8; LENGTH]>>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn remove(_name: &CStr) -> io::Result<bool> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
