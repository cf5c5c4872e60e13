//! The `file` store: content, errors and waits, with each key source that a test can have.

use super::super::Person;
use super::super::key_source::tests::{Answers, wish};
use super::*;
use crate::environment::Environment;
use crate::error::Error;
use crate::vault::KeyFault;

fn vault(dir: &Path) -> FileStore<'static> {
    // Leaked once a test: the store borrows the person.
    with(dir, KeySource::KeyFile, Box::leak(Box::default()))
}

fn with<'a>(dir: &Path, source: KeySource, person: &'a Person<'a>) -> FileStore<'a> {
    let key = KeyPlace::find(wish(Some(source), &Environment::default(), dir), person).unwrap();
    FileStore::new(dir.join("store.sealed"), key)
}

fn fault(error: &VaultError) -> &FileFault {
    match error {
        VaultError::File { fault, .. } => fault,
        other => panic!("{other:?}"),
    }
}

fn item(generation: &str) -> Item {
    Item::bundle(&"default".parse().unwrap(), &generation.parse().unwrap())
}

#[test]
fn items_come_and_go() {
    let dir = tempfile::tempdir().unwrap();
    let a = item("0000000000000001");
    let b = item("0000000000000002");
    let store = vault(dir.path());
    store.check().unwrap();
    assert!(store.read(&a).unwrap_err().is_not_found());
    store
        .write(&a, &SecretBytes::new(b"hunter2".to_vec()))
        .unwrap();
    store.write(&b, &SecretBytes::new(vec![])).unwrap();
    store
        .write(&a, &SecretBytes::new(vec![7; 2_000_000]))
        .unwrap();
    assert!(store.read(&a).unwrap().as_slice() == vec![7; 2_000_000]);
    store
        .write(&a, &SecretBytes::new(b"\0\xff".to_vec()))
        .unwrap();
    assert_eq!(vault(dir.path()).read(&a).unwrap().as_slice(), b"\0\xff");
    assert_eq!(store.read(&b).unwrap().as_slice(), b"");
    let (first, second) = store.read_both(&a, &b).unwrap();
    assert!(first.as_slice() == b"\0\xff" && second.unwrap().as_slice() == b"");
    assert!(
        store
            .read_both(&a, &item("0000000000000003"))
            .unwrap()
            .1
            .is_none()
    );
    assert!(store.has(&b).unwrap() && !store.has(&item("0000000000000003")).unwrap());
    assert!(store.remove(&a).unwrap() && !store.remove(&a).unwrap());
    assert!(
        !std::fs::read(dir.path().join("store.sealed"))
            .unwrap()
            .windows(7)
            .any(|w| w == b"default")
    );
}

#[test]
fn every_flipped_byte_and_every_truncation_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let store = vault(dir.path());
    store
        .write(
            &item("0000000000000001"),
            &SecretBytes::new(b"hunter2".to_vec()),
        )
        .unwrap();
    let good = std::fs::read(&store.path).unwrap();
    assert_eq!(
        crate::vault::sealed_with(dir.path()),
        Some(KeySource::KeyFile)
    );
    for i in 0..good.len() {
        let mut bad = good.clone();
        bad[i] ^= 1;
        for content in [&bad[..], &good[..i]] {
            os::write_private(&store.path, content).unwrap();
            let error = store.read(&item("0000000000000001")).unwrap_err();
            assert!(!error.is_not_found(), "byte {i}: {error}");
            assert!(store.has(&item("0000000000000001")).is_err(), "byte {i}");
        }
    }
}

#[test]
fn a_lost_key_does_not_start_an_empty_store() {
    let dir = tempfile::tempdir().unwrap();
    let store = vault(dir.path());
    store
        .write(&item("0000000000000001"), &SecretBytes::new(b"x".to_vec()))
        .unwrap();
    std::fs::remove_file(dir.path().join("store.key")).unwrap();
    assert!(
        store
            .write(&item("0000000000000002"), &SecretBytes::new(b"y".to_vec()))
            .is_err()
    );
    assert!(!dir.path().join("store.key").exists());
}

#[test]
fn a_file_that_cannot_be_opened_is_an_error_and_no_empty_store() {
    let dir = tempfile::tempdir().unwrap();
    let place = KeyPlace::find(
        wish(
            Some(KeySource::KeyFile),
            &Environment::default(),
            dir.path(),
        ),
        Box::leak(Box::default()),
    );
    // No system opens such a name, and none reports it as missing.
    let store = FileStore::new(dir.path().join("store\0.sealed"), place.unwrap());
    let error = store.read(&item("0000000000000001")).unwrap_err();
    assert!(
        matches!(fault(&error), FileFault::Unreadable(_)),
        "{error:?}"
    );
    assert!(
        store
            .write(&item("0000000000000001"), &SecretBytes::new(b"x".to_vec()))
            .is_err()
    );
}

#[test]
fn a_change_without_effect_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = vault(dir.path());
    assert!(!store.remove(&item("0000000000000001")).unwrap());
    assert!(!store.path.exists() && !dir.path().join("store.key").exists());
    store
        .write(&item("0000000000000001"), &SecretBytes::new(b"x".to_vec()))
        .unwrap();
    let before = std::fs::read(&store.path).unwrap();
    assert!(!store.remove(&item("0000000000000002")).unwrap());
    assert_eq!(std::fs::read(&store.path).unwrap(), before, "no new nonce");
    os::write_private(&store.path, b"ropc-file-store").unwrap();
    // `login` fails before it sends a password.
    let error = store.check().unwrap_err();
    assert!(
        matches!(fault(&error), FileFault::NotAStore(_)),
        "{error:?}"
    );
}

#[test]
fn an_emptied_store_is_gone_and_may_take_another_key() {
    let dir = tempfile::tempdir().unwrap();
    let store = vault(dir.path());
    let a = item("0000000000000001");
    store.write(&a, &SecretBytes::new(b"x".to_vec())).unwrap();
    assert_eq!(sealed_with(&store.path), Some(KeySource::KeyFile));
    assert!(store.remove(&a).unwrap());
    assert!(!store.path.exists());
    assert_eq!(sealed_with(&store.path), None);
}

#[test]
fn a_passphrase_opens_it_and_another_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let a = item("0000000000000001");
    let first = Answers::of(&["five random words", "five random words"]);
    let person = Person::new(Some(&first));
    let store = with(dir.path(), KeySource::Passphrase, &person);
    assert!(with(dir.path(), KeySource::Keychain, &person).is_slow() && !store.is_slow());
    store.check().unwrap();
    store.write(&a, &SecretBytes::new(b"x".to_vec())).unwrap();
    assert_eq!(store.read(&a).unwrap().as_slice(), b"x");
    assert_eq!(sealed_with(&store.path), Some(KeySource::Passphrase));

    let wrong = "five random wordz";
    let later = Answers::of(&[wrong, wrong, wrong, wrong, "five random words"]);
    let person = Person::new(Some(&later));
    let store = with(dir.path(), KeySource::Passphrase, &person);
    let hints = Error::from(store.read(&a).unwrap_err()).hints;
    assert!(hints[0].english().contains("mistyped"));
    assert_eq!(later.objections().len(), 2, "the third is the error");
    assert_eq!(
        store.read(&a).unwrap().as_slice(),
        b"x",
        "asked again after a wrong one"
    );
    assert!(later.objections()[0].contains("mistyped"));
    assert_eq!(
        store.read(&a).unwrap().as_slice(),
        b"x",
        "and not again after the right one"
    );

    let unattended = Person::default();
    assert!(matches!(
        with(dir.path(), KeySource::Passphrase, &unattended).read(&a),
        Err(VaultError::Key(KeyFault::NoTerminal))
    ));
    let other = with(dir.path(), KeySource::KeyFile, &unattended)
        .read(&a)
        .unwrap_err();
    let hints = Error::from(other).hints;
    assert!(
        hints[0].english().contains("--key-source passphrase"),
        "{hints:?}"
    );
}

#[test]
fn a_writer_waits_for_another_one_but_not_for_ever() {
    let dir = tempfile::tempdir().unwrap();
    let store = vault(dir.path());
    let other = vault(dir.path());
    let held = other.lock().unwrap();
    let start = Instant::now();
    let error = store
        .write(&item("0000000000000001"), &SecretBytes::new(b"x".to_vec()))
        .unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert!(start.elapsed() >= LOCK_DEADLINE, "{:?}", start.elapsed());
    assert!(!store.path.exists());
    drop(held);
    store
        .write(&item("0000000000000001"), &SecretBytes::new(b"x".to_vec()))
        .unwrap();
}
