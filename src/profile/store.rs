//! Profile files: `profiles/NAME.toml`, public facts only, replaced atomically, mode 0600. `text`
//! has their content; `unchangeable` and `enrolled` decide whether ropc uses one. Handles no
//! secret.

use super::error::{NotFound, ProfileError, Result};
use super::names::nearest;
use super::text::{parse, render};
use super::{Profile, ProfileName, unchangeable};
use crate::os;
use std::io;
use std::path::{Path, PathBuf};

/// The directory of profile files, and where `login` remembers what it enrolled.
#[derive(Clone, Debug)]
pub struct ProfileStore {
    dir: PathBuf,
    /// `None` if no state directory is known: then nothing is enrolled.
    pub(super) enrolled: Option<PathBuf>,
}

/// The largest profile file, in bytes.
pub(super) const LIMIT: u64 = 64 * 1024;

impl ProfileStore {
    /// Profiles below the configuration directory, and enrolled copies below the state directory.
    pub fn new(config_dir: &Path, state_dir: Option<&Path>) -> Self {
        Self {
            dir: config_dir.join("profiles"),
            enrolled: state_dir.map(|dir| dir.join("enrolled")),
        }
    }

    /// The path of a profile's file, for messages.
    pub fn path(&self, name: &ProfileName) -> PathBuf {
        self.dir.join(format!("{name}.toml"))
    }

    /// Reads one profile. If it does not exist, the error names the existing ones.
    pub fn load(&self, name: &ProfileName) -> Result<Profile> {
        self.find(name)?.ok_or_else(|| self.not_found(name))
    }

    fn not_found(&self, name: &ProfileName) -> ProfileError {
        let others = self.names().unwrap_or_default();
        let near = nearest(name.as_str(), others.iter().map(ProfileName::as_str));
        ProfileError::NotFound(NotFound {
            name: name.clone(),
            near: near.map(str::to_owned),
            others,
            directory: self.dir.clone(),
        })
    }

    /// Reads one profile; `None` if it does not exist. An existing profile that cannot be used is
    /// an error.
    pub fn find(&self, name: &ProfileName) -> Result<Option<Profile>> {
        let path = self.path(name);
        let (mut file, link) = match unchangeable::open(&path) {
            Ok(opened) => opened,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(unreadable(&path, e)),
        };
        let bytes = os::read_bounded(&mut file, LIMIT).map_err(|e| unreadable(&path, e))?;
        let Ok(text) = String::from_utf8(bytes) else {
            return Err(ProfileError::NotUtf8 { path });
        };
        let profile = parse(name, &text).map_err(|fault| ProfileError::InFile {
            path: path.clone(),
            source: Box::new(fault),
        })?;
        if profile.store.is_only_read() {
            unchangeable::check(&profile, &path)?;
        } else if let Some(not_followed) = link {
            return Err(unreadable(&path, not_followed));
        }
        self.check_enrolled(&profile)?;
        Ok(Some(profile))
    }

    /// Fails if the profile could not be used after it is written: see `unchangeable::check` and
    /// `check_enrollable`.
    pub fn check_place(&self, profile: &Profile) -> Result<()> {
        if !profile.store.is_only_read() {
            return Ok(());
        }
        unchangeable::check(profile, &self.dir)?;
        self.check_enrollable(profile)
    }

    /// Writes one profile in one step. Fails if the file cannot be written.
    pub fn save(&self, profile: &Profile) -> Result<()> {
        let path = self.path(&profile.name);
        os::write_private(&path, render(profile).as_bytes()).map_err(|e| unwritable(&path, e))
    }

    /// Gives a profile's file the name of another profile, in one step. The caller holds both
    /// names. Fails if the file does not exist or cannot be renamed.
    pub fn rename(&self, old: &ProfileName, new: &ProfileName) -> Result<()> {
        let path = self.path(new);
        std::fs::rename(self.path(old), &path).map_err(|e| unwritable(&path, e))?;
        os::sync_dir(&self.dir);
        Ok(())
    }

    /// Removes one profile; true if it existed. Fails if its file cannot be removed.
    pub fn remove(&self, name: &ProfileName) -> Result<bool> {
        let path = self.path(name);
        match std::fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(source) => Err(ProfileError::NotRemoved { path, source }),
        }
    }

    /// All profile names, sorted; none without the directory. Fails if that cannot be read.
    pub fn names(&self) -> Result<Vec<ProfileName>> {
        self.names_ending(".toml")
    }

    pub(super) fn names_ending(&self, suffix: &str) -> Result<Vec<ProfileName>> {
        let files = file_names(&self.dir).map_err(|e| unreadable(&self.dir, e))?;
        let mut names: Vec<ProfileName> = files
            .iter()
            .filter_map(|file| file.strip_suffix(suffix)?.parse().ok())
            .collect();
        names.sort();
        Ok(names)
    }

    /// Fails if the directory cannot be written: before ropc uses the password.
    pub fn check_writable(&self) -> Result<()> {
        os::create_private_dir(&self.dir).map_err(|e| unwritable(&self.dir, e))?;
        os::temporary_in(&self.dir)
            .map(drop)
            .map_err(|e| unwritable(&self.dir, e))
    }
}

/// The names in a directory; none if the directory does not exist.
pub(super) fn file_names(dir: &Path) -> io::Result<Vec<String>> {
    match std::fs::read_dir(dir) {
        Ok(entries) => Ok(entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(e),
    }
}

pub(super) fn unreadable(path: &Path, source: io::Error) -> ProfileError {
    let path = path.to_owned();
    ProfileError::Unreadable { path, source }
}

pub(super) fn unwritable(path: &Path, source: io::Error) -> ProfileError {
    let path = path.to_owned();
    ProfileError::Unwritable { path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_replaced_and_listed() {
        let dir = tempfile::tempdir().unwrap();
        let store = ProfileStore::new(dir.path(), None);
        let profile = Profile::sample("default");
        assert!(store.find(&profile.name).unwrap().is_none());
        store.save(&profile).unwrap();
        assert_eq!(store.load(&profile.name).unwrap(), profile);
        assert_eq!(store.names().unwrap(), std::slice::from_ref(&profile.name));
        assert!(matches!(
            store.load(&"defualt".parse().unwrap()),
            Err(ProfileError::NotFound(found)) if found.near.as_deref() == Some("default")
        ));
        assert!(store.remove(&profile.name).unwrap());
        assert!(!store.remove(&profile.name).unwrap());
    }
}
