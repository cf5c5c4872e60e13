//! Unix: the mapping, `mlock` and `MADV_DONTDUMP`.

use std::ptr::NonNull;

/// Fresh zeroed pages for secrets: out of the swap (`mlock`), and on Linux out of core dumps
/// (`MADV_DONTDUMP`). Both are best effort: a limit of 0 on locked memory is no reason to fail.
/// `None` if there is no memory.
pub(crate) fn secret_pages(size: usize) -> Option<NonNull<u8>> {
    // SAFETY: a fresh anonymous mapping of its own; nothing that exists is changed.
    unsafe {
        let read_write = libc::PROT_READ | libc::PROT_WRITE;
        let private = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        let start = libc::mmap(std::ptr::null_mut(), size, read_write, private, -1, 0);
        if start == libc::MAP_FAILED {
            return None;
        }
        // Miri knows neither of these calls.
        if !cfg!(miri) {
            #[cfg(target_os = "linux")]
            libc::madvise(start, size, libc::MADV_DONTDUMP);
            libc::mlock(start, size);
        }
        NonNull::new(start.cast())
    }
}
