//! Profiles of stores that are only read must be ones that nobody else can change: their secrets
//! have no binding.
//!
//! What a profile says, and how it is written, is not known here.

use super::Profile;
use crate::error::{Error, Result};
use crate::os;
use crate::text::{Text, text};
use std::fs::File;
use std::io;
use std::path::Path;

/// Secrets of a store that is only read carry no binding, so nothing would show that somebody else
/// changed the profile (or its CA file) to have them sent elsewhere. Such a profile must be one
/// that nobody else can change.
pub(super) fn check(profile: &Profile, path: &Path) -> Result<()> {
    if profile.store.holds_keys() {
        return Ok(());
    }
    [Some(path), profile.ca_file.as_deref()]
        .into_iter()
        .flatten()
        .try_for_each(|path| {
            os::check_unchangeable(path).map_err(|found| {
                Error::config(text!(
                    "profile-changeable",
                    profile = profile.name,
                    store = profile.store,
                    reason = Text::from(&found)
                ))
                .hint(text!("profile-changeable-mode"))
            })
        })
}

/// A symbolic link is followed only where nobody else could have laid or bent it, as Kubernetes
/// lays them. Then the second value is the error for profiles that are never reached by a link:
/// those whose store holds keys.
pub(super) fn open(path: &Path) -> io::Result<(File, Option<io::Error>)> {
    match os::open_nofollow(path) {
        Ok(file) => Ok((file, None)),
        Err(error) if path.is_symlink() && os::check_unchangeable(path).is_ok() => {
            os::open_file(path).map(|file| (file, Some(error)))
        }
        Err(error) => Err(error),
    }
}
