//! One store under test: a sandbox with everything that the store needs, and the differences
//! between stores.

use crate::support::keyring_daemon::{KeyringDaemon, State};
use crate::support::other_keyrings::{self, OtherKeyring};
use crate::support::{ROPC, Run, Sandbox, needs, secrets_json};
use std::cell::RefCell;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

/// The stores; the file store once for each source of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Os,
    /// The same with another program than gnome-keyring.
    Other(other_keyrings::Kind),
    File(&'static str),
    Directory,
    Command,
}

const PASSPHRASE: &str = "five random words, typed";

/// Runs a program at a new terminal and answers each question for a passphrase from standard input,
/// as every user could read an argument. Standard output stays the same.
const TYPIST: &str = r#"
import os, pty, sys, termios, time
out, typed = os.dup(1), sys.stdin.buffer.read()
pid, fd = pty.fork()
if pid == 0:
    os.dup2(out, 1)
    os.execv(sys.argv[1], sys.argv[1:])
os.close(out)
screen, new = b"", b""
while True:
    try:
        data = os.read(fd, 4096)
    except OSError:
        break
    screen, new = screen + data, new + data
    if new.rstrip(b" ").endswith((b"assphrase of the file store:", b"The same again:")):
        # What is typed before the echo is off is thrown away by the terminal.
        while termios.tcgetattr(fd)[3] & termios.ECHO:
            time.sleep(0.01)
        os.write(fd, typed + b"\n")
        new = b""
os.write(2, screen.replace(b"\r\n", b"\n"))
status = os.waitpid(pid, 0)[1]
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 200)
"#;

/// A store in its sandbox.
pub(crate) struct Case {
    pub(crate) kind: Kind,
    pub(crate) sandbox: Sandbox,
    pub(crate) password: RefCell<String>,
    pub(crate) daemon: Option<KeyringDaemon>,
    pub(crate) other: Option<OtherKeyring>,
    python: Option<PathBuf>,
    _runtime: Option<tempfile::TempDir>,
}

/// A directory in memory, as a login session has one.
pub(crate) fn runtime_dir() -> Option<tempfile::TempDir> {
    let mode = Permissions::from_mode(0o700);
    let dir = tempfile::Builder::new()
        .permissions(mode)
        .tempdir_in("/dev/shm")
        .ok();
    needs::allowed(dir.is_some(), "a directory in /dev/shm")
        .then_some(dir)
        .flatten()
}

fn python() -> Option<PathBuf> {
    let output = Command::new("python3")
        .args(["-c", "import sys; print(sys.executable)"])
        .output()
        .ok()?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}

impl Case {
    /// `None` if this machine lacks something; the test program reports it.
    pub(crate) fn new(kind: Kind) -> Option<Self> {
        let mut sandbox = Sandbox::new();
        let (mut daemon, mut other, mut person, mut runtime) = (None, None, None, None);
        if matches!(kind, Kind::Os | Kind::File("keychain")) {
            let keyring = KeyringDaemon::if_there(State::Unlocked)?;
            sandbox.set_env("DBUS_SESSION_BUS_ADDRESS", &keyring.address());
            daemon = Some(keyring);
        }
        if let Kind::Other(kind) = kind {
            let keyring = OtherKeyring::if_there(kind)?;
            // Foreign items, under one of our names and under another.
            keyring.store_foreign(&[
                "service",
                "ropc",
                "username",
                "elsewhere",
                "source",
                "other",
            ]);
            keyring.store_foreign(&["server", "mail.example", "source", "other"]);
            sandbox.set_env("DBUS_SESSION_BUS_ADDRESS", &keyring.address());
            other = Some(keyring);
        }
        if kind == Kind::File("passphrase") {
            if !needs::programs(&["python3"]) {
                return None;
            }
            person = python();
            sandbox.watch("passphrase", PASSPHRASE);
        }
        if kind == Kind::File("credential") {
            let dir = sandbox.root().join("credentials");
            fs::create_dir(&dir).unwrap();
            fs::write(dir.join("ropc-key"), [7; 32]).unwrap();
            sandbox.set_env("CREDENTIALS_DIRECTORY", dir.to_str().unwrap());
        }
        if kind.is_only_read() {
            let dir = runtime_dir()?;
            sandbox.set_env("XDG_RUNTIME_DIR", dir.path().to_str().unwrap());
            runtime = Some(dir);
            fs::create_dir(sandbox.root().join("secrets")).unwrap();
        }
        let password = RefCell::new(sandbox.password.clone());
        let case = Self {
            kind,
            sandbox,
            password,
            daemon,
            other,
            python: person,
            _runtime: runtime,
        };
        case.give(&case.sandbox.password);
        Some(case)
    }

    /// Puts a password into a store that ropc only reads, or gives it to the next `login`.
    pub(crate) fn give(&self, password: &str) {
        password.clone_into(&mut self.password.borrow_mut());
        self.sandbox.watch("password given later", password);
        let put = |name: &str, content: &[u8]| {
            let path = self.secrets_dir().join(name);
            fs::write(&path, content).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        };
        match self.kind {
            Kind::Directory => {
                put("password", format!("{password}\n").as_bytes());
                put("client_secret", self.sandbox.client_secret.as_bytes());
            }
            Kind::Command => {
                put(
                    "both.json",
                    &secrets_json(&self.sandbox.client_secret, password),
                );
                // Check what the contract promises to the program; otherwise print no secrets.
                let script = "env | grep -q '^ROPC_' && exit 9\ntest -z \"$(cat)\" || exit 8\necho noise >&2\ncat \"$1\"\n";
                put("print.sh", script.as_bytes());
            }
            Kind::Os | Kind::Other(_) | Kind::File(_) => {}
        }
    }

    pub(crate) fn secrets_dir(&self) -> PathBuf {
        self.sandbox.root().join("secrets")
    }

    /// `login` into this store, with the secrets of [`Self::give`].
    pub(crate) fn login(&self, more: &[&str]) -> Run {
        let facts = self.sandbox.facts();
        let mut args: Vec<&str> = vec!["login"];
        args.extend(facts.iter().map(String::as_str));
        args.extend(more);
        let dir = self.secrets_dir().display().to_string();
        let (json, script) = (format!("{dir}/both.json"), format!("{dir}/print.sh"));
        match self.kind {
            Kind::Os | Kind::Other(_) => args.extend(["--store", "os"]),
            Kind::File(source) => args.extend(["--store", "file", "--key-source", source]),
            Kind::Directory => args.extend(["--store", "directory", "--secrets-dir", &dir]),
            Kind::Command => args.extend(["--store", "command", "--", "sh", &script, &json]),
        }
        if self.kind.is_only_read() {
            return self.sandbox.run(&args);
        }
        if self.python.is_none() {
            args.push("--secrets-stdin");
            return self.sandbox.run_with_input(
                &args,
                &secrets_json(&self.sandbox.client_secret, &self.password.borrow()),
            );
        }
        self.typed_login(&args)
    }

    /// The same at a terminal, into a file store without a named key source.
    pub(crate) fn login_without_a_source(&self) -> Run {
        let facts = self.sandbox.facts();
        let mut args = vec!["login", "--store", "file"];
        args.extend(facts.iter().map(String::as_str));
        self.typed_login(&args)
    }

    /// `login` with the secrets in files, as a person must type the passphrase.
    fn typed_login(&self, args: &[&str]) -> Run {
        let outside = tempfile::tempdir().unwrap();
        let file = |name: &str, content: &str| {
            let path = outside.path().join(name);
            fs::write(&path, content).unwrap();
            path.display().to_string()
        };
        let (password, secret) = (
            file("p", &self.password.borrow()),
            file("c", &self.sandbox.client_secret),
        );
        self.run(
            &[
                args,
                &[
                    "--password-file",
                    &password,
                    "--client-secret-file",
                    &secret,
                ],
            ]
            .concat(),
        )
    }

    /// A run of the program; at a terminal if a person must type the passphrase.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        let Some(python) = &self.python else {
            return self.sandbox.run(args);
        };
        let mut typist = self.sandbox.program(python);
        typist.args(["-c", TYPIST, ROPC]).args(args);
        self.sandbox
            .finish(&args.join(" "), typist, PASSPHRASE.as_bytes())
    }

    /// Words of `login` that say what protects the secrets here.
    pub(crate) fn worth(&self) -> &'static str {
        match self.kind {
            Kind::Os | Kind::Other(_) => {
                "while it is unlocked, every program of this account can read it"
            }
            Kind::File("credential") => {
                "a systemd credential: a copy of the disk opens only with this machine's"
            }
            Kind::File("key-file") => "a copy of the store without that file is worthless",
            Kind::File("keychain") => "its key is in the keychain",
            Kind::File(_) => "as safe as the passphrase",
            Kind::Directory => "here only this account and root may",
            Kind::Command => {
                "every program of this account that can run that program gets the secrets"
            }
        }
    }

    /// Asserts that after `logout` nothing of ropc is in the store, and everything else is.
    pub(crate) fn assert_left(&self) {
        let sealed = self.sandbox.config_dir().join("store.sealed");
        assert!(!sealed.exists(), "the emptied store is gone");
        if let Some(daemon) = &self.daemon {
            assert_eq!(items(daemon), Vec::<String>::new());
        }
        if let Some(other) = &self.other {
            assert_eq!(
                (
                    other.count("application", "ropc"),
                    other.count("source", "other")
                ),
                (0, 2)
            );
        }
        if self.kind.is_only_read() {
            assert!(
                self.secrets_dir().read_dir().unwrap().count() >= 2,
                "the files of the source stay"
            );
        }
    }
}

impl Kind {
    /// A store that is only read.
    pub(crate) fn is_only_read(self) -> bool {
        matches!(self, Self::Directory | Self::Command)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Os | Self::Other(_) => "os",
            Self::File(_) => "file",
            Self::Directory => "directory",
            Self::Command => "command",
        }
    }
}

/// The accounts of our items, as `secret-tool` sees them.
pub(crate) fn items(daemon: &KeyringDaemon) -> Vec<String> {
    let mut tool = Command::new("secret-tool");
    let output = daemon
        .apply_env(tool.args(["search", "--all", "service", "ropc"]))
        .output()
        .unwrap();
    // `secret-tool` prints attributes to stderr and secrets to stdout.
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    text.lines()
        .filter_map(|l| l.strip_prefix("attribute.username = "))
        .map(str::to_owned)
        .collect()
}
