//! `ropc exec --serve` with the real binary: the contract, hostile clients, renewal, signals, environment, memory.

#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "helpers of one test binary; a panic is a failed test"
)]

#[path = "../support/mod.rs"]
mod support;

mod contract;
mod environment;
mod hostile;
mod job;
mod language;
mod memory;
mod renewal;
mod signals;
mod terminal;
