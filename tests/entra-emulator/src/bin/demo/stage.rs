//! The environment of the demo: the emulator, the program, an empty home, and the checks between
//! the steps.

use super::output::{Outcome, say};
use entra_emulator::{CONTOSO_CLIENT, CONTOSO_USER, Config, Server};
use serde_json::{Value, json};
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The emulator, the program, and a directory that is removed on drop.
pub(super) struct Stage {
    pub(super) server: Server,
    ropc: PathBuf,
    dir: PathBuf,
    path: OsString,
}

impl Stage {
    pub(super) fn new(ropc: PathBuf) -> Outcome<Self> {
        let dir = std::env::temp_dir().join(format!("ropc-demo-{}", std::process::id()));
        // Fails if it exists, so the demo never uses or removes a directory of others.
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

    pub(super) fn home(&self) -> PathBuf {
        self.dir.join("home")
    }

    /// Shows the command as a person would type it, runs it, shows its output, and compares.
    pub(super) fn ropc(
        &self,
        args: &[&str],
        input: Option<&str>,
        code: i32,
        texts: &[&str],
    ) -> Outcome<()> {
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
            // A program that ends early closes the pipe; its exit code and messages say more.
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
    pub(super) fn secrets(&self) -> String {
        let config = self.server.config();
        json!({"client_secret": config.client_secret(CONTOSO_CLIENT), "password": config.password(CONTOSO_USER)})
            .to_string()
    }

    pub(super) fn change_password(&self) {
        // The random password of another tenant is wrong here.
        let fresh = Config::contoso();
        self.server.set_password(
            CONTOSO_USER,
            fresh
                .password(CONTOSO_USER)
                .unwrap_or("another made-up password"),
        );
    }

    /// Compares how many sign-ins reached the tenant.
    pub(super) fn sign_ins(&self, expected: usize) -> Outcome<()> {
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
    pub(super) fn nothing_in_the_clear(&self) -> Outcome<()> {
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
                return Err(format!("a secret is in {}", path.display()).into());
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
pub(super) fn build_ropc() -> Outcome<PathBuf> {
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
