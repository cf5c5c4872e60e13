//! One `login` and what it has gathered. Asks, sends and stores nothing.

use super::error::LoginError;
use crate::broker::Trust;
use crate::cli::LoginArgs;
use crate::cmd::context::Context;
use crate::error::Result;
use crate::profile::{Generation, Profile, ProfileName};
use crate::secret::Secrets;
use crate::vault::Vault;

/// One `login` whose public facts are known.
pub(super) struct Login<'a> {
    pub(super) args: &'a LoginArgs,
    pub(super) profile: Profile,
    pub(super) trust: Trust,
    pub(super) vault: Vault<'a>,
    pub(super) context: &'a Context<'a>,
}

/// The secrets that are tried, stored, or both.
pub(super) struct Gathered {
    /// `None` for a store that ropc only reads, with `--no-verify`.
    pub(super) secrets: Option<Box<Secrets>>,
    /// The generation of the secret that is kept, if one is.
    pub(super) kept: Option<Generation>,
    /// True if a person typed the secrets, and may do so again.
    pub(super) is_typed: bool,
    /// When the kept client secret ends, if that is known.
    pub(super) secret_ends: Option<u64>,
}

/// Fails if another `login` replaced the profile after this one read the secret to keep: it may
/// have stored a newer secret, which must not be lost, as the portal shows a client secret once.
pub(super) fn check_kept(
    kept: Option<&Generation>,
    now: Option<&Profile>,
    name: &ProfileName,
) -> Result<()> {
    match kept {
        Some(kept) if now.is_none_or(|now| now.generation != *kept) => {
            Err(LoginError::KeptReplaced {
                profile: name.clone(),
            }
            .into())
        }
        _ => Ok(()),
    }
}
