//! Why the `file` store has no key, in words, and the questions for a passphrase.

use super::keychain;
use crate::error::{Error, Kind, io_reason};
use crate::os;
use crate::profile::KeySource;
use crate::prompt::Unanswered;
use crate::text::{Text, text};
use crate::vault::{CREDENTIAL_NAME, KeyFault, KeyFileFault, KeyHome, Passphrase, SHORTEST};
use std::io;

pub(super) fn failed(fault: &KeyFault) -> Error {
    match fault {
        KeyFault::NoSource => Error::config(text!("vault-key-no-source")).hints(options()),
        KeyFault::NoCredentials => Error::config(text!("vault-key-no-credentials"))
            .hint(text!("vault-key-unit", name = CREDENTIAL_NAME)),
        KeyFault::InKeychain(fault) => {
            let mut error = keychain::failed(fault);
            error.message = text!("vault-key-not-had", reason = error.message);
            error
        }
        KeyFault::IntoKeychain(fault) => keychain::failed(fault),
        KeyFault::Damaged => Error::vault(text!("vault-key-damaged")),
        KeyFault::NoTerminal => Error::vault(text!("vault-key-no-terminal"))
            .hint(text!("vault-key-choose-another"))
            .hints(options_of_a_job()),
        KeyFault::Unanswered => Error {
            kind: Kind::Vault,
            ..Error::from(Unanswered)
        },
        KeyFault::TooShort => Error::vault(text!("vault-key-passphrase-short"))
            .hint(text!("vault-key-passphrase-longer", count = SHORTEST)),
        KeyFault::Differs => Error::vault(text!("vault-key-passphrase-differs")),
        KeyFault::NoMemory => Error::vault(text!("vault-key-no-memory")),
        KeyFault::Unreadable { home, file } => unreadable(home, file),
        KeyFault::NotMade { path, source } => Error::vault(text!(
            "vault-key-not-made",
            path = path.display(),
            reason = io_reason(source)
        ))
        .hint(text!("vault-key-name-place")),
        KeyFault::NoRandom(source) => {
            Error::vault(text!("os-no-random-bytes", reason = io_reason(source)))
        }
    }
}

fn unreadable(home: &KeyHome, fault: &KeyFileFault) -> Error {
    let path = home.path.display();
    let reason = match fault {
        KeyFileFault::NotOpened(source) | KeyFileFault::NotRead(source) => io_reason(source),
        KeyFileFault::OpenToOthers => text!("vault-key-open"),
        KeyFileFault::Shape => text!("vault-key-shape"),
    };
    let error = Error::vault(text!("vault-key-unreadable", path = path, reason = reason));
    match fault {
        KeyFileFault::NotOpened(source) if source.kind() == io::ErrorKind::NotFound => {
            let elsewhere =
                (home.source == KeySource::KeyFile).then(|| text!("vault-key-other-place"));
            error
                .hint(text!("vault-key-missing-restore"))
                .hints(elsewhere)
        }
        KeyFileFault::NotOpened(_) => {
            error.hint(text!("vault-readable-by", account = os::account_name()))
        }
        KeyFileFault::OpenToOthers => {
            error.hint(text!("vault-chmod", path = os::shell_word(&home.path)))
        }
        KeyFileFault::NotRead(_) => error,
        KeyFileFault::Shape => {
            error.hint(text!("vault-key-make", path = os::shell_word(&home.path)))
        }
    }
}

/// The key sources, for a person who named none.
fn options() -> [Text; 3] {
    let [file, credential] = options_of_a_job();
    [file, credential, text!("vault-key-option-others")]
}

/// The sources that need no person.
fn options_of_a_job() -> [Text; 2] {
    [
        text!("vault-key-option-file"),
        text!("vault-key-option-credential", name = CREDENTIAL_NAME),
    ]
}

impl Passphrase {
    /// The question.
    pub(crate) fn words(self) -> Text {
        match self {
            Self::Known => text!("vault-key-ask"),
            Self::New => text!("vault-key-ask-new"),
            Self::Again => text!("vault-key-ask-again"),
        }
    }
}
