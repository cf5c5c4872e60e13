//! Why a file gives no certificate with a key, in words, and the app credential of a profile.

use crate::certificate::BadCertificate;
use crate::profile::CredentialKind;
use crate::text::{Text, text};

impl BadCertificate {
    /// What is wrong with the file.
    pub(crate) fn words(self) -> Text {
        match self {
            Self::NotCertificate => text!("certificate-not"),
            Self::Damaged => text!("certificate-damaged"),
            Self::WrongPassword => text!("certificate-wrong-password"),
            Self::EncryptedPem => text!("certificate-encrypted-pem"),
            Self::NoKey => text!("certificate-no-key"),
            Self::NoCertificate => text!("certificate-no-certificate"),
            Self::NotRsa => text!("certificate-not-rsa"),
            Self::ShortKey(bits) => text!("certificate-short-key", bits = bits),
            Self::OtherKey => text!("certificate-other-key"),
            Self::SeveralKeys => text!("certificate-several-keys"),
        }
    }

    /// How to get a file that fits.
    pub(crate) fn fix(self) -> Text {
        match self {
            Self::NotCertificate | Self::Damaged => text!("certificate-forms"),
            Self::WrongPassword => text!("certificate-wrong-password-fix"),
            Self::EncryptedPem => text!("certificate-encrypted-pem-fix"),
            Self::NoKey => text!("certificate-no-key-fix"),
            Self::NoCertificate | Self::OtherKey | Self::SeveralKeys => {
                text!("certificate-together")
            }
            Self::NotRsa | Self::ShortKey(_) => text!("certificate-make-rsa"),
        }
    }
}

impl CredentialKind {
    /// For a sentence.
    pub(crate) fn words(&self) -> Text {
        match self {
            Self::None => text!("certificate-kind-none"),
            Self::Secret => text!("certificate-kind-secret"),
            Self::Certificate(_) => text!("certificate-kind-certificate"),
            Self::Federated(source) => source.words(),
        }
    }
}
