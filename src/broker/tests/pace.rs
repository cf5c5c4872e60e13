//! The pace: after sends that Entra may have judged, the waits become longer, over all profiles,
//! apps and scopes of a user, and jobs recover without a person.

use super::*;
use crate::secret::AppCredential;

const MINUTE: u64 = 60;
const HOUR: u64 = 3600;

/// Every outcome after which Entra may have judged the password.
fn unclear() -> Vec<Outcome> {
    let page = |status: u16| Ok((status, "<html>".to_owned(), None));
    let fault = |stage, cause| Err(TransportFault { stage, cause });
    let statuses = [
        200, 204, 301, 302, 308, 399, 400, 401, 403, 404, 407, 408, 429, 499, 500, 502, 503, 504,
        599,
    ];
    let mut kinds: Vec<Outcome> = statuses.map(page).into();
    kinds.extend(
        [
            "",
            "{}",
            "[]",
            "null",
            "{\"access_token\":\"\"}",
            "{\"token_type\":\"x\",\"access_token\":\"t\"}",
        ]
        .map(|body| Ok((200, body.to_owned(), None))),
    );
    kinds.extend([80_002, 80_007, 90_033, 999_999].map(|code| Ok((400, refusal(code), None))));
    kinds.extend([50_076, 50_034].map(|code| Ok((504, refusal(code), None))));
    kinds.push(Ok((503, String::new(), Some("0".into()))));
    kinds.extend(
        [Cause::Timeout(None), Cause::Broken(String::new())]
            .map(|cause| fault(Stage::Unanswered, cause)),
    );
    kinds.extend(
        [200, 204, 302, 400, 408, 429, 503]
            .map(|status| fault(Stage::CutOff(status), Cause::Broken(String::new()))),
    );
    kinds
}

/// From now on each request ends like this.
fn always(bench: &Bench, outcome: &Outcome) {
    *bench.endpoint.answers.borrow_mut() = std::iter::repeat_n(outcome.clone(), 500).collect();
}

fn recovers(bench: &Bench) {
    bench.endpoint.answers.borrow_mut().clear();
}

/// No 30 minutes with more than 4 sends, and no day with more than 28.
fn keeps_the_caps(sent: &[u64], what: &str) {
    for (most, span) in [(4, 30 * MINUTE), (28, 24 * HOUR)] {
        for window in sent.windows(most + 1) {
            assert!(window[most] - window[0] >= span, "{what}: {window:?}");
        }
    }
}

#[test]
fn a_job_sends_at_most_twelve_times_in_six_hours_whatever_the_answer() {
    for outcome in unclear() {
        let bench = Bench::new();
        let profile = bench.enrol("default", "perhaps wrong");
        always(&bench, &outcome);
        let start = bench.clock.now();
        for run in 0..36 {
            *bench.clock.0.lock().unwrap() = start + run * 10 * MINUTE;
            bench.get(&profile).unwrap_err();
        }
        let sent = bench.endpoint.sent.borrow();
        assert!(sent.len() <= 12 && sent.len() >= 5, "{outcome:?}: {sent:?}");
        keeps_the_caps(&sent, &format!("{outcome:?}"));
    }
}

#[test]
fn no_status_lets_a_third_run_through() {
    for status in 300..600 {
        let bench = Bench::new();
        let profile = bench.enrol("default", "perhaps wrong");
        always(&bench, &Ok((status, "<html>".into(), None)));
        for _ in 0..2 {
            bench.get(&profile).unwrap_err();
        }
        let held = bench.get(&profile).unwrap_err();
        assert!(
            held.to_string().contains(&format!("HTTP {status}")),
            "{status}: {held}"
        );
        assert!(bench.endpoint.sent.borrow().len() <= 2, "{status}");
    }
}

#[test]
fn the_waits_are_the_documented_ones_for_every_caller_and_end_with_a_clear_answer() {
    let bench = Bench::new();
    let profiles: Vec<Profile> = (0..4)
        .map(|i| {
            let scope = ["User.Read", "Mail.Send", "Mail.Read", "Files.Read"][i];
            Profile {
                scopes: Scopes::parse(&[scope]).unwrap(),
                ..bench.enrol(&format!("p{i}"), "perhaps wrong")
            }
        })
        .collect();
    always(&bench, &Ok((504, "<html>".into(), None)));
    let start = bench.clock.now();
    for second in 0..3 * HOUR {
        let profile = &profiles[usize::try_from(second % 4).unwrap()];
        if bench.clock.now() < start + second {
            *bench.clock.0.lock().unwrap() = start + second;
        }
        let error = bench.get(profile).unwrap_err();
        assert_eq!(kind(&error), Kind::Network);
    }
    let waits: Vec<u64> = bench
        .endpoint
        .sent
        .borrow()
        .windows(2)
        .map(|w| w[1] - w[0])
        .collect();
    // A run waits for a few seconds itself, so it may be a little late.
    for (wait, wanted) in waits.iter().zip([2, 30, 600, 1800, 3600, 3600]) {
        assert!((wanted..wanted + 4).contains(wait), "{waits:?}");
    }
    assert_eq!(waits.len(), 6, "{waits:?}");
    recovers(&bench);
    bench.pass(3600);
    bench.get(&profiles[0]).unwrap();
    always(&bench, &Ok((504, "<html>".into(), None)));
    let before = bench.endpoint.sent.borrow().len();
    bench.get(&profiles[1]).unwrap_err();
    assert_eq!(
        bench.endpoint.sent.borrow().len(),
        before + 2,
        "a clear answer ended the row"
    );
}

#[test]
fn clear_answers_in_between_do_not_get_around_the_caps() {
    let bench = Bench::new();
    let profile = bench.read_only("p0");
    let start = bench.clock.now();
    // A store whose password changes, and a gateway that drops every second answer: wrong, or not
    // judged at all.
    for run in 0..24 * 6 * 4u64 {
        *bench.clock.0.lock().unwrap() = start + run * 150;
        bench.rotate(&format!("p{run}"));
        *bench.endpoint.answers.borrow_mut() = match run % 3 {
            0 => [
                Ok((504, String::new(), None)),
                Ok((400, refusal(50_126), None)),
            ]
            .into(),
            1 => [
                Ok((504, String::new(), None)),
                Ok((400, refusal(50_034), None)),
            ]
            .into(),
            _ => [
                Ok((400, refusal(50_126), None)),
                Ok((504, String::new(), None)),
            ]
            .into(),
        };
        bench.get(&profile).unwrap_err();
    }
    let ledger = super::super::record::read(&bench.user_record(&profile));
    assert!(ledger.unwrap().unwrap().sent.len() <= 28);
}

#[test]
fn an_outage_of_seconds_a_minute_or_an_hour_ends_without_a_person() {
    for outcome in [
        Ok((504, "<html>".into(), None)),
        Ok((200, String::new(), None)),
    ] {
        for (outage, runs) in [
            (20, vec![0, 40]),
            (MINUTE, vec![0, 12 * MINUTE]),
            (MINUTE, vec![0, 40, 12 * MINUTE]),
            (
                HOUR,
                (0..=7)
                    .map(|run| run * 10 * MINUTE)
                    .chain([50 * MINUTE + HOUR])
                    .collect(),
            ),
        ] {
            let bench = Bench::new();
            let profile = bench.enrol("default", "right");
            let start = bench.clock.now();
            let mut last = false;
            for at in runs {
                *bench.clock.0.lock().unwrap() = start + at;
                if at < outage {
                    always(&bench, &outcome);
                } else {
                    recovers(&bench);
                }
                last = bench.get(&profile).is_ok();
            }
            assert!(last, "after an outage of {outage} s");
        }
    }
}

#[test]
fn a_person_gets_through_at_once_and_other_users_are_not_held_back() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    let other = Profile {
        username: "svc-other@contoso.example".parse().unwrap(),
        ..Profile::sample("other")
    };
    bench.store(&other, "right");
    always(&bench, &Ok((504, "<html>".into(), None)));
    bench.get(&profile).unwrap_err();
    bench.get(&profile).unwrap_err();
    let held = bench.get(&profile).unwrap_err();
    let message = shown(&held, &bench);
    assert!(
        message.contains("(in 30 seconds)") && message.contains("HTTP 504"),
        "{message}"
    );
    assert!(hints(&held)[0].contains("`ropc login --retry`"), "{held:?}");
    let paused = bench.status(&profile);
    assert_eq!(
        (paused.state, paused.until),
        (BreakerState::Paused, Some(bench.clock.now() + 30))
    );
    recovers(&bench);
    bench.get(&other).unwrap();
    let asked = bench.endpoint.asked.get();
    bench.retry(&profile).unwrap();
    assert_eq!(bench.endpoint.asked.get(), asked + 1);
    assert_eq!(bench.status(&profile).state, BreakerState::Ready);
    bench.refresh(&profile).unwrap();
}

#[test]
fn a_run_says_what_the_last_answer_was_and_when_the_next_try_is_due() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.fail(Stage::Unanswered, Cause::Timeout(None));
    bench.fail(Stage::Unanswered, Cause::Timeout(None));
    let error = bench.get(&profile).unwrap_err();
    let steps = Error::from(&error).hints.into_iter().map(|hint| hint.text);
    let shown = bench.ui.words(&Text::joined(steps, "\n"));
    assert!(
        shown.contains("the next try is due") && shown.contains("(in 30 seconds)"),
        "{shown}"
    );
    let held = bench.get(&profile).unwrap_err();
    assert!(
        held.to_string()
            .contains("last answer: none, to the request of"),
        "{held}"
    );
    // The control: a request that cannot count causes no such words.
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    bench.answer(400, refusal(50_034));
    let error = bench.get(&profile).unwrap_err();
    assert!(
        !hints(&error).iter().any(|h| h.contains("next try")),
        "{error:?}"
    );
}

#[test]
fn two_known_refusals_an_hour_are_the_most_for_a_person_too() {
    let bench = Bench::new();
    let profile = bench.read_only("first");
    for password in ["first", "second"] {
        bench.rotate(password);
        bench.answer(400, refusal(50126));
        bench.get(&profile).unwrap_err();
    }
    bench.rotate("third");
    for error in [
        bench.get(&profile).unwrap_err(),
        bench.retry(&profile).unwrap_err(),
    ] {
        assert!(
            matches!(hold(&error), Some(Hold::RefusalLimit { .. })),
            "{error:?}"
        );
    }
    assert_eq!(bench.endpoint.asked.get(), 2);
    bench.pass(3600);
    bench.get(&profile).unwrap();
}

#[test]
fn a_refused_secret_that_was_never_stored_changes_no_other_profile_and_goes_with_a_success() {
    let bench = Bench::new();
    let profile = bench.enrol("default", "right");
    let typo = Profile::sample("other");
    let secrets = Secrets {
        credential: AppCredential::Secret(ClientSecret::new("client secret".into())),
        password: Password::new("a typo".into()),
    };
    let login = || bench.login(&typo, &secrets, false);
    for forget_by in ["a good sign-in", "logout", "logout --all"] {
        bench.answer(400, refusal(50126));
        login().unwrap_err();
        assert!(is_latched(&login().unwrap_err()), "the control");
        let status = bench.status(&profile);
        assert!(
            status.state == BreakerState::Ready && status.reason.is_none(),
            "{status:?}"
        );
        let asked = bench.endpoint.asked.get();
        match forget_by {
            "logout" => forget(&profile, false, &bench.world()).unwrap(),
            "logout --all" => forget_never_stored(&bench.world()).unwrap(),
            _ => drop(bench.get(&profile).unwrap()),
        }
        bench.pass(3600);
        recovers(&bench);
        bench.answer(400, refusal(50126));
        login().unwrap_err();
        assert!(bench.endpoint.asked.get() > asked, "{forget_by}");
        forget_never_stored(&bench.world()).unwrap();
        bench.pass(3600);
    }
}

#[test]
fn a_login_respects_the_pause_of_a_locked_account() {
    let bench = Bench::new();
    let profile = Profile::sample("default");
    let secrets = Secrets {
        credential: AppCredential::None,
        password: Password::new("right".into()),
    };
    let login = |retry| bench.login(&profile, &secrets, retry);
    for code in [50_053, 50_196] {
        bench.answer(400, refusal(code));
        login(false).unwrap_err();
        let asked = bench.endpoint.asked.get();
        for _ in 0..3 {
            assert!(
                login(false)
                    .unwrap_err()
                    .to_string()
                    .contains(&format!("AADSTS{code}"))
            );
        }
        assert_eq!(bench.endpoint.asked.get(), asked);
        login(true).unwrap();
        assert_eq!(bench.endpoint.asked.get(), asked + 1);
    }
    // The control: a pause after a policy answer does not hold for other secrets.
    bench.answer(400, refusal(50_076));
    login(false).unwrap_err();
    login(false).unwrap();
}
