//! The connection to a provider: its first call, its loss, its order of answers, its addresses.

use super::super::*;
use super::provider::{Kept, Provider, State, Twist};
use super::{ACCOUNT, twisted, value};
use std::os::unix::net::UnixListener;
use std::time::Instant;

#[test]
fn nothing_overtakes_the_first_call() {
    // gnome-keyring crashes of a session that is asked for too early, in one of thousands of runs.
    let jobs: [fn(&Store) -> Option<ItemFault>; 5] = [
        |store| store.probe().err().map(ItemFault::from),
        |store| store.get(ACCOUNT).err(),
        |store| store.set(ACCOUNT, b"value").err(),
        |store| store.delete(ACCOUNT).err(),
        |store| store.accounts().err().map(ItemFault::from),
    ];
    for (number, job) in jobs.iter().enumerate() {
        let provider = twisted(&[("ReadAlias", Twist::Silence)]);
        let store = Store::new(Options {
            deadline: Duration::from_millis(300),
            ..provider.options()
        });
        assert_eq!(job(&store), Some(Fault::TimedOut.into()), "{number}");
        assert_eq!(provider.state().calls, ["Hello", "ReadAlias"], "{number}");
        // `/` may mean that it has not noticed us.
        let provider = twisted(&[("ReadAlias", Twist::Nothing); 4]);
        assert_eq!(
            job(&provider.store()),
            Some(Fault::NoDefaultCollection.into()),
            "{number}"
        );
        assert_eq!(provider.times("OpenSession"), 0, "{number}");
    }
}

#[test]
fn a_keyring_that_has_not_noticed_us_yet_is_asked_again() {
    let nothing = ("ReadAlias", Twist::Nothing);
    let provider = twisted(&[nothing; 3]);
    let start = Instant::now();
    assert_eq!(value(provider.store().get(ACCOUNT)), Ok(b"value".to_vec()));
    assert!(
        start.elapsed() >= Duration::from_millis(15),
        "after a pause each: {:?}",
        start.elapsed()
    );
    let provider = twisted(&[nothing; 4]);
    assert_eq!(provider.store().probe(), Err(Fault::NoDefaultCollection));
    assert_eq!(provider.times("ReadAlias"), 4);
}

#[test]
fn a_keyring_that_is_still_starting_is_waited_for() {
    let absent = (
        "Get",
        Twist::Error("org.freedesktop.DBus.Error.UnknownObject"),
    );
    let provider = twisted(&[absent; 4]);
    assert_eq!(value(provider.store().get(ACCOUNT)), Ok(b"value".to_vec()));
    assert_eq!(provider.times("Hello"), 1, "by the first connection");
    let provider = twisted(&[absent; 4]);
    assert_eq!(provider.store().probe(), Ok(()));
    let denied = (
        "Get",
        Twist::Error("org.freedesktop.DBus.Error.AccessDenied"),
    );
    for twists in [&[denied][..], &[absent, denied]] {
        assert_eq!(
            twisted(twists).store().probe(),
            Err(Fault::other("AccessDenied")),
            "only for what is absent"
        );
    }
    let provider = twisted(&vec![absent; 500]);
    let start = Instant::now();
    let fault = provider.store().probe().unwrap_err();
    assert!(
        fault == Fault::other("UnknownObject") || fault == Fault::TimedOut,
        "{fault}"
    );
    // A bound against hanging, not a measure.
    assert!(
        start.elapsed() < provider.options().deadline * 2,
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn a_connection_that_is_lost_is_made_once_more() {
    for method in ["ReadAlias", "OpenSession", "SearchItems", "GetSecret"] {
        let provider = twisted(&[(method, Twist::HangUp)]);
        assert_eq!(
            value(provider.store().get(ACCOUNT)),
            Ok(b"value".to_vec()),
            "{method}"
        );
        let provider = twisted(&[(method, Twist::HangUp); 2]);
        assert_eq!(
            value(provider.store().get(ACCOUNT)),
            Err(Fault::DaemonGone.into()),
            "{method}"
        );
        assert_eq!(provider.times("Hello"), 2, "{method}");
    }
}

#[test]
fn a_full_bus_is_waited_for_and_not_for_ever() {
    let full = (
        "Hello",
        Twist::Error("org.freedesktop.DBus.Error.LimitsExceeded"),
    );
    let provider = twisted(&[full; 5]);
    assert_eq!(value(provider.store().get(ACCOUNT)), Ok(b"value".to_vec()));
    let provider = twisted(&vec![full; 5000]);
    let store = Store::new(Options {
        deadline: Duration::from_millis(300),
        ..provider.options()
    });
    let start = Instant::now();
    assert!(store.probe().is_err());
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn answers_may_come_in_any_order() {
    // `Locked` is asked for together with the session.
    let provider = twisted(&[("Get", Twist::Later)]);
    assert_eq!(value(provider.store().get(ACCOUNT)), Ok(b"value".to_vec()));
    let provider = twisted(&[("Get", Twist::Later)]);
    provider.state().locked = true;
    assert_eq!(
        value(provider.store().get(ACCOUNT)),
        Err(Fault::Locked.into())
    );
}

#[test]
fn two_secrets_are_had_over_one_connection_and_the_second_may_be_missing() {
    let provider = twisted(&[]);
    let (first, second) = provider
        .store()
        .get_both(ACCOUNT, "default/cache-key/1")
        .unwrap();
    assert!(*first == b"value" && second.is_none());
    provider
        .state()
        .items
        .push(Some(Kept::new("default/cache-key/1", b"key", 1)));
    let (first, second) = provider
        .store()
        .get_both(ACCOUNT, "default/cache-key/1")
        .unwrap();
    assert!(*first == b"value" && *second.unwrap() == b"key");
    assert_eq!(provider.times("Hello"), 2);
    assert_eq!(
        provider.store().get_both("default/other/1", ACCOUNT),
        Err(ItemFault::NotFound)
    );
    // A fault is no missing item.
    let fault = Twist::Error("org.freedesktop.DBus.Error.AccessDenied");
    provider
        .state()
        .twists
        .extend([("SearchItems", Twist::AsUsual), ("SearchItems", fault)]);
    assert_eq!(
        provider.store().get_both(ACCOUNT, "default/cache-key/1"),
        Err(Fault::other("AccessDenied").into())
    );
}

#[test]
fn a_bus_that_does_not_welcome_us_is_a_fault_of_its_own() {
    let said = |welcome: &[u8]| {
        let provider = Provider::start(State {
            welcome: Some(welcome.to_vec()),
            ..State::default()
        });
        let store = Store::new(Options {
            deadline: Duration::from_millis(500),
            ..provider.options()
        });
        value(store.get(ACCOUNT)).unwrap_err()
    };
    assert_eq!(said(b"REJECTED EXTERNAL\r\n"), Fault::BusRefused.into());
    assert_eq!(
        said(&[b'O'; 4000]),
        Fault::BusRefused.into(),
        "a line without an end"
    );
    assert_eq!(said(b"OK 12"), Fault::TimedOut.into(), "half a line");
    let provider = twisted(&[("Hello", Twist::HangUp); 2]);
    assert_eq!(
        value(provider.store().get(ACCOUNT)),
        Err(Fault::BusRefused.into()),
        "closed after the log-in"
    );
}

#[test]
fn the_addresses_of_a_bus_are_tried_in_their_order() {
    let provider = twisted(&[]);
    let (nowhere, tcp) = ("unix:path=/nonexistent/bus", "tcp:host=127.0.0.1,port=1");
    let through = |address: String| {
        value(
            Store::new(Options {
                address: Some(address),
                ..Options::default()
            })
            .get(ACCOUNT),
        )
    };
    assert_eq!(
        through(format!("{nowhere};{tcp};{}", provider.address())),
        Ok(b"value".to_vec())
    );
    assert_eq!(
        through(format!("{nowhere};{tcp}")),
        Err(Fault::NoBus.into())
    );
    let dir = tempfile::tempdir().unwrap();
    let silent = UnixListener::bind(dir.path().join("silent")).unwrap();
    drop(silent);
    assert_eq!(
        through(format!("unix:path={}", dir.path().join("silent").display())),
        Err(Fault::NoBus.into())
    );
}
