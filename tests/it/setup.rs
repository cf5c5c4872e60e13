//! `ropc setup`: the script for `az` runs with a small `az` in its place, and no secret is ever on a
//! command line. PowerShell: `tests/powershell/`.

use crate::support::{Sandbox, needs};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Answers like `az` where the script reads an answer, and keeps arguments and input.
const AZ: &str = r#"#!/bin/sh
printf '%s\n' "$*" >> "$CALLS"
case "$*" in
  *'ad app credential reset'*) echo the-client-secret ;;
  *'rest --method post'*users*) cat > "$CALLS.user"; echo user-id ;;
  *'rest --method post'*) cat >> "$CALLS.bodies" ;;
  *oauth2PermissionScopes*"'No.Such'"*) ;;
  *) echo an-id ;;
esac
"#;

/// Keeps what it is called with, and its input.
const LOGIN: &str = "#!/bin/sh\nprintf '%s\\n' \"$*\" >> \"$CALLS\"\ncat > \"$CALLS.login\"\n";

fn program(dir: &Path, name: &str, text: &str) {
    fs::write(dir.join(name), text).unwrap();
    fs::set_permissions(dir.join(name), fs::Permissions::from_mode(0o755)).unwrap();
}

fn script(sandbox: &Sandbox, more: &[&str]) -> String {
    let facts = [
        "--tenant",
        "contoso.example",
        "--username",
        "o'brien@contoso.example",
    ];
    let args = [&["setup", "--shell", "az"], &facts[..], more].concat();
    sandbox.run(&args).expect(0).stdout
}

#[test]
fn the_script_for_az_makes_the_parts_and_hands_the_secrets_to_login_alone() {
    if !needs::programs(&["jq", "openssl"]) {
        return;
    }
    let sandbox = Sandbox::new();
    let bin = sandbox.root().join("bin");
    fs::create_dir(&bin).unwrap();
    program(&bin, "az", AZ);
    program(&bin, "ropc", LOGIN);
    let calls = sandbox.root().join("calls");
    let name = "it's $(touch injected) \"job\"";
    let text = script(
        &sandbox,
        &[
            "--app",
            name,
            "--scope",
            "User.Read",
            "--scope",
            "Mail.Send",
        ],
    );
    let run = |text: &str| {
        let mut command = sandbox.program("sh");
        command
            .args(["-c", text])
            .env("CALLS", &calls)
            .env("PATH", format!("{}:/usr/bin:/bin", bin.display()));
        sandbox.finish("the script", command, &[])
    };
    run(&text).expect(0);
    let called = fs::read_to_string(&calls).unwrap();
    for part in [
        "ad app create --display-name it's $(touch injected) \"job\"",
        "ad sp create",
        "permission add",
        "appRoleAssignmentRequired=true",
        "/users ",
        "/oauth2PermissionGrants ",
        "/appRoleAssignedTo ",
        "login --secrets-stdin --yes --tenant contoso.example --client-id an-id --username o'brien@contoso.example",
    ] {
        assert!(called.contains(part), "{part}:\n{called}");
    }
    assert!(!sandbox.root().join("injected").exists());
    let json = |name: &str| -> serde_json::Value {
        let path = sandbox.root().join(name);
        serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
    };
    let (login, user) = (json("calls.login"), json("calls.user"));
    assert_eq!(login["client_secret"], "the-client-secret");
    assert_eq!(login["password"], user["passwordProfile"]["password"]);
    assert_eq!(user["userPrincipalName"], "o'brien@contoso.example");
    let password = login["password"].as_str().unwrap();
    assert!(password.len() > 40);
    for secret in [password, "the-client-secret"] {
        assert!(!called.contains(secret), "a secret on a command line");
    }
    let bodies = fs::read_to_string(sandbox.root().join("calls.bodies")).unwrap();
    assert!(
        bodies.contains("\"scope\": \"User.Read Mail.Send\"") && bodies.contains("\"Principal\"")
    );
    // A permission that does not exist stops it before the user.
    fs::remove_file(&calls).unwrap();
    run(&script(&sandbox, &["--scope", "No.Such"]))
        .expect(1)
        .says(&["No.Such"]);
    assert!(!fs::read_to_string(&calls).unwrap().contains("/users "));
}

#[test]
fn a_name_that_is_none_prints_no_script() {
    let sandbox = Sandbox::new();
    for facts in [["--tenant", "common"], ["--username", "nobody"]] {
        let run = sandbox.run(&[&["setup"][..], &facts].concat()).expect(3);
        assert_eq!(run.stdout, "");
    }
    // Nothing is asked, stored or sent.
    let before = sandbox.snapshot();
    sandbox.run(&["setup"]).expect(0);
    assert_eq!(sandbox.snapshot(), before);
}
