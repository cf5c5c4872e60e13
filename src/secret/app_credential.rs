//! How the app proves itself to Entra, with the secret of that. What a profile says about it, which
//! is public, is `profile::CredentialKind`; how it is sent, `entra::wire` says.

use super::stored::{ClientSecret, SecretRef};

/// How the app proves itself.
#[derive(Debug)]
pub enum AppCredential {
    /// It does not: a public client ("Allow public client flows").
    None,
    /// With a client secret.
    Secret(ClientSecret),
}

impl AppCredential {
    /// The secret of the app that a sign-in sends, for the fingerprint and for the search for
    /// echoes. `None` where it sends none.
    pub fn sent_secret(&self) -> Option<SecretRef<'_>> {
        self.client_secret().map(SecretRef::ClientSecret)
    }

    /// The client secret, where the app has one.
    pub fn client_secret(&self) -> Option<&ClientSecret> {
        match self {
            Self::None => None,
            Self::Secret(secret) => Some(secret),
        }
    }
}
