//! An app without a secret: it proves itself by assertions of another identity provider, from each
//! source, against the emulator, which verifies them. Where the real endpoints of Azure and GitHub
//! would be, there are those of the emulator.

#[cfg(unix)]
mod programs;
mod refused;

use crate::support::{Run, Sandbox};
use entra_emulator::{Fault, Route, Statement, Times, WORKLOAD_IDENTITY, WORKLOAD_SUBJECT};
use std::path::PathBuf;

/// A sandbox whose app is federated.
fn federated() -> Sandbox {
    Sandbox::with(entra_emulator::Config::with_federation)
}

/// `login` with the password alone, and with these flags.
fn login(sandbox: &Sandbox, more: &[&str]) -> Run {
    let input = serde_json::json!({ "password": sandbox.password });
    sandbox.login_with(more, input.to_string().as_bytes())
}

/// A file beside HOME with an assertion of the workload after this change. No output and no file of
/// ropc may hold it.
fn write(sandbox: &Sandbox, change: impl FnOnce(&mut Statement)) -> PathBuf {
    let mut statement = sandbox.emulator.config().workload.statement;
    change(&mut statement);
    let text = statement.sign();
    sandbox.watch("assertion", &text);
    sandbox.watch("signature", text.rsplit_once('.').unwrap().1);
    let path = sandbox.root().join("token");
    std::fs::write(&path, format!("{text}\n")).unwrap();
    path
}

/// `login` with the file of [`write`].
fn enrolled() -> (Sandbox, PathBuf) {
    let sandbox = federated();
    let path = write(&sandbox, |_| ());
    login(&sandbox, &["--assertion-file", path.to_str().unwrap()])
        .expect(0)
        .says(&["the app proves itself by an assertion of the file `"]);
    (sandbox, path)
}

/// The last form that the token endpoint got.
fn last_form(sandbox: &Sandbox) -> Vec<(String, String)> {
    let requests = sandbox.emulator.requests();
    let last = requests.iter().rfind(|r| r.is_token_request()).unwrap();
    last.form
        .iter()
        .map(|(name, value)| (name.clone(), String::from_utf8(value.clone()).unwrap()))
        .collect()
}

#[test]
fn a_file_is_read_for_each_sign_in_and_no_secret_is_beside_it() {
    let (sandbox, path) = enrolled();
    write(&sandbox, |_| ());
    let newer = std::fs::read_to_string(path).unwrap();
    sandbox.run(&["exec", "--refresh", "--", "true"]).expect(0);
    let form = last_form(&sandbox);
    let field = |name: &str| {
        form.iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    };
    assert_eq!(field("client_assertion"), Some(newer.trim()));
    assert_eq!(field("client_secret"), None);
    assert_eq!(sandbox.emulator.violations(), Vec::<String>::new());
    // With the token in the cache no source is needed.
    std::fs::remove_file(sandbox.root().join("token")).unwrap();
    sandbox.run(&["exec", "--", "true"]).expect(0);
    sandbox
        .run(&["exec", "--refresh", "--", "true"])
        .expect(125)
        .says(&["cannot be read", "--assertion-file PATH"]);
}

/// The control of the scan at the end of each sandbox here.
#[test]
fn an_assertion_in_a_file_of_ropc_would_be_found() {
    let (mut sandbox, path) = enrolled();
    assert_eq!(sandbox.leaks(), Vec::<String>::new());
    std::fs::copy(path, sandbox.home().join("log")).unwrap();
    assert!(
        sandbox
            .leaks()
            .iter()
            .any(|leak| leak.contains("assertion"))
    );
    sandbox.without_scan();
}

#[test]
fn status_and_doctor_say_where_the_assertion_comes_from() {
    let (sandbox, path) = enrolled();
    let status: serde_json::Value =
        serde_json::from_str(&sandbox.run(&["status", "--json"]).expect(0).stdout).unwrap();
    assert_eq!(
        status["app_credential"],
        serde_json::json!({
            "kind": "assertion-file", "source": path, "ends_on": null, "ends_at": null
        })
    );
    let shown = sandbox.run(&["status"]).expect(0).stdout;
    assert!(shown.contains("app credential the file `"), "{shown}");
    let said = sandbox.run(&["doctor"]).stdout;
    let subject = format!("subject `{WORKLOAD_SUBJECT}`");
    assert!(
        said.contains("gives an assertion") && said.contains(&subject),
        "{said}"
    );
    write(&sandbox, |s| s.lifetime = std::time::Duration::ZERO);
    let said = sandbox.run(&["doctor"]).stdout;
    assert!(
        said.contains("FAIL  assertion") && said.contains("ended at"),
        "{said}"
    );
    std::fs::remove_file(path).unwrap();
    let said = sandbox.run(&["doctor"]).stdout;
    assert!(
        said.contains("FAIL  assertion") && said.contains("cannot be read"),
        "{said}"
    );
}

#[test]
fn the_file_is_the_one_that_azure_names_when_login_runs() {
    let mut sandbox = federated();
    let path = write(&sandbox, |_| ());
    login(&sandbox, &["--assertion-file", "--yes"])
        .expect(2)
        .says(&["AZURE_FEDERATED_TOKEN_FILE"]);
    sandbox.set_env("AZURE_FEDERATED_TOKEN_FILE", path.to_str().unwrap());
    login(&sandbox, &["--assertion-file", "--yes"]).expect(0);
    // It is enrolled: the variable does not choose it later.
    sandbox.set_env("AZURE_FEDERATED_TOKEN_FILE", "/nonexistent");
    sandbox.run(&["token", "--no-cache"]).expect(0);
}

#[test]
fn a_managed_identity_is_asked_in_both_contracts_and_never_through_a_proxy() {
    let mut sandbox = federated();
    for proxy in ["http_proxy", "HTTP_PROXY", "ALL_PROXY"] {
        sandbox.set_env(proxy, "http://127.0.0.1:9");
    }
    sandbox.set_env("NO_PROXY", "localhost");
    let machine = sandbox.emulator.machine_url();
    sandbox.set_env("AZURE_POD_IDENTITY_AUTHORITY_HOST", &machine);
    let named = format!("managed-identity={WORKLOAD_IDENTITY}");
    login(&sandbox, &["--assertion", &named]).expect(0);
    let key = sandbox.emulator.config().workload.identity_header;
    sandbox.set_env("IDENTITY_ENDPOINT", &format!("{machine}/msi/token"));
    sandbox.set_env("IDENTITY_HEADER", &key);
    sandbox.run(&["token", "--no-cache"]).expect(0);
    assert_eq!(sandbox.emulator.statement_requests(), 2);
    sandbox.set_env("IDENTITY_HEADER", "wrong");
    sandbox
        .run(&["token", "--no-cache"])
        .expect(3)
        .says(&["refused (status 401)", "assign the user-assigned identity"]);
    let said = sandbox.run(&["doctor"]).stdout;
    assert!(said.contains("FAIL  assertion"), "{said}");
}

#[test]
fn an_identity_service_that_is_busy_is_asked_again() {
    let mut sandbox = federated();
    let machine = sandbox.emulator.machine_url();
    sandbox.set_env("AZURE_POD_IDENTITY_AUTHORITY_HOST", &machine);
    let busy = |status| Fault::Custom {
        status,
        headers: Vec::new(),
        body: b"{}".to_vec(),
    };
    sandbox
        .emulator
        .inject_on(Route::Workload, busy(429), Times::Once);
    login(&sandbox, &["--assertion", "managed-identity"]).expect(0);
    assert_eq!(sandbox.emulator.statement_requests(), 2);
    sandbox
        .emulator
        .inject_on(Route::Workload, busy(410), Times::Always);
    sandbox
        .run(&["token", "--no-cache", "--timeout", "3s"])
        .expect(6)
        .says(&["refused (status 410)", "in about a minute"]);
    sandbox.emulator.clear_faults();
    // Another identity than the machine has: nobody asks twice.
    let before = sandbox.emulator.statement_requests();
    let other = "managed-identity=0a000000-0000-4000-8000-000000000001";
    login(&sandbox, &["--assertion", other, "--yes"])
        .expect(3)
        .says(&["status 400"]);
    assert_eq!(sandbox.emulator.statement_requests(), before + 1);
}

#[test]
fn a_machine_without_an_identity_is_named() {
    let mut sandbox = federated();
    sandbox.set_env("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:9");
    login(
        &sandbox,
        &["--assertion", "managed-identity", "--timeout", "2s"],
    )
    .expect(6)
    .says(&["only a machine, container or app in Azure"]);
    assert_eq!(sandbox.emulator.token_requests(), 0);
}

#[test]
fn a_workflow_of_github_proves_itself_without_any_secret_of_the_app() {
    let mut sandbox = federated();
    login(&sandbox, &["--assertion", "github"])
        .expect(3)
        .says(&["ACTIONS_ID_TOKEN_REQUEST_URL is not set", "id-token: write"]);
    sandbox.set_env(
        "SSL_CERT_FILE",
        sandbox.root().join("ca.pem").to_str().unwrap(),
    );
    sandbox.set_env(
        "ACTIONS_ID_TOKEN_REQUEST_URL",
        &sandbox.emulator.runner_url(),
    );
    let key = sandbox.emulator.config().workload.runner_token;
    sandbox.set_env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", &key);
    login(&sandbox, &["--assertion", "github"]).expect(0);
    sandbox.run(&["token", "--no-cache"]).expect(0);
    sandbox.set_env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "wrong");
    sandbox
        .run(&["token", "--no-cache"])
        .expect(3)
        .says(&["refused (status 401)", "id-token: write"]);
}

#[test]
fn a_runner_that_does_not_answer_was_reached() {
    let mut sandbox = federated();
    let ca = sandbox.root().join("ca.pem");
    sandbox.set_env("SSL_CERT_FILE", ca.to_str().unwrap());
    sandbox.set_env(
        "ACTIONS_ID_TOKEN_REQUEST_URL",
        &sandbox.emulator.runner_url(),
    );
    sandbox.set_env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "any");
    sandbox
        .emulator
        .inject_on(Route::Workload, Fault::CloseAfterRequest, Times::Always);
    let run = login(&sandbox, &["--assertion", "github"]).expect(6);
    assert!(!run.stderr.contains("no connection"), "{}", run.stderr);
}

#[test]
fn login_goes_from_a_secret_to_an_assertion_and_keeps_the_password() {
    let sandbox = federated();
    sandbox.login(&[]).expect(0);
    let path = write(&sandbox, |_| ());
    let flags = ["login", "--yes", "--assertion-file", path.to_str().unwrap()];
    sandbox
        .run(&flags)
        .expect(0)
        .says(&["the stored password is kept"]);
    // The secret of the app may go now.
    sandbox.emulator.configure(|config| {
        config.apps[0].client_type = entra_emulator::ClientType::Confidential(Vec::new());
    });
    sandbox.run(&["token", "--no-cache"]).expect(0);
    // Without a flag about the app, `login` keeps the source.
    let password = sandbox.root().join("password");
    std::fs::write(&password, &sandbox.password).unwrap();
    let flags = [
        "login",
        "--yes",
        "--password-file",
        password.to_str().unwrap(),
    ];
    sandbox
        .run(&flags)
        .expect(0)
        .says(&["an assertion of the file `"]);
    assert!(
        last_form(&sandbox)
            .iter()
            .any(|(name, _)| name == "client_assertion")
    );
}
