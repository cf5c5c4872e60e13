//! The facts of a profile that a stored secret is bound to, by name. Values only.

use super::secret_store::StoreKind;

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
