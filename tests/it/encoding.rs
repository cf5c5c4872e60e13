//! Every possible password or client secret arrives byte for byte, from every input.

mod odd;

use crate::support::pty::Terminal;
use crate::support::{Sandbox, secrets_json};
use entra_emulator::{CONTOSO_CLIENT, CONTOSO_USER};
use std::path::PathBuf;

/// Texts that shells, forms, JSON, terminals and keychains get wrong.
fn awkward() -> Vec<String> {
    let mut all: Vec<String> = [
        "plus+and&percent%3Dequals=hash#semi;quote",
        "\"both\" kinds of 'quotes' inside",
        "blanks  inside and more",
        "Umlaute äöüÄÖÜß und é",
        "kanji 日本語パスワード",
        "emoji 🔑👩‍💻🇫🇷",
        "e\u{301} is not é",
        "back\\slash\\n and \\u0041",
        "$HOME ${PATH} $(id) `id`",
        "<>|?*!~^[]{}(),.:/@-_",
        "%00%0A%25",
        "ends with a quote\\\"x",
        "-starts-with-a-dash",
        "{\"password\":\"inner\"}",
        "line\u{2028}separator\u{a0}no-break blank\u{feff}.",
    ]
    .map(str::to_owned)
    .to_vec();
    all.push("x".repeat(256));
    all.push("日".repeat(256));
    all
}

/// Makes the emulator expect these secrets and the scan look for them.
fn expect(sandbox: &Sandbox, secret: &str, password: &str) {
    sandbox.emulator.set_client_secret(CONTOSO_CLIENT, secret);
    sandbox.emulator.set_password(CONTOSO_USER, password);
    sandbox.watch("awkward password", password);
    sandbox.watch("awkward secret", secret);
}

#[track_caller]
fn arrived(sandbox: &Sandbox, secret: &str, password: &str) {
    let last = sandbox.emulator.requests().pop().unwrap();
    assert_eq!(last.field("password"), Some(password));
    assert_eq!(last.field("client_secret"), Some(secret));
    assert_eq!(last.status, Some(200));
}

fn file(sandbox: &Sandbox, name: &str, content: &[u8]) -> String {
    use std::os::unix::fs::PermissionsExt;
    let path: PathBuf = sandbox.root().join(name);
    std::fs::write(&path, content).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    path.display().to_string()
}

fn login_from_files(sandbox: &Sandbox, secret: &[u8], password: &[u8]) -> crate::support::Run {
    let facts = sandbox.facts();
    let (secret, password) = (
        file(sandbox, "secret", secret),
        file(sandbox, "password", password),
    );
    let mut args = vec![
        "login",
        "--yes",
        "--store",
        "file",
        "--key-source",
        "key-file",
    ];
    args.extend([
        "--client-secret-file",
        &secret,
        "--password-file",
        &password,
    ]);
    args.extend(facts.iter().map(String::as_str));
    sandbox.run(&args)
}

#[test]
fn every_awkward_text_arrives_through_the_pipe_and_comes_back_from_the_store() {
    let sandbox = Sandbox::new();
    for text in awkward() {
        let (secret, password) = (format!("s{text}s"), text);
        // A secret of 258 kanji and such a password together are too long for a keychain entry.
        let secret = if secret.len() > 700 {
            "s~awkward~secret".to_owned()
        } else {
            secret
        };
        expect(&sandbox, &secret, &password);
        sandbox
            .login_with(&["--yes"], &secrets_json(&secret, &password))
            .expect(0);
        arrived(&sandbox, &secret, &password);
        sandbox.run(&["exec", "--no-cache", "--", "true"]).expect(0);
        arrived(&sandbox, &secret, &password);
        // ropc's own rate limit counts sign-ins of one user.
        std::fs::remove_dir_all(sandbox.state_dir()).unwrap();
    }
    assert!(
        sandbox.emulator.violations().is_empty(),
        "{:?}",
        sandbox.emulator.violations()
    );
}

#[test]
fn every_awkward_text_arrives_from_files() {
    let sandbox = Sandbox::new();
    for text in awkward() {
        expect(&sandbox, "the~other~secret", &text);
        login_from_files(&sandbox, b"the~other~secret", text.as_bytes()).expect(0);
        arrived(&sandbox, "the~other~secret", &text);
        std::fs::remove_dir_all(sandbox.state_dir()).unwrap();
    }
}

#[test]
fn exactly_one_newline_is_stripped_from_a_file() {
    let sandbox = Sandbox::new();
    let password = sandbox.password.clone();
    let secret = sandbox.client_secret.clone();
    for end in ["", "\n", "\r\n"] {
        login_from_files(
            &sandbox,
            format!("{secret}{end}").as_bytes(),
            format!("{password}{end}").as_bytes(),
        )
        .expect(0);
        arrived(&sandbox, &secret, &password);
    }
    // A second newline or a single carriage return belongs to no password: an error before anything
    // is sent.
    let sent = sandbox.emulator.token_requests();
    for end in ["\n\n", "\r\n\r\n", "\n\r\n", "\r"] {
        login_from_files(
            &sandbox,
            secret.as_bytes(),
            format!("{password}{end}").as_bytes(),
        )
        .expect(2)
        .says(&["the password holds a line break", "WriteAllText"]);
    }
    assert_eq!(sandbox.emulator.token_requests(), sent);
    // A blank is a part of the password: ropc sends it, and Entra refuses it.
    login_from_files(
        &sandbox,
        secret.as_bytes(),
        format!("{password} \n").as_bytes(),
    )
    .expect(4)
    .says(&["begins or ends with a blank", "AADSTS50126"]);
    let last = sandbox.emulator.requests().pop().unwrap();
    assert_eq!(
        last.field("password"),
        Some(format!("{password} ").as_str())
    );
}

#[test]
fn a_refused_password_with_question_marks_from_a_pipe_is_explained() {
    let sandbox = Sandbox::new();
    let said = "PowerShell 5.1 replaces letters";
    let run = sandbox
        .login_with(
            &["--yes"],
            &secrets_json(&sandbox.client_secret, "Gr??e~99"),
        )
        .expect(4);
    assert!(
        run.stderr.contains(said) && run.stderr.contains("$OutputEncoding"),
        "{}",
        run.stderr
    );
    std::fs::remove_dir_all(sandbox.state_dir()).unwrap();
    let run = sandbox
        .login_with(
            &["--yes"],
            &secrets_json(&sandbox.client_secret, "Another~99"),
        )
        .expect(4);
    assert!(!run.stderr.contains(said), "the control: {}", run.stderr);
    std::fs::remove_dir_all(sandbox.state_dir()).unwrap();
    let run = login_from_files(&sandbox, sandbox.client_secret.as_bytes(), b"Gr??e~99").expect(4);
    assert!(
        !run.stderr.contains(said),
        "a file is no pipe: {}",
        run.stderr
    );
}

#[test]
fn one_secret_may_come_from_standard_input_and_the_other_from_a_file() {
    let sandbox = Sandbox::new();
    let facts = sandbox.facts();
    let secret = file(&sandbox, "secret", sandbox.client_secret.as_bytes());
    let mut args = vec![
        "login",
        "--store",
        "file",
        "--key-source",
        "key-file",
        "--client-secret-file",
        &secret,
    ];
    args.extend(["--password-file", "-"]);
    args.extend(facts.iter().map(String::as_str));
    let password = sandbox.password.clone() + "\n";
    sandbox.run_with_input(&args, password.as_bytes()).expect(0);
    arrived(&sandbox, &sandbox.client_secret, &sandbox.password);
}

#[test]
fn every_awkward_text_arrives_through_the_prompt_and_is_not_shown() {
    let sandbox = Sandbox::new();
    for text in awkward() {
        let secret = format!("s~{}", &sandbox.client_secret);
        expect(&sandbox, &secret, &text);
        let facts = sandbox.facts();
        let mut args = vec![
            "login",
            "--yes",
            "--store",
            "file",
            "--key-source",
            "key-file",
        ];
        args.extend(facts.iter().map(String::as_str));
        let mut terminal = Terminal::start(sandbox.command(&args));
        terminal.answer("Client secret value", &secret, true);
        terminal.answer("Password of svc-report@contoso.example", &text, true);
        sandbox
            .keep("login at a terminal", terminal.finish())
            .expect(0);
        arrived(&sandbox, &secret, &text);
        std::fs::remove_dir_all(sandbox.state_dir()).unwrap();
    }
}

#[test]
fn the_comparison_can_fail() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let last = sandbox.emulator.requests().pop().unwrap();
    assert_ne!(
        last.field("password"),
        Some(sandbox.password.replace('+', " ").as_str())
    );
    assert_ne!(last.field("client_secret"), Some("Cs"));
}
