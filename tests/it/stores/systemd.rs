//! systemd's credentials directory: its layout, and one round trip through the real
//! `systemd-creds`.

use super::case::{Case, Kind};
use crate::support::needs;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn set(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// `login` for a unit: without a named directory, so the profile has none.
fn login(case: &Case, more: &[&str]) -> crate::support::Run {
    let facts = case.sandbox.facts();
    let mut args = vec!["login", "--store", "directory"];
    args.extend(facts.iter().map(String::as_str));
    args.extend(more);
    case.run(&args)
}

#[test]
fn a_unit_finds_its_secrets_in_the_credentials_directory() {
    let Some(mut case) = Case::new(Kind::Directory) else {
        return;
    };
    // Outside the unit there is no directory: `--no-verify` writes the profile without a trial.
    login(&case, &[]).expect(5).says(&[
        "CREDENTIALS_DIRECTORY is not set",
        "LoadCredentialEncrypted=password",
        "--secrets-dir",
    ]);
    assert!(
        !case.sandbox.profile_file("default").exists(),
        "a failed login writes nothing"
    );
    login(&case, &["--no-verify"])
        .expect(0)
        .says(&["the profile is written", "did not try"]);
    assert!(
        !fs::read_to_string(case.sandbox.profile_file("default"))
            .unwrap()
            .contains("secrets_dir")
    );
    case.run(&["exec", "--", "true"])
        .expect(125)
        .says(&["CREDENTIALS_DIRECTORY is not set", "this is not that unit"]);
    // Inside: 0500 and 0400, as systemd sets it.
    let dir = case.secrets_dir();
    for name in ["password", "client_secret"] {
        set(&dir.join(name), 0o400);
    }
    set(&dir, 0o500);
    case.sandbox
        .set_env("CREDENTIALS_DIRECTORY", dir.to_str().unwrap());
    case.run(&["exec", "--", "true"]).expect(0);
    let status = case.run(&["status", "--json"]).expect(0).stdout;
    assert!(
        status.contains("\"secrets\":\"present\"") && status.contains("\"state\":\"valid\""),
        "{status}"
    );
    set(&dir, 0o700);
}

#[test]
fn secrets_sealed_with_systemd_creds_come_through() {
    if !needs::programs(&["systemd-creds", "unshare"]) || !needs::root() {
        return;
    }
    let Some(case) = Case::new(Kind::Directory) else {
        return;
    };
    login(&case, &["--no-verify"]).expect(0);
    let root = case.sandbox.root().display();
    // The host key is in a mount of this process only: the test neither uses nor makes the
    // machine's. As in a unit, decrypted files are only in memory.
    let script = format!(
        "set -e; mount -t tmpfs none /var/lib/systemd; mkdir '{root}/unit'; mount -t tmpfs -o mode=0700 none '{root}/unit'
         for name in password client_secret; do
           systemd-creds encrypt --with-key=host --name=$name '{root}/secrets/'$name '{root}/'$name.cred 2>/dev/null
           rm '{root}/secrets/'$name
           systemd-creds decrypt --name=$name '{root}/'$name.cred '{root}/unit/'$name
           chmod 0400 '{root}/unit/'$name
         done
         mount -o remount,ro '{root}/unit'
         export CREDENTIALS_DIRECTORY='{root}/unit'; exec \"$@\""
    );
    let mut command = case.sandbox.program("unshare");
    command
        .args(["--mount", "sh", "-c", &script, "sh", crate::support::ROPC])
        .args(["exec", "--", "true"]);
    case.sandbox.finish("the unit", command, &[]).expect(0);
    assert_eq!(case.sandbox.emulator.token_requests(), 1);
    let sealed = fs::read(case.sandbox.root().join("password.cred")).unwrap();
    assert!(crate::support::leaks::find(&sealed, &case.sandbox.password).is_none());
}
