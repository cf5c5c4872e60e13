//! What this module itself finds wrong, inside of an `io::Error`. Words are in `text`.

use std::fmt;
use std::io;

/// Something that the system calls no error, and that stops us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A symbolic link where none may be.
    SymbolicLink,
    /// A directory where a file is expected.
    Directory,
    /// A named pipe where a file is expected.
    Pipe,
    /// A device or a socket where a file is expected.
    Device,
    /// A file longer than its reader takes.
    TooLarge,
    /// More output of a program than is read.
    OutputTooLong,
    /// A pipe that is given as a secret, and that nobody wrote to in time.
    NothingCame,
    /// A file or pipe that is given as a secret, and is longer than any.
    InputTooLong,
    /// More typed than a prompt takes.
    PromptTooLong,
    /// Typed bytes that are no UTF-8.
    PromptNotUnicode,
    /// Standard output was closed before this program started.
    StdoutClosed,
    /// Standard output is open for reading only.
    StdoutReadOnly,
    /// The kernel's keyring took a key and does not have it.
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
