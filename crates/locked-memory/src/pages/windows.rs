//! Windows: the pages, `VirtualLock`, and leaving them out of error reports.

use std::ffi::c_void;
use std::ptr::NonNull;
use windows_sys::Win32::System::LibraryLoader::{GetModuleHandleW, GetProcAddress};
use windows_sys::Win32::System::Memory::{
    MEM_COMMIT, MEM_RESERVE, PAGE_READWRITE, VirtualAlloc, VirtualLock,
};
use windows_sys::core::{HRESULT, s, w};

/// Fresh zeroed pages for secrets, kept out of the page file (`VirtualLock`) and of crash reports,
/// both as far as the system allows. `None` if there is no memory.
pub(crate) fn secret_pages(size: usize) -> Option<NonNull<u8>> {
    // SAFETY: fresh pages of its own; nothing that exists is changed.
    let start = NonNull::new(unsafe {
        VirtualAlloc(
            std::ptr::null(),
            size,
            MEM_COMMIT | MEM_RESERVE,
            PAGE_READWRITE,
        )
    })?;
    // SAFETY: these pages; they are not read.
    unsafe { VirtualLock(start.as_ptr(), size) };
    leave_out_of_reports(start, size);
    Some(start.cast())
}

/// Asks error reporting to leave the pages out of its reports. False where it cannot be asked: the
/// function came with Windows 10 version 1703, and Wine has none.
fn leave_out_of_reports(start: NonNull<c_void>, size: usize) -> bool {
    type Exclude = unsafe extern "system" fn(*const c_void, u32) -> HRESULT;
    let Ok(size) = u32::try_from(size) else {
        return false;
    };
    // SAFETY: both names end with a zero, and the library is always there.
    let found = unsafe {
        GetProcAddress(
            GetModuleHandleW(w!("kernel32.dll")),
            s!("WerRegisterExcludedMemoryBlock"),
        )
    };
    let Some(found) = found else { return false };
    // SAFETY: that is the type of the function of this name (werapi.h).
    let exclude =
        unsafe { std::mem::transmute::<unsafe extern "system" fn() -> isize, Exclude>(found) };
    // SAFETY: it notes the address and the length of pages that stay for the life of the process.
    (unsafe { exclude(start.as_ptr(), size) }) >= 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use windows_sys::Win32::System::Memory::VirtualUnlock;

    const SIZE: usize = 32 * 1024;

    fn is_wine() -> bool {
        // SAFETY: both names end with a zero, and the library is always there.
        unsafe { GetProcAddress(GetModuleHandleW(w!("ntdll.dll")), s!("wine_get_version")) }
            .is_some()
    }

    #[test]
    fn secret_pages_are_locked_and_left_out_of_reports() {
        let pages = secret_pages(SIZE).unwrap();
        // SAFETY: fresh pages of that size, ours alone; other pages are only taken.
        unsafe {
            assert!(
                std::slice::from_raw_parts(pages.as_ptr(), SIZE)
                    .iter()
                    .all(|byte| *byte == 0)
            );
            assert_ne!(
                VirtualUnlock(pages.as_ptr().cast(), SIZE),
                0,
                "{}",
                std::io::Error::last_os_error()
            );
            if is_wine() {
                // Wine unlocks pages that were never locked, and keeps no list:
                // `tests/windows/memory.rs` checks from outside.
                return;
            }
            assert!(leave_out_of_reports(pages.cast(), SIZE));
            let others = VirtualAlloc(
                std::ptr::null(),
                SIZE,
                MEM_COMMIT | MEM_RESERVE,
                PAGE_READWRITE,
            );
            assert_eq!(
                VirtualUnlock(others, SIZE),
                0,
                "the control: pages that were never locked"
            );
        }
    }
}
