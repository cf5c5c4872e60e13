//! Windows: what this process changes about itself at its start, and pages for secrets.

use std::ffi::c_void;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};
use windows_sys::Win32::System::Diagnostics::Debug::{
    SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SEM_NOOPENFILEERRORBOX, SetErrorMode,
};
use windows_sys::Win32::System::ErrorReporting::{WER_FAULT_REPORTING_FLAG_NOHEAP, WerSetFlags};
use windows_sys::Win32::System::LibraryLoader::{
    GetModuleHandleW, GetProcAddress, LOAD_LIBRARY_SEARCH_SYSTEM32, SetDefaultDllDirectories,
};
use windows_sys::Win32::System::Memory::{MEM_COMMIT, MEM_RESERVE, PAGE_READWRITE, VirtualAlloc, VirtualLock};
use windows_sys::core::{HRESULT, s, w};

/// The error mode that [`harden`] found, or [`NOT_SET`].
static ERROR_MODE: AtomicU32 = AtomicU32::new(NOT_SET);
const NOT_SET: u32 = u32::MAX;

/// First thing in `main`: a crash report carries no heap, a crash shows no dialog that nobody at night would close, and
/// libraries that are loaded later come from the system's directory only.
///
/// Windows has no switch that hides a process's memory from other programs of the same user or of an administrator.
/// The exclusion list of error reporting is not used: it is kept in the registry by the program's name and stays there.
pub(crate) fn harden() {
    // SAFETY: plain system calls on numbers; failure leaves things as they were.
    unsafe {
        let before = SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
        ERROR_MODE.store(before, Ordering::SeqCst);
        WerSetFlags(WER_FAULT_REPORTING_FLAG_NOHEAP);
        SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_SYSTEM32);
    }
}

/// A child inherits the error mode: it gets the one that it would have had without us.
pub(super) fn give_error_mode_back() {
    let before = ERROR_MODE.swap(NOT_SET, Ordering::SeqCst);
    if before != NOT_SET {
        // SAFETY: a plain system call on a number.
        unsafe { SetErrorMode(before) };
    }
}

/// Fresh zeroed pages for secrets, out of the page file (`VirtualLock`) and of crash reports: best effort, all of it. `None`
/// if there is no memory.
pub(crate) fn secret_pages(size: usize) -> Option<NonNull<u8>> {
    // SAFETY: fresh pages of its own; nothing that exists is changed.
    let start =
        NonNull::new(unsafe { VirtualAlloc(std::ptr::null(), size, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE) })?;
    // SAFETY: these pages; they are not read.
    unsafe { VirtualLock(start.as_ptr(), size) };
    leave_out_of_reports(start, size);
    Some(start.cast())
}

/// Asks error reporting to leave the pages out of whatever it collects. False where it cannot be asked: the function came with
/// Windows 10 version 1703, and Wine has none.
fn leave_out_of_reports(start: NonNull<c_void>, size: usize) -> bool {
    type Exclude = unsafe extern "system" fn(*const c_void, u32) -> HRESULT;
    let Ok(size) = u32::try_from(size) else { return false };
    // SAFETY: both names end with a zero, and the library is always there.
    let found = unsafe { GetProcAddress(GetModuleHandleW(w!("kernel32.dll")), s!("WerRegisterExcludedMemoryBlock")) };
    let Some(found) = found else { return false };
    // SAFETY: that is the type of the function of this name (werapi.h).
    let exclude = unsafe { std::mem::transmute::<unsafe extern "system" fn() -> isize, Exclude>(found) };
    // SAFETY: it notes the address and the length of pages that stay for the life of the process.
    (unsafe { exclude(start.as_ptr(), size) }) >= 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use windows_sys::Win32::System::ErrorReporting::WerGetFlags;
    use windows_sys::Win32::System::Memory::VirtualUnlock;
    use windows_sys::Win32::System::Threading::GetCurrentProcess;

    const SIZE: usize = 32 * 1024;

    fn is_wine() -> bool {
        // SAFETY: both names end with a zero, and the library is always there.
        unsafe { GetProcAddress(GetModuleHandleW(w!("ntdll.dll")), s!("wine_get_version")) }.is_some()
    }

    #[test]
    fn secret_pages_are_locked_and_left_out_of_reports() {
        let pages = secret_pages(SIZE).unwrap();
        // SAFETY: fresh pages of that size, ours alone; other pages are only taken.
        unsafe {
            assert!(std::slice::from_raw_parts(pages.as_ptr(), SIZE).iter().all(|byte| *byte == 0));
            assert_ne!(VirtualUnlock(pages.as_ptr().cast(), SIZE), 0, "{}", std::io::Error::last_os_error());
            if is_wine() {
                // It unlocks what was never locked, and keeps no list: `tests/windows/memory.rs` looks from outside.
                return;
            }
            assert!(leave_out_of_reports(pages.cast(), SIZE));
            let others = VirtualAlloc(std::ptr::null(), SIZE, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
            assert_eq!(VirtualUnlock(others, SIZE), 0, "the control: pages that nobody locked");
        }
    }

    #[test]
    fn crash_reports_carry_no_heap() {
        harden();
        let mut flags = 0;
        // SAFETY: the pseudo handle of this process is valid, and the number is ours.
        let known = unsafe { WerGetFlags(GetCurrentProcess(), &raw mut flags) } >= 0;
        assert!(known || is_wine(), "Wine has no error reporting");
        assert!(!known || flags & WER_FAULT_REPORTING_FLAG_NOHEAP != 0, "{flags:x}");
    }
}
