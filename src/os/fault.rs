//! Faults that `os` finds itself, inside of an `io::Error`. Their words are in `text::os`.

use std::fmt;
use std::io;

/// A fault that the system does not take for an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A symbolic link where ropc follows none.
    SymbolicLink,
    /// A directory where a file is expected.
    Directory,
    /// A named pipe where a file is expected.
    Pipe,
    /// A device or a socket where a file is expected.
    Device,
    /// A file longer than its reader takes.
    TooLarge,
    /// More output of a program than ropc reads.
    OutputTooLong,
    /// Nothing came in time from a pipe that was named as a secret.
    NothingCame,
    /// A file or pipe that was named as a secret is longer than any secret.
    InputTooLong,
    /// More typed than a prompt takes.
    PromptTooLong,
    /// Typed bytes that are not UTF-8.
    PromptNotUnicode,
    /// Standard output was closed before this program started.
    StdoutClosed,
    /// Standard output is open for reading only.
    #[cfg_attr(
        not(unix),
        expect(
            dead_code,
            reason = "Windows has no stream that is open for reading only"
        )
    )]
    StdoutReadOnly,
    /// The kernel's keyring accepted a key and does not find it again.
    KernelKeyringForgets,
}

impl Fault {
    /// The fault that an error was made of.
    pub(crate) fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl std::error::Error for Fault {}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        let kind = match fault {
            Fault::TooLarge
            | Fault::InputTooLong
            | Fault::PromptTooLong
            | Fault::PromptNotUnicode => io::ErrorKind::InvalidData,
            _ => io::ErrorKind::Other,
        };
        Self::new(kind, fault)
    }
}
