//! The demo as the guide has it, run to its end: every step with its command and its outcome, and
//! nothing left behind.
//!
//! The demo builds the program in the target directory in which this test was built, so under
//! `cargo test` that is a look at what is there.

#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use std::path::Path;
use std::process::Command;

/// A directory for temporary files that only the demo uses.
fn run(dir: &Path, change: impl FnOnce(&mut Command)) -> (bool, String, String) {
    std::fs::create_dir_all(dir).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_demo"));
    command.env("TMPDIR", dir).env("TMP", dir);
    change(&mut command);
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.success(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

fn scratch(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()))
}

#[test]
fn the_demo_shows_the_main_job_and_leaves_no_file() {
    let dir = scratch("demo");
    let (success, out, err) = run(&dir, |_| {});
    assert!(success, "{out}\n{err}");
    let steps = [
        "$ ropc login --tenant contoso.example --client-id",
        "ropc: signed in as svc-report@contoso.example",
        "$ ropc exec -- demo fetch https://localhost:",
        "GET /v1.0/me with a token of",
        "userPrincipalName  svc-report@contoso.example",
        "$ ropc status",
        "sign-in        ready",
        "none holds the password, the client secret or a token as text",
        "$ ropc exec --refresh -- demo",
        "ropc: error: sign-in refused: AADSTS50126",
        "is not sent: Entra refused it before",
        "$ ropc login --yes --secrets-stdin",
        "$ ropc logout --yes",
        "All steps went as they should.",
    ];
    let mut rest = out.as_str();
    for step in steps {
        let at = rest
            .find(step)
            .unwrap_or_else(|| panic!("`{step}` is missing or out of order in:\n{out}"));
        rest = &rest[at..];
    }
    assert!(!out.contains("eyJ"), "no token is shown");
    assert_eq!(
        std::fs::read_dir(&dir).unwrap().count(),
        0,
        "a file is left"
    );
    std::fs::remove_dir(&dir).unwrap();
}

#[test]
fn the_demo_fails_with_a_wrong_program() {
    // Control: a "cargo" that names a program which only prints yes.
    let dir = scratch("demo-control");
    std::fs::create_dir_all(&dir).unwrap();
    let cargo = dir.join("cargo");
    let message = r#"{"target":{"name":"ropc"},"executable":"/bin/true"}"#;
    std::fs::write(&cargo, format!("#!/bin/sh\necho '{message}'\n")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&cargo, std::fs::Permissions::from_mode(0o755)).unwrap();
        let (success, out, err) = run(&dir, |command| {
            command.env("CARGO", &cargo);
        });
        assert!(
            !success && err.contains("its output lacks `signed in as"),
            "{out}\n{err}"
        );
        assert!(out.contains("$ ropc login"));
    }
    std::fs::remove_dir_all(&dir).unwrap();
}
