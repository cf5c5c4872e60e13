//! What `status` and `doctor` report of the breaker, in words.

use crate::broker::{SecretKind, StatusReason};
use crate::error::Error;
use crate::text::{Text, text};
use serde::{Serialize, Serializer};

impl From<&StatusReason> for Text {
    fn from(reason: &StatusReason) -> Self {
        match reason {
            StatusReason::Said(said) => said.into(),
            StatusReason::Replaceable(said) => {
                text!("broker-status-replaceable", said = Self::from(said))
            }
            StatusReason::LastAnswer(answer) => answer.into(),
            StatusReason::Loop => text!("broker-status-loop"),
            StatusReason::Elsewhere {
                what: SecretKind::Password,
                profile,
                said,
            } => text!(
                "broker-status-password-elsewhere",
                profile = profile,
                said = Self::from(said)
            ),
            StatusReason::Elsewhere {
                what: SecretKind::ClientSecret,
                profile,
                said,
            } => text!(
                "broker-status-client-secret-elsewhere",
                profile = profile,
                said = Self::from(said)
            ),
            StatusReason::Elsewhere {
                what: SecretKind::Certificate,
                profile,
                said,
            } => text!(
                "broker-status-certificate-elsewhere",
                profile = profile,
                said = Self::from(said)
            ),
            StatusReason::Unknown(error) => Error::from(error).message,
        }
    }
}

/// JSON has the English words.
impl Serialize for StatusReason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Text::from(self).serialize(serializer)
    }
}
