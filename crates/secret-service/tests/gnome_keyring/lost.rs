//! A bus, a socket or a daemon that is missing, silent, replaced or another user's: each is a fault
//! of its own and bounded.

use super::{ACCOUNT, SERVICE, needs, store_at, store_of, timed};
use crate::keyring_daemon::{KeyringDaemon, State};
use secret_service::{Fault, ItemFault, Options, Store};
use std::process::Command;
use std::thread;
use std::time::Duration;

#[test]
fn no_bus_and_nonsense_addresses() {
    for address in [
        "unix:path=/nonexistent/bus",
        "nonsense",
        "",
        "unix:",
        "autolaunch:",
        "unix:path=/dev/null",
        "tcp:host=127.0.0.1,port=1",
    ] {
        let (result, took) = timed(|| store_at(address).get(ACCOUNT));
        assert_eq!(result, Err(Fault::NoBus.into()), "{address:?}");
        assert!(took < Duration::from_secs(1), "{address:?} took {took:?}");
    }
}

#[test]
fn something_else_behind_the_socket_is_refused_or_times_out() {
    let dir = std::env::temp_dir().join(format!("not-a-bus-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("a directory");
    let silent = std::os::unix::net::UnixListener::bind(dir.join("silent")).expect("a socket");
    let closing = std::os::unix::net::UnixListener::bind(dir.join("closing")).expect("a socket");
    thread::spawn(move || closing.incoming().for_each(drop));
    let ask = |name: &str| {
        let address = Some(format!("unix:path={}", dir.join(name).display()));
        timed(|| {
            Store::new(Options {
                address,
                deadline: Duration::from_millis(300),
                ..Options::new(SERVICE)
            })
            .get(ACCOUNT)
        })
    };
    assert_eq!(ask("closing").0, Err(Fault::BusRefused.into()));
    let (result, took) = ask("silent");
    assert_eq!(result, Err(Fault::TimedOut.into()));
    assert!(took < Duration::from_secs(1), "{took:?}");
    drop(silent);
    let _ = std::fs::remove_dir_all(dir);
}

#[test]
fn a_bus_without_a_provider() {
    let daemon = keyring!(State::NoDaemon);
    assert_eq!(
        store_of(&daemon).get(ACCOUNT),
        Err(Fault::NoProvider.into())
    );
    assert_eq!(store_of(&daemon).probe(), Err(Fault::NoProvider));
}

#[test]
fn a_fresh_account_has_no_default_keyring() {
    let daemon = keyring!(State::Fresh);
    let (result, took) = timed(|| store_of(&daemon).set(ACCOUNT, b"x"));
    assert_eq!(result, Err(Fault::NoDefaultCollection.into()));
    assert!(took < Duration::from_secs(1), "{took:?}");
    assert_eq!(
        store_of(&daemon).get(ACCOUNT),
        Err(Fault::NoDefaultCollection.into())
    );
}

#[test]
fn a_silent_daemon_costs_the_deadline_and_no_more() {
    let daemon = keyring!(State::Unlocked);
    let deadline = Duration::from_millis(700);
    let store = Store::new(Options {
        address: Some(daemon.address()),
        deadline,
        ..Options::new(SERVICE)
    });
    store.set(ACCOUNT, b"value").expect("stored");
    daemon.stop_daemon();
    for job in [
        |s: &Store| s.get(ACCOUNT).err(),
        |s: &Store| s.set(ACCOUNT, b"x").err(),
        |s: &Store| s.probe().err().map(ItemFault::from),
    ] {
        let (fault, took) = timed(|| job(&store));
        assert_eq!(fault, Some(Fault::TimedOut.into()));
        assert!(
            took >= deadline && took < deadline + Duration::from_millis(500),
            "{took:?}"
        );
    }
    daemon.continue_daemon();
    assert_eq!(
        store.get(ACCOUNT).expect("answers again").as_slice(),
        b"value"
    );
}

#[test]
fn a_daemon_killed_between_calls_and_started_again() {
    let mut daemon = keyring!(State::Unlocked);
    let store = store_of(&daemon);
    store.set(ACCOUNT, b"value").expect("stored");
    daemon.kill_daemon();
    assert_eq!(store.get(ACCOUNT), Err(Fault::NoProvider.into()));
    daemon.start_daemon(Some("right"));
    assert_eq!(
        store
            .get(ACCOUNT)
            .expect("the same store works again")
            .as_slice(),
        b"value"
    );
}

#[test]
fn a_daemon_killed_during_a_call_is_gone_or_met_again() {
    let mut daemon = keyring!(State::Unlocked);
    let store = store_of(&daemon);
    store.set(ACCOUNT, b"value").expect("stored");
    // The call is in flight when the daemon dies: it was stopped before it could answer.
    daemon.stop_daemon();
    let (asked, again) = (store.clone(), store.clone());
    let call = thread::spawn(move || timed(|| asked.get(ACCOUNT)));
    thread::sleep(Duration::from_millis(300));
    daemon.kill_daemon();
    let (result, took) = call.join().expect("no panic");
    assert_eq!(result, Err(Fault::DaemonGone.into()));
    assert!(took < Duration::from_secs(2), "{took:?}");
    daemon.start_daemon(Some("right"));
    assert_eq!(again.get(ACCOUNT).expect("read").as_slice(), b"value");
}

#[test]
fn another_users_bus_refuses_us() {
    let daemon = keyring!(State::Unlocked);
    // The socket is reachable, but dbus-daemon only lets its own user (and root) in: needs a second
    // user to show.
    if !needs::programs(&["setpriv"]) || !needs::root() {
        return;
    }
    let base = daemon
        .address()
        .trim_start_matches("unix:path=")
        .trim_end_matches("/bus")
        .to_owned();
    for (path, mode) in [(base.clone(), "711"), (format!("{base}/bus"), "666")] {
        assert!(
            Command::new("chmod")
                .args([mode, &path])
                .status()
                .expect("chmod runs")
                .success()
        );
    }
    let me = std::env::current_exe().expect("a path");
    let copy = std::env::temp_dir().join(format!("other-user-{}", std::process::id()));
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
    let output = Command::new("setpriv")
        .args(AS_OTHER_USER)
        .arg(&copy)
        .args(["--exact", "lost::asked_as_another_user", "--nocapture"])
        .env("TEST_BUS", daemon.address())
        .output()
        .expect("setpriv runs");
    let _ = std::fs::remove_file(copy);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("BusRefused"),
        "{text}"
    );
}

/// The child half of the test above; on its own there is no bus of another user, and nothing to
/// ask.
#[test]
fn asked_as_another_user() {
    let Ok(address) = std::env::var("TEST_BUS") else {
        return;
    };
    let result = store_at(&address).get(ACCOUNT);
    println!("{result:?}");
    assert_eq!(result, Err(Fault::BusRefused.into()));
}

const AS_OTHER_USER: [&str; 3] = ["--reuid=65534", "--regid=65534", "--clear-groups"];
