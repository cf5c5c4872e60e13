//! The address of a session bus outlives the bus. Another account that then listens there receives
//! nothing.

#![cfg(target_os = "linux")]
#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "test code: it fails by panicking and reads the real environment"
)]

#[path = "../../../tests/support/needs.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "a helper shared by several test programs"
)]
mod needs;

use secret_service::{Fault, ItemFault, Options, Store};
use std::io::{BufRead, BufReader, Read};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The listening half; on its own it has nothing to do.
#[test]
fn listens_and_tells_what_it_hears() {
    let Ok(name) = std::env::var("TEST_LISTEN") else {
        return;
    };
    let address = SocketAddr::from_abstract_name(&name).expect("an address");
    let listener = UnixListener::bind_addr(&address).expect("a socket");
    println!("\nlistening");
    let (mut stream, _) = listener.accept().expect("a connection");
    stream
        .set_read_timeout(Some(Duration::from_secs(2)))
        .expect("a bound");
    let mut heard = [0u8; 256];
    let length = stream.read(&mut heard).unwrap_or(0);
    println!(
        "\nheard {}",
        String::from_utf8_lossy(&heard[..length]).contains("AUTH EXTERNAL")
    );
}

/// The store's fault at a socket where this command listens, and whether the command received
/// anything.
fn ask(mut command: Command, name: &str) -> (Option<ItemFault>, bool) {
    let name = format!("foreign-bus-{name}-{}", std::process::id());
    let mut child = command
        .args(["--exact", "listens_and_tells_what_it_hears", "--nocapture"])
        .env("TEST_LISTEN", &name)
        .stdout(Stdio::piped())
        .spawn()
        .expect("a listener");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe"))
        .lines()
        .map(|line| line.expect("a line"));
    assert!(lines.any(|line| line == "listening"));
    let address = Some(format!("unix:abstract={name}"));
    let store = Store::new(Options {
        address,
        deadline: Duration::from_millis(500),
        ..Options::new("example")
    });
    let fault = store.set("default/bundle/1", b"value").err();
    let heard = lines
        .find_map(|line| line.strip_prefix("heard ").map(|heard| heard == "true"))
        .expect("an account of it");
    assert!(child.wait().expect("an end").success());
    (fault, heard)
}

#[test]
fn a_bus_of_another_account_learns_nothing() {
    let other = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    if !needs::programs(&["setpriv"]) || !needs::root() {
        return;
    }
    let me = std::env::current_exe().expect("a path");
    assert!(
        ask(Command::new(&me), "own").1,
        "control: one of this account is spoken to"
    );
    // Where the other account may read it.
    let copy = std::env::temp_dir().join(format!("foreign-bus-{}", std::process::id()));
    // By another process: one that this one starts meanwhile would inherit the open file, and what
    // is open for writing cannot be run.
    assert!(
        Command::new("cp")
            .arg(&me)
            .arg(&copy)
            .status()
            .expect("cp")
            .success()
    );
    let mut foreign = Command::new("setpriv");
    foreign.args(other).arg(&copy);
    let asked = ask(foreign, "other");
    let _ = std::fs::remove_file(copy);
    assert_eq!(asked, (Some(Fault::BusRefused.into()), false));
}
