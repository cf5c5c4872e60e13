//! ropc sends no password if it cannot know about refusals: because of records in either place,
//! fingerprints, memory for the slow hash, or directories of other accounts. A cached token needs
//! no record.

use super::{store_password, wrong};
use crate::support::broker::{edit_record, login_as, record, remove_cache, status};
use crate::support::{Sandbox, needs, secrets_json};
use entra_emulator::{CONTOSO_CLIENT, CONTOSO_USER, Config, Fault, Times};
use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, chown};
use std::path::PathBuf;

fn runtime_dir(sandbox: &mut Sandbox) -> PathBuf {
    let dir = sandbox.root().join("run");
    fs::DirBuilder::new().mode(0o700).create(&dir).unwrap();
    sandbox.set_env("XDG_RUNTIME_DIR", dir.to_str().unwrap());
    dir
}

/// A profile with a password that was refused once, and another profile whose password was never
/// sent.
fn refused_in_one_of_two() -> Sandbox {
    let sandbox = Sandbox::with(Config::pass_through);
    let bad = secrets_json(&sandbox.client_secret, &wrong(&sandbox));
    for profile in ["default", "twin"] {
        login_as(&sandbox, CONTOSO_USER, profile, &bad, &["--no-verify"]).expect(0);
    }
    sandbox.run(&["token"]).expect(4).says(&["AADSTS50126"]);
    sandbox
}

#[test]
fn a_record_that_cannot_be_read_in_the_second_place_stops_the_password() {
    for content in [&b"{"[..], b"", b"{\"version\":9}"] {
        let mut sandbox = Sandbox::new();
        sandbox.login(&[]).expect(0);
        let name = record(&sandbox, "user-")
            .unwrap()
            .file_name()
            .unwrap()
            .to_owned();
        let second = runtime_dir(&mut sandbox).join("ropc/breaker");
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&second)
            .unwrap();
        let path = second.join(name);
        fs::write(&path, content).unwrap();
        let known = [
            path.to_str().unwrap(),
            "so no password is sent",
            "`ropc login --retry`",
        ];
        sandbox.run(&["token", "--no-cache"]).expect(3).says(&known);
        sandbox.login(&["--yes"]).expect(3).says(&known);
        assert_eq!(
            status(&sandbox, "default")["breaker"]["state"],
            "unreadable"
        );
        assert_eq!(sandbox.emulator.token_requests(), 1);
        // The command of the hint, and the control: after it the same run works.
        sandbox.run(&["login", "--retry"]).expect(0);
        sandbox.run(&["token", "--no-cache"]).expect(0);
    }
}

#[test]
fn a_second_place_that_others_may_write_stops_the_password_too() {
    let mut sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let second = runtime_dir(&mut sandbox).join("ropc");
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(second.join("breaker"))
        .unwrap();
    for dir in [&second, &second.join("breaker")] {
        fs::set_permissions(dir, fs::Permissions::from_mode(0o777)).unwrap();
        let said = [
            "others may write to",
            dir.to_str().unwrap(),
            "no password is sent",
        ];
        sandbox.run(&["token", "--no-cache"]).expect(3).says(&said);
        sandbox.run(&["token"]).expect(0);
        assert_eq!(sandbox.emulator.token_requests(), 1);
        fs::set_permissions(dir, fs::Permissions::from_mode(0o700)).unwrap();
    }
    // The control: the same directories, for this account alone.
    sandbox.run(&["token", "--no-cache"]).expect(0);
    assert_eq!(sandbox.emulator.token_requests(), 2);
}

#[test]
fn a_record_of_the_app_that_cannot_be_read_stops_the_secrets_too() {
    let sandbox = refused_in_one_of_two();
    sandbox
        .emulator
        .set_client_secret(CONTOSO_CLIENT, "another one");
    store_password(&sandbox, &sandbox.password);
    sandbox.run(&["token"]).expect(4).says(&["AADSTS7000215"]);
    let path = record(&sandbox, "app-").unwrap();
    fs::write(&path, "{").unwrap();
    let sent = sandbox.emulator.token_requests();
    sandbox
        .run(&["token"])
        .expect(3)
        .says(&[path.to_str().unwrap(), "so no password is sent"]);
    assert_eq!(sandbox.emulator.token_requests(), sent);
}

#[test]
fn after_damage_to_a_fingerprint_a_refused_password_is_not_sent_again() {
    for (field, value) in [
        ("salt", ""),
        ("salt", "short"),
        ("salt", "zz"),
        ("print", ""),
        ("print", "12345"),
    ] {
        let sandbox = refused_in_one_of_two();
        sandbox
            .run(&["token", "-p", "twin"])
            .expect(4)
            .says(&["is not sent"]);
        edit_record(&sandbox, |record| {
            record["refused"][0]["fingerprint"][field] = value.into();
        });
        let path = record(&sandbox, "user-").unwrap();
        let known = [
            path.to_str().unwrap(),
            "it is damaged",
            "`ropc login -p twin --retry`",
        ];
        sandbox.run(&["token", "-p", "twin"]).expect(3).says(&known);
        assert_eq!(
            sandbox.emulator.failed_sign_ins(CONTOSO_USER),
            1,
            "{field} {value}"
        );
    }
}

/// `ropc` with `limit` KiB of address space.
fn with_memory(sandbox: &Sandbox, limit: u32, args: &[&str]) -> crate::support::Run {
    let mut command = sandbox.program("sh");
    command
        .args(["-c", "ulimit -v \"$1\"; shift; exec \"$@\"", "sh"])
        .arg(limit.to_string())
        .arg(crate::support::ROPC)
        .args(args);
    sandbox.finish(
        &format!("{} with {limit} KiB", args.join(" ")),
        command,
        &[],
    )
}

#[test]
fn without_memory_for_the_slow_hash_no_password_is_sent() {
    let sandbox = refused_in_one_of_two();
    let path = record(&sandbox, "user-").unwrap();
    let (mut not_compared, mut compared) = (0, 0);
    // From too little memory to start up to more than enough: the lack shows in several places, and
    // never as a request.
    for limit in (10_000..200_000).step_by(4_000) {
        let run = with_memory(&sandbox, limit, &["token", "-p", "twin"]);
        assert_eq!(
            sandbox.emulator.failed_sign_ins(CONTOSO_USER),
            1,
            "{limit} KiB: {run:?}"
        );
        assert_ne!(run.code, Some(0), "{limit} KiB: {run:?}");
        if run.stderr.contains("too little memory to compare") {
            not_compared += 1;
            run.expect(3)
                .says(&[path.to_str().unwrap(), "`ropc login -p twin --retry`"]);
        } else if run.stderr.contains("Entra refused it before") {
            compared += 1;
            if compared == 3 {
                break;
            }
        }
    }
    assert!(not_compared > 0, "the lack of memory was met at the hash");
    assert!(compared > 0, "the control: with memory it is known again");
}

#[test]
fn a_state_directory_of_others_is_refused() {
    for (mode, spoiled) in [
        (0o777, "."),
        (0o770, "."),
        (0o1777, "."),
        (0o777, "breaker"),
        (0o722, "locks"),
    ] {
        let sandbox = Sandbox::new();
        sandbox.login(&[]).expect(0);
        let dir = sandbox.state_dir().join(spoiled);
        fs::set_permissions(&dir, fs::Permissions::from_mode(mode)).unwrap();
        let known = [
            "others may write to",
            "so no password is sent",
            "ROPC_STATE_DIR",
            "0700",
        ];
        sandbox.run(&["token", "--no-cache"]).expect(3).says(&known);
        sandbox.login(&["--yes"]).expect(3).says(&known);
        assert_eq!(sandbox.run(&["doctor"]).code, Some(3));
        assert_eq!(
            sandbox.emulator.token_requests(),
            1,
            "{mode:o} of {spoiled}"
        );
        // A cached token needs no state directory.
        sandbox.run(&["token"]).expect(0);
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o700)).unwrap();
        sandbox.run(&["token", "--no-cache"]).expect(0);
    }
    let sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    if !needs::root() {
        return;
    }
    let mut sandbox = sandbox;
    runtime_dir(&mut sandbox);
    chown(sandbox.state_dir(), Some(65_534), None).unwrap();
    sandbox
        .run(&["token"])
        .expect(3)
        .says(&["belongs to another account (uid 65534)", "ROPC_STATE_DIR"]);
    assert_eq!(
        sandbox.emulator.token_requests(),
        0,
        "the runtime directory does not take its place"
    );
    chown(sandbox.state_dir(), Some(0), None).unwrap();
    sandbox.run(&["token"]).expect(0);
}

#[test]
fn every_run_warns_of_a_record_that_is_lost_at_log_out_and_doctor_fails() {
    let mut sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let said = "which is lost at log-out";
    assert!(
        !sandbox.run(&["token"]).expect(0).stderr.contains(said),
        "the control"
    );
    let run = runtime_dir(&mut sandbox);
    fs::write(sandbox.root().join("file"), "").unwrap();
    let below_a_file = sandbox.root().join("file/state");
    sandbox.set_env("ROPC_STATE_DIR", below_a_file.to_str().unwrap());
    let known = [
        "ropc: warning: the sign-in record is in",
        run.to_str().unwrap(),
        said,
        "ROPC_STATE_DIR",
    ];
    for args in [
        &["token"][..],
        &["token", "--no-cache"],
        &["exec", "--", "true"],
        &["login", "--retry"],
    ] {
        sandbox.run(args).expect(0).says(&known);
    }
    sandbox.login(&["--yes"]).expect(0).says(&known);
    let doctor = sandbox.run(&["doctor"]).expect(3);
    assert!(
        doctor.stdout.contains("lost with the log-in session"),
        "{}",
        doctor.stdout
    );
}

#[test]
fn a_cached_token_is_served_without_any_directory_for_the_record() {
    let mut sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    fs::write(sandbox.root().join("file"), "").unwrap();
    let below_a_file = sandbox.root().join("file/state");
    sandbox.set_env("ROPC_STATE_DIR", below_a_file.to_str().unwrap());
    for _ in 0..2 {
        sandbox.run(&["token"]).expect(0);
        sandbox.run(&["exec", "--", "true"]).expect(0);
    }
    assert_eq!(sandbox.emulator.token_requests(), 1);
    // The control: without a cached token ropc would have to send a password, and does not.
    remove_cache(&sandbox);
    sandbox
        .run(&["token"])
        .expect(3)
        .says(&["no directory for the sign-in record", "ROPC_STATE_DIR"]);
    assert_eq!(sandbox.emulator.token_requests(), 1);
}

#[test]
fn a_login_respects_the_pause_of_a_locked_account_until_retry() {
    let sandbox = Sandbox::new();
    sandbox.emulator.inject(Fault::Aadsts(50_053), Times::Once);
    sandbox.login(&[]).expect(4).says(&["AADSTS50053"]);
    for _ in 0..3 {
        sandbox.login(&[]).expect(4).says(&[
            "nothing is sent",
            "AADSTS50053",
            "(in 5 minutes)",
            "--retry",
        ]);
    }
    assert_eq!(sandbox.emulator.token_requests(), 1);
    sandbox.login(&["--retry"]).expect(0);
    assert_eq!(sandbox.emulator.token_requests(), 2);
}
