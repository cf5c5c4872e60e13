//! Files that another account could change: an error before anything is sent or run, for every
//! store without a binding. The same runs with the right mode are the controls.

use super::case::{Case, Kind};
use crate::support::{documents, needs};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::{Duration, Instant};

fn set(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Asserts that the run fails with this mode, and works again with the old one.
#[track_caller]
fn matters(case: &Case, path: &Path, bad: u32, words: &[&str]) {
    let good = path.metadata().unwrap().permissions().mode() & 0o7777;
    let sent = case.sandbox.emulator.connections();
    set(path, bad);
    case.run(&["exec", "--no-cache", "--", "true"])
        .expect(125)
        .says(words)
        .says(&["others may write to"]);
    assert_eq!(
        case.sandbox.emulator.connections(),
        sent,
        "nothing is sent with {bad:o} on {}",
        path.display()
    );
    set(path, good);
    case.run(&["exec", "--no-cache", "--", "true"]).expect(0);
}

#[test]
fn files_that_others_may_write_are_not_used() {
    for kind in [Kind::Directory, Kind::Command] {
        let Some(case) = Case::new(kind) else { return };
        case.login(&[]).expect(0);
        let (config, root) = (case.sandbox.config_dir(), case.sandbox.root());
        let words = &["configuration", "decides where the secrets are sent"];
        matters(&case, &case.sandbox.profile_file("default"), 0o660, words);
        matters(&case, &config.join("profiles"), 0o777, words);
        matters(&case, &config, 0o770, words);
        matters(&case, &root.join("ca.pem"), 0o666, words);
    }
}

#[test]
fn secrets_that_others_may_write_are_not_used() {
    let Some(case) = Case::new(Kind::Directory) else {
        return;
    };
    case.login(&[]).expect(0);
    let words = &["secret store", "mount it read-only"];
    matters(&case, &case.secrets_dir().join("password"), 0o666, words);
    matters(
        &case,
        &case.secrets_dir().join("client_secret"),
        0o620,
        words,
    );
    matters(&case, &case.secrets_dir(), 0o777, words);
    // The admin may let others read it.
    set(&case.secrets_dir().join("password"), 0o644);
    case.run(&["exec", "--no-cache", "--", "true"]).expect(0);
}

#[test]
fn a_login_runs_no_program_from_a_profile_that_others_may_write() {
    let Some(case) = Case::new(Kind::Command) else {
        return;
    };
    case.login(&[]).expect(0);
    let (path, mark) = (
        case.sandbox.profile_file("default"),
        case.sandbox.root().join("was-run"),
    );
    let planted = fs::read_to_string(&path).unwrap().replace(
        "command = [",
        &format!("command = [\"touch\", \"{}\"]\n#", mark.display()),
    );
    fs::write(&path, planted).unwrap();
    let facts = case.sandbox.facts();
    let mut args = vec!["login", "--yes", "--store", "command"];
    args.extend(facts.iter().map(String::as_str));
    set(&path, 0o666);
    case.run(&args)
        .expect(2)
        .says(&["others may write", "needs the program"]);
    assert!(!mark.exists());
    // Also not after an edit by an account that may write.
    set(&path, 0o600);
    case.run(&args)
        .expect(2)
        .says(&["was changed after `ropc login`", "needs the program"]);
    assert!(!mark.exists());
    // The control: the same program as a flag runs.
    args.extend(["--", "touch", mark.to_str().unwrap()]);
    case.run(&args).expect(5).says(&["ends too early"]);
    assert!(mark.exists());
}

#[test]
fn secrets_as_kubernetes_projects_them_are_used() {
    let Some(case) = Case::new(Kind::Directory) else {
        return;
    };
    let dir = case.secrets_dir();
    let real = dir.join("..2026_11_22_05_00_00.1");
    fs::create_dir(&real).unwrap();
    symlink("..2026_11_22_05_00_00.1", dir.join("..data")).unwrap();
    for name in ["password", "client_secret"] {
        fs::rename(dir.join(name), real.join(name)).unwrap();
        set(&real.join(name), 0o644);
        symlink(Path::new("..data").join(name), dir.join(name)).unwrap();
    }
    // The root of a secret volume has the sticky bit.
    set(&dir, 0o1777);
    case.login(&[])
        .expect(0)
        .says(&["other accounts here may read some of them"]);
    // The profile from a ConfigMap is a link as well.
    let profile = case.sandbox.profile_file("default");
    fs::create_dir(profile.with_file_name("..data")).unwrap();
    fs::rename(
        &profile,
        profile.with_file_name("..data").join("default.toml"),
    )
    .unwrap();
    symlink("..data/default.toml", &profile).unwrap();
    case.run(&["exec", "--no-cache", "--", "true"]).expect(0);
    // A rotation: Kubernetes changes `..data` to a new directory.
    let next = dir.join("..2026_11_22_06_00_00.2");
    fs::create_dir(&next).unwrap();
    let new = crate::support::random_secret("K8");
    fs::write(next.join("password"), &new).unwrap();
    fs::copy(real.join("client_secret"), next.join("client_secret")).unwrap();
    case.sandbox
        .emulator
        .set_password(entra_emulator::CONTOSO_USER, &new);
    symlink("..2026_11_22_06_00_00.2", dir.join("..new")).unwrap();
    fs::rename(dir.join("..new"), dir.join("..data")).unwrap();
    case.run(&["exec", "--no-cache", "--", "true"]).expect(0);
}

#[test]
fn a_program_that_hangs_costs_only_its_deadline_and_nothing_is_sent() {
    let Some(case) = Case::new(Kind::Command) else {
        return;
    };
    case.login(&[]).expect(0);
    let sent = case.sandbox.emulator.connections();
    fs::write(case.secrets_dir().join("print.sh"), "sleep 300").unwrap();
    let run = case
        .run(&["exec", "--no-cache", "--timeout", "2s", "--", "true"])
        .expect(125);
    run.says(&["secret store", "and ropc ended it", "must not prompt"]);
    fs::write(
        case.secrets_dir().join("print.sh"),
        "echo 'token expired for op' >&2; exit 3",
    )
    .unwrap();
    let run = case
        .run(&["exec", "--no-cache", "--", "true"])
        .expect(125)
        .says(&["exit status: 3", "run it by hand"]);
    assert!(
        !run.stderr.contains("token expired"),
        "the program's own words could hold a secret"
    );
    assert_eq!(case.sandbox.emulator.connections(), sent);
}

#[test]
fn a_program_that_hangs_is_ended_with_its_children() {
    let Some(case) = Case::new(Kind::Command) else {
        return;
    };
    case.login(&[]).expect(0);
    let pid = case.sandbox.root().join("pid");
    for hanging in [
        "sleep 300 & echo $! >PID; wait",
        "sleep 300 & echo $! >PID; exit 0",
        "exec >&-; echo $$ >PID; sleep 300",
    ] {
        let script = hanging.replace("PID", &format!("'{}'", pid.display()));
        fs::write(case.secrets_dir().join("print.sh"), script).unwrap();
        case.run(&["exec", "--no-cache", "--timeout", "1s", "--", "true"])
            .expect(125)
            .says(&["and ropc ended it"]);
        let child = fs::read_to_string(&pid).unwrap();
        let state =
            || fs::read_to_string(format!("/proc/{}/stat", child.trim())).unwrap_or_default();
        // Killed: it is gone as soon as the kernel runs. Its new parent may leave it a zombie.
        let gone = || state().is_empty() || state().contains(") Z ");
        let end = Instant::now() + Duration::from_secs(30);
        while !gone() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(gone(), "{hanging}: {}", state());
    }
}

#[test]
fn ropc_does_not_wait_for_a_process_that_an_ended_program_left_running() {
    let Some(case) = Case::new(Kind::Command) else {
        return;
    };
    case.login(&[]).expect(0);
    let (script, pid) = (
        case.secrets_dir().join("print.sh"),
        case.sandbox.root().join("pid"),
    );
    let job = ["exec", "--no-cache", "--", "true"];
    let left = |print: &str| {
        fs::write(
            &script,
            format!("sleep 300 &\necho $! > '{}'\n{print}\n", pid.display()),
        )
        .unwrap();
    };
    let end = || {
        let pid = fs::read_to_string(&pid).unwrap();
        std::process::Command::new("kill")
            .arg(pid.trim())
            .stderr(std::process::Stdio::null())
            .status()
            .unwrap()
            .success()
    };
    left("cat \"$1\"");
    case.run(&job).expect(0);
    assert!(end(), "what it left running is not ropc's to end");
    // The controls: the process may still write the rest of a JSON, and a status other than 0 is a
    // failure.
    left("head -c 20 \"$1\"");
    case.run(&["exec", "--no-cache", "--timeout", "2s", "--", "true"])
        .expect(125)
        .says(&["and ropc ended it"]);
    end();
    left("cat \"$1\"; exit 3");
    case.run(&job).expect(125).says(&["exit status: 3"]);
    assert!(end());
}

#[test]
fn flags_of_one_store_are_refused_with_another() {
    let Some(case) = Case::new(Kind::Directory) else {
        return;
    };
    let json = case.sandbox.secrets_json();
    case.sandbox
        .login_into(&["--store", "directory"], &[], &json)
        .expect(2)
        .says(&["only read", "--secrets-stdin"]);
    case.sandbox
        .login_into(&["--store", "file", "--secrets-dir", "/run"], &[], &json)
        .expect(2)
        .says(&["--store directory"]);
    case.sandbox
        .login_into(&["--store", "file"], &["--", "op"], &json)
        .expect(2)
        .says(&["--store command"]);
    let facts = case.sandbox.facts();
    let mut args = vec!["login", "--store", "command"];
    args.extend(facts.iter().map(String::as_str));
    case.run(&args).expect(2).says(&["after `--`"]);
    assert!(!case.sandbox.profile_file("default").exists());
}

/// `vault`, `op` and `az` as scripts, and the script of `docs/guide/stores.md` around them.
fn plant_printers(case: &Case, bin: &Path) {
    let (secret, password) = (&case.sandbox.client_secret, &case.sandbox.password);
    let both = String::from_utf8(crate::support::secrets_json(secret, password)).unwrap();
    let indented =
        format!("{{\n  \"client_secret\": \"{secret}\",\n  \"password\": \"{password}\"\n}}");
    fs::write(bin.join("indented"), indented.replace('&', "\\u0026")).unwrap();
    fs::write(bin.join("line"), format!("{both}\n")).unwrap();
    fs::write(bin.join("ropc-client-secret"), format!("{secret}\n")).unwrap();
    fs::write(bin.join("ropc-password"), format!("{password}\n")).unwrap();
    let put = |name: &str, script: &str| {
        fs::write(
            bin.join(name),
            script.replace("BIN", &bin.display().to_string()),
        )
        .unwrap();
        set(&bin.join(name), 0o755);
    };
    let script = documents::block_that_begins("docs/guide/stores.md", "#!/bin/sh");
    put(
        "vault",
        "#!/bin/sh\ntest \"$*\" = 'kv get -format=json -field=data secret/ropc' && exec cat BIN/indented\n",
    );
    put(
        "op",
        "#!/bin/sh\ntest \"$*\" = 'read op://jobs/ropc/json' && exec cat BIN/line\n",
    );
    put(
        "az",
        "#!/bin/sh\ncase \"$*\" in *'--name ropc '*) exec cat BIN/line ;; esac\nexec cat \"BIN/$7\"\n",
    );
    put("ropc-secrets", &script);
}

/// What `vault`, `op` and `az` print for the commands of `docs/guide/stores.md`: indented JSON
/// without a newline and with `&` escaped; the text of a field as it is; the value of a secret as
/// it is.
#[test]
fn the_output_of_vault_op_and_az_is_accepted() {
    let Some(case) = Case::new(Kind::Command) else {
        return;
    };
    let bin = case.sandbox.root().join("secrets");
    plant_printers(&case, &bin);
    let facts = case.sandbox.facts();
    let login = |program: &[&str]| {
        let mut args = vec!["login", "--yes", "--store", "command"];
        args.extend(facts.iter().map(String::as_str));
        let program = [&["--"], program].concat();
        args.extend(&program);
        let mut command = case.sandbox.command(&args);
        command.env(
            "PATH",
            format!("{}:/usr/local/bin:/usr/bin:/bin", bin.display()),
        );
        case.sandbox.finish("login", command, &[])
    };
    login(&[
        "vault",
        "kv",
        "get",
        "-format=json",
        "-field=data",
        "secret/ropc",
    ])
    .expect(0);
    login(&["op", "read", "op://jobs/ropc/json"]).expect(0);
    let value = "az keyvault secret show --vault-name jobs --name ropc --query value --output tsv";
    login(&value.split(' ').collect::<Vec<_>>()).expect(0);
    if !needs::programs(&["jq"]) {
        return;
    }
    login(&["ropc-secrets"]).expect(0);
    // If one of the two secrets is missing, nothing replaces it.
    for gone in ["ropc-client-secret", "ropc-password"] {
        let content = fs::read(bin.join(gone)).unwrap();
        fs::remove_file(bin.join(gone)).unwrap();
        login(&["ropc-secrets"])
            .expect(5)
            .says(&["ropc-secrets` failed"]);
        fs::write(bin.join(gone), content).unwrap();
    }
}
