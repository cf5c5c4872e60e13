//! `ropc setup`: the script for `az` runs with a small `az` in its place, and no secret is ever on
//! a command line. PowerShell: `tests/powershell/`.

use crate::support::{Run, Sandbox, needs};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

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

/// A place where the script finds `az` and `ropc` of this test, and what they keep.
struct Tenant {
    sandbox: Sandbox,
    calls: PathBuf,
}

impl Tenant {
    fn new() -> Self {
        let sandbox = Sandbox::new();
        let bin = sandbox.root().join("bin");
        fs::create_dir(&bin).unwrap();
        program(&bin, "az", AZ);
        program(&bin, "ropc", LOGIN);
        let calls = sandbox.root().join("calls");
        Self { sandbox, calls }
    }

    fn run(&self, text: &str) -> Run {
        let bin = self.sandbox.root().join("bin");
        let mut command = self.sandbox.program("sh");
        command
            .args(["-c", text])
            .env("CALLS", &self.calls)
            .env("PATH", format!("{}:/usr/bin:/bin", bin.display()));
        self.sandbox.finish("the script", command, &[])
    }

    /// The command lines of all calls.
    fn called(&self) -> String {
        fs::read_to_string(&self.calls).unwrap()
    }

    /// What a call got as its input.
    fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_slice(&fs::read(self.calls.with_extension(name)).unwrap()).unwrap()
    }
}

#[test]
fn the_script_for_az_makes_the_parts_and_hands_the_secrets_to_login_alone() {
    if !needs::programs(&["jq", "openssl"]) {
        return;
    }
    let tenant = Tenant::new();
    let name = "it's $(touch injected) \"job\"";
    let scopes = ["--scope", "User.Read", "--scope", "Mail.Send"];
    let text = script(&tenant.sandbox, &[&["--app", name], &scopes[..]].concat());
    tenant.run(&text).expect(0);
    let called = tenant.called();
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
    assert!(!tenant.sandbox.root().join("injected").exists());
    let (login, user) = (tenant.json("login"), tenant.json("user"));
    assert_eq!(login["client_secret"], "the-client-secret");
    assert_eq!(login["password"], user["passwordProfile"]["password"]);
    assert_eq!(user["userPrincipalName"], "o'brien@contoso.example");
    let password = login["password"].as_str().unwrap();
    assert!(password.len() > 40);
    for secret in [password, "the-client-secret"] {
        assert!(!called.contains(secret), "a secret on a command line");
    }
    let bodies = fs::read_to_string(tenant.calls.with_extension("bodies")).unwrap();
    assert!(bodies.contains("\"scope\": \"User.Read Mail.Send\""));
    assert!(bodies.contains("\"Principal\""));
}

#[test]
fn a_permission_that_does_not_exist_stops_the_script_before_the_user() {
    if !needs::programs(&["jq", "openssl"]) {
        return;
    }
    let tenant = Tenant::new();
    let text = script(&tenant.sandbox, &["--scope", "No.Such"]);
    tenant.run(&text).expect(1).says(&["No.Such"]);
    assert!(!tenant.called().contains("/users "));
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
