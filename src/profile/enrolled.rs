//! Remembers outside the profile what `login` enrolled: `enrolled/NAME.GENERATION.toml` below the
//! state directory, a copy of the profile with the path of its file. Public facts only. An account
//! that can only edit a profile must not be able to choose the program that the next job runs, or
//! the store that it reads. The bundle binds the secrets of `os` and `file` to the rest of the
//! profile; those of `directory` and `command` carry no binding, so for them this module compares
//! every fact except the scopes.

use super::error::{Difference, EnrolmentFault, ProfileError, Result};
use super::store::{LIMIT, ProfileStore, file_names, unreadable};
use super::table::{FormatFault, missing};
use super::text::{from_table, table_of, to_table};
use super::unchangeable::changeable;
use super::{Fact, Generation, Profile, ProfileName};
use crate::os;
use std::io;
use std::path::{Path, PathBuf};
use toml::Value;

const SUFFIX: &str = ".toml";
/// The one key of a copy that a profile does not have: the path of the profile.
const PROFILE_FILE: &str = "profile_file";

impl ProfileStore {
    /// Remembers what a `login` enrols; called before the profile names the new generation. Fails
    /// if the copy cannot be written; but a profile whose secrets have a binding does without it,
    /// unless an older copy exists.
    pub fn enrol(&self, profile: &Profile) -> Result<()> {
        match self.write_copy(profile) {
            Err(_) if !profile.store.is_only_read() && self.enrolled(&profile.name).is_empty() => {
                Ok(())
            }
            written => written,
        }
    }

    fn write_copy(&self, profile: &Profile) -> Result<()> {
        let path = self
            .copy_of(&profile.name, &profile.generation)
            .ok_or(EnrolmentFault::NoPlace(profile.store.kind()))?;
        let mut table = to_table(profile);
        table.insert(
            PROFILE_FILE.into(),
            self.file_in_copies(&profile.name).into(),
        );
        let text = format!(
            "# What `ropc login` enrolled: a profile that says something else is refused.\n{table}"
        );
        os::write_private(&path, text.as_bytes()).map_err(|e| unwritable(&path, e))
    }

    /// Fails if a profile with a store that ropc only reads cannot be enrolled: before ropc uses
    /// the password.
    pub(super) fn check_enrollable(&self, profile: &Profile) -> Result<()> {
        let no_place = EnrolmentFault::NoPlace(profile.store.kind());
        let dir = self.enrolled.as_ref().ok_or(no_place)?;
        os::create_private_dir(dir)
            .and_then(|()| os::temporary_in(dir).map(drop))
            .map_err(|e| unwritable(dir, e))?;
        check_unchangeable(profile, dir)
    }

    /// Every enrolled version of a profile, as `login` wrote it. More than one after an interrupted
    /// `login`. Without those of a profile of the same name in another configuration directory.
    pub fn enrolled(&self, name: &ProfileName) -> Vec<Profile> {
        let files = self
            .enrolled
            .as_ref()
            .and_then(|dir| file_names(dir).ok())
            .unwrap_or_default();
        let generations = files.iter().filter_map(|file| {
            file.strip_suffix(SUFFIX)?
                .strip_prefix(name.as_str())?
                .strip_prefix('.')?
                .parse()
                .ok()
        });
        let copies = generations.filter_map(|generation| self.copy(name, &generation).ok()?);
        copies
            .filter(|(_, file)| *file == self.file_in_copies(name))
            .map(|(profile, _)| profile)
            .collect()
    }

    /// Removes the copies of a profile, except one version.
    pub fn forget_enrolled(&self, name: &ProfileName, except: Option<&Generation>) {
        for profile in self
            .enrolled(name)
            .iter()
            .filter(|profile| Some(&profile.generation) != except)
        {
            self.unenrol(profile);
        }
    }

    /// Removes the copy of one version. A copy that cannot be removed has no effect without its
    /// profile.
    pub fn unenrol(&self, profile: &Profile) {
        if let Some(path) = self.copy_of(&profile.name, &profile.generation) {
            let _ = std::fs::remove_file(path);
        }
    }

    /// Fails if the profile differs from what was enrolled, or if it must be enrolled and is not.
    pub(super) fn check_enrolled(&self, profile: &Profile) -> Result<()> {
        let exact = self
            .copy(&profile.name, &profile.generation)?
            .map(|(enrolled, _)| enrolled);
        let versions = match (exact, profile.store.is_only_read()) {
            (None, true) => return self.check_laid_down(profile),
            (Some(exact), true) => {
                self.check_copy(profile)?;
                vec![exact]
            }
            (Some(exact), false) => vec![exact],
            // Another version than any that was enrolled has no secrets, and the store says so: but
            // it must be that store.
            (None, false) => self.enrolled(&profile.name),
        };
        let mut first = None;
        for enrolled in &versions {
            let Some(difference) = difference(enrolled, profile) else {
                return Ok(());
            };
            first.get_or_insert(difference);
        }
        match first {
            Some(first) => Err(EnrolmentFault::Differs(Box::new(first)).into()),
            None => Ok(()),
        }
    }

    /// An administrator may lay down a profile for a container or a service: whoever can edit it
    /// needs no detour by a program.
    fn check_laid_down(&self, profile: &Profile) -> Result<()> {
        os::check_out_of_reach(&self.path(&profile.name)).map_err(|reason| {
            EnrolmentFault::Missing {
                found: changeable(profile, reason),
                directory: self.enrolled.clone(),
            }
            .into()
        })
    }

    /// Where a store has no binding of its own, nobody else may be able to change the copy either.
    fn check_copy(&self, profile: &Profile) -> Result<()> {
        match self.copy_of(&profile.name, &profile.generation) {
            Some(path) => check_unchangeable(profile, &path),
            None => Ok(()),
        }
    }

    /// One copy, and the path of its profile. An existing copy that cannot be read is an error.
    fn copy(
        &self,
        name: &ProfileName,
        generation: &Generation,
    ) -> Result<Option<(Profile, String)>> {
        let Some(path) = self.copy_of(name, generation) else {
            return Ok(None);
        };
        let bytes = match os::open_nofollow(&path)
            .and_then(|mut file| os::read_bounded(&mut file, LIMIT))
        {
            Ok(bytes) => bytes,
            // The home of a service account is often `/dev/null`.
            Err(e)
                if matches!(
                    e.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                return Ok(None);
            }
            Err(e) => return Err(unreadable(&path, e)),
        };
        let text =
            String::from_utf8(bytes).map_err(|_| ProfileError::NotUtf8 { path: path.clone() });
        match text.and_then(|text| parse_copy(name, &text)) {
            Ok(copy) => Ok(Some(copy)),
            Err(newer @ ProfileError::Format(FormatFault::Version { .. })) => {
                let source = Box::new(newer);
                Err(ProfileError::InFile { path, source })
            }
            Err(_) => {
                let profile = name.clone();
                Err(EnrolmentFault::Damaged { profile, path }.into())
            }
        }
    }

    fn copy_of(&self, name: &ProfileName, generation: &Generation) -> Option<PathBuf> {
        self.enrolled
            .as_ref()
            .map(|dir| dir.join(format!("{name}.{generation}{SUFFIX}")))
    }

    fn file_in_copies(&self, name: &ProfileName) -> String {
        self.path(name).to_string_lossy().into_owned()
    }
}

/// The profile in a copy, and the path of its file.
fn parse_copy(name: &ProfileName, text: &str) -> Result<(Profile, String)> {
    let mut table = table_of(text)?;
    let file = table.remove(PROFILE_FILE);
    let profile = from_table(name, &table)?;
    match file {
        Some(Value::String(file)) => Ok((profile, file)),
        _ => Err(missing(PROFILE_FILE).into()),
    }
}

/// The first fact in which a profile differs from what was enrolled.
fn difference(enrolled: &Profile, now: &Profile) -> Option<Difference> {
    let mut pairs = facts(enrolled).into_iter().zip(facts(now));
    let ((fact, enrolled), (_, now_says)) = pairs.find(|(was, is)| was.1 != is.1)?;
    Some(Difference {
        profile: now.name.clone(),
        fact,
        enrolled,
        now: now_says,
    })
}

/// The facts that must be as enrolled. The kind of store is the first, as the others depend on it.
fn facts(profile: &Profile) -> Vec<(Fact, Option<String>)> {
    let store = &profile.store;
    let mut facts = vec![
        (Fact::Store, Some(store.to_string())),
        (Fact::OfStore(store.kind()), store.fact()),
    ];
    if store.is_only_read() {
        let ca_file = profile.ca_file.as_ref();
        let is_public = profile.credential.is_public_client();
        facts.extend([
            (Fact::Authority, Some(profile.authority.base())),
            (Fact::Tenant, Some(profile.tenant.to_string())),
            (Fact::ClientId, Some(profile.client_id.to_string())),
            (Fact::User, Some(profile.username.to_string())),
            (Fact::CaPath, ca_file.map(|path| path.display().to_string())),
            (Fact::PublicClient, Some(is_public.to_string())),
            (Fact::AppCredential, Some(profile.credential.source())),
        ]);
    }
    facts
}

fn check_unchangeable(profile: &Profile, path: &Path) -> Result<()> {
    os::check_unchangeable(path)
        .map_err(|reason| EnrolmentFault::Changeable(changeable(profile, reason)).into())
}

fn unwritable(path: &Path, source: io::Error) -> ProfileError {
    let path = path.to_owned();
    EnrolmentFault::Unwritable { path, source }.into()
}

#[cfg(test)]
mod tests;
