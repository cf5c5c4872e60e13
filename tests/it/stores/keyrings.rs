//! The other keyrings of Linux desktops: the same contract, and unattended jobs. gnome-keyring is
//! in `tests/it/keychain.rs`; tests of their special behaviour that need no such program are in
//! `crates/secret-service`.

use super::case::{Case, Kind};
use crate::support::contract::{self, Store as _};
use crate::support::other_keyrings::{Kind as Keyring, OtherKeyring};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

#[test]
fn kwallet_keeps_the_contract() {
    keeps(Keyring::KWallet);
}

#[test]
fn keepassxc_keeps_the_contract() {
    keeps(Keyring::KeePassXc);
}

#[test]
fn kwallet_serves_jobs() {
    serves_jobs(Keyring::KWallet);
}

#[test]
fn keepassxc_serves_jobs() {
    serves_jobs(Keyring::KeePassXc);
}

#[test]
fn oo7_keeps_the_contract_and_serves_jobs() {
    keeps(Keyring::Oo7);
    serves_jobs(Keyring::Oo7);
}

fn keeps(keyring: Keyring) {
    with(keyring, |case| contract::keeps(case));
}

fn serves_jobs(keyring: Keyring) {
    with(keyring, |case| {
        serves_short_lived_runs(case);
        is_there_after_another_log_in(case);
        says_that_it_is_locked(case);
    });
}

/// Does this with a keyring of its own, and once more if that program crashed: `KeePassXC` may when
/// a request meets its own work (its issue 13265). A second crash is taken for our doing.
fn with(keyring: Keyring, work: impl Fn(&mut Case)) {
    for is_last in [false, true] {
        let Some(mut case) = Case::new(Kind::Other(keyring)) else {
            return;
        };
        let Err(failure) = catch_unwind(AssertUnwindSafe(|| work(&mut case))) else {
            return;
        };
        match case.other.as_mut().and_then(OtherKeyring::crash) {
            Some(crash) if !is_last => println!("the keyring crashed, once more: {crash}"),
            _ => resume_unwind(failure),
        }
    }
}

fn serves_short_lived_runs(case: &Case) {
    case.login(&[]).expect(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let mut runs: Vec<_> = (0..25)
                .map(|_| case.sandbox.command(["status", "--json"]))
                .collect();
            scope.spawn(move || {
                for run in &mut runs {
                    let run = run.output().unwrap();
                    let text = String::from_utf8_lossy(&run.stdout);
                    assert!(
                        run.status.success() && text.contains("\"secrets\":\"present\""),
                        "{run:?}"
                    );
                }
            });
        }
    });
    case.login(&["--yes"]).expect(0);
    assert_eq!(
        case.other.as_ref().unwrap().count("application", "ropc"),
        2,
        "the old generation is gone"
    );
}

fn is_there_after_another_log_in(case: &mut Case) {
    let keyring = case.other.as_mut().unwrap();
    keyring.restart();
    let first = keyring.is_locked();
    // `KWallet` reports it as locked although it is open.
    assert_eq!(first, case.kind == Kind::Other(Keyring::KWallet));
    let doctor = case.run(&["doctor"]).expect(0);
    assert!(!doctor.stdout.contains("FAIL"), "{}", doctor.stdout);
    case.exec(&["--no-cache"]).expect(0);
    assert_eq!(case.other.as_ref().unwrap().count("source", "other"), 2);
}

fn says_that_it_is_locked(case: &Case) {
    case.other.as_ref().unwrap().lock();
    let before = case.sandbox.emulator.token_requests();
    let start = Instant::now();
    let words = ["the keyring is locked", "--store file"];
    case.exec(&["--no-cache"]).expect(125).says(&words);
    case.run(&["token", "--no-cache"]).expect(5).says(&words);
    case.login(&["--yes"]).expect(5).says(&words);
    case.run(&["logout", "--yes"]).expect(5).says(&words);
    let doctor = case.run(&["doctor"]).expect(5);
    assert!(doctor.stdout.contains(words[0]), "{}", doctor.stdout);
    // A limit against a dialog that nobody answers, not a measurement.
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(
        case.sandbox.emulator.token_requests(),
        before,
        "nothing was sent"
    );
}
