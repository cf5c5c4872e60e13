//! Faults that `os` finds itself, inside an `io::Error`. Their words are in `text::io`.

use std::fmt;
use std::io;

/// A fault that is no error of the system.
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
    /// A file longer than its reader accepts.
    TooLarge,
    /// A pipe that was given as a secret sent nothing in time.
    NothingCame,
    /// A file or pipe with secrets, or the output of a program that prints them, is longer than any
    /// secret.
    InputTooLong,
    /// A person typed more than a prompt accepts.
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
    /// The kernel's keyring accepted a key, but does not return it.
    KernelKeyringForgets,
}

impl Fault {
    /// The fault inside an error.
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
