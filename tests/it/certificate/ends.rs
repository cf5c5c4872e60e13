//! The end of a certificate, and of a client secret as a person says it: what `login`, `status` and
//! `doctor` report, and that an ended certificate sends nothing.

use super::Bench;
use crate::support::Sandbox;
use serde_json::Value;

#[test]
fn a_certificate_that_ends_soon_is_reported_by_login_status_and_doctor() {
    let bench = Bench::ending_in(10);
    bench
        .login(&[])
        .expect(0)
        .says(&["the certificate of this app ends on", "renew it before"]);
    let status = json(&bench.sandbox, &["status", "--json"]);
    let credential = &status["app_credential"];
    assert_eq!(credential["kind"], "certificate");
    assert_eq!(credential["source"], bench.certificate.public().sha1());
    assert!(credential["ends_on"].as_u64().is_some());
    let human = bench.sandbox.run(&["status"]).expect(0).stdout;
    assert!(human.contains("certificate, ends on"), "{human}");
    assert_eq!(level(&bench.sandbox), "warn");
    let long = Bench::new();
    let run = long.login(&[]).expect(0);
    assert!(!run.stderr.contains("ends on"), "{}", run.stderr);
    assert_eq!(level(&long.sandbox), "ok");
}

#[test]
fn an_ended_certificate_sends_nothing() {
    let bench = Bench::ending_in(-1);
    bench
        .login(&[])
        .expect(3)
        .says(&[" ago), so Entra would refuse it; nothing was sent"]);
    bench.login(&["--no-verify"]).expect(0);
    bench.exec().expect(125).says(&["nothing was sent"]);
    assert!(bench.requests().is_empty());
    assert_eq!(level(&bench.sandbox), "fail");
}

#[test]
fn the_end_of_a_secret_is_what_a_person_says() {
    let sandbox = Sandbox::new();
    sandbox.login(&["--secret-expires", "2020-01-31"]).expect(0);
    let status = json(&sandbox, &["status", "--json"]);
    assert_eq!(status["app_credential"]["kind"], "client-secret");
    assert_eq!(status["app_credential"]["ends_at"], "2020-01-31T00:00:00Z");
    assert_eq!(level(&sandbox), "fail");
    // The end alone needs no secret at hand.
    let later = ["login", "--yes", "--secret-expires", "2099-01-31"];
    sandbox
        .run(&later)
        .expect(0)
        .says(&["the stored password is kept"]);
    assert_eq!(level(&sandbox), "ok");
    // Another secret has another end.
    sandbox.login(&["--yes"]).expect(0);
    let status = json(&sandbox, &["status", "--json"]);
    assert_eq!(status["app_credential"]["ends_at"], Value::Null);
    sandbox
        .login(&["--yes", "--secret-expires", "soon"])
        .expect(2)
        .says(&["write it as in 2027-05-31"]);
}

#[test]
fn the_end_of_a_secret_that_the_app_does_not_have_is_refused() {
    let bench = Bench::new();
    bench.login(&[]).expect(0);
    let password = bench.text("password");
    let flags = ["login", "--yes", "--password-file", &password];
    let ends = ["--secret-expires", "2027-05-31"];
    bench
        .sandbox
        .run(&[&flags[..], &ends].concat())
        .expect(2)
        .says(&["the app of this profile has none"]);
    bench.sandbox.run(&flags).expect(0);
}

/// The level of `doctor`'s finding about the end of the credential.
#[track_caller]
pub(super) fn level(sandbox: &Sandbox) -> String {
    let run = sandbox.run(&["doctor", "--json"]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let found = findings.iter().find(|f| f["check"] == "credential");
    found.expect("a finding")["level"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[track_caller]
fn json(sandbox: &Sandbox, args: &[&str]) -> Value {
    serde_json::from_str(&sandbox.run(args).expect(0).stdout).unwrap()
}
