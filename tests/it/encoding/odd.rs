//! Secrets that look damaged by an editor or a shell: an error before anything is sent, or a
//! question to a person.

use super::{arrived, file, login_from_files};
use crate::support::pty::Terminal;
use crate::support::{Sandbox, secrets_json};
use entra_emulator::CONTOSO_USER;

/// A secret as bytes, the message, and the command that fixes it.
type Odd = (Vec<u8>, &'static str, &'static str);

/// Secrets with properties that hardly any secret has.
fn odd() -> Vec<Odd> {
    [odd_letters(), protected(), other_encodings()].concat()
}

fn odd_letters() -> Vec<Odd> {
    let rows: [(&[u8], &str, &str); 10] = [
        (b"first~line\nsecond~line", "a line break", "WriteAllText"),
        (b"S3cret~pw\r", "a line break", "printf %s"),
        (b"S3cret~pw\n\n", "a line break", "printf %s"),
        (b"S3cret\0pw", "a NUL character", "iconv -f UTF-16"),
        (b"S3cret~pw\x1b[D", "an arrow key", "at a terminal asks"),
        (b"S3cret\tpw", "a control character", "at a terminal asks"),
        (b"S3cret\x7fpw", "a control character", "at a terminal asks"),
        (
            "S3cret\u{9b}pw".as_bytes(),
            "a control character",
            "at a terminal asks",
        ),
        (b"\"S3cret~pw\"", "quotation marks", "at a terminal asks"),
        (b"'S3cret~pw'", "quotation marks", "at a terminal asks"),
    ];
    rows.map(|(bytes, reason, fix)| (bytes.to_vec(), reason, fix))
        .to_vec()
}

/// What `Export-Clixml` and `ConvertFrom-SecureString` write, on Windows and elsewhere.
fn protected() -> Vec<Odd> {
    let elsewhere: String = utf16(u16::to_le_bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    let reason = "PowerShell writes to protect";
    vec![
        (
            b"<Objs Version=\"1.1.0.1\"><Obj/></Objs>".to_vec(),
            reason,
            "Import-Clixml",
        ),
        (
            b"01000000d08c9ddf0115d1118c7a00c04fc297eb01".to_vec(),
            reason,
            "NetworkCredential",
        ),
        (elsewhere.into_bytes(), reason, "NetworkCredential"),
    ]
}

fn other_encodings() -> Vec<Odd> {
    let marked = [&b"\xff\xfe"[..], &utf16(u16::to_le_bytes)].concat();
    vec![
        (marked, "UTF-16", "iconv -f UTF-16"),
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

fn utf16(order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    "S3cret~password".encode_utf16().flat_map(order).collect()
}

#[test]
fn odd_secrets_from_every_input_are_an_error_before_anything_is_sent() {
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
            // The newline that a file may end with is an error here.
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

/// The same from a directory and from a program.
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

/// The same from a settings file, for each secret.
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
        // A text in angle brackets is a placeholder, so `import` asks for the secret.
        if text.starts_with('<') {
            run.says(&["a placeholder", "is missing"]);
        } else if text.contains(['\n', '\r']) {
            run.says(&["a line break in it", "is missing"]);
        } else if text.starts_with("01000000d08c9ddf") {
            run.says(&["encoded", "is missing"]);
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
fn login_asks_a_person_about_an_odd_secret_and_accepts_a_yes() {
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
    // An arrow key by mistake: the person says no, and login asks again.
    terminal.answer("Client secret value", "half\u{1b}[D", true);
    terminal.wait_for("an escape character, as an arrow key types it");
    terminal.answer("Use it all the same? [y/N]", "n", false);
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
    // After one yes it is stored, and every job uses it.
    sandbox.run(&["exec", "--no-cache", "--", "true"]).expect(0);
    arrived(&sandbox, &sandbox.client_secret, odd);
    assert_eq!(sandbox.emulator.token_requests(), 2);
}
