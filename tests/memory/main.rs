//! The memory of the live process, searched for the stored secrets: after a token was obtained,
//! after every kind of failed sign-in, after a login from a prompt, a pipe or files, after an
//! import, and while it waits for the answer. `table` prints the findings, with the controls of the
//! same run:
//!
//!     cargo test --test memory -- --nocapture table
//!
//! The process stops itself at a named point (builds with debug assertions only) or waits for an
//! answer that the emulator holds back, and its parent, as root, reads every present page.
//! `tests/support/memory.rs` takes and searches snapshots, `tests/support/recorders.rs` records the
//! wire.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::zombie_processes,
    unreachable_pub,
    reason = "a panic is a failed test; tests name what they skip and print a table"
)]

mod assertions;
mod certificate;
mod children;
mod hardening;
mod keys;
mod process;
mod rows;
mod scenarios;
mod syscalls;
mod table;

#[path = "../support/recorders.rs"]
mod recorders;
#[path = "../support/memory.rs"]
mod scan;
#[path = "../support/mod.rs"]
mod support;

use support::leaks;

/// Reading another process's memory needs root, because ropc makes itself unreadable to its own
/// user.
fn may_scan() -> bool {
    support::needs::root()
}
