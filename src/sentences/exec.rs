//! Why a command does not run, in words.

use crate::error::{Error, Kind};
use crate::exec::{ExecError, FailedProgram};
use crate::os;
use crate::text::{Text, io_reason, text};
use std::fmt;

impl From<ExecError> for Error {
    fn from(error: ExecError) -> Self {
        explain(&error)
    }
}

impl fmt::Display for ExecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        explain(self).fmt(f)
    }
}

fn explain(error: &ExecError) -> Error {
    match error {
        ExecError::NoCommand => {
            Error::usage(text!("exec-no-command")).hint(text!("exec-no-command-where"))
        }
        ExecError::VariableName { name } => {
            Error::usage(text!("exec-env-name", name = name.escape_debug()))
                .hint(text!("exec-env-name-shape"))
        }
        ExecError::VariableInUse { name } => Error::usage(text!("exec-env-forbidden", name = name))
            .hint(text!("exec-env-forbidden-other")),
        ExecError::VariableTwice { name } => {
            Error::usage(text!("exec-env-twice", name = name)).hint(text!("exec-env-twice-other"))
        }
        ExecError::ScopeOfNothing { scope } => {
            Error::usage(text!("exec-env-scope", scope = scope)).hint(text!("exec-env-scope-form"))
        }
        ExecError::ScopeWithServe => {
            Error::usage(text!("exec-env-scope-serve")).hint(text!("exec-env-scope-serve-hint"))
        }
        ExecError::NoMemoryFile(source) => Error::new(
            Kind::Other,
            text!("exec-no-memory-file", reason = io_reason(source)),
        )
        .hint(text!("exec-no-memory-file-hint")),
        ExecError::TokenTooLong { length, limit } => Error::new(
            Kind::Other,
            text!("exec-token-too-long", length = length, limit = limit),
        )
        .hint(text!("exec-token-too-long-narrow")),
        ExecError::NotFound { program, is_path } => {
            let message = if *is_path {
                text!("exec-no-file", program = program.name)
            } else {
                text!("exec-not-in-path", program = program.name)
            };
            let next = script_line(program).unwrap_or_else(|| text!("exec-check-spelling"));
            Error::new(Kind::NotFound, message).hint(next)
        }
        ExecError::NoProgram { program } => {
            not_executable(program, &text!("exec-no-program")).hint(interpreter_first(program))
        }
        ExecError::TooLong { program } => Error::new(
            Kind::NotExecutable,
            text!("exec-too-long", program = program.name),
        )
        .hint(text!("exec-too-long-shorten")),
        ExecError::NotStarted { program, source } => {
            let error = not_executable(program, &io_reason(source));
            if os::IS_WINDOWS || program.interpreter.is_some() {
                return error.hint(interpreter_first(program));
            }
            let name = program.shell.word(&program.name);
            error.hint(text!("exec-check-rights", program = name))
        }
        ExecError::NotWaitedFor(source) => Error::new(
            Kind::Other,
            text!("exec-wait-failed", reason = io_reason(source)),
        )
        .hint(text!("exec-wait-failed-look")),
    }
}

fn not_executable(program: &FailedProgram, reason: &Text) -> Error {
    Error::new(
        Kind::NotExecutable,
        text!("exec-cannot-run", program = program.name, reason = reason),
    )
}

fn interpreter_first(program: &FailedProgram) -> Text {
    script_line(program).unwrap_or_else(|| text!("exec-interpreter-first"))
}

/// The line to type, if the language of the script is known.
fn script_line(program: &FailedProgram) -> Option<Text> {
    let interpreter = program.interpreter?;
    let script = program.shell.word(&program.name);
    let line = format!("ropc exec -- {interpreter} {script}");
    Some(text!("exec-script-line", line = line))
}
