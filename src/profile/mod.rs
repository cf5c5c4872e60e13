//! A profile: the public facts of one sign-in, as types that cannot hold a wrong value. No secrets
//! and no network here. Later stages (`broker`, `vault`, `entra`) use these types directly.

mod assertion;
mod cloud;
mod credential;
mod enrolled;
mod error;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod grants;
mod journal;
mod names;
mod scopes;
mod secret_store;
mod store;
mod text;
mod unchangeable;
mod wide;

pub use assertion::AssertionSource;
pub use cloud::{Authority, CLOUDS, Cloud, TenantHome};
pub use credential::CredentialKind;
pub use error::{
    AuthorityFault, Changeable, Difference, EnrolmentFault, Expected, FormatFault, NameFault,
    NotFound, ProfileError, ScopesFault,
};
pub use grants::Grants;
pub use journal::Stray;
pub use names::{ClientId, Generation, ProfileName, TenantId, Username};
pub(crate) use names::{hex, unhex_into};
use scopes::OPENID;
pub use scopes::Scopes;
pub use secret_store::{KeySource, Store, StoreKind};
pub use store::ProfileStore;
pub use wide::Why;

use std::path::PathBuf;

/// How long before its end an app's credential is said to end soon, in seconds: 30 days.
pub const ENDS_SOON: u64 = 30 * 86_400;

/// A fact that a stored secret, a running job or an enrolled profile is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The host that receives the secrets.
    Authority,
    /// The directory.
    Tenant,
    /// The app.
    ClientId,
    /// The user who signs in.
    User,
    /// The digest of the CA file.
    CaFile,
    /// The path of the CA file.
    CaPath,
    /// The store that has the secrets.
    Store,
    /// What a store of this kind needs: a key source, a directory, a program.
    OfStore(StoreKind),
    /// Whether the app has a credential.
    PublicClient,
    /// The kind and the source of the app credential.
    AppCredential,
}

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
