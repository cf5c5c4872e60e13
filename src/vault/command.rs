//! The `command` store: a program that prints the secrets JSON, as `op`, `vault kv get` and `az
//! keyvault secret show` can.
//!
//! Run without a shell, with no input, with a deadline, and without the variables of ropc. Its
//! output goes into one buffer of fixed size that is wiped. Its messages are not shown: nobody
//! knows whether they hold a secret.

mod heard;

use super::{SecretSource, VaultError, VaultFault, secrets_json};
use crate::environment::Environment;
use crate::error::io_reason;
use crate::os;
use crate::profile::CredentialKind;
use crate::secret::Secrets;
use crate::text::{Text, text};
use heard::Heard;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// The most time for the program; a shorter `--timeout` counts.
const DEADLINE: Duration = Duration::from_secs(20);
/// How often a program that has closed its output is asked whether it has ended.
const POLL: Duration = Duration::from_millis(5);

/// A program that prints the secrets.
#[derive(Debug)]
pub struct CommandSource {
    argv: Vec<String>,
    withheld: Vec<OsString>,
    credential: CredentialKind,
}

impl CommandSource {
    /// `argv` is the program and its arguments; the variables of ropc in `env` are kept from it.
    pub fn new(argv: Vec<String>, env: &Environment, credential: CredentialKind) -> Self {
        let ours = |name: &OsString| {
            name.to_string_lossy()
                .to_ascii_uppercase()
                .starts_with("ROPC_")
        };
        let withheld = env
            .iter()
            .map(|(name, _)| name.to_owned())
            .filter(ours)
            .collect();
        Self {
            argv,
            withheld,
            credential,
        }
    }

    fn program(&self) -> &str {
        self.argv.first().map_or("", String::as_str)
    }

    fn start(&self) -> Result<Child, VaultError> {
        let spawned = match self.command(self.program().as_ref()).spawn() {
            // `az` and others are scripts on Windows, which a bare name finds only this way.
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                os::script_named(self.program().as_ref())
                    .map_or(Err(e), |script| self.command(script.as_ref()).spawn())
            }
            outcome => outcome,
        };
        spawned.map_err(|e| {
            let message = if e.kind() == io::ErrorKind::NotFound {
                text!("vault-command-not-found", program = self.program())
            } else {
                text!(
                    "vault-command-cannot-run",
                    program = self.program(),
                    reason = io_reason(&e)
                )
            };
            VaultError::new(VaultFault::Unavailable, message).hint(
                if Path::new(self.program()).is_absolute() {
                    text!("vault-command-look", program = self.program())
                } else {
                    text!("vault-command-whole-path")
                },
            )
        })
    }

    fn command(&self, program: &OsStr) -> Command {
        let mut command = Command::new(program);
        command.args(self.argv.iter().skip(1));
        for name in &self.withheld {
            command.env_remove(name);
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        os::own_group(&mut command);
        command
    }

    /// Runs the program and gives what it printed. It has ended when this returns, whatever
    /// happens. A child that it left behind is ended with it where the time was over, and else left
    /// alone.
    fn run(&self, limit: Duration) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let limit = limit.min(DEADLINE);
        let end = Instant::now() + limit;
        let mut child = self.start()?;
        let (output, status) = match child.stdout.take() {
            Some(stdout) => Heard::from(stdout).until(end, || child.try_wait().ok().flatten()),
            None => (Some(Err(io::ErrorKind::BrokenPipe.into())), None),
        };
        let status = status.or_else(|| {
            output
                .as_ref()
                .filter(|o| o.is_ok())
                .and_then(|_| wait(&mut child, end))
        });
        if status.is_none() {
            os::end_group(&mut child);
            let _ = child.wait();
        }
        let program = self.program();
        match (output, status) {
            (Some(Err(e)), _) => {
                let message = text!(
                    "vault-command-no-output",
                    program = program,
                    reason = io_reason(&e)
                );
                Err(VaultError::new(VaultFault::Damaged, message).hint(by_hand()))
            }
            (Some(Ok(output)), Some(status)) if status.success() => Ok(output),
            (_, Some(status)) => {
                let message = text!("vault-command-failed", program = program, status = status);
                Err(VaultError::new(VaultFault::Unavailable, message).hint(by_hand()))
            }
            (_, None) => {
                let message = text!(
                    "vault-command-timeout",
                    program = program,
                    count = limit.as_secs()
                );
                Err(VaultError::new(VaultFault::TimedOut, message)
                    .hint(text!("vault-command-ask-nobody"))
                    .hint(by_hand()))
            }
        }
    }
}

fn by_hand() -> Text {
    text!("vault-command-by-hand", account = os::account_name())
}

/// The exit status, if the program ends in time.
fn wait(child: &mut Child, end: Instant) -> Option<ExitStatus> {
    loop {
        if let Some(status) = child.try_wait().ok()? {
            return Some(status);
        }
        if Instant::now() >= end {
            return None;
        }
        std::thread::sleep(POLL);
    }
}

impl SecretSource for CommandSource {
    fn title(&self) -> Text {
        text!("vault-title-command", program = self.program())
    }

    fn worth(&self) -> Text {
        text!("vault-worth-command")
    }

    /// Runs nothing: `status` reads no password.
    fn check(&self) -> Result<(), VaultError> {
        Ok(())
    }

    fn is_on_demand(&self) -> bool {
        true
    }

    fn secrets(&self, limit: Duration) -> Result<Secrets, VaultError> {
        let secrets = secrets_json::parse(self.run(limit)?, self.credential).map_err(|wrong| {
            let message = text!(
                "vault-command-not-secrets",
                program = self.program(),
                reason = wrong.reason
            );
            VaultError::new(VaultFault::Damaged, message)
                .hint(text!(
                    "vault-command-must-print",
                    shape = secrets_json::shape()
                ))
                .hints(wrong.hint)
        })?;
        if secrets.password.is_empty() {
            let message = text!("vault-command-empty-password", program = self.program());
            return Err(VaultError::new(VaultFault::Damaged, message));
        }
        Ok(secrets)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn sh(script: &str) -> CommandSource {
        let argv = ["/bin/sh", "-c", script].map(str::to_owned).to_vec();
        CommandSource::new(argv, &Environment::default(), CredentialKind::None)
    }

    fn fails(
        vault: &CommandSource,
        limit: Duration,
        fault: VaultFault,
        message: &str,
    ) -> VaultError {
        let Err(error) = vault.secrets(limit) else {
            panic!("this must fail: {message}")
        };
        assert_eq!(error.fault, fault, "{:?}", error.message);
        assert!(
            error.message.english().contains(message),
            "{:?}",
            error.message
        );
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        error
    }

    #[test]
    fn what_it_prints_is_taken() {
        let secrets = sh("printf '{\"password\": \"p w\"}\\n'")
            .secrets(DEADLINE)
            .unwrap();
        assert_eq!(secrets.password.expose_for_bundle(), "p w");
    }

    #[test]
    fn what_it_left_in_the_background_with_the_pipe_is_not_waited_for() {
        let script = "sleep 300 & echo $! >PID; printf '{\"password\": \"pw\"}'";
        let dir = tempfile::tempdir().unwrap();
        let pid = dir.path().join("pid");
        let start = Instant::now();
        let secrets = sh(&script.replace("PID", &pid.display().to_string()))
            .secrets(DEADLINE)
            .unwrap();
        assert_eq!(secrets.password.expose_for_bundle(), "pw");
        assert!(start.elapsed() < DEADLINE);
        // It is nobody's to end: an agent that serves the next run, perhaps.
        let child = std::fs::read_to_string(&pid).unwrap();
        assert!(
            std::process::Command::new("kill")
                .arg(child.trim())
                .status()
                .unwrap()
                .success()
        );
        // The status counts, whatever was printed.
        let failed = sh("sleep 2 & printf '{\"password\": \"pw\"}'; exit 3");
        fails(&failed, DEADLINE, VaultFault::Unavailable, "exit status: 3");
    }

    #[test]
    fn failures_are_told_without_its_words() {
        let long = Duration::from_secs(60);
        let failed = sh("echo hunter2; echo hunter2 >&2; exit 7");
        let error = fails(&failed, long, VaultFault::Unavailable, "exit status: 7");
        assert!(
            error.hints[0].english().contains("run it by hand"),
            "{:?}",
            error.hints
        );
        fails(
            &sh("kill -TERM $$"),
            long,
            VaultFault::Unavailable,
            "signal: 15",
        );
        fails(&sh("echo hunter2"), long, VaultFault::Damaged, "not JSON");
        fails(
            &sh("echo '{\"hunter2\": 1}'"),
            long,
            VaultFault::Damaged,
            "another key",
        );
        fails(
            &sh("echo '{\"password\": \"\"}'"),
            long,
            VaultFault::Damaged,
            "empty password",
        );
        fails(&sh("true"), long, VaultFault::Damaged, "ends too early");
        fails(
            &sh("head -c 70000 /dev/zero"),
            long,
            VaultFault::Damaged,
            "longer than 64 KiB",
        );
        let none = CommandSource::new(
            vec!["/nonexistent/op".into()],
            &Environment::default(),
            CredentialKind::None,
        );
        assert!(
            fails(&none, long, VaultFault::Unavailable, "not found").hints[0]
                .english()
                .contains("ls -l /nonexistent/op")
        );
        let none = CommandSource::new(
            vec!["no-such-op".into()],
            &Environment::default(),
            CredentialKind::None,
        );
        assert!(
            fails(&none, long, VaultFault::Unavailable, "not found").hints[0]
                .english()
                .contains("whole path")
        );
    }

    #[test]
    fn a_program_that_hangs_is_ended_with_its_children() {
        let dir = tempfile::tempdir().unwrap();
        let pid = dir.path().join("pid");
        for script in [
            "sleep 300 & echo $! > PID; wait",
            "sleep 300 & echo $! > PID; exit 0",
            "exec >&-; echo $$ > PID; sleep 300",
        ] {
            let script = script.replace("PID", &pid.display().to_string());
            let error = fails(
                &sh(&script),
                Duration::from_millis(800),
                VaultFault::TimedOut,
                "ropc ended it",
            );
            assert!(
                error.hints[0].english().contains("must not prompt")
                    && error.hints[1].english().contains("run it by hand")
            );
            let child = std::fs::read_to_string(&pid).unwrap();
            let state = || {
                std::fs::read_to_string(format!("/proc/{}/stat", child.trim())).unwrap_or_default()
            };
            // Killed, not asked: it is gone as soon as the kernel gets to it. Whoever adopted it
            // may leave it a zombie.
            let gone = || state().is_empty() || state().contains(") Z ");
            let end = Instant::now() + Duration::from_secs(30);
            while !gone() && Instant::now() < end {
                std::thread::sleep(POLL);
            }
            assert!(gone(), "{script}: {}", state());
        }
    }

    #[test]
    fn it_gets_no_input_and_no_variable_of_ours() {
        let env = Environment::from_pairs([("ROPC_KEY_FILE", "/x"), ("PATH", "/bin")]);
        let vault = CommandSource::new(vec!["x".into()], &env, CredentialKind::None);
        assert_eq!(vault.withheld, ["ROPC_KEY_FILE"]);
        let secrets = sh("printf '{\"password\": \"[%s]\"}' \"$(cat)\"")
            .secrets(DEADLINE)
            .unwrap();
        assert_eq!(secrets.password.expose_for_bundle(), "[]");
    }

    #[test]
    fn it_is_run_for_the_secrets_only() {
        let dir = tempfile::tempdir().unwrap();
        let mark = dir.path().join("was-run");
        let source = sh(&format!("touch {}", mark.display()));
        assert!(source.title().english().contains("`/bin/sh`"));
        let worth = source.worth().english();
        assert!(worth.contains("can run that program"), "{worth}");
        assert!(source.is_on_demand() && source.check().is_ok());
        assert!(!mark.exists());
        fails(&source, DEADLINE, VaultFault::Damaged, "ends too early");
        assert!(mark.exists(), "control");
    }
}
