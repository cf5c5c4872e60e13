//! What `status` and `doctor` report, and what a job under `exec --serve` compares.

use super::super::refusals;
use super::*;

#[test]
fn only_for_a_read_only_store_status_says_that_ropc_tries_another_secret() {
    for read_only in [false, true] {
        let bench = Bench::new();
        let profile = bench.wrong(read_only);
        bench.answer(400, refusal(50126));
        bench.get(&profile).unwrap_err();
        let status = bench.status(&profile);
        assert_eq!(
            (status.state, status.code, status.since, status.until),
            (BreakerState::Refused, Some(50126), Some(1_000_000), None)
        );
        let is_replaceable = matches!(status.reason, Some(StatusReason::Replaceable(_)));
        assert_eq!(is_replaceable, read_only);
    }
}

#[test]
fn a_limit_and_a_pace_are_reported_with_their_times() {
    let bench = Bench::new();
    let profiles: Vec<Profile> = (0..3)
        .map(|i| bench.enrol(&format!("p{i}"), &format!("wrong {i}")))
        .collect();
    for profile in &profiles[..2] {
        bench.answer(400, refusal(50126));
        bench.get(profile).unwrap_err();
        bench.pass(60);
    }
    let status = bench.status(&profiles[2]);
    assert_eq!(
        (status.state, status.since, status.until),
        (BreakerState::Limited, None, Some(1_003_600))
    );
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    for until in [1_000_002, 1_000_090, 1_000_720] {
        bench.answer(404, "<html>".into());
        bench.get(&profile).unwrap_err();
        let now = bench.clock.now();
        let status = bench.status(&profile);
        assert_eq!(
            (status.state, status.since, status.until),
            (BreakerState::Paused, Some(now), Some(until))
        );
        assert!(reason(&status).contains("HTTP 404"));
        bench.pass(60);
    }
}

#[test]
fn a_pause_is_reported_for_the_scopes_that_it_holds() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    let scopes = Scopes::parse(&["https://vault.azure.net/.default"]).unwrap();
    let wish = Request {
        scopes: &scopes,
        ..request(&profile)
    };
    bench.answer(400, refusal(65001));
    acquire(&wish, &bench.world()).unwrap_err();
    let places = Places::find(&bench.env);
    let status = breaker_status(&places, &profile, &scopes, bench.clock.now());
    assert_eq!(
        (status.state, status.until),
        (BreakerState::Paused, Some(1_000_060))
    );
    assert_eq!(bench.status(&profile).state, BreakerState::Ready);
}

#[test]
fn as_many_sign_ins_as_look_like_a_loop_are_reported() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    for _ in 0..10 {
        assert_eq!(bench.status(&profile).state, BreakerState::Ready);
        bench.refresh(&profile).unwrap();
    }
    let error = bench.refresh(&profile).unwrap_err();
    let Some(&Hold::RateLimit { until, .. }) = hold(&error) else {
        panic!("an eleventh sign-in in five minutes");
    };
    let status = bench.status(&profile);
    assert_eq!(
        (status.state, status.until),
        (BreakerState::Paused, Some(until))
    );
    assert!(reason(&status).contains("AADSTS50196"));
}

#[test]
fn status_warns_of_a_refusal_in_another_profile_until_that_one_is_fixed() {
    let bench = Bench::new();
    let one = bench.read_only("wrong");
    let two = Profile::sample("two");
    bench.answer(400, refusal(50126));
    bench.get(&one).unwrap_err();
    let status = bench.status(&two);
    assert_eq!(status.state, BreakerState::Ready);
    let words = reason(&status);
    assert!(
        words.contains("`default`") && words.contains("AADSTS50126"),
        "{words}"
    );
    // After another `login` the name is the same and the secret another; and a refusal without a
    // fingerprint is not compared.
    let again = Profile {
        generation: Generation::random().unwrap(),
        ..one.clone()
    };
    assert!(bench.status(&again).reason.is_none());
    bench.rotate("right");
    bench.get(&one).unwrap();
    assert!(
        bench.status(&two).reason.is_none(),
        "Entra accepted another one since"
    );
    let bench = Bench::new();
    let one = bench.enrol("one", "wrong");
    bench.answer(400, refusal(50126));
    bench.lock_store_meanwhile();
    bench.get(&one).unwrap_err();
    assert_eq!(bench.status(&one).state, BreakerState::Refused);
    assert!(bench.status(&two).reason.is_none());
}

#[test]
fn every_event_that_stops_or_frees_a_sign_in_changes_the_text_that_an_endpoint_compares() {
    let bench = Bench::new();
    let profile = bench.read_only("wrong");
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
