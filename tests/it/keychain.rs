//! The main job with the real keychain: gnome-keyring under a private D-Bus, as a user's session
//! has it.

mod together;

use crate::support::keyring_daemon::{KeyringDaemon, State};
use crate::support::{Run, Sandbox, needs};
use entra_emulator::CONTOSO_USER;
use std::process::Command;
use std::time::{Duration, Instant};

/// A sandbox in the session of a keyring; `None` if the programs are missing, which is a failure in
/// CI.
fn session(state: State) -> Option<(Sandbox, KeyringDaemon)> {
    let daemon = KeyringDaemon::if_there(state)?;
    let mut sandbox = Sandbox::new();
    for (name, value) in daemon.env() {
        if name != "HOME" && !name.starts_with("XDG_C") && name != "XDG_DATA_HOME" {
            sandbox.set_env(name, &value);
        }
    }
    Some((sandbox, daemon))
}

fn login(sandbox: &Sandbox, more: &[&str]) -> Run {
    sandbox.login_into(&[], more, &sandbox.secrets_json())
}

/// The accounts of our items, as `secret-tool` sees them.
fn items(daemon: &KeyringDaemon) -> Vec<String> {
    let mut tool = Command::new("secret-tool");
    let output = daemon
        .apply_env(tool.args(["search", "--all", "service", "ropc"]))
        .output()
        .unwrap();
    // `secret-tool` prints attributes to stderr and secrets to stdout.
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut found: Vec<String> = text
        .lines()
        .filter_map(|l| l.strip_prefix("attribute.username = "))
        .map(str::to_owned)
        .collect();
    found.sort();
    found
}

#[test]
fn login_exec_logout_with_a_real_keyring() {
    if !needs::programs(&["curl"]) {
        return;
    }
    let Some((sandbox, daemon)) = session(State::Unlocked) else {
        return;
    };
    login(&sandbox, &[]).expect(0).says(&["Secret Service"]);
    let script = format!(
        "curl -sS --cacert ca.pem -H \"Authorization: Bearer $GRAPH_ACCESS_TOKEN\" {}/v1.0/me",
        sandbox.emulator.graph_url()
    );
    let run = sandbox.run(&["exec", "--", "sh", "-c", &script]).expect(0);
    assert!(run.stdout.contains(CONTOSO_USER), "{}", run.stdout);

    let found = items(&daemon);
    assert_eq!(
        found.len(),
        2,
        "the bundle and the cache key, and nothing else: {found:?}"
    );
    assert!(
        found[0].starts_with("default/bundle/") && found[1].starts_with("default/cache-key/"),
        "{found:?}"
    );

    let before = found;
    login(&sandbox, &["--yes"]).expect(0);
    let after = items(&daemon);
    assert_eq!(after.len(), 2, "the old generation is gone: {after:?}");
    assert_ne!(before, after);

    let status = sandbox.run(&["status", "--json"]).expect(0);
    assert!(
        status.stdout.contains("\"secrets\":\"present\""),
        "{}",
        status.stdout
    );
    sandbox.run(&["logout", "--yes"]).expect(0);
    assert_eq!(items(&daemon), Vec::<String>::new());
    assert!(!sandbox.profile_file("default").exists());
    assert!(
        sandbox.emulator.violations().is_empty(),
        "{:?}",
        sandbox.emulator.violations()
    );
}

#[test]
fn profiles_do_not_see_each_others_items() {
    let Some((sandbox, daemon)) = session(State::Unlocked) else {
        return;
    };
    login(&sandbox, &["-p", "one"]).expect(0);
    login(&sandbox, &["-p", "two"]).expect(0);
    assert_eq!(items(&daemon).len(), 4);
    sandbox.run(&["logout", "-p", "one", "--yes"]).expect(0);
    assert_eq!(items(&daemon).len(), 2);
    sandbox
        .run(&["exec", "-p", "two", "--no-cache", "--", "true"])
        .expect(0);
    sandbox
        .run(&["exec", "-p", "one", "--", "true"])
        .expect(125)
        .says(&["configuration", "ropc login -p one"]);
}

/// Asserts the exit code within a time limit, with the cause and a next step, and that nothing
/// stored changes.
#[track_caller]
fn fails_clearly(sandbox: &Sandbox, words: &[&str], bound: Duration) {
    let before = sandbox.snapshot();
    let start = Instant::now();
    sandbox
        .run(&["exec", "--no-cache", "--", "true"])
        .expect(125)
        .says(&["secret store"])
        .says(words);
    sandbox.run(&["token", "--no-cache"]).expect(5).says(words);
    login(sandbox, &["--yes"]).expect(5).says(words);
    // A bound against hanging, not a measure: three runs, each with its deadline.
    assert!(start.elapsed() < bound * 3, "{:?}", start.elapsed());
    let changed = |files: Vec<(std::path::PathBuf, Vec<u8>)>| -> Vec<_> {
        files
            .into_iter()
            .filter(|(path, _)| path.extension().is_none_or(|e| e != "lock"))
            .collect()
    };
    assert_eq!(changed(sandbox.snapshot()), changed(before));
}

#[test]
fn a_locked_keyring_is_reported_at_once() {
    let Some((sandbox, daemon)) = session(State::Unlocked) else {
        return;
    };
    login(&sandbox, &[]).expect(0);
    daemon.lock();
    fails_clearly(&sandbox, &["locked", "seahorse"], Duration::from_secs(20));
    let status = sandbox.run(&["status", "--json"]).expect(5);
    assert!(
        status.stdout.contains("\"secrets\":\"unavailable\""),
        "{}",
        status.stdout
    );
}

#[test]
fn logout_all_says_that_the_others_are_removed_only_if_they_are() {
    let Some((sandbox, daemon)) = session(State::Unlocked) else {
        return;
    };
    login(&sandbox, &["-p", "a"]).expect(0);
    login(&sandbox, &["-p", "b"]).expect(0);
    sandbox.login(&["-p", "z"]).expect(0);
    daemon.lock();
    let others = "all profiles but";
    let run = sandbox.run(&["logout", "--all", "--yes"]).expect(5);
    assert!(!run.stderr.contains(others), "{}", run.stderr);
    assert!(!sandbox.profile_file("z").exists());
    std::fs::remove_file(sandbox.profile_file("b")).unwrap();
    sandbox.login(&["-p", "z"]).expect(0);
    let run = sandbox.run(&["logout", "--all", "--yes"]).expect(5);
    run.says(&["the keyring is locked", "all profiles but `a` are removed"]);
}

/// gnome-keyring's own keyring in memory as the default one, as a click in Seahorse makes it.
fn set_default(daemon: &KeyringDaemon, keyring: &str) {
    let (name, method) = (
        "org.freedesktop.secrets",
        "org.freedesktop.Secret.Service.SetAlias",
    );
    let keyring = format!("objpath:/org/freedesktop/secrets/collection/{keyring}");
    let reply = daemon.send(
        name,
        "/org/freedesktop/secrets",
        method,
        &["string:default", &keyring],
    );
    assert!(reply.contains("method return"), "{reply}");
}

#[test]
fn login_stores_nothing_in_a_keyring_in_memory_and_loses_nothing() {
    let Some((sandbox, mut daemon)) = session(State::Unlocked) else {
        return;
    };
    login(&sandbox, &[]).expect(0);
    let (before, sent) = (items(&daemon), sandbox.emulator.token_requests());
    set_default(&daemon, "session");
    login(&sandbox, &["--yes"]).expect(5).says(&[
        "the one named \"session\"",
        "Set as default",
        "--store file",
    ]);
    assert_eq!(
        sandbox.emulator.token_requests(),
        sent,
        "the error comes before a password is used"
    );
    assert_eq!(items(&daemon), before, "nothing that lasts was removed");
    // A job finds the existing secrets, and `doctor` reports what would stop the next `login`.
    sandbox.run(&["exec", "--no-cache", "--", "true"]).expect(0);
    let doctor = sandbox.run(&["doctor", "--timeout", "30s"]).stdout;
    assert!(doctor.contains("the one named \"session\""), "{doctor}");
    // The controls: an item of another program there is gone with the daemon, and the secrets are
    // not.
    let mut tool = Command::new("secret-tool");
    tool.args([
        "store",
        "--collection=session",
        "--label=x",
        "made-up",
        "yes",
    ])
    .stdin(std::process::Stdio::piped());
    let mut tool = daemon.apply_env(&mut tool).spawn().unwrap();
    std::io::Write::write_all(&mut tool.stdin.take().unwrap(), b"made up").unwrap();
    assert!(tool.wait().unwrap().success());
    let kept = |daemon: &KeyringDaemon| {
        let mut tool = Command::new("secret-tool");
        !daemon
            .apply_env(tool.args(["lookup", "made-up", "yes"]))
            .output()
            .unwrap()
            .stdout
            .is_empty()
    };
    assert!(kept(&daemon));
    daemon.kill_daemon();
    daemon.start_daemon(Some("right"));
    assert!(!kept(&daemon), "the keyring named session does not last");
    assert_eq!(items(&daemon), before);
    set_default(&daemon, "login");
    login(&sandbox, &["--yes"]).expect(0);
    sandbox.run(&["exec", "--no-cache", "--", "true"]).expect(0);
}

#[test]
fn a_keyring_that_hangs_costs_only_its_deadline() {
    let Some((sandbox, daemon)) = session(State::Unlocked) else {
        return;
    };
    login(&sandbox, &[]).expect(0);
    daemon.stop_daemon();
    fails_clearly(
        &sandbox,
        &["did not answer in time"],
        Duration::from_secs(20),
    );
    daemon.continue_daemon();
    sandbox.run(&["exec", "--no-cache", "--", "true"]).expect(0);
}

/// Ctrl-Z and `fg` at a terminal: then Linux ends the wait for a socket with EINTR, which is no
/// answer.
#[test]
fn a_run_that_is_stopped_and_continued_while_it_waits_for_the_keyring_goes_on() {
    let Some((sandbox, daemon)) = session(State::Unlocked) else {
        return;
    };
    login(&sandbox, &[]).expect(0);
    daemon.stop_daemon();
    let child = sandbox
        .command(["exec", "--no-cache", "--", "true"])
        .spawn()
        .unwrap();
    let signal = |name: &str| {
        let sent = Command::new("kill")
            .args([name, &child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success(), "kill {name}");
    };
    std::thread::sleep(Duration::from_millis(700));
    // More often than ropc opens a lost connection again.
    for _ in 0..3 {
        signal("-STOP");
        std::thread::sleep(Duration::from_millis(100));
        signal("-CONT");
        std::thread::sleep(Duration::from_millis(100));
    }
    daemon.continue_daemon();
    sandbox
        .keep("continued", child.wait_with_output().unwrap())
        .expect(0);
}

#[test]
fn a_dead_daemon_a_missing_bus_and_a_fresh_account_are_different_errors() {
    let Some((mut sandbox, mut daemon)) = session(State::Unlocked) else {
        return;
    };
    login(&sandbox, &[]).expect(0);
    daemon.kill_daemon();
    fails_clearly(
        &sandbox,
        &["nothing on the session bus keeps secrets", "--store file"],
        Duration::from_secs(20),
    );
    sandbox.set_env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    fails_clearly(
        &sandbox,
        &["no D-Bus session bus", "--store file"],
        Duration::from_secs(20),
    );

    let Some((sandbox, _daemon)) = session(State::Fresh) else {
        return;
    };
    login(&sandbox, &[]).expect(5).says(&["no default keyring"]);
    assert_eq!(
        sandbox.emulator.connections(),
        0,
        "no password was sent, as it could not have been stored"
    );
    assert!(!sandbox.profile_file("default").exists());
}

#[test]
fn a_changed_bundle_is_an_error() {
    let Some((sandbox, daemon)) = session(State::Unlocked) else {
        return;
    };
    login(&sandbox, &[]).expect(0);
    let account = items(&daemon)[0].clone();
    let put = |value: &str| {
        let script = format!(
            "printf %s '{value}' | secret-tool store --label=x service ropc application ropc username {account}"
        );
        assert!(
            daemon
                .apply_env(Command::new("sh").args(["-c", &script]))
                .status()
                .unwrap()
                .success()
        );
    };
    for (value, words) in [
        ("", "damaged"),
        ("{}", "damaged"),
        ("{\"v\":2}", "newer ropc"),
        ("hunter2", "damaged"),
    ] {
        put(value);
        sandbox
            .run(&["token", "--no-cache"])
            .expect(5)
            .says(&[words, "ropc login"]);
    }
    assert_eq!(
        sandbox.emulator.token_requests(),
        1,
        "only the login was sent"
    );
}
