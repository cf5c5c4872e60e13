//! The environment of the benchmarks: a private bus with a real gnome-keyring, the emulated tenant
//! over real TLS, and a profile in that keyring. All of it is in one temporary directory and ends
//! by process id.

use crate::keyring_daemon::{KeyringDaemon, State, missing_program};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

/// The profile whose app proves itself by a certificate.
pub const CERTIFICATE: &str = "certificate";
/// Made up, and without characters that a client must encode.
pub const PASSWORD: &str = "MadeUpPasswordForTheBenchmark0123456789";
pub const CLIENT_SECRET: &str = "MadeUpClientSecretForTheBenchmark0123456789";

/// The programs to run.
pub struct Setup {
    pub ropc: PathBuf,
    pub emulator: PathBuf,
    /// The directory in which `benches/peers.sh` installed other clients, if it did.
    pub peers: Option<PathBuf>,
}

pub struct Stage {
    pub ropc: PathBuf,
    pub peers: Option<PathBuf>,
    /// `https://localhost:PORT`
    pub authority: String,
    pub tenant: String,
    pub client_id: String,
    pub username: String,
    pub keyring: KeyringDaemon,
    dir: PathBuf,
    emulator: Child,
    _emulator_stdin: ChildStdin,
}

impl Stage {
    pub fn new(setup: &Setup) -> Self {
        if let Some(name) = missing_program() {
            panic!(
                "{name} is not installed (Debian: dbus-daemon dbus-bin gnome-keyring libsecret-tools)"
            );
        }
        let keyring = KeyringDaemon::start(State::Unlocked);
        let dir = std::env::temp_dir().join(format!("ropc-bench-{}", std::process::id()));
        std::fs::create_dir(&dir).expect("a directory of our own");
        std::fs::create_dir(dir.join("home")).expect("a home");
        let (mut emulator, facts) = start_emulator(&setup.emulator, &dir);
        let fact = |name: &str| text_of(&facts, name);
        let stage = Self {
            ropc: setup.ropc.clone(),
            peers: setup.peers.clone().filter(|dir| dir.is_dir()),
            authority: fact("authority"),
            tenant: fact("tenant"),
            client_id: fact("client_id"),
            username: fact("username"),
            keyring,
            dir,
            _emulator_stdin: emulator.stdin.take().expect("a pipe"),
            emulator,
        };
        let secrets =
            format!("{{\"client_secret\": \"{CLIENT_SECRET}\", \"password\": \"{PASSWORD}\"}}");
        stage.login(&["--secrets-stdin"], &secrets);
        let by_certificate = [
            "-p",
            CERTIFICATE,
            "--certificate",
            "app.pem",
            "--password-file",
            "-",
        ];
        stage.login(&by_certificate, PASSWORD);
        for (name, secret) in [("password", PASSWORD), ("client-secret", CLIENT_SECRET)] {
            stage.store(name, secret);
        }
        stage
    }

    /// The directory of everything.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn ca(&self) -> PathBuf {
        self.dir.join("ca.pem")
    }

    /// A program in the session of the keyring, with a new environment.
    pub fn program(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("LC_ALL", "C.UTF-8");
        self.keyring.apply_env(&mut command);
        for name in ["XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"] {
            command.env_remove(name);
        }
        command
            .env("HOME", self.dir.join("home"))
            .current_dir(&self.dir);
        command
    }

    /// `ropc` with these arguments.
    pub fn ropc(&self, args: &[&str]) -> Command {
        let mut command = self.program(&self.ropc);
        command.args(args);
        command
    }

    /// The same with the kernel's keyring forbidden, as in a container.
    pub fn ropc_without_kernel(&self, args: &[&str]) -> Command {
        let mut command = self.ropc(args);
        forbid_kernel_keys(&mut command);
        command
    }

    /// Removes the record of the rate limit of ten sign-ins in five minutes, as a benchmark makes
    /// more.
    pub fn forget_rate(&self) {
        let _ = std::fs::remove_dir_all(self.dir.join("home/.local/state/ropc/breaker"));
    }

    /// Removes the cached token, so that the next run signs in.
    pub fn forget_token(&self) {
        let _ = std::fs::remove_dir_all(self.dir.join("home/.cache/ropc"));
        self.forget_rate();
    }

    /// The directory of the profiles.
    pub fn profiles(&self) -> PathBuf {
        self.dir.join("home/.config/ropc/profiles")
    }

    /// The generation in the profile's file.
    pub fn generation(&self) -> String {
        let file = self.profiles().join("default.toml");
        let text = std::fs::read_to_string(file).expect("the profile");
        let line = text
            .lines()
            .find_map(|l| l.strip_prefix("generation = "))
            .expect("a generation");
        line.trim_matches('"').to_owned()
    }

    /// Sets the variables that every client's script reads.
    pub fn tell<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command
            .env("BENCH_AUTHORITY", &self.authority)
            .env("BENCH_TENANT", &self.tenant)
            .env("BENCH_CLIENT_ID", &self.client_id)
            .env("BENCH_USERNAME", &self.username)
            .env("BENCH_CA", self.ca())
    }

    fn login(&self, flags: &[&str], input: &str) {
        let ca = self.ca().display().to_string();
        let mut command = self.ropc(&["login", "--yes", "--ca-file", &ca]);
        command.args(flags);
        command.args([
            "--tenant",
            &self.tenant,
            "--client-id",
            &self.client_id,
            "--username",
            &self.username,
        ]);
        command
            .args(["--authority", &self.authority])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .unwrap_or_else(|e| panic!("{}: {e}", self.ropc.display()));
        child
            .stdin
            .take()
            .expect("a pipe")
            .write_all(input.as_bytes())
            .expect("ropc reads its secrets");
        let output = child.wait_with_output().expect("ropc login");
        assert!(
            output.status.success(),
            "ropc login: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// An item for the pipeline and the peers.
    fn store(&self, name: &str, secret: &str) {
        let mut command = self.program("secret-tool");
        command
            .args([
                "store", "--label", name, "service", "bench", "username", name,
            ])
            .stdin(Stdio::piped());
        let mut child = command
            .spawn()
            .expect("secret-tool (Debian: libsecret-tools)");
        child
            .stdin
            .take()
            .expect("a pipe")
            .write_all(secret.as_bytes())
            .expect("secret-tool reads");
        assert!(child.wait().expect("secret-tool").success());
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = self
            .ropc(&["logout", "--all", "--yes"])
            .stderr(Stdio::null())
            .status();
        let _ = self.emulator.kill();
        let _ = self.emulator.wait();
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// Starts on port 443 if that is free and allowed: MSAL for Python asks for the user's realm there,
/// for every authority.
fn start_emulator(program: &Path, dir: &Path) -> (Child, String) {
    for (name, secret) in [("password", PASSWORD), ("client-secret", CLIENT_SECRET)] {
        std::fs::write(dir.join(name), secret).expect("a file");
    }
    for port in ["443", "0"] {
        let mut command = Command::new(program);
        command.args([
            "--dir",
            ".",
            "--app-certificate",
            "--no-loop-limit",
            "--expires-in",
            "7200",
            "--port",
            port,
        ]);
        command.args([
            "--password-file",
            "password",
            "--client-secret-file",
            "client-secret",
        ]);
        let mut child = command
            .current_dir(dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|e| panic!("{}: {e}", program.display()));
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe"))
            .read_line(&mut line)
            .expect("a line of facts");
        if line.starts_with('{') {
            return (child, line);
        }
        let _ = child.wait();
    }
    panic!("the emulator does not start");
}

/// One text from the emulator's line of JSON.
fn text_of(json: &str, name: &str) -> String {
    let rest = json
        .split(&format!("\"{name}\":\""))
        .nth(1)
        .unwrap_or_else(|| panic!("no {name} in {json}"));
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// Makes `add_key` and `keyctl` fail with EPERM from now on.
fn forbid_kernel_keys(command: &mut Command) {
    let filter = |code: u16, jt: u8, k: u32| libc::sock_filter { code, jt, jf: 0, k };
    let program = [
        filter(0x20, 0, 0),
        filter(0x15, 2, libc::SYS_add_key as u32),
        filter(0x15, 1, libc::SYS_keyctl as u32),
        filter(0x06, 0, 0x7fff_0000),
        filter(0x06, 0, 0x0005_0000 | libc::EPERM as u32),
    ];
    // SAFETY: two system calls; the filter is alive until they return.
    unsafe {
        command.pre_exec(move || {
            let filter = libc::sock_fprog {
                len: program.len() as u16,
                filter: program.as_ptr().cast_mut(),
            };
            let done = libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
                && libc::prctl(
                    libc::PR_SET_SECCOMP,
                    libc::SECCOMP_MODE_FILTER,
                    &raw const filter,
                ) == 0;
            if done {
                Ok(())
            } else {
                Err(std::io::Error::last_os_error())
            }
        });
    }
}
