//! Parts of every integration test: a sandbox with an empty home, the emulator with fresh random
//! secrets, and a scan for those secrets at the end of the sandbox: of all written files and
//! outputs, and of the arguments and the environment of every observed process. The real binary
//! runs as a child process with a new environment. Tests connect only to this machine's loopback.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::format_collect,
    clippy::missing_panics_doc,
    clippy::needless_pass_by_value,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "test code: each program uses a part of this, a panic is a failed test, and the real environment is read"
)]

#[cfg(all(unix, not(target_os = "macos")))]
pub mod asking_keyring;
#[cfg(unix)]
pub mod broker;
pub mod contract;
pub mod documents;
pub mod golden;
#[cfg(all(unix, not(target_os = "macos")))]
pub mod keyring_daemon;
pub mod leaks;
pub mod needs;
#[cfg(all(unix, not(target_os = "macos")))]
pub mod other_keyrings;
#[cfg(target_os = "linux")]
mod processes;
#[cfg(unix)]
pub mod pty;
pub mod run;

pub use run::Run;

use entra_emulator::{CONTOSO_CLIENT, CONTOSO_TENANT, CONTOSO_USER, Config, Server};
use std::cell::RefCell;
use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The built binary under test.
pub const ROPC: &str = env!("CARGO_BIN_EXE_ropc");

/// A new home directory, an emulator, and the secrets that only the store may hold.
pub struct Sandbox {
    pub emulator: Server,
    pub password: String,
    pub client_secret: String,
    dir: tempfile::TempDir,
    env: Vec<(String, String)>,
    outputs: RefCell<Vec<(String, Vec<u8>)>>,
    watched: RefCell<Vec<(String, String)>>,
    scan: bool,
}

/// 32 random characters, with characters among them that encodings get wrong.
pub fn random_secret(prefix: &str) -> String {
    let mut bytes = [0u8; 12];
    getrandom::fill(&mut bytes).unwrap();
    let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    format!("{prefix}&{}%~+{}", &hex[..12], &hex[12..])
}

impl Sandbox {
    /// With the emulator's contoso tenant and random secrets.
    pub fn new() -> Self {
        Self::with(|config| config)
    }

    /// With a changed configuration of the emulator.
    pub fn with(change: impl FnOnce(Config) -> Config) -> Self {
        let (password, client_secret) = (random_secret("Pw"), random_secret("Cs"));
        let config = change(Config::contoso().without_loop_limit())
            .with_password(&password)
            .with_client_secret(&client_secret);
        Self::around(Server::start(config), password, client_secret)
    }

    /// With a given emulator that knows these secrets.
    pub fn around(emulator: Server, password: String, client_secret: String) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("home")).unwrap();
        emulator.write_ca(&dir.path().join("ca.pem")).unwrap();
        let watched = vec![
            ("password".to_owned(), password.clone()),
            ("client secret".to_owned(), client_secret.clone()),
        ];
        Self {
            emulator,
            password,
            client_secret,
            dir,
            env: Vec::new(),
            outputs: RefCell::default(),
            watched: RefCell::new(watched),
            scan: true,
        }
    }

    /// A variable for every run of this sandbox.
    pub fn set_env(&mut self, name: &str, value: &str) {
        self.env.retain(|(n, _)| n != name);
        self.env.push((name.into(), value.into()));
    }

    /// Removes a variable of [`Sandbox::set_env`].
    pub fn unset_env(&mut self, name: &str) {
        self.env.retain(|(n, _)| n != name);
    }

    /// Adds a text that must not appear in any output or file.
    pub fn watch(&self, what: &str, secret: &str) {
        self.watched.borrow_mut().push((what.into(), secret.into()));
    }

    /// Turns off the scan at the end: for controls that leak on purpose, and for tests that print a
    /// token.
    pub fn without_scan(&mut self) {
        self.scan = false;
    }

    pub fn root(&self) -> &Path {
        self.dir.path()
    }

    pub fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    pub fn config_dir(&self) -> PathBuf {
        self.home().join(".config/ropc")
    }

    pub fn profile_file(&self, name: &str) -> PathBuf {
        self.config_dir().join(format!("profiles/{name}.toml"))
    }

    pub fn state_dir(&self) -> PathBuf {
        self.home().join(".local/state/ropc")
    }

    pub fn cache_dir(&self) -> PathBuf {
        self.home().join(".cache/ropc")
    }

    /// `ropc` as [`Sandbox::program`] starts it, with every signal's default action.
    pub fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = self.program(ROPC);
        command.args(args);
        #[cfg(unix)]
        default_signals(&mut command);
        command
    }

    /// A program with nothing in its environment but HOME, PATH and the sandbox's own variables.
    pub fn program(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("HOME", self.home())
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .envs(self.env.iter().map(|(n, v)| (n, v)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .current_dir(self.dir.path());
        command
    }

    /// Runs to the end and keeps the output for the scan.
    pub fn run(&self, args: &[&str]) -> Run {
        self.finish(&args.join(" "), self.command(args), &[])
    }

    /// Runs with this on standard input.
    pub fn run_with_input(&self, args: &[&str], input: &[u8]) -> Run {
        self.finish(&args.join(" "), self.command(args), input)
    }

    /// Runs a prepared command.
    pub fn finish(&self, title: &str, mut command: Command, input: &[u8]) -> Run {
        if !input.is_empty() {
            command.stdin(Stdio::piped());
        }
        let mut child = command.spawn().unwrap();
        #[cfg(target_os = "linux")]
        let watch = processes::Watch::over(child.id(), &command);
        if !input.is_empty() {
            // A program that fails early may close the pipe.
            let _ = child.stdin.take().unwrap().write_all(input);
        }
        let output = child.wait_with_output().unwrap();
        #[cfg(target_os = "linux")]
        self.outputs.borrow_mut().extend(watch.end());
        self.keep(title, output)
    }

    /// Keeps an output for the scan.
    pub fn keep(&self, title: &str, output: Output) -> Run {
        #[cfg(unix)]
        let signal = std::os::unix::process::ExitStatusExt::signal(&output.status);
        #[cfg(not(unix))]
        let signal = None;
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(run::error_with_too_many_hints(&stderr), None, "{title}");
        let mut outputs = self.outputs.borrow_mut();
        outputs.push((format!("stdout of {title}"), output.stdout.clone()));
        outputs.push((format!("stderr of {title}"), output.stderr.clone()));
        Run {
            code: output.status.code(),
            signal,
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr,
        }
    }

    /// The flags that enrol a profile at this emulator, without store and secrets.
    pub fn facts(&self) -> Vec<String> {
        let ca = self.dir.path().join("ca.pem").display().to_string();
        let authority = self.emulator.authority();
        [
            "--tenant",
            CONTOSO_TENANT,
            "--client-id",
            CONTOSO_CLIENT,
            "--username",
            CONTOSO_USER,
            "--authority",
            &authority,
            "--ca-file",
            &ca,
        ]
        .map(str::to_owned)
        .to_vec()
    }

    /// The secrets as `--secrets-stdin` takes them.
    pub fn secrets_json(&self) -> Vec<u8> {
        secrets_json(&self.client_secret, &self.password)
    }

    /// `login` into the file store, with more flags.
    pub fn login(&self, more: &[&str]) -> Run {
        self.login_with(more, &self.secrets_json())
    }

    /// The same with other secrets.
    pub fn login_with(&self, more: &[&str], input: &[u8]) -> Run {
        self.login_into(
            &["--store", "file", "--key-source", "key-file"],
            more,
            input,
        )
    }

    /// `login` into a given store.
    pub fn login_into(&self, store: &[&str], more: &[&str], input: &[u8]) -> Run {
        let facts = self.facts();
        let mut args = vec!["login", "--secrets-stdin"];
        args.extend(facts.iter().map(String::as_str));
        args.extend(store);
        args.extend(more);
        self.run_with_input(&args, input)
    }

    /// Every file below HOME with its content, sorted: to show that nothing was changed.
    pub fn snapshot(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = leaks::files_below(&self.home());
        files.sort();
        files
    }

    /// The scan of [`Drop`], now: fails if a secret is in an output, in a file below HOME, or in
    /// the arguments or the environment of a process.
    #[track_caller]
    pub fn assert_no_leak(&self) {
        let found = self.leaks();
        assert!(
            found.is_empty(),
            "secrets were found:\n{}",
            found.join("\n")
        );
    }

    /// The secrets that the scan finds, with their places.
    pub fn leaks(&self) -> Vec<String> {
        let watched = self.watched.borrow();
        let outputs = self.outputs.borrow();
        let files = leaks::files_below(&self.home())
            .into_iter()
            .map(|(path, content)| (path.display().to_string(), content));
        let mut found = Vec::new();
        for (place, content) in outputs.iter().cloned().chain(files) {
            for (what, secret) in watched.iter() {
                found.extend(
                    leaks::find(&content, secret)
                        .map(|encoding| format!("{what} ({encoding}) in {place}")),
                );
            }
            // A token may be in an output, but never in a file in the clear, and never in an
            // argument of ropc.
            if place.starts_with('/') || place == "arguments of ropc" {
                let tokens = self.emulator.issued_tokens();
                let is_there = |token: &str| {
                    content
                        .windows(token.len())
                        .any(|window| window == token.as_bytes())
                };
                found.extend(
                    tokens
                        .iter()
                        .filter(|t| is_there(&t.token))
                        .map(|_| format!("a token in {place}")),
                );
            }
        }
        found
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if self.scan && !std::thread::panicking() {
            self.assert_no_leak();
        }
    }
}

/// Starts the program with default signals, even if the tests run with ignored ones (`nohup`, or a
/// background job of a script): a child inherits an ignored signal, and ropc leaves it ignored on
/// purpose.
#[cfg(unix)]
#[allow(
    unsafe_code,
    reason = "the standard library can set no signal's action before exec"
)]
pub fn default_signals(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    // SAFETY: signal is async-signal-safe and touches no memory of this process.
    unsafe {
        command.pre_exec(|| {
            for signal in 1..=31 {
                libc::signal(signal, libc::SIG_DFL);
            }
            Ok(())
        });
    }
}

/// Copies a program. Not in this process: a process that another test starts meanwhile would
/// inherit the open file, and a file that is open for writing cannot be run ("text file busy").
pub fn copy_program(from: impl AsRef<OsStr>, to: &Path) {
    assert!(
        Command::new("cp")
            .arg(from)
            .arg(to)
            .status()
            .unwrap()
            .success()
    );
}

/// Waits until a run says that it waits for a lock, which it does after three seconds. Its later
/// messages stay in its output. (Only root could see which files such a process has open.)
pub fn wait_until_it_waits(run: &mut std::process::Child) {
    let (mut said, mut byte) = (Vec::new(), [0]);
    while !said.ends_with(b"ropc: waiting for another ropc") {
        run.stderr.as_mut().unwrap().read_exact(&mut byte).unwrap();
        said.extend(byte);
    }
}

/// The secrets as `--secrets-stdin` takes them.
pub fn secrets_json(client_secret: &str, password: &str) -> Vec<u8> {
    serde_json::to_vec(&serde_json::json!({ "client_secret": client_secret, "password": password }))
        .unwrap()
}
