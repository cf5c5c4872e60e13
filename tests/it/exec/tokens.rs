//! Several tokens in one run, and tokens in files.

use crate::support::broker::{pass, read_record, remove_cache, run_many};
use crate::support::{Run, Sandbox, random_secret, secrets_json};
use entra_emulator::{CONTOSO_USER, Config, ExpiresIn};

const ARM: &str = "https://management.example/.default";

/// A profile in a tenant where the app may call two APIs.
fn with_two_resources() -> Sandbox {
    let sandbox = Sandbox::with(|mut config: Config| {
        config.expires_in = ExpiresIn::Seconds(4000);
        config.apps[0]
            .consented
            .push("https://management.example/user_impersonation".into());
        config
    });
    sandbox.login(&[]).expect(0);
    sandbox
}

fn both(sandbox: &Sandbox, more: &[&str]) -> Run {
    let second = format!("ARM_TOKEN={ARM}");
    let third = format!("SAME_TOKEN={ARM}");
    let mut args = vec!["exec", "--env", "GRAPH_ACCESS_TOKEN", "--env", &second];
    args.extend(["--env", &third]);
    args.extend(more);
    args.extend([
        "--",
        "sh",
        "-c",
        "echo $GRAPH_ACCESS_TOKEN $ARM_TOKEN $SAME_TOKEN $ROPC_EXPIRES_ON",
    ]);
    sandbox.run(&args)
}

#[test]
fn each_variable_gets_the_token_of_its_resource_by_one_sign_in_each() {
    let sandbox = with_two_resources();
    let before = sandbox.emulator.token_requests();
    let run = both(&sandbox, &[]).expect(0);
    let words: Vec<&str> = run.stdout.split_whitespace().collect();
    let issued = sandbox.emulator.issued_tokens();
    assert_eq!(words[0], issued[0].token, "the cached one of `login`");
    assert_eq!((words[1], words[2]), (&*issued[1].token, &*issued[1].token));
    assert_eq!(sandbox.emulator.token_requests(), before + 1);
    both(&sandbox, &[]).expect(0);
    assert_eq!(
        sandbox.emulator.token_requests(),
        before + 1,
        "both are cached now"
    );
    both(&sandbox, &["--refresh"]).expect(0);
    assert_eq!(
        sandbox.emulator.token_requests(),
        before + 3,
        "one sign-in for each resource, not for each variable"
    );
}

#[test]
fn the_expiry_is_that_of_the_token_that_ends_first() {
    let sandbox = with_two_resources();
    pass(&sandbox, 1000);
    let run = both(&sandbox, &[]).expect(0);
    let ends: u64 = run
        .stdout
        .split_whitespace()
        .nth(3)
        .unwrap()
        .parse()
        .unwrap();
    let status = crate::support::broker::status(&sandbox, "default");
    assert_eq!(status["cached_token"]["expires_on"], ends);
}

#[test]
fn without_one_of_the_tokens_the_command_does_not_run() {
    let sandbox = with_two_resources();
    let started = sandbox.root().join("started");
    let other = "ARM_TOKEN=https://unknown.example/.default";
    let command = ["--", "touch", started.to_str().unwrap()];
    let args = ["exec", "--env", "A", "--env", other];
    sandbox
        .run(&[&args[..], &command].concat())
        .expect(125)
        .says(&["https://unknown.example"]);
    assert!(!started.exists());
    let args = ["exec", "--env", "A"];
    sandbox.run(&[&args[..], &command].concat()).expect(0);
    assert!(started.exists(), "the control");
}

#[test]
fn the_breaker_counts_each_sign_in_and_many_runs_make_no_more() {
    let sandbox = with_two_resources();
    let counted = || read_record(&sandbox)["sign_ins"].as_array().unwrap().len();
    let before = (counted(), sandbox.emulator.token_requests());
    remove_cache(&sandbox);
    let second = format!("B={ARM}");
    let args = ["exec", "--env", "A", "--env", &second, "--", "true"];
    for run in run_many(&sandbox, &args, 10, 10) {
        run.expect(0);
    }
    assert_eq!(counted(), before.0 + 2);
    assert_eq!(sandbox.emulator.token_requests(), before.1 + 2);
}

#[test]
fn a_password_that_is_refused_for_one_token_is_not_sent_for_the_next() {
    let sandbox = with_two_resources();
    let wrong = random_secret("No");
    sandbox.watch("a wrong password", &wrong);
    let secrets = secrets_json(&sandbox.client_secret, &wrong);
    sandbox
        .login_with(&["--yes", "--no-verify"], &secrets)
        .expect(0);
    for _ in 0..2 {
        both(&sandbox, &[]).expect(125).says(&["AADSTS50126"]);
    }
    assert_eq!(sandbox.emulator.failed_sign_ins(CONTOSO_USER), 1);
}

#[test]
fn a_value_that_is_no_scope_of_a_resource_costs_no_sign_in() {
    let sandbox = with_two_resources();
    remove_cache(&sandbox);
    let before = sandbox.emulator.token_requests();
    for (args, says) in [
        (["--env", "MODE=fast"], "names no resource"),
        (["--env", "PATH=https://x.example/.default"], "not allowed"),
        (
            [
                "--env",
                "A=https://x.example/.default https://y.example/.default",
            ],
            "https://y.example",
        ),
        (["--token-file", "LD_PRELOAD"], "not allowed"),
    ] {
        let args = [&["exec"], &args[..], &["--", "true"]].concat();
        let run = sandbox.run(&args);
        assert!(matches!(run.code, Some(2 | 125)), "{run:?}");
        run.says(&[says]);
    }
    let served = format!("ARM={ARM}");
    sandbox
        .run(&["exec", "--serve", "--env", &served, "--", "true"])
        .expect(2)
        .says(&["--allow-resource"]);
    sandbox
        .run(&["exec", "--serve", "--token-file", "A", "--", "true"])
        .expect(2);
    assert_eq!(sandbox.emulator.token_requests(), before);
}

#[cfg(target_os = "linux")]
#[test]
fn a_token_file_is_read_by_the_command_and_by_what_it_starts_without_descriptors() {
    let sandbox = with_two_resources();
    let script = "cat $TOKEN_FILE; echo; cat $TOKEN_FILE; echo; \
        python3 -c 'import subprocess,os; \
            print(subprocess.run([\"cat\", os.environ[\"TOKEN_FILE\"]], capture_output=True, text=True).stdout)'";
    let run = sandbox
        .run(&[
            "exec",
            "--token-file",
            "TOKEN_FILE",
            "--",
            "sh",
            "-c",
            script,
        ])
        .expect(0);
    let token = &sandbox.emulator.issued_tokens()[0].token;
    let read: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(read, [token, token, token], "{run:?}");
    let second = format!("B={ARM}");
    let args = ["exec", "--token-file", "A", "--token-file", &second, "--"];
    let run = sandbox
        .run(&[&args[..], &["sh", "-c", "cat $A; echo; cat $B"]].concat())
        .expect(0);
    let issued = sandbox.emulator.issued_tokens();
    assert_eq!(run.stdout, format!("{token}\n{}", issued[1].token));
}

#[cfg(target_os = "linux")]
#[test]
fn with_a_token_file_no_environment_and_no_argument_has_the_token() {
    let sandbox = with_two_resources();
    let script = "tr '\\0' '\\n' < /proc/self/environ; tr '\\0' '\\n' < /proc/self/cmdline";
    let token = sandbox.emulator.issued_tokens()[0].token.clone();
    for (flag, shows) in [("--token-file", false), ("--env", true)] {
        let run = sandbox
            .run(&["exec", flag, "TOKEN", "--", "sh", "-c", script])
            .expect(0);
        assert!(run.stdout.contains("TOKEN="));
        assert_eq!(run.stdout.contains(&token), shows, "{flag}");
        assert!(!run.stdout.contains("GRAPH_ACCESS_TOKEN"));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_token_file_cannot_be_changed_and_is_gone_with_the_command() {
    let sandbox = with_two_resources();
    let script = "stat -Lc %a $F; (echo x >> $F) 2>/dev/null && echo written; \
        (: > $F) 2>/dev/null && echo emptied; echo $F";
    let run = sandbox
        .run(&["exec", "--token-file", "F", "--", "sh", "-c", script])
        .expect(0);
    let lines: Vec<&str> = run.stdout.lines().collect();
    let [mode, path] = lines[..] else {
        panic!("{run:?}")
    };
    assert_eq!(mode, "400");
    assert!(path.starts_with("/proc/") && !std::path::Path::new(path).exists());
}

#[test]
fn an_inner_run_takes_the_token_file_of_the_outer_one_away() {
    let sandbox = with_two_resources();
    sandbox.login(&["-p", "other"]).expect(0);
    let inner = format!("{} exec -p other -- env", crate::support::ROPC);
    let run = sandbox
        .run(&["exec", "--token-file", "F", "--", "sh", "-c", &inner])
        .expect(0);
    assert!(run.stdout.contains("GRAPH_ACCESS_TOKEN=") && !run.stdout.contains("\nF="));
}
