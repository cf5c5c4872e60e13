//! The store against a provider by script (`provider.rs`): what real keyrings do rarely, and what
//! none of them should do. What a real one does is in `tests/gnome_keyring.rs`.

mod bounds;
mod messages;
mod others;
mod provider;
mod ways;

use super::*;
use provider::{Kept, Person, Provider, Search, State, Twist};
use std::os::unix::net::UnixListener;
use std::time::Instant;

/// The largest secret, by the default options.
const MAX: u32 = 1024 * 1024;
/// That of the default options of tests.
const SERVICE: &str = "example";
const ACCOUNT: &str = "default/bundle/1";
const SOON: Duration = Duration::from_millis(50);

fn one(account: &str) -> Vec<Option<Kept>> {
    vec![Some(Kept::new(account, b"value", 1))]
}

fn twisted(twists: &[(&'static str, Twist)]) -> Provider {
    Provider::start(State {
        items: one(ACCOUNT),
        twists: twists.iter().copied().collect(),
        ..State::default()
    })
}

fn value(found: Result<Wiped, Fault>) -> Result<Vec<u8>, Fault> {
    found.map(|bytes| bytes.to_vec())
}

#[test]
fn a_provider_that_asks_a_person_for_each_change_is_waited_for() {
    let provider = Provider::start(State {
        person: Person::Agrees(SOON),
        ..State::default()
    });
    let store = provider.store();
    store.set(ACCOUNT, b"first").unwrap();
    store.set(ACCOUNT, b"second").unwrap();
    assert_eq!(value(store.get(ACCOUNT)), Ok(b"second".to_vec()));
    assert_eq!(provider.values().len(), 1);
    assert_eq!(
        provider.times("Dismiss"),
        1,
        "nobody is left a question that would replace it"
    );
    store.delete(ACCOUNT).unwrap();
    // The second value is stored beside the first one, which is then removed.
    assert_eq!((provider.values(), provider.times("Prompt")), (vec![], 4));
    assert_eq!(store.delete(ACCOUNT), Err(Fault::NotFound));
}

#[test]
fn what_a_person_dismisses_is_not_done() {
    let provider = Provider::start(State {
        items: one(ACCOUNT),
        person: Person::Dismisses,
        ..State::default()
    });
    assert_eq!(
        provider.store().set(ACCOUNT, b"other"),
        Err(Fault::PromptDismissed)
    );
    assert_eq!(
        provider.store().delete(ACCOUNT),
        Err(Fault::PromptDismissed)
    );
    assert_eq!(provider.values(), [(ACCOUNT.to_owned(), b"value".to_vec())]);
    assert_eq!(provider.times("Prompt"), 2, "and it is not asked for again");
}

#[test]
fn a_provider_that_goes_away_while_it_asks_ends_the_wait() {
    let provider = Provider::start(State {
        items: one(ACCOUNT),
        person: Person::Outlives,
        ..State::default()
    });
    let start = Instant::now();
    assert_eq!(provider.store().delete(ACCOUNT), Err(Fault::DaemonGone));
    assert!(
        start.elapsed() < provider.options().deadline,
        "{:?}",
        start.elapsed()
    );
    assert_eq!(provider.times("Prompt"), 2, "one repeat");
}

#[test]
fn a_person_may_take_longer_to_unlock_than_the_keyring_for_an_answer() {
    let slow = Person::Agrees(Duration::from_millis(900));
    let provider = Provider::start(State {
        items: one(ACCOUNT),
        locked: true,
        person: slow,
        ..State::default()
    });
    let deadline = Duration::from_millis(600);
    let unlock = Some(Duration::from_secs(20));
    let store = Store::new(Options {
        deadline,
        unlock,
        ..provider.options()
    });
    assert_eq!(store.probe(), Err(Fault::Locked), "a look asks nobody");
    assert_eq!((provider.times("Unlock"), provider.times("Prompt")), (0, 0));
    assert_eq!(value(store.get(ACCOUNT)), Ok(b"value".to_vec()));
    // And afterwards the keyring has its own deadline again.
    provider.state().locked = true;
    provider
        .state()
        .twists
        .push_back(("GetSecret", Twist::Silence));
    let start = Instant::now();
    assert_eq!(value(store.get(ACCOUNT)), Err(Fault::TimedOut));
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn nobody_is_asked_where_nobody_is_and_a_keyring_that_stays_locked_is_told() {
    for person in [Person::InVain, Person::Dismisses] {
        let provider = Provider::start(State {
            items: one(ACCOUNT),
            locked: true,
            person,
            ..State::default()
        });
        assert_eq!(value(provider.store().get(ACCOUNT)), Err(Fault::Locked));
        assert_eq!(
            (provider.times("Unlock"), provider.times("SearchItems")),
            (0, 0)
        );
        let asking = Store::new(Options {
            unlock: Some(Duration::from_secs(5)),
            ..provider.options()
        });
        let fault = if person == Person::InVain {
            Fault::Locked
        } else {
            Fault::PromptDismissed
        };
        assert_eq!(value(asking.get(ACCOUNT)), Err(fault));
        assert_eq!(
            provider.times("SearchItems"),
            0,
            "a locked keyring is not searched"
        );
    }
}

#[test]
fn a_prompt_that_cannot_be_shown_leaves_the_keyring_locked() {
    let provider = twisted(&[("Prompt", Twist::Error("org.freedesktop.zbus.Error"))]);
    provider.state().locked = true;
    let asking = Store::new(Options {
        unlock: Some(Duration::from_secs(5)),
        ..provider.options()
    });
    assert_eq!(value(asking.get(ACCOUNT)), Err(Fault::Locked));
    assert_eq!(provider.times("Prompt"), 1);
}

#[test]
fn of_several_items_the_newest_is_read_and_a_write_leaves_one() {
    let kept = |secret: &[u8], modified| Some(Kept::new(ACCOUNT, secret, modified));
    let items = || vec![kept(b"old", 7), kept(b"newest", 9), kept(b"oldest", 3)];
    let provider = Provider::start(State {
        items: items(),
        ..State::default()
    });
    assert_eq!(value(provider.store().get(ACCOUNT)), Ok(b"newest".to_vec()));
    assert_eq!(provider.values().len(), 3, "reading removes nothing");
    // The clock of a provider counts seconds: of two that are as new, the one that was just written
    // is meant.
    for person in [Person::NotNeeded, Person::Agrees(SOON)] {
        let same = vec![kept(b"as new", 100), kept(b"old", 7)];
        let state = State {
            items: same,
            only_adds: true,
            person,
            ..State::default()
        };
        let provider = Provider::start(state);
        provider.store().set(ACCOUNT, b"written").unwrap();
        assert_eq!(
            provider.values(),
            [(ACCOUNT.to_owned(), b"written".to_vec())]
        );
    }
    // A removal removes them all.
    let provider = Provider::start(State {
        items: items(),
        ..State::default()
    });
    provider.store().delete(ACCOUNT).unwrap();
    assert_eq!(provider.values(), []);
}

#[test]
fn an_item_of_somebody_else_is_neither_read_nor_removed() {
    let kept = |account: &str, secret: &[u8], modified| Some(Kept::new(account, secret, modified));
    let theirs = kept("their/item", b"theirs", 999);
    let items = vec![theirs.clone(), kept(ACCOUNT, b"ours", 7)];
    let provider = Provider::start(State {
        items,
        search: Search::Loose,
        only_adds: true,
        ..State::default()
    });
    assert_eq!(
        value(provider.store().get(ACCOUNT)),
        Ok(b"ours".to_vec()),
        "theirs is newer"
    );
    provider.store().set(ACCOUNT, b"written").unwrap();
    let left = |secret: &[u8]| {
        vec![
            ("their/item".to_owned(), b"theirs".to_vec()),
            (ACCOUNT.to_owned(), secret.to_vec()),
        ]
    };
    assert_eq!(provider.values(), left(b"written"));
    provider.store().delete(ACCOUNT).unwrap();
    assert_eq!(provider.store().delete(ACCOUNT), Err(Fault::NotFound));
    assert_eq!(provider.values(), left(b"")[..1]);
}

#[test]
fn of_items_that_are_as_new_always_the_same_one_is_read() {
    // By their paths, whichever the provider names first.
    let kept = |secret: &[u8]| Some(Kept::new(ACCOUNT, secret, 7));
    for search in [Search::Right, Search::Backwards] {
        let items = vec![kept(b"first"), kept(b"second"), kept(b"third")];
        let provider = Provider::start(State {
            items,
            search,
            ..State::default()
        });
        assert_eq!(value(provider.store().get(ACCOUNT)), Ok(b"third".to_vec()));
    }
}

#[test]
fn what_the_provider_did_not_keep_was_not_stored() {
    let provider = Provider::start(State {
        changed_to: Some(b"else"),
        ..State::default()
    });
    assert_eq!(
        provider.store().set(ACCOUNT, b"value"),
        Err(Fault::NotStored)
    );
    let provider = Provider::start(State::default());
    provider.state().changed_to = Some(b"value");
    assert_eq!(provider.store().set(ACCOUNT, b"value"), Ok(()), "control");
}

#[test]
fn an_item_in_a_locked_keyring_only_is_locked_and_not_missing() {
    let locked = |secret: &[u8]| {
        Some(Kept {
            locked: true,
            ..Kept::new(ACCOUNT, secret, 9)
        })
    };
    let provider = Provider::start(State {
        items: vec![locked(b"x")],
        ..State::default()
    });
    assert_eq!(value(provider.store().get(ACCOUNT)), Err(Fault::Locked));
    assert_eq!(provider.store().delete(ACCOUNT), Err(Fault::Locked));
    provider
        .state()
        .items
        .push(Some(Kept::new(ACCOUNT, b"open", 1)));
    assert_eq!(
        value(provider.store().get(ACCOUNT)),
        Ok(b"open".to_vec()),
        "one that can be read is read"
    );
}

#[test]
fn nothing_overtakes_the_first_call() {
    // gnome-keyring crashes of a session that is asked for too early, in one of thousands of runs.
    let jobs: [fn(&Store) -> Option<Fault>; 5] = [
        |store| store.probe().err(),
        |store| store.get(ACCOUNT).err(),
        |store| store.set(ACCOUNT, b"value").err(),
        |store| store.delete(ACCOUNT).err(),
        |store| store.accounts().err(),
    ];
    for (number, job) in jobs.iter().enumerate() {
        let provider = twisted(&[("ReadAlias", Twist::Silence)]);
        let store = Store::new(Options {
            deadline: Duration::from_millis(300),
            ..provider.options()
        });
        assert_eq!(job(&store), Some(Fault::TimedOut), "{number}");
        assert_eq!(provider.state().calls, ["Hello", "ReadAlias"], "{number}");
        // `/` may mean that it has not noticed us.
        let provider = twisted(&[("ReadAlias", Twist::Nothing); 4]);
        assert_eq!(
            job(&provider.store()),
            Some(Fault::NoDefaultCollection),
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
            Err(Fault::DaemonGone),
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
    assert_eq!(value(provider.store().get(ACCOUNT)), Err(Fault::Locked));
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
        Err(Fault::NotFound)
    );
    // A fault is no missing item.
    let fault = Twist::Error("org.freedesktop.DBus.Error.AccessDenied");
    provider
        .state()
        .twists
        .extend([("SearchItems", Twist::AsUsual), ("SearchItems", fault)]);
    assert_eq!(
        provider.store().get_both(ACCOUNT, "default/cache-key/1"),
        Err(Fault::other("AccessDenied"))
    );
}

#[test]
fn all_accounts_are_listed_sorted_and_once() {
    let items = ["b", "a", "b"]
        .map(|name| Some(Kept::new(name, b"", 1)))
        .to_vec();
    let provider = Provider::start(State {
        items,
        ..State::default()
    });
    assert_eq!(
        provider.store().accounts(),
        Ok(vec!["a".to_owned(), "b".to_owned()])
    );
}

#[test]
fn a_bus_that_does_not_welcome_us_is_told_as_such() {
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
    assert_eq!(said(b"REJECTED EXTERNAL\r\n"), Fault::BusRefused);
    assert_eq!(
        said(&[b'O'; 4000]),
        Fault::BusRefused,
        "a line without an end"
    );
    assert_eq!(said(b"OK 12"), Fault::TimedOut, "half a line");
    let provider = twisted(&[("Hello", Twist::HangUp); 2]);
    assert_eq!(
        value(provider.store().get(ACCOUNT)),
        Err(Fault::BusRefused),
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
    assert_eq!(through(format!("{nowhere};{tcp}")), Err(Fault::NoBus));
    let dir = tempfile::tempdir().unwrap();
    let silent = UnixListener::bind(dir.path().join("silent")).unwrap();
    drop(silent);
    assert_eq!(
        through(format!("unix:path={}", dir.path().join("silent").display())),
        Err(Fault::NoBus)
    );
}

#[test]
fn the_store_takes_its_own_service_and_fit_accounts_only() {
    let store = Store::new(Options {
        address: Some("unix:path=/nonexistent/bus".into()),
        ..Options::default()
    });
    assert!(
        store.build(SERVICE, ACCOUNT, None).is_ok()
            && store.build(SERVICE, ACCOUNT, Some(&HashMap::new())).is_ok()
    );
    assert!(matches!(
        store.build("other", ACCOUNT, None),
        Err(Error::Invalid(..))
    ));
    assert!(matches!(
        store.build(SERVICE, ACCOUNT, Some(&HashMap::from([("x", "y")]))),
        Err(Error::Invalid(..))
    ));
    for bad in ["", "a\0b", &"x".repeat(513)] {
        assert!(
            matches!(store.build(SERVICE, bad, None), Err(Error::Invalid(..))),
            "{bad:?}"
        );
    }
    assert_eq!(
        value(store.get(&"x".repeat(512))),
        Err(Fault::NoBus),
        "as long as it may be"
    );
    assert_eq!(value(store.get(&"x".repeat(513))), Err(Fault::TooLong(512)));
    for bad in ["", "a\0b"] {
        assert_eq!(
            value(store.get(bad)),
            Err(Fault::other("invalid account name"))
        );
    }
    assert_eq!(
        store.set(ACCOUNT, &vec![0; MAX as usize]),
        Err(Fault::NoBus),
        "as long as it may be"
    );
    assert_eq!(
        store.set(ACCOUNT, &vec![0; MAX as usize + 1]),
        Err(Fault::TooLong(MAX))
    );
}

#[test]
fn entries_read_write_find_and_remove_as_the_store_does() {
    let provider = twisted(&[]);
    let store = provider.store();
    let entry = store.build(SERVICE, ACCOUNT, None).unwrap();
    assert_eq!(entry.get_secret().unwrap(), b"value");
    entry.set_secret(b"second").unwrap();
    assert_eq!(
        provider.values(),
        [(ACCOUNT.to_owned(), b"second".to_vec())]
    );
    assert!(entry.get_credential().is_ok());
    assert_eq!(
        entry.get_specifiers(),
        Some((SERVICE.to_owned(), ACCOUNT.to_owned()))
    );
    for spec in [HashMap::new(), HashMap::from([("service", SERVICE)])] {
        let found = store.search(&spec).unwrap();
        assert_eq!(
            found
                .iter()
                .map(|entry| entry.get_secret().unwrap())
                .collect::<Vec<_>>(),
            [b"second"]
        );
    }
    for spec in [
        ("service", "other"),
        ("username", SERVICE),
        ("username", "other"),
    ] {
        assert!(
            matches!(
                store.search(&HashMap::from([spec])),
                Err(Error::Invalid(..))
            ),
            "{spec:?}"
        );
    }
    entry.delete_credential().unwrap();
    assert_eq!(provider.values(), []);
    for missing in [
        entry.get_secret().err(),
        entry.delete_credential().err(),
        entry.get_credential().err(),
    ] {
        assert!(matches!(missing, Some(Error::NoEntry)), "{missing:?}");
    }
    let store: &keyring_core::api::CredentialStore = &store;
    assert!(
        format!("{entry:?}").contains(ACCOUNT) && format!("{store:?}").contains("deadline: 5s")
    );
    assert!(store.vendor().contains("Secret Service") && store.id().ends_with(&provider.address()));
}

#[test]
fn the_largest_secret_comes_back_whole() {
    let provider = Provider::start(State::default());
    let secret: Vec<u8> = (0..MAX)
        .map(|n| n.to_le_bytes()[0] ^ n.to_le_bytes()[1])
        .collect();
    provider.store().set(ACCOUNT, &secret).unwrap();
    assert!(value(provider.store().get(ACCOUNT)).unwrap() == secret);
}
