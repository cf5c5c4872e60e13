//! A token for a job: what comes from the cache, and what an answer means for the next run.

use super::*;

#[test]
fn a_warm_run_reads_the_key_and_not_the_bundle() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.get(&profile).unwrap();
    assert_eq!((bench.endpoint.asked.get(), bench.bundle_reads()), (1, 1));
    bench.pass(3600 - 600);
    bench.get(&profile).unwrap();
    assert_eq!(
        (bench.endpoint.asked.get(), bench.bundle_reads()),
        (1, 1),
        "served until 10 minutes before the end"
    );
    bench.pass(1);
    bench.get(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 2);
}

#[test]
fn a_token_of_64_kib_is_cached() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    let long = "x".repeat(64 * 1024);
    bench.answer(200, token(3600).replace("tok\"", &format!("{long}\"")));
    for _ in 0..2 {
        assert_eq!(bench.get(&profile).unwrap().access.len(), long.len());
    }
    assert_eq!(bench.endpoint.asked.get(), 1);
}

#[test]
fn a_clock_that_went_back_is_a_miss() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.get(&profile).unwrap();
    bench.pass(-1);
    bench.get(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 2);
}

#[test]
fn a_locked_store_fails_a_warm_run_too_and_sends_nothing() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.get(&profile).unwrap();
    bench.vaults.is_locked.set(true);
    assert_eq!(kind(&bench.get(&profile).unwrap_err()), Kind::Vault);
    assert_eq!(bench.endpoint.asked.get(), 1);
}

#[test]
fn a_refused_password_stays_unsent_for_ever() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "wrong");
    bench.answer(400, refusal(50126));
    assert_eq!(kind(&bench.get(&profile).unwrap_err()), Kind::SignIn);
    for _ in 0..5 {
        bench.pass(30 * 86_400);
        let error = bench.get(&profile).unwrap_err();
        assert!(
            error.to_string().contains("AADSTS50126") && error.to_string().contains("1970-01-12"),
            "{error}"
        );
    }
    assert_eq!(
        (bench.endpoint.asked.get(), bench.bundle_reads()),
        (1, 2),
        "nothing was sent, and the bundle was not read again: the refusal read it twice, to send it and for the fingerprint"
    );
    // The breaker recognises the same password in another profile; another password it does not
    // know.
    let twin = bench.enrol("twin", "wrong");
    assert!(is_latched(&bench.get(&twin).unwrap_err()));
    let other = bench.enrol("other", "right");
    bench.get(&other).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 2);
}

#[test]
fn a_locked_account_cools_down_longer_each_time() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    for wait in [300, 600] {
        bench.answer(400, refusal(50053));
        bench.get(&profile).unwrap_err();
        let asked = bench.endpoint.asked.get();
        bench.pass(wait - 1);
        bench.get(&profile).unwrap_err();
        assert_eq!(bench.endpoint.asked.get(), asked);
        bench.pass(1);
    }
    bench.get(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 3);
}

#[test]
fn a_header_shortens_no_lock_and_no_loop() {
    // The control: Retry-After decides how long throttling lasts.
    for (code, wait) in [(50_053, 300), (50_196, 300), (90_055, 61)] {
        let bench = Bench::new();
        let profile = bench.enrol("default", "right");
        bench
            .endpoint
            .answers
            .borrow_mut()
            .push_back(Ok((400, refusal(code), Some("61".into()))));
        bench.get(&profile).unwrap_err();
        bench.pass(wait - 1);
        bench.get(&profile).unwrap_err();
        assert_eq!(bench.endpoint.asked.get(), 1, "{code}");
        bench.pass(1);
        bench.get(&profile).unwrap();
    }
}

#[test]
fn a_policy_answer_is_asked_again_after_a_minute() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.answer(400, refusal(50076));
    bench.get(&profile).unwrap_err();
    bench.pass(59);
    assert!(
        bench
            .get(&profile)
            .unwrap_err()
            .to_string()
            .contains("AADSTS50076")
    );
    assert_eq!(bench.endpoint.asked.get(), 1);
    bench.pass(1);
    bench.get(&profile).unwrap();
}

#[test]
fn what_was_never_sent_is_never_counted() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    for _ in 0..6 {
        bench.fail(Stage::NotSent, Cause::Refused);
        bench.fail(Stage::NotSent, Cause::Refused);
        assert_eq!(kind(&bench.get(&profile).unwrap_err()), Kind::Network);
    }
    bench.get(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 13);
}

#[test]
fn min_ttl_beyond_the_lifetime_costs_one_sign_in() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    for _ in 0..5 {
        bench.get_with(&profile, Some(7200)).unwrap();
        bench.pass(10);
    }
    assert_eq!(bench.endpoint.asked.get(), 1);
    bench.get_with(&profile, Some(3000)).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 1);
}

#[test]
fn ten_sign_ins_in_five_minutes_are_enough() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    for _ in 0..10 {
        bench.refresh(&profile).unwrap();
    }
    assert_eq!(kind(&bench.refresh(&profile).unwrap_err()), Kind::Network);
    assert_eq!(bench.endpoint.asked.get(), 10);
    bench.pass(300);
    bench.refresh(&profile).unwrap();
}

#[test]
fn equal_scopes_cost_one_look_and_one_sign_in() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    let [one, same, other] = ["User.Read Mail.Read", "mail.read user.read", "Files.Read"]
        .map(|text| Scopes::parse(&[text]).unwrap());
    let requests = [&one, &same, &other].map(|scopes| Request {
        scopes,
        ..request(&profile)
    });
    let cold = acquire_all(&requests, &bench.world()).unwrap();
    assert!(Rc::ptr_eq(&cold[0], &cold[1]) && !Rc::ptr_eq(&cold[0], &cold[2]));
    assert_eq!(bench.endpoint.asked.get(), 2);
    let reads = bench.vaults.reads.borrow().len();
    acquire_all(&requests, &bench.world()).unwrap();
    assert_eq!(bench.vaults.reads.borrow().len(), reads + 2);
    assert_eq!(bench.endpoint.asked.get(), 2);
}
