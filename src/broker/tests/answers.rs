//! What an answer causes besides the pace, by status, stage and code: repetitions, pauses,
//! refusals, and what a success clears.

use super::*;
use crate::entra::TlsFault;
use crate::text::Reader;

#[test]
fn a_429_without_json_makes_a_pause_as_well() {
    for (header, wait) in [(None, 60), (Some("120"), 120)] {
        let bench = Bench::new();
        let profile = bench.enrol("default", "right");
        bench.endpoint.answers.borrow_mut().push_back(Ok((
            429,
            "<html>".into(),
            header.map(str::to_owned),
        )));
        bench.get(&profile).unwrap_err();
        bench.pass(wait - 1);
        assert_eq!(kind(&bench.get(&profile).unwrap_err()), Kind::Network);
        assert_eq!(bench.endpoint.asked.get(), 1, "{header:?}");
        bench.pass(1);
        bench.get(&profile).unwrap();
    }
    // The control: another page causes only the pace, and a run waits for that where it is short.
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.answer(404, "<html>".into());
    bench.get(&profile).unwrap_err();
    assert_eq!(
        bench.endpoint.asked.get(),
        1,
        "the same run does not ask again after a page"
    );
    bench.get(&profile).unwrap();
}

#[test]
fn an_answer_that_shows_the_password_right_ends_the_row() {
    // Entra sends 50076 (second factor) after it judged the password, and 50034 before that, so it
    // says nothing about earlier requests.
    for (code, ends) in [(50_076, true), (50_034, false)] {
        let bench = Bench::new();
        let profile = bench.enrol("default", "right");
        for _ in 0..3 {
            bench.answer(404, "<html>".into());
            bench.get(&profile).unwrap_err();
            bench.pass(600);
        }
        bench.answer(400, refusal(code));
        bench.get(&profile).unwrap_err();
        bench.pass(1500);
        bench.answer(404, "<html>".into());
        bench.get(&profile).unwrap_err();
        let asked = bench.endpoint.asked.get();
        bench.pass(3);
        recovers_now(&bench, &profile, ends);
        assert_eq!(
            bench.endpoint.asked.get(),
            asked + usize::from(ends),
            "{code}"
        );
    }
}

fn recovers_now(bench: &Bench, profile: &Profile, expected: bool) {
    bench.endpoint.answers.borrow_mut().clear();
    assert_eq!(bench.get(profile).is_ok(), expected);
}

#[test]
fn a_run_does_not_repeat_beyond_the_pace_and_the_rate() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.answer(404, "<html>".into());
    bench.get(&profile).unwrap_err();
    bench.fail(Stage::Unanswered, Cause::Timeout(None));
    bench.get(&profile).unwrap_err();
    assert_eq!(
        bench.endpoint.asked.get(),
        2,
        "a repetition would be due in half a minute"
    );

    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    let request = Request {
        mode: Mode::Refresh,
        ..request(&profile)
    };
    for _ in 0..9 {
        acquire(&request, &bench.world()).unwrap();
    }
    bench.answer(502, "<html>".into());
    acquire(&request, &bench.world()).unwrap();
    assert_eq!(
        bench.endpoint.asked.get(),
        11,
        "a request without a grant does not count: this was the tenth"
    );
    acquire(&request, &bench.world()).unwrap_err();
    assert_eq!(
        bench.endpoint.asked.get(),
        11,
        "the eleventh in five minutes"
    );
}

#[test]
fn a_run_repeats_a_request_once_after_a_temporary_fault_of_the_service() {
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
    bench.answer(
        401,
        r#"{"error":"invalid_client","error_codes":[7000215]}"#.into(),
    );
    bench.get(&profile).unwrap_err();
    let error = bench.get(&profile).unwrap_err();
    assert_eq!(
        (kind(&error), bench.endpoint.asked.get()),
        (Kind::SignIn, 1)
    );
    let hints = hints(&error).join("\n");
    assert!(
        hints.contains("`ropc login`") && hints.contains("`ropc login --retry`"),
        "{hints}"
    );
    assert!(hints.contains("`ropc explain 7000215`"), "{hints}");
    assert!(
        !hints.contains("--secrets-stdin"),
        "only `login` was given secrets: {hints}"
    );
    bench.retry(&profile).unwrap();
    bench.pass(3600);
    bench.get(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), 3);
    // The commands name a profile that is not `default`.
    let other = bench.enrol("other", "wrong");
    bench.answer(400, refusal(50126));
    for _ in 0..2 {
        let hints = hints_of(&bench, &other);
        assert!(hints.contains("`ropc login -p other"), "{hints}");
    }
}

/// The hints of a failure, as the reader of this profile sees them.
fn hints_of(bench: &Bench, profile: &Profile) -> String {
    let name = profile.name.as_str();
    let reader = Reader {
        profile: (name != "default").then(|| name.to_owned()),
        ..Reader::default()
    };
    let hints = Error::from(bench.get(profile).unwrap_err()).hints;
    let hints = hints.iter().map(|hint| hint.text.render(&reader));
    hints.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_command_of_a_hint_names_the_profile_once() {
    let bench = Bench::new();
    let hints = |profile: &Profile| hints_of(&bench, profile);
    let default = bench.enrol("default", "right");
    let other = bench.enrol("other", "right");
    let retry = "`ropc login -p other --retry`";
    // Errors of the code table, of the network, of a store and of the record.
    bench.answer(400, refusal(700_022));
    let shown = hints(&other);
    assert!(
        shown.contains("`ropc login -p other --scope SCOPE`")
            && shown.contains("`ropc login -p NAME`"),
        "{shown}"
    );
    bench.pass(3600);
    bench.fail(Stage::NotSent, Cause::Tls(TlsFault::UnknownIssuer));
    assert!(hints(&other).contains("`ropc login -p other --ca-file ROOT.pem`"));
    let gone = Profile {
        generation: Generation::random().unwrap(),
        ..other.clone()
    };
    assert!(hints(&gone).contains("`ropc login -p other`"));
    crate::os::write_private(&bench.user_record(&other), b"{").unwrap();
    assert!(hints(&other).contains(retry));
    // The control: the default profile needs no name.
    assert!(hints(&default).contains("`ropc login --retry`"));
}

#[test]
fn a_success_clears_the_refusal_of_its_own_secret_only() {
    let bench = Bench::new();
    let wrong = bench.enrol("wrong", "made up");
    let right = bench.enrol("right", "another");
    bench.answer(400, refusal(50126));
    bench.get(&wrong).unwrap_err();
    bench.get(&right).unwrap();
    bench.get(&wrong).unwrap_err();
    bench.retry(&right).unwrap();
    bench.get(&wrong).unwrap_err();
    assert_eq!(
        bench.endpoint.asked.get(),
        3,
        "neither the job's nor the person's success used that password"
    );
    let twin = bench.enrol("twin", "made up");
    bench.get(&twin).unwrap_err();
    bench.retry(&twin).unwrap();
    bench.get(&wrong).unwrap();
    assert_eq!(
        bench.endpoint.asked.get(),
        5,
        "a secret proved right in one profile is right in the other"
    );
}

#[test]
fn the_record_keeps_a_secret_that_is_refused_twice_once() {
    for read_only in [false, true] {
        let bench = Bench::new();
        let profile = bench.wrong(read_only);
        let path = bench.user_record(&profile);
        bench.answer(400, refusal(50126));
        bench.get(&profile).unwrap_err();
        bench.answer(400, refusal(50126));
        bench.retry(&profile).unwrap_err();
        assert_eq!(bench.endpoint.asked.get(), 2);
        let refused = super::super::record::read(&path).unwrap().unwrap().refused;
        assert!(
            refused.len() == 1 && refused[0].fingerprint.is_some(),
            "{refused:?}"
        );
        bench.pass(3600);
        bench.retry(&profile).unwrap();
        assert!(
            super::super::record::read(&path)
                .unwrap()
                .unwrap()
                .refused
                .is_empty(),
            "read_only: {read_only}"
        );
    }
}

#[test]
fn a_damaged_record_stops_every_password_until_a_person_asks() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    let path = bench.user_record(&profile);
    for content in [
        &b"{"[..],
        b"",
        b"{\"version\":1}",
        b"{\"version\":3}",
        b"{\"version\":2,\"about\":\"x\",\"more\":1}",
    ] {
        crate::os::write_private(&path, content).unwrap();
        assert_eq!(kind(&bench.get(&profile).unwrap_err()), Kind::Config);
    }
    assert_eq!(bench.endpoint.asked.get(), 0);
    bench.retry(&profile).unwrap();
    bench.refresh(&profile).unwrap();
}

#[test]
fn a_repetition_leaves_a_second_for_its_answer() {
    // The deadline is 20 seconds away.
    for (retry_after, sent) in [("0", 2), ("10", 2), ("20", 1)] {
        let bench = Bench::new();
        let profile = bench.enrol("default", "right");
        bench.endpoint.answers.borrow_mut().push_back(Ok((
            503,
            String::new(),
            Some(retry_after.into()),
        )));
        assert_eq!(bench.get(&profile).is_ok(), sent == 2);
        assert_eq!(bench.endpoint.asked.get(), sent, "{retry_after}");
    }
}
