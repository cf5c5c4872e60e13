//! The `command` store: a program that prints the secrets JSON, as `op`, `vault kv get` and `az
//! keyvault secret show` can. ropc runs it without a shell, without input, with a deadline, and
//! without ropc's own variables. Its output goes into one buffer of fixed size that is wiped. ropc
//! does not show its messages, as they may hold a secret.

mod heard;

use super::secrets_json::{self, NotSecrets};
use super::{SecretSource, StoreTitle, VaultError, Worth};
use crate::environment::Environment;
use crate::os;
use crate::profile::CredentialKind;
use crate::secret::Secrets;
use heard::Heard;
use std::ffi::{OsStr, OsString};
use std::io;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// The most time for the program, unless `--timeout` is shorter.
const DEADLINE: Duration = Duration::from_secs(20);
/// The time between two checks whether a program that has closed its output has ended.
const POLL: Duration = Duration::from_millis(5);

/// Why the program gave no secrets.
#[derive(Debug)]
pub enum CommandFault {
    /// It cannot be started.
    NotStarted(io::Error),
    /// Its output cannot be read.
    NoOutput(io::Error),
    /// It ended with this status.
    Failed(ExitStatus),
    /// It did not end in this time.
    TimedOut(Duration),
    /// What it printed is not the secrets JSON.
    NotSecrets(NotSecrets),
    /// The password that it printed is empty.
    EmptyPassword,
}

impl CommandFault {
    pub(super) fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NotStarted(source) | Self::NoOutput(source) => Some(source),
            Self::Failed(_) | Self::TimedOut(_) | Self::NotSecrets(_) | Self::EmptyPassword => None,
        }
    }
}

/// A program that prints the secrets.
#[derive(Debug)]
pub struct CommandSource {
    argv: Vec<String>,
    withheld: Vec<OsString>,
    credential: CredentialKind,
}

impl CommandSource {
    /// `argv` is the program and its arguments. It gets `env` without ropc's own variables.
    pub fn new(argv: Vec<String>, env: &Environment, credential: CredentialKind) -> Self {
        let withheld = env
            .iter()
            .map(|(name, _)| name.to_owned())
            .filter(is_ours)
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

    fn start(&self) -> io::Result<Child> {
        match self.command(self.program().as_ref()).spawn() {
            // `az` and others are scripts on Windows, which a bare name finds only this way.
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                os::script_named(self.program().as_ref())
                    .map_or(Err(e), |script| self.command(script.as_ref()).spawn())
            }
            outcome => outcome,
        }
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
    fn run(&self, limit: Duration) -> Result<Zeroizing<Vec<u8>>, CommandFault> {
        let limit = limit.min(DEADLINE);
        let end = Instant::now() + limit;
        let mut child = self.start().map_err(CommandFault::NotStarted)?;
        let (output, status) = match child.stdout.take() {
            Some(stdout) => Heard::from(stdout).until(end, || child.try_wait().ok().flatten()),
            None => (Some(Err(io::ErrorKind::BrokenPipe.into())), None),
        };
        let status = match (status, &output) {
            (None, Some(Ok(_))) => wait(&mut child, end),
            (status, _) => status,
        };
        if status.is_none() {
            os::end_group(&mut child);
            let _ = child.wait();
        }
        match (output, status) {
            (Some(Err(e)), _) => Err(CommandFault::NoOutput(e)),
            (Some(Ok(output)), Some(status)) if status.success() => Ok(output),
            (_, Some(status)) => Err(CommandFault::Failed(status)),
            (_, None) => Err(CommandFault::TimedOut(limit)),
        }
    }

    fn parsed(&self, limit: Duration) -> Result<Secrets, CommandFault> {
        let printed = self.run(limit)?;
        let secrets =
            secrets_json::parse(printed, &self.credential).map_err(CommandFault::NotSecrets)?;
        if secrets.password.is_empty() {
            return Err(CommandFault::EmptyPassword);
        }
        Ok(secrets)
    }
}

/// A variable of ropc, which the program does not get.
fn is_ours(name: &OsString) -> bool {
    name.to_string_lossy()
        .to_ascii_uppercase()
        .starts_with("ROPC_")
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
    fn title(&self) -> StoreTitle {
        StoreTitle::Command {
            program: self.program().to_owned(),
        }
    }

    fn worth(&self) -> Worth {
        Worth::Command
    }

    /// Runs nothing: `status` reads no password.
    fn check(&self) -> Result<(), VaultError> {
        Ok(())
    }

    fn is_on_demand(&self) -> bool {
        true
    }

    fn secrets(&self, limit: Duration) -> Result<Secrets, VaultError> {
        self.parsed(limit).map_err(|fault| VaultError::Command {
            program: self.program().to_owned(),
            fault,
        })
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::error::Error;

    fn sh(script: &str) -> CommandSource {
        let argv = ["/bin/sh", "-c", script].map(str::to_owned).to_vec();
        CommandSource::new(argv, &Environment::default(), CredentialKind::None)
    }

    /// The words of a failure, which quote nothing of what was printed.
    fn fails(vault: &CommandSource, limit: Duration, message: &str) -> Error {
        let Err(error) = vault.secrets(limit) else {
            panic!("this must fail: {message}")
        };
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        let shown = Error::from(error);
        let words = shown.message.english();
        assert!(words.contains(message), "{words}");
        assert!(!words.contains("hunter2"), "{words}");
        shown
    }

    #[test]
    fn the_output_of_the_program_is_the_secrets() {
        let secrets = sh("printf '{\"password\": \"p w\"}\\n'")
            .secrets(DEADLINE)
            .unwrap();
        assert_eq!(secrets.password.expose_for_bundle(), "p w");
    }

    #[test]
    fn ropc_does_not_wait_for_a_background_process_that_holds_the_pipe() {
        let script = "sleep 300 & echo $! >PID; printf '{\"password\": \"pw\"}'";
        let dir = tempfile::tempdir().unwrap();
        let pid = dir.path().join("pid");
        let start = Instant::now();
        let secrets = sh(&script.replace("PID", &pid.display().to_string()))
            .secrets(DEADLINE)
            .unwrap();
        assert_eq!(secrets.password.expose_for_bundle(), "pw");
        assert!(start.elapsed() < DEADLINE);
        // ropc must not end it: it may be an agent that serves the next run.
        let child = std::fs::read_to_string(&pid).unwrap();
        assert!(
            std::process::Command::new("kill")
                .arg(child.trim())
                .status()
                .unwrap()
                .success()
        );
        // The exit status decides, not the output.
        let failed = sh("sleep 2 & printf '{\"password\": \"pw\"}'; exit 3");
        fails(&failed, DEADLINE, "exit status: 3");
    }

    #[test]
    fn errors_do_not_repeat_the_words_of_the_program() {
        let long = Duration::from_secs(60);
        let failed = sh("echo hunter2; echo hunter2 >&2; exit 7");
        let error = fails(&failed, long, "exit status: 7");
        assert!(
            error.hints[0].english().contains("run it by hand"),
            "{:?}",
            error.hints
        );
        fails(&sh("kill -TERM $$"), long, "signal: 15");
        fails(&sh("echo hunter2"), long, "not JSON");
        fails(&sh("echo '{\"hunter2\": 1}'"), long, "another key");
        fails(&sh("echo '{\"password\": \"\"}'"), long, "empty password");
        fails(&sh("true"), long, "ends too early");
        fails(&sh("head -c 70000 /dev/zero"), long, "longer than 64 KiB");
        let none = CommandSource::new(
            vec!["/nonexistent/op".into()],
            &Environment::default(),
            CredentialKind::None,
        );
        assert!(
            fails(&none, long, "not found").hints[0]
                .english()
                .contains("ls -l /nonexistent/op")
        );
        let none = CommandSource::new(
            vec!["no-such-op".into()],
            &Environment::default(),
            CredentialKind::None,
        );
        assert!(
            fails(&none, long, "not found").hints[0]
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
            let error = fails(&sh(&script), Duration::from_millis(800), "ropc ended it");
            assert!(
                error.hints[0].english().contains("must not prompt")
                    && error.hints[1].english().contains("run it by hand")
            );
            let child = std::fs::read_to_string(&pid).unwrap();
            let state = || {
                std::fs::read_to_string(format!("/proc/{}/stat", child.trim())).unwrap_or_default()
            };
            // Killed: it is gone as soon as the kernel runs. Its new parent may leave it a zombie.
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
    fn only_secrets_runs_the_program() {
        let dir = tempfile::tempdir().unwrap();
        let mark = dir.path().join("was-run");
        let source = sh(&format!("touch {}", mark.display()));
        let title = source.title().words().english();
        assert!(title.contains("`/bin/sh`"), "{title}");
        assert_eq!(source.worth(), Worth::Command);
        assert!(source.is_on_demand() && source.check().is_ok());
        assert!(!mark.exists());
        fails(&source, DEADLINE, "ends too early");
        assert!(mark.exists(), "control");
    }
}
