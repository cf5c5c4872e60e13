//! Without a log-in session: no D-Bus, no terminal, another account, a disk that cannot be written,
//! no memory to lock. The stores that need no session work there; the store `os` says at once what
//! is missing.

use super::case::{Case, Kind};
use crate::support::{ROPC, Run, Sandbox, copy_program, needs};
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

pub(super) const HEADLESS: [Kind; 2] = [Kind::File("key-file"), Kind::Directory];

const NOBODY: [&str; 4] = [
    "setpriv",
    "--reuid=65534",
    "--regid=65534",
    "--clear-groups",
];

/// Runs the program after a prefix, with only these variables, and in a session without a terminal.
pub(super) fn run(
    sandbox: &Sandbox,
    prefix: &[&str],
    binary: &str,
    env: &[(&str, &str)],
    args: &[&str],
) -> Run {
    let model = sandbox.command(["x"]);
    let mut command = Command::new("setsid");
    command.arg("--wait").args(prefix).arg("env").arg("-i");
    command
        .args(env.iter().map(|(name, value)| format!("{name}={value}")))
        .arg(binary)
        .args(args);
    command
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .current_dir(model.get_current_dir().unwrap());
    command
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    sandbox.finish(&args.join(" "), command, &[])
}

pub(super) fn text(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn in_a_bare_environment_file_and_directory_work() {
    for kind in HEADLESS {
        let Some(case) = Case::new(kind) else { return };
        case.login(&[]).expect(0);
        let home = text(&case.sandbox.home());
        let before = case.sandbox.emulator.token_requests();
        // Without PATH too: the child has its full path.
        let job = ["exec", "--no-cache", "--", "/usr/bin/env"];
        let run = run(&case.sandbox, &[], ROPC, &[("HOME", &home)], &job).expect(0);
        assert!(
            run.stdout.contains("GRAPH_ACCESS_TOKEN=") && !run.stdout.contains("DBUS"),
            "{}",
            run.stdout
        );
        assert_eq!(case.sandbox.emulator.token_requests(), before + 1);
    }
}

#[test]
fn without_a_directory_in_memory_there_is_no_cache_and_no_message() {
    let Some(mut case) = Case::new(Kind::Directory) else {
        return;
    };
    case.sandbox.set_env("XDG_RUNTIME_DIR", "");
    case.login(&[])
        .expect(0)
        .says(&["each run will sign in", "XDG_RUNTIME_DIR"]);
    for sign_ins in [2, 3] {
        let run = case.run(&["exec", "--", "true"]).expect(0);
        assert_eq!(run.stderr, "", "cron sends a mail for every line");
        assert_eq!(case.sandbox.emulator.token_requests(), sign_ins);
    }
    let status = case.run(&["status"]).expect(0).stdout;
    assert!(
        status.contains("off: ") && status.contains("XDG_RUNTIME_DIR"),
        "{status}"
    );
    assert!(
        !case.sandbox.cache_dir().join("tokens").exists(),
        "no token is on the disk"
    );
}

#[test]
fn without_a_home_the_error_names_the_variables() {
    for kind in HEADLESS {
        let Some(case) = Case::new(kind) else { return };
        case.login(&[]).expect(0);
        let job = ["exec", "--no-cache", "--", "/bin/true"];
        run(&case.sandbox, &[], ROPC, &[], &job)
            .expect(125)
            .says(&["configuration", "ROPC_CONFIG_DIR"]);
        let (config, state) = (
            text(&case.sandbox.config_dir()),
            text(&case.sandbox.state_dir()),
        );
        run(
            &case.sandbox,
            &[],
            ROPC,
            &[("ROPC_CONFIG_DIR", &config), ("ROPC_STATE_DIR", &state)],
            &job,
        )
        .expect(0);
    }
}

#[test]
fn in_a_bare_environment_the_os_store_says_within_5_seconds_what_is_missing() {
    let sandbox = Sandbox::new();
    let facts = sandbox.facts();
    let profiles = sandbox.config_dir().join("profiles");
    fs::create_dir_all(&profiles).unwrap();
    let profile = format!(
        "version = 1\ntenant = \"{}\"\nclient_id = \"{}\"\nusername = \"{}\"\nauthority = \"{}\"\nca_file = \"{}\"\n\
         scopes = [\"User.Read\"]\nstore = \"os\"\ngeneration = \"0123456789abcdef\"\n",
        facts[1], facts[3], facts[5], facts[7], facts[9]
    );
    fs::write(profiles.join("default.toml"), &profile).unwrap();
    fs::write(profiles.join("nightly.toml"), &profile).unwrap();
    let home = text(&sandbox.home());
    for args in [&["exec", "--", "/bin/true"][..], &["status"]] {
        let start = Instant::now();
        // A bus that cannot exist: the test machine may have one for this account.
        let env = [
            ("HOME", home.as_str()),
            ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus"),
        ];
        let run = run(&sandbox, &[], ROPC, &env, args);
        run.expect(if args[0] == "exec" { 125 } else { 5 })
            .says(&["no D-Bus session bus", "--store file"]);
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "{:?}",
            start.elapsed()
        );
    }
    assert_eq!(sandbox.emulator.connections(), 0);
    // The hint must name this profile: without the name its command would make another.
    for verb in ["status", "doctor"] {
        let env = [
            ("HOME", home.as_str()),
            ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus"),
        ];
        let run = run(&sandbox, &[], ROPC, &env, &[verb, "-p", "nightly"]).expect(5);
        let said = run.stdout + &run.stderr;
        assert!(
            said.contains("`ropc login -p nightly --store file --key-source key-file`"),
            "{said}"
        );
        assert!(!said.contains("`ropc login --"), "{said}");
    }
}

#[test]
fn another_account_than_root_uses_its_own_stores() {
    if !needs::programs(&["setpriv"]) || !needs::root() {
        return;
    }
    for kind in HEADLESS {
        let Some(case) = Case::new(kind) else { return };
        case.login(&[]).expect(0);
        // A copy of the program that the account may run, and a sandbox that belongs to it.
        let binary = case.sandbox.root().join("ropc");
        copy_program(ROPC, &binary);
        let home = text(&case.sandbox.home());
        let job = ["exec", "--no-cache", "--", "/usr/bin/id", "-u"];
        let foreign = run(
            &case.sandbox,
            &NOBODY,
            &text(&binary),
            &[("HOME", &home)],
            &job,
        );
        assert_ne!(
            foreign.code,
            Some(0),
            "the control: others cannot read what root stored"
        );
        give_away(case.sandbox.root());
        let own = run(
            &case.sandbox,
            &NOBODY,
            &text(&binary),
            &[("HOME", &home)],
            &job,
        )
        .expect(0);
        assert_eq!(own.stdout.trim(), "65534");
        if kind == Kind::Directory {
            // It may also use files of root that it can read, but not those of a third account.
            let password = case.secrets_dir().join("password");
            chown(&password, Some(0), None).unwrap();
            fs::set_permissions(&password, fs::Permissions::from_mode(0o444)).unwrap();
            run(
                &case.sandbox,
                &NOBODY,
                &text(&binary),
                &[("HOME", &home)],
                &job,
            )
            .expect(0);
            chown(&password, Some(1234), None).unwrap();
            run(
                &case.sandbox,
                &NOBODY,
                &text(&binary),
                &[("HOME", &home)],
                &job,
            )
            .expect(125)
            .says(&["belongs to another account (uid 1234)"]);
        }
    }
}

fn give_away(path: &Path) {
    chown(path, Some(65534), Some(65534)).unwrap();
    if path.is_dir() && !path.is_symlink() {
        for entry in fs::read_dir(path).unwrap() {
            give_away(&entry.unwrap().path());
        }
    }
}

#[test]
fn everything_works_without_locked_memory() {
    for kind in HEADLESS {
        let Some(case) = Case::new(kind) else { return };
        let home = text(&case.sandbox.home());
        case.login(&[]).expect(0);
        for limit in ["64", "0"] {
            let script = format!("ulimit -l {limit} && exec \"$@\"");
            let prefix = ["bash", "-c", &script, "sh"];
            run(
                &case.sandbox,
                &prefix,
                ROPC,
                &[("HOME", &home)],
                &["exec", "--no-cache", "--", "/bin/true"],
            )
            .expect(0);
        }
    }
}
