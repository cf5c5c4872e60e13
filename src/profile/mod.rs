//! A profile: the public facts of one sign-in, as types that cannot hold a wrong value.
//!
//! No secrets and no network here. Later stages (broker, vault, entra) take these types as they
//! are.

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
mod store;
mod text;
mod unchangeable;
mod wide;

pub use cloud::{Authority, CLOUDS, Cloud};
pub use credential::CredentialKind;
pub use error::{AuthorityFault, NameFault, ProfileError, ScopesFault};
pub use grants::Grants;
pub use journal::Stray;
pub(crate) use names::hex;
pub use names::{ClientId, Generation, ProfileName, TenantId, Username};
use scopes::OPENID;
pub use scopes::Scopes;
pub use store::ProfileStore;
pub use wide::Why;

use std::fmt;
use std::path::PathBuf;

/// Where a profile's secrets are kept. Chosen by name, never silently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StoreKind {
    /// The keychain of the operating system.
    #[default]
    Os,
    /// The embedded encrypted file.
    File,
    /// Files that something else provides, one secret each; only read.
    Directory,
    /// A program that prints the secrets; only read.
    Command,
}

impl StoreKind {
    /// Every store, in the order in which help lists them.
    pub const ALL: [Self; 4] = [Self::Os, Self::File, Self::Directory, Self::Command];

    /// The name used on the command line and in the profile.
    pub fn name(self) -> &'static str {
        match self {
            Self::Os => "os",
            Self::File => "file",
            Self::Directory => "directory",
            Self::Command => "command",
        }
    }

    /// True if `login` puts the secrets in, bound to what they were enrolled for. False for the
    /// stores that are only read: their secrets may change without a `login`, and they carry no
    /// binding.
    pub fn holds_keys(self) -> bool {
        matches!(self, Self::Os | Self::File)
    }
}

impl fmt::Display for StoreKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where the key of the `file` store comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// `$CREDENTIALS_DIRECTORY/ropc-key`, put there by systemd.
    Credential,
    /// The file that `ROPC_KEY_FILE` names, else `store.key` in the configuration directory.
    KeyFile,
    /// An item in the keychain of the operating system.
    Keychain,
    /// A passphrase, asked for at a terminal each time.
    Passphrase,
}

impl KeySource {
    /// Every source, in the order in which they are looked for.
    pub const ALL: [Self; 4] = [
        Self::Credential,
        Self::KeyFile,
        Self::Keychain,
        Self::Passphrase,
    ];

    /// The name used on the command line, in the profile and in the store's header.
    pub fn name(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::KeyFile => "key-file",
            Self::Keychain => "keychain",
            Self::Passphrase => "passphrase",
        }
    }
}

impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a stored secret, or a running job, is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The host that receives the secrets.
    Authority,
    /// The directory.
    Tenant,
    /// The app.
    ClientId,
    /// Who signs in.
    User,
    /// The digest of the CA file.
    CaFile,
}

/// Everything about a sign-in that is not secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// How the user calls it.
    pub name: ProfileName,
    /// Which directory signs the user in.
    pub tenant: TenantId,
    /// Which app registration asks.
    pub client_id: ClientId,
    /// Who signs in.
    pub username: Username,
    /// What is asked for.
    pub scopes: Scopes,
    /// The host that receives the secrets.
    pub authority: Authority,
    /// Roots of trust that replace the system's, as a PEM file.
    pub ca_file: Option<PathBuf>,
    /// Where the secrets are.
    pub store: StoreKind,
    /// Where the key of the `file` store is.
    pub key_source: Option<KeySource>,
    /// Where the `directory` store's files are; `None` takes systemd's `$CREDENTIALS_DIRECTORY`.
    pub secrets_dir: Option<PathBuf>,
    /// The `command` store's program with its arguments; empty for every other store.
    pub command: Vec<String>,
    /// How the app proves itself.
    pub credential: CredentialKind,
    /// Names the vault items that belong to this version of the profile.
    pub generation: Generation,
}

impl Profile {
    /// A made-up profile with nothing set that need not be.
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
            store: StoreKind::Os,
            key_source: None,
            secrets_dir: None,
            command: Vec::new(),
            credential: CredentialKind::Secret,
            generation: Generation::random().unwrap(),
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
