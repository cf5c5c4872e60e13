//! What `status` and `doctor` are told, and what a job under `exec --serve` compares.

use super::super::refusals;
use super::*;

fn status(bench: &Bench, profile: &Profile) -> BreakerStatus {
    breaker_status(&Places::find(&bench.env), profile, bench.clock.now())
}

#[test]
fn only_of_an_engine_another_secret_is_said_to_be_tried() {
    for engine in [false, true] {
        let bench = Bench::new();
        let profile = if engine {
            bench.engine("wrong")
        } else {
            bench.enrol("default", "wrong")
        };
        bench.answer(400, refusal(50126));
        bench.get(&profile).unwrap_err();
        let told = status(&bench, &profile);
        assert_eq!(
            (told.state, told.code, told.since, told.until),
            (BreakerState::Refused, Some(50126), Some(1_000_000), None)
        );
        assert_eq!(
            told.reason
                .unwrap()
                .english()
                .contains("another secret in the store is tried"),
            engine
        );
    }
}

#[test]
fn what_is_limited_or_paced_is_told_with_its_time() {
    let bench = Bench::new();
    let profiles: Vec<Profile> = (0..3)
        .map(|i| bench.enrol(&format!("p{i}"), &format!("wrong {i}")))
        .collect();
    for profile in &profiles[..2] {
        bench.answer(400, refusal(50126));
        bench.get(profile).unwrap_err();
        bench.pass(60);
    }
    let told = status(&bench, &profiles[2]);
    assert_eq!(
        (told.state, told.since, told.until),
        (BreakerState::Limited, None, Some(1_003_600))
    );
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    for until in [1_000_002, 1_000_090, 1_000_720] {
        bench.answer(404, "<html>".into());
        bench.get(&profile).unwrap_err();
        let now = bench.clock.now();
        let told = status(&bench, &profile);
        assert_eq!(
            (told.state, told.since, told.until),
            (BreakerState::Paused, Some(now), Some(until))
        );
        assert!(told.reason.unwrap().english().contains("HTTP 404"));
        bench.pass(60);
    }
}

#[test]
fn a_profile_is_warned_of_what_was_refused_in_another_one_until_that_is_mended() {
    let bench = Bench::new();
    let (one, two) = (bench.engine("wrong"), Profile::sample("two"));
    bench.answer(400, refusal(50126));
    bench.get(&one).unwrap_err();
    let told = status(&bench, &two);
    assert_eq!(told.state, BreakerState::Ready);
    assert!(
        told.reason.as_ref().is_some_and(
            |r| r.english().contains("`default`") && r.english().contains("AADSTS50126")
        ),
        "{told:?}"
    );
    // After another `login` the name is the same and the secret is not; and what left no
    // fingerprint is not compared.
    let again = Profile {
        generation: Generation::random().unwrap(),
        ..one.clone()
    };
    assert_eq!(status(&bench, &again).reason, None);
    bench.rotate("right");
    bench.get(&one).unwrap();
    assert_eq!(
        status(&bench, &two).reason,
        None,
        "another one was accepted since"
    );
    let bench = Bench::new();
    let one = bench.enrol("one", "wrong");
    bench.answer(400, refusal(50126));
    let fault = std::rc::Rc::clone(&bench.vaults.fault);
    *bench.endpoint.meanwhile.borrow_mut() = Some(Box::new(move || {
        *fault.borrow_mut() = Some(VaultFault::Locked);
    }));
    bench.get(&one).unwrap_err();
    assert_eq!(
        (status(&bench, &one).state, status(&bench, &two).reason),
        (BreakerState::Refused, None)
    );
}

#[test]
fn whatever_stops_or_frees_a_sign_in_changes_what_a_job_compares() {
    let bench = Bench::new();
    let profile = bench.engine("wrong");
    let mut seen = Vec::new();
    let mut changed = |what: &str| {
        let text = refusals(&Places::find(&bench.env), &profile);
        assert!(!seen.contains(&text), "{what}: {text} after {seen:?}");
        assert_eq!(
            text,
            refusals(&Places::find(&bench.env), &profile),
            "the control"
        );
        seen.push(text);
    };
    changed("nothing yet");
    bench.answer(400, refusal(50126));
    bench.get(&profile).unwrap_err();
    changed("a refusal");
    bench.pass(60);
    bench.rotate("right");
    for wait in [60, 120] {
        bench.answer(400, refusal(50076));
        bench.get(&profile).unwrap_err();
        changed("a pause");
        bench.pass(wait);
    }
    bench.get(&profile).unwrap();
    changed("a token, by another secret");
}
