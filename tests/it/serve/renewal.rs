//! Renewal: a job outlives its tokens, a refusal is asked once, and a job never changes who it is.

use super::job::Job;
use crate::support::{Sandbox, random_secret, secrets_json};
use entra_emulator::{CONTOSO_TENANT, CONTOSO_USER, ExpiresIn, Fault, Times, User};
use std::collections::BTreeSet;
use std::time::{Duration, Instant, SystemTime};

/// Long enough that one sign-in fits into the last quarter even on a busy machine.
const SHORT: u64 = 8;

fn short_lived() -> Sandbox {
    let sandbox = Sandbox::with(|config| config.with_expires_in(ExpiresIn::Seconds(SHORT)));
    sandbox.login(&[]).expect(0);
    sandbox
}

/// Asks until `done`, for as long as several tokens live.
fn until(job: &Job<'_>, done: impl Fn(u16, &str) -> bool) -> (u16, String) {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(SHORT * 4) {
        let reply = job.graph();
        if done(reply.status, &reply.body) {
            return (reply.status, reply.body);
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    panic!("it did not happen while {} tokens lived", 4);
}

#[test]
fn a_job_outlives_three_tokens_with_one_sign_in_each() {
    let sandbox = short_lived();
    let job = Job::start(&sandbox, &[]);
    let mut seen = BTreeSet::new();
    let started = Instant::now();
    while seen.len() < 4 {
        assert!(started.elapsed() < Duration::from_secs(SHORT * 6), "{} tokens", seen.len());
        let token = job.graph().token();
        let issued = sandbox.emulator.issued_tokens();
        let known = issued.iter().find(|t| t.token == token).expect("a token of the directory");
        let age = SystemTime::now().duration_since(known.issued_at).unwrap_or_default();
        assert!(age < known.lifetime, "an expired token was handed out: {age:?}");
        seen.insert(token);
        std::thread::sleep(Duration::from_millis(500));
    }
    job.end().expect(0);
    assert_eq!(sandbox.emulator.token_requests(), seen.len(), "one sign-in for each token");
    assert!(sandbox.emulator.violations().is_empty(), "{:?}", sandbox.emulator.violations());
}

#[test]
fn a_refused_password_is_sent_once_and_answered_from_memory_until_a_login() {
    let sandbox = short_lived();
    let job = Job::start(&sandbox, &[]);
    assert_eq!(job.graph().status, 200);
    let new = random_secret("Pw");
    sandbox.watch("new password", &new);
    sandbox.emulator.set_password(CONTOSO_USER, &new);
    let (status, body) = until(&job, |status, _| status != 200);
    assert_eq!(status, 403);
    let json: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert!(json["message"].as_str().unwrap().contains("AADSTS50126"), "{body}");
    assert_eq!(json["correlationId"].as_str().unwrap().len(), 36);
    for _ in 0..20 {
        assert_eq!(job.graph().status, 403);
    }
    assert_eq!(sandbox.emulator.failed_sign_ins(CONTOSO_USER), 1, "one wrong password, not twenty");

    sandbox.login_with(&["--yes"], &secrets_json(&sandbox.client_secret, &new)).expect(0);
    assert_eq!(job.graph().status, 200, "the same user's new password is welcome");
    let run = job.end().expect(0);
    assert_eq!(run.stderr.matches("AADSTS50126").count(), 1, "said once in the job's log: {}", run.stderr);
}

#[test]
fn a_retry_by_a_person_lifts_the_refusal_of_a_running_job() {
    let sandbox = short_lived();
    let job = Job::start(&sandbox, &[]);
    assert_eq!(job.graph().status, 200);
    sandbox.emulator.set_password(CONTOSO_USER, "changed for a while");
    assert_eq!(until(&job, |status, _| status != 200).0, 403);
    sandbox.emulator.set_password(CONTOSO_USER, &sandbox.password);
    let sent = sandbox.emulator.token_requests();
    for _ in 0..10 {
        assert_eq!(job.graph().status, 403, "the control: nobody has acted yet");
    }
    assert_eq!(sandbox.emulator.token_requests(), sent);
    sandbox.run(&["login", "--retry"]).expect(0);
    assert_eq!(job.graph().status, 200);
    job.end().expect(0);
}

#[test]
fn a_login_as_someone_else_answers_403_and_never_another_identity() {
    let other = ("svc-other@contoso.example", random_secret("Pw"));
    let sandbox = Sandbox::with(|config| {
        config.with_expires_in(ExpiresIn::Seconds(SHORT)).with_user(User::new(CONTOSO_TENANT, other.0, &other.1))
    });
    sandbox.watch("other password", &other.1);
    sandbox.login(&[]).expect(0);
    let job = Job::start(&sandbox, &[]);
    assert_eq!(job.graph().status, 200);
    let facts = sandbox.facts().into_iter().map(|fact| if fact == CONTOSO_USER { other.0.to_owned() } else { fact });
    let mut args = vec!["login", "--secrets-stdin", "--yes", "--store", "file", "--key-source", "key-file"];
    let facts: Vec<String> = facts.collect();
    args.extend(facts.iter().map(String::as_str));
    sandbox.run_with_input(&args, &secrets_json(&sandbox.client_secret, &other.1)).expect(0);
    let (status, body) = until(&job, |status, _| status != 200);
    assert!(status == 403 && body.contains("another identity") && body.contains(other.0), "{status} {body}");
    sandbox.login(&["--yes"]).expect(0);
    assert_eq!(job.graph().status, 200, "the old one is back");
    for token in sandbox.emulator.issued_tokens().iter().filter(|t| t.upn == other.0) {
        assert_ne!(job.graph().token(), token.token);
    }
    job.end().expect(0);
}

#[test]
fn what_passes_is_503_until_it_has_passed() {
    let sandbox = short_lived();
    let job = Job::start(&sandbox, &[]);
    assert_eq!(job.graph().status, 200);
    sandbox.emulator.inject(Fault::BadGateway, Times::Always);
    let (status, body) = until(&job, |status, _| status != 200);
    assert_eq!(status, 503, "{body}");
    // Two pauses and more: it is tried again meanwhile.
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(job.graph().status, 503);
    assert!(sandbox.emulator.token_requests() > 3, "{}", sandbox.emulator.token_requests());
    sandbox.emulator.clear_faults();
    assert_eq!(until(&job, |status, _| status != 503).0, 200);
    let run = job.end().expect(0);
    assert_eq!(run.stderr.matches("502").count(), 1, "said once in the job's log: {}", run.stderr);
}

#[test]
fn without_a_first_token_the_command_never_runs() {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    sandbox.emulator.set_password(CONTOSO_USER, "another one");
    let run =
        sandbox.run(&["exec", "--serve", "--", "touch", "ran"]).expect(125).says(&["sign-in refused", "AADSTS50126"]);
    assert_eq!(run.stderr.matches("AADSTS50126").count(), 1, "said once: {}", run.stderr);
    assert!(!sandbox.root().join("ran").exists());
    sandbox
        .run(&["exec", "--serve", "-p", "missing", "--", "touch", "ran"])
        .expect(125)
        .says(&["no profile `missing`"]);
}

#[test]
fn refresh_means_the_first_token_and_no_cache_all_of_them() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    for (flag, requests) in [("--refresh", 2), ("--no-cache", 3)] {
        let job = Job::start(&sandbox, &[flag]);
        let token = job.graph().token();
        assert_eq!(job.graph().token(), token);
        job.end().expect(0);
        assert_eq!(sandbox.emulator.token_requests(), requests, "{flag}");
    }
    let job = Job::start(&sandbox, &["--min-ttl", "3h"]);
    assert_eq!(job.graph().status, 200);
    job.end().expect(0).says(&["at most half a token's life"]);
}
