//! Why the program of a `command` store gave no secrets, in words. What it printed is not known
//! here.

use super::secrets_json::secrets_shape;
use crate::error::Error;
use crate::os;
use crate::sentences::program::Steps;
use crate::text::text;
use crate::vault::CommandFault;

pub(super) fn failed(program: &str, fault: &CommandFault) -> Error {
    match fault {
        CommandFault::Program(fault) => {
            let steps = Steps {
                whole_path: text!("vault-command-whole-path"),
                by_hand: text!("vault-command-by-hand", account = os::account_name()),
            };
            Error::vault(fault.words(program)).hints(fault.next_steps(program, steps))
        }
        CommandFault::NotSecrets(wrong) => Error::vault(text!(
            "vault-command-not-secrets",
            program = program,
            reason = wrong.words()
        ))
        .hint(text!("vault-command-must-print", shape = secrets_shape()))
        .hints(wrong.fix()),
        CommandFault::EmptyPassword => {
            Error::vault(text!("vault-command-empty-password", program = program))
        }
    }
}
