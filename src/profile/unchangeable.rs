//! Whether somebody else could change the profile of a store that is only read. What a profile
//! says, and how it is written, is not known here.

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

/// That an account could change a file of this profile.
pub(super) fn changeable(profile: &Profile, reason: Untrusted) -> Changeable {
    Changeable {
        profile: profile.name.clone(),
        store: profile.store.kind(),
        reason,
    }
}

/// Follows a symbolic link only where nobody else could have made or changed it: Kubernetes makes
/// such links. Then the second value is the error for profiles that may not be behind a link: those
/// whose store holds keys.
pub(super) fn open(path: &Path) -> io::Result<(File, Option<io::Error>)> {
    match os::open_nofollow(path) {
        Ok(file) => Ok((file, None)),
        Err(error) if path.is_symlink() && os::check_unchangeable(path).is_ok() => {
            os::open_file(path).map(|file| (file, Some(error)))
        }
        Err(error) => Err(error),
    }
}
