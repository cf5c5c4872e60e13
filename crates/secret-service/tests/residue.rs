//! After a read or a write, nothing of the secret stays in this process: the value is dropped, then
//! all writable memory is searched, the dead stack of the keyring thread included. One test in a
//! program of its own, because it reads the memory of the whole process. The value comes from
//! another process; here it is only ever known as "a run of Z".

#![cfg(all(unix, not(target_os = "macos")))]
#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    unreachable_pub,
    reason = "test code: it fails by panicking, sets up real files and reads the real environment"
)]

#[path = "../../../tests/support/keyring_daemon.rs"]
#[allow(dead_code, reason = "a helper shared by several test programs")]
mod keyring_daemon;
#[path = "../../../tests/support/needs.rs"]
#[allow(dead_code, reason = "a helper shared by several test programs")]
mod needs;

use std::os::unix::fs::FileExt;
use std::process::Command;
use std::time::Duration;

use keyring_daemon::{KeyringDaemon, State};
use secret_service::{Fault, Options, Store};

#[global_allocator]
static WIPING: locked_memory::Allocator = locked_memory::ALLOCATOR;

const LENGTH: usize = 1500;
/// Shorter runs than this are chance.
const SHORTEST: usize = 8;

#[test]
fn a_secret_that_was_read_or_written_is_nowhere_in_memory_once_it_is_dropped() {
    let Some(daemon) = KeyringDaemon::if_there(State::Unlocked) else {
        return;
    };
    let put = "head -c 1500 /dev/zero | tr '\\0' Z | \
               secret-tool store --label=z service example application example username default/z";
    let status = daemon
        .apply_env(Command::new("sh").args(["-c", put]))
        .status()
        .expect("sh runs");
    assert!(status.success(), "secret-tool store");
    let store = Store::new(Options {
        address: Some(daemon.address()),
        ..Options::new("example")
    });
    let value = store.get("default/z").expect("read");
    assert_eq!(value.len(), LENGTH);
    // The control: the scanner sees the one copy that is alive, and no other.
    assert_eq!(runs_of_z(), [LENGTH]);
    drop(value);
    assert_eq!(runs_of_z(), [0usize; 0]);

    // A written value is not kept either, nor one whose receiver is gone.
    let impatient = Store::new(Options {
        address: Some(daemon.address()),
        deadline: Duration::from_secs(1),
        ..Options::new("example")
    });
    for (store, expected) in [(&store, Ok(())), (&impatient, Err(Fault::TimedOut.into()))] {
        if expected.is_err() {
            daemon.stop_daemon();
        }
        let mut value = vec![0u8; LENGTH];
        // One by one: a wide register would be a place of its own.
        for byte in &mut value {
            *byte = std::hint::black_box(0xff ^ 0xa5);
        }
        assert_eq!(store.set("default/y", &value), expected);
        assert_eq!(runs_of_z(), [LENGTH], "control: what is ours");
        drop(value);
        assert_eq!(runs_of_z(), [0usize; 0]);
    }
    daemon.continue_daemon();
}

/// The lengths of all runs of the letter in writable memory; the scanner's own page buffer is left
/// out.
fn runs_of_z() -> Vec<usize> {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("maps");
    let memory = std::fs::File::open("/proc/self/mem").expect("mem");
    let mut page = vec![0u8; 4096];
    let own = page.as_ptr() as u64;
    let mut found = Vec::new();
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let range = line
            .split(' ')
            .next()
            .and_then(|range| range.split_once('-'))
            .expect("a range");
        let parse = |text: &str| u64::from_str_radix(text, 16).expect("a hexadecimal number");
        let mut run = 0;
        for at in (parse(range.0)..parse(range.1)).step_by(4096) {
            if memory.read_exact_at(&mut page, at).is_err() {
                continue;
            }
            for (address, byte) in (at..).zip(&mut page) {
                let is_z = *byte ^ 0xff == 0xa5 && !(own..own + 4096).contains(&address);
                *byte = 0;
                if is_z {
                    run += 1;
                } else {
                    found.extend(Some(run).filter(|run| *run >= SHORTEST));
                    run = 0;
                }
            }
        }
        // One that ends where the mapping does.
        found.extend(Some(run).filter(|run| *run >= SHORTEST));
    }
    found
}
