//! What is wrong with a secret from a person, a file or a program, and how to fix it. Never the
//! value.

use crate::secret::{Oddity, SecretName, Unfit};
use crate::text::{Text, text};

impl SecretName {
    /// For a sentence.
    pub(crate) fn words(self) -> Text {
        match self {
            Self::ClientSecret => text!("login-client-secret"),
            Self::Password => text!("login-password"),
        }
    }
}

impl Oddity {
    /// What is wrong with the secret of this name.
    pub(crate) fn words(self, name: SecretName) -> Text {
        let what = name.words();
        match self {
            Self::LooksLikeGuid => text!("login-slip-guid", what = what),
            Self::OuterBlanks => text!("login-slip-blanks", what = what),
            Self::OuterQuotes => text!("login-slip-quotes", what = what),
            Self::Over256Characters => text!("login-slip-length", what = what),
            Self::LineBreak => text!("login-slip-line", what = what),
            Self::Nul => text!("login-slip-nul", what = what),
            Self::Escape => text!("login-slip-escape", what = what),
            Self::Control => text!("login-slip-control", what = what),
            Self::Protected => text!("login-slip-protected", what = what),
        }
    }

    /// How to fix it.
    pub(crate) fn fix(self) -> Text {
        match self {
            Self::LineBreak => text!("login-slip-line-fix"),
            Self::Nul => text!("vault-text-utf16-fix"),
            Self::Protected => text!("login-slip-protected-fix"),
            _ => text!("login-slip-fix"),
        }
    }
}

impl Unfit {
    /// Why the bytes are no secret.
    pub(crate) fn words(self) -> Text {
        match self {
            Self::ByteOrderMark => text!("vault-text-mark"),
            Self::Utf16 => text!("vault-text-utf16"),
            Self::NotUtf8 => text!("os-not-utf8"),
            Self::Odd(name, oddity) => oddity.words(name),
        }
    }

    /// The command that fixes it.
    pub(crate) fn fix(self) -> Text {
        match self {
            Self::ByteOrderMark => text!("vault-text-mark-fix"),
            Self::Utf16 => text!("vault-text-utf16-fix"),
            Self::NotUtf8 => text!("vault-text-not-utf8-fix"),
            Self::Odd(_, oddity) => oddity.fix(),
        }
    }
}
