//! The reason of an error of I/O in words, and the path with it. `sentences::os` has what else the
//! operating system reports.

use super::message::{Text, text};
use crate::os::Fault;
use std::io::{self, ErrorKind};
use std::path::Path;

/// The reason of an I/O error in words, without the bare number that the standard library adds.
pub(crate) fn io_reason(error: &io::Error) -> Text {
    if let Some(fault) = Fault::of(error) {
        return os_fault(fault);
    }
    match error.kind() {
        ErrorKind::NotFound => text!("error-io-not-found"),
        ErrorKind::PermissionDenied => text!("error-io-denied"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => text!("error-io-full"),
        ErrorKind::ReadOnlyFilesystem => text!("error-io-read-only"),
        ErrorKind::IsADirectory => text!("error-io-is-a-directory"),
        ErrorKind::NotADirectory => text!("error-io-not-a-directory"),
        ErrorKind::AlreadyExists => text!("error-io-exists"),
        ErrorKind::TimedOut => text!("error-io-timed-out"),
        _ => words_of_the_system(error),
    }
}

/// The reason of an I/O error with the path where it came.
pub(crate) fn at_path(path: &Path, error: &io::Error) -> Text {
    text!(
        "os-at-path",
        path = path.display(),
        reason = io_reason(error)
    )
}

/// The words of the operating system, in its language.
fn words_of_the_system(error: &io::Error) -> Text {
    let words = error.to_string();
    let words = words.split(" (os error").next().unwrap_or_default();
    let mut characters = words.chars();
    match characters.next() {
        Some(first) => Text::words(first.to_lowercase().chain(characters).collect::<String>()),
        None => text!("error-io-unknown"),
    }
}

fn os_fault(fault: Fault) -> Text {
    match fault {
        Fault::SymbolicLink => text!("os-symbolic-link"),
        Fault::Directory => text!("os-directory-in-place"),
        Fault::Pipe => text!("os-pipe-in-place"),
        Fault::Device => text!("os-device-in-place"),
        Fault::TooLarge => text!("os-too-large"),
        Fault::NothingCame => text!("login-nothing-came"),
        Fault::InputTooLong => text!("os-too-long"),
        Fault::PromptTooLong => text!("os-prompt-too-long"),
        Fault::PromptNotUnicode => text!("os-prompt-not-unicode"),
        Fault::StdoutClosed => text!("os-stdout-closed"),
        Fault::StdoutReadOnly => text!("os-stdout-read-only"),
        Fault::KernelKeyringForgets => text!("os-kernel-keyring-forgets"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_bare_os_codes() {
        let shown = io_reason(&io::Error::from_raw_os_error(18)).english();
        assert!(!shown.contains("os error"), "{shown}");
    }
}
