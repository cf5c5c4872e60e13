//! Windows: what this process changes about itself at its start.

use std::sync::atomic::{AtomicU32, Ordering};
use windows_sys::Win32::System::Diagnostics::Debug::{
    SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SEM_NOOPENFILEERRORBOX, SetErrorMode,
};
use windows_sys::Win32::System::ErrorReporting::{WER_FAULT_REPORTING_FLAG_NOHEAP, WerSetFlags};
use windows_sys::Win32::System::LibraryLoader::{
    LOAD_LIBRARY_SEARCH_SYSTEM32, SetDefaultDllDirectories,
};

/// The error mode that [`harden`] found, or [`NOT_SET`].
static ERROR_MODE: AtomicU32 = AtomicU32::new(NOT_SET);
const NOT_SET: u32 = u32::MAX;

/// First thing in `main`: a crash report carries no heap, a crash shows no dialog that would wait
/// for a person all night, and libraries that are loaded later come from the system's directory
/// only.
///
/// Windows has no switch that hides a process's memory from other programs of the same user or of
/// an administrator. ropc does not use the exclusion list of error reporting: Windows keeps it in
/// the registry under the program's name, where it stays.
pub(crate) fn harden() {
    // SAFETY: plain system calls on numbers; a failure changes nothing.
    unsafe {
        let before =
            SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
        ERROR_MODE.store(before, Ordering::SeqCst);
        WerSetFlags(WER_FAULT_REPORTING_FLAG_NOHEAP);
        SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_SYSTEM32);
    }
}

/// Restores the error mode for a child, which inherits it.
pub(super) fn give_error_mode_back() {
    let before = ERROR_MODE.swap(NOT_SET, Ordering::SeqCst);
    if before != NOT_SET {
        // SAFETY: a plain system call on a number.
        unsafe { SetErrorMode(before) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use windows_sys::Win32::System::ErrorReporting::WerGetFlags;
    use windows_sys::Win32::System::LibraryLoader::{GetModuleHandleW, GetProcAddress};
    use windows_sys::Win32::System::Threading::GetCurrentProcess;
    use windows_sys::core::{s, w};

    fn is_wine() -> bool {
        // SAFETY: both names end with a zero, and the library is always there.
        unsafe { GetProcAddress(GetModuleHandleW(w!("ntdll.dll")), s!("wine_get_version")) }
            .is_some()
    }

    #[test]
    fn crash_reports_carry_no_heap() {
        harden();
        let mut flags = 0;
        // SAFETY: the pseudo handle of this process is valid, and the number is ours.
        let known = unsafe { WerGetFlags(GetCurrentProcess(), &raw mut flags) } >= 0;
        assert!(known || is_wine(), "Wine has no error reporting");
        assert!(
            !known || flags & WER_FAULT_REPORTING_FLAG_NOHEAP != 0,
            "{flags:x}"
        );
    }
}
