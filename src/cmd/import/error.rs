//! The errors of `import` itself, as data. The words are in `words`.

use plaintext::{Field, Unreadable};
use std::io;
use std::path::PathBuf;

/// Why `import` imports nothing, or not all. No variant holds a secret.
#[derive(Debug)]
pub(super) enum ImportError {
    /// `--write` asks before it edits, and cannot prompt.
    Unattended,
    /// The file cannot be opened or read.
    Unreadable { path: PathBuf, source: io::Error },
    /// `import` does not read this kind of file.
    Refused { path: PathBuf, why: Unreadable },
    /// The file, or the lines that were given, hold no secret.
    NothingFound { path: PathBuf, in_lines: bool },
    /// Something looks like a secret in these lines.
    NotUnderstood { path: PathBuf, lines: Vec<usize> },
    /// The file asks for tokens of its app alone, here first.
    AppAlone { path: PathBuf, line: usize },
    /// Different values for one part of a sign-in, in these lines.
    Several {
        path: PathBuf,
        field: Field,
        lines: Vec<usize>,
    },
    /// The file asks for scopes that the text does not show.
    ScopeUnclear { path: PathBuf, line: usize },
    /// The file sends its secrets to a host of no known cloud.
    UnknownHost {
        path: PathBuf,
        line: usize,
        host: String,
    },
    /// A text or block that begins in this line never ends.
    Broken { path: PathBuf, line: usize },
    /// The file could not be replaced as a whole.
    Uneditable { path: PathBuf, why: Uneditable },
    /// A person said no to the edit.
    Declined,
    /// The secrets are stored, and the file is unchanged.
    NotEdited { path: PathBuf, why: NotEdited },
    /// Something else changed the file immediately after the edit.
    ChangedAfterwards { path: PathBuf },
    /// A secret is left in these lines.
    Remains { path: PathBuf, lines: Vec<usize> },
}

/// Why a file could not be replaced, known before anything is sent.
#[derive(Debug)]
pub(super) enum Uneditable {
    /// A second hard link would keep the old content.
    HardLink,
    ReadOnly,
    /// The directory cannot take a new file.
    Directory(io::Error),
    /// A file with the name of the backup exists.
    BackupExists(PathBuf),
}

/// Why a file was not replaced.
#[derive(Debug)]
pub(super) enum NotEdited {
    ChangedMeanwhile,
    Io(io::Error),
}

impl std::error::Error for ImportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { source, .. }
            | Self::Uneditable {
                why: Uneditable::Directory(source),
                ..
            }
            | Self::NotEdited {
                why: NotEdited::Io(source),
                ..
            } => Some(source),
            _ => None,
        }
    }
}
