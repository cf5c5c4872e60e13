//! Runs each client against the emulator with fresh random secrets, searches its memory twice
//! (while it waits for the answer, and when it has the token), and prints how many copies of the
//! secrets there are. Linux, as root.
//!
//! The scanner is that of `tests/memory`. Only reports; `tests/memory` fails when ropc leaves a
//! trace.

#[path = "../../../tests/support/leaks.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod leaks;
mod peer;
#[path = "../../../tests/support/memory.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod scan;

use entra_emulator::{
    CONTOSO_CLIENT, CONTOSO_TENANT, CONTOSO_USER, Config, Fault, Hold, Route, Server, Times,
};
use scan::{Finder, Found, Pages, Snapshot};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

type Failure = Box<dyn std::error::Error>;

const SCOPE: &str = "https://graph.microsoft.com/.default";
const PATIENCE: Duration = Duration::from_secs(30);

/// One server with one pair of secrets.
struct Stage {
    server: Server,
    password: String,
    client_secret: String,
    dir: tempfile::TempDir,
}

/// The findings: copies and pieces of password and client secret at two moments, and copies of the
/// token.
struct Row {
    client: String,
    awaited: Vec<Found>,
    after: Vec<Found>,
    token: usize,
}

fn main() -> Result<(), Failure> {
    if std::env::args().nth(1).as_deref() == Some("peer") {
        return peer::run();
    }
    let ropc = PathBuf::from(std::env::var("RESIDUE_ROPC")?);
    let python = std::env::var("RESIDUE_PYTHON")?;
    let rows = [
        row_of_ropc(&ropc),
        row_of_curl(),
        row_of_peer("msal", &python),
        row_of_peer("reqwest", ""),
    ];
    println!(
        "copies of password/client secret in any encoding; in brackets pieces of 8 or more characters\n"
    );
    println!(
        "{:<34}{:>22}{:>22}{:>8}",
        "client", "answer awaited", "token in hand", "token"
    );
    for row in rows {
        let row = row?;
        println!(
            "{:<34}{:>22}{:>22}{:>8}",
            row.client,
            text(&row.awaited),
            text(&row.after),
            row.token
        );
    }
    Ok(())
}

fn text(found: &[Found]) -> String {
    let copies: Vec<String> = found
        .iter()
        .map(|f| f.whole.values().sum::<usize>().to_string())
        .collect();
    let pieces: Vec<String> = found.iter().map(|f| f.pieces.to_string()).collect();
    format!("{} ({})", copies.join("/"), pieces.join("/"))
}

impl Stage {
    /// On this port; 0 lets the system choose.
    fn on(port: u16) -> Result<Self, Failure> {
        let (password, client_secret) = (random_secret("Pw")?, random_secret("Cs")?);
        let mut config = Config::contoso()
            .without_loop_limit()
            .with_password(&password)
            .with_client_secret(&client_secret);
        config.port = port;
        let server = Server::try_start(config)?;
        let dir = tempfile::tempdir()?;
        server.write_ca(&dir.path().join("ca.pem"))?;
        Ok(Self {
            server,
            password,
            client_secret,
            dir,
        })
    }

    fn ca(&self) -> PathBuf {
        self.dir.path().join("ca.pem")
    }

    fn token_url(&self) -> String {
        format!(
            "{}/{CONTOSO_TENANT}/oauth2/v2.0/token",
            self.server.authority()
        )
    }

    /// The facts and both secrets for a client, as one line.
    fn wish(&self) -> String {
        let wish = serde_json::json!({
            "authority": format!("{}/{CONTOSO_TENANT}", self.server.authority()),
            "token_url": self.token_url(),
            "ca": self.ca(),
            "client_id": CONTOSO_CLIENT,
            "client_secret": self.client_secret,
            "username": CONTOSO_USER,
            "password": self.password,
            "scope": SCOPE,
        });
        format!("{wish}\n")
    }

    fn search(&self, pid: u32) -> Result<(Vec<Found>, usize), Failure> {
        let snapshot = Snapshot::take(pid, Pages::Present)?;
        let found = Finder::of(&[&self.password, &self.client_secret]).search(&snapshot);
        let token = self
            .server
            .issued_tokens()
            .last()
            .map_or(0, |issued| snapshot.count(issued.token.as_bytes()));
        Ok((found, token))
    }

    /// Searches while the emulator holds the answer back, releases it, waits until the client has
    /// the token, and searches again.
    fn measure(
        &self,
        client: &str,
        child: &mut Child,
        hold: &Hold,
        has_it: impl FnOnce(&mut Child),
    ) -> Result<Row, Failure> {
        if !hold.wait_for(1, PATIENCE) {
            return Err(format!("{client} sent nothing").into());
        }
        // The client may not wait for the answer yet after it sent the last byte.
        std::thread::sleep(Duration::from_millis(200));
        let (awaited, _) = self.search(child.id())?;
        hold.release();
        has_it(child);
        let (after, token) = self.search(child.id())?;
        child.kill()?;
        child.wait()?;
        Ok(Row {
            client: client.to_owned(),
            awaited,
            after,
            token,
        })
    }

    fn hold_token(&self) -> Hold {
        let hold = Hold::new();
        self.server.inject(Fault::Hold(hold.clone()), Times::Once);
        hold
    }
}

/// A random secret with characters that encodings get wrong.
fn random_secret(prefix: &str) -> Result<String, Failure> {
    let mut bytes = [0u8; 12];
    getrandom::fill(&mut bytes)?;
    let hex: Vec<String> = bytes.iter().map(|b| format!("{b:02x}")).collect();
    Ok(format!(
        "{prefix}&{}%~+{}",
        hex[..6].concat(),
        hex[6..].concat()
    ))
}

/// ropc with the file store; the token goes to a full pipe, so that the program waits while it
/// holds the token.
fn row_of_ropc(binary: &Path) -> Result<Row, Failure> {
    let stage = Stage::on(0)?;
    let command = || {
        let mut command = Command::new(binary);
        command
            .env_clear()
            .env("HOME", stage.dir.path())
            .env("PATH", "/usr/bin:/bin")
            .stdin(Stdio::piped());
        command
    };
    let (authority, ca) = (stage.server.authority(), stage.ca().display().to_string());
    let mut login = command();
    login.args([
        "login",
        "--secrets-stdin",
        "--no-verify",
        "--store",
        "file",
        "--key-source",
        "key-file",
    ]);
    login.args([
        "--tenant",
        CONTOSO_TENANT,
        "--client-id",
        CONTOSO_CLIENT,
        "--username",
        CONTOSO_USER,
    ]);
    login
        .args(["--authority", &authority, "--ca-file", &ca])
        .stderr(Stdio::null());
    let mut login = login.spawn()?;
    let secrets =
        serde_json::json!({"client_secret": stage.client_secret, "password": stage.password});
    write!(login.stdin.take().ok_or("no pipe")?, "{secrets}")?;
    if !login.wait()?.success() {
        return Err("ropc login failed".into());
    }
    let hold = stage.hold_token();
    let (_reader, mut full) = std::io::pipe()?;
    // The capacity of a pipe (pipe(7)).
    full.write_all(&vec![0; 65_536])?;
    let mut child = command()
        .args(["token", "--no-cache"])
        .stdout(full)
        .stderr(Stdio::null())
        .spawn()?;
    let version = Command::new(binary).arg("--version").output()?;
    let build = if binary
        .components()
        .any(|part| part.as_os_str() == "release")
    {
        "release"
    } else {
        "debug"
    };
    let name = format!(
        "{}, {build} build",
        String::from_utf8_lossy(&version.stdout).trim()
    );
    stage.measure(&name, &mut child, &hold, |child| {
        let path = format!("/proc/{}/syscall", child.id());
        let end = Instant::now() + PATIENCE;
        // It waits in write(1, ...), which is system call 1.
        while !std::fs::read_to_string(&path).is_ok_and(|call| call.starts_with("1 0x1 "))
            && Instant::now() < end
        {
            std::thread::sleep(Duration::from_millis(5));
        }
    })
}

/// curl, kept alive after the token by a second transfer whose answer is held back.
fn row_of_curl() -> Result<Row, Failure> {
    let stage = Stage::on(0)?;
    let hold = stage.hold_token();
    let second = Hold::new();
    stage
        .server
        .inject_on(Route::Graph, Fault::Hold(second.clone()), Times::Once);
    let me = format!("{}/v1.0/me", stage.server.graph_url());
    let mut child = Command::new("curl")
        .args(["--silent", "--cacert"])
        .arg(stage.ca())
        .args([
            "--data-binary",
            "@-",
            &stage.token_url(),
            "--next",
            "--silent",
            "--cacert",
        ])
        .arg(stage.ca())
        .arg(me)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()?;
    let percent = |secret: &str| {
        secret
            .replace('%', "%25")
            .replace('&', "%26")
            .replace('+', "%2B")
    };
    let mut input = child.stdin.take().ok_or("no pipe")?;
    write!(
        input,
        "client_id={CONTOSO_CLIENT}&client_secret={}&grant_type=password&username={}&password={}&scope={}",
        percent(&stage.client_secret),
        CONTOSO_USER.replace('@', "%40"),
        percent(&stage.password),
        SCOPE.replace(':', "%3A").replace('/', "%2F")
    )?;
    drop(input);
    let version = Command::new("curl").arg("--version").output()?;
    let name = String::from_utf8_lossy(&version.stdout)
        .split(' ')
        .take(2)
        .collect::<Vec<_>>()
        .join(" ");
    stage.measure(
        &format!("{name}, the form from a pipe"),
        &mut child,
        &hold,
        |_| {
            second.wait_for(1, PATIENCE);
            std::thread::sleep(Duration::from_millis(200));
        },
    )
}

/// A program that reads its request as a line and prints `ready` when it has the token.
fn row_of_peer(name: &str, python: &str) -> Result<Row, Failure> {
    // msal asks the port of https for the user's realm, whatever the authority says.
    let stage = Stage::on(if name == "msal" { 443 } else { 0 })?;
    let hold = stage.hold_token();
    let (mut command, title) = if name == "msal" {
        let mut command = Command::new(python);
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/peer.py"));
        let version = Command::new(python)
            .args(["-c", "import msal, platform as p; print(msal.__version__, 'on Python', p.python_version())"])
            .output()?;
        (
            command,
            format!("msal {}", String::from_utf8_lossy(&version.stdout).trim()),
        )
    } else {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("peer");
        (command, "reqwest 0.13, .form() of Strings".to_owned())
    };
    // A variable that names other roots (`REQUESTS_CA_BUNDLE`) would override those of the client.
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", stage.dir.path());
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut input = child.stdin.take().ok_or("no pipe")?;
    input.write_all(stage.wish().as_bytes())?;
    let mut output = BufReader::new(child.stdout.take().ok_or("no pipe")?);
    let row = stage.measure(&title, &mut child, &hold, |_| {
        let mut line = String::new();
        let _ = output.read_line(&mut line);
        assert_eq!(line, "ready\n", "{name} got no token");
    });
    drop(input);
    let _ = output.read_to_end(&mut Vec::new());
    row
}
