//! The last program of a `cargo test`: prints one table of the tests of all programs that did not
//! run, with the reason and the way to run them. It tests nothing; `tests/support/needs.rs`
//! collects the rows.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    dead_code,
    unreachable_pub,
    reason = "a program of the tests, with a part of their helpers"
)]

#[path = "../support/needs.rs"]
mod needs;

use std::collections::BTreeMap;

fn main() -> std::io::Result<()> {
    let Some(directory) = needs::directory_of_a_whole_run() else {
        return Ok(());
    };
    if !directory.exists() {
        eprintln!("every test was run\n");
        return Ok(());
    }
    let mut not_run = BTreeMap::<String, Vec<String>>::new();
    for entry in std::fs::read_dir(&directory)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // Cargo ends the name of a program with a hash.
        let program = name.rsplit_once('-').map_or(&*name, |(program, _)| program);
        for line in std::fs::read_to_string(entry.path())?.lines() {
            if let Some((lack, test)) = line.split_once('\t') {
                let tests = not_run.entry(lack.to_owned()).or_default();
                tests.push(format!("{program}: {test}"));
            }
        }
    }
    std::fs::remove_dir_all(&directory)?;
    eprint!("{}", needs::table(&not_run));
    Ok(())
}
