//! Single flight: jobs that start together make one request, also if one is killed, and a job that
//! waits says for what.

use crate::support::broker::{login_as, run_many, status};
use crate::support::{Sandbox, random_secret, secrets_json};
use entra_emulator::{CONTOSO_TENANT, CONTOSO_USER, Fault, Hold, Times, User};
use std::process::Child;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// A profile whose secrets were never used, so that the first run signs in.
fn cold() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    sandbox
}

/// One job whose request the emulator holds back.
fn held(sandbox: &Sandbox) -> (Hold, Child) {
    let hold = Hold::new();
    sandbox
        .emulator
        .inject(Fault::Hold(hold.clone()), Times::Once);
    let child = sandbox.command(["exec", "--", "true"]).spawn().unwrap();
    assert!(hold.wait_for(1, PATIENCE), "the first job asks");
    (hold, child)
}

#[test]
fn fifty_cold_jobs_make_one_request() {
    let sandbox = cold();
    for run in run_many(
        &sandbox,
        &["exec", "--", "printenv", "GRAPH_ACCESS_TOKEN"],
        50,
        50,
    ) {
        let run = run.expect(0);
        assert_eq!(run.stdout.trim(), sandbox.emulator.issued_tokens()[0].token);
    }
    assert_eq!(sandbox.emulator.token_requests(), 1);
    assert!(
        sandbox.emulator.violations().is_empty(),
        "{:?}",
        sandbox.emulator.violations()
    );
}

#[test]
fn control_without_the_cache_each_job_makes_its_own_request() {
    let sandbox = cold();
    for run in run_many(&sandbox, &["exec", "--no-cache", "--", "true"], 5, 5) {
        run.expect(0);
    }
    assert_eq!(sandbox.emulator.token_requests(), 5);
}

#[test]
fn a_winner_killed_in_the_middle_of_its_request_is_replaced_by_one() {
    let sandbox = cold();
    let (hold, mut winner) = held(&sandbox);
    let others: Vec<Child> = (0..49)
        .map(|_| sandbox.command(["exec", "--", "true"]).spawn().unwrap())
        .collect();
    assert_eq!(sandbox.emulator.token_requests(), 1, "the others wait");
    winner.kill().unwrap();
    assert!(!winner.wait().unwrap().success());
    for other in others {
        sandbox
            .keep("a waiter", other.wait_with_output().unwrap())
            .expect(0);
    }
    hold.release();
    assert_eq!(sandbox.emulator.token_requests(), 2);
    assert_eq!(status(&sandbox, "default")["breaker"]["state"], "ready");
}

#[test]
fn a_waiter_gives_up_at_its_deadline_and_names_what_it_waited_for() {
    let sandbox = cold();
    let (hold, winner) = held(&sandbox);
    let awaited = "another ropc to finish signing in with the profile `default`";
    sandbox
        .run(&["exec", "--timeout", "2s", "--", "true"])
        .expect(125)
        .says(&["gave up after 2s", awaited, "--timeout"]);
    sandbox
        .run(&["token", "--timeout", "1s"])
        .expect(6)
        .says(&["gave up after 1s", awaited]);
    assert_eq!(sandbox.emulator.token_requests(), 1);
    hold.release();
    sandbox
        .keep("the winner", winner.wait_with_output().unwrap())
        .expect(0);
    sandbox
        .run(&["exec", "--timeout", "2s", "--", "true"])
        .expect(0);
    assert_eq!(sandbox.emulator.token_requests(), 1);
}

#[test]
fn a_waiter_says_after_three_seconds_what_it_waits_for() {
    let sandbox = cold();
    let (hold, winner) = held(&sandbox);
    let note = "ropc: waiting for another ropc to finish signing in";
    let short = sandbox
        .run(&["exec", "--timeout", "1s", "--", "true"])
        .expect(125);
    assert!(!short.stderr.contains(note), "too early: {}", short.stderr);
    let waiter = sandbox.command(["exec", "--", "true"]).spawn().unwrap();
    std::thread::sleep(Duration::from_secs(4));
    hold.release();
    sandbox
        .keep("the winner", winner.wait_with_output().unwrap())
        .expect(0);
    sandbox
        .keep("the waiter", waiter.wait_with_output().unwrap())
        .expect(0)
        .says(&[note, "the profile `default`"]);
}

#[test]
fn two_profiles_of_one_user_take_turns_and_another_user_does_not_wait() {
    const OTHER: &str = "svc-other@contoso.example";
    let password = random_secret("Ot");
    let sandbox =
        Sandbox::with(|config| config.with_user(User::new(CONTOSO_TENANT, OTHER, &password)));
    sandbox.watch("the other password", &password);
    sandbox.login(&["--no-verify"]).expect(0);
    login_as(
        &sandbox,
        CONTOSO_USER,
        "twin",
        &sandbox.secrets_json(),
        &["--no-verify"],
    )
    .expect(0);
    login_as(
        &sandbox,
        OTHER,
        "other",
        &secrets_json(&sandbox.client_secret, &password),
        &["--no-verify"],
    )
    .expect(0);
    let (hold, winner) = held(&sandbox);
    let awaited = format!("another sign-in of {CONTOSO_USER} to end");
    sandbox
        .run(&["exec", "-p", "twin", "--timeout", "1s", "--", "true"])
        .expect(125)
        .says(&[&awaited]);
    sandbox
        .run(&["exec", "-p", "other", "--timeout", "20s", "--", "true"])
        .expect(0);
    hold.release();
    sandbox
        .keep("the winner", winner.wait_with_output().unwrap())
        .expect(0);
    sandbox.run(&["exec", "-p", "twin", "--", "true"]).expect(0);
}
