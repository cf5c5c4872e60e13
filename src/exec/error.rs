//! Why a command is not run: data only. The words are in `text::exec`.

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
    /// A variable cannot hold the token.
    TokenTooLong {
        /// Of the token, in bytes.
        length: usize,
        /// Of a variable, in bytes.
        limit: usize,
    },
    /// There is no such program.
    NotFound {
        /// What was to run.
        program: Program,
        /// It was looked for as a path, and not in the directories of `PATH`.
        is_path: bool,
    },
    /// The system does not take the file for a program, and it names no interpreter.
    NoProgram {
        /// What was to run.
        program: Program,
    },
    /// Arguments and environment together are longer than the system takes.
    TooLong {
        /// What was to run.
        program: Program,
    },
    /// The system did not start it for another reason.
    NotStarted {
        /// What was to run.
        program: Program,
        /// What the system reported.
        source: io::Error,
    },
    /// The command runs, and its end cannot be waited for.
    NotWaitedFor(io::Error),
}

/// A program that did not start, with what a hint about it needs.
#[derive(Debug)]
pub struct Program {
    /// Its name as it was typed.
    pub name: String,
    /// What runs a script with the end of this name: `pwsh -File`. `None` where its language is not
    /// known, or no such file was found.
    pub interpreter: Option<&'static str>,
    /// Who reads the hint.
    pub shell: Shell,
}

impl std::error::Error for ExecError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NotStarted { source, .. } | Self::NotWaitedFor(source) => Some(source),
            Self::NoCommand
            | Self::VariableName { .. }
            | Self::VariableInUse { .. }
            | Self::TokenTooLong { .. }
            | Self::NotFound { .. }
            | Self::NoProgram { .. }
            | Self::TooLong { .. } => None,
        }
    }
}
