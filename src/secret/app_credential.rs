//! How the app proves itself to Entra, with the secret for it. `profile::CredentialKind` is the
//! public fact in a profile; `entra::wire` sends the credential, or what it signs.

use super::certificate::Certificate;
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
    /// With an assertion that the key of a certificate signs.
    Certificate(Certificate),
}

impl AppCredential {
    /// What Entra judges of the app: by it ropc recognises a refused credential. `None` if it
    /// judges nothing.
    pub fn judged(&self) -> Option<SecretRef<'_>> {
        match self {
            Self::None | Self::Federated => None,
            Self::Secret(secret) => Some(SecretRef::ClientSecret(secret)),
            Self::Certificate(certificate) => Some(SecretRef::Certificate(certificate.facts())),
        }
    }

    /// The client secret, if the app has one.
    pub fn client_secret(&self) -> Option<&ClientSecret> {
        match self {
            Self::None | Self::Certificate(_) | Self::Federated => None,
            Self::Secret(secret) => Some(secret),
        }
    }
}
