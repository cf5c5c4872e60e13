//! What the operating system reports, in words: who could change a file, accounts and logons.
//! Errors of I/O are in `text::io`. Asks the system only for the name of this account.

use crate::os::facts::{Logon, LogonFault};
use crate::os::{self, IdentityClue, TrustFault, Untrusted};
use crate::text::{Text, at_path, text};

impl From<&Untrusted> for Text {
    fn from(found: &Untrusted) -> Self {
        let path = found.path.display();
        match &found.fault {
            TrustFault::NotAbsolute => text!("os-not-absolute", path = path),
            TrustFault::TooManyLinks => text!("os-too-many-links", path = path),
            TrustFault::Foreign { uid } => text!("os-foreign", path = path, uid = uid),
            TrustFault::OthersWrite { mode } => text!(
                "os-others-write-to",
                path = path,
                mode = format_args!("{mode:04o}")
            ),
            TrustFault::Ours => text!("os-ours", path = path),
            TrustFault::RootWrites => text!("os-root-writes-to", path = path),
            TrustFault::NotJudged => text!("os-reach-unknown", path = path),
            TrustFault::Unreadable(error) => at_path(&found.path, error),
        }
    }
}

impl From<&IdentityClue> for Text {
    fn from(clue: &IdentityClue) -> Self {
        match clue {
            IdentityClue::UnderSudo { user } => text!("os-under-sudo", user = user),
            IdentityClue::OwnAccount => text!("os-own-account", account = os::account_name()),
        }
    }
}

impl From<Logon> for Text {
    fn from(logon: Logon) -> Self {
        match logon {
            Logon::Service => text!("os-logon-service"),
            Logon::Batch => text!("os-logon-batch"),
            Logon::Network => text!("os-logon-network"),
            Logon::Interactive => text!("os-logon-interactive"),
        }
    }
}

impl From<LogonFault> for Text {
    fn from(fault: LogonFault) -> Self {
        match fault {
            LogonFault::NoCredentialManager => text!("os-no-credential-manager"),
            LogonFault::Silent => text!("os-credential-manager-silent"),
            LogonFault::Forbidden => text!("os-credentials-forbidden"),
            LogonFault::UntilLogoff => text!("os-credentials-until-logoff"),
        }
    }
}
