//! A copy is compared with the profile, and belongs to one file and one generation.

use super::*;
use crate::profile::{CredentialKind, KeySource, Store, StoreKind};

fn argv(words: &[&str]) -> Store {
    let argv = words.iter().map(|word| (*word).to_owned()).collect();
    Store::Command { argv }
}

fn command(words: &[&str]) -> Profile {
    Profile {
        store: argv(words),
        ..Profile::sample("nightly")
    }
}

#[test]
fn every_fact_of_a_store_without_a_binding_is_compared() {
    let good = command(&["/usr/bin/op", "read"]);
    assert_eq!(difference(&good, &good), None);
    let other = Profile {
        scopes: crate::profile::Scopes::parse(&["Mail.Send"]).unwrap(),
        ..good.clone()
    };
    assert_eq!(difference(&good, &other), None, "scopes may be edited");
    let changed = [
        Profile {
            authority: "https://elsewhere.example".parse().unwrap(),
            ..good.clone()
        },
        Profile {
            tenant: "fabrikam.example".parse().unwrap(),
            ..good.clone()
        },
        Profile {
            client_id: "3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e902".parse().unwrap(),
            ..good.clone()
        },
        Profile {
            username: "other@contoso.example".parse().unwrap(),
            ..good.clone()
        },
        Profile {
            ca_file: Some("/tmp/ca.pem".into()),
            ..good.clone()
        },
        Profile {
            credential: CredentialKind::None,
            ..good.clone()
        },
    ];
    for now in changed {
        assert!(difference(&good, &now).is_some(), "{now:?}");
    }
}

fn with(store: Store) -> Profile {
    Profile {
        store,
        ..Profile::sample("nightly")
    }
}

fn directory(path: &str) -> Store {
    Store::Directory {
        dir: Some(path.into()),
    }
}

#[test]
fn the_store_and_its_facts_are_compared() {
    let program = command(&["/usr/bin/op", "read"]);
    for store in [
        Store::Os,
        argv(&["/usr/bin/op", "item"]),
        argv(&["/usr/bin/op read"]),
        Store::Directory { dir: None },
    ] {
        assert!(
            difference(&program, &with(store.clone())).is_some(),
            "{store:?}"
        );
    }
    let here = with(directory("/run/a"));
    assert!(difference(&here, &with(directory("/run/b"))).is_some());
    let file = with(Store::File {
        key: Some(KeySource::KeyFile),
    });
    assert!(difference(&file, &with(Store::File { key: None })).is_some());
    let elsewhere = Profile {
        tenant: "fabrikam.example".parse().unwrap(),
        ..file.clone()
    };
    assert_eq!(
        difference(&file, &elsewhere),
        None,
        "the bundle compares these, with a message of its own"
    );
}

/// A profile with a program at an absolute path of this system.
fn at_bin(program: &str) -> Profile {
    let root = if os::IS_WINDOWS { "C:" } else { "" };
    command(&[&format!("{root}/bin/{program}")])
}

/// The fact in which a profile differs from what was enrolled, and what was enrolled.
#[track_caller]
fn differing(store: &ProfileStore, profile: &Profile) -> (Fact, String) {
    match store.check_enrolled(profile) {
        Err(ProfileError::Enrolment(EnrolmentFault::Differs(difference))) => {
            (difference.fact, difference.enrolled.unwrap_or_default())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_copy_belongs_to_one_file_and_one_generation() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let here = ProfileStore::new(&dir.path().join("here"), Some(&state));
    let elsewhere = ProfileStore::new(&dir.path().join("elsewhere"), Some(&state));
    let [first, second] = ["one", "two"].map(at_bin);
    for profile in [&first, &second] {
        here.enrol(profile).unwrap();
        here.check_enrolled(profile).unwrap();
    }
    let both = here.enrolled(&first.name).len();
    assert_eq!(both, 2, "as after a `login` that was interrupted");
    assert!(
        elsewhere.enrolled(&first.name).is_empty(),
        "a profile of the same name is another one"
    );
    elsewhere.forget_enrolled(&first.name, None);
    here.forget_enrolled(&first.name, Some(&second.generation));
    assert_eq!(here.enrolled(&first.name), std::slice::from_ref(&second));
    assert!(matches!(
        here.check_enrolled(&first),
        Err(ProfileError::Enrolment(EnrolmentFault::Missing { .. }))
    ));
    let swapped = Profile {
        generation: second.generation,
        ..first
    };
    let (fact, enrolled) = differing(&here, &swapped);
    assert!(fact == Fact::OfStore(StoreKind::Command) && enrolled.contains("/bin/two"));
}

#[test]
fn another_store_than_the_enrolled_one_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let here = ProfileStore::new(dir.path(), Some(&dir.path().join("state")));
    let program = at_bin("one");
    here.enrol(&program).unwrap();
    let bound = Profile {
        store: Store::Os,
        generation: Generation::random().unwrap(),
        ..program
    };
    assert_eq!(differing(&here, &bound), (Fact::Store, "command".into()));
    here.forget_enrolled(&bound.name, None);
    here.check_enrolled(&bound).unwrap();
    here.enrol(&bound).unwrap();
    let unknown = Profile {
        generation: Generation::random().unwrap(),
        ..bound
    };
    here.check_enrolled(&unknown).unwrap();
    let sealed = Profile {
        store: Store::File { key: None },
        ..unknown
    };
    assert_eq!(differing(&here, &sealed), (Fact::Store, "os".into()));
}

#[test]
fn a_copy_that_cannot_be_read_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let store = ProfileStore::new(dir.path(), Some(dir.path()));
    let profile = Profile::sample("nightly");
    store.enrol(&profile).unwrap();
    let path = store.copy_of(&profile.name, &profile.generation).unwrap();
    let good = std::fs::read_to_string(&path).unwrap();
    for bad in [
        "",
        "\u{0}",
        "store = \"os\"",
        &good.replace("version = 1", "version = 2"),
        &good[..good.len() / 2],
    ] {
        os::write_private(&path, bad.as_bytes()).unwrap();
        assert!(store.check_enrolled(&profile).is_err(), "{bad}");
    }
    os::write_private(&path, good.as_bytes()).unwrap();
    store.check_enrolled(&profile).unwrap();
}
