//! How the app proves itself to Entra, with the secret for it. `profile::CredentialKind` is the
//! public fact in a profile; `entra::wire` sends the credential.

use super::stored::{ClientSecret, SecretRef};

/// How the app proves itself.
#[derive(Debug)]
pub enum AppCredential {
    /// It does not: a public client ("Allow public client flows").
    None,
    /// With a client secret.
    Secret(ClientSecret),
    /// With an assertion of another identity provider. Nothing is stored: its source gives one for
    /// each sign-in.
    Federated,
}

impl AppCredential {
    /// The app's secret that a sign-in sends, for the fingerprint and for the search for echoes.
    /// `None` if it sends none.
    pub fn sent_secret(&self) -> Option<SecretRef<'_>> {
        self.client_secret().map(SecretRef::ClientSecret)
    }

    /// The client secret for the store, if the app has one.
    pub fn into_client_secret(self) -> Option<ClientSecret> {
        match self {
            Self::None | Self::Federated => None,
            Self::Secret(secret) => Some(secret),
        }
    }

    /// The client secret, if the app has one.
    pub fn client_secret(&self) -> Option<&ClientSecret> {
        match self {
            Self::None | Self::Federated => None,
            Self::Secret(secret) => Some(secret),
        }
    }
}
