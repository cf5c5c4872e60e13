//! Every store against the same contract, and each in the places where jobs really run: bare environments, other accounts,
//! read-only disks, systemd's credentials directory.

#![cfg(all(unix, not(target_os = "macos")))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "helpers of one test binary; a panic is a failed test"
)]

#[path = "../support/mod.rs"]
mod support;

mod bare;
mod case;
mod contract;
mod keyrings;
mod others;
mod systemd;
mod unit;
