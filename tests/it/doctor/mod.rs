//! `ropc doctor` on machines that are really broken: it names each cause and its fix, gives no
//! warning on a healthy machine, and sends no secret.

mod files;
mod network;
mod stores;

use crate::support::keyring_daemon::{KeyringDaemon, State};
use crate::support::{Run, Sandbox, leaks, needs};
use entra_emulator::{Config, FEDERATED_USER, Fault, Hold, Route, Server, Times};
use serde_json::Value;
use std::collections::BTreeMap;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

/// One run of `doctor --json`.
pub(super) struct Report {
    code: i32,
    json: Value,
}

impl Report {
    fn of(run: Run) -> Self {
        assert_eq!(run.stderr, "", "the report is data");
        let json =
            serde_json::from_str(&run.stdout).unwrap_or_else(|e| panic!("{e}: {}", run.stdout));
        Self {
            code: run.code.unwrap(),
            json,
        }
    }

    fn findings(&self) -> Vec<&Value> {
        self.json["findings"].as_array().unwrap().iter().collect()
    }

    /// Asserts that this check has this level, and that cause and fixes hold each of the words.
    #[track_caller]
    pub(super) fn finds(&self, check: &str, level: &str, cause: &[&str], fix: &[&str]) -> &Self {
        let found = self
            .findings()
            .into_iter()
            .find(|f| f["check"] == check && f["level"] == level);
        let found = found.unwrap_or_else(|| panic!("no {level} of {check} in {:#}", self.json));
        let fixes = found["fix"].to_string();
        for word in cause {
            assert!(
                found["cause"].as_str().unwrap().contains(word),
                "`{word}` is not in {found:#}"
            );
        }
        for word in fix {
            assert!(fixes.contains(word), "`{word}` is not in {found:#}");
        }
        self
    }

    /// Asserts that all other checks are good: `doctor` reports the fault and nothing else.
    #[track_caller]
    pub(super) fn and_nothing_else(&self, checks: &[&str]) {
        for finding in self.findings() {
            let expected = checks.iter().any(|check| finding["check"] == *check);
            assert!(expected || finding["level"] == "ok", "{finding:#}");
        }
    }

    #[track_caller]
    pub(super) fn exits(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "{:#}", self.json);
        assert_eq!(self.json["exit_code"], code);
        self
    }
}

pub(super) fn doctor(sandbox: &Sandbox) -> Report {
    Report::of(sandbox.run(&["doctor", "--json"]))
}

/// A sandbox with a profile in the file store.
pub(super) fn enrolled() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    sandbox
}

/// The same with other facts and without a trial sign-in.
pub(super) fn enrolled_unproved(more: &[&str]) -> Sandbox {
    let sandbox = Sandbox::new();
    let (mut args, mut facts) = (
        vec![
            "login",
            "--secrets-stdin",
            "--no-verify",
            "--store",
            "file",
            "--key-source",
            "key-file",
        ],
        sandbox.facts(),
    );
    for pair in more.chunks(2) {
        let at = facts.iter().position(|f| f == pair[0]).unwrap();
        pair[1].clone_into(&mut facts[at + 1]);
    }
    args.extend(facts.iter().map(String::as_str));
    sandbox
        .run_with_input(&args, &sandbox.secrets_json())
        .expect(0);
    sandbox
}

/// A sandbox in the session of a keyring whose bus every job finds; `None` if the programs are
/// missing, which is a failure in CI.
fn session(state: State) -> Option<(Sandbox, KeyringDaemon)> {
    let daemon = KeyringDaemon::if_there(state)?;
    let mut sandbox = Sandbox::new();
    join(&mut sandbox, &daemon);
    Some((sandbox, daemon))
}

fn join(sandbox: &mut Sandbox, daemon: &KeyringDaemon) {
    let env: BTreeMap<_, _> = daemon.env();
    let runtime = Path::new(&env["XDG_RUNTIME_DIR"]);
    let _ = symlink(
        daemon.address().strip_prefix("unix:path=").unwrap(),
        runtime.join("bus"),
    );
    for name in ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"] {
        sandbox.set_env(name, &env[name]);
    }
}

/// The same with a profile in the keychain.
fn enrolled_session() -> Option<(Sandbox, KeyringDaemon)> {
    let (sandbox, daemon) = session(State::Unlocked)?;
    sandbox
        .login_into(&[], &[], &sandbox.secrets_json())
        .expect(0);
    Some((sandbox, daemon))
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// A port on loopback where nothing listens.
fn closed_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// The output of `id` for this account.
fn me(flag: &str) -> String {
    String::from_utf8(Command::new("id").arg(flag).output().unwrap().stdout)
        .unwrap()
        .trim()
        .to_owned()
}

/// Runs `doctor` after these mounts, in their own namespace; `None` if this account may not mount.
fn doctor_after(sandbox: &Sandbox, mounts: &str) -> Option<Report> {
    let mounts_apart = || {
        Command::new("unshare")
            .args(["-m", "true"])
            .output()
            .is_ok_and(|o| o.status.success())
    };
    if !needs::programs(&["unshare"])
        || !needs::root()
        || !needs::allowed(mounts_apart(), "a mount namespace")
    {
        return None;
    }
    let mut command = sandbox.program("unshare");
    command.args([
        "-m",
        "sh",
        "-ec",
        &format!("{mounts}\nexec {} doctor --json", crate::support::ROPC),
    ]);
    Some(Report::of(sandbox.finish(
        "doctor in a mount namespace",
        command,
        &[],
    )))
}

// ---- well

#[test]
fn a_healthy_machine_gives_no_warning() {
    let sandbox = enrolled();
    let report = doctor(&sandbox);
    report.exits(0).and_nothing_else(&[]);
    assert_eq!(report.json["verdict"], "ok");
    assert_eq!(report.json["version"], 1);
    assert_eq!(report.json["profile"], "default");
    let me = me("-un");
    assert_eq!(report.json["account"], me, "it names the account");
    report
        .finds(
            "store",
            "ok",
            &["took a random value, gave it back and removed it"],
            &[],
        )
        .finds("secrets", "ok", &["stored"], &[])
        .finds(
            "authority",
            "ok",
            &["TCP and TLS", "the enrolled CA file"],
            &[],
        )
        .finds("tenant", "ok", &["is known"], &[])
        .finds("user-realm", "ok", &["managed"], &[])
        .finds("store-key", "ok", &[], &["beside the store"]);
    let text = sandbox.run(&["doctor"]).expect(0).stdout;
    assert!(text.contains("all is well") && text.contains(&me), "{text}");
    sandbox.run(&["exec", "--no-cache", "--", "true"]).expect(0);
}

#[test]
fn a_healthy_keyring_gives_no_warning_and_keeps_nothing_of_it() {
    let Some((sandbox, daemon)) = enrolled_session() else {
        return;
    };
    let items = || {
        let mut tool = Command::new("secret-tool");
        let output = daemon
            .apply_env(tool.args(["search", "--all", "service", "ropc"]))
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let mut names: Vec<String> = text
            .lines()
            .filter(|l| l.starts_with("attribute.username"))
            .map(str::to_owned)
            .collect();
        names.sort();
        names
    };
    let before = items();
    assert_eq!(before.len(), 2, "{before:?}");
    let report = doctor(&sandbox);
    // One of two messages: a container may forbid it.
    let report = report.finds("cache-key", "ok", &["kernel keyring"], &[]);
    // On a machine with systemd lingering may be off, and then `doctor` rightly warns.
    let systemd = Path::new("/run/systemd/system").is_dir();
    report
        .exits(0)
        .finds(
            "store",
            "ok",
            &["Secret Service", "took a random value"],
            &[],
        )
        .finds("session-bus", "ok", &["a job finds it too"], &[]);
    report.and_nothing_else(if systemd { &["lingering"] } else { &[] });
    assert_eq!(items(), before);
}

#[test]
fn no_secret_is_sent_and_nothing_that_lasts_is_changed() {
    let sandbox = enrolled();
    let sent = |sandbox: &Sandbox| {
        let mut all = Vec::new();
        for request in sandbox.emulator.requests() {
            all.extend_from_slice(request.path.as_bytes());
            all.extend_from_slice(request.query.unwrap_or_default().as_bytes());
            request
                .headers
                .iter()
                .for_each(|(n, v)| all.extend_from_slice(format!("{n}: {v}\n").as_bytes()));
            all.extend_from_slice(&request.body);
        }
        (
            leaks::find(&all, &sandbox.password),
            leaks::find(&all, &sandbox.client_secret),
        )
    };
    let (password, client_secret) = sent(&sandbox);
    assert!(
        password.is_some() && client_secret.is_some(),
        "control: the login sent them"
    );
    sandbox.emulator.clear();
    let before = sandbox.snapshot();
    doctor(&sandbox).exits(0);
    sandbox.run(&["doctor"]).expect(0);
    let requests = sandbox.emulator.requests();
    assert_eq!(requests.len(), 4);
    for request in &requests {
        assert_eq!(request.method, "GET");
        assert!(request.body.is_empty() && request.header("authorization").is_none());
    }
    assert_eq!(
        requests[1].path,
        "/common/userrealm/svc-report@contoso.example"
    );
    assert_eq!(requests[1].query.as_deref(), Some("api-version=1.0"));
    assert_eq!(sent(&sandbox), (None, None));
    assert_eq!(sandbox.emulator.token_requests(), 0);
    assert!(
        sandbox.emulator.violations().is_empty(),
        "{:?}",
        sandbox.emulator.violations()
    );
    // Each write seals the file store again; every other file is unchanged, and none was added.
    let unsealed = |files: Vec<(std::path::PathBuf, Vec<u8>)>| -> Vec<_> {
        files
            .into_iter()
            .map(|(path, content)| {
                if path.ends_with("store.sealed") {
                    (path, Vec::new())
                } else {
                    (path, content)
                }
            })
            .collect()
    };
    assert_eq!(unsealed(sandbox.snapshot()), unsealed(before));
}

// ---- the keychain
