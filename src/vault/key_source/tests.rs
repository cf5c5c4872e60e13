//! Which source of a key ropc takes, and when it makes a key. Also [`Answers`], the person of the
//! tests.

use super::*;
use crate::error::{Error, Hint};
use crate::prompt;
use crate::prompt::Unanswered;
use std::collections::VecDeque;

/// Answers questions from a list.
#[derive(Default)]
pub(crate) struct Answers {
    left: RefCell<VecDeque<&'static str>>,
    objections: RefCell<Vec<String>>,
}

impl Answers {
    pub(crate) fn of(list: &[&'static str]) -> Self {
        Self {
            left: RefCell::new(list.iter().copied().collect()),
            ..Self::default()
        }
    }

    /// What was wrong with answers, in English.
    pub(crate) fn objections(&self) -> Vec<String> {
        self.objections.take()
    }
}

impl Prompt for Answers {
    fn line(&self, _label: &Text) -> prompt::Result<String> {
        Err(Unanswered)
    }

    fn secret(&self, _label: &Text, _if_empty: &Text) -> prompt::Result<Zeroizing<String>> {
        self.left
            .borrow_mut()
            .pop_front()
            .map(|a| Zeroizing::new(a.to_owned()))
            .ok_or(Unanswered)
    }

    fn confirm(&self, _question: &Text) -> prompt::Result<bool> {
        Ok(false)
    }

    fn object(&self, wrong: &Error) {
        let hints = wrong.hints.iter().map(Hint::english);
        let lines: Vec<String> = std::iter::once(wrong.to_string()).chain(hints).collect();
        self.objections.borrow_mut().push(lines.join("\n"));
    }
}

pub(crate) fn wish<'w>(named: Option<KeySource>, env: &'w Environment, dir: &'w Path) -> Wish<'w> {
    Wish {
        named,
        env,
        config_dir: dir,
        interactive: false,
    }
}

#[test]
fn keys_are_raw_or_hex() {
    assert!(decode(&[7; 32]).is_some());
    assert!(decode(format!("{}\n", "ab".repeat(32)).as_bytes()).is_some());
    for bad in [
        &b""[..],
        &[7; 31],
        &[7; 33],
        "zz".repeat(32).as_bytes(),
        "+a".repeat(32).as_bytes(),
    ] {
        assert!(decode(bad).is_none());
    }
}

#[test]
fn the_first_configured_source_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let unattended = Person::new(None);
    let none = Environment::default();
    let source = |env: &Environment, wish: Wish<'_>| {
        KeyPlace::find(Wish { env, ..wish }, &unattended)
            .unwrap()
            .source()
    };
    let unnamed = wish(None, &none, dir.path());
    let key = at("k");
    let key = ("ROPC_KEY_FILE", key.to_str().unwrap());
    let key_file = Environment::from_pairs([key]);
    assert_eq!(source(&key_file, unnamed), KeySource::KeyFile);
    let both =
        Environment::from_pairs([key, ("CREDENTIALS_DIRECTORY", dir.path().to_str().unwrap())]);
    assert_eq!(
        source(&both, unnamed),
        KeySource::KeyFile,
        "the directory holds no key"
    );
    std::fs::File::create(at("ropc-key")).unwrap();
    assert_eq!(source(&both, unnamed), KeySource::Credential);
    assert_eq!(
        source(
            &both,
            Wish {
                named: Some(KeySource::Passphrase),
                ..unnamed
            }
        ),
        KeySource::Passphrase
    );
    assert_eq!(
        source(&both, wish(Some(KeySource::Keychain), &none, dir.path())),
        KeySource::Keychain
    );
    assert!(
        KeyPlace::find(
            wish(Some(KeySource::Credential), &none, dir.path()),
            &unattended
        )
        .is_err()
    );
}

#[test]
fn a_missing_key_file_is_made_only_for_a_new_store() {
    let dir = tempfile::tempdir().unwrap();
    let unattended = Person::new(None);
    let none = Environment::default();
    let place = KeyPlace::find(
        wish(Some(KeySource::KeyFile), &none, dir.path()),
        &unattended,
    )
    .unwrap();
    let missing = Error::from(VaultError::from(place.read(&Header::KeyFile).unwrap_err()));
    assert!(missing.hints[0].english().contains("restore the file"));
    place.prepare().unwrap();
    let (header, key) = place.create().unwrap();
    place.prepare().unwrap();
    assert_eq!(place.read(&header).unwrap().bytes(), key.bytes());
    assert_eq!(
        place.create().unwrap().1.bytes(),
        key.bytes(),
        "an existing key is used"
    );
    os::write_private(&dir.path().join("store.key"), b"no key").unwrap();
    assert!(
        place.prepare().is_err() && place.create().is_err(),
        "an existing file that is no key is not replaced"
    );
}

#[test]
fn a_passphrase_is_asked_for_once_and_never_unattended() {
    let dir = tempfile::tempdir().unwrap();
    let none = Environment::default();
    let wish = wish(Some(KeySource::Passphrase), &none, dir.path());
    let twelve = Answers::of(&[
        "eleven char",
        "five random words",
        "five random wordz",
        "twelve chars",
        "twelve chars",
    ]);
    KeyPlace::find(wish, &Person::new(Some(&twelve)))
        .unwrap()
        .create()
        .unwrap();
    let objections = twelve.objections();
    assert!(
        matches!(&objections[..], [first, second] if first.contains("too short") && second.contains("differ")),
        "{objections:?}"
    );
    let answers = Answers::of(&["five random words", "five random words"]);
    let person = Person::new(Some(&answers));
    let place = KeyPlace::find(wish, &person).unwrap();
    place.prepare().unwrap();
    let (header, key) = place.create().unwrap();
    assert_eq!(place.read(&header).unwrap().bytes(), key.bytes());
    let unattended = Person::new(None);
    let place = KeyPlace::find(wish, &unattended).unwrap();
    let error = Error::from(VaultError::from(place.read(&header).unwrap_err()));
    let message = error.message.english();
    assert!(message.contains("types at a terminal"), "{message}");
    let hints = hints(&error);
    assert!(hints.contains("--key-source key-file"), "{hints}");
}

fn hints(error: &Error) -> String {
    let hints: Vec<String> = error.hints.iter().map(Hint::english).collect();
    hints.join("\n")
}

#[test]
fn a_missing_credential_is_not_looked_for_elsewhere() {
    let dir = tempfile::tempdir().unwrap();
    let unattended = Person::new(None);
    let none = Environment::default();
    let env = Environment::from_pairs([("CREDENTIALS_DIRECTORY", dir.path().to_str().unwrap())]);
    let hints = |source, env, header: &Header| {
        let place = KeyPlace::find(wish(Some(source), env, dir.path()), &unattended).unwrap();
        let fault = place.read(header).unwrap_err();
        super::tests::hints(&Error::from(VaultError::from(fault)))
    };
    assert!(hints(KeySource::KeyFile, &none, &Header::KeyFile).contains("ROPC_KEY_FILE"));
    assert!(!hints(KeySource::Credential, &env, &Header::Credential).contains("ROPC_KEY_FILE"));
}

/// systemd decides the modes of its credentials.
#[cfg(all(test, unix))]
#[test]
fn a_key_file_that_others_may_read_is_refused_and_a_credential_is_not() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let unattended = Person::new(None);
    let key = dir.path().join("ropc-key");
    let pairs = [
        ("CREDENTIALS_DIRECTORY", dir.path().to_str().unwrap()),
        ("ROPC_KEY_FILE", key.to_str().unwrap()),
    ];
    let env = Environment::from_pairs(pairs);
    os::write_private(&key, &[7; 32]).unwrap();
    for (mode, refused) in [(0o600, false), (0o640, true), (0o604, true)] {
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
        let place =
            |source| KeyPlace::find(wish(Some(source), &env, dir.path()), &unattended).unwrap();
        let file = place(KeySource::KeyFile).read(&Header::KeyFile);
        assert_eq!(
            matches!(
                file,
                Err(KeyFault::Unreadable {
                    file: KeyFileFault::OpenToOthers,
                    ..
                })
            ),
            refused,
            "{mode:o}"
        );
        assert!(
            place(KeySource::Credential)
                .read(&Header::Credential)
                .is_ok(),
            "{mode:o}"
        );
    }
}
