//! The allocator of the process: whatever any library frees is wiped first. Buffers of TLS, JSON, D-Bus and prompts hold
//! secrets for a moment.
//!
//! In builds with debug assertions it can be told to stop wiping, as the control of the memory tests: they must fail then.

use std::alloc::System;
use zeroizing_alloc::ZeroAlloc;

#[cfg(not(debug_assertions))]
pub(crate) type Allocator = ZeroAlloc<System>;
#[cfg(not(debug_assertions))]
pub(crate) const ALLOCATOR: Allocator = ZeroAlloc(System);

#[cfg(debug_assertions)]
pub(crate) use switchable::{ALLOCATOR, Allocator, stop_wiping};

#[cfg(debug_assertions)]
mod switchable {
    use super::{System, ZeroAlloc};
    use std::alloc::{GlobalAlloc, Layout};
    use std::sync::atomic::{AtomicBool, Ordering};

    static WIPES: AtomicBool = AtomicBool::new(true);

    /// For the rest of this process.
    pub(crate) fn stop_wiping() {
        WIPES.store(false, Ordering::SeqCst);
    }

    pub(crate) struct Allocator;
    pub(crate) const ALLOCATOR: Allocator = Allocator;

    // SAFETY: both allocators take from and give to `System`, so either may free what the other one gave.
    unsafe impl GlobalAlloc for Allocator {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: the caller's promise is passed on.
            unsafe { System.alloc(layout) }
        }

        unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
            // SAFETY: the caller's promise is passed on.
            unsafe {
                if WIPES.load(Ordering::Relaxed) {
                    ZeroAlloc(System).dealloc(at, layout);
                } else {
                    System.dealloc(at, layout);
                }
            }
        }
    }
}
