//! The kind of an app's credential: a public fact. The credential itself is
//! `secret::AppCredential`, which this module never handles.

use crate::secret::AppCredential;

/// How the app of a profile proves itself to Entra.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// It does not: a public client ("Allow public client flows").
    None,
    /// With a client secret.
    Secret,
}

impl CredentialKind {
    /// The kind of a credential.
    pub fn of(credential: &AppCredential) -> Self {
        match credential {
            AppCredential::None => Self::None,
            AppCredential::Secret(_) => Self::Secret,
        }
    }

    /// The kind for a value of the profile's key `public_client`, or of the flag.
    pub fn of_public_client(public_client: bool) -> Self {
        if public_client {
            Self::None
        } else {
            Self::Secret
        }
    }

    /// True for an app without a credential.
    pub fn is_public_client(&self) -> bool {
        *self == Self::None
    }

    /// The kind and its source as a bundle is bound to them. Empty where the bundle holds all that
    /// the app needs: a client secret, or nothing.
    pub fn source(&self) -> String {
        match self {
            Self::None | Self::Secret => String::new(),
        }
    }
}
