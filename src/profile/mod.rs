//! A profile: the public facts of one sign-in, as types that cannot hold a wrong value. No secrets
//! and no network here. Later stages (`broker`, `vault`, `entra`) use these types directly.

mod assertion;
mod authority;
mod clouds;
mod credential;
mod enrolled;
mod error;
mod fact;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod grants;
mod journal;
mod names;
mod parsed;
mod public;
mod scopes;
mod secret_store;
mod store;
mod table;
mod text;
mod unchangeable;
mod wide;

pub use assertion::AssertionSource;
pub use authority::{Authority, TenantHome};
pub use clouds::{CLOUDS, Cloud};
pub use credential::CredentialKind;
pub use error::{
    AuthorityFault, Changeable, Difference, EnrolmentFault, NotFound, ProfileError, ScopesFault,
};
pub use fact::Fact;
pub use grants::Grants;
pub use journal::Stray;
pub use names::{ClientId, Generation, NameFault, ProfileName, TenantId, Username};
pub(crate) use names::{hex, unhex_into};
pub use public::{ENDS_SOON, Profile};
pub use scopes::Scopes;
pub use secret_store::{KeySource, Store, StoreKind, StorePath};
pub use store::ProfileStore;
pub use table::{Expected, FormatFault};
pub use wide::Why;
