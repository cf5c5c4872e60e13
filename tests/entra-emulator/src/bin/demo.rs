//! The demo: the main job of `ropc` from an empty home to a clean end, against the emulator. It
//! builds and runs the real program, checks every step, and removes what it made. Nothing here
//! serves requests, and no real secret belongs here.
//!
//! The same program plays the admin's script: `demo fetch URL CA` is the child that `ropc exec`
//! runs.

use std::ffi::OsString;
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::Duration;

use entra_emulator::{CONTOSO_CLIENT, CONTOSO_DOMAIN, CONTOSO_USER, Config, Server};
use serde_json::{Value, json};
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, pem::PemObject as _};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let result = match args
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [] => demo(),
        ["fetch", url, ca] => fetch(url, Path::new(ca)),
        _ => Err("usage: demo, or as the child of `ropc exec`: demo fetch URL CA".into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            let _ = writeln!(io::stderr(), "demo: error: {e}");
            ExitCode::FAILURE
        }
    }
}

/// The story. Each step is one command of the real program with what must come of it.
fn demo() -> Outcome<()> {
    say("Building ropc. The first time takes a few minutes.")?;
    let stage = Stage::new(build_ropc()?)?;
    let (authority, url) = (
        stage.server.authority(),
        format!("{}/v1.0/me", stage.server.graph_url()),
    );
    say(&format!(
        "An emulated Entra tenant listens on {authority}; HOME is {} and is empty.",
        stage.home().display()
    ))?;
    say(
        "Both secrets come through a pipe, as {\"client_secret\": \"...\", \"password\": \"...\"}.",
    )?;

    title("1. Store the secrets once, after proof that the sign-in works")?;
    let facts = [
        "--tenant",
        CONTOSO_DOMAIN,
        "--client-id",
        CONTOSO_CLIENT,
        "--username",
        CONTOSO_USER,
    ];
    let place = [
        "--authority",
        &authority,
        "--ca-file",
        "ca.pem",
        "--store",
        "file",
        "--key-source",
        "key-file",
    ];
    let login = [&["login"], &facts[..], &place[..], &["--secrets-stdin"]].concat();
    stage.ropc(
        &login,
        Some(&stage.secrets()),
        0,
        &["signed in as svc-report@contoso.example"],
    )?;
    stage.sign_ins(1)?;

    title(
        "2. Run the job: a child process asks Graph who it is, with the token from its environment",
    )?;
    let job = ["exec", "--", "demo", "fetch", &url, "ca.pem"];
    stage.ropc(&job, None, 0, &["200", "Report Service", CONTOSO_USER])?;
    stage.sign_ins(1)?;
    say("The token of the login served the job: no second sign-in.")?;

    title("3. Look at what is stored")?;
    stage.ropc(
        &["status"],
        None,
        0,
        &[
            "secrets       present",
            "cached token  until",
            "sign-in       ready",
        ],
    )?;
    stage.nothing_in_the_clear()?;

    title("4. Somebody changes the user's password, and the job goes on asking for new tokens")?;
    stage.change_password();
    let refresh = ["exec", "--refresh", "--", "demo", "fetch", &url, "ca.pem"];
    stage.ropc(&refresh, None, 125, &["AADSTS50126"])?;
    stage.sign_ins(2)?;
    stage.ropc(
        &refresh,
        None,
        125,
        &["is not sent: Entra refused it before"],
    )?;
    stage.sign_ins(2)?;
    say(
        "The breaker held the second one back: a refused password is not sent again, so it cannot lock the account.",
    )?;

    title("5. Store the new password; the old one is gone")?;
    stage.ropc(
        &["login", "--yes", "--secrets-stdin"],
        Some(&stage.secrets()),
        0,
        &["signed in as"],
    )?;
    stage.ropc(&job, None, 0, &[CONTOSO_USER])?;
    stage.sign_ins(3)?;
    stage.nothing_in_the_clear()?;

    title("6. Remove everything")?;
    stage.ropc(
        &["logout", "--yes"],
        None,
        0,
        &["removed the profile `default`"],
    )?;
    stage.ropc(&["list"], None, 0, &["there is no profile yet"])?;
    match stage.server.violations().as_slice() {
        [] => say(
            "\nAll steps went as they should. The emulator and the home directory are gone now.",
        ),
        found => Err(format!("requests were not as they should be: {}", found.join("; ")).into()),
    }
}

/// What the story needs: the emulator, the program, and a directory that goes when this goes.
struct Stage {
    server: Server,
    ropc: PathBuf,
    dir: PathBuf,
    path: OsString,
}

impl Stage {
    fn new(ropc: PathBuf) -> Outcome<Self> {
        let dir = std::env::temp_dir().join(format!("ropc-demo-{}", std::process::id()));
        // Fails if it exists: nobody else's directory is used, and none is removed at the end.
        std::fs::create_dir(&dir)?;
        let own = std::env::current_exe()?;
        let system = std::env::var_os("PATH").unwrap_or_default();
        let places = [&ropc, &own]
            .into_iter()
            .filter_map(|p| p.parent())
            .map(Path::to_path_buf);
        let path = std::env::join_paths(places.chain(std::env::split_paths(&system)))?;
        let stage = Self {
            server: Server::try_start(Config::contoso())?,
            ropc,
            dir,
            path,
        };
        std::fs::create_dir(stage.home())?;
        stage.server.write_ca(&stage.dir.join("ca.pem"))?;
        Ok(stage)
    }

    fn home(&self) -> PathBuf {
        self.dir.join("home")
    }

    /// Shows the command as a person would type it, runs it, shows its output, and compares.
    fn ropc(&self, args: &[&str], input: Option<&str>, code: i32, texts: &[&str]) -> Outcome<()> {
        say(&format!("\n$ ropc {}", wrapped(args)))?;
        let mut command = Command::new(&self.ropc);
        command
            .args(args)
            .current_dir(&self.dir)
            .env_clear()
            .env("PATH", &self.path);
        for name in ["HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"] {
            command.env(name, self.home());
        }
        // Windows programs need it to open a socket.
        command.envs(std::env::var_os("SystemRoot").map(|root| ("SystemRoot", root)));
        let stdin = if input.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        };
        let mut child = command
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        if let (Some(text), Some(mut pipe)) = (input, child.stdin.take()) {
            // A program that ends early closes the pipe; its code and its words say more than that.
            let _ = pipe.write_all(text.as_bytes());
        }
        let output = child.wait_with_output()?;
        let shown = [output.stdout, output.stderr].concat();
        let shown = String::from_utf8_lossy(&shown);
        say(shown.trim_end())?;
        if output.status.code() != Some(code) {
            return Err(format!(
                "that command ended with {}, and not with code {code}",
                output.status
            )
            .into());
        }
        match texts.iter().find(|text| !shown.contains(**text)) {
            Some(text) => Err(format!("its output lacks `{text}`").into()),
            None => Ok(()),
        }
    }

    /// The made-up secrets as `--secrets-stdin` takes them.
    fn secrets(&self) -> String {
        let config = self.server.config();
        json!({"client_secret": config.client_secret(CONTOSO_CLIENT), "password": config.password(CONTOSO_USER)})
            .to_string()
    }

    fn change_password(&self) {
        // Another tenant's random password is as good as any.
        let fresh = Config::contoso();
        self.server.set_password(
            CONTOSO_USER,
            fresh
                .password(CONTOSO_USER)
                .unwrap_or("another made-up password"),
        );
    }

    /// Compares how many sign-ins reached the tenant.
    fn sign_ins(&self, expected: usize) -> Outcome<()> {
        let seen = self.server.token_requests();
        say(&format!(
            "# sign-ins that the tenant has seen so far: {seen}"
        ))?;
        if seen == expected {
            Ok(())
        } else {
            Err(format!("{expected} were to be expected").into())
        }
    }

    /// Looks through the home directory for the secrets and every token that was issued.
    fn nothing_in_the_clear(&self) -> Outcome<()> {
        let config = self.server.config();
        let mut wanted: Vec<String> = self
            .server
            .issued_tokens()
            .into_iter()
            .map(|t| t.token)
            .collect();
        wanted.extend(config.password(CONTOSO_USER).map(str::to_owned));
        wanted.extend(config.client_secret(CONTOSO_CLIENT).map(str::to_owned));
        let files = files_below(&self.home())?;
        for (path, content) in &files {
            if wanted.iter().any(|secret| {
                content
                    .windows(secret.len())
                    .any(|part| part == secret.as_bytes())
            }) {
                return Err(format!("a secret stands in {}", path.display()).into());
            }
        }
        let (files, wanted) = (files.len(), wanted.len());
        say(&format!(
            "# {files} files below HOME: none holds the password, the client secret or a token as text ({wanted} searched for)"
        ))
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Err(e) = std::fs::remove_dir_all(&self.dir) {
            let _ = writeln!(
                io::stderr(),
                "demo: warning: {} could not be removed: {e}",
                self.dir.display()
            );
        }
    }
}

/// Builds the program as `cargo run` would, in the same target directory and profile; gives the
/// path that cargo names.
fn build_ropc() -> Outcome<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut command = Command::new(cargo);
    command
        .args([
            "build",
            "--bin",
            "ropc",
            "--message-format=json-render-diagnostics",
        ])
        .current_dir(root);
    let own = std::env::current_exe()?;
    let profile = own
        .parent()
        .and_then(Path::file_name)
        .and_then(|name| name.to_str())
        .unwrap_or("debug");
    if profile != "debug" {
        command.args(["--profile", profile]);
    }
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err("ropc could not be built".into());
    }
    let messages = String::from_utf8(output.stdout)?;
    let built = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let path = built
        .filter(|m| m["target"]["name"] == "ropc")
        .find_map(|m| m["executable"].as_str().map(PathBuf::from));
    path.ok_or_else(|| "cargo named no program `ropc`".into())
}

/// The admin's script: reads the token from the environment, asks Graph over TLS, prints who it is.
fn fetch(url: &str, ca: &Path) -> Outcome<()> {
    let token = std::env::var("GRAPH_ACCESS_TOKEN")
        .map_err(|_| "GRAPH_ACCESS_TOKEN is not set: use `ropc exec`")?;
    let (host, path) = url
        .strip_prefix("https://")
        .and_then(|rest| rest.split_once('/'))
        .ok_or("the address is not https")?;
    let (name, _) = host.rsplit_once(':').ok_or("the address has no port")?;
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(ca)?)?;
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let tcp = TcpStream::connect(host)?;
    tcp.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut tls = StreamOwned::new(
        ClientConnection::new(Arc::new(config), name.to_owned().try_into()?)?,
        tcp,
    );
    write!(
        tls,
        "GET /{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    tls.read_to_string(&mut answer)?;
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .ok_or("the answer has no end of its head")?;
    let status = head.split(' ').nth(1).unwrap_or_default();
    say(&format!(
        "GET /{path} with a token of {} bytes: {status}",
        token.len()
    ))?;
    let me: Value = serde_json::from_str(body)?;
    for key in ["displayName", "userPrincipalName", "id"] {
        say(&format!("{key:<18} {}", me[key].as_str().unwrap_or("-")))?;
    }
    if status == "200" {
        Ok(())
    } else {
        Err(format!("Graph answered {status}").into())
    }
}

/// One argument list in lines of a readable length, broken before flags.
fn wrapped(args: &[&str]) -> String {
    let mut text = String::new();
    let mut width = 0;
    for arg in args {
        if width > 60 && arg.starts_with("--") {
            text.push_str("\\\n    ");
            width = 4;
        }
        text.push_str(arg);
        text.push(' ');
        width += arg.len() + 1;
    }
    text.trim_end().to_owned()
}

fn title(text: &str) -> Outcome<()> {
    say(&format!("\n== {text}"))
}

fn say(text: &str) -> Outcome<()> {
    Ok(writeln!(io::stdout(), "{text}")?)
}

fn files_below(dir: &Path) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push((path.clone(), std::fs::read(&path)?));
        }
    }
    Ok(files)
}
