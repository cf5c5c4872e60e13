//! What the libraries would log: a whole sign-in (keychain, TLS, HTTP) inside this process, with
//! every `log` record and every `tracing` span and event captured at the finest level. The program
//! itself has no logger. One test in a separate program, as a logger is for the whole process; it
//! runs itself again with the environment of a keyring.

#![cfg(all(unix, not(target_os = "macos")))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::use_debug,
    clippy::zombie_processes,
    reason = "a panic is a failed test; tests name what they skip"
)]

mod support;

use ropc::assertion::RealAssertions;
use ropc::broker::{Deadline, Mode, Request, acquire};
use ropc::clock::SystemClock;
use ropc::entra::{HttpEndpoint, NetworkSettings};
use ropc::environment::Environment;
use ropc::profile::ProfileStore;
use ropc::ui::{Color, Ui};
use ropc::vault::RealVaults;
use ropc::world::World;
use std::fmt::{Debug, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use support::keyring_daemon::{KeyringDaemon, State};
use support::{Sandbox, leaks};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata};

/// All captured records, one line each, with their source.
static SAID: Mutex<String> = Mutex::new(String::new());

fn keep(target: &str, text: &str) {
    writeln!(SAID.lock().unwrap(), "{target}: {text}").unwrap();
}

struct Capture;

impl log::Log for Capture {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        keep(record.target(), &record.args().to_string());
    }

    fn flush(&self) {}
}

/// The values of a span or an event, as text.
#[derive(Default)]
struct Values(String);

impl Visit for Values {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, "{field}={value:?} ").unwrap();
    }
}

impl tracing::Subscriber for Capture {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let mut values = Values::default();
        span.record(&mut values);
        keep(span.metadata().target(), &values.0);
        Id::from_u64(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    fn record(&self, _: &Id, record: &Record<'_>) {
        let mut values = Values::default();
        record.record(&mut values);
        keep("span", &values.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut values = Values::default();
        event.record(&mut values);
        keep(event.metadata().target(), &values.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Runs in the environment of the test below: signs in with the secrets of the keychain, and writes
/// the captured records to a file.
#[test]
fn inside() {
    // Does nothing without this variable, with which the test below runs it.
    if std::env::var_os("SAY_THIS").is_none() {
        return;
    }
    log::set_logger(&Capture).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    tracing::subscriber::set_global_default(Capture).unwrap();
    let env = Environment::from_process(|a, b| a == b);
    let config = env.path("ROPC_CONFIG_DIR").unwrap();
    let ui = Ui::new(Color::Never, true, true, ropc::text::Reader::default());
    let vaults = RealVaults::new(&env, config.clone());
    let world = World {
        env: &env,
        assertions: &RealAssertions::new(&env),
        vaults: &vaults,
        endpoint: &HttpEndpoint::new(NetworkSettings::default()),
        clock: &SystemClock,
        prompt: None,
        ui: &ui,
    };
    let profile = ProfileStore::new(&config, None)
        .load(&"default".parse().unwrap())
        .unwrap();
    let deadline = Deadline::after(Duration::from_secs(60));
    let request = Request {
        profile: &profile,
        scopes: &profile.scopes,
        mode: Mode::Refresh,
        min_ttl: None,
        deadline,
    };
    let outcome = acquire(&request, &world);
    keep("outcome", &format!("{outcome:?}"));
    if let Some(secret) = env.text("SAY_THIS") {
        log::trace!("{secret}");
        tracing::trace!(value = secret);
    }
    std::fs::write(config.join("said"), SAID.lock().unwrap().as_bytes()).unwrap();
}

/// The records that [`inside`] captured of one granted or refused sign-in, and of `say` itself.
fn said(sandbox: &Sandbox, refused: bool, say: &str) -> String {
    let mut inside = sandbox.program(std::env::current_exe().unwrap());
    inside.args(["--exact", "inside"]).env("SAY_THIS", say);
    if refused {
        sandbox
            .emulator
            .set_password(entra_emulator::CONTOSO_USER, "another one");
    }
    let output = inside.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let path = sandbox.config_dir().join("said");
    let said = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(path).unwrap();
    said
}

/// Both stored secrets and every token that was issued.
fn secrets(sandbox: &Sandbox) -> Vec<(&'static str, String)> {
    let issued = sandbox.emulator.issued_tokens().into_iter();
    issued
        .map(|issued| ("token", issued.token))
        .chain([
            ("password", sandbox.password.clone()),
            ("client secret", sandbox.client_secret.clone()),
        ])
        .collect()
}

#[test]
fn no_library_gives_a_logger_a_secret_or_a_token() {
    let Some(daemon) = KeyringDaemon::if_there(State::Unlocked) else {
        return;
    };
    let mut sandbox = Sandbox::new();
    for (name, value) in daemon.env() {
        if name != "HOME" && !name.starts_with("XDG_C") && name != "XDG_DATA_HOME" {
            sandbox.set_env(name, &value);
        }
    }
    let config = sandbox.config_dir().display().to_string();
    sandbox.set_env("ROPC_CONFIG_DIR", &config);
    sandbox
        .login_into(&["--store", "os"], &[], &sandbox.secrets_json())
        .expect(0);
    // The control: the test captures and finds a record of both libraries.
    let spoken = said(&sandbox, false, &sandbox.password);
    assert_eq!(
        spoken.matches(&sandbox.password).count(),
        2,
        "log and tracing"
    );
    assert!(leaks::find(spoken.as_bytes(), &sandbox.password).is_some());
    for refused in [false, true] {
        let before = sandbox.emulator.token_requests();
        let said = said(&sandbox, refused, "");
        assert_eq!(
            sandbox.emulator.token_requests(),
            before + 1,
            "a sign-in was made"
        );
        assert!(
            said.contains("reqwest") && said.contains("hyper"),
            "the libraries log something: {said}"
        );
        let wanted = if refused {
            "Some(50126)"
        } else {
            "AccessToken(redacted)"
        };
        assert!(said.contains(wanted), "{said}");
        for (what, secret) in secrets(&sandbox) {
            assert_eq!(
                leaks::find(said.as_bytes(), &secret),
                None,
                "{what}:\n{said}"
            );
        }
    }
}

#[test]
fn no_variable_turns_a_log_on() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let plain = sandbox.run(&["exec", "--refresh", "--", "true"]).expect(0);
    let mut command = sandbox.command(["exec", "--refresh", "--", "true"]);
    for name in [
        "ROPC_LOG",
        "RUST_LOG",
        "ZBUS_LOG",
        "REQWEST_LOG",
        "RUST_BACKTRACE",
    ] {
        command.env(name, "trace");
    }
    let with = sandbox
        .finish("with every variable of a log", command, &[])
        .expect(0);
    assert_eq!((with.stdout, with.stderr), (plain.stdout, plain.stderr));
    // The control: `--verbose` prints more, and the sandbox scans that like every output.
    let verbose = sandbox
        .run(&["exec", "--refresh", "--verbose", "--", "true"])
        .expect(0);
    assert!(
        verbose.stderr.contains("asking https://"),
        "{}",
        verbose.stderr
    );
}
