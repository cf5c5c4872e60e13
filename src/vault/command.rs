//! The `command` store: a program that prints the secrets JSON, as `op`, `vault kv get` and `az
//! keyvault secret show` can. `program` runs it.

use super::error::{CommandFault, StoreTitle, VaultError, Worth};
use super::port::SecretSource;
use super::secrets_json;
use crate::environment::Environment;
use crate::profile::CredentialKind;
use crate::program::Program;
use crate::secret::Secrets;
use serde::de::IgnoredAny;
use std::time::Duration;

/// A program that prints the secrets.
#[derive(Debug)]
pub struct CommandSource {
    program: Program,
    credential: CredentialKind,
}

impl CommandSource {
    /// `argv` is the program and its arguments. It gets `env` without ropc's own variables.
    pub fn new(argv: Vec<String>, env: &Environment, credential: CredentialKind) -> Self {
        Self {
            program: Program::new(argv, env),
            credential,
        }
    }

    fn parsed(&self, limit: Duration) -> Result<Secrets, CommandFault> {
        let printed = self
            .program
            .run(limit, is_json)
            .map_err(CommandFault::Program)?;
        let secrets =
            secrets_json::parse(printed, &self.credential).map_err(CommandFault::NotSecrets)?;
        if secrets.password.is_empty() {
            return Err(CommandFault::EmptyPassword);
        }
        Ok(secrets)
    }
}

/// True for a complete JSON value.
fn is_json(output: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(output).is_ok()
}

impl SecretSource for CommandSource {
    fn title(&self) -> StoreTitle {
        StoreTitle::Command {
            program: self.program.name().to_owned(),
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
            program: self.program.name().to_owned(),
            fault,
        })
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::error::Error;

    /// As long as a program may take.
    const LONG: Duration = Duration::from_secs(60);

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
            .secrets(LONG)
            .unwrap();
        assert_eq!(secrets.password.expose_for_bundle(), "p w");
    }

    #[test]
    fn errors_do_not_repeat_the_words_of_the_program() {
        let failed = sh("echo hunter2; echo hunter2 >&2; exit 7");
        let error = fails(&failed, LONG, "exit status: 7");
        assert!(
            error.hints[0].english().contains("run it by hand"),
            "{:?}",
            error.hints
        );
        fails(&sh("kill -TERM $$"), LONG, "signal: 15");
        fails(&sh("echo hunter2"), LONG, "not JSON");
        fails(&sh("echo '{\"hunter2\": 1}'"), LONG, "another key");
        fails(&sh("echo '{\"password\": \"\"}'"), LONG, "empty password");
        fails(&sh("true"), LONG, "ends too early");
        fails(&sh("head -c 70000 /dev/zero"), LONG, "longer than 64 KiB");
        let none = CommandSource::new(
            vec!["/nonexistent/op".into()],
            &Environment::default(),
            CredentialKind::None,
        );
        assert!(
            fails(&none, LONG, "not found").hints[0]
                .english()
                .contains("ls -l /nonexistent/op")
        );
        let none = CommandSource::new(
            vec!["no-such-op".into()],
            &Environment::default(),
            CredentialKind::None,
        );
        assert!(
            fails(&none, LONG, "not found").hints[0]
                .english()
                .contains("whole path")
        );
    }

    #[test]
    fn a_program_that_hangs_is_ended_and_must_not_prompt() {
        let error = fails(
            &sh("sleep 300"),
            Duration::from_millis(200),
            "ropc ended it",
        );
        assert!(
            error.hints[0].english().contains("must not prompt")
                && error.hints[1].english().contains("run it by hand")
        );
    }

    #[test]
    fn it_gets_no_input() {
        let secrets = sh("printf '{\"password\": \"[%s]\"}' \"$(cat)\"")
            .secrets(LONG)
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
        fails(&source, LONG, "ends too early");
        assert!(mark.exists(), "control");
    }
}
