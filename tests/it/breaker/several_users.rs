//! Several users and profiles of one app: a refusal of the app's credential counts for all of them,
//! and nothing else does.

use super::wrong;
use crate::support::broker::{login_as, pass, record_dir, status};
use crate::support::{Run, Sandbox, random_secret, secrets_json};
use entra_emulator::{CONTOSO_TENANT, CONTOSO_USER, Config, Fault, Hold, Times, User};
use std::fs;
use std::time::Duration;

#[test]
fn eight_jobs_of_eight_users_send_a_refused_client_secret_once() {
    let users: Vec<String> = (0..8)
        .map(|number| format!("svc-{number}@contoso.example"))
        .collect();
    let password = random_secret("Us");
    let sandbox = Sandbox::with(|config| {
        users.iter().fold(config, |config, user| {
            config.with_user(User::new(CONTOSO_TENANT, user, &password))
        })
    });
    sandbox.watch("the users' password", &password);
    let bad = random_secret("Cb");
    sandbox.watch("the bad client secret", &bad);
    enrol(&sandbox, &users, &secrets_json(&bad, &password));
    for run in jobs_at_once(&sandbox, users.len()) {
        run.expect(4).says(&["AADSTS7000215"]);
    }
    assert_eq!(sandbox.emulator.token_requests(), 1);
    // The control: a right client secret delays nobody.
    let good = secrets_json(&sandbox.client_secret, &password);
    enrol(&sandbox, &users, &good);
    for run in jobs_at_once(&sandbox, users.len()) {
        run.expect(0);
    }
    assert_eq!(sandbox.emulator.token_requests(), 9);
}

/// A profile for each user, `p0` and so on, without a sign-in.
fn enrol(sandbox: &Sandbox, users: &[String], secrets: &[u8]) {
    for (number, user) in users.iter().enumerate() {
        let more = ["--no-verify", "--yes"];
        login_as(sandbox, user, &format!("p{number}"), secrets, &more).expect(0);
    }
}

/// One job for each of these profiles, all started before the first is waited for.
fn jobs_at_once(sandbox: &Sandbox, count: usize) -> Vec<Run> {
    let start = |number| {
        let mut command = sandbox.command(["token", "-p", &format!("p{number}")]);
        command.spawn().unwrap()
    };
    let children: Vec<_> = (0..count).map(start).collect();
    children
        .into_iter()
        .map(|child| sandbox.keep("token", child.wait_with_output().unwrap()))
        .collect()
}

/// Users of one app wait for each other for a limited time, and then go on: a refusal is recorded
/// in both cases.
#[test]
fn a_sign_in_that_hangs_does_not_stop_other_users_from_signing_in_and_recording_refusals() {
    let (user, password) = ("svc-2@contoso.example", random_secret("Us"));
    let sandbox =
        Sandbox::with(|config| config.with_user(User::new(CONTOSO_TENANT, user, &password)));
    sandbox.watch("the other user's password", &password);
    sandbox.login(&["--no-verify"]).expect(0);
    let bad = secrets_json(&random_secret("Cb"), &password);
    login_as(&sandbox, user, "other", &bad, &["--no-verify"]).expect(0);
    let hold = Hold::new();
    sandbox
        .emulator
        .inject(Fault::Hold(hold.clone()), Times::Once);
    let hangs = sandbox.command(["token"]).spawn().unwrap();
    while sandbox.emulator.token_requests() == 0 {
        std::thread::sleep(Duration::from_millis(20));
    }
    let job = || {
        sandbox
            .run(&["token", "-p", "other", "--timeout", "12s"])
            .expect(4)
    };
    job().says(&["waiting for a sign-in of another user", "AADSTS7000215"]);
    job().says(&["refused it before"]);
    assert_eq!(sandbox.emulator.token_requests(), 2);
    // The control: another secret is sent.
    let good = secrets_json(&sandbox.client_secret, &password);
    login_as(
        &sandbox,
        user,
        "other",
        &good,
        &["--timeout", "12s", "--yes"],
    )
    .expect(0);
    assert_eq!(sandbox.emulator.token_requests(), 3);
    hold.release();
    sandbox
        .keep("token", hangs.wait_with_output().unwrap())
        .expect(0);
}

#[test]
fn a_refused_secret_that_was_never_stored_changes_no_other_profile() {
    for way in ["token", "logout", "logout --all", "login --retry"] {
        let sandbox = Sandbox::with(Config::pass_through);
        sandbox.login(&["--no-verify"]).expect(0);
        let typo = secrets_json(&sandbox.client_secret, &wrong(&sandbox));
        let again = || login_as(&sandbox, CONTOSO_USER, "other", &typo, &[]);
        again().expect(4).says(&["AADSTS50126"]);
        again().expect(4).says(&["is not sent"]);
        let breaker = status(&sandbox, "default")["breaker"].clone();
        assert_eq!(
            (&breaker["state"], &breaker["reason"]),
            (&"ready".into(), &serde_json::Value::Null),
            "{breaker}"
        );
        let plain = sandbox.run(&["status"]).expect(0).stdout;
        assert!(!plain.contains("50126"), "{plain}");
        match way {
            "token" => sandbox.run(&["token"]).expect(0),
            "logout" => sandbox.run(&["logout", "--yes"]).expect(0),
            "logout --all" => sandbox.run(&["logout", "--all", "--yes"]).expect(0),
            _ => sandbox.run(&["login", "--retry"]).expect(0),
        };
        pass(&sandbox, 3600);
        again().expect(4).says(&["AADSTS50126"]);
        assert_eq!(sandbox.emulator.failed_sign_ins(CONTOSO_USER), 2, "{way}");
    }
    // Also without any profile.
    let sandbox = Sandbox::with(Config::pass_through);
    let typo = secrets_json(&sandbox.client_secret, &wrong(&sandbox));
    login_as(&sandbox, CONTOSO_USER, "other", &typo, &[])
        .expect(4)
        .says(&["AADSTS50126"]);
    // Other records that cannot be read stop nothing.
    for name in ["app-0.json", "user-0.json", "user-z.json"] {
        fs::write(record_dir(&sandbox).join(name), "{").unwrap();
    }
    sandbox
        .run(&["logout", "--all", "--yes"])
        .expect(0)
        .says(&["ropc: warning: ", "app-0.json"]);
    for name in ["app-0.json", "user-0.json", "user-z.json"] {
        fs::remove_file(record_dir(&sandbox).join(name)).unwrap();
    }
    login_as(&sandbox, CONTOSO_USER, "other", &typo, &[])
        .expect(4)
        .says(&["AADSTS50126"]);
    assert_eq!(sandbox.emulator.failed_sign_ins(CONTOSO_USER), 2);
}
