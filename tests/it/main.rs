//! The tests of the whole program, one module a subject: each runs the real binary against the
//! emulator, most in a sandbox. `cargo test --test it breaker::` runs the tests of one subject.
//! Separate test programs: `memory`, which reads all memory of a process and traces system calls;
//! `windows`, `sdk` and `powershell`, which need other systems and programs; `library_logs`, as a
//! logger is for the whole process. Crates have their own tests in `crates/`.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::format_collect,
    clippy::needless_pass_by_value,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::type_complexity,
    clippy::unwrap_used,
    clippy::wildcard_imports,
    clippy::zombie_processes,
    unreachable_pub,
    reason = "test code: a panic is a failed test; tests write files, read the real environment, hold tables and name what they skip"
)]

#[path = "../support/mod.rs"]
mod support;

mod assertions;
mod bad_input;
mod breaker;
mod cache;
mod certificate;
#[cfg(unix)]
mod completions;
mod crash;
mod docs;
#[cfg(all(unix, not(target_os = "macos")))]
mod doctor;
mod echoes;
mod encoding;
mod enrolled;
mod exec;
mod explain;
mod grants;
mod import;
mod judged;
mod kept;
#[cfg(target_os = "linux")]
mod kernel_keyring;
#[cfg(all(unix, not(target_os = "macos")))]
mod keychain;
mod l10n;
mod languages;
mod login;
mod main_job;
#[cfg(all(unix, not(target_os = "macos")))]
mod network;
mod not_run;
mod other_emulator;
#[cfg(unix)]
mod places;
mod policy;
mod prompts;
mod refusals;
mod retry;
#[cfg(unix)]
mod scripts;
mod sentences;
mod serve;
#[cfg(unix)]
mod setup;
mod single_flight;
mod status;
#[cfg(all(unix, not(target_os = "macos")))]
mod stores;
mod tampering;
mod version;
mod words;
