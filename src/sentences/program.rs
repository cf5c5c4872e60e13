//! Why a program that ropc runs gave no output, in words. What it printed is not known here.

use crate::error::io_reason;
use crate::os;
use crate::program::ProgramFault;
use crate::text::{Text, text};
use std::io;
use std::path::Path;

/// The next steps that depend on what the program is for.
pub(super) struct Steps {
    /// How to name it with its whole path.
    pub(super) whole_path: Text,
    /// How to run it by hand.
    pub(super) by_hand: Text,
}

impl ProgramFault {
    /// What happened to the program of this name.
    pub(super) fn words(&self, program: &str) -> Text {
        match self {
            Self::NotStarted(source) if source.kind() == io::ErrorKind::NotFound => {
                text!("program-not-found", program = program)
            }
            Self::NotStarted(source) => text!(
                "program-cannot-run",
                program = program,
                reason = io_reason(source)
            ),
            Self::NoOutput(source) => text!(
                "program-no-output",
                program = program,
                reason = io_reason(source)
            ),
            Self::Failed(status) => text!("program-failed", program = program, status = status),
            Self::TimedOut(limit) => text!(
                "program-timeout",
                program = program,
                count = limit.as_secs()
            ),
        }
    }

    /// What to do about it.
    pub(super) fn next_steps(&self, program: &str, steps: Steps) -> Vec<Text> {
        match self {
            Self::NotStarted(_) if Path::new(program).is_absolute() => {
                vec![text!("program-look", program = os::shell_word(program))]
            }
            Self::NotStarted(_) => vec![steps.whole_path],
            Self::NoOutput(_) | Self::Failed(_) => vec![steps.by_hand],
            Self::TimedOut(_) => vec![text!("program-no-prompt"), steps.by_hand],
        }
    }
}
