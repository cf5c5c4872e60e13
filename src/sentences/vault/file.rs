//! Why the sealed file of the `file` store gave or took nothing, in words.

use crate::error::{Error, io_reason};
use crate::os;
use crate::profile::KeySource;
use crate::text::text;
use crate::vault::{FileFault, KeyHome, NotAHeader};
use std::path::Path;

pub(super) fn failed(file: &Path, fault: &FileFault) -> Error {
    let path = file.display();
    match fault {
        FileFault::Unreadable(source) => Error::vault(text!(
            "vault-file-unreadable",
            path = path,
            reason = io_reason(source)
        ))
        .hint(text!("vault-file-look")),
        FileFault::OpenToOthers => Error::vault(text!("vault-file-open", path = path))
            .hint(text!("vault-chmod", path = os::shell_word(file))),
        FileFault::OtherSource { sealed, asked } => Error::vault(text!(
            "vault-file-other-source",
            path = path,
            sealed = sealed,
            asked = asked
        ))
        .hint(text!("vault-file-use-source", source = sealed)),
        FileFault::WrongKey(key) => wrong_key(file, key),
        FileFault::NotAStore(reason) => not_a_store(file, *reason),
        FileFault::Unwritable(source) => Error::vault(text!(
            "vault-file-unwritable",
            path = path,
            reason = io_reason(source)
        ))
        .hint(text!("profile-unwritable-unchanged")),
        FileFault::NotLocked(source) => Error::vault(text!(
            "vault-file-not-locked",
            path = path,
            reason = io_reason(source)
        ))
        .hint(text!("vault-file-lock-made", path = path)),
        FileFault::Busy => {
            Error::vault(text!("vault-file-busy", path = path)).hint(text!("vault-file-busy-look"))
        }
        FileFault::NoItem(item) => {
            Error::vault(text!("vault-file-no-item", path = path, item = item))
        }
    }
}

fn wrong_key(file: &Path, key: &KeyHome) -> Error {
    let mistyped = (key.source == KeySource::Passphrase).then(|| text!("vault-file-mistyped"));
    Error::vault(text!(
        "vault-file-wrong-key",
        path = file.display(),
        place = key.words()
    ))
    .hints(mistyped)
    .hint(text!("vault-file-restore-either"))
}

fn not_a_store(file: &Path, reason: NotAHeader) -> Error {
    let path = file.display();
    match reason {
        NotAHeader::Newer(format) => Error::vault(text!(
            "vault-file-newer-format",
            path = path,
            reason = format.words()
        ))
        .hint(text!("vault-file-update")),
        NotAHeader::Source(_) => Error::vault(text!("vault-file-unknown-source", path = path))
            .hint(text!("vault-file-newer")),
        NotAHeader::Foreign | NotAHeader::Costs => {
            Error::vault(text!("vault-file-foreign", path = path)).hint(text!("vault-file-restore"))
        }
    }
}
