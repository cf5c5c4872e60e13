//! Three refused passwords an hour, over all profiles of a user, whether they were refused for certain or only may have been.

use super::*;

/// Attempts of this profile from now on end without an answer.
fn lose(bench: &Bench, answers: usize) {
    bench.endpoint.answers.borrow_mut().clear();
    for _ in 0..answers {
        bench.fail(Stage::Unanswered, Cause::Timeout(None));
    }
}

#[test]
fn lost_answers_of_many_profiles_of_one_user_share_the_three() {
    let bench = Bench::new();
    let profiles: Vec<Profile> = (0..6).map(|i| bench.enrol(&format!("p{i}"), "perhaps wrong")).collect();
    lose(&bench, 100);
    for hour in 1..=3 {
        for profile in &profiles {
            bench.get(profile).unwrap_err();
            bench.get(profile).unwrap_err();
        }
        assert_eq!(bench.endpoint.asked.get(), 3 * hour, "within {hour} h");
        bench.pass(3600);
    }
    // By then some have had their two, and say what a person can do. The others go on by themselves.
    lose(&bench, 0);
    assert!(bench.get(&profiles[0]).unwrap_err().message.contains("got no answer"));
    bench.get(&profiles[5]).unwrap();
    bench.get(&profiles[0]).unwrap();
}

#[test]
fn refused_and_lost_ones_are_counted_together_within_a_run_too() {
    let bench = Bench::new();
    let profile = bench.engine("first");
    for password in ["first", "second"] {
        bench.rotate(password);
        bench.answer(400, refusal(50126));
        bench.get(&profile).unwrap_err();
    }
    bench.rotate("third");
    lose(&bench, 2);
    bench.get(&profile).unwrap_err();
    assert_eq!(bench.endpoint.asked.get(), 3, "a repetition would be the fourth");
    let error = bench.get(&profile).unwrap_err();
    assert!(error.message.contains("3 sign-ins") && error.hints.len() == 1, "{error:?}");
    assert!(error.hints[0].contains("`ropc login --retry`"), "{error:?}");
    let limited = breaker_status(&Places::find(&bench.env).unwrap(), &profile, bench.clock.now());
    assert_eq!((limited.state, limited.until), ("refused", None), "what a person can mend is told first");
    lose(&bench, 0);
    bench.pass(3600);
    bench.get(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 4);
}

#[test]
fn a_person_gets_beyond_what_may_have_been_refused_and_not_beyond_three_that_were() {
    let retry = |bench: &Bench, profile: &Profile| {
        let deadline = Deadline::after(Duration::from_secs(20));
        let request = Request { profile, scopes: &profile.scopes, mode: Mode::Refresh, min_ttl: None, deadline };
        retry_stored(&request, &bench.world())
    };
    let bench = Bench::new();
    let (one, two) = (bench.enrol("one", "right"), bench.enrol("two", "right"));
    lose(&bench, 3);
    let start = bench.clock.now();
    for profile in [&one, &two] {
        bench.get(profile).unwrap_err();
    }
    assert!(bench.get(&two).unwrap_err().message.contains("3 sign-ins"));
    let places = Places::find(&bench.env).unwrap();
    let status = breaker_status(&places, &two, bench.clock.now());
    assert_eq!((status.state, status.until), ("limited", Some(start + 3600)));
    retry(&bench, &two).unwrap();
    assert_eq!(breaker_status(&places, &one, bench.clock.now()).state, "ready");
    bench.get(&one).unwrap();

    let bench = Bench::new();
    let profile = bench.engine("first");
    for password in ["first", "second", "third"] {
        bench.rotate(password);
        bench.answer(400, refusal(50126));
        bench.get(&profile).unwrap_err();
    }
    bench.rotate("fourth");
    assert!(retry(&bench, &profile).unwrap_err().message.contains("3 passwords"));
    assert_eq!(bench.endpoint.asked.get(), 3);
}

#[test]
fn an_answer_that_does_not_tell_counts_for_its_hour_and_no_longer() {
    // 80002: the agent was too slow, and may have counted the password. The control: 700016 comes before any password.
    for (code, within_the_hour) in [(80_002, 3), (700_016, 7)] {
        let bench = Bench::new();
        let profile = bench.enrol("default", "perhaps wrong");
        let start = bench.clock.now();
        while bench.clock.now() < start + 3000 {
            bench.answer(400, refusal(code));
            bench.get(&profile).unwrap_err();
            bench.pass(60);
        }
        assert_eq!(bench.endpoint.asked.get(), within_the_hour, "{code}");
        bench.endpoint.answers.borrow_mut().clear();
        bench.pass(3600);
        bench.get(&profile).unwrap();
    }
}

#[test]
fn an_attempt_ahead_of_the_clock_counts_from_now_on() {
    let bench = Bench::new();
    let profiles: Vec<Profile> = (0..2).map(|i| bench.enrol(&format!("p{i}"), "perhaps wrong")).collect();
    bench.pass(86_400 * 365);
    lose(&bench, 3);
    for profile in &profiles {
        bench.get(profile).unwrap_err();
    }
    bench.pass(-86_400 * 365);
    let asked = bench.endpoint.asked.get();
    bench.get(&profiles[1]).unwrap_err();
    bench.pass(3599);
    bench.get(&profiles[1]).unwrap_err();
    assert_eq!(bench.endpoint.asked.get(), asked);
    bench.pass(1);
    bench.get(&profiles[1]).unwrap();
}
