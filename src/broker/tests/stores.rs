//! What a sign-in asks the store for: how often, for whom, and what happens if the store fails.

use super::*;
use crate::prompt::{self, Prompt};

#[test]
fn a_sign_in_asks_the_store_once_for_the_bundle_and_the_key_of_the_cache() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.get(&profile).unwrap();
    bench.pass(3600);
    bench.vaults.reads.borrow_mut().clear();
    bench.get(&profile).unwrap();
    let reads = bench.vaults.reads.borrow().clone();
    assert!(
        reads.len() == 1 && reads[0].contains("/bundle/") && reads[0].contains("/cache-key/"),
        "{reads:?}"
    );
    // The control: without a cache a run needs no key.
    bench.vaults.reads.borrow_mut().clear();
    let request = Request {
        mode: Mode::NoCache,
        ..request(&profile)
    };
    acquire(&request, &bench.world()).unwrap();
    let reads = bench.vaults.reads.borrow().clone();
    assert!(
        reads.len() == 1 && !reads[0].contains("/cache-key/"),
        "{reads:?}"
    );
}

#[test]
fn a_store_that_cannot_be_read_is_not_taken_for_an_empty_cache() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.get(&profile).unwrap();
    let status = || cache_status(&profile, &bench.world(), &bench.vault(&profile));
    assert!(matches!(status(), CacheStatus::Token { .. }), "the control");
    bench.vaults.is_locked.set(true);
    let status = status();
    assert!(
        matches!(status, CacheStatus::Off(CacheFault::Vault(_))),
        "{status:?}"
    );
}

struct Somebody;

impl Prompt for Somebody {
    fn line(&self, label: &crate::text::Text) -> prompt::Result<String> {
        panic!("{label:?}")
    }

    fn secret(
        &self,
        label: &crate::text::Text,
        _: &crate::text::Text,
    ) -> prompt::Result<Zeroizing<String>> {
        panic!("{label:?}")
    }

    fn confirm(&self, question: &crate::text::Text) -> prompt::Result<bool> {
        panic!("{question:?}")
    }

    fn object(&self, wrong: &crate::error::Error) {
        panic!("{wrong:?}")
    }
}

#[test]
fn a_store_may_ask_a_person_who_is_there_and_never_a_job() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    let request = request(&profile);
    let attended = World {
        prompt: Some(&Somebody),
        ..bench.world()
    };
    retry_stored(&profile, request.deadline, &attended).unwrap();
    retry_stored(&profile, request.deadline, &bench.world()).unwrap();
    acquire(&request, &attended).unwrap();
    assert_eq!(*bench.vaults.attended.borrow(), [true, false, false]);
}
