//! The scenarios: a sandbox with its store, with recorders on both wires, and the different
//! sign-ins.

use crate::process::{Still, token};
use crate::recorders::{BusRecorder, TlsRecorder};
use crate::support::Sandbox;
use crate::support::keyring_daemon::{KeyringDaemon, State};
use crate::support::pty::Terminal;
use entra_emulator::{AppCertificate, Fault, Hold, Times};
use std::process::Command;
use std::time::Duration;

/// A sandbox whose sign-ins go through a recorder; with the keychain, also its bus.
pub struct Stage {
    pub sandbox: Sandbox,
    pub tls: TlsRecorder,
    pub bus: Option<BusRecorder>,
    daemon: Option<KeyringDaemon>,
}

impl Stage {
    /// With the file store; nothing enrolled.
    pub fn bare() -> Self {
        let sandbox = Sandbox::new();
        let tls = TlsRecorder::before(sandbox.emulator.port());
        Self {
            sandbox,
            tls,
            bus: None,
            daemon: None,
        }
    }

    /// Enrolled in the file store.
    pub fn file() -> Self {
        let stage = Self::bare();
        stage.login(
            &["--store", "file", "--key-source", "key-file"],
            &stage.sandbox.secrets_json(),
        );
        stage
    }

    /// Nothing enrolled; the app lists this certificate.
    pub fn listing(certificate: &AppCertificate) -> Self {
        let stage = Self::bare();
        let emulator = &stage.sandbox.emulator;
        let public = certificate.public().clone();
        emulator.configure(|config| config.apps[0].certificates.push(public));
        stage
    }

    /// Enrolled in the file store; the app proves itself by this certificate.
    pub fn certificate(certificate: &AppCertificate) -> Self {
        let stage = Self::listing(certificate);
        let secrets = serde_json::json!({
            "client_certificate": certificate.pem(), "password": stage.sandbox.password,
        });
        stage.login(
            &[
                "--certificate",
                "--store",
                "file",
                "--key-source",
                "key-file",
            ],
            secrets.to_string().as_bytes(),
        );
        stage
    }

    /// Enrolled in the file store; the app proves itself by an assertion of this kind of source.
    /// Returns the signature of the assertion too.
    pub fn federated(source: &str) -> (Self, String) {
        let stage = Self::bare();
        let emulator = &stage.sandbox.emulator;
        emulator.configure(|config| *config = config.clone().with_federation());
        let assertion = emulator.config().workload.statement.sign();
        let path = stage.sandbox.root().join("assertion");
        std::fs::write(&path, format!("{assertion}\n")).unwrap();
        let path = path.display().to_string();
        let mut flags = vec!["--store", "file", "--key-source", "key-file", source];
        match source {
            "--assertion-command" => flags.extend(["--", "/bin/cat", &path]),
            _ => flags.push(&path),
        }
        let secrets = serde_json::json!({ "password": stage.sandbox.password });
        stage.login(&flags, secrets.to_string().as_bytes());
        let signature = assertion.rsplit_once('.').unwrap().1.to_owned();
        (stage, signature)
    }

    /// Enrolled with a wrong password, without a trial.
    pub fn wrong_password(self) -> Self {
        self.sandbox.emulator.set_password(
            entra_emulator::CONTOSO_USER,
            "another one, so that the stored one is wrong",
        );
        self
    }

    /// Enrolled in a real keychain; `None` if its programs are missing, which is a failure in CI.
    pub fn keychain() -> Option<Self> {
        let daemon = KeyringDaemon::if_there(State::Unlocked)?;
        let mut stage = Self::bare();
        let bus = BusRecorder::before(&daemon.address(), &stage.sandbox.root().join("bus"));
        stage
            .sandbox
            .set_env("DBUS_SESSION_BUS_ADDRESS", bus.address());
        stage.bus = Some(bus);
        stage.daemon = Some(daemon);
        stage.login(&["--store", "os"], &stage.sandbox.secrets_json());
        Some(stage)
    }

    /// Enrolled with a store that ropc only reads.
    pub fn only_read(kind: &str) -> Self {
        Self::bare().reading(kind)
    }

    /// The same with secrets that are shorter than any buffer.
    pub fn short_secrets(kind: &str) -> Self {
        let mut stage = Self::bare();
        let sandbox = &mut stage.sandbox;
        for secret in [&mut sandbox.password, &mut sandbox.client_secret] {
            secret.truncate(12);
        }
        sandbox
            .emulator
            .set_password(entra_emulator::CONTOSO_USER, &sandbox.password);
        let client_secret = sandbox.client_secret.clone();
        sandbox
            .emulator
            .configure(|config| *config = config.clone().with_client_secret(&client_secret));
        stage.reading(kind)
    }

    fn reading(self, kind: &str) -> Self {
        let (sandbox, here) = (&self.sandbox, self.sandbox.root().display().to_string());
        std::fs::write(
            sandbox.root().join("password"),
            format!("{}\n", sandbox.password),
        )
        .unwrap();
        std::fs::write(sandbox.root().join("client_secret"), &sandbox.client_secret).unwrap();
        std::fs::write(sandbox.root().join("both.json"), sandbox.secrets_json()).unwrap();
        let json = format!("{here}/both.json");
        let store = if kind == "directory" {
            vec!["directory", "--secrets-dir", &here]
        } else {
            vec!["command", "--", "cat", &json]
        };
        let mut args = self.login_args(&["--no-verify", "--yes", "--store"]);
        args.extend(store.into_iter().map(str::to_owned));
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        self.sandbox.run(&args).expect(0);
        self
    }

    /// `login` with the facts of this stage: the authority is the recorder's.
    pub fn login_args(&self, more: &[&str]) -> Vec<String> {
        let (real, recorded) = (self.sandbox.emulator.authority(), self.tls.authority());
        let facts = self
            .sandbox
            .facts()
            .into_iter()
            .map(|fact| if fact == real { recorded.clone() } else { fact });
        std::iter::once("login".to_owned())
            .chain(facts)
            .chain(more.iter().map(|s| (*s).to_owned()))
            .collect()
    }

    fn login(&self, store: &[&str], input: &[u8]) {
        let args = self.login_args(&[&["--secrets-stdin", "--no-verify"], store].concat());
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        self.sandbox.run_with_input(&args, input).expect(0);
    }

    pub fn fault(self, fault: Fault) -> Self {
        self.sandbox.emulator.inject(fault, Times::Always);
        self
    }

    /// `ropc token`, stopped when it has the token and has not printed it yet.
    pub fn token_in_hand(&self) -> Still {
        Still::at(token(&self.sandbox, &[]), "token-in-hand", b"")
    }

    /// Stopped at a point, with one of the leaks of debug builds.
    pub fn leaking(&self, leak: &str, point: &str) -> Still {
        let mut command = token(&self.sandbox, &[]);
        command.env("ROPC_TEST_LEAK", leak);
        Still::at(command, point, b"")
    }

    /// Stopped just before it reports a failure.
    pub fn failed(&self) -> Still {
        Still::at(token(&self.sandbox, &["--timeout", "4s"]), "verb-done", b"")
    }

    /// Waiting: the emulator has read the request and holds its answer back.
    pub fn awaited(&self) -> (Still, Hold) {
        self.awaited_by(|| Still::started(token(&self.sandbox, &[]), b""))
    }

    /// The same of another run.
    pub fn awaited_by<R>(&self, start: impl FnOnce() -> R) -> (R, Hold) {
        let hold = Hold::new();
        self.sandbox
            .emulator
            .inject(Fault::Hold(hold.clone()), Times::Once);
        let run = start();
        assert!(
            hold.wait_for(1, Duration::from_secs(60)),
            "the request never came"
        );
        (run, hold)
    }

    fn logged_in(&self, more: &[&str], input: &[u8]) -> Still {
        let store = ["--store", "file", "--key-source", "key-file", "--yes"];
        Still::at(
            self.sandbox
                .command(self.login_args(&[&store, more].concat())),
            "logged-in",
            input,
        )
    }

    pub fn login_from_pipe(&self) -> Still {
        self.logged_in(&["--secrets-stdin"], &self.sandbox.secrets_json())
    }

    pub fn login_from_files(&self) -> Still {
        let dir = self.sandbox.root().join("secrets");
        std::fs::create_dir(&dir).unwrap();
        std::fs::write(dir.join("pw"), format!("{}\n", self.sandbox.password)).unwrap();
        std::fs::write(dir.join("cs"), format!("{}\n", self.sandbox.client_secret)).unwrap();
        self.logged_in(
            &[
                "--password-file",
                "secrets/pw",
                "--client-secret-file",
                "secrets/cs",
            ],
            b"",
        )
    }

    /// `login` with only a new client secret, over a profile whose password stays.
    pub fn login_that_keeps_one(&self) -> Still {
        std::fs::write(self.sandbox.root().join("cs"), &self.sandbox.client_secret).unwrap();
        self.logged_in(&["--client-secret-file", "cs"], b"")
    }

    /// `ropc import` of a script with both secrets, stopped at a point, perhaps with one of the
    /// leaks of debug builds.
    pub fn imported(&self, more: &[&str], point: &str, leak: Option<&str>) -> Still {
        let (password, client_secret) = (&self.sandbox.password, &self.sandbox.client_secret);
        let script = format!(
            "# Nightly report\n$ClientSecret = '{client_secret}'\n$Password = \"{password}\"\n$old = '{password}' # as before\n\
             $b = @{{ grant_type = 'password'; client_secret = $ClientSecret; password = $Password; username = $u }}\n\
             $r = Invoke-RestMethod -Method Post -Uri 'https://login.microsoftonline.com/x/oauth2/v2.0/token' -Body $b\n\
             Connect-MgGraph -AccessToken (ConvertTo-SecureString $r.access_token -AsPlainText -Force)\nUse $old\n"
        );
        let dir = self.sandbox.root().join("jobs");
        std::fs::create_dir(&dir).unwrap();
        std::fs::write(dir.join("report.ps1"), script).unwrap();
        let store = [
            "--store",
            "file",
            "--key-source",
            "key-file",
            "--yes",
            "jobs/report.ps1",
        ];
        let mut args = self.login_args(&[&store, more].concat());
        "import".clone_into(&mut args[0]);
        let mut command = self.sandbox.command(args);
        leak.map(|leak| command.env("ROPC_TEST_LEAK", leak));
        Still::at(command, point, b"")
    }

    /// `login` at a pseudo-terminal, with typed answers.
    pub fn login_from_prompt(&self) -> Terminal {
        let args = self.login_args(&["--store", "file", "--key-source", "key-file", "--yes"]);
        let mut command: Command = self.sandbox.command(args);
        command.env("ROPC_TEST_STOP_AT", "logged-in");
        let mut terminal = Terminal::start(command);
        terminal.answer("Client secret value", &self.sandbox.client_secret, true);
        terminal.answer(
            "Password of svc-report@contoso.example",
            &self.sandbox.password,
            true,
        );
        wait_for_the_end(&terminal);
        terminal
    }
}

/// Waits until a `login` at a terminal has stopped itself.
pub fn wait_for_the_end(login: &Terminal) {
    let stopped = |t: &Terminal| crate::process::state(t.pid()) == Some('T');
    login.wait_until(stopped, "the end of the login");
}
