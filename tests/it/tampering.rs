//! Attacks by somebody who can edit files, race with a command, or answer in place of Entra: ropc
//! refuses or reports each.

use crate::support::pty::Terminal;
use crate::support::{Sandbox, wait_until_it_waits};
use entra_emulator::{Config, Fault, Server, Times};
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Rewrites the profile file as an attacker with an editor would.
fn edit(sandbox: &Sandbox, change: impl Fn(&str) -> String) {
    let path = sandbox.profile_file("default");
    let text = std::fs::read_to_string(&path).unwrap();
    let changed = change(&text);
    assert_ne!(text, changed, "the edit changed nothing");
    std::fs::write(path, changed).unwrap();
}

fn without(text: &str, key: &str) -> String {
    text.lines()
        .filter(|line| !line.starts_with(key))
        .collect::<Vec<_>>()
        .join("\n")
        + "\n"
}

fn login_again(sandbox: &Sandbox, more: &[&str]) -> crate::support::Run {
    let mut args = vec!["login", "--secrets-stdin", "--yes", "--timeout", "5s"];
    args.extend(more);
    sandbox.run_with_input(&args, &sandbox.secrets_json())
}

#[test]
fn an_edited_profile_leads_no_new_login_elsewhere() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let good = std::fs::read(sandbox.profile_file("default")).unwrap();
    let put_back = || std::fs::write(sandbox.profile_file("default"), &good).unwrap();
    let sent = sandbox.emulator.token_requests();

    edit(&sandbox, |t| {
        format!(
            "{}cloud = \"china\"\n",
            without(&without(t, "authority"), "ca_file")
        )
    });
    login_again(&sandbox, &[])
        .expect(3)
        .says(&["nothing in the store confirms it", "--cloud china"]);
    put_back();
    edit(&sandbox, |t| without(t, "ca_file"));
    login_again(&sandbox, &[])
        .expect(3)
        .says(&["system's roots of trust", "enrolled CA file"]);
    assert_eq!(sandbox.emulator.token_requests(), sent);

    // The control: unchanged, and with the facts as flags, it works.
    put_back();
    login_again(&sandbox, &[]).expect(0);
}

#[test]
fn a_ca_file_that_is_replaced_while_a_person_types_the_secrets_is_not_enrolled() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let (ca, good) = (
        sandbox.root().join("ca.pem"),
        std::fs::read(sandbox.root().join("ca.pem")).unwrap(),
    );
    let other = Server::start(Config::contoso());
    let mut terminal = Terminal::start(sandbox.command(["login", "--yes"]));
    // It has read the file when it asks for the secrets.
    terminal.wait_for("Client secret");
    terminal.wait_until(|t| !t.echoes(), "echo off");
    other.write_ca(&ca).unwrap();
    terminal.answer("Client secret", &sandbox.client_secret, true);
    terminal.answer("Password of", &sandbox.password, true);
    sandbox
        .keep("login with a swapped file", terminal.finish())
        .expect(0);
    // login enrolled the file that it read: the new file is an error, the first one works.
    sandbox
        .run(&["token", "--no-cache"])
        .expect(3)
        .says(&["CA file"]);
    std::fs::write(&ca, good).unwrap();
    sandbox.run(&["exec", "--no-cache", "--", "true"]).expect(0);
}

fn wait(mut done: impl FnMut() -> bool) {
    let limit = Instant::now() + Duration::from_secs(20);
    while !done() {
        assert!(Instant::now() < limit, "it never came");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn no_answer_of_a_granting_server_makes_ropc_show_a_secret_or_an_escape() {
    let sandbox = Sandbox::new();
    let answer = |scope: &str| {
        Fault::Custom {
        status: 200,
        headers: vec![("Content-Type".into(), "application/json".into())],
        body: serde_json::to_vec(&serde_json::json!({
            "token_type": "Bearer", "expires_in": 3600, "access_token": "made.up.token", "scope": scope,
        }))
        .unwrap(),
    }
    };
    // The control: a well-known permission is shown.
    sandbox.emulator.inject(answer("Mail.Send"), Times::Once);
    sandbox.login(&[]).expect(0);
    sandbox.emulator.inject(answer("Mail.Send"), Times::Once);
    assert!(
        sandbox
            .run(&["token", "--refresh", "--output", "json"])
            .expect(0)
            .stdout
            .contains("Mail.Send")
    );
    for scope in [
        sandbox.password.clone(),
        sandbox.client_secret[..20].to_owned(),
        "a \u{1b}]0;pwned\u{7} b\nc".into(),
    ] {
        let shows_nothing = |args: &[&str]| {
            let run = sandbox.run(args).expect(0);
            assert!(
                !run.stdout.contains('\u{1b}') && !run.stdout.contains(&scope),
                "{}",
                run.stdout
            );
        };
        sandbox.emulator.inject(answer(&scope), Times::Once);
        sandbox.login(&["--yes"]).expect(0);
        shows_nothing(&["status"]);
        // A job holds no secrets any more when the answer comes.
        sandbox.emulator.inject(answer(&scope), Times::Once);
        shows_nothing(&["token", "--refresh", "--output", "json"]);
        shows_nothing(&["status"]);
    }
}

#[test]
fn a_logout_that_waited_for_a_login_removes_what_the_login_stored() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let facts = sandbox.facts();
    let mut login = sandbox.command(
        ["login", "--secrets-stdin", "--yes"]
            .map(str::to_owned)
            .iter()
            .chain(&facts),
    );
    login
        .env("ROPC_TEST_STOP_AT", "verified")
        .stdin(Stdio::piped());
    let mut login = login.spawn().unwrap();
    login
        .stdin
        .take()
        .unwrap()
        .write_all(&sandbox.secrets_json())
        .unwrap();
    wait(|| stopped(login.id()));
    let mut logout = sandbox.command(["logout", "--yes"]).spawn().unwrap();
    wait_until_it_waits(&mut logout);
    assert!(
        Command::new("kill")
            .args(["-CONT", &login.id().to_string()])
            .status()
            .unwrap()
            .success()
    );
    finish(&sandbox, login, "login");
    finish(&sandbox, logout, "logout");
    let empty = Sandbox::new();
    empty.login(&[]).expect(0);
    empty.run(&["logout", "--yes"]).expect(0);
    let size = |home: &Sandbox| {
        std::fs::metadata(home.config_dir().join("store.sealed"))
            .ok()
            .map(|m| m.len())
    };
    assert_eq!(size(&sandbox), size(&empty), "no item is left");
    assert!(!Path::new(&sandbox.profile_file("default")).exists());
}

fn stopped(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|s| s.contains(") T "))
}

fn finish(sandbox: &Sandbox, child: Child, title: &str) {
    sandbox
        .keep(title, child.wait_with_output().unwrap())
        .expect(0);
}

#[test]
fn lost_output_is_a_failure() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    for args in [
        &["token"][..],
        &["status"],
        &["list"],
        &["explain", "50126"],
        &["--help"],
        &["--version"],
    ] {
        let mut command = sandbox.command(args);
        command.stdout(
            std::fs::OpenOptions::new()
                .write(true)
                .open("/dev/full")
                .unwrap(),
        );
        let run = sandbox.keep("full", command.spawn().unwrap().wait_with_output().unwrap());
        let run = run
            .expect(1)
            .says(&["standard output cannot be written", "full"]);
        assert_eq!(
            run.stderr.matches("ropc: error: ").count(),
            1,
            "said once: {}",
            run.stderr
        );
    }
}

#[test]
fn retry_takes_no_other_facts() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    sandbox
        .run(&["login", "--retry", "--tenant", "fabrikam.example"])
        .expect(2)
        .says(&["takes no other facts"]);
    sandbox.run(&["login", "--retry"]).expect(0);
}
