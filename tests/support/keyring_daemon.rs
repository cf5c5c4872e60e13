//! A real gnome-keyring under a private D-Bus, in its own directory, for tests. It does not touch
//! the machine's own session, the bus activates nothing, and everything ends by process id on drop.
//! Std only. No assertions about `ropc`.

use super::needs;
use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The programs that this needs, and the one that tests look at its items with.
const PROGRAMS: [&str; 4] = [
    "dbus-daemon",
    "dbus-send",
    "gnome-keyring-daemon",
    "secret-tool",
];

/// Without `<standard_session_servicedirs/>`, so that a killed daemon stays dead and the bus starts
/// no second, locked one.
const BUS_CONFIG: &str = r#"<busconfig><type>session</type><keep_umask/><listen>unix:path=@BUS@</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#;

const NAME_WAIT: Duration = Duration::from_secs(10);

/// The first program that this machine lacks.
pub fn missing_program() -> Option<&'static str> {
    PROGRAMS.into_iter().find(|name| !needs::has_program(name))
}

/// The state of the keyring when [`KeyringDaemon::start`] returns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// A login keyring, unlocked.
    Unlocked,
    /// A login keyring, and a daemon that got the wrong password.
    Locked,
    /// A daemon, and no keyring at all: an account that never logged in with a password.
    Fresh,
    /// A bus and no daemon.
    NoDaemon,
}

/// A private bus with (usually) a private gnome-keyring on it.
pub struct KeyringDaemon {
    base: PathBuf,
    bus: Child,
    daemon: Option<Child>,
}

impl KeyringDaemon {
    /// Starts bus and daemon and waits until the daemon owns its name.
    pub fn start(state: State) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let base =
            std::env::temp_dir().join(format!("keyring-test-{}-{number}", std::process::id()));
        let dirs = ["", "home", "run", "data", "cache", "config"];
        for dir in dirs {
            DirBuilder::new()
                .mode(0o700)
                .recursive(true)
                .create(base.join(dir))
                .expect("a private directory");
        }
        let bus = start_bus(&base);
        let mut this = Self {
            base,
            bus,
            daemon: None,
        };
        match state {
            State::Unlocked => this.start_daemon(Some("right")),
            State::Locked => {
                this.start_daemon(Some("right"));
                this.kill_daemon();
                this.start_daemon(Some("wrong"));
            }
            State::Fresh => this.start_daemon(None),
            State::NoDaemon => {}
        }
        this
    }

    /// The same if its programs are installed, else `None`.
    pub fn if_there(state: State) -> Option<Self> {
        needs::programs(&PROGRAMS).then(|| Self::start(state))
    }

    /// Starts a daemon on this bus; after `kill_daemon`, with "right", it finds the same keyring
    /// again.
    pub fn start_daemon(&mut self, password: Option<&str>) {
        let log = File::create(self.base.join("daemon.log")).expect("a log file");
        let mut command = Command::new("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]);
        if password.is_some() {
            command.arg("--unlock");
        }
        self.apply_env(&mut command);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("gnome-keyring-daemon starts");
        // Without a newline: it would count as a part of the password.
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin
            .write_all(password.unwrap_or_default().as_bytes())
            .expect("the daemon reads its password");
        drop(stdin);
        self.daemon = Some(child);
        let limit = Instant::now() + NAME_WAIT;
        while !self.name_is_owned() {
            assert!(
                Instant::now() < limit,
                "no keyring after 10 s: {}",
                self.daemon_log()
            );
            sleep(Duration::from_millis(5));
        }
    }

    /// The D-Bus address of the private bus.
    pub fn address(&self) -> String {
        address(&self.base)
    }

    /// The environment in which a program sees this keyring. Remove `DISPLAY` and `WAYLAND_DISPLAY`
    /// as well.
    pub fn env(&self) -> BTreeMap<&'static str, String> {
        let dir = |name: &str| self.base.join(name).to_string_lossy().into_owned();
        BTreeMap::from([
            ("DBUS_SESSION_BUS_ADDRESS", self.address()),
            ("HOME", dir("home")),
            ("XDG_RUNTIME_DIR", dir("run")),
            ("XDG_DATA_HOME", dir("data")),
            ("XDG_CACHE_HOME", dir("cache")),
            ("XDG_CONFIG_HOME", dir("config")),
        ])
    }

    /// Gives `command` the environment of [`Self::env`], without a display.
    pub fn apply_env<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("GNOME_KEYRING_CONTROL")
            .envs(self.env())
    }

    /// Locks the login keyring of the running daemon.
    pub fn lock(&self) {
        let object = "array:objpath:/org/freedesktop/secrets/collection/login";
        let reply = self.send(
            "org.freedesktop.secrets",
            "/org/freedesktop/secrets",
            "org.freedesktop.Secret.Service.Lock",
            &[object],
        );
        assert!(reply.contains("/collection/login"), "not locked: {reply}");
    }

    /// SIGKILL; returns when the process is gone.
    pub fn kill_daemon(&mut self) {
        if let Some(child) = self.daemon.as_mut() {
            end(child);
        }
        self.daemon = None;
    }

    /// SIGSTOP: it keeps its name and never answers.
    pub fn stop_daemon(&self) {
        self.signal("-STOP");
    }

    /// SIGCONT, after [`Self::stop_daemon`].
    pub fn continue_daemon(&self) {
        self.signal("-CONT");
    }

    /// True if the daemon's process is alive; false after a crash.
    pub fn daemon_is_alive(&mut self) -> bool {
        self.daemon
            .as_mut()
            .is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }

    /// The stderr of the daemon since its start.
    pub fn daemon_log(&self) -> String {
        fs::read_to_string(self.base.join("daemon.log")).unwrap_or_default()
    }

    /// The daemon's process id; 0 when there is none.
    pub fn daemon_pid(&self) -> u32 {
        self.daemon.as_ref().map_or(0, Child::id)
    }

    fn signal(&self, signal: &str) {
        let status = Command::new("kill")
            .args([signal, &self.daemon_pid().to_string()])
            .status()
            .expect("kill runs");
        assert!(status.success(), "kill {signal}");
    }

    /// True if a program on this bus offers the Secret Service.
    pub fn name_is_owned(&self) -> bool {
        let name = "string:org.freedesktop.secrets";
        let bus = "org.freedesktop.DBus";
        self.send(
            bus,
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus.NameHasOwner",
            &[name],
        )
        .contains("boolean true")
    }

    /// The directory of this session's files.
    pub fn base(&self) -> &Path {
        &self.base
    }

    /// Calls a method through `dbus-send` and returns its output.
    pub fn send(&self, to: &str, path: &str, method: &str, arguments: &[&str]) -> String {
        let bus = format!("--bus={}", self.address());
        let to = format!("--dest={to}");
        let output = Command::new("dbus-send")
            .args([
                &bus,
                "--print-reply",
                "--reply-timeout=5000",
                &to,
                path,
                method,
            ])
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("dbus-send runs");
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    }
}

impl Drop for KeyringDaemon {
    fn drop(&mut self) {
        self.kill_daemon();
        end(&mut self.bus);
        let _ = fs::remove_dir_all(&self.base);
    }
}

fn address(base: &Path) -> String {
    format!("unix:path={}", base.join("bus").display())
}

fn start_bus(base: &Path) -> Child {
    let config = base.join("bus.conf");
    let text = BUS_CONFIG.replace("@BUS@", &base.join("bus").to_string_lossy());
    fs::write(&config, text).expect("a bus configuration");
    let mut bus = Command::new("dbus-daemon")
        .arg(format!("--config-file={}", config.display()))
        .args(["--nofork", "--nopidfile", "--print-address=1"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("dbus-daemon starts");
    // It prints its address once it listens.
    let mut line = String::new();
    BufReader::new(bus.stdout.take().expect("a pipe"))
        .read_line(&mut line)
        .expect("the bus prints its address");
    assert!(
        line.starts_with("unix:path="),
        "dbus-daemon did not start: {line:?}"
    );
    bus
}

fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}
