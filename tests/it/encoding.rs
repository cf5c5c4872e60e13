//! Any text that a person can have as a password or a client secret arrives byte for byte, from
//! every way in.

use crate::support::pty::Terminal;
use crate::support::{Sandbox, secrets_json};
use entra_emulator::{CONTOSO_CLIENT, CONTOSO_USER};
use std::path::PathBuf;

/// What shells, forms, JSON, terminals and keychains get wrong.
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
        // A secret of 258 kanji and such a password together are more than a keychain entry takes.
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
        // The loop protection of ropc itself counts sign-ins of one user.
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
    // A second newline or a carriage return alone is no password's: refused before anything is
    // sent.
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
    // A blank is a part of the password: sent, and refused.
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

/// What no secret is likely to hold, with what is said of it and the command that makes it right.
fn odd() -> Vec<(Vec<u8>, &'static str, &'static str)> {
    let utf16 = |order: fn(u16) -> [u8; 2]| {
        "S3cret~password"
            .encode_utf16()
            .flat_map(order)
            .collect::<Vec<u8>>()
    };
    let wide = utf16(u16::to_le_bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect::<String>();
    vec![
        (
            b"first~line\nsecond~line".to_vec(),
            "a line break",
            "WriteAllText",
        ),
        (b"S3cret~pw\r".to_vec(), "a line break", "printf %s"),
        (b"S3cret~pw\n\n".to_vec(), "a line break", "printf %s"),
        (b"S3cret\0pw".to_vec(), "a NUL character", "iconv -f UTF-16"),
        (
            b"S3cret~pw\x1b[D".to_vec(),
            "an arrow key",
            "at a terminal asks",
        ),
        (
            b"S3cret\tpw".to_vec(),
            "a control character",
            "at a terminal asks",
        ),
        (
            b"S3cret\x7fpw".to_vec(),
            "a control character",
            "at a terminal asks",
        ),
        (
            "S3cret\u{9b}pw".into(),
            "a control character",
            "at a terminal asks",
        ),
        (
            b"\"S3cret~pw\"".to_vec(),
            "quotation marks",
            "at a terminal asks",
        ),
        (
            b"'S3cret~pw'".to_vec(),
            "quotation marks",
            "at a terminal asks",
        ),
        (
            b"<Objs Version=\"1.1.0.1\"><Obj/></Objs>".to_vec(),
            "PowerShell writes to protect",
            "Import-Clixml",
        ),
        (
            b"01000000d08c9ddf0115d1118c7a00c04fc297eb01".to_vec(),
            "PowerShell writes to protect",
            "NetworkCredential",
        ),
        (
            wide.into_bytes(),
            "PowerShell writes to protect",
            "NetworkCredential",
        ),
        (
            [&b"\xff\xfe"[..], &utf16(u16::to_le_bytes)].concat(),
            "UTF-16",
            "iconv -f UTF-16",
        ),
        (utf16(u16::to_le_bytes), "UTF-16", "WriteAllText"),
        (utf16(u16::to_be_bytes), "UTF-16", "WriteAllText"),
        (
            b"\xef\xbb\xbfS3cret~pw".to_vec(),
            "byte-order mark",
            "tail -c +4",
        ),
        (
            b"S3cret~p\xe4ssword".to_vec(),
            "not UTF-8",
            "iconv -f WINDOWS-1252",
        ),
    ]
}

#[test]
fn odd_secrets_are_refused_before_anything_is_sent_through_every_door() {
    let sandbox = Sandbox::new();
    let good = b"good~secret".as_slice();
    for (bytes, reason, fix) in odd() {
        for (secret, password) in [(good, bytes.as_slice()), (bytes.as_slice(), good)] {
            login_from_files(&sandbox, secret, password)
                .expect(2)
                .says(&[reason, fix]);
        }
        let facts = sandbox.facts();
        let piped = |args: &[&str], input: &[u8]| {
            let rest = ["--yes", "--store", "file", "--key-source", "key-file"];
            let args: Vec<&str> = ["login"].iter().chain(args).chain(&rest).copied().collect();
            sandbox.run_with_input(
                &[args, facts.iter().map(String::as_str).collect()].concat(),
                input,
            )
        };
        let secret = file(&sandbox, "secret", good);
        piped(
            &["--client-secret-file", &secret, "--password-file", "-"],
            &bytes,
        )
        .expect(2)
        .says(&[reason, fix]);
        if let Ok(text) = std::str::from_utf8(&bytes)
            && !text.starts_with('\u{feff}')
            && reason != "UTF-16"
        {
            // The newline that a file may end with is one too many here.
            piped(&["--secrets-stdin"], &secrets_json("good~secret", text))
                .expect(2)
                .says(&[reason, fix]);
            piped(&["--secrets-stdin"], &secrets_json(text, "good~password"))
                .expect(2)
                .says(&[reason, fix]);
        }
        read_only(&sandbox, &bytes, reason, fix);
        imported(&sandbox, &bytes, reason, fix);
    }
    assert_eq!(sandbox.emulator.connections(), 0);
    let text = secrets_json(&sandbox.client_secret, &sandbox.password);
    let utf16: Vec<u8> = String::from_utf8(text.clone())
        .unwrap()
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    sandbox
        .login_with(&["--yes"], &utf16)
        .expect(2)
        .says(&["UTF-16", "$OutputEncoding"]);
    assert_eq!(sandbox.emulator.connections(), 0);
    sandbox.login_with(&["--yes"], &text).expect(0);
    assert!(sandbox.emulator.connections() > 0, "the control");
    let settings = file(&sandbox, "settings.json", &text);
    import(&sandbox, &settings).expect(0);
    arrived(&sandbox, &sandbox.client_secret, &sandbox.password);
}

/// The same from a directory and from a program: `login`, which looks at them first.
fn read_only(sandbox: &Sandbox, bytes: &[u8], reason: &str, fix: &str) {
    let dir = sandbox.root().join("credentials");
    std::fs::create_dir_all(&dir).unwrap();
    file(sandbox, "credentials/password", bytes);
    file(sandbox, "credentials/client_secret", b"good~secret");
    let facts = sandbox.facts();
    let facts: Vec<&str> = facts.iter().map(String::as_str).collect();
    let dir = dir.display().to_string();
    let args = [
        &[
            "login",
            "--yes",
            "--store",
            "directory",
            "--secrets-dir",
            &dir,
        ],
        facts.as_slice(),
    ]
    .concat();
    sandbox.run(&args).expect(5).says(&[reason, fix]);
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if text.starts_with('\u{feff}') || reason == "UTF-16" {
        return;
    }
    let json = file(sandbox, "both.json", &secrets_json("good~secret", text));
    let args = [
        &["login", "--yes", "--store", "command"],
        facts.as_slice(),
        &["--", "cat", &json],
    ]
    .concat();
    sandbox.run(&args).expect(5).says(&[reason, fix]);
}

/// The same out of a settings file: either secret.
fn imported(sandbox: &Sandbox, bytes: &[u8], reason: &str, fix: &str) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if text.starts_with('\u{feff}') || reason == "UTF-16" {
        return;
    }
    for (secret, password) in [("good~client~secret", text), (text, "good~password")] {
        let both = serde_json::json!({ "client_secret": secret, "password": password });
        let settings = file(sandbox, "settings.json", both.to_string().as_bytes());
        let run = import(sandbox, &settings).expect(2);
        // What stands in angle brackets is taken for a placeholder, and a secret that is missing is
        // asked for.
        if text.starts_with('<') {
            run.says(&["a placeholder", "is missing"]);
        } else if text.contains(['\n', '\r']) {
            run.says(&["a line break in it", "is missing"]);
        } else {
            run.says(&[reason, fix]);
        }
    }
}

fn import(sandbox: &Sandbox, settings: &str) -> crate::support::Run {
    let facts = sandbox.facts();
    let mut args = vec![
        "import",
        settings,
        "--yes",
        "--store",
        "file",
        "--key-source",
        "key-file",
    ];
    args.extend(facts.iter().map(String::as_str));
    sandbox.run(&args)
}

#[test]
fn a_person_is_asked_about_an_odd_secret_and_can_mean_it() {
    let sandbox = Sandbox::new();
    let odd = "\"quoted~password\"";
    sandbox.emulator.set_password(CONTOSO_USER, odd);
    sandbox.watch("odd password", odd);
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
    // An arrow key: not meant, and asked for once more.
    terminal.answer("Client secret value", "half\u{1b}[D", true);
    terminal.answer(
        "an escape character, as an arrow key types it: use it all the same? [y/N]",
        "n",
        false,
    );
    terminal.wait_until(
        |t| t.seen().matches("Client secret value").count() == 2,
        "the question again",
    );
    terminal.wait_until(|t| !t.echoes(), "echo off");
    terminal.send(&format!("{}\r", sandbox.client_secret));
    terminal.answer("Password of", odd, true);
    terminal.answer("quotation marks", "y", false);
    sandbox.keep("login", terminal.finish()).expect(0);
    arrived(&sandbox, &sandbox.client_secret, odd);
    // Said once, it is stored and used by every job.
    sandbox.run(&["exec", "--no-cache", "--", "true"]).expect(0);
    arrived(&sandbox, &sandbox.client_secret, odd);
    assert_eq!(sandbox.emulator.token_requests(), 2);
}

#[test]
fn a_refused_password_with_question_marks_from_a_pipe_is_explained() {
    let sandbox = Sandbox::new();
    let said = "PowerShell 5.1 puts `?`";
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
