//! Profile files: `profiles/NAME.toml`, public facts only, replaced atomically, mode 0600. How such
//! a file is written is not known here (`text`), nor what else speaks for one (`unchangeable`,
//! `enrolled`).
//!
//! No secret ever comes here.

use super::names::nearest;
use super::text::{parse, render};
use super::{Profile, ProfileName, unchangeable};
use crate::error::{Error, Result, io_reason};
use crate::os;
use crate::text::{Text, text};
use std::io;
use std::path::{Path, PathBuf};

/// The directory of profile files, and where `login` remembers what it enrolled.
#[derive(Clone, Debug)]
pub struct ProfileStore {
    dir: PathBuf,
    /// `None` where no state directory is known: then nothing is enrolled.
    pub(super) enrolled: Option<PathBuf>,
}

/// In bytes; a profile takes less than one.
pub(super) const LIMIT: u64 = 64 * 1024;

impl ProfileStore {
    /// The store below the configuration directory; what is enrolled is below the state directory.
    pub fn new(config_dir: &Path, state_dir: Option<&Path>) -> Self {
        Self {
            dir: config_dir.join("profiles"),
            enrolled: state_dir.map(|dir| dir.join("enrolled")),
        }
    }

    /// Where a profile's file is, for messages.
    pub fn path(&self, name: &ProfileName) -> PathBuf {
        self.dir.join(format!("{name}.toml"))
    }

    /// Reads one profile. A missing one is an error with the way out.
    pub fn load(&self, name: &ProfileName) -> Result<Profile> {
        self.find(name)?.ok_or_else(|| {
            let mut error = Error::config(text!("profile-none", name = name));
            let names = self.names().unwrap_or_default();
            let names: Vec<&str> = names.iter().map(ProfileName::as_str).collect();
            if let Some(near) = nearest(name.as_str(), names.iter().copied()) {
                error = error.hint(text!("profile-none-did-you-mean", name = near));
            } else if !names.is_empty() {
                error = error.hint(text!("profile-none-but", names = names.join(", ")));
            }
            let login = if name.as_str() == "default" {
                "ropc login".to_owned()
            } else {
                format!("ropc login -p {name}")
            };
            error
                .hint(text!("profile-none-login", login = login))
                .hint(text!("profile-none-looked", directory = self.dir.display()))
        })
    }

    /// Reads one profile; `None` if it is not there. "Not there" and "could not look" are different
    /// answers.
    pub fn find(&self, name: &ProfileName) -> Result<Option<Profile>> {
        let path = self.path(name);
        let (mut file, link) = match unchangeable::open(&path) {
            Ok(opened) => opened,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(unreadable(&path, &io_reason(&e))),
        };
        let bytes =
            os::read_bounded(&mut file, LIMIT).map_err(|e| unreadable(&path, &io_reason(&e)))?;
        let text =
            String::from_utf8(bytes).map_err(|_| unreadable(&path, &text!("profile-not-utf8")))?;
        let profile = parse(name, &text).map_err(|mut error| {
            error.message = text!(
                "profile-in-file",
                path = path.display(),
                reason = error.message
            );
            error
        })?;
        if let Some(not_followed) = link
            && profile.store.holds_keys()
        {
            return Err(unreadable(&path, &io_reason(&not_followed)));
        }
        unchangeable::check(&profile, &path)?;
        self.check_enrolled(&profile)?;
        Ok(Some(profile))
    }

    /// Fails early if a profile could not be used once it is written: see `unchangeable::check`,
    /// and whether it can be enrolled.
    pub fn check_place(&self, profile: &Profile) -> Result<()> {
        unchangeable::check(profile, &self.dir)?;
        self.check_enrollable(profile)
    }

    /// Writes one profile in one step.
    pub fn save(&self, profile: &Profile) -> Result<()> {
        let path = self.path(&profile.name);
        os::write_private(&path, render(profile).as_bytes()).map_err(|e| unwritable(&path, &e))
    }

    /// Removes one profile; true if it was there.
    pub fn remove(&self, name: &ProfileName) -> Result<bool> {
        let path = self.path(name);
        match std::fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(e) => {
                let message = text!(
                    "profile-not-removed",
                    path = path.display(),
                    reason = io_reason(&e)
                );
                Err(Error::config(message).hint(text!("profile-not-removed-by-hand")))
            }
        }
    }

    /// All profile names, sorted.
    pub fn names(&self) -> Result<Vec<ProfileName>> {
        self.names_ending(".toml")
    }

    pub(super) fn names_ending(&self, suffix: &str) -> Result<Vec<ProfileName>> {
        let files = file_names(&self.dir).map_err(|e| unreadable(&self.dir, &io_reason(&e)))?;
        let mut names: Vec<ProfileName> = files
            .iter()
            .filter_map(|file| file.strip_suffix(suffix)?.parse().ok())
            .collect();
        names.sort();
        Ok(names)
    }

    /// Fails early if the directory cannot be written: better than after the password was used.
    pub fn check_writable(&self) -> Result<()> {
        os::create_private_dir(&self.dir).map_err(|e| unwritable(&self.dir, &e))?;
        tempfile::Builder::new()
            .prefix(".ropc-")
            .tempfile_in(&self.dir)
            .map(drop)
            .map_err(|e| unwritable(&self.dir, &e))
    }
}

/// The names of what is in a directory; none if there is no directory.
pub(super) fn file_names(dir: &Path) -> io::Result<Vec<String>> {
    match std::fs::read_dir(dir) {
        Ok(entries) => Ok(entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(e),
    }
}

pub(super) fn unreadable(path: &Path, reason: &Text) -> Error {
    let path = path.display();
    Error::config(text!("profile-unreadable", path = path, reason = reason)).hint(text!(
        "profile-unreadable-look",
        command = os::LOOK,
        path = path
    ))
}

pub(super) fn unwritable(path: &Path, error: &io::Error) -> Error {
    Error::config(text!(
        "profile-unwritable",
        path = path.display(),
        reason = io_reason(error)
    ))
    .hint(text!("profile-unwritable-unchanged"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_replaced_and_listed() {
        let dir = tempfile::tempdir().unwrap();
        let store = ProfileStore::new(dir.path(), None);
        assert!(
            store
                .find(&Profile::sample("default").name)
                .unwrap()
                .is_none()
        );
        assert!(
            store
                .load(&Profile::sample("default").name)
                .unwrap_err()
                .hints
                .iter()
                .any(|h| h.english().contains("ropc login"))
        );
        store.save(&Profile::sample("default")).unwrap();
        assert_eq!(store.names().unwrap(), [Profile::sample("default").name]);
        assert!(store.remove(&Profile::sample("default").name).unwrap());
        assert!(!store.remove(&Profile::sample("default").name).unwrap());
    }
}
