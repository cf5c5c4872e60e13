//! A provider that asks a person: one who agrees, one who does not, one who takes long, and no
//! person.

use super::super::*;
use super::provider::{Person, Provider, State, Twist};
use super::{ACCOUNT, SOON, one, twisted, value};
use std::time::Instant;

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
        "no question is left that would replace it"
    );
    store.delete(ACCOUNT).unwrap();
    // The second value is stored beside the first one, which is then removed.
    assert_eq!((provider.values(), provider.times("Prompt")), (vec![], 4));
    assert_eq!(store.delete(ACCOUNT), Err(ItemFault::NotFound));
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
        Err(Fault::PromptDismissed.into())
    );
    assert_eq!(
        provider.store().delete(ACCOUNT),
        Err(Fault::PromptDismissed.into())
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
    assert_eq!(
        provider.store().delete(ACCOUNT),
        Err(Fault::DaemonGone.into())
    );
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
    assert_eq!(store.probe(), Err(Fault::Locked), "a probe asks no person");
    assert_eq!((provider.times("Unlock"), provider.times("Prompt")), (0, 0));
    assert_eq!(value(store.get(ACCOUNT)), Ok(b"value".to_vec()));
    // And afterwards the keyring has its own deadline again.
    provider.state().locked = true;
    provider
        .state()
        .twists
        .push_back(("GetSecret", Twist::Silence));
    let start = Instant::now();
    assert_eq!(value(store.get(ACCOUNT)), Err(Fault::TimedOut.into()));
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn an_unattended_job_sees_no_prompt_and_a_keyring_that_stays_locked_is_a_fault() {
    for person in [Person::InVain, Person::Dismisses] {
        let provider = Provider::start(State {
            items: one(ACCOUNT),
            locked: true,
            person,
            ..State::default()
        });
        assert_eq!(
            value(provider.store().get(ACCOUNT)),
            Err(Fault::Locked.into())
        );
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
        assert_eq!(value(asking.get(ACCOUNT)), Err(fault.into()));
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
    assert_eq!(value(asking.get(ACCOUNT)), Err(Fault::Locked.into()));
    assert_eq!(provider.times("Prompt"), 1);
}
