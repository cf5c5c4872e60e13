//! The behaviour of `KWallet` and `KeePassXC`, in tests that need neither (`ways.rs`). The contract
//! in `tests/it/stores` runs the real ones.

use super::ways::{Fake, Person, Ways};
use crate::{Fault, ItemFault, Options, Store};
use std::time::{Duration, Instant};

const ACCOUNT: &str = "default/bundle/3f9a";

fn unattended(fake: &Fake) -> Store {
    Store::new(fake.options())
}

/// A store whose user may take so long to answer.
fn attended(fake: &Fake, wait: Duration) -> Store {
    Store::new(Options {
        unlock: Some(wait),
        ..fake.options()
    })
}

fn has(calls: &[String], name: &str) -> bool {
    calls.iter().any(|call| call == name)
}

#[test]
fn a_session_whose_two_keys_would_differ_is_left_for_another() {
    let fake = Fake::start(Ways {
        unlucky: true,
        ..Ways::default()
    });
    let store = unattended(&fake);
    store.set(ACCOUNT, b"value").unwrap();
    let sessions = fake
        .calls()
        .iter()
        .filter(|call| *call == "OpenSession")
        .count();
    assert!(
        sessions >= 2,
        "the first one has a number that begins with zeros, and one in 256 of the others: {sessions}"
    );
    assert_eq!(store.get(ACCOUNT).unwrap().as_slice(), b"value");
}

#[test]
fn a_wallet_that_was_opened_at_log_in_is_used_unattended() {
    let ways = Ways {
        locked: true,
        wallet: Some(true),
        person: Person::Allows(Duration::ZERO),
        ..Ways::default()
    };
    let fake = Fake::start(ways);
    let store = unattended(&fake);
    assert_eq!(
        store.probe(),
        Ok(()),
        "a probe changes nothing, and says that it can be used"
    );
    let calls = fake.calls();
    assert!(
        has(&calls, "isOpen") && !has(&calls, "Unlock") && !has(&calls, "Prompt"),
        "{calls:?}"
    );
    store.set(ACCOUNT, b"value").unwrap();
    assert!(has(&fake.calls(), "Unlock"));
    assert_eq!(store.get(ACCOUNT).unwrap().as_slice(), b"value");
    let calls = fake.calls();
    assert!(
        !has(&calls, "isOpen") && !has(&calls, "Unlock"),
        "from now on it is open: {calls:?}"
    );
}

#[test]
fn what_is_really_locked_shows_nobody_a_prompt() {
    // A closed wallet, and a provider that has no wallets.
    for wallet in [Some(false), None] {
        let fake = Fake::start(Ways {
            locked: true,
            wallet,
            ..Ways::default()
        });
        let store = unattended(&fake);
        assert_eq!(store.get(ACCOUNT), Err(Fault::Locked.into()));
        assert_eq!(store.set(ACCOUNT, b"value"), Err(Fault::Locked.into()));
        assert_eq!(store.probe(), Err(Fault::Locked));
        let calls = fake.calls();
        assert!(
            has(&calls, "isOpen") && !has(&calls, "Unlock") && !has(&calls, "Prompt"),
            "{calls:?}"
        );
    }
}

#[test]
fn a_wallet_whose_owner_wants_to_be_asked_is_locked_for_a_job() {
    for person in [Person::Absent, Person::Refuses] {
        let fake = Fake::start(Ways {
            locked: true,
            wallet: Some(true),
            person,
            ..Ways::default()
        });
        let start = Instant::now();
        assert_eq!(unattended(&fake).get(ACCOUNT), Err(Fault::Locked.into()));
        assert!(
            start.elapsed() < Duration::from_secs(4),
            "{:?}",
            start.elapsed()
        );
    }
}

#[test]
fn an_item_is_found_in_an_open_keyring_behind_a_locked_default_one() {
    let fake = Fake::start(Ways::default());
    let store = unattended(&fake);
    store.set(ACCOUNT, b"value").unwrap();
    fake.change(|ways| ways.second_in_front = true);
    fake.calls();
    assert_eq!(store.get(ACCOUNT).unwrap().as_slice(), b"value");
    assert_eq!(
        store.get("default/bundle/none"),
        Err(Fault::Locked.into()),
        "it may be in the locked one"
    );
    assert_eq!(
        store.set(ACCOUNT, b"other"),
        Err(Fault::Locked.into()),
        "the default one is written to"
    );
    store.delete(ACCOUNT).unwrap();
    let calls = fake.calls();
    assert!(
        !has(&calls, "Unlock") && !has(&calls, "Prompt"),
        "{calls:?}"
    );
}

#[test]
fn an_item_that_is_given_to_who_is_allowed_is_no_locked_keyring() {
    let fake = Fake::start(Ways {
        asks_for_items: true,
        ..Ways::default()
    });
    let store = unattended(&fake);
    store.set(ACCOUNT, b"value").unwrap();
    fake.calls();
    assert_eq!(
        store.get(ACCOUNT),
        Err(Fault::NotAllowed.into()),
        "another connection"
    );
    assert_eq!(store.delete(ACCOUNT), Err(Fault::NotAllowed.into()));
    let calls = fake.calls();
    assert!(
        !has(&calls, "Unlock") && !has(&calls, "Prompt"),
        "{calls:?}"
    );
    fake.change(|ways| ways.asks_for_items = false);
    assert_eq!(
        store.get(ACCOUNT).unwrap().as_slice(),
        b"value",
        "control: its owner switched that off"
    );
}

#[test]
fn a_person_who_is_there_is_asked_for_an_item() {
    let fake = Fake::start(Ways {
        asks_for_items: true,
        ..Ways::default()
    });
    unattended(&fake).set(ACCOUNT, b"value").unwrap();
    let wait = Duration::from_secs(2);
    let store = attended(&fake, wait);
    // Longer than the deadline of an operation.
    fake.change(|ways| ways.person = Person::Allows(Duration::from_secs(1)));
    assert_eq!(store.get(ACCOUNT).unwrap().as_slice(), b"value");
    fake.change(|ways| ways.person = Person::Refuses);
    assert_eq!(store.get(ACCOUNT), Err(Fault::PromptDismissed.into()));
    fake.change(|ways| ways.person = Person::Absent);
    let start = Instant::now();
    assert_eq!(store.get(ACCOUNT), Err(Fault::TimedOut.into()));
    assert!(
        start.elapsed() >= wait && start.elapsed() < wait * 2,
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn a_person_gets_the_time_to_confirm_a_deletion() {
    let slow = Person::Allows(Duration::from_secs(1));
    let fake = Fake::start(Ways {
        asks_to_delete: true,
        person: slow,
        ..Ways::default()
    });
    unattended(&fake).set(ACCOUNT, b"value").unwrap();
    assert_eq!(
        unattended(&fake).delete(ACCOUNT),
        Err(Fault::TimedOut.into()),
        "there is no person to wait for"
    );
    attended(&fake, Duration::from_secs(3))
        .delete(ACCOUNT)
        .unwrap();
    assert_eq!(unattended(&fake).get(ACCOUNT), Err(ItemFault::NotFound));
}

#[test]
fn a_provider_that_asks_before_it_replaces_keeps_one_item_all_the_same() {
    let fake = Fake::start(Ways {
        asks_to_replace: true,
        ..Ways::default()
    });
    let store = unattended(&fake);
    for value in [b"first", b"other", b"third"] {
        store.set(ACCOUNT, value).unwrap();
        assert_eq!(store.get(ACCOUNT).unwrap().as_slice(), value);
        assert_eq!(fake.labels().len(), 1);
    }
    store.set("default/bundle/other", b"apart").unwrap();
    assert_eq!(
        fake.labels().len(),
        2,
        "control: another account is left alone"
    );
}

#[test]
fn a_label_has_nothing_that_a_provider_takes_for_a_folder() {
    let fake = Fake::start(Ways::default());
    unattended(&fake).set(ACCOUNT, b"value").unwrap();
    assert_eq!(fake.labels(), ["example: default bundle 3f9a"]);
}
