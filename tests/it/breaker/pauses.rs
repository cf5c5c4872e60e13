//! Pauses: ropc sends nothing for a time and repeats the answer, and a person gets through.

use super::{store_password, wrong};
use crate::support::broker::{edit_record, remove_cache, status};
use crate::support::{Sandbox, secrets_json};
use entra_emulator::{CONTOSO_USER, Config, Fault, RetryAfter, Times, UserState};
use serde_json::Value;
use std::time::SystemTime;

fn now() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs()
}

/// Ends every pause of the record now.
fn end_pauses(sandbox: &Sandbox) {
    edit_record(sandbox, |record| {
        for pause in record["pauses"].as_array_mut().unwrap() {
            pause["until"] = now().into();
        }
        // The waits of the pace are over by then as well.
        for sent in record["sent"].as_array_mut().unwrap() {
            sent["at"] = (sent["at"].as_u64().unwrap() - 600).into();
        }
    });
}

fn breaker(sandbox: &Sandbox) -> Value {
    status(sandbox, "default")["breaker"].clone()
}

fn until(sandbox: &Sandbox) -> u64 {
    breaker(sandbox)["until"].as_u64().unwrap()
}

fn cold() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    sandbox
}

#[test]
fn a_locked_account_and_a_loop_cool_down_longer_each_time() {
    for code in [50053, 50196] {
        let sandbox = cold();
        sandbox.emulator.inject(Fault::Aadsts(code), Times::Next(2));
        let label = format!("AADSTS{code}");
        let first = sandbox
            .run(&["exec", "--", "true"])
            .expect(125)
            .says(&[&label]);
        let ids = first
            .stderr
            .lines()
            .find(|l| l.contains("correlation id"))
            .and_then(|l| l.split(", time ").next())
            .unwrap()
            .trim()
            .to_owned();
        for _ in 0..3 {
            let known = ["nothing is sent for", &label, &ids, "`ropc login --retry`"];
            sandbox
                .run(&["exec", "--", "true"])
                .expect(125)
                .says(&known);
        }
        assert_eq!(sandbox.emulator.token_requests(), 1);
        let seen = breaker(&sandbox);
        assert_eq!(
            (&seen["state"], &seen["code"]),
            (&"paused".into(), &code.into())
        );
        assert!(
            (now() + 280..=now() + 300).contains(&until(&sandbox)),
            "{seen}"
        );
        end_pauses(&sandbox);
        sandbox
            .run(&["exec", "--", "true"])
            .expect(125)
            .says(&[&label]);
        assert_eq!(
            sandbox.emulator.token_requests(),
            2,
            "ropc asks again after the pause"
        );
        assert!(
            (now() + 580..=now() + 600).contains(&until(&sandbox)),
            "twice as long"
        );
        end_pauses(&sandbox);
        sandbox.run(&["exec", "--", "true"]).expect(0);
        assert_eq!(breaker(&sandbox)["state"], "ready");
    }
}

#[test]
fn a_warm_cache_serves_through_a_cool_down() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    sandbox.emulator.inject(Fault::Aadsts(50053), Times::Once);
    sandbox.run(&["token", "--refresh"]).expect(4);
    sandbox.run(&["exec", "--", "true"]).expect(0);
    remove_cache(&sandbox);
    sandbox
        .run(&["exec", "--", "true"])
        .expect(125)
        .says(&["AADSTS50053"]);
}

#[test]
fn a_run_waits_for_as_long_as_retry_after_says() {
    for html in [false, true] {
        let sandbox = cold();
        let throttled = Fault::Throttled {
            retry_after: RetryAfter::Seconds(120),
            html,
        };
        sandbox.emulator.inject(throttled, Times::Once);
        sandbox.run(&["token"]).expect(6);
        sandbox
            .run(&["token"])
            .expect(6)
            .says(&["nothing is sent for"]);
        assert_eq!(sandbox.emulator.token_requests(), 1);
        assert!(
            (now() + 100..=now() + 120).contains(&until(&sandbox)),
            "{}",
            breaker(&sandbox)
        );
        end_pauses(&sandbox);
        sandbox.run(&["token"]).expect(0);
    }
}

#[test]
fn a_really_locked_account_is_left_alone() {
    let sandbox = Sandbox::with(|config| {
        Config { ..config }.with_lockout(1, std::time::Duration::from_secs(600))
    });
    store_password(&sandbox, &wrong(&sandbox));
    sandbox.run(&["token"]).expect(4).says(&["AADSTS50126"]);
    assert!(sandbox.emulator.is_locked(CONTOSO_USER));
    // The right password gets the answer for a lock: a pause for every profile.
    sandbox.login(&["--yes"]).expect(4).says(&["AADSTS50053"]);
    sandbox.login(&["--yes", "--no-verify"]).expect(0);
    let before = sandbox.emulator.token_requests();
    for _ in 0..5 {
        sandbox
            .run(&["exec", "--", "true"])
            .expect(125)
            .says(&["AADSTS50053"]);
    }
    assert_eq!(sandbox.emulator.token_requests(), before);
    sandbox.emulator.unlock(CONTOSO_USER);
    sandbox.run(&["login", "--retry"]).expect(0);
    sandbox.run(&["exec", "--no-cache", "--", "true"]).expect(0);
}

#[test]
fn after_a_policy_or_consent_answer_ropc_waits_and_asks_again() {
    for code in [50076, 53003, 65001] {
        let sandbox = cold();
        sandbox.emulator.inject(Fault::Aadsts(code), Times::Once);
        let label = format!("AADSTS{code}");
        sandbox
            .run(&["exec", "--", "true"])
            .expect(125)
            .says(&[&label]);
        let paused = [
            "nothing is sent for",
            "with this app and these scopes before",
            &label,
        ];
        sandbox
            .run(&["exec", "--", "true"])
            .expect(125)
            .says(&paused);
        assert_eq!(sandbox.emulator.token_requests(), 1);
        assert!(
            (now() + 40..=now() + 60).contains(&until(&sandbox)),
            "{}",
            breaker(&sandbox)
        );
        end_pauses(&sandbox);
        sandbox.run(&["exec", "--", "true"]).expect(0);
        assert_eq!(sandbox.emulator.token_requests(), 2, "{code}");
    }
}

#[test]
fn a_person_gets_through_a_pause_by_retry_and_through_a_policy_by_other_secrets() {
    for code in [50053, 50076] {
        let sandbox = cold();
        sandbox.emulator.inject(Fault::Aadsts(code), Times::Next(2));
        sandbox.run(&["token"]).expect(4);
        sandbox.run(&["login", "--retry"]).expect(4);
        assert_eq!(sandbox.emulator.token_requests(), 2);
        sandbox.run(&["login", "--retry"]).expect(0);
        sandbox.run(&["token", "--no-cache"]).expect(0);

        sandbox.emulator.inject(Fault::Aadsts(code), Times::Once);
        sandbox.run(&["token", "--no-cache"]).expect(4);
        sandbox
            .run(&["token", "--no-cache"])
            .expect(4)
            .says(&["nothing is sent"]);
        let other = crate::support::random_secret("Ot");
        sandbox.watch("the other password", &other);
        sandbox.emulator.set_password(CONTOSO_USER, &other);
        let others = secrets_json(&sandbox.client_secret, &other);
        if code == 50053 {
            // The account is locked, whatever the password.
            let before = sandbox.emulator.token_requests();
            for _ in 0..3 {
                let known = [
                    "nothing is sent",
                    "AADSTS50053",
                    "`ropc login --retry` with `--secrets-stdin`",
                ];
                sandbox
                    .login_with(&["--yes"], &others)
                    .expect(4)
                    .says(&known);
            }
            assert_eq!(sandbox.emulator.token_requests(), before);
            sandbox.login_with(&["--yes", "--retry"], &others).expect(0);
            continue;
        }
        sandbox.login_with(&["--yes"], &others).expect(0);
        sandbox.run(&["token", "--no-cache"]).expect(0);
    }
}

#[test]
fn a_slowed_scope_slows_no_other_scope_of_the_profile() {
    let sandbox = cold();
    sandbox
        .run(&["token", "--scope", "Mail.Send"])
        .expect(4)
        .says(&["AADSTS65001"]);
    sandbox
        .run(&["token", "--scope", "Mail.Send"])
        .expect(4)
        .says(&["nothing is sent"]);
    assert_eq!(sandbox.emulator.token_requests(), 1);
    sandbox.run(&["token"]).expect(0);
}

#[test]
fn a_login_that_a_policy_refuses_does_not_slow_the_jobs_of_the_old_profile() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    sandbox
        .emulator
        .set_user_state(CONTOSO_USER, UserState::MfaRequired);
    sandbox
        .login(&["--yes"])
        .expect(4)
        .says(&["AADSTS50076", "nothing was stored"]);
    sandbox
        .emulator
        .set_user_state(CONTOSO_USER, UserState::Active);
    sandbox.run(&["exec", "--no-cache", "--", "true"]).expect(0);
}

#[test]
fn ten_sign_ins_in_five_minutes_pass_and_the_eleventh_is_not_sent() {
    let sandbox = cold();
    // A request without a grant is no loop: it does not count.
    sandbox.emulator.inject(Fault::Aadsts(90033), Times::Once);
    for _ in 0..10 {
        sandbox.run(&["token", "--refresh"]).expect(0);
    }
    assert_eq!(
        sandbox.emulator.token_requests(),
        11,
        "control: the first request was sent twice"
    );
    let refused = |flag: &str| {
        let run = sandbox.run(&["token", flag]).expect(6).says(&[
            "10 sign-ins",
            "AADSTS50196",
            &format!("`{flag}`"),
        ]);
        let other = if flag == "--refresh" {
            "`--no-cache`"
        } else {
            "`--refresh`"
        };
        assert!(
            !run.stderr.contains(other),
            "the error names a flag that the run does not have: {}",
            run.stderr
        );
    };
    refused("--refresh");
    refused("--no-cache");
    assert_eq!(sandbox.emulator.token_requests(), 11);
    sandbox.run(&["exec", "--", "true"]).expect(0);
    edit_record(&sandbox, |record| {
        for one in record["sign_ins"].as_array_mut().unwrap() {
            one["at"] = (one["at"].as_u64().unwrap() - 300).into();
        }
    });
    sandbox.run(&["token", "--refresh"]).expect(0);
    assert_eq!(sandbox.emulator.token_requests(), 12);
}
