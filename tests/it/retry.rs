//! The retry table, row by row, counted at the emulator: one repetition, and only if no password
//! was judged.

use crate::support::broker::{remove_record, status};
use crate::support::{Run, Sandbox, random_secret, secrets_json};
use entra_emulator::{CONTOSO_USER, Config, Fault, RetryAfter, Server, Times};
use std::net::TcpListener;
use std::time::Duration;

/// One row: the fault and how often it comes, how many requests arrive, and the exit code.
struct Row {
    name: String,
    fault: Fault,
    times: Times,
    requests: usize,
    code: i32,
}

fn row(name: impl Into<String>, fault: Fault, times: Times, requests: usize, code: i32) -> Row {
    Row {
        name: name.into(),
        fault,
        times,
        requests,
        code,
    }
}

/// The fault comes once: the repetition succeeds.
fn passes(name: impl Into<String>, fault: Fault) -> Row {
    row(name, fault, Times::Once, 2, 0)
}

/// A fault without a repetition.
fn fails_at_once(name: impl Into<String>, fault: Fault, code: i32) -> Row {
    row(name, fault, Times::Always, 1, code)
}

/// A profile that never signed in.
fn cold() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    sandbox
}

fn check(row: &Row) {
    let sandbox = cold();
    sandbox.emulator.inject(row.fault.clone(), row.times);
    let run = sandbox.run(&["token"]);
    let seen = (sandbox.emulator.token_requests(), run.code);
    assert_eq!(
        seen,
        (row.requests, Some(row.code)),
        "{}: {}",
        row.name,
        run.stderr
    );
}

/// Each row waits for seconds, so all run in parallel.
fn check_all(rows: &[Row]) {
    std::thread::scope(|scope| {
        let checks: Vec<_> = rows.iter().map(|row| scope.spawn(|| check(row))).collect();
        for (check, row) in checks.into_iter().zip(rows) {
            assert!(check.join().is_ok(), "{}", row.name);
        }
    });
}

fn throttled(retry_after: RetryAfter, html: bool) -> Fault {
    Fault::Throttled { retry_after, html }
}

#[test]
fn after_a_temporary_failure_the_repetition_succeeds() {
    let two = RetryAfter::Seconds(2);
    let mut rows = vec![
        passes("429 after 2 s", throttled(two, false)),
        passes("429 after 2 s, HTML", throttled(two, true)),
        passes(
            "429 with a date",
            throttled(RetryAfter::Date(Duration::from_secs(2)), false),
        ),
        passes("408", Fault::RequestTimeout),
        passes("500", Fault::InternalError),
        passes("502", Fault::BadGateway),
        passes("503 with 90033", Fault::Unavailable),
        passes("504", Fault::GatewayTimeout),
        passes("no answer", Fault::CloseAfterRequest),
        passes("a 200 cut off by length", Fault::CutBody),
        passes("a 200 cut off in a chunk", Fault::CutChunked),
        row(
            "closed before the handshake",
            Fault::CloseBeforeHandshake,
            Times::Once,
            1,
            0,
        ),
    ];
    rows.extend(
        [50033, 90006, 90012, 90024, 90033, 90090]
            .map(|code| passes(code.to_string(), Fault::Aadsts(code))),
    );
    check_all(&rows);
}

#[test]
fn after_a_failure_that_stays_there_is_one_repetition_and_no_more() {
    check_all(&[
        row("408", Fault::RequestTimeout, Times::Always, 2, 6),
        row("500", Fault::InternalError, Times::Always, 2, 6),
        row("502", Fault::BadGateway, Times::Always, 2, 6),
        row("503", Fault::Unavailable, Times::Always, 2, 6),
        row("504", Fault::GatewayTimeout, Times::Always, 2, 6),
        row(
            "429 after 1 s",
            throttled(RetryAfter::Seconds(1), false),
            Times::Always,
            2,
            6,
        ),
        row("no answer", Fault::CloseAfterRequest, Times::Always, 2, 6),
        row("a 200 cut off", Fault::CutBody, Times::Always, 2, 6),
        row(
            "closed before the handshake",
            Fault::CloseBeforeHandshake,
            Times::Always,
            0,
            6,
        ),
    ]);
}

#[test]
fn after_a_judged_or_lasting_failure_there_is_no_repetition() {
    let mut rows = vec![
        fails_at_once(
            "429 after 120 s",
            throttled(RetryAfter::Seconds(120), false),
            6,
        ),
        fails_at_once(
            "429 without a time",
            throttled(RetryAfter::Absent, false),
            6,
        ),
        fails_at_once(
            "429 without a time, HTML",
            throttled(RetryAfter::Absent, true),
            6,
        ),
        fails_at_once(
            "a redirect",
            Fault::Redirect("https://localhost:1/".into()),
            6,
        ),
        fails_at_once("no JSON", Fault::NotJson, 6),
        fails_at_once("a huge body", Fault::HugeBody, 6),
        fails_at_once("not UTF-8", Fault::InvalidUtf8, 6),
        fails_at_once("an empty token", Fault::EmptyToken, 6),
        fails_at_once("a token with line ends", Fault::TokenWithCrlf, 6),
        fails_at_once("HTML around a token", Fault::WrongContentType, 6),
        fails_at_once("a 404 page", page(404), 6),
        fails_at_once("a 401 page", page(401), 6),
    ];
    // Password, account, policy, app, tenant, scope, loop; and an unknown one.
    let codes = [
        50126, 50064, 50053, 50034, 50052, 50055, 50056, 50057, 50076, 50079, 53003, 50105, 65001,
        7_000_215, 7_000_222, 7_000_218, 700_016, 700_025, 700_027, 7_000_112, 90_002, 50_059,
        50_194, 9_001_023, 70_011, 650_053, 500_011, 50_196, 900_144, 999_999,
    ];
    rows.extend(codes.map(|code| fails_at_once(format!("AADSTS{code}"), Fault::Aadsts(code), 4)));
    for rows in rows.chunks(14) {
        check_all(rows);
    }
}

fn page(status: u16) -> Fault {
    let headers = vec![("Content-Type".into(), "text/html".into())];
    Fault::Custom {
        status,
        headers,
        body: b"<html>no</html>".to_vec(),
    }
}

#[test]
fn a_long_retry_after_is_remembered() {
    let sandbox = cold();
    sandbox
        .emulator
        .inject(throttled(RetryAfter::Seconds(120), false), Times::Once);
    sandbox.run(&["token"]).expect(6);
    assert_eq!(status(&sandbox, "default")["breaker"]["state"], "paused");
}

#[test]
fn a_refusal_that_was_cut_off_may_have_judged_the_password_and_is_not_repeated() {
    for fault in [Fault::CutBody, Fault::CutChunked] {
        let sandbox = Sandbox::new();
        let wrong = random_secret("No");
        sandbox.watch("a wrong password", &wrong);
        sandbox
            .login_with(
                &["--no-verify"],
                &secrets_json(&sandbox.client_secret, &wrong),
            )
            .expect(0);
        sandbox.emulator.inject(fault, Times::Always);
        sandbox
            .run(&["token"])
            .expect(6)
            .says(&["status 400", "was cut off"]);
        assert_eq!(
            (
                sandbox.emulator.token_requests(),
                sandbox.emulator.failed_sign_ins(CONTOSO_USER)
            ),
            (1, 1)
        );
        sandbox.run(&["token"]).expect(6);
        sandbox
            .run(&["token"])
            .expect(6)
            .says(&["nothing is sent", "2 sign-ins in a row"]);
        assert_eq!(sandbox.emulator.token_requests(), 2);
    }
}

#[test]
fn a_run_does_not_begin_a_wait_that_is_longer_than_its_deadline() {
    let sandbox = cold();
    sandbox.emulator.inject(Fault::InternalError, Times::Always);
    sandbox
        .run(&["token", "--timeout", "1s"])
        .expect(6)
        .says(&["HTTP 500"]);
    assert_eq!(sandbox.emulator.token_requests(), 1);
    sandbox.emulator.clear_faults();
    sandbox
        .emulator
        .inject(throttled(RetryAfter::Seconds(30), true), Times::Always);
    sandbox
        .run(&["token", "--timeout", "10s"])
        .expect(6)
        .says(&["status 429"]);
    assert_eq!(sandbox.emulator.token_requests(), 2);
    // Control: with enough time ropc repeats the request.
    remove_record(&sandbox);
    sandbox.emulator.clear_faults();
    sandbox.emulator.inject(Fault::InternalError, Times::Once);
    sandbox.run(&["token", "--timeout", "20s"]).expect(0);
    assert_eq!(sandbox.emulator.token_requests(), 4);
}

#[test]
fn a_slow_answer_ends_at_the_deadline_and_may_have_been_judged() {
    let sandbox = cold();
    sandbox
        .emulator
        .inject(Fault::DelayAnswer(Duration::from_secs(20)), Times::Once);
    sandbox
        .run(&["exec", "--timeout", "2s", "--", "true"])
        .expect(125)
        .says(&["did not answer in time", "--timeout"]);
    assert_eq!(
        crate::support::broker::read_record(&sandbox)["sent"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    sandbox.run(&["exec", "--", "true"]).expect(0);
    assert_eq!(sandbox.emulator.token_requests(), 2);
}

#[test]
fn an_answer_that_falls_silent_may_have_been_judged_whatever_its_status() {
    let open = |sandbox: &Sandbox| {
        crate::support::broker::read_record(sandbox)["sent"]
            .as_array()
            .unwrap()
            .len()
    };
    let stalled = |sandbox: &Sandbox, status: &str| {
        sandbox.emulator.inject(Fault::StallBody, Times::Once);
        sandbox
            .run(&["token", "--timeout", "3s"])
            .expect(6)
            .says(&[status, "was cut off"]);
    };
    // A status of 200 without a token is not a clear answer.
    let sandbox = cold();
    stalled(&sandbox, "status 200");
    assert_eq!(open(&sandbox), 1);
    let sandbox = Sandbox::new();
    let wrong = random_secret("No");
    sandbox.watch("a wrong password", &wrong);
    sandbox
        .login_with(
            &["--no-verify"],
            &secrets_json(&sandbox.client_secret, &wrong),
        )
        .expect(0);
    stalled(&sandbox, "status 400");
    assert_eq!(
        (
            open(&sandbox),
            sandbox.emulator.failed_sign_ins(CONTOSO_USER)
        ),
        (1, 1)
    );
}

#[test]
fn a_long_wait_is_announced() {
    let sandbox = cold();
    sandbox
        .emulator
        .inject(throttled(RetryAfter::Seconds(3), false), Times::Once);
    sandbox
        .run(&["exec", "--", "true"])
        .expect(0)
        .says(&["AADSTS90055", "trying once more in 3 s"]);
    assert_eq!(sandbox.emulator.token_requests(), 2);
}

/// Runs `token --verbose` of a profile with changed facts; returns how many attempts it announces.
fn attempts(sandbox: &Sandbox, change: impl Fn(String) -> String) -> (Run, usize) {
    let mut args: Vec<String> = [
        "login",
        "--secrets-stdin",
        "--store",
        "file",
        "--key-source",
        "key-file",
        "--no-verify",
    ]
    .map(str::to_owned)
    .to_vec();
    args.extend(sandbox.facts().into_iter().map(change));
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    sandbox
        .run_with_input(&args, &sandbox.secrets_json())
        .expect(0);
    let run = sandbox.run(&["token", "--verbose"]).expect(6);
    let count = run.stderr.matches("for a token, request id").count();
    (run, count)
}

#[test]
fn a_refused_connection_is_tried_once_more_and_an_untrusted_one_is_not() {
    let sandbox = Sandbox::new();
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let nobody = format!("https://localhost:{port}");
    let (run, count) = attempts(&sandbox, |fact| {
        if fact.starts_with("https:") {
            nobody.clone()
        } else {
            fact
        }
    });
    assert_eq!(count, 2, "{}", run.stderr);

    let sandbox = Sandbox::new();
    let other = Server::start(Config::contoso());
    let ca = sandbox.root().join("other.pem");
    other.write_ca(&ca).unwrap();
    let (run, count) = attempts(&sandbox, |fact| {
        if fact.ends_with("ca.pem") {
            ca.display().to_string()
        } else {
            fact
        }
    });
    assert_eq!(
        (count, sandbox.emulator.token_requests()),
        (1, 0),
        "{}",
        run.stderr
    );
}
