//! The record itself: if it cannot be read or written, ropc sends no password, and the message says
//! how to go on.

use super::{store_password, wrong};
use crate::support::broker::{login_as, pass, read_record, record, record_dir, remove_cache};
use crate::support::{Sandbox, needs, secrets_json};
use entra_emulator::{CONTOSO_USER, Fault, Times};
use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::PathBuf;

fn cold_with_record() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    remove_cache(&sandbox);
    sandbox
}

/// A runtime directory as a log-in session has it.
fn runtime_dir(sandbox: &mut Sandbox) -> PathBuf {
    let dir = sandbox.root().join("run");
    fs::DirBuilder::new().mode(0o700).create(&dir).unwrap();
    sandbox.set_env("XDG_RUNTIME_DIR", dir.to_str().unwrap());
    dir
}

#[test]
fn an_unreadable_record_stops_the_password_until_a_person_starts_a_new_one() {
    let newer = br#"{"version": 3, "about": "x", "a_field_of_the_future": true}"#;
    let cases: [(&[u8], &str); 5] = [
        (b"", "it is damaged"),
        (b"{\"version\": 2", "it is damaged"),
        (
            b"{\"version\": 1, \"about\": \"x\", \"surprise\": 1}",
            "it is damaged",
        ),
        (b"\xff\xfe\x00", "it is damaged"),
        (newer, "version 3, which a newer ropc wrote"),
    ];
    for (content, reason) in cases {
        let sandbox = cold_with_record();
        fs::write(record(&sandbox, "user-").unwrap(), content).unwrap();
        let known = [
            "the sign-in record",
            "so no password is sent",
            reason,
            "`ropc login --retry`",
        ];
        sandbox
            .run(&["exec", "--", "true"])
            .expect(125)
            .says(&known);
        sandbox.run(&["token"]).expect(3).says(&known);
        sandbox.login(&["--yes"]).expect(3).says(&known);
        assert_eq!(sandbox.emulator.token_requests(), 1);
        let status = crate::support::broker::status(&sandbox, "default");
        assert_eq!(status["breaker"]["state"], "unreadable");
        sandbox.run(&["login", "--retry"]).expect(0);
        assert_eq!(read_record(&sandbox)["version"], 2);
        sandbox.run(&["token", "--no-cache"]).expect(0);
    }
}

#[test]
fn a_record_that_is_a_link_or_a_directory_stops_the_password_too() {
    let sandbox = cold_with_record();
    let path = record(&sandbox, "user-").unwrap();
    let aside = sandbox.root().join("aside.json");
    fs::rename(&path, &aside).unwrap();
    std::os::unix::fs::symlink(&aside, &path).unwrap();
    sandbox
        .run(&["token"])
        .expect(3)
        .says(&["no password is sent"]);
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    sandbox
        .run(&["token"])
        .expect(3)
        .says(&["no password is sent"]);
    assert_eq!(sandbox.emulator.token_requests(), 1);
}

#[test]
fn without_any_writable_directory_no_password_is_sent() {
    let mut sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    fs::write(sandbox.root().join("file"), "").unwrap();
    let below_a_file = sandbox.root().join("file/state");
    sandbox.set_env("ROPC_STATE_DIR", below_a_file.to_str().unwrap());
    let known = ["no directory for the sign-in record", "ROPC_STATE_DIR"];
    sandbox
        .run(&["exec", "--", "true"])
        .expect(125)
        .says(&known);
    sandbox.run(&["token"]).expect(3).says(&known);
    sandbox.login(&["--yes"]).expect(3).says(&known);
    // A runtime directory that others may write does not count.
    let open = runtime_dir(&mut sandbox);
    fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
    sandbox.run(&["token"]).expect(3).says(&known);
    assert_eq!(sandbox.emulator.token_requests(), 0);
}

#[test]
fn a_record_that_cannot_be_written_stops_the_password() {
    let sandbox = cold_with_record();
    fs::remove_dir_all(record_dir(&sandbox)).unwrap();
    fs::write(record_dir(&sandbox), "in the way").unwrap();
    sandbox
        .run(&["token"])
        .expect(3)
        .says(&["cannot be", "ROPC_STATE_DIR"]);
    assert_eq!(sandbox.emulator.token_requests(), 1);
}

#[test]
fn a_logout_needs_no_record_that_can_be_written() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let path = record(&sandbox, "user-").unwrap();
    // As on a full disk: existing files can be read, and no new one can be made. Only a flag stops
    // root.
    fs::set_permissions(record_dir(&sandbox), fs::Permissions::from_mode(0o500)).unwrap();
    let _ = std::process::Command::new("chattr")
        .arg("+i")
        .arg(record_dir(&sandbox))
        .output();
    let probe = fs::write(record_dir(&sandbox).join("probe"), "");
    let run = sandbox.run(&["logout", "--yes"]);
    let _ = std::process::Command::new("chattr")
        .arg("-i")
        .arg(record_dir(&sandbox))
        .output();
    fs::set_permissions(record_dir(&sandbox), fs::Permissions::from_mode(0o700)).unwrap();
    if !needs::allowed(probe.is_err(), "`chattr +i`") {
        return;
    }
    run.expect(0)
        .says(&["warning", path.to_str().unwrap(), "keeps what it knows"]);
    assert!(
        !sandbox.profile_file("default").exists()
            && !sandbox.cache_dir().join("tokens/default").exists()
    );
    assert!(crate::support::broker::store_items(&sandbox).is_empty());
}

#[test]
fn the_runtime_directory_takes_the_record_where_the_state_directory_cannot() {
    let mut sandbox = Sandbox::new();
    store_password(&sandbox, &wrong(&sandbox));
    fs::write(sandbox.root().join("file"), "").unwrap();
    let below_a_file = sandbox.root().join("file/state");
    sandbox.set_env("ROPC_STATE_DIR", below_a_file.to_str().unwrap());
    let run = runtime_dir(&mut sandbox);
    sandbox.run(&["token"]).expect(4).says(&["AADSTS50126"]);
    sandbox.run(&["token"]).expect(4).says(&["is not sent"]);
    assert_eq!(sandbox.emulator.token_requests(), 1);
    assert!(run.join("ropc/breaker").is_dir());
    assert!(!sandbox.state_dir().join("breaker").exists());
}

#[test]
fn refusals_in_a_state_directory_still_count_after_it_became_read_only() {
    let mut sandbox = Sandbox::new();
    let state = sandbox.root().join("state");
    sandbox.set_env("ROPC_STATE_DIR", state.to_str().unwrap());
    store_password(&sandbox, &wrong(&sandbox));
    sandbox.run(&["token"]).expect(4).says(&["AADSTS50126"]);
    // A file in place of the lock directory stops root too, as a read-only file system stops every
    // account.
    fs::remove_dir_all(state.join("locks")).unwrap();
    fs::write(state.join("locks"), "").unwrap();
    runtime_dir(&mut sandbox);
    sandbox.run(&["token"]).expect(4).says(&["is not sent"]);
    assert_eq!(
        crate::support::broker::status(&sandbox, "default")["breaker"]["state"],
        "refused"
    );
    assert_eq!(sandbox.emulator.token_requests(), 1);
    login_as(
        &sandbox,
        CONTOSO_USER,
        "default",
        &sandbox.secrets_json(),
        &["--yes"],
    )
    .expect(0);
    sandbox.run(&["token", "--no-cache"]).expect(0);
}

#[test]
fn refusals_from_the_read_only_time_count_when_the_state_directory_is_writable_again() {
    let mut sandbox = Sandbox::new();
    let state = sandbox.state_dir();
    runtime_dir(&mut sandbox);
    // A first sign-in, so that there is an older record.
    sandbox.login(&[]).expect(0);
    sandbox
        .login_with(
            &["--no-verify", "--yes"],
            &secrets_json(&sandbox.client_secret, &wrong(&sandbox)),
        )
        .expect(0);
    let read_only = || {
        fs::remove_dir_all(state.join("locks")).unwrap();
        fs::write(state.join("locks"), "").unwrap();
    };
    let writable = || fs::remove_file(state.join("locks")).unwrap();
    read_only();
    sandbox.run(&["token"]).expect(4).says(&["AADSTS50126: "]);
    writable();
    for _ in 0..2 {
        sandbox.run(&["token"]).expect(4).says(&["is not sent"]);
        assert_eq!(
            crate::support::broker::status(&sandbox, "default")["breaker"]["state"],
            "refused"
        );
    }
    assert_eq!(
        (
            sandbox.emulator.token_requests(),
            sandbox.emulator.failed_sign_ins(CONTOSO_USER)
        ),
        (2, 1)
    );
    // The control: a fix by a person counts everywhere, although the older record still has the
    // refusal.
    sandbox
        .run(&["login", "--retry"])
        .expect(4)
        .says(&["AADSTS50126: "]);
    pass(&sandbox, 3600);
    sandbox.login(&["--yes"]).expect(0);
    sandbox.emulator.inject(Fault::Aadsts(50126), Times::Once);
    sandbox.run(&["token", "--no-cache"]).expect(4);
    read_only();
    sandbox
        .run(&["token", "--no-cache"])
        .expect(4)
        .says(&["is not sent"]);
    sandbox.run(&["login", "--retry"]).expect(0);
    sandbox.run(&["token", "--no-cache"]).expect(0);
    writable();
    sandbox.run(&["token", "--no-cache"]).expect(0);
}

#[test]
fn the_record_holds_public_facts_only_and_is_private() {
    let sandbox = Sandbox::new();
    let bad = wrong(&sandbox);
    store_password(&sandbox, &bad);
    sandbox.run(&["token"]).expect(4);
    let path = record(&sandbox, "user-").unwrap();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(
        fs::metadata(record_dir(&sandbox))
            .unwrap()
            .permissions()
            .mode()
            & 0o777,
        0o700
    );
    let print = &read_record(&sandbox)["refused"][0]["fingerprint"];
    assert_eq!(
        print["print"].as_str().unwrap().len(),
        4,
        "16 bits exclude a guess and prove none"
    );
    sandbox.assert_no_leak();
}

#[test]
fn a_recorded_refusal_is_shown_in_the_language_of_the_present_run() {
    let mut sandbox = Sandbox::new();
    let refused = wrong(&sandbox);
    store_password(&sandbox, &refused);
    sandbox.set_env("ROPC_LANG", "ja");
    let first = sandbox.run(&["token"]).expect(4);
    let first = first.says(&[
        "AADSTS50126: ユーザー名またはパスワードが拒否されました",
        "`ropc login --retry`",
    ]);
    assert!(
        !first.stderr.contains("user name or password refused"),
        "{}",
        first.stderr
    );
    let record = fs::read_to_string(record(&sandbox, "user-").unwrap()).unwrap();
    assert!(
        record.is_ascii() && record.contains("50126"),
        "no words in the record: {record}"
    );
    sandbox
        .run(&["token"])
        .expect(4)
        .says(&["AADSTS50126: ユーザー名またはパスワードが拒否されました"]);
    sandbox.set_env("ROPC_LANG", "en");
    sandbox
        .run(&["token"])
        .expect(4)
        .says(&["AADSTS50126: user name or password refused"]);
    assert_eq!(
        sandbox.emulator.token_requests(),
        1,
        "the control: the other texts come from the record"
    );
}
