//! Renewal: a job outlives its tokens, sends a refused password once, and never changes its
//! identity.

use super::job::Job;
use super::outages::until_sent;
use crate::support::{Sandbox, random_secret, secrets_json};
use entra_emulator::{CONTOSO_TENANT, CONTOSO_USER, ExpiresIn, User};
use std::collections::BTreeSet;
use std::time::{Duration, Instant, SystemTime};

/// Long enough that one sign-in fits into the last quarter even on a busy machine.
const SHORT: u64 = 8;

pub(super) fn short_lived() -> Sandbox {
    let sandbox = Sandbox::with(|config| config.with_expires_in(ExpiresIn::Seconds(SHORT)));
    sandbox.login(&[]).expect(0);
    sandbox
}

/// Asks until `done`, at most for the life of several tokens.
pub(super) fn until(job: &Job<'_>, done: impl Fn(u16, &str) -> bool) -> (u16, String) {
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
        assert!(
            started.elapsed() < Duration::from_secs(SHORT * 6),
            "{} tokens",
            seen.len()
        );
        let token = job.graph().token();
        let issued = sandbox.emulator.issued_tokens();
        let known = issued
            .iter()
            .find(|t| t.token == token)
            .expect("a token of the directory");
        let age = SystemTime::now()
            .duration_since(known.issued_at)
            .unwrap_or_default();
        assert!(
            age < known.lifetime,
            "the endpoint gave an expired token: {age:?}"
        );
        seen.insert(token);
        std::thread::sleep(Duration::from_millis(500));
    }
    job.end().expect(0);
    assert_eq!(
        sandbox.emulator.token_requests(),
        seen.len(),
        "one sign-in for each token"
    );
    assert!(
        sandbox.emulator.violations().is_empty(),
        "{:?}",
        sandbox.emulator.violations()
    );
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
    let message = json["message"].as_str().unwrap();
    assert!(message.contains("AADSTS50126"), "{body}");
    assert!(
        message.contains("`ropc login` with the right one"),
        "the hint that ends it: {body}"
    );
    assert!(
        !message.contains("check the password"),
        "control: another hint is the first one: {body}"
    );
    assert_eq!(json["correlationId"].as_str().unwrap().len(), 36);
    for _ in 0..20 {
        assert_eq!(job.graph().status, 403);
    }
    assert_eq!(
        sandbox.emulator.failed_sign_ins(CONTOSO_USER),
        1,
        "one wrong password, not twenty"
    );

    sandbox
        .login_with(&["--yes"], &secrets_json(&sandbox.client_secret, &new))
        .expect(0);
    assert_eq!(
        job.graph().status,
        200,
        "the same user's new password works"
    );
    let run = job.end().expect(0);
    assert_eq!(
        run.stderr.matches("AADSTS50126").count(),
        1,
        "the job's log has it once: {}",
        run.stderr
    );
}

#[test]
fn a_retry_by_a_person_ends_the_refusal_of_a_running_job() {
    let sandbox = short_lived();
    let job = Job::start(&sandbox, &[]);
    assert_eq!(job.graph().status, 200);
    sandbox
        .emulator
        .set_password(CONTOSO_USER, "changed for a while");
    assert_eq!(until(&job, |status, _| status != 200).0, 403);
    sandbox
        .emulator
        .set_password(CONTOSO_USER, &sandbox.password);
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
        config
            .with_expires_in(ExpiresIn::Seconds(SHORT))
            .with_user(User::new(CONTOSO_TENANT, other.0, &other.1))
    });
    sandbox.watch("other password", &other.1);
    sandbox.login(&[]).expect(0);
    let job = Job::start(&sandbox, &[]);
    assert_eq!(job.graph().status, 200);
    let facts = sandbox.facts().into_iter().map(|fact| {
        if fact == CONTOSO_USER {
            other.0.to_owned()
        } else {
            fact
        }
    });
    let mut args = vec![
        "login",
        "--secrets-stdin",
        "--yes",
        "--store",
        "file",
        "--key-source",
        "key-file",
    ];
    let facts: Vec<String> = facts.collect();
    args.extend(facts.iter().map(String::as_str));
    sandbox
        .run_with_input(&args, &secrets_json(&sandbox.client_secret, &other.1))
        .expect(0);
    let (status, body) = until(&job, |status, _| status != 200);
    assert!(
        status == 403 && body.contains("another identity") && body.contains(other.0),
        "{status} {body}"
    );
    sandbox.login(&["--yes"]).expect(0);
    assert_eq!(job.graph().status, 200, "the old one is back");
    for token in sandbox
        .emulator
        .issued_tokens()
        .iter()
        .filter(|t| t.upn == other.0)
    {
        assert_ne!(job.graph().token(), token.token);
    }
    job.end().expect(0);
}

#[test]
fn a_token_in_use_is_renewed_ahead_once_and_an_unused_one_is_not() {
    let sandbox = Sandbox::with(|config| config.with_expires_in(ExpiresIn::Seconds(6)));
    sandbox.login(&[]).expect(0);
    let job = Job::start(&sandbox, &["--refresh"]);
    let sent = sandbox.emulator.token_requests();
    std::thread::sleep(Duration::from_secs(7));
    assert_eq!(
        sandbox.emulator.token_requests(),
        sent,
        "the control: nobody asked"
    );
    job.graph().token();
    assert_eq!(sandbox.emulator.token_requests(), sent + 1);
    // From here on no client asks: only a renewal ahead can sign in.
    until_sent(&sandbox, sent + 2);
    std::thread::sleep(Duration::from_secs(7));
    assert_eq!(
        sandbox.emulator.token_requests(),
        sent + 2,
        "once, until a client asks again"
    );
    job.end().expect(0);
}

/// The endpoint must drop a revoked token, however it is replaced.
#[test]
fn the_endpoint_drops_a_replaced_or_refused_token() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let job = Job::start(&sandbox, &[]);
    let first = job.graph().token();
    assert_eq!(job.graph().token(), first, "the control: it is kept");
    let refreshed = sandbox.run(&["token", "--refresh"]).expect(0).stdout;
    let second = job.graph().token();
    assert_eq!(second, refreshed.trim());
    sandbox.login(&["--yes"]).expect(0);
    let third = job.graph().token();
    assert!(third != second && third != first);

    let ask = |hash: &str| {
        let more = format!("&xms_cc=cp1&token_sha256_to_refresh={hash}");
        let target =
            format!("/msi/token?resource=https://graph.microsoft.com&api-version=2025-03-30{more}");
        job.send(&job.request(&target, &[])).token()
    };
    let sent = sandbox.emulator.token_requests();
    assert_eq!(
        ask(&sha256(&second)),
        third,
        "another token was refused: this one is newer"
    );
    assert_eq!(ask("nohash"), third);
    assert_eq!(sandbox.emulator.token_requests(), sent);
    let fourth = ask(&sha256(&third));
    assert_ne!(fourth, third);
    for _ in 0..5 {
        assert_eq!(ask(&sha256(&third)), fourth);
        assert_eq!(ask(&sha256(&fourth)), fourth, "once a minute");
    }
    assert_eq!(
        sandbox.emulator.token_requests(),
        sent + 1,
        "one sign-in for all of them"
    );
    job.end().expect(0);
}

/// The digest by `sha256sum`, as a client makes it.
fn sha256(token: &str) -> String {
    use std::io::Write;
    let mut child = std::process::Command::new("sha256sum");
    let mut child = child
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(token.as_bytes())
        .unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()[..64].to_owned()
}

#[test]
fn without_a_first_token_the_command_never_runs() {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    sandbox.emulator.set_password(CONTOSO_USER, "another one");
    let run = sandbox
        .run(&["exec", "--serve", "--", "touch", "ran"])
        .expect(125)
        .says(&["sign-in refused", "AADSTS50126"]);
    assert_eq!(
        run.stderr.matches("AADSTS50126").count(),
        1,
        "said once: {}",
        run.stderr
    );
    assert!(!sandbox.root().join("ran").exists());
    sandbox
        .run(&["exec", "--serve", "-p", "missing", "--", "touch", "ran"])
        .expect(125)
        .says(&["no profile `missing`"]);
}

#[test]
fn refresh_holds_for_the_first_token_and_no_cache_for_all() {
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
