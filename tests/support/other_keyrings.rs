//! The Secret Service of `KWallet`, `KeePassXC` and `oo7` for tests, each on a private bus:
//! unlocked by a password as for a user, and without a display. No assertions about `ropc`.

use super::keyring_daemon::{KeyringDaemon, State};
use super::needs;
use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const WALLETS: &str = "/modules/kwalletd5";
const SERVICE: &str = "org.freedesktop.secrets";
const SERVICE_PATH: &str = "/org/freedesktop/secrets";
const PASSWORD: &str = "right";
/// A time limit against hanging: on a busy machine `KeePassXC` needs seconds.
const WAIT: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    KWallet,
    KeePassXc,
    /// The daemon that `ROPC_TEST_OO7` names (`.ci/oo7`): our distributions do not package it.
    Oo7,
}

impl Kind {
    fn programs(self) -> &'static [&'static str] {
        match self {
            Self::KWallet => &["dbus-daemon", "dbus-send", "secret-tool", "kwalletd5"],
            Self::KeePassXc => &["dbus-daemon", "dbus-send", "secret-tool", "keepassxc"],
            Self::Oo7 => &["dbus-daemon", "dbus-send", "secret-tool"],
        }
    }
}

/// An unlocked keyring of this kind on a bus of its own.
pub struct OtherKeyring {
    kind: Kind,
    daemon: Option<Child>,
    session: KeyringDaemon,
}

impl OtherKeyring {
    /// `None` if a program is missing.
    pub fn if_there(kind: Kind) -> Option<Self> {
        if !needs::programs(kind.programs()) {
            return None;
        }
        if kind == Kind::Oo7 {
            needs::named("ROPC_TEST_OO7", "an oo7-daemon, which `.ci/oo7` builds")?;
        }
        let mut this = Self {
            kind,
            daemon: None,
            session: KeyringDaemon::start(State::NoDaemon),
        };
        match kind {
            Kind::KWallet => {
                fs::create_dir(this.dir("data/kwalletd")).expect("a directory");
                fs::write(this.dir("config/kwalletrc"), "[Wallet]\nFirst Use=false\n")
                    .expect("written");
                fs::write(this.dir("data/kwalletd/kdewallet.salt"), [7; 56]).expect("written");
                // The log-in that makes the wallet does not open it yet.
                this.start_kwallet();
                this.end();
            }
            Kind::KeePassXc => this.make_database(),
            Kind::Oo7 => {}
        }
        this.start();
        Some(this)
    }

    pub fn address(&self) -> String {
        self.session.address()
    }

    /// Restarts it as after another log-in.
    pub fn restart(&mut self) {
        if self.kind == Kind::KWallet {
            // It writes new items when it is closed, or seconds later.
            self.lock();
        }
        self.end();
        self.start();
    }

    fn start(&mut self) {
        match self.kind {
            Kind::KWallet => self.start_kwallet(),
            Kind::KeePassXc => self.start_keepassxc(),
            Kind::Oo7 => self.start_oo7(),
        }
        self.wait("a default keyring", |this| this.default().is_some());
        let open = if self.kind == Kind::KWallet {
            "boolean"
        } else {
            "boolean false"
        };
        self.wait("an open keyring", |this| this.locked().contains(open));
    }

    /// Closes it, as its own window would.
    pub fn lock(&self) {
        match self.kind {
            Kind::KWallet => drop(self.call(WALLETS, "org.kde.KWallet.closeAllWallets", &[])),
            Kind::KeePassXc | Kind::Oo7 => {
                let keyring = format!("array:objpath:{}", self.default().expect("a keyring"));
                let reply = self.call(
                    SERVICE_PATH,
                    "org.freedesktop.Secret.Service.Lock",
                    &[&keyring],
                );
                if let Some(prompt) = paths(&reply).find(|path| path.contains("/prompt/")) {
                    self.call(prompt, "org.freedesktop.Secret.Prompt.Prompt", &["string:"]);
                }
            }
        }
        self.wait("a locked keyring", Self::is_locked);
    }

    /// The signal that ended it, and what it wrote; `None` if it runs or was ended here.
    pub fn crash(&mut self) -> Option<String> {
        let status = self.daemon.as_mut()?.try_wait().ok().flatten()?;
        let log = fs::read_to_string(self.dir("daemon.log")).unwrap_or_default();
        status
            .signal()
            .map(|signal| format!("signal {signal}, {log}"))
    }

    pub fn is_locked(&self) -> bool {
        self.locked().contains("boolean true")
    }

    fn locked(&self) -> String {
        let keyring = self.default().expect("a keyring");
        let property = ["string:org.freedesktop.Secret.Collection", "string:Locked"];
        self.call(&keyring, "org.freedesktop.DBus.Properties.Get", &property)
    }

    /// How many items have this attribute, in the default keyring.
    pub fn count(&self, name: &str, value: &str) -> usize {
        let keyring = self.default().expect("a keyring");
        let wanted = format!("dict:string:string:{name},{value}");
        paths(&self.call(
            &keyring,
            "org.freedesktop.Secret.Collection.SearchItems",
            &[&wanted],
        ))
        .count()
    }

    /// Stores an item of another program. With `KWallet` the session fails in one of some hundred
    /// cases.
    pub fn store_foreign(&self, attributes: &[&str]) {
        let store = |secret: &[u8]| {
            let mut command = Command::new("secret-tool");
            self.session
                .apply_env(command.args(["store", "--label=foreign"]).args(attributes));
            let mut child = command
                .stdin(Stdio::piped())
                .spawn()
                .expect("secret-tool starts");
            child
                .stdin
                .take()
                .expect("a pipe")
                .write_all(secret)
                .expect("written");
            child.wait().expect("secret-tool ends").success()
        };
        assert!((0..5).any(|_| store(b"foreign")), "secret-tool stores");
    }

    fn dir(&self, below: &str) -> PathBuf {
        self.session.base().join(below)
    }

    fn call(&self, path: &str, method: &str, arguments: &[&str]) -> String {
        self.session.send(SERVICE, path, method, arguments)
    }

    fn default(&self) -> Option<String> {
        let reply = self.call(
            SERVICE_PATH,
            "org.freedesktop.Secret.Service.ReadAlias",
            &["string:default"],
        );
        paths(&reply)
            .find(|path| path.contains("/collection/"))
            .map(str::to_owned)
    }

    #[track_caller]
    fn wait(&self, what: &str, is_there: impl Fn(&Self) -> bool) {
        let limit = Instant::now() + WAIT;
        while !is_there(self) {
            let log = || fs::read_to_string(self.dir("daemon.log")).unwrap_or_default();
            assert!(Instant::now() < limit, "no sign of {what}: {}", log());
            sleep(Duration::from_millis(20));
        }
    }

    fn end(&mut self) {
        let Some(mut daemon) = self.daemon.take() else {
            return;
        };
        let _ = Command::new("kill")
            .args(["-TERM", &daemon.id().to_string()])
            .status();
        let limit = Instant::now() + Duration::from_secs(10);
        while matches!(daemon.try_wait(), Ok(None)) && Instant::now() < limit {
            sleep(Duration::from_millis(20));
        }
        let _ = daemon.kill();
        let _ = daemon.wait();
    }

    fn spawn(&mut self, command: &mut Command) {
        let log = File::options()
            .append(true)
            .create(true)
            .open(self.dir("daemon.log"))
            .expect("a log");
        // `KeePassXC` runs once for each directory of temporary files.
        let temporary = self.dir("run");
        self.session
            .apply_env(command)
            .env("QT_QPA_PLATFORM", "offscreen")
            .env("TMPDIR", temporary);
        let child = command
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the daemon starts");
        self.daemon = Some(child);
    }

    /// Starts it as `pam_kwallet` does: with the key of the wallet, made from the password and the
    /// salt, and without a dialog.
    #[allow(
        unsafe_code,
        reason = "the standard library hands a child no more than three open files"
    )]
    fn start_kwallet(&mut self) {
        let salt = fs::read(self.dir("data/kwalletd/kdewallet.salt")).expect("a salt");
        let mut key = [0; 56];
        let rounds = 50_000.try_into().expect("not zero");
        aws_lc_rs::pbkdf2::derive(
            aws_lc_rs::pbkdf2::PBKDF2_HMAC_SHA512,
            rounds,
            &salt,
            PASSWORD.as_bytes(),
            &mut key,
        );
        let (file, socket) = (self.dir("run/key"), self.dir("run/wallet"));
        fs::write(&file, key).expect("written");
        fs::set_permissions(&file, Permissions::from_mode(0o600)).expect("private");
        let _ = fs::remove_file(&socket);
        let file = File::open(file).expect("read");
        let listener = UnixListener::bind(&socket).expect("a socket");
        let inherited = [file.as_raw_fd(), listener.as_raw_fd()];
        let mut command = Command::new("kwalletd5");
        command
            .arg("--pam-login")
            .args(inherited.map(|descriptor| descriptor.to_string()))
            .env("PAM_KWALLET5_LOGIN", &socket)
            .stdin(Stdio::null());
        // SAFETY: fcntl is async-signal-safe and touches no memory of this process; both
        // descriptors are open until the child is.
        unsafe {
            command.pre_exec(move || {
                for descriptor in inherited {
                    if libc::fcntl(descriptor, libc::F_SETFD, 0) < 0 {
                        return Err(std::io::Error::last_os_error());
                    }
                }
                Ok(())
            });
        }
        self.spawn(&mut command);
        // It waits for the environment of the session, which it already has.
        drop(UnixStream::connect(&socket).expect("it listens"));
        self.wait("an open wallet", |this| {
            this.call(WALLETS, "org.kde.KWallet.isOpen", &["string:kdewallet"])
                .contains("boolean true")
        });
    }

    /// Makes a database with one group for other programs, and without questions, as nobody could
    /// answer them here.
    fn make_database(&self) {
        fs::create_dir(self.dir("config/keepassxc")).expect("a directory");
        let settings = "[General]\nConfigVersion=2\nUpdateCheckMessageShown=true\n[GUI]\nCheckForUpdates=false\n\
                        [FdoSecrets]\nEnabled=true\nShowNotification=false\nConfirmAccessItem=false\n\
                        ConfirmDeleteItem=false\n";
        fs::write(self.dir("config/keepassxc/keepassxc.ini"), settings).expect("written");
        // 16 times the byte 2 as the group's name.
        let group = "<Group><UUID>AgICAgICAgICAgICAgICAg==</UUID><Name>jobs</Name></Group>";
        let root =
            format!("<Group><UUID>AQEBAQEBAQEBAQEBAQEBAQ==</UUID><Name>Root</Name>{group}</Group>");
        let exposed = "<Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key>\
                       <Value>{02020202-0202-0202-0202-020202020202}</Value></Item>";
        let xml = format!(
            "<?xml version=\"1.0\"?><KeePassFile><Meta><CustomData>{exposed}</CustomData></Meta><Root>{root}</Root></KeePassFile>"
        );
        fs::write(self.dir("data/jobs.xml"), xml).expect("written");
        let mut import = Command::new("keepassxc-cli");
        import
            .args(["import", "-q", "-t", "100", "-p"])
            .args([self.dir("data/jobs.xml"), self.dir("data/jobs.kdbx")]);
        self.session
            .apply_env(&mut import)
            .env("QT_QPA_PLATFORM", "offscreen");
        let mut child = import
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("keepassxc-cli starts");
        let typed = format!("{PASSWORD}\n{PASSWORD}\n");
        child
            .stdin
            .take()
            .expect("a pipe")
            .write_all(typed.as_bytes())
            .expect("written");
        assert!(
            child.wait().expect("it ends").success(),
            "keepassxc-cli import"
        );
    }

    fn start_keepassxc(&mut self) {
        let mut command = Command::new("keepassxc");
        command.arg("--pw-stdin").arg(self.dir("data/jobs.kdbx"));
        self.start_with(command, &format!("{PASSWORD}\n"));
    }

    fn start_oo7(&mut self) {
        let mut command = Command::new(
            std::env::var_os("ROPC_TEST_OO7").expect("ROPC_TEST_OO7 names the daemon"),
        );
        command.arg("--login");
        self.start_with(command, PASSWORD);
    }

    fn start_with(&mut self, mut command: Command, typed: &str) {
        self.spawn(command.stdin(Stdio::piped()));
        let mut stdin = self
            .daemon
            .as_mut()
            .and_then(|child| child.stdin.take())
            .expect("a pipe");
        stdin
            .write_all(typed.as_bytes())
            .expect("it reads its password");
        drop(stdin);
        self.wait("a Secret Service", |this| this.session.name_is_owned());
    }
}

impl Drop for OtherKeyring {
    fn drop(&mut self) {
        self.end();
    }
}

/// The object paths in the output of `dbus-send`.
fn paths(reply: &str) -> impl Iterator<Item = &str> {
    reply
        .split("object path \"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
}
