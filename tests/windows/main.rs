//! The real Windows program against the emulator: on Windows itself, on other systems under Wine.
//!
//! Under Wine, `ROPC_WINE_EXE` names the program, `ROPC_WINE_CHILD` the command of `child.rs`
//! beside this file, and `WINEPREFIX` the installation; `.ci/windows-tests` makes all three and
//! runs this. Without them each test is reported as not run.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::format_collect,
    clippy::needless_pass_by_value,
    reason = "a panic is a failed test; tests write files, and name what they skip"
)]

#[cfg(unix)]
mod console;
mod credentials;
mod jobs;
mod machine;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(target_os = "linux")]
#[path = "../support/memory.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "a helper shared by several test programs"
)]
mod scan;
mod stores;
#[path = "../support/mod.rs"]
mod support;

use entra_emulator::{CONTOSO_USER, Config, ExpiresIn};
use machine::{Machine, child};
use serde_json::Value;
#[cfg(target_os = "linux")]
use support::leaks;
use support::random_secret;

#[test]
fn login_exec_token_status_logout() {
    let Some(machine) = Machine::new("verbs") else {
        return;
    };
    machine.login(&[]).expect(0).says(&[
        "signed in as",
        "Windows Credential Manager",
        "next: `ropc exec -p verbs",
    ]);
    let token = machine.emulator().issued_tokens().pop().unwrap().token;

    let job = |line: &str| {
        let args = ["exec", "-p", "verbs", "--", "cmd", "/c", line];
        machine.run(&args).expect(0).stdout.trim().to_owned()
    };
    assert_eq!(
        job("echo %GRAPH_ACCESS_TOKEN%"),
        token,
        "the token of the login serves the first job"
    );
    assert_eq!(
        job("echo %ROPC_PROFILE% %ROPC_USERNAME%"),
        format!("verbs {CONTOSO_USER}")
    );
    let printed = machine.run(&["token", "-p", "verbs"]).expect(0).stdout;
    assert_eq!(printed.trim(), token);
    assert_eq!(
        machine.emulator().token_requests(),
        1,
        "a warm run sends nothing"
    );
    status_shows_what_is_stored(&machine);

    machine
        .run(&["exec", "-p", "verbs", "--refresh", "--", "cmd", "/c", "rem"])
        .expect(0);
    assert_eq!(
        machine.emulator().token_requests(),
        2,
        "the control: a forced sign-in is counted"
    );

    machine.run(&["logout", "-p", "verbs", "--yes"]).expect(0);
    machine
        .run(&["status", "-p", "verbs"])
        .expect(3)
        .says(&["there is no profile `verbs`"]);
    machine
        .run(&["exec", "-p", "verbs", "--", "cmd", "/c", "rem"])
        .expect(125);
    assert!(
        machine.emulator().violations().is_empty(),
        "{:?}",
        machine.emulator().violations()
    );
}

fn status_shows_what_is_stored(machine: &Machine) {
    let status = machine.run(&["status", "-p", "verbs", "--json"]).expect(0);
    let status: Value = serde_json::from_str(&status.stdout).unwrap();
    assert_eq!(status["store"]["kind"], "os");
    assert_eq!(status["store"]["title"], "Windows Credential Manager");
    assert_eq!(status["store"]["secrets"], "present");
    assert_eq!(status["cached_token"]["state"], "valid");
    assert_eq!(
        status["ca_file"],
        machine.path("ca.pem"),
        "as a person typed it, and not in Windows' internal form"
    );
}

#[test]
fn secrets_come_from_files_and_keep_every_letter() {
    let Some(machine) = Machine::new("letters") else {
        return;
    };
    let password = format!("Pä\u{df}wörd 日本 🔑 \" {}", random_secret("Pw"));
    machine.sandbox.watch("the password", &password);
    machine.emulator().set_password(CONTOSO_USER, &password);
    // Outside the scanned home, as a person's own file is.
    machine.write("password.txt", &format!("{password}\r\n"));
    machine.write("client-secret.txt", &machine.sandbox.client_secret);
    let files = [
        machine.path("password.txt"),
        machine.path("client-secret.txt"),
    ];
    machine
        .login_without_pipe(&[
            "--password-file",
            &files[0],
            "--client-secret-file",
            &files[1],
        ])
        .expect(0)
        .says(&["signed in as"]);
    machine
        .run(&[
            "exec",
            "-p",
            "letters",
            "--refresh",
            "--",
            "cmd",
            "/c",
            "rem",
        ])
        .expect(0);
}

#[test]
fn a_wrong_password_is_sent_once() {
    let Some(machine) = Machine::new("wrong") else {
        return;
    };
    let wrong = random_secret("No");
    machine.sandbox.watch("the wrong password", &wrong);
    machine
        .login_with(
            &["--no-verify"],
            &support::secrets_json(&machine.sandbox.client_secret, &wrong),
        )
        .expect(0);
    let job = ["exec", "-p", "wrong", "--", "cmd", "/c", "rem"];
    machine.run(&job).expect(125).says(&["AADSTS50126"]);
    machine
        .run(&job)
        .expect(125)
        .says(&["is not sent: Entra refused it before"]);
    machine
        .run(&["token", "-p", "wrong"])
        .expect(4)
        .says(&["is not sent"]);
    assert_eq!(machine.emulator().token_requests(), 1);
    // The control: the right one opens it again.
    machine.login(&["--yes"]).expect(0);
    machine.run(&job).expect(0);
}

#[test]
fn the_file_store_works_as_well() {
    let Some(machine) = Machine::new("file") else {
        return;
    };
    machine
        .login(&["--store", "file", "--key-source", "key-file"])
        .expect(0);
    machine
        .run(&["exec", "-p", "file", "--refresh", "--", "cmd", "/c", "rem"])
        .expect(0);
    assert!(machine.sandbox.config_dir().join("store.sealed").is_file());
    assert!(
        credentials::items("file").is_empty(),
        "nothing is in the keychain"
    );
    machine.run(&["logout", "-p", "file", "--yes"]).expect(0);
}

#[test]
fn secrets_come_from_a_directory_and_from_a_script() {
    let Some(machine) = Machine::new("outside") else {
        return;
    };
    // Outside the scanned home, as another program keeps these secrets.
    std::fs::create_dir(machine.sandbox.root().join("outside")).unwrap();
    let json = String::from_utf8(machine.sandbox.secrets_json()).unwrap();
    machine.write("outside/secrets.json", &json);
    let json = machine.path(r"outside/secrets.json");
    machine.write(
        "outside/secrets-of-test.cmd",
        &format!("@type \"{json}\"\r\n"),
    );
    machine.write("outside/password", &machine.sandbox.password);
    machine.write("outside/client_secret", &machine.sandbox.client_secret);

    let (dir, script) = (
        machine.path("outside"),
        machine.path("outside/secrets-of-test"),
    );
    let job = [
        "exec",
        "-p",
        "outside",
        "--no-cache",
        "--",
        "cmd",
        "/c",
        "rem",
    ];
    machine
        .login_without_pipe(&["--store", "directory", "--secrets-dir", &dir])
        .expect(0);
    machine.run(&job).expect(0);
    machine
        .login_without_pipe(&["--yes", "--store", "command", "--", &script])
        .expect(0);
    machine.run(&job).expect(0);
    assert!(
        credentials::items("outside")
            .iter()
            .all(|item| !item.contains("/bundle/")),
        "neither is in the keychain"
    );
}

#[test]
fn jobs_that_start_together_sign_in_once() {
    let Some(machine) = Machine::new("together") else {
        return;
    };
    machine.login(&["--no-verify"]).expect(0);
    let job = ["exec", "-p", "together", "--", "cmd", "/c", "rem"];
    let children: Vec<_> = (0..6)
        .map(|_| machine.command(&job).spawn().unwrap())
        .collect();
    for child in children {
        machine
            .sandbox
            .keep("a job", child.wait_with_output().unwrap())
            .expect(0);
    }
    assert_eq!(machine.emulator().token_requests(), 1);
}

#[test]
fn variable_names_ignore_case() {
    let Some(machine) = Machine::new("fold") else {
        return;
    };
    machine.login(&[]).expect(0);
    let job = [
        "exec", "-p", "fold", "--env", "MY_TOKEN", "--", "cmd", "/c", "set",
    ];
    let mut command = machine.command(&job);
    command
        .env("graph_access_token", "stale")
        .env("my_token", "stale too");
    let run = machine.sandbox.finish("fold", command, &[]).expect(0);
    assert!(!run.stdout.contains("stale"), "{}", run.stdout);
    let tokens = run
        .stdout
        .lines()
        .filter(|line| line.to_ascii_uppercase().starts_with("MY_TOKEN="))
        .count();
    assert_eq!(tokens, 1, "{}", run.stdout);
    machine
        .run(&[
            "exec", "-p", "fold", "--env", "Path", "--", "cmd", "/c", "rem",
        ])
        .expect(2);
}

#[test]
fn a_long_token_fits_a_variable_and_a_longer_one_is_an_error() {
    let size = |size| {
        move |config: Config| Config {
            token_size: Some(size),
            ..config
        }
    };
    let Some(machine) = Machine::with("long", size(30_000)) else {
        return;
    };
    machine.login(&[]).expect(0);
    if let Some(child) = child() {
        let run = machine
            .run(&[
                "exec",
                "-p",
                "long",
                "--",
                &child,
                "length",
                "GRAPH_ACCESS_TOKEN",
            ])
            .expect(0);
        assert_eq!(run.stdout.trim(), "30000");
    }
    machine
        .emulator()
        .configure(|config| config.token_size = Some(33_000));
    let longer = ["exec", "-p", "long", "--refresh", "--", "cmd", "/c", "rem"];
    machine
        .run(&longer)
        .expect(125)
        .says(&["a variable holds at most 32000"]);
}

#[test]
fn the_endpoint_serves_tokens_and_renews_them() {
    let short = |config: Config| Config {
        expires_in: ExpiresIn::Seconds(12),
        ..config
    };
    let Some(machine) = Machine::with("serve", short) else {
        return;
    };
    machine.login(&[]).expect(0);
    let Some(child) = child() else { return };
    // Longer than the token serves: the second answer comes from a renewal.
    let run = machine
        .run(&[
            "exec", "-p", "serve", "--serve", "--", &child, "fetch", "12",
        ])
        .expect(0);
    let tokens: Vec<String> = machine
        .emulator()
        .issued_tokens()
        .into_iter()
        .map(|issued| issued.token)
        .collect();
    let answers: Vec<Value> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), 2, "{}", run.stdout);
    for answer in &answers {
        assert!(
            tokens
                .iter()
                .any(|token| answer["access_token"] == token.as_str()),
            "{answer}"
        );
    }
    assert_ne!(
        answers[0]["access_token"], answers[1]["access_token"],
        "{}",
        run.stderr
    );
    assert!(
        machine.emulator().violations().is_empty(),
        "{:?}",
        machine.emulator().violations()
    );
}
