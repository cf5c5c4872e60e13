//! Whether another account could change a profile whose store ropc only reads. Knows neither the
//! content nor the format of a profile.

use super::Profile;
use super::error::{Changeable, ProfileError, Result};
use crate::os::{self, Untrusted};
use std::fs::File;
use std::io;
use std::path::Path;

/// Secrets of a store that is only read carry no binding, so nothing would show that somebody else
/// changed the profile (or its CA file) to have them sent elsewhere. Such a profile must be one
/// that nobody else can change. For such profiles only.
pub(super) fn check(profile: &Profile, path: &Path) -> Result<()> {
    for path in std::iter::once(path).chain(profile.ca_file.as_deref()) {
        os::check_unchangeable(path)
            .map_err(|reason| ProfileError::Changeable(changeable(profile, reason)))?;
    }
    Ok(())
}

/// The error for a file of this profile that the wrong account could change.
pub(super) fn changeable(profile: &Profile, reason: Untrusted) -> Changeable {
    Changeable {
        profile: profile.name.clone(),
        store: profile.store.kind(),
        reason,
    }
}

/// Opens a profile. Follows a symbolic link only if no other account could have made or changed it:
/// Kubernetes makes such links. Then the second value is the error for profiles that must not be
/// behind a link: those with a store that ropc writes.
pub(super) fn open(path: &Path) -> io::Result<(File, Option<io::Error>)> {
    match os::open_nofollow(path) {
        Ok(file) => Ok((file, None)),
        Err(error) if path.is_symlink() && os::check_unchangeable(path).is_ok() => {
            os::open_file(path).map(|file| (file, Some(error)))
        }
        Err(error) => Err(error),
    }
}
