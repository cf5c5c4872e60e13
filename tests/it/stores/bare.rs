//! Where nobody is logged in: no D-Bus, no terminal, another account, a disk that cannot be
//! written, no memory to lock. The stores that need no session work there; the one that does says
//! at once what is missing.

use super::case::{Case, Kind, runtime_dir};
use crate::support::{ROPC, Run, Sandbox, copy_program, needs};
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const HEADLESS: [Kind; 2] = [Kind::File("key-file"), Kind::Directory];

const NOBODY: [&str; 4] = [
    "setpriv",
    "--reuid=65534",
    "--regid=65534",
    "--clear-groups",
];

/// Runs the program behind a prefix, with only these variables, and in a session without a
/// terminal.
fn run(
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

fn text(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn in_a_bare_environment_file_and_directory_work() {
    for kind in HEADLESS {
        let Some(case) = Case::new(kind) else { return };
        case.login(&[]).expect(0);
        let home = text(&case.sandbox.home());
        let before = case.sandbox.emulator.token_requests();
        // Not even a PATH: the child is named in full.
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
fn without_a_directory_in_memory_there_is_no_cache_and_no_noise() {
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
        "no token lies on the disk"
    );
}

#[test]
fn without_any_home_the_places_are_named() {
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
        // A bus that cannot be there: a machine where the tests run may have one for this account.
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
    // The next step is for the profile that was asked for: without its name it would set up
    // another.
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
        // The program where that account may run it, and everything below the sandbox its own.
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
            "the control: what root stored is not for others"
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
            // The files of root are fit for it as well, where it may read them; those of a third
            // account are not.
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
fn on_a_read_only_disk_file_and_directory_work() {
    if !needs::programs(&["unshare"]) || !needs::root() {
        return;
    }
    for kind in HEADLESS {
        let (Some(case), Some(runtime)) = (Case::new(kind), runtime_dir()) else {
            return;
        };
        case.login(&[]).expect(0);
        let root = text(case.sandbox.root());
        // Both the root of the file system and the sandbox, wherever it is mounted from; and the
        // proof that it took.
        let script = format!(
            "mount --bind '{root}' '{root}' && mount -o remount,bind,ro '{root}' && mount -o remount,bind,ro / && \
             ! touch '{root}/home/x' 2>/dev/null && ! touch /x 2>/dev/null && cd '{root}' && exec \"$@\""
        );
        let prefix = ["unshare", "--mount", "sh", "-c", &script, "sh"];
        let (home, memory) = (text(&case.sandbox.home()), text(runtime.path()));
        let env = [
            ("HOME", home.as_str()),
            ("XDG_RUNTIME_DIR", memory.as_str()),
        ];
        let before = case.sandbox.snapshot();
        run(
            &case.sandbox,
            &prefix,
            ROPC,
            &env,
            &["exec", "--no-cache", "--", "/bin/true"],
        )
        .expect(0);
        run(
            &case.sandbox,
            &prefix,
            ROPC,
            &env,
            &["exec", "--refresh", "--", "/bin/true"],
        )
        .expect(0);
        assert_eq!(case.sandbox.snapshot(), before);
        // Without a place for its record it sends nothing, and says which variable to set.
        run(
            &case.sandbox,
            &prefix,
            ROPC,
            &[("HOME", &home)],
            &["exec", "--no-cache", "--", "/bin/true"],
        )
        .expect(125)
        .says(&["sends no password", "ROPC_STATE_DIR"]);
    }
}

#[test]
fn on_a_read_only_mount_modes_do_not_matter() {
    if !needs::programs(&["unshare"]) || !needs::root() {
        return;
    }
    let Some(case) = Case::new(Kind::Directory) else {
        return;
    };
    case.login(&[]).expect(0);
    let (secrets, home) = (text(&case.secrets_dir()), text(&case.sandbox.home()));
    // As Docker Compose mounts a file of some host account into a container.
    fs::set_permissions(case.secrets_dir(), fs::Permissions::from_mode(0o777)).unwrap();
    chown(case.secrets_dir().join("password"), Some(1234), None).unwrap();
    let job = ["exec", "--no-cache", "--", "/bin/true"];
    run(&case.sandbox, &[], ROPC, &[("HOME", &home)], &job)
        .expect(125)
        .says(&["mount it read-only"]);
    let script = format!(
        "mount --bind '{secrets}' '{secrets}' && mount -o remount,bind,ro '{secrets}' && exec \"$@\""
    );
    run(
        &case.sandbox,
        &["unshare", "--mount", "sh", "-c", &script, "sh"],
        ROPC,
        &[("HOME", &home)],
        &job,
    )
    .expect(0);
}

#[test]
fn no_memory_needs_to_be_locked() {
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

/// The limits of the README's pod, and its volumes as Kubernetes lays them out: links over links,
/// directories that all may write on read-only mounts, a state volume that belongs to a group.
const POD: &str = r#"
set -e
mkdir -p "$ROOT/volumes"; mount -t tmpfs none "$ROOT/volumes"; cd "$ROOT/volumes"
volume() { # NAME MODE FILE...
  mkdir -p "$1/..2026_11_22"; ln -s ..2026_11_22 "$1/..data"; name=$1 mode=$2; shift 2
  for file; do
    cp "$file" "$name/..data/"; chmod $mode "$name/..data/${file##*/}"; chgrp 10001 "$name/..data/${file##*/}"
    ln -s "..data/${file##*/}" "$name/${file##*/}"
  done
  chmod 2777 "$name"
}
volume secrets 0440 "$ROOT/secrets/password" "$ROOT/secrets/client_secret"
volume profiles 0644 "$ROOT/config/profiles/default.toml"
install -d -m 2775 -g 10001 state
mount -t tmpfs none /run
for pair in secrets:/run/secrets/ropc profiles:/run/config/profiles; do
  mkdir -p "${pair#*:}"; mount --bind "${pair%%:*}" "${pair#*:}"; mount -o remount,bind,ro "${pair#*:}"
done
mkdir /run/state; mount --bind state /run/state
mount -o remount,bind,ro / ; mount --bind "$ROOT" "$ROOT"; mount -o remount,bind,ro "$ROOT"
! touch /x 2>/dev/null; ! touch "$ROOT/x" 2>/dev/null
ulimit -l 64; cd /
exec setpriv --reuid=10001 --regid=10001 --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs "$@"
"#;

#[test]
fn in_a_pod_the_directory_store_works() {
    if !needs::programs(&["unshare", "setpriv"]) || !needs::root() {
        return;
    }
    let Some(mut case) = Case::new(Kind::Directory) else {
        return;
    };
    let config = case.sandbox.root().join("config");
    let (binary, ca) = (
        case.sandbox.root().join("ropc"),
        case.sandbox.root().join("ca.pem"),
    );
    copy_program(ROPC, &binary);
    for path in [case.sandbox.root(), &ca] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    // Somewhere else, where the secrets are not: `login` writes the profile for the ConfigMap.
    case.sandbox.set_env("ROPC_CONFIG_DIR", &text(&config));
    let facts = case.sandbox.facts();
    let mut args = vec![
        "login",
        "--store",
        "directory",
        "--secrets-dir",
        "/run/secrets/ropc",
        "--no-verify",
    ];
    args.extend(facts.iter().map(String::as_str));
    case.run(&args).expect(0);
    let root = format!("ROOT='{}'\n{POD}", text(case.sandbox.root()));
    let prefix = [
        "unshare", "--mount", "--pid", "--fork", "--ipc", "--uts", "sh", "-c", &root, "sh",
    ];
    let env = [
        ("HOME", "/"),
        ("ROPC_CONFIG_DIR", "/run/config"),
        ("ROPC_STATE_DIR", "/run/state/state"),
    ];
    let job = ["exec", "--", "/usr/bin/id", "-u"];
    let pod = run(&case.sandbox, &prefix, &text(&binary), &env, &job).expect(0);
    assert_eq!((pod.stdout.trim(), pod.stderr.as_str()), ("10001", ""));
    assert_eq!(case.sandbox.emulator.token_requests(), 1);
    run(&case.sandbox, &prefix, &text(&binary), &env[..2], &job)
        .expect(125)
        .says(&["sends no password", "ROPC_STATE_DIR"]);
    let doctor = run(&case.sandbox, &prefix, &text(&binary), &env, &["doctor"])
        .expect(0)
        .stdout;
    let warned: Vec<&str> = doctor
        .lines()
        .filter(|line| line.starts_with("warn"))
        .collect();
    assert!(
        matches!(warned[..], [one] if one.contains("cache")),
        "{doctor}"
    );
}
