//! The entries of a record: a refused secret, and a pause. Values only; `refused` and `pause` have
//! their rules.

use super::said::Said;
use crate::broker::fingerprint::Fingerprint;
use crate::profile::CredentialKind;
use crate::secret::SecretRef;
use entra_codes::Guard;
use serde::{Deserialize, Serialize};

/// What Entra refused of a sign-in. The file keeps the names of its first version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SecretKind {
    /// The user's password.
    #[serde(rename = "password")]
    Password,
    /// The app's client secret.
    #[serde(rename = "client_secret")]
    ClientSecret,
    /// The app's certificate.
    #[serde(rename = "certificate")]
    Certificate,
}

impl SecretKind {
    /// The kind of a secret that was judged.
    pub(crate) fn of(secret: SecretRef<'_>) -> Self {
        match secret {
            SecretRef::Password(_) => Self::Password,
            SecretRef::ClientSecret(_) => Self::ClientSecret,
            SecretRef::Certificate(_) => Self::Certificate,
        }
    }

    /// The kind that Entra judges of an app with this credential.
    pub(crate) fn of_app(credential: &CredentialKind) -> Self {
        match credential {
            CredentialKind::Certificate(_) => Self::Certificate,
            CredentialKind::None | CredentialKind::Secret | CredentialKind::Federated(_) => {
                Self::ClientSecret
            }
        }
    }

    /// The secret that an answer with this guard refuses, where the app has a client secret.
    pub(crate) fn refused_by(guard: Guard) -> Option<Self> {
        match guard {
            Guard::LatchPassword => Some(Self::Password),
            Guard::LatchAppCredential => Some(Self::ClientSecret),
            Guard::Pace | Guard::Slow | Guard::CoolDown => None,
        }
    }
}

/// A refused secret, which ropc does not send again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refused {
    pub(crate) what: SecretKind,
    pub(crate) profile: String,
    pub(crate) generation: String,
    /// `None` if it could not be made; the refusal stops the generation as well.
    pub(crate) fingerprint: Option<Fingerprint>,
    pub(crate) said: Said,
    /// True if Entra accepted another secret of this generation since, which happens in stores that
    /// ropc only reads. The fingerprint still stops this one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) replaced: bool,
    /// True if a person gave it to `login`, which never stored it: no profile has it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) never_stored: bool,
}

/// Why ropc sends nothing for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reason {
    /// Locked account, loop or throttle: the same for every app of this user.
    CoolDown,
    /// A policy or configuration refusal of one app and scope: each wait is longer than the last.
    Slow,
}

/// A time in which ropc sends nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pause {
    pub(crate) reason: Reason,
    /// App and scopes (see [`purpose`](super::super::record::purpose)); `None` for the whole user.
    #[serde(rename = "what")]
    pub(crate) purpose: Option<String>,
    pub(crate) until: u64,
    /// How many times in a row; the wait doubles with each.
    pub(crate) count: u32,
    pub(crate) said: Said,
}

impl Pause {
    pub(super) fn concerns(&self, purpose: Option<&str>) -> bool {
        self.purpose.is_none() || self.purpose.as_deref() == purpose
    }
}

/// The pause that an answer asks for. Times are seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AskedPause<'a> {
    pub(crate) reason: Reason,
    /// App and scopes; `None` for the whole user.
    pub(crate) purpose: Option<&'a str>,
    /// The length of the first in a row.
    pub(crate) first: u64,
    /// The longest: the length doubles with each in a row.
    pub(crate) most: u64,
    /// The length that the service asked for, which replaces both.
    pub(crate) exact: Option<u64>,
}

impl AskedPause<'_> {
    pub(super) fn is_for(&self, pause: &Pause) -> bool {
        pause.reason == self.reason && pause.purpose.as_deref() == self.purpose
    }
}
