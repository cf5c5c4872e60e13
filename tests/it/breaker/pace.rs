//! The pace: after each answer that leaves open whether Entra judged the password, the wait becomes
//! longer, until a clear answer comes; and jobs recover without a person.

use super::{store_password, wrong};
use crate::support::broker::{login_as, pass, read_record, remove_record, run_many, status};
use crate::support::{Sandbox, secrets_json};
use entra_emulator::{CONTOSO_TENANT, CONTOSO_USER, Config, Fault, Hold, Times, User};
use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 3600;

/// The emulator judges the request, and then answers with this.
fn judged(status: u16, content_type: &str, body: &str) -> Fault {
    let headers = vec![("Content-Type".to_owned(), content_type.to_owned())];
    Fault::Judged(Box::new(Fault::Custom {
        status,
        headers,
        body: body.as_bytes().to_vec(),
    }))
}

fn page(status: u16) -> Fault {
    judged(status, "text/html", "<html>no</html>")
}

/// An answer about a policy, without a code that shows that the password is right.
const SUBERROR: &str = r#"{"error":"invalid_grant","suberror":"message_only"}"#;

/// Answers that leave open whether Entra judged the password.
fn unclear() -> Vec<(String, Fault)> {
    let statuses = [
        301, 302, 304, 307, 400, 401, 404, 407, 408, 429, 500, 502, 503, 504, 599,
    ];
    let mut kinds: Vec<_> = statuses
        .map(|status| (format!("a page with {status}"), page(status)))
        .into();
    for (name, fault) in [
        ("an empty 200", judged(200, "text/html", "")),
        ("a page with 200", page(200)),
        (
            "JSON that is no token",
            judged(200, "application/json", "{}"),
        ),
        (
            "JSON that is cut",
            judged(200, "application/json", "{\"access_token\":\"x"),
        ),
        (
            "the words of a policy",
            judged(504, "application/json", SUBERROR),
        ),
        (
            "the words of a policy, as Entra sends them",
            judged(400, "application/json", SUBERROR),
        ),
        (
            "an unknown code",
            Fault::Judged(Box::new(Fault::Aadsts(999_999))),
        ),
        ("80002", Fault::Judged(Box::new(Fault::Aadsts(80_002)))),
        ("90033", Fault::Judged(Box::new(Fault::Unavailable))),
        ("a close", Fault::CloseAfterRequest),
        ("a body that is cut", Fault::CutBody),
        ("a chunk that is cut", Fault::CutChunked),
    ] {
        kinds.push((name.to_owned(), fault));
    }
    kinds
}

/// A profile with a wrong password, at a service that counts each one.
fn with_wrong_password() -> Sandbox {
    let sandbox = Sandbox::with(Config::pass_through);
    store_password(&sandbox, &wrong(&sandbox));
    sandbox
}

/// Runs the work of all sandboxes in parallel, as each waits for seconds.
fn each_of<T: Send>(items: Vec<T>, work: impl Fn(T) + Copy + Send) {
    let mut items = items;
    while !items.is_empty() {
        let batch = items.split_off(items.len().saturating_sub(6));
        std::thread::scope(|scope| {
            for item in batch {
                scope.spawn(move || work(item));
            }
        });
    }
}

#[test]
fn in_six_hours_the_service_judges_a_job_at_most_twelve_times_whatever_the_answer() {
    each_of(unclear(), |(name, fault)| {
        let sandbox = with_wrong_password();
        sandbox.emulator.inject(fault, Times::Always);
        let mut sent = Vec::new();
        for run in 0..18 {
            let before = sandbox.emulator.token_requests();
            sandbox.run(&["token"]);
            let now = sandbox.emulator.token_requests();
            sent.extend(std::iter::repeat_n(run * 20 * MINUTE, now - before));
            pass(&sandbox, 20 * MINUTE);
        }
        assert!((5..=12).contains(&sent.len()), "{name}: {sent:?}");
        for window in sent.windows(5) {
            assert!(window[4] - window[0] >= 30 * MINUTE, "{name}: {sent:?}");
        }
        assert!(
            sandbox.emulator.failed_sign_ins(CONTOSO_USER) <= 12,
            "{name}"
        );
    });
}

#[test]
fn control_without_its_record_the_service_judges_the_same_job_each_time() {
    let sandbox = with_wrong_password();
    sandbox.emulator.inject(page(504), Times::Always);
    for _ in 0..3 {
        remove_record(&sandbox);
        sandbox.run(&["token"]).expect(6);
    }
    assert_eq!(sandbox.emulator.failed_sign_ins(CONTOSO_USER), 6);
}

#[test]
fn four_profiles_with_other_scopes_and_eight_runs_at_once_share_one_pace() {
    let sandbox = Sandbox::with(Config::pass_through);
    let bad = secrets_json(&sandbox.client_secret, &wrong(&sandbox));
    let scopes = ["User.Read", "Mail.Send", "Files.Read.All", "Group.Read.All"];
    for (number, scope) in scopes.iter().enumerate() {
        login_as(
            &sandbox,
            CONTOSO_USER,
            &format!("p{number}"),
            &bad,
            &["--no-verify", "--scope", scope],
        )
        .expect(0);
    }
    sandbox.emulator.inject(page(504), Times::Always);
    for number in 0..4 {
        sandbox
            .run(&["token", "-p", &format!("p{number}")])
            .expect(6);
    }
    for run in run_many(&sandbox, &["token", "-p", "p0"], 8, 8) {
        run.expect(6).says(&["nothing is sent", "HTTP 504"]);
    }
    assert_eq!(sandbox.emulator.failed_sign_ins(CONTOSO_USER), 2);
    for (wait, judged) in [
        (30, 3),
        (10 * MINUTE, 4),
        (30 * MINUTE, 5),
        (HOUR, 6),
        (HOUR - MINUTE, 6),
        (MINUTE, 7),
    ] {
        pass(&sandbox, wait);
        for number in 0..4 {
            sandbox
                .run(&["token", "-p", &format!("p{number}")])
                .expect(6);
        }
        assert_eq!(
            sandbox.emulator.failed_sign_ins(CONTOSO_USER),
            judged,
            "after another {wait} s"
        );
    }
}

#[test]
fn an_outage_of_seconds_a_minute_or_an_hour_ends_without_a_person() {
    let rows = vec![
        (20, vec![40]),
        (60, vec![12 * MINUTE]),
        (HOUR, [10 * MINUTE; 6].into_iter().chain([HOUR]).collect()),
    ];
    each_of(rows, |(outage, waits): (u64, Vec<u64>)| {
        let sandbox = Sandbox::new();
        sandbox.login(&["--no-verify"]).expect(0);
        sandbox.emulator.inject(page(504), Times::Always);
        sandbox
            .run(&["token"])
            .expect(6)
            .says(&["the next try is due", "(in "]);
        let (mut time, mut code) = (0, None);
        for wait in waits {
            pass(&sandbox, wait);
            time += wait;
            if time > outage {
                sandbox.emulator.clear_faults();
            }
            code = sandbox.run(&["token"]).code;
        }
        assert_eq!(code, Some(0), "after an outage of {outage} s");
        assert_eq!(read_record(&sandbox)["sent"], serde_json::json!([]));
    });
}

#[test]
fn a_run_that_sends_nothing_says_when_the_next_try_is_due_and_what_the_last_answer_was() {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    sandbox
        .emulator
        .inject(Fault::CloseAfterRequest, Times::Next(2));
    sandbox.run(&["token"]).expect(6).says(&[
        "closed the connection without an answer",
        "the next try is due",
    ]);
    assert_eq!(sandbox.emulator.token_requests(), 2);
    let held = [
        "nothing is sent for",
        "last answer: none",
        "request id",
        "seconds)",
        "`ropc login --retry`",
    ];
    sandbox.run(&["exec", "--", "true"]).expect(125).says(&held);
    pass(&sandbox, 31);
    sandbox.emulator.inject(page(504), Times::Once);
    sandbox.run(&["token"]).expect(6);
    sandbox.run(&["token"]).expect(6).says(&[
        "3 sign-ins in a row",
        "last answer: HTTP 504",
        "(in 10 minutes)",
    ]);
    assert_eq!(sandbox.emulator.token_requests(), 3);
    let breaker = status(&sandbox, "default")["breaker"].clone();
    assert_eq!(breaker["state"], "paused");
    let left = breaker["until"].as_u64().unwrap() - breaker["since"].as_u64().unwrap();
    assert_eq!(left, 600, "{breaker}");
    let shown = sandbox.run(&["status"]).expect(0).stdout;
    assert!(
        shown.contains("next try")
            && shown.contains("(in 10 minutes)")
            && shown.contains("HTTP 504"),
        "{shown}"
    );
    let doctor = sandbox.run(&["doctor"]).stdout;
    assert!(
        doctor.contains("(in 10 minutes)") || doctor.contains("(in 9 minutes)"),
        "{doctor}"
    );
    let json = sandbox.run(&["doctor", "--json"]).stdout;
    assert!(
        json.contains("nothing is sent before 20") && !json.contains(" minutes)"),
        "a program reads UTC: {json}"
    );
    // A person gets through at once, and a clear answer ends the row.
    sandbox.run(&["login", "--retry"]).expect(0);
    assert_eq!(
        (
            sandbox.emulator.token_requests(),
            status(&sandbox, "default")["breaker"]["state"].clone()
        ),
        (4, "ready".into())
    );
    sandbox.run(&["token", "--no-cache"]).expect(0);
}

#[test]
fn other_users_of_the_same_app_are_not_held_back() {
    const OTHER: &str = "svc-other@contoso.example";
    let password = crate::support::random_secret("Ot");
    let sandbox =
        Sandbox::with(|config| config.with_user(User::new(CONTOSO_TENANT, OTHER, &password)));
    sandbox.watch("the other password", &password);
    sandbox.login(&["--no-verify"]).expect(0);
    login_as(
        &sandbox,
        OTHER,
        "other",
        &secrets_json(&sandbox.client_secret, &password),
        &["--no-verify"],
    )
    .expect(0);
    sandbox.emulator.inject(page(504), Times::Next(2));
    sandbox.run(&["token"]).expect(6);
    sandbox.run(&["token"]).expect(6).says(&["nothing is sent"]);
    sandbox.run(&["token", "-p", "other"]).expect(0);
}

#[test]
fn a_killed_request_counts_for_the_next_run_too() {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    let hold = Hold::new();
    sandbox
        .emulator
        .inject(Fault::Hold(hold.clone()), Times::Once);
    let mut first = sandbox.command(["token"]).spawn().unwrap();
    assert!(hold.wait_for(1, Duration::from_secs(20)));
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(read_record(&sandbox)["sent"].as_array().unwrap().len(), 1);
    sandbox
        .emulator
        .inject(Fault::CloseAfterRequest, Times::Always);
    sandbox.run(&["token"]).expect(6);
    assert_eq!(
        sandbox.emulator.token_requests(),
        2,
        "a repetition would be the third"
    );
    sandbox.run(&["login", "--retry"]).expect(6);
    assert_eq!(
        sandbox.emulator.token_requests(),
        3,
        "a person's try is one try"
    );
}

#[test]
fn the_pace_holds_for_repeated_logins_of_a_person_until_retry() {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    sandbox.emulator.inject(page(504), Times::Next(2));
    sandbox.login(&["--yes"]).expect(6);
    let sent = sandbox.emulator.token_requests();
    for _ in 0..3 {
        sandbox.login(&["--yes"]).expect(6).says(&[
            "nothing is sent",
            "`ropc login --retry`",
            "--secrets-stdin",
        ]);
    }
    assert_eq!(
        sandbox.emulator.token_requests(),
        sent,
        "nothing more was sent"
    );
    // The control: `--retry` gets through, and its success clears the pace.
    sandbox.login(&["--yes", "--retry"]).expect(0);
    sandbox.login(&["--yes"]).expect(0);
}
