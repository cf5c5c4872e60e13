//! The kind of credential that an app has: a public fact. The credential itself is
//! `secret::AppCredential`, which never comes here.

use crate::secret::AppCredential;

/// How the app of a profile proves itself to Entra.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

    /// The kind that the key `public_client` of a profile, or the flag of that name, means.
    pub fn of_public_client(public_client: bool) -> Self {
        if public_client {
            Self::None
        } else {
            Self::Secret
        }
    }

    /// True for an app without a credential.
    pub fn is_public_client(self) -> bool {
        self == Self::None
    }
}
