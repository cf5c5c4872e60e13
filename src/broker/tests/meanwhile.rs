//! What may happen in the store during a request: a refusal reads the secrets again, and they may
//! be gone or changed.

use super::super::ledger::{Ledger, Refused};
use super::super::lock;
use super::super::record::RecordPlace;
use super::*;
use std::rc::Rc;

const ECHO: &str = r#"{"error":"invalid_grant","error_codes":[4999999],"error_description":"AADSTS4999999: you sent wrong!",
    "trace_id":"0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f0"}"#;

impl Bench {
    /// Runs `happens` during the next request.
    fn meanwhile(&self, happens: impl FnOnce() + 'static) {
        *self.endpoint.meanwhile.borrow_mut() = Some(Box::new(happens));
    }

    /// The store locks itself during the next request.
    pub(super) fn lock_store_meanwhile(&self) {
        let is_locked = Rc::clone(&self.vaults.is_locked);
        self.meanwhile(move || is_locked.set(true));
    }

    pub(super) fn unlock_store(&self) {
        self.vaults.is_locked.set(false);
    }
}

#[test]
fn the_happy_path_reads_the_bundle_once() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.get_with(&profile, None).unwrap();
    assert_eq!(bench.bundle_reads(), 1);
}

#[test]
fn a_repetition_reads_the_secrets_again_and_a_store_that_fails_meanwhile_ends_it() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.fail(Stage::NotSent, Cause::Refused);
    bench.get(&profile).unwrap();
    assert_eq!((bench.endpoint.asked.get(), bench.bundle_reads()), (2, 2));
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.fail(Stage::NotSent, Cause::Refused);
    bench.lock_store_meanwhile();
    assert_eq!(
        kind(&bench.get(&profile).unwrap_err()),
        Kind::Network,
        "the result of the request"
    );
    assert_eq!(bench.endpoint.asked.get(), 1);
}

#[test]
fn without_the_store_a_refusal_still_stops_the_generation() {
    for read_only in [false, true] {
        let bench = Bench::new();
        let profile = bench.wrong(read_only);
        bench.answer(400, refusal(50126));
        bench.lock_store_meanwhile();
        bench.get(&profile).unwrap_err();
        bench.unlock_store();
        for _ in 0..3 {
            bench.pass(30 * 86_400);
            let error = bench.get(&profile).unwrap_err();
            assert!(is_latched(&error), "{error}");
        }
        assert_eq!(bench.endpoint.asked.get(), 1, "read_only: {read_only}");
    }
}

#[test]
fn a_latch_without_a_fingerprint_outlives_what_another_profile_proves_right() {
    let bench = Bench::new();
    let one = bench.enrol("one", "wrong");
    let two = bench.enrol("two", "right");
    bench.answer(400, refusal(50126));
    bench.lock_store_meanwhile();
    bench.get(&one).unwrap_err();
    bench.unlock_store();
    bench.get(&two).unwrap();
    assert!(is_latched(&bench.get(&one).unwrap_err()));
    assert_eq!(bench.endpoint.asked.get(), 2);
}

#[test]
fn what_another_users_job_writes_into_the_record_of_the_app_meanwhile_is_kept() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    let other = Profile {
        username: "svc-other@contoso.example".parse().unwrap(),
        ..Profile::sample("other")
    };
    let dir = Places::find(&bench.env).breaker().unwrap();
    let RecordPlace { path, about } = record::app_file(&dir, &profile);
    let generation = other.generation.to_string();
    bench.meanwhile(move || {
        let mut ledger = Ledger::new(&about);
        let said = Said {
            at: 1,
            label: "x".into(),
            code: None,
            guess: None,
            ids: crate::entra::Ids::default(),
            temporary: false,
        };
        let what = SecretKind::ClientSecret;
        let profile = "other".into();
        ledger.refused.push(Refused {
            what,
            profile,
            generation,
            fingerprint: None,
            said,
            replaced: false,
            never_stored: false,
        });
        crate::os::write_private(&path, &serde_json::to_vec(&ledger).unwrap()).unwrap();
    });
    bench.answer(
        401,
        r#"{"error":"invalid_client","error_codes":[7000215]}"#.into(),
    );
    bench.get(&profile).unwrap_err();
    for refused in [&profile, &other] {
        assert!(
            is_latched(&bench.get(refused).unwrap_err()),
            "{}",
            refused.name
        );
    }
    assert_eq!(bench.endpoint.asked.get(), 1);
}

#[test]
fn another_secret_that_the_store_gives_after_the_refusal_is_not_the_refused_one() {
    let bench = Bench::new();
    let profile = bench.read_only("wrong");
    let source = Rc::clone(&bench.vaults.source);
    bench.meanwhile(move || *source.borrow_mut() = Some("right".into()));
    bench.answer(400, refusal(50126));
    bench.get(&profile).unwrap_err();
    // ropc cannot know which one Entra refused, so it sends neither until a person acts.
    let error = bench.get(&profile).unwrap_err();
    assert!(
        hints(&error).iter().any(|hint| hint.contains("--retry")),
        "{error:?}"
    );
    bench.rotate("wrong");
    bench.get(&profile).unwrap_err();
    assert_eq!(bench.endpoint.asked.get(), 1);
    bench.rotate("right");
    bench.retry(&profile).unwrap();
    bench.get(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 3);
}

#[test]
fn a_bundle_that_was_exchanged_meanwhile_leaves_no_fingerprint_of_the_new_one() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "wrong");
    let items = Rc::clone(&bench.vaults.items);
    let other = bench.enrol("other", "right");
    let right = items.borrow()[Item::bundle(&other.name, &other.generation).account()].clone();
    let own = Item::bundle(&profile.name, &profile.generation);
    let own = own.account().to_owned();
    bench.meanwhile(move || {
        items.borrow_mut().insert(own, right);
    });
    bench.answer(400, refusal(50126));
    bench.get(&profile).unwrap_err();
    assert!(
        is_latched(&bench.get(&profile).unwrap_err()),
        "the generation is latched"
    );
    bench.get(&other).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 2);
}

#[test]
fn words_that_cannot_be_searched_for_the_secrets_are_not_shown() {
    // The control: while the store works, ropc leaves out only words that repeat a secret.
    for (password, gone, shown) in [
        ("another", false, true),
        ("you sent wrong", false, false),
        ("another", true, false),
    ] {
        let bench = Bench::new();
        let profile = bench.enrol("default", password);
        bench.answer(400, ECHO.into());
        if gone {
            bench.lock_store_meanwhile();
        }
        let message = bench.get(&profile).unwrap_err().to_string();
        assert_eq!(message.contains("you sent wrong"), shown, "{message}");
        assert_eq!(message.contains("0f1e2d3c"), !gone, "{message}");
        assert!(message.contains("AADSTS4999999"), "{message}");
    }
}

#[test]
fn the_token_of_a_retry_is_stored_before_the_lock_is_free() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    let places = Places::find(&bench.env);
    let name = profile.name.clone();
    let (sender, logout) = std::sync::mpsc::channel();
    bench.meanwhile(move || {
        // As a `logout` does that finds the lock taken.
        let logout = std::thread::spawn(move || {
            let ui = Ui::new(Color::Never, true, false, crate::text::Reader::default());
            let deadline = Deadline::after(Duration::from_secs(20));
            let _lock = lock::profile(&places, &name, deadline, &ui).unwrap();
            let dir = places.cache_of(&name).unwrap();
            std::fs::remove_dir_all(dir).is_ok()
        });
        sender.send(logout).unwrap();
    });
    bench.retry(&profile).unwrap();
    let found = logout.recv().unwrap().join().unwrap();
    assert!(found, "a `logout` that had waited found no token to remove");
    bench.get(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 2, "a token came after it");
}

#[test]
fn the_token_of_a_retry_serves_the_next_job() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.retry(&profile).unwrap();
    bench.get(&profile).unwrap();
    assert_eq!(
        (bench.endpoint.asked.get(), bench.bundle_reads()),
        (1, 1),
        "the retry read bundle and key together"
    );
}
