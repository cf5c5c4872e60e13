//! The allocator of the process: it wipes everything that any library frees. Buffers of TLS, JSON,
//! D-Bus and prompts hold secrets for a moment.
//!
//! In builds with debug assertions [`stop_wiping`] switches it off, as the control of the memory
//! tests: they must fail then.

use std::alloc::System;
use zeroizing_alloc::ZeroAlloc;

/// The allocator that wipes.
#[cfg(not(debug_assertions))]
pub type Allocator = ZeroAlloc<System>;
/// For `#[global_allocator]`.
#[cfg(not(debug_assertions))]
pub const ALLOCATOR: Allocator = ZeroAlloc(System);

#[cfg(debug_assertions)]
pub use switchable::{ALLOCATOR, Allocator, stop_wiping};

#[cfg(debug_assertions)]
mod switchable {
    use super::{System, ZeroAlloc};
    use std::alloc::{GlobalAlloc, Layout};
    use std::sync::atomic::{AtomicBool, Ordering};

    static WIPES: AtomicBool = AtomicBool::new(true);

    /// Stops the wiping for the rest of this process.
    pub fn stop_wiping() {
        WIPES.store(false, Ordering::SeqCst);
    }

    /// The allocator that wipes.
    #[derive(Debug)]
    pub struct Allocator;
    /// For `#[global_allocator]`.
    pub const ALLOCATOR: Allocator = Allocator;

    // SAFETY: both allocators take from and give to `System`, so either may free what the other one
    // gave.
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
