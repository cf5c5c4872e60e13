//! The Secret Service store against a real gnome-keyring under a private D-Bus: what it stores, and
//! how each way of being unavailable is a fault of its own and bounded. Every case has its own bus,
//! so all run in parallel.

#![cfg(all(unix, not(target_os = "macos")))]
#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    unreachable_pub,
    reason = "test code: it fails by panicking, sets up real files and reads the real environment"
)]

#[path = "../../../../tests/support/keyring_daemon.rs"]
#[allow(dead_code, reason = "a helper shared by several test programs")]
mod keyring_daemon;
#[path = "../../../../tests/support/needs.rs"]
#[allow(dead_code, reason = "a helper shared by several test programs")]
mod needs;

use std::collections::HashMap;
use std::process::Command;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use keyring_core::Error;
use keyring_core::api::CredentialStoreApi;
use keyring_daemon::{KeyringDaemon, State};
use secret_service::{Fault, ItemFault, Options, Store};

const SERVICE: &str = "example";
const ACCOUNT: &str = "default/bundle/3f9a";

/// Ends the test where a program is missing.
macro_rules! keyring {
    ($state:expr) => {{
        let Some(daemon) = KeyringDaemon::if_there($state) else {
            return;
        };
        daemon
    }};
}

mod lost;

fn store_at(address: &str) -> Store {
    Store::new(Options {
        address: Some(address.to_owned()),
        ..Options::new(SERVICE)
    })
}

fn store_of(daemon: &KeyringDaemon) -> Store {
    store_at(&daemon.address())
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    (work(), start.elapsed())
}

/// Stores an item as another program would, with attributes of its choice.
fn secret_tool(daemon: &KeyringDaemon, args: &[&str], input: &str) -> String {
    use std::io::Write;
    let mut command = Command::new("secret-tool");
    daemon.apply_env(command.args(args));
    let pipe = std::process::Stdio::piped;
    let mut child = command
        .stdin(pipe())
        .stdout(pipe())
        .stderr(pipe())
        .spawn()
        .expect("secret-tool starts");
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(input.as_bytes())
        .expect("written");
    let output = child.wait_with_output().expect("secret-tool ends");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

#[test]
fn values_come_back_byte_for_byte() {
    let daemon = keyring!(State::Unlocked);
    let store = store_of(&daemon);
    assert_eq!(store.probe(), Ok(()));
    let all_bytes: Vec<u8> = (0..=255).collect();
    let long: Vec<u8> = (0..65_536u32)
        .map(|n| n.to_le_bytes()[0] ^ n.to_le_bytes()[1])
        .collect();
    let values: [&[u8]; 8] = [
        b"",
        b"\0",
        b"a\0b\0",
        &all_bytes,
        "p\u{e4}ssw\u{f6}rd \u{1f511}".as_bytes(),
        b"line\n",
        &long[..2560],
        &long,
    ];
    for (number, value) in values.into_iter().enumerate() {
        let account = format!("default/value/{number}");
        store.set(&account, value).expect("stored");
        assert_eq!(
            store.get(&account).expect("read").as_slice(),
            value,
            "value {number}"
        );
    }
    assert_eq!(store.accounts().expect("listed").len(), 8);
    assert_eq!(
        store.set(
            "default/huge",
            &vec![0; Options::new(SERVICE).max_secret as usize + 1]
        ),
        Err(ItemFault::TooLong(1024 * 1024))
    );
    for bad in ["", "a\0b"] {
        let refused = store.set(bad, b"x");
        assert!(
            matches!(refused, Err(ItemFault::Service(Fault::Other(_)))),
            "{refused:?}"
        );
    }
}

#[test]
fn the_keyring_core_traits_overwrite_delete_and_search() {
    let daemon = keyring!(State::Unlocked);
    let store = store_of(&daemon);
    let entry = store.build(SERVICE, ACCOUNT, None).expect("built");
    assert!(matches!(entry.get_secret(), Err(Error::NoEntry)));
    assert!(matches!(entry.delete_credential(), Err(Error::NoEntry)));
    entry.set_secret(b"first").expect("stored");
    entry.set_secret(b"second").expect("overwritten");
    assert_eq!(entry.get_secret().expect("read"), b"second");
    assert_eq!(
        entry.get_specifiers(),
        Some((SERVICE.to_owned(), ACCOUNT.to_owned()))
    );
    let found = store
        .search(&HashMap::from([("service", SERVICE)]))
        .expect("searched");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].get_secret().expect("read"), b"second");
    assert_eq!(store.accounts(), Ok(vec![ACCOUNT.to_owned()]));
    entry.delete_credential().expect("deleted");
    assert!(matches!(entry.get_secret(), Err(Error::NoEntry)));
    assert_eq!(store.accounts(), Ok(vec![]));
    assert!(matches!(
        store.build("other", ACCOUNT, None),
        Err(Error::Invalid(..))
    ));
    assert!(matches!(
        store.search(&HashMap::from([("service", "other")])),
        Err(Error::Invalid(..))
    ));
    assert!(!format!("{entry:?} {store:?}").contains("second"));
}

#[test]
fn a_locked_keyring_is_reported_at_once_and_no_prompt_is_asked_for() {
    let daemon = keyring!(State::Unlocked);
    let store = store_of(&daemon);
    store.set(ACCOUNT, b"value").expect("stored");
    daemon.lock();
    let watch = watch_calls(&daemon);
    let jobs: [(&str, &dyn Fn() -> Option<ItemFault>); 5] = [
        ("probe", &|| store.probe().err().map(ItemFault::from)),
        ("get", &|| store.get(ACCOUNT).err()),
        ("set", &|| store.set(ACCOUNT, b"x").err()),
        ("delete", &|| store.delete(ACCOUNT).err()),
        ("accounts", &|| store.accounts().err().map(ItemFault::from)),
    ];
    for (name, job) in jobs {
        let (fault, took) = timed(job);
        assert_eq!(fault, Some(Fault::Locked.into()), "{name}");
        assert!(took < Duration::from_secs(1), "{name} took {took:?}");
    }
    let entry = store.build(SERVICE, ACCOUNT, None).expect("built");
    let error = entry.get_secret().expect_err("locked");
    assert!(matches!(error, Error::NoStorageAccess(_)));
    assert_eq!(Fault::of(&error), Fault::Locked);
    let calls = watch.calls();
    assert!(
        calls.contains("member=ReadAlias"),
        "the monitor saw nothing: {calls}"
    );
    assert!(
        !calls.contains("member=Prompt") && !calls.contains("member=Unlock"),
        "{calls}"
    );
}

#[test]
fn a_daemon_that_started_locked_is_locked() {
    let daemon = keyring!(State::Locked);
    let (result, took) = timed(|| store_of(&daemon).get(ACCOUNT));
    assert_eq!(result, Err(Fault::Locked.into()));
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[test]
fn an_interactive_caller_gets_a_prompt_and_a_bound() {
    let daemon = keyring!(State::Locked);
    let unlock = Some(Duration::from_secs(2));
    let store = Store::new(Options {
        address: Some(daemon.address()),
        unlock,
        ..Options::new(SERVICE)
    });
    let watch = watch_calls(&daemon);
    // There is no display and no prompter here, so the daemon gives up or the bound ends the wait.
    let (result, took) = timed(|| store.get(ACCOUNT));
    assert!(
        matches!(
            result,
            Err(ItemFault::Service(Fault::PromptDismissed | Fault::TimedOut))
        ),
        "{result:?}"
    );
    assert!(took < Duration::from_secs(3), "{took:?}");
    assert!(watch.calls().contains("member=Prompt"));
    assert_eq!(store.probe(), Err(Fault::Locked));
}

#[test]
fn foreign_and_stray_items_never_make_an_account_ambiguous() {
    let daemon = keyring!(State::Unlocked);
    let store = store_of(&daemon);
    // Another program under the same two names: not ours, never read, never removed.
    let foreign = [
        "store",
        "--label=foreign",
        "service",
        SERVICE,
        "username",
        ACCOUNT,
        "source",
        "elsewhere",
    ];
    secret_tool(&daemon, &foreign, "foreign");
    assert_eq!(store.get(ACCOUNT), Err(ItemFault::NotFound));
    store.set(ACCOUNT, b"ours").expect("stored");
    assert_eq!(store.get(ACCOUNT).expect("read").as_slice(), b"ours");
    // A stray one with all three of our attributes and one more: the newest is read, and a write
    // leaves one.
    thread::sleep(Duration::from_millis(1100));
    let stray = [
        "store",
        "--label=stray",
        "service",
        SERVICE,
        "application",
        SERVICE,
        "username",
        ACCOUNT,
        "extra",
        "1",
    ];
    secret_tool(&daemon, &stray, "stray");
    assert_eq!(store.get(ACCOUNT).expect("the newest").as_slice(), b"stray");
    store.set(ACCOUNT, b"ours again").expect("stored");
    assert_eq!(store.get(ACCOUNT).expect("read").as_slice(), b"ours again");
    assert_eq!(items_of(&daemon), 1);
    assert_eq!(
        secret_tool(
            &daemon,
            &["lookup", "service", SERVICE, "source", "elsewhere"],
            ""
        ),
        "foreign"
    );
    store.delete(ACCOUNT).expect("deleted");
    assert_eq!(
        secret_tool(
            &daemon,
            &["lookup", "service", SERVICE, "source", "elsewhere"],
            ""
        ),
        "foreign"
    );
}

fn items_of(daemon: &KeyringDaemon) -> usize {
    let found = secret_tool(
        daemon,
        &[
            "search",
            "--all",
            "service",
            SERVICE,
            "application",
            SERVICE,
            "username",
            ACCOUNT,
        ],
        "",
    );
    found.matches("label = ").count()
}

#[test]
fn twenty_writers_of_a_new_account_leave_one_item() {
    let mut daemon = keyring!(State::Unlocked);
    let store = store_of(&daemon);
    let gate = Arc::new(Barrier::new(20));
    let writers: Vec<_> = (0..20u8)
        .map(|number| {
            let (store, gate) = (store.clone(), Arc::clone(&gate));
            thread::spawn(move || {
                gate.wait();
                store.set(ACCOUNT, &[number; 32])
            })
        })
        .collect();
    let results: Vec<_> = writers
        .into_iter()
        .map(|writer| writer.join().expect("no panic"))
        .collect();
    // A writer that was overtaken before it read back gets a fault; the last one cannot be.
    assert!(
        results
            .iter()
            .all(|result| *result == Ok(()) || *result == Err(Fault::NotStored.into())),
        "{results:?}"
    );
    assert!(results.contains(&Ok(())));
    let value = store.get(ACCOUNT).expect("read");
    assert!(value.len() == 32 && value.iter().all(|byte| *byte == value[0]));
    assert_eq!(items_of(&daemon), 1);
    assert!(daemon.daemon_is_alive(), "{}", daemon.daemon_log());
}

#[test]
fn it_may_be_called_inside_an_async_runtime() {
    let daemon = keyring!(State::Unlocked);
    let store = store_of(&daemon);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        store.set(ACCOUNT, b"value").expect("stored");
        assert_eq!(store.get(ACCOUNT).expect("read").as_slice(), b"value");
        assert_eq!(store_at("nonsense").get(ACCOUNT), Err(Fault::NoBus.into()));
    });
}

/// The method calls on the bus while it lives, as `dbus-monitor` prints them.
struct Watch {
    monitor: std::process::Child,
    log: std::path::PathBuf,
}

fn watch_calls(daemon: &KeyringDaemon) -> Watch {
    let log = std::path::PathBuf::from(daemon.env()["HOME"].clone()).join("monitor.log");
    let out = std::fs::File::create(&log).expect("a log");
    let monitor = Command::new("stdbuf")
        .args([
            "-oL",
            "dbus-monitor",
            "--address",
            &daemon.address(),
            "type=method_call",
        ])
        .stdout(out)
        .spawn()
        .expect("dbus-monitor starts");
    let limit = Instant::now() + Duration::from_secs(5);
    while !std::fs::read_to_string(&log)
        .is_ok_and(|text| text.contains("NameLost") || !text.is_empty())
    {
        assert!(Instant::now() < limit, "dbus-monitor did not start");
        thread::sleep(Duration::from_millis(20));
    }
    Watch { monitor, log }
}

impl Watch {
    fn calls(mut self) -> String {
        thread::sleep(Duration::from_millis(200));
        let _ = self.monitor.kill();
        let _ = self.monitor.wait();
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}
