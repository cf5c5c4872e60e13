//! A pipe, a device or a directory in place of each file that the program opens: an error at once,
//! or a miss for a file of the cache, and never a wait.

use super::*;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

/// What is in place of a file, and its name in the error.
const KINDS: [(&str, &str); 4] = [
    ("pipe", "a pipe, not a file"),
    ("directory", "a directory, not a file"),
    ("device", "a device or a socket, not a file"),
    ("link to a device", "a symbolic link"),
];

/// False if this account cannot make a device; the test tries a link to one in any case.
fn put(kind: &str, path: &Path) -> bool {
    let run = |program: &str, args: &[&str]| {
        let mut command = Command::new(program);
        command
            .args(args)
            .arg(path)
            .stderr(Stdio::null())
            .status()
            .unwrap()
            .success()
    };
    match kind {
        "pipe" => run("mkfifo", &[]),
        "directory" => fs::create_dir(path).is_ok(),
        "device" => make_device(path),
        _ => symlink("/dev/zero", path).is_ok(),
    }
}

/// Makes a copy of `/dev/zero`, which never ends.
fn make_device(path: &Path) -> bool {
    let made = Command::new("mknod")
        .arg(path)
        .args(["c", "1", "5"])
        .stderr(Stdio::null())
        .status()
        .unwrap()
        .success();
    made && fs::set_permissions(path, Permissions::from_mode(0o600)).is_ok()
}

fn take_away(path: &Path) {
    if path.is_dir() && !path.is_symlink() {
        fs::remove_dir(path)
    } else {
        fs::remove_file(path)
    }
    .unwrap();
}

/// Ends a run that waits, long after `--timeout` would have.
fn at_once(sandbox: &Sandbox, args: &[&str]) -> Run {
    let mut command = sandbox.program("timeout");
    command
        .args(["-s", "KILL", "60", crate::support::ROPC])
        .args(args);
    let run = sandbox.finish(&args.join(" "), command, &[]);
    assert_ne!(
        run.signal.or(run.code),
        Some(137),
        "`ropc {}` waits",
        args.join(" ")
    );
    run
}

/// Asserts that `args` end with `code` for each kind of thing in place of `path`; `followed` is for
/// files that may be links. Before and after that, with the file itself, they end with 0.
fn in_place_of(sandbox: &Sandbox, path: &Path, args: &[&str], code: i32, followed: bool) {
    if !path.starts_with(sandbox.state_dir()) {
        // The test makes more sign-ins than ropc allows in five minutes.
        let _ = fs::remove_dir_all(sandbox.state_dir().join("breaker"));
    }
    at_once(sandbox, args).expect(0);
    let saved = path.with_extension("saved");
    for (kind, words) in KINDS {
        fs::rename(path, &saved).unwrap();
        if put(kind, path) {
            let run = at_once(sandbox, args).expect(code);
            let words = if followed && kind == "link to a device" {
                "a device or a socket"
            } else {
                words
            };
            if code != 0 {
                let said = run.stdout.clone() + &run.stderr;
                assert!(
                    said.contains(words),
                    "a {kind} at {}: {said}",
                    path.display()
                );
                assert!(
                    args[0] == "status" || said.contains("ropc: hint: "),
                    "a {kind} at {}: {said}",
                    path.display()
                );
            }
            // ropc may have replaced a file of the cache.
            if path.symlink_metadata().is_ok() {
                take_away(path);
            }
        }
        fs::rename(&saved, path).unwrap();
    }
    at_once(sandbox, args).expect(0);
}

#[test]
fn in_place_of_the_roots_that_a_variable_names_it_is_an_error_at_once() {
    let mut sandbox = Sandbox::new();
    let facts = sandbox.facts();
    let mut login = vec![
        "login",
        "--secrets-stdin",
        "--no-verify",
        "--store",
        "file",
        "--key-source",
        "key-file",
    ];
    // Without the enrolled roots.
    login.extend(facts[..8].iter().map(String::as_str));
    sandbox
        .run_with_input(&login, &sandbox.secrets_json())
        .expect(0);
    let roots = sandbox.root().join("roots.pem");
    fs::copy(sandbox.root().join("ca.pem"), &roots).unwrap();
    sandbox.set_env("SSL_CERT_FILE", roots.to_str().unwrap());
    in_place_of(
        &sandbox,
        &roots,
        &["exec", "--no-cache", "--timeout", "20s", "--", "true"],
        125,
        true,
    );
}

/// The one file of a directory that has this ending.
fn only(dir: &Path, ending: &str) -> PathBuf {
    let mut found: Vec<PathBuf> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    found.retain(|path| path.is_file() && path.to_string_lossy().ends_with(ending));
    found.sort();
    found.remove(0)
}

#[test]
fn in_place_of_a_file_that_a_job_needs_it_is_an_error_at_once() {
    let sandbox = ready();
    let job = ["exec", "--no-cache", "--timeout", "20s", "--", "true"];
    at_once(&sandbox, &job).expect(0);
    let (config, state) = (sandbox.config_dir(), sandbox.state_dir());
    in_place_of(&sandbox, &sandbox.profile_file("default"), &job, 125, false);
    in_place_of(&sandbox, &sandbox.root().join("ca.pem"), &job, 125, true);
    in_place_of(&sandbox, &config.join("store.sealed"), &job, 125, false);
    in_place_of(&sandbox, &config.join("store.key"), &job, 125, false);
    in_place_of(
        &sandbox,
        &only(&state.join("enrolled"), ".toml"),
        &job,
        125,
        false,
    );
    in_place_of(
        &sandbox,
        &state.join("locks/default.lock"),
        &job,
        125,
        false,
    );
    for looks in [&["status"][..], &["token", "--no-cache"]] {
        in_place_of(&sandbox, &sandbox.profile_file("default"), looks, 3, false);
    }
    in_place_of(
        &sandbox,
        &sandbox.profile_file("default"),
        &["list"],
        0,
        false,
    );
}

#[test]
fn in_place_of_the_sign_in_record_it_is_an_error_at_once() {
    let sandbox = ready();
    let job = ["exec", "--no-cache", "--timeout", "20s", "--", "true"];
    at_once(&sandbox, &job).expect(0);
    let breaker = sandbox.state_dir().join("breaker");
    let records: Vec<PathBuf> = fs::read_dir(&breaker)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(!records.is_empty(), "a sign-in leaves a record");
    for record in records {
        in_place_of(&sandbox, &record, &job, 125, false);
    }
}

#[test]
fn in_place_of_a_cache_file_it_is_a_miss_at_once() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let tokens = only(&sandbox.cache_dir().join("tokens/default"), "");
    // A miss costs a sign-in; if the new token cannot be stored there, ropc says so.
    in_place_of(
        &sandbox,
        &tokens,
        &["exec", "--timeout", "20s", "--", "true"],
        0,
        false,
    );
    let journal = sandbox.profile_file("default").with_extension("pending");
    fs::write(&journal, "").unwrap();
    in_place_of(&sandbox, &journal, &["status"], 0, false);
}

#[test]
fn in_place_of_a_file_for_login_it_is_an_error_at_once() {
    let sandbox = ready();
    let facts = sandbox.facts();
    let ca = sandbox.root().join("own.pem");
    fs::copy(sandbox.root().join("ca.pem"), &ca).unwrap();
    for (name, secret) in [
        ("password", &sandbox.password),
        ("client-secret", &sandbox.client_secret),
    ] {
        // Outside of HOME, which is searched for secrets.
        fs::write(sandbox.root().join(name), secret).unwrap();
        fs::set_permissions(sandbox.root().join(name), Permissions::from_mode(0o600)).unwrap();
    }
    let mut login = vec!["login", "--yes", "--no-verify", "--timeout", "2s"];
    login.extend(["--password-file", "password"]);
    login.extend(["--client-secret-file", "client-secret"]);
    login.extend(facts[..8].iter().map(String::as_str));
    login.extend(["--ca-file", "own.pem"]);
    in_place_of(&sandbox, &ca, &login, 3, true);
    let lock = sandbox.config_dir().join("store.lock");
    in_place_of(&sandbox, &lock, &login, 5, false);
    for name in ["password", "client-secret"] {
        let path = sandbox.root().join(name);
        for kind in ["directory", "device", "link to a device"] {
            fs::rename(&path, path.with_extension("saved")).unwrap();
            if put(kind, &path) {
                at_once(&sandbox, &login).expect(2).says(&["not a file"]);
                take_away(&path);
            }
            fs::rename(path.with_extension("saved"), &path).unwrap();
        }
    }
}

#[test]
fn in_place_of_an_imported_script_it_is_an_error_at_once() {
    let sandbox = ready();
    let script = sandbox.root().join("job.ps1");
    for (kind, words) in KINDS {
        if put(kind, &script) {
            let words = if kind == "link to a device" {
                "a device or a socket"
            } else {
                words
            };
            at_once(&sandbox, &["import", "job.ps1"])
                .expect(3)
                .says(&[words, "ropc: hint: "]);
            take_away(&script);
        }
    }
    // A work tree around the script whose index is a pipe.
    fs::write(&script, "Write-Host 'nothing'\n").unwrap();
    fs::create_dir(sandbox.root().join(".git")).unwrap();
    assert!(put("pipe", &sandbox.root().join(".git/index")));
    at_once(&sandbox, &["import", "job.ps1"]);
}

#[test]
fn login_waits_for_a_pipe_as_the_password_file_as_long_as_timeout_allows() {
    let sandbox = ready();
    let (pipe, facts) = (sandbox.root().join("pipe"), sandbox.facts());
    assert!(put("pipe", &pipe));
    fs::write(sandbox.root().join("client-secret"), &sandbox.client_secret).unwrap();
    let login = |timeout: &str, file: &str| {
        let own = ["login", "--yes", "--timeout", timeout];
        let files = [
            "--client-secret-file",
            "client-secret",
            "--password-file",
            file,
        ];
        let own = own.into_iter().chain(files).map(str::to_owned);
        own.chain(facts.iter().cloned()).collect::<Vec<_>>()
    };
    // Nobody writes: with no other end, and with one that is open and silent.
    let patient = login("2s", "pipe");
    let patient: Vec<&str> = patient.iter().map(String::as_str).collect();
    at_once(&sandbox, &patient)
        .expect(2)
        .says(&["nothing arrived in time", "--timeout"]);
    let both = fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(&pipe)
        .unwrap();
    at_once(&sandbox, &patient)
        .expect(2)
        .says(&["nothing arrived in time"]);
    drop(both);
    let mut silent = sandbox.command(login("2s", "-"));
    silent
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut silent = silent.spawn().unwrap();
    let _held = silent.stdin.take().unwrap();
    sandbox
        .keep("a silent pipe", silent.wait_with_output().unwrap())
        .expect(2)
        .says(&["nothing arrived in time"]);
    // The controls: each kind of pipe with a password works.
    for way in ["pipe", "/dev/stdin", "/dev/fd/0", "-"] {
        let mut command = sandbox.command(login("60s", way));
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut to: Box<dyn std::io::Write> = if way == "pipe" {
            Box::new(fs::OpenOptions::new().write(true).open(&pipe).unwrap())
        } else {
            Box::new(child.stdin.take().unwrap())
        };
        to.write_all(sandbox.password.as_bytes()).unwrap();
        drop(to);
        sandbox
            .keep(way, child.wait_with_output().unwrap())
            .expect(0);
    }
}
