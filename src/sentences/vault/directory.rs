//! Why the directory of a `directory` store gave no secrets, in words.

use crate::error::{Error, io_reason};
use crate::os;
use crate::text::{Text, text};
use crate::vault::{CERTIFICATE_FILE, CLIENT_SECRET_FILE, Content, DirectoryFault, StoreTitle};
use std::io;
use std::path::Path;

pub(super) fn failed(fault: &DirectoryFault) -> Error {
    match fault {
        DirectoryFault::NotNamed => Error::vault(text!("vault-directory-no-credentials"))
            .hint(text!("vault-directory-unit"))
            .hint(text!("vault-directory-name-it")),
        DirectoryFault::Unreadable { path, source } => unreadable(path, source),
        DirectoryFault::Changeable { path, by } => Error::vault(text!(
            "vault-directory-changeable",
            path = path.display(),
            reason = Text::from(by)
        ))
        .hint(text!("vault-directory-mode")),
        DirectoryFault::Unusable { path, content } => unusable(path, content),
        DirectoryFault::Odd { dir, unfit } => Error::vault(text!(
            "vault-directory-odd",
            title = StoreTitle::Directory(dir.clone()).words(),
            reason = unfit.words()
        ))
        .hint(unfit.fix()),
    }
}

fn unreadable(path: &Path, source: &io::Error) -> Error {
    let error = Error::vault(text!(
        "os-unreadable",
        path = path.display(),
        reason = io_reason(source)
    ));
    match source.kind() {
        io::ErrorKind::NotFound if path.ends_with(CLIENT_SECRET_FILE) => error
            .hint(text!("vault-directory-both-files"))
            .hint(text!("vault-directory-public-client")),
        io::ErrorKind::NotFound if path.ends_with(CERTIFICATE_FILE) => {
            error.hint(text!("vault-directory-certificate-file"))
        }
        io::ErrorKind::NotFound => error.hint(text!("vault-directory-both-files")),
        _ => error.hint(text!("vault-readable-by", account = os::account_name())),
    }
}

fn unusable(path: &Path, content: &Content) -> Error {
    let reason = match content {
        Content::Unreadable(source) => io_reason(source),
        Content::Unfit(unfit) => unfit.words(),
        Content::NotCertificate(bad) => bad.words(),
        Content::Empty => text!("os-empty"),
    };
    let hint = match content {
        Content::Unreadable(_) => None,
        Content::Unfit(unfit) => Some(unfit.fix()),
        Content::NotCertificate(bad) => Some(bad.fix()),
        Content::Empty => Some(text!("vault-directory-one-secret")),
    };
    Error::vault(text!(
        "vault-directory-unusable",
        path = path.display(),
        reason = reason
    ))
    .hints(hint)
}
