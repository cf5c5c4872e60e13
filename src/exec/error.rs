//! Why a command is not run: data only. The words are in `sentences::exec`.

use crate::shell::Shell;
use std::io;

/// Why `exec` does not run a command, or does not know how it ended.
#[derive(Debug)]
pub enum ExecError {
    /// Nothing follows `--`.
    NoCommand,
    /// `--env`: this cannot be the name of a variable.
    VariableName {
        /// As it was typed.
        name: String,
    },
    /// `--env`: other programs act on this variable.
    VariableInUse {
        /// As it was typed.
        name: String,
    },
    /// Two flags name this variable.
    VariableTwice {
        /// As it was typed the second time.
        name: String,
    },
    /// `--env NAME=SCOPE`: the scope names no resource.
    ScopeOfNothing {
        /// As it was typed.
        scope: String,
    },
    /// `--env NAME=SCOPE` with `--serve`.
    ScopeWithServe,
    /// No file in memory can be made.
    NoMemoryFile(io::Error),
    /// A variable cannot hold the token.
    TokenTooLong {
        /// The length of the token, in bytes.
        length: usize,
        /// The most that a variable holds, in bytes.
        limit: usize,
    },
    /// There is no such program.
    NotFound {
        /// What was to run.
        program: FailedProgram,
        /// True if the name is a path; otherwise the search was in the directories of `PATH`.
        is_path: bool,
    },
    /// The system cannot run the file as a program, and its first line names no interpreter.
    NoProgram {
        /// What was to run.
        program: FailedProgram,
    },
    /// Arguments and environment together are longer than the system takes.
    TooLong {
        /// What was to run.
        program: FailedProgram,
    },
    /// The system did not start it for another reason.
    NotStarted {
        /// What was to run.
        program: FailedProgram,
        /// What the system reported.
        source: io::Error,
    },
    /// The command runs, and ropc cannot wait for its end.
    NotWaitedFor(io::Error),
}

/// A program that did not start, with what a hint about it needs.
#[derive(Debug)]
pub struct FailedProgram {
    /// Its name as it was typed.
    pub name: String,
    /// The interpreter for a script with this file extension, as in `pwsh -File`. `None` for an
    /// unknown one, or if the file does not exist.
    pub interpreter: Option<&'static str>,
    /// The shell of the hint.
    pub shell: Shell,
}

impl std::error::Error for ExecError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NotStarted { source, .. }
            | Self::NotWaitedFor(source)
            | Self::NoMemoryFile(source) => Some(source),
            Self::NoCommand
            | Self::VariableName { .. }
            | Self::VariableInUse { .. }
            | Self::VariableTwice { .. }
            | Self::ScopeOfNothing { .. }
            | Self::ScopeWithServe
            | Self::TokenTooLong { .. }
            | Self::NotFound { .. }
            | Self::NoProgram { .. }
            | Self::TooLong { .. } => None,
        }
    }
}
