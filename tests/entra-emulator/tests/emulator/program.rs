//! The program: its line on stdout, its files, and how it ends.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

struct Running {
    child: Child,
    facts: Value,
    dir: PathBuf,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

fn start(name: &str, args: &[&str]) -> Running {
    let dir = std::env::temp_dir().join(format!("emulator-{}-{name}", std::process::id()));
    let mut child = Command::new(env!("CARGO_BIN_EXE_entra-emulator"))
        .arg("--dir")
        .arg(&dir)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    Running {
        child,
        facts: serde_json::from_str(&line).unwrap(),
        dir,
    }
}

#[test]
fn it_prints_public_facts_and_writes_its_files() {
    let mut r = start(
        "files",
        &[
            "--user",
            "job@made-up.example",
            "--token-size",
            "4000",
            "--expires-in",
            "5",
        ],
    );
    for name in [
        "authority",
        "graph_url",
        "tenant",
        "client_id",
        "username",
        "ca_file",
        "port",
        "pid",
    ] {
        assert!(!r.facts[name].is_null(), "{name}");
    }
    assert_eq!(r.facts["username"], "job@made-up.example");
    assert!(r.facts.get("password").is_none() && r.facts.get("client_secret").is_none());
    let file = r.dir.join("emulator.json");
    let all: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(all["authority"], r.facts["authority"]);
    assert!(
        all["password"].as_str().unwrap().len() > 20
            && all["client_secret"].as_str().unwrap().len() > 20
    );
    assert!(
        std::fs::read_to_string(r.dir.join("ca.pem"))
            .unwrap()
            .starts_with("-----BEGIN CERTIFICATE-----")
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    drop(r.child.stdin.take());
    assert!(r.child.wait().unwrap().success(), "it ends with stdin");
}

#[test]
fn secrets_come_from_files() {
    let dir = std::env::temp_dir().join(format!("emulator-{}-secrets", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let (password, secret) = (dir.join("p"), dir.join("s"));
    std::fs::write(&password, "made up \n").unwrap();
    std::fs::write(&secret, "also made up").unwrap();
    let args = [
        "--password-file",
        password.to_str().unwrap(),
        "--client-secret-file",
        secret.to_str().unwrap(),
    ];
    let r = start("from-files", &args);
    let all: Value =
        serde_json::from_slice(&std::fs::read(r.dir.join("emulator.json")).unwrap()).unwrap();
    assert_eq!(
        (all["password"].as_str(), all["client_secret"].as_str()),
        (Some("made up "), Some("also made up"))
    );
    std::fs::remove_dir_all(dir).unwrap();
}

#[test]
fn help_and_mistakes() {
    let run = |args: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_entra-emulator"))
            .args(args)
            .output()
            .unwrap()
    };
    let help = run(&["--help"]);
    assert!(
        help.status.success() && String::from_utf8_lossy(&help.stdout).contains("--token-size")
    );
    for args in [
        &["--nonsense"][..],
        &["--port"],
        &["--port", "x"],
        &["--password-file", "/nowhere/file"],
    ] {
        let out = run(args);
        assert_eq!(out.status.code(), Some(2), "{args:?}");
        assert!(String::from_utf8_lossy(&out.stderr).starts_with("entra-emulator: error: "));
    }
}
