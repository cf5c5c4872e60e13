//! Attempts without an answer: two a generation. What was never sent never counts.

use super::{store_password, wrong};
use crate::support::Sandbox;
use crate::support::broker::{read_record, remove_record, status};
use entra_emulator::{CONTOSO_USER, Config, Fault, Hold, Server, Times};
use std::net::TcpListener;
use std::time::Duration;

fn open_attempts(sandbox: &Sandbox) -> usize {
    read_record(sandbox)["unanswered"].as_array().unwrap().len()
}

#[test]
fn after_two_attempts_without_an_answer_nothing_is_sent_until_a_person_asks() {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    sandbox.emulator.inject(Fault::CloseAfterRequest, Times::Next(2));
    sandbox.run(&["token"]).expect(6).says(&["closed the connection without an answer"]);
    assert_eq!((sandbox.emulator.token_requests(), open_attempts(&sandbox)), (2, 2));
    for _ in 0..3 {
        let known = ["2 sign-ins", "got no answer", "request id", "`ropc login --retry`"];
        sandbox.run(&["exec", "--", "true"]).expect(125).says(&known);
    }
    assert_eq!(sandbox.emulator.token_requests(), 2);
    assert_eq!(status(&sandbox, "default")["breaker"]["state"], "unanswered");
    sandbox.run(&["login", "--retry"]).expect(0);
    assert_eq!((sandbox.emulator.token_requests(), open_attempts(&sandbox)), (3, 0));
    sandbox.run(&["token", "--no-cache"]).expect(0);
}

#[test]
fn control_without_its_record_unanswered_attempts_have_no_end() {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    sandbox.emulator.inject(Fault::CloseAfterRequest, Times::Always);
    for _ in 0..2 {
        remove_record(&sandbox);
        sandbox.run(&["token"]).expect(6);
    }
    assert_eq!(sandbox.emulator.token_requests(), 4);
}

#[test]
fn the_cap_holds_within_a_run_too() {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    let hold = Hold::new();
    sandbox.emulator.inject(Fault::Hold(hold.clone()), Times::Once);
    let mut first = sandbox.command(["token"]).spawn().unwrap();
    assert!(hold.wait_for(1, Duration::from_secs(20)));
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(open_attempts(&sandbox), 1);
    sandbox.emulator.inject(Fault::CloseAfterRequest, Times::Always);
    sandbox.run(&["token"]).expect(6);
    assert_eq!(sandbox.emulator.token_requests(), 2, "the second attempt of all is the last");
    sandbox.run(&["login", "--retry"]).expect(6);
    assert_eq!(sandbox.emulator.token_requests(), 3, "a person's try is one try");
}

#[test]
fn a_wrong_password_whose_answers_are_lost_cannot_lock_the_account() {
    let sandbox = Sandbox::with(Config::pass_through);
    store_password(&sandbox, &wrong(&sandbox));
    // Lost answers, and in between a gateway that says nothing about the password.
    for _ in 0..6 {
        sandbox.emulator.inject(Fault::CloseAfterRequest, Times::Once);
        sandbox.emulator.inject(Fault::BadGateway, Times::Once);
    }
    for _ in 0..12 {
        sandbox.run(&["exec", "--", "true"]).expect(125);
    }
    assert!(sandbox.emulator.failed_sign_ins(CONTOSO_USER) <= 2, "{}", sandbox.emulator.failed_sign_ins(CONTOSO_USER));
}

#[test]
fn a_4xx_that_cannot_be_read_may_have_judged_the_password_and_counts() {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    let page = Fault::Custom {
        status: 400,
        headers: vec![("Content-Type".into(), "text/html".into())],
        body: b"<html>Bad Request</html>".to_vec(),
    };
    sandbox.emulator.inject(page, Times::Always);
    for count in 1..=2 {
        sandbox.run(&["token"]).expect(6).says(&["status 400"]);
        assert_eq!((sandbox.emulator.token_requests(), open_attempts(&sandbox)), (count, count));
    }
    sandbox.run(&["token"]).expect(6).says(&["2 sign-ins", "--retry"]);
    assert_eq!(sandbox.emulator.token_requests(), 2);
}

#[test]
fn a_service_that_is_down_is_asked_again_by_each_run() {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    sandbox.emulator.inject(Fault::BadGateway, Times::Next(6));
    for _ in 0..3 {
        sandbox.run(&["token"]).expect(6).says(&["status 502"]);
        assert_eq!(open_attempts(&sandbox), 0);
    }
    assert_eq!(sandbox.emulator.token_requests(), 6);
    sandbox.run(&["token"]).expect(0);
}

#[test]
fn a_refused_connection_never_counts() {
    let sandbox = Sandbox::new();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut args = login_args(&sandbox, "ca.pem");
    *args.iter_mut().find(|a| a.starts_with("https://")).unwrap() = format!("https://localhost:{port}");
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    sandbox.run_with_input(&args, &sandbox.secrets_json()).expect(0);
    for _ in 0..4 {
        sandbox.run(&["token"]).expect(6).says(&["refused the connection"]);
    }
    let record = read_record(&sandbox);
    assert_eq!((&record["unanswered"], &record["sign_ins"]), (&serde_json::json!([]), &serde_json::json!([])));
}

#[test]
fn a_failed_handshake_never_counts_and_sends_nothing() {
    let sandbox = Sandbox::new();
    let other = Server::start(Config::contoso());
    other.write_ca(&sandbox.root().join("other.pem")).unwrap();
    let args = login_args(&sandbox, "other.pem");
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    sandbox.run_with_input(&args, &sandbox.secrets_json()).expect(0);
    for _ in 0..4 {
        sandbox.run(&["token"]).expect(6).says(&["no trusted TLS connection"]);
    }
    assert_eq!((sandbox.emulator.token_requests(), open_attempts(&sandbox)), (0, 0));
    assert!(sandbox.emulator.connections() >= 4, "it was reached");
}

/// `login --no-verify` with a given CA file.
fn login_args(sandbox: &Sandbox, ca: &str) -> Vec<String> {
    let fixed = ["login", "--secrets-stdin", "--store", "file", "--key-source", "key-file", "--no-verify"];
    let mut args: Vec<String> = fixed.map(str::to_owned).to_vec();
    args.extend(sandbox.facts());
    *args.last_mut().unwrap() = sandbox.root().join(ca).display().to_string();
    args
}

#[test]
fn a_person_who_logs_in_again_and_again_is_stopped_too_until_they_say_retry() {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    sandbox.emulator.inject(Fault::CloseAfterRequest, Times::Next(2));
    sandbox.login(&["--yes"]).expect(6);
    let sent = sandbox.emulator.token_requests();
    for _ in 0..3 {
        sandbox.login(&["--yes"]).expect(6).says(&["got no answer", "`ropc login --retry`", "--secrets-stdin"]);
    }
    assert_eq!(sandbox.emulator.token_requests(), sent, "nothing more was sent");
    // The control: a person who says so gets through, and that clears it.
    sandbox.login(&["--yes", "--retry"]).expect(0);
    sandbox.login(&["--yes"]).expect(0);
}
