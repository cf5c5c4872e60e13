//! Refused secrets: ropc sends each once, recognises it in other profiles, and limits refusals by
//! the hour; and the ways out.

use super::{store_password, wrong};
use crate::support::broker::{edit_record, login_as, remove_record, run_many, status};
use crate::support::{Sandbox, random_secret, secrets_json};
use entra_emulator::{CONTOSO_CLIENT, CONTOSO_TENANT, CONTOSO_USER, Config, User};

pub(super) const HOUR: u64 = 3600;

#[test]
fn a_password_changed_after_login_is_sent_once_in_201_runs_and_locks_nothing() {
    let sandbox = Sandbox::with(Config::pass_through);
    sandbox.login(&["--no-verify"]).expect(0);
    let right = random_secret("Nw");
    sandbox.watch("the new password", &right);
    sandbox.emulator.set_password(CONTOSO_USER, &right);
    let first = sandbox
        .run(&["exec", "--", "true"])
        .expect(125)
        .says(&["AADSTS50126"]);
    let request = sandbox.emulator.requests().pop().unwrap();
    let correlation = request.header("client-request-id").unwrap().to_owned();
    assert!(first.stderr.contains(&correlation), "{}", first.stderr);
    for run in run_many(&sandbox, &["exec", "--", "true"], 200, 20) {
        let known = [
            "is not sent: Entra refused it before",
            "AADSTS50126",
            &correlation,
            " ago)",
            "ropc login",
        ];
        run.expect(125).says(&known);
    }
    assert_eq!(sandbox.emulator.failed_sign_ins(CONTOSO_USER), 1);
    assert_eq!(sandbox.emulator.token_requests(), 1);
    assert!(!sandbox.emulator.is_locked(CONTOSO_USER));
    let breaker = status(&sandbox, "default")["breaker"].clone();
    assert_eq!(
        (&breaker["state"], &breaker["code"]),
        (&"refused".into(), &50126.into())
    );
    assert!(
        breaker["since"].is_u64() && breaker["reason"].as_str().unwrap().contains(&correlation),
        "{breaker}"
    );
    sandbox
        .login_with(&["--yes"], &secrets_json(&sandbox.client_secret, &right))
        .expect(0);
    for run in run_many(&sandbox, &["exec", "--no-cache", "--", "true"], 5, 5) {
        run.expect(0);
    }
    assert_eq!(status(&sandbox, "default")["breaker"]["state"], "ready");
}

#[test]
fn twenty_jobs_that_start_together_send_a_wrong_password_once() {
    let sandbox = Sandbox::with(Config::pass_through);
    store_password(&sandbox, &wrong(&sandbox));
    for run in run_many(&sandbox, &["exec", "--", "true"], 20, 20) {
        run.expect(125);
    }
    assert_eq!(sandbox.emulator.failed_sign_ins(CONTOSO_USER), 1);
}

/// A program that prints the secrets once, and at the second call, after a refusal, kills `ropc`.
fn killing_program(sandbox: &Sandbox, secrets: &[u8]) -> [String; 3] {
    let (json, script) = (
        sandbox.root().join("secrets.json"),
        sandbox.root().join("killer"),
    );
    std::fs::write(&json, secrets).unwrap();
    let text = "cat \"$1\"; [ -e \"$1.once\" ] && kill -KILL $PPID; [ ! -e \"$1.armed\" ] || : > \"$1.once\"\n";
    std::fs::write(&script, text).unwrap();
    [
        "sh".into(),
        script.display().to_string(),
        json.display().to_string(),
    ]
}

#[test]
fn after_a_kill_while_ropc_reads_a_refused_secret_again_it_is_not_sent_once_more() {
    let sandbox = Sandbox::with(Config::pass_through);
    let wrong = wrong(&sandbox);
    let bad = secrets_json(&sandbox.client_secret, &wrong);
    let program = killing_program(&sandbox, &bad);
    let facts = sandbox.facts();
    let mut args = vec!["login", "--no-verify", "--store", "command"];
    args.extend(facts.iter().map(String::as_str));
    args.push("--");
    args.extend(program.iter().map(String::as_str));
    sandbox.run(&args).expect(0);
    std::fs::write(format!("{}.armed", program[2]), "").unwrap();
    assert_eq!(
        sandbox.run(&["token"]).signal,
        Some(9),
        "killed at the second read"
    );
    std::fs::remove_file(format!("{}.once", program[2])).unwrap();
    std::fs::remove_file(format!("{}.armed", program[2])).unwrap();
    for _ in 0..3 {
        sandbox.run(&["token"]).expect(4).says(&[
            "is not sent",
            "AADSTS50126",
            "`ropc login --retry`",
        ]);
    }
    assert_eq!(sandbox.emulator.failed_sign_ins(CONTOSO_USER), 1);
    // The control: a person can send it, and then the record is complete.
    sandbox
        .run(&["login", "--retry"])
        .expect(4)
        .says(&["AADSTS50126"]);
    assert_eq!(sandbox.emulator.failed_sign_ins(CONTOSO_USER), 2);
    let refused = crate::support::broker::read_record(&sandbox)["refused"].clone();
    assert_eq!(refused.as_array().unwrap().len(), 1, "{refused}");
    assert!(refused[0]["fingerprint"].is_object(), "{refused}");
}

#[test]
fn control_without_its_record_the_same_runs_lock_the_account() {
    let sandbox = Sandbox::with(Config::pass_through);
    store_password(&sandbox, &wrong(&sandbox));
    for _ in 0..10 {
        remove_record(&sandbox);
        sandbox.run(&["exec", "--", "true"]).expect(125);
    }
    assert_eq!(sandbox.emulator.failed_sign_ins(CONTOSO_USER), 10);
    assert!(sandbox.emulator.is_locked(CONTOSO_USER));
}

#[test]
fn a_refused_client_secret_is_sent_once() {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    let right = random_secret("Cn");
    sandbox.watch("the new client secret", &right);
    sandbox.emulator.set_client_secret(CONTOSO_CLIENT, &right);
    sandbox
        .run(&["exec", "--", "true"])
        .expect(125)
        .says(&["AADSTS7000215"]);
    for run in run_many(&sandbox, &["exec", "--", "true"], 20, 20) {
        run.expect(125).says(&[
            "client secret of app",
            "is not sent",
            "AADSTS7000215",
            "correlation id",
        ]);
    }
    assert_eq!(sandbox.emulator.token_requests(), 1);
    assert_eq!(status(&sandbox, "default")["breaker"]["code"], 7_000_215);
    sandbox
        .login_with(&["--yes"], &secrets_json(&right, &sandbox.password))
        .expect(0);
    sandbox.run(&["exec", "--no-cache", "--", "true"]).expect(0);
}

#[test]
fn a_client_secret_refused_for_one_user_is_not_sent_for_another() {
    const OTHER: &str = "svc-other@contoso.example";
    let password = random_secret("Ot");
    let sandbox =
        Sandbox::with(|config| config.with_user(User::new(CONTOSO_TENANT, OTHER, &password)));
    sandbox.watch("the other password", &password);
    let bad = random_secret("Cb");
    sandbox.watch("the wrong client secret", &bad);
    login_as(
        &sandbox,
        CONTOSO_USER,
        "one",
        &secrets_json(&bad, &sandbox.password),
        &["--no-verify"],
    )
    .expect(0);
    login_as(
        &sandbox,
        OTHER,
        "two",
        &secrets_json(&bad, &password),
        &["--no-verify"],
    )
    .expect(0);
    sandbox
        .run(&["token", "-p", "one"])
        .expect(4)
        .says(&["AADSTS7000215"]);
    sandbox
        .run(&["token", "-p", "two"])
        .expect(4)
        .says(&["is not sent"]);
    assert_eq!(sandbox.emulator.token_requests(), 1);
}

#[test]
fn ropc_recognises_a_refused_password_in_another_profile_of_the_same_user_only() {
    const OTHER: &str = "svc-other@contoso.example";
    let shared = random_secret("Sh");
    let sandbox =
        Sandbox::with(|config| config.with_user(User::new(CONTOSO_TENANT, OTHER, &shared)));
    sandbox.watch("the shared password", &shared);
    let secrets = secrets_json(&sandbox.client_secret, &shared);
    for profile in ["one", "two"] {
        login_as(&sandbox, CONTOSO_USER, profile, &secrets, &["--no-verify"]).expect(0);
    }
    login_as(&sandbox, OTHER, "other", &secrets, &["--no-verify"]).expect(0);
    sandbox
        .run(&["token", "-p", "one"])
        .expect(4)
        .says(&["AADSTS50126"]);
    sandbox.run(&["token", "-p", "two"]).expect(4).says(&[
        "is not sent",
        "AADSTS50126",
        "ropc login -p two",
    ]);
    assert_eq!(sandbox.emulator.token_requests(), 1);
    sandbox.run(&["token", "-p", "other"]).expect(0);
    // Profile `one` got another password; `two` still holds the refused one.
    login_as(
        &sandbox,
        CONTOSO_USER,
        "one",
        &sandbox.secrets_json(),
        &["--yes"],
    )
    .expect(0);
    let before = sandbox.emulator.token_requests();
    sandbox
        .run(&["token", "-p", "two"])
        .expect(4)
        .says(&["is not sent"]);
    assert_eq!(
        (
            sandbox.emulator.token_requests(),
            sandbox.emulator.failed_sign_ins(CONTOSO_USER)
        ),
        (before, 1)
    );
}

/// The control is `logout_drops_cache_record_and_secrets`: removing the last profile drops it.
#[test]
fn a_logout_forgets_no_refused_secret_that_another_profile_may_hold() {
    let sandbox = Sandbox::with(Config::pass_through);
    let bad = secrets_json(&sandbox.client_secret, &wrong(&sandbox));
    for profile in ["one", "two"] {
        login_as(&sandbox, CONTOSO_USER, profile, &bad, &["--no-verify"]).expect(0);
    }
    sandbox
        .run(&["token", "-p", "one"])
        .expect(4)
        .says(&["AADSTS50126: "]);
    sandbox.run(&["logout", "--yes", "-p", "one"]).expect(0);
    sandbox
        .run(&["token", "-p", "two"])
        .expect(4)
        .says(&["is not sent"]);
    assert_eq!(sandbox.emulator.failed_sign_ins(CONTOSO_USER), 1);
    // A profile that cannot be read may hold it as well.
    login_as(&sandbox, CONTOSO_USER, "one", &bad, &["--no-verify"]).expect(0);
    let path = sandbox.profile_file("two");
    let good = std::fs::read(&path).unwrap();
    std::fs::write(&path, "x").unwrap();
    sandbox.run(&["logout", "--yes", "-p", "one"]).expect(0);
    std::fs::write(&path, good).unwrap();
    sandbox
        .run(&["token", "-p", "two"])
        .expect(4)
        .says(&["is not sent"]);
    assert_eq!(sandbox.emulator.failed_sign_ins(CONTOSO_USER), 1);
}

#[test]
fn two_refused_passwords_an_hour_are_the_most() {
    let sandbox = Sandbox::new();
    let attempt =
        || sandbox.login_with(&[], &secrets_json(&sandbox.client_secret, &wrong(&sandbox)));
    for _ in 0..2 {
        attempt().expect(4).says(&["AADSTS50126"]);
    }
    attempt().expect(4).says(&[
        "2 passwords",
        "within the hour",
        "before 20",
        "(in 60 minutes)",
    ]);
    sandbox.login(&["--retry"]).expect(4).says(&["2 passwords"]);
    assert_eq!(sandbox.emulator.failed_sign_ins(CONTOSO_USER), 2);
    let earlier = |time: u64| {
        edit_record(&sandbox, |record| {
            for sent in record["sent"].as_array_mut().unwrap() {
                sent["at"] = (sent["at"].as_u64().unwrap() - time).into();
            }
        });
    };
    earlier(HOUR / 2);
    attempt().expect(4).says(&["2 passwords"]);
    earlier(HOUR / 2);
    attempt().expect(4).says(&["AADSTS50126"]);
    assert_eq!(sandbox.emulator.failed_sign_ins(CONTOSO_USER), 3);
    sandbox.login(&[]).expect(0);
}

#[test]
fn a_clock_that_was_ahead_for_a_time_blocks_for_an_hour_and_not_for_ever() {
    let sandbox = Sandbox::new();
    for _ in 0..2 {
        sandbox
            .login_with(&[], &secrets_json(&sandbox.client_secret, &wrong(&sandbox)))
            .expect(4);
    }
    let year = 365 * 24 * HOUR;
    edit_record(&sandbox, |record| {
        for sent in record["sent"].as_array_mut().unwrap() {
            sent["at"] = (sent["at"].as_u64().unwrap() + year).into();
        }
    });
    sandbox.login(&[]).expect(4).says(&["2 passwords"]);
    let record = crate::support::broker::read_record(&sandbox);
    let now = std::time::SystemTime::UNIX_EPOCH
        .elapsed()
        .unwrap()
        .as_secs();
    assert!(
        record["sent"][0]["at"].as_u64().unwrap() <= now,
        "the wait starts now and ends: {record}"
    );
}
