//! Memory for secrets: pages of their own that are kept out of the swap and out of dumps, an
//! allocator that wipes everything that any library frees, and the wiping of dead stack frames and
//! vector registers, which an allocator never sees.
//!
//! ```
//! #[global_allocator]
//! static WIPING: locked_memory::Allocator = locked_memory::ALLOCATOR;
//!
//! let mut typed = *b"correct horse";
//! let secret = locked_memory::Locked::move_from(&mut typed);
//! assert_eq!((&*secret, typed), (&b"correct horse"[..], [0; 13]));
//! drop(secret); // wiped
//! locked_memory::scrub_stack();
//! ```
//!
//! This crate does not know the meaning of the bytes. All of `unsafe` is for memory and for the
//! system calls that make and lock it; each block says why it is sound, and `.ci/sanitize` runs
//! them under Miri and the sanitizers.

#![allow(
    unsafe_code,
    reason = "memory is made, wiped and given back here; each block says why it is sound"
)]

mod allocator;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod locked;
mod pages;
mod scrub;

#[cfg(debug_assertions)]
pub use allocator::stop_wiping;
pub use allocator::{ALLOCATOR, Allocator};
pub use locked::Locked;
pub use scrub::scrub_stack;
