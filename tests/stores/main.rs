//! Every store against the same contract, and each in the places where jobs really run: bare environments, other accounts,
//! read-only disks, systemd's credentials directory.

#![cfg(all(unix, not(target_os = "macos")))]

#[path = "../support/mod.rs"]
mod support;

mod bare;
mod case;
mod contract;
mod others;
mod systemd;
