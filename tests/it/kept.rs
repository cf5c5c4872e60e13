//! A `login` over an existing profile: the stored secret that is not given stays, but only for the
//! same app and user. `prompts.rs` has the answers of a person at a terminal.

use crate::support::{Sandbox, wait_until_it_waits};
use entra_emulator::{CONTOSO_CLIENT, CONTOSO_USER};
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A file with a secret that no other account may read.
fn secret_file(sandbox: &Sandbox, name: &str, secret: &str) {
    use std::os::unix::fs::PermissionsExt;
    let path = sandbox.root().join(name);
    std::fs::write(&path, secret).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// A profile, a new password (also in the file `pw`) and a new client secret. The scan searches for
/// all four secrets.
fn enrolled_and_new_secrets() -> (Sandbox, String, String) {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let (password, secret) = (
        crate::support::random_secret("pw"),
        crate::support::random_secret("cs"),
    );
    sandbox.watch("the new password", &password);
    sandbox.watch("the new client secret", &secret);
    secret_file(&sandbox, "pw", &password);
    (sandbox, password, secret)
}

#[test]
fn login_keeps_the_secret_that_is_not_given_for_the_same_app_and_user_only() {
    let (sandbox, password, secret) = enrolled_and_new_secrets();
    secret_file(&sandbox, "cs", &secret);
    let sent = |field| {
        sandbox
            .emulator
            .requests()
            .last()
            .unwrap()
            .field(field)
            .map(str::to_owned)
    };
    assert!(sandbox.emulator.set_password(CONTOSO_USER, &password));
    let run = sandbox
        .run(&["login", "--yes", "--password-file", "pw"])
        .expect(0);
    run.says(&["the stored client secret is kept"]);
    assert_eq!(
        sent("client_secret").as_deref(),
        Some(sandbox.client_secret.as_str())
    );
    assert_eq!(sent("password").as_deref(), Some(password.as_str()));
    assert!(sandbox.emulator.set_client_secret(CONTOSO_CLIENT, &secret));
    sandbox
        .run(&["login", "--yes", "--client-secret-file", "cs"])
        .expect(0)
        .says(&["the stored password is kept"]);
    sandbox.run(&["exec", "--refresh", "--", "true"]).expect(0);
    assert_eq!(sent("client_secret").as_deref(), Some(secret.as_str()));
    assert_eq!(sent("password").as_deref(), Some(password.as_str()));
    let before = (sandbox.snapshot(), sandbox.emulator.token_requests());
    for other in [
        ["--username", "other@contoso.example"],
        ["--client-id", "3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e902"],
        ["--tenant", "fabrikam.example"],
        ["--authority", "https://localhost:1"],
    ] {
        for (given, missing) in [
            (["--password-file", "pw"], "--client-secret-file"),
            (["--client-secret-file", "cs"], "--password-file"),
        ] {
            let args = [&["login", "--yes"][..], &other, &given].concat();
            sandbox
                .run(&args)
                .expect(2)
                .says(&[&format!("`{missing}` is missing")]);
        }
    }
    assert_eq!(
        (sandbox.snapshot(), sandbox.emulator.token_requests()),
        before,
        "nothing was sent or changed"
    );
}

fn wait(mut done: impl FnMut() -> bool) {
    let limit = Instant::now() + Duration::from_secs(30);
    while !done() {
        assert!(Instant::now() < limit, "it never came");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_secret_that_another_login_replaced_meanwhile_is_not_put_back() {
    let (sandbox, password, secret) = enrolled_and_new_secrets();
    assert!(sandbox.emulator.set_client_secret(CONTOSO_CLIENT, &secret));
    let facts = sandbox.facts();
    let mut first = sandbox.command(
        ["login", "--secrets-stdin", "--yes"]
            .map(str::to_owned)
            .iter()
            .chain(&facts),
    );
    first
        .env("ROPC_TEST_STOP_AT", "verified")
        .stdin(Stdio::piped());
    let mut first = first.spawn().unwrap();
    first
        .stdin
        .take()
        .unwrap()
        .write_all(&crate::support::secrets_json(&secret, &sandbox.password))
        .unwrap();
    wait(|| {
        std::fs::read_to_string(format!("/proc/{}/stat", first.id()))
            .is_ok_and(|s| s.contains(") T "))
    });
    // It has read the old client secret when it waits for the first login.
    let args = ["login", "--yes", "--no-verify", "--password-file", "pw"];
    let mut second = sandbox.command(args).spawn().unwrap();
    wait_until_it_waits(&mut second);
    assert!(
        Command::new("kill")
            .args(["-CONT", &first.id().to_string()])
            .status()
            .unwrap()
            .success()
    );
    sandbox
        .keep("the first", first.wait_with_output().unwrap())
        .expect(0);
    let named = sandbox
        .keep("the second", second.wait_with_output().unwrap())
        .expect(1);
    named.says(&[
        "was replaced or removed meanwhile",
        "nothing was sent or stored",
        "`ropc login` again",
    ]);
    sandbox.run(&["exec", "--refresh", "--", "true"]).expect(0);
    // The control: without another login in between, the newer secret stays.
    assert!(sandbox.emulator.set_password(CONTOSO_USER, &password));
    sandbox.run(&args).expect(0);
    sandbox.run(&["exec", "--refresh", "--", "true"]).expect(0);
}

#[test]
fn other_scopes_need_no_secret_at_hand_and_no_terminal() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let login = ["login", "--yes", "--scope", "User.Read"];
    sandbox.run(&login).expect(0).says(&[
        "the stored client secret is kept",
        "the stored password is kept",
    ]);
    let last = sandbox.emulator.requests().pop().unwrap();
    assert_eq!(last.field("scope"), Some("User.Read"));
    assert_eq!(last.field("password"), Some(&*sandbox.password));
    let status = sandbox.run(&["status"]).expect(0);
    assert!(status.stdout.contains("User.Read"), "{}", status.stdout);
    sandbox.run(&["exec", "--refresh", "--", "true"]).expect(0);
    // Secrets are bound to everything else.
    let before = (sandbox.snapshot(), sandbox.emulator.token_requests());
    let other = ["--username", "other@contoso.example"];
    sandbox
        .run(&[&login[..], &other].concat())
        .expect(2)
        .says(&["--client-secret-file"]);
    sandbox.run(&["login", "--yes"]).expect(2);
    assert_eq!(before.1, sandbox.emulator.token_requests());
    // A scope that is refused changes nothing.
    sandbox
        .run(&["login", "--yes", "--scope", "No.Such.Scope"])
        .expect(4)
        .says(&["and its secrets are as they were"]);
    let profile = |files: &[(std::path::PathBuf, Vec<u8>)]| {
        let path = sandbox.profile_file("default");
        files.iter().find(|(p, _)| *p == path).cloned()
    };
    assert_eq!(profile(&before.0), profile(&sandbox.snapshot()));
}
