//! `ropc exec --serve` with the real binary: the contract, hostile clients, renewal, signals, environment, memory.

#![allow(unreachable_pub, reason = "helpers of one test binary")]

#[path = "../support/mod.rs"]
mod support;

mod contract;
mod environment;
mod hostile;
mod job;
mod memory;
mod renewal;
mod signals;
mod terminal;
