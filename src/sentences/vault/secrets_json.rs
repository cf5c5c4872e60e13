//! Why an input is not the secrets JSON, in words, and what it must be.

use crate::text::{Text, text};
use crate::vault::NotSecrets;

/// What the input must be, for hints.
pub(crate) fn secrets_shape() -> Text {
    text!("vault-json-shape")
}

impl NotSecrets {
    /// What is wrong with the input.
    pub(crate) fn words(&self) -> Text {
        match self {
            Self::Encoding(unfit) => text!("vault-json-not-because", reason = unfit.words()),
            Self::Array => text!("vault-json-array"),
            Self::Cut => text!("vault-json-early-end"),
            Self::NotJson => text!("vault-json-not"),
            Self::Shape => text!("vault-json-other"),
            Self::NoPassword => text!("vault-json-no-password"),
            Self::UnwantedCredential(kind) => {
                text!("vault-json-unwanted", credential = kind.words())
            }
            Self::NoClientSecret => text!("vault-json-no-client-secret"),
            Self::NoCertificate => text!("vault-json-no-certificate"),
            Self::BadCertificate(bad) => {
                text!("vault-json-bad-certificate", reason = bad.words())
            }
            Self::Odd(unfit) => unfit.words(),
        }
    }

    /// A next step, where [`secrets_shape`] alone is not one.
    pub(crate) fn fix(&self) -> Option<Text> {
        match self {
            Self::Encoding(_) => Some(text!("vault-json-encoding-fix")),
            Self::UnwantedCredential(_) => Some(text!("vault-json-unwanted-leave")),
            Self::NoCertificate => Some(text!("vault-json-certificate-shape")),
            Self::BadCertificate(bad) => Some(bad.fix()),
            Self::NoClientSecret => Some(text!("vault-json-public-client")),
            Self::Odd(unfit) => Some(unfit.fix()),
            Self::Array | Self::Cut | Self::NotJson | Self::Shape | Self::NoPassword => None,
        }
    }
}
