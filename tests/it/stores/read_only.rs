//! Disks and mounts that cannot be written, and a Kubernetes pod.

use super::bare::{HEADLESS, run, text};
use super::case::{Case, Kind, runtime_dir};
use crate::support::{ROPC, copy_program, needs};
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};

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
        // Mounts the root of the file system and the sandbox read-only, and checks that this
        // worked.
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
        // Without a directory for its record ropc sends nothing, and names the variable to set.
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
    // As Docker Compose mounts a file of a host account into a container.
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

/// The limits of the pod in `docs/where/kubernetes.md`, and its volumes as Kubernetes lays them
/// out: links over links, directories that all may write on read-only mounts, a state volume that
/// belongs to a group.
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
    // In another place without the secrets, `login` writes the profile for the ConfigMap.
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
