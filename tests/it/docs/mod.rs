//! The documents against the program and the tree: what they name is there, what comes from the
//! program is what the program says, and a translation has what its original has. Blocks that are
//! run are in the tests of their subjects (`stores::unit`, `serve::contract`, `tests/powershell`).

#[cfg(unix)]
mod blocks;
mod commands;
mod generated;
#[cfg(target_os = "linux")]
mod mail;
mod man;
mod pages;
#[cfg(all(unix, not(target_os = "macos")))]
mod picture;
mod said;
mod samples;
mod schemas;
mod translations;

use crate::support::documents::{blocks, book, page, pages, root};

/// The answer of the program, in English or in `language`.
fn ropc(args: &[&str], language: &str) -> String {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_ropc"))
        .args(args)
        .env_clear()
        .env("ROPC_LANG", language)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}
