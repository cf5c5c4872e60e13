//! Why the program of a `command` store gave no secrets, in words. What it printed is not known here.

use super::error;
use super::secrets_json::secrets_shape;
use crate::error::{Error, io_reason};
use crate::os;
use crate::text::{Text, text};
use crate::vault::CommandFault;
use std::io;
use std::path::Path;

pub(super) fn failed(program: &str, fault: &CommandFault) -> Error {
    match fault {
        CommandFault::NotStarted(source) => not_started(program, source),
        CommandFault::NoOutput(source) => error(text!(
            "vault-command-no-output",
            program = program,
            reason = io_reason(source)
        ))
        .hint(by_hand()),
        CommandFault::Failed(status) => error(text!(
            "vault-command-failed",
            program = program,
            status = status
        ))
        .hint(by_hand()),
        CommandFault::TimedOut(limit) => error(text!(
            "vault-command-timeout",
            program = program,
            count = limit.as_secs()
        ))
        .hint(text!("vault-command-no-prompt"))
        .hint(by_hand()),
        CommandFault::NotSecrets(wrong) => error(text!(
            "vault-command-not-secrets",
            program = program,
            reason = wrong.words()
        ))
        .hint(text!("vault-command-must-print", shape = secrets_shape()))
        .hints(wrong.fix()),
        CommandFault::EmptyPassword => {
            error(text!("vault-command-empty-password", program = program))
        }
    }
}

fn not_started(program: &str, source: &io::Error) -> Error {
    let message = if source.kind() == io::ErrorKind::NotFound {
        text!("vault-command-not-found", program = program)
    } else {
        text!(
            "vault-command-cannot-run",
            program = program,
            reason = io_reason(source)
        )
    };
    error(message).hint(if Path::new(program).is_absolute() {
        text!("vault-command-look", program = program)
    } else {
        text!("vault-command-whole-path")
    })
}

fn by_hand() -> Text {
    text!("vault-command-by-hand", account = os::account_name())
}
