//! What counts as an attempt that may have judged the password, and what is repeated: by status, stage and code.

use super::super::ledger::UNANSWERED_CAP;
use super::super::record::user_file;
use super::*;
use crate::entra::TlsFault;

/// How often a request goes out in three runs an hour apart that all end like this.
fn sent_in_three_runs(outcome: &Outcome) -> usize {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    for _ in 0..6 {
        bench.endpoint.answers.borrow_mut().push_back(outcome.clone());
    }
    for _ in 0..3 {
        bench.get(&profile).unwrap_err();
        bench.pass(3600);
    }
    bench.endpoint.asked.get()
}

#[test]
fn a_4xx_that_cannot_be_read_may_have_been_a_judged_password() {
    let page = |status: u16| sent_in_three_runs(&Ok((status, "<html>".into(), None)));
    for status in [400, 401, 404, 407, 409, 428, 430, 499] {
        assert_eq!(page(status), UNANSWERED_CAP, "{status}");
    }
    for (status, sent) in [(302, 3), (399, 3), (429, 3), (408, 6), (500, 6), (503, 6)] {
        assert_eq!(page(status), sent, "{status}");
    }
    let cut_off = |status: u16| {
        let stage = Stage::CutOff(status);
        sent_in_three_runs(&Err(TransportFault { stage, cause: Cause::Broken(String::new()) }))
    };
    for (status, sent) in [(400, 2), (499, 2), (302, 3), (408, 3), (429, 3), (200, 6), (500, 6)] {
        assert_eq!(cut_off(status), sent, "cut off after {status}");
    }
}

#[test]
fn a_throttle_that_is_no_json_is_a_pause_all_the_same() {
    for (header, wait) in [(None, 60), (Some("120"), 120)] {
        let bench = Bench::new();
        let profile = bench.enrol("default", "right");
        bench.endpoint.answers.borrow_mut().push_back(Ok((429, "<html>".into(), header.map(str::to_owned))));
        bench.get(&profile).unwrap_err();
        bench.pass(wait - 1);
        assert_eq!(bench.get(&profile).unwrap_err().kind, Kind::Network);
        assert_eq!(bench.endpoint.asked.get(), 1, "{header:?}");
        bench.pass(1);
        bench.get(&profile).unwrap();
    }
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.answer(404, "<html>".into());
    bench.get(&profile).unwrap_err();
    bench.get(&profile).unwrap();
}

#[test]
fn an_answer_that_shows_the_password_right_clears_what_was_open() {
    // 50076 wants a second factor, after the password; 700016 does not say.
    for (code, sent_afterwards) in [(50_076, 2), (700_016, 1)] {
        let bench = Bench::new();
        let profile = bench.enrol("default", "right");
        bench.answer(404, "<html>".into());
        bench.answer(400, refusal(code));
        for _ in 0..2 {
            bench.get(&profile).unwrap_err();
            bench.pass(3600);
        }
        for _ in 0..3 {
            bench.answer(404, "<html>".into());
            bench.get(&profile).unwrap_err();
        }
        assert_eq!(bench.endpoint.asked.get(), 2 + sent_afterwards, "{code}");
    }
}

#[test]
fn the_caps_hold_within_a_run() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.answer(404, "<html>".into());
    bench.get(&profile).unwrap_err();
    bench.fail(Stage::Unanswered, Cause::Timeout(None));
    bench.get(&profile).unwrap_err();
    assert_eq!(bench.endpoint.asked.get(), 2, "a repetition would be the third without an answer");

    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    let deadline = Deadline::after(Duration::from_secs(20));
    let request = Request { profile: &profile, scopes: &profile.scopes, mode: Mode::Refresh, min_ttl: None, deadline };
    for _ in 0..9 {
        acquire(&request, &bench.world()).unwrap();
    }
    bench.answer(502, "<html>".into());
    acquire(&request, &bench.world()).unwrap_err();
    assert_eq!(bench.endpoint.asked.get(), 10, "a repetition would be the eleventh in five minutes");
}

#[test]
fn a_passing_fault_of_the_service_is_tried_once_more() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.answer(400, refusal(90033));
    bench.get(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 2);
}

#[test]
fn a_client_secret_that_a_person_proved_right_is_forgiven() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.answer(401, r#"{"error":"invalid_client","error_codes":[7000215]}"#.into());
    bench.get(&profile).unwrap_err();
    let error = bench.get(&profile).unwrap_err();
    assert_eq!((error.kind, bench.endpoint.asked.get()), (Kind::SignIn, 1));
    let hints = error.hints.join("\n");
    assert!(hints.contains("`ropc login`") && hints.contains("`ropc login --retry`"), "{hints}");
    assert!(hints.contains("`ropc explain 7000215`"), "{hints}");
    assert!(!hints.contains("--secrets-stdin"), "only `login` was given secrets: {hints}");
    let deadline = Deadline::after(Duration::from_secs(20));
    let request = Request { profile: &profile, scopes: &profile.scopes, mode: Mode::Refresh, min_ttl: None, deadline };
    retry_stored(&request, &bench.world()).unwrap();
    acquire(&request, &bench.world()).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 3);
    // Another profile is named in its commands.
    let other = bench.enrol("other", "wrong");
    bench.answer(400, refusal(50126));
    for _ in 0..2 {
        let hints = bench.get(&other).unwrap_err().hints.join("\n");
        assert!(hints.contains("`ropc login -p other"), "{hints}");
    }
}

#[test]
fn every_command_of_a_hint_names_the_profile_once() {
    let bench = Bench::new();
    let hints = |profile: &Profile| bench.get(profile).unwrap_err().hints.join("\n");
    let (default, other) = (bench.enrol("default", "right"), bench.enrol("other", "right"));
    let retry = "`ropc login -p other --retry`";
    // Of the table of codes, one with a name of its own; of the network; of a store; of the record.
    bench.answer(400, refusal(700_022));
    let told = hints(&other);
    assert!(told.contains("`ropc login -p other --scope SCOPE`") && told.contains("`ropc login -p NAME`"), "{told}");
    bench.pass(3600);
    bench.fail(Stage::NotSent, Cause::Tls(TlsFault::UnknownIssuer));
    assert!(hints(&other).contains("`ropc login -p other --ca-file ROOT.pem`"));
    let gone = Profile { generation: Generation::random().unwrap(), ..other.clone() };
    assert!(hints(&gone).contains("`ropc login -p other`"));
    crate::os::write_private(&user_file(&Places::find(&bench.env).unwrap().breaker(), &other).0, b"{").unwrap();
    assert!(hints(&other).contains(retry));
    // The control: the default profile needs no name.
    assert!(hints(&default).contains("`ropc login --retry`"));
}

#[test]
fn a_success_forgives_the_very_secret_and_no_other() {
    let bench = Bench::new();
    let retry = |profile: &Profile| {
        let deadline = Deadline::after(Duration::from_secs(20));
        let request = Request { profile, scopes: &profile.scopes, mode: Mode::Refresh, min_ttl: None, deadline };
        retry_stored(&request, &bench.world())
    };
    let (wrong, right) = (bench.enrol("wrong", "made up"), bench.enrol("right", "another"));
    bench.answer(400, refusal(50126));
    bench.get(&wrong).unwrap_err();
    bench.get(&right).unwrap();
    bench.get(&wrong).unwrap_err();
    retry(&right).unwrap();
    bench.get(&wrong).unwrap_err();
    assert_eq!(bench.endpoint.asked.get(), 3, "neither a job's nor a person's success was about that password");
    let twin = bench.enrol("twin", "made up");
    bench.get(&twin).unwrap_err();
    retry(&twin).unwrap();
    bench.get(&wrong).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 5, "proved right in one profile, it is right in the other");
}

#[test]
fn a_secret_that_is_refused_again_is_remembered_once() {
    for engine in [false, true] {
        let bench = Bench::new();
        let profile = if engine { bench.engine("wrong") } else { bench.enrol("default", "wrong") };
        let path = user_file(&Places::find(&bench.env).unwrap().breaker(), &profile).0;
        bench.answer(400, refusal(50126));
        bench.get(&profile).unwrap_err();
        let deadline = Deadline::after(Duration::from_secs(20));
        let request =
            Request { profile: &profile, scopes: &profile.scopes, mode: Mode::Refresh, min_ttl: None, deadline };
        bench.answer(400, refusal(50126));
        retry_stored(&request, &bench.world()).unwrap_err();
        assert_eq!(bench.endpoint.asked.get(), 2);
        let refused = super::super::record::read(&path).unwrap().unwrap().refused;
        assert!(refused.len() == 1 && refused[0].fingerprint.is_some(), "{refused:?}");
        retry_stored(&request, &bench.world()).unwrap();
        assert!(super::super::record::read(&path).unwrap().unwrap().refused.is_empty(), "engine: {engine}");
    }
}

#[test]
fn a_damaged_record_stops_every_password_until_a_person_asks() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    let path = user_file(&Places::find(&bench.env).unwrap().breaker(), &profile).0;
    for content in
        [&b"{"[..], b"", b"{\"version\":1}", b"{\"version\":2}", b"{\"version\":1,\"about\":\"x\",\"more\":1}"]
    {
        crate::os::write_private(&path, content).unwrap();
        assert_eq!(bench.get(&profile).unwrap_err().kind, Kind::Config);
    }
    assert_eq!(bench.endpoint.asked.get(), 0);
    let deadline = Deadline::after(Duration::from_secs(20));
    let request = Request { profile: &profile, scopes: &profile.scopes, mode: Mode::Cached, min_ttl: None, deadline };
    retry_stored(&request, &bench.world()).unwrap();
    bench.get(&profile).unwrap();
}

#[test]
fn a_repetition_leaves_a_second_for_its_answer() {
    // The deadline is 20 seconds away.
    for (retry_after, sent) in [("0", 2), ("10", 2), ("20", 1)] {
        let bench = Bench::new();
        let profile = bench.enrol("default", "right");
        bench.endpoint.answers.borrow_mut().push_back(Ok((503, String::new(), Some(retry_after.into()))));
        assert_eq!(bench.get(&profile).is_ok(), sent == 2);
        assert_eq!(bench.endpoint.asked.get(), sent, "{retry_after}");
    }
}
