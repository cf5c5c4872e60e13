//! The type `Profile`: everything about a sign-in that is not secret. Reads and writes no file.

use super::{
    Authority, ClientId, CredentialKind, Generation, ProfileName, Scopes, Store, TenantId, Username,
};
use std::path::PathBuf;

/// How long before its end an app's credential is said to end soon, in seconds: 30 days.
pub const ENDS_SOON: u64 = 30 * 86_400;

/// Everything about a sign-in that is not secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its name.
    pub name: ProfileName,
    /// The directory that signs the user in.
    pub tenant: TenantId,
    /// The app registration of the request.
    pub client_id: ClientId,
    /// The user who signs in.
    pub username: Username,
    /// The scopes to ask for.
    pub scopes: Scopes,
    /// The host that receives the secrets.
    pub authority: Authority,
    /// Roots of trust that replace the system's, as a PEM file.
    pub ca_file: Option<PathBuf>,
    /// Where the secrets are.
    pub store: Store,
    /// How the app proves itself.
    pub credential: CredentialKind,
    /// When the client secret ends, epoch seconds, as a person said to `login`.
    pub secret_ends: Option<u64>,
    /// Names the stored items of this version of the profile.
    pub generation: Generation,
}

impl Profile {
    /// A made-up profile with the required facts only.
    #[cfg(test)]
    pub(crate) fn sample(name: &str) -> Self {
        Self {
            name: name.parse().unwrap(),
            tenant: "contoso.example".parse().unwrap(),
            client_id: "3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901".parse().unwrap(),
            username: "svc-report@contoso.example".parse().unwrap(),
            scopes: Scopes::parse(&["User.Read"]).unwrap(),
            authority: "login.contoso.example".parse().unwrap(),
            ca_file: None,
            store: Store::Os,
            credential: CredentialKind::Secret,
            secret_ends: None,
            generation: Generation::random().unwrap(),
        }
    }

    /// When the app's credential ends, epoch seconds, if that is known.
    pub fn credential_ends(&self) -> Option<u64> {
        match &self.credential {
            CredentialKind::None
            | CredentialKind::Certificate(None)
            | CredentialKind::Federated(_) => None,
            CredentialKind::Secret => self.secret_ends,
            CredentialKind::Certificate(Some(facts)) => Some(facts.ends),
        }
    }

    /// The token endpoint: `https://{authority}/{tenant}/oauth2/v2.0/token` (Microsoft: "OAuth 2.0
    /// ROPC", request).
    pub fn token_url(&self) -> String {
        format!(
            "{}/{}/oauth2/v2.0/token",
            self.authority.base(),
            self.tenant
        )
    }
}
