//! The store against a provider by script (`provider.rs`): what real keyrings do rarely, and what
//! none of them should do. What a real one does is in `tests/it/stores/keyrings.rs`.

mod bounds;
mod connected;
mod messages;
mod others;
mod person;
mod provider;
mod ways;

use super::*;
use provider::{Kept, Person, Provider, Search, State, Twist};

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

fn value(found: Result<Wiped, ItemFault>) -> Result<Vec<u8>, ItemFault> {
    found.map(|bytes| bytes.to_vec())
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
    assert_eq!(provider.store().delete(ACCOUNT), Err(ItemFault::NotFound));
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
        Err(Fault::NotStored.into())
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
    assert_eq!(
        value(provider.store().get(ACCOUNT)),
        Err(Fault::Locked.into())
    );
    assert_eq!(provider.store().delete(ACCOUNT), Err(Fault::Locked.into()));
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
        Err(Fault::NoBus.into()),
        "as long as it may be"
    );
    assert_eq!(
        value(store.get(&"x".repeat(513))),
        Err(ItemFault::TooLong(512))
    );
    for bad in ["", "a\0b"] {
        assert_eq!(
            value(store.get(bad)),
            Err(Fault::other("invalid account name").into())
        );
    }
    assert_eq!(
        store.set(ACCOUNT, &vec![0; MAX as usize]),
        Err(Fault::NoBus.into()),
        "as long as it may be"
    );
    assert_eq!(
        store.set(ACCOUNT, &vec![0; MAX as usize + 1]),
        Err(ItemFault::TooLong(MAX))
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
