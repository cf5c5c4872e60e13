//! Why a sign-in, or a question to an authority, failed, as data. No sentence and no next step:
//! those are in `sentences::entra`.

use super::wire::Odd;
use super::{Refusal, TransportFault};
use crate::secret::CertificateFacts;
use crate::secret::Claims;
use entra_codes::{Facts, Guard};
use std::error::Error;

/// Why there is no token, or no answer.
#[derive(Clone, Debug)]
pub enum EntraError {
    /// Entra refused the sign-in.
    Refused {
        /// Its answer.
        refusal: Box<Refusal>,
        /// The question.
        asked: Asked,
    },
    /// Something that is no token endpoint answered.
    Odd {
        /// The host of the authority.
        host: String,
        /// Its answer.
        odd: Odd,
    },
    /// No usable answer came.
    NoAnswer {
        /// The host of the authority.
        host: String,
        /// How far the request got, and what went wrong.
        fault: TransportFault,
    },
}

/// The request of a sign-in: facts of the profile, for the hints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The host of the authority.
    pub host: String,
    /// Tenant as the profile has it.
    pub tenant: String,
    /// Application id.
    pub client_id: String,
    /// Scopes, separated by spaces.
    pub scope: String,
    /// What the app's assertion said, if another identity provider gave one.
    pub claims: Option<Claims>,
    /// The app's certificate, if the profile names one.
    pub certificate: Option<CertificateFacts>,
    /// When the answer came, by the clock of this machine, epoch seconds.
    pub answered_at: u64,
}

impl Asked {
    /// The facts in the form that the texts of a code take.
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            host: Some(&self.host),
            tenant: Some(&self.tenant),
            client_id: Some(&self.client_id),
            scope: Some(&self.scope),
        }
    }
}

impl EntraError {
    /// True if Entra refused one of the stored secrets.
    pub fn is_about_a_secret(&self) -> bool {
        match self {
            Self::Refused { refusal, .. } => matches!(
                refusal.judgement.guard,
                Guard::LatchPassword | Guard::LatchAppCredential
            ),
            Self::Odd { .. } | Self::NoAnswer { .. } => false,
        }
    }
}

impl Error for EntraError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NoAnswer { fault, .. } => fault.cause.source(),
            Self::Refused { .. } | Self::Odd { .. } => None,
        }
    }
}
