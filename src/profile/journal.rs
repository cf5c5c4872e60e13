//! The journal `profiles/NAME.pending`: the generations that a `login` may have left in a store if
//! it was killed, each with that store. Public facts only: it is how `login` and `logout` find a
//! stray item in a store that the profile has left, or where no profile was written at all.
//!
//! One line a stray: `GENERATION STORE [KEY-SOURCE]`. A line that cannot be read is passed over.

use super::store::{ProfileStore, unwritable};
use super::{Generation, KeySource, Profile, ProfileName, StoreKind};
use crate::error::Result;
use crate::os;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::str::FromStr;

const LIMIT: u64 = 64 * 1024;
const SUFFIX: &str = ".pending";

/// Items that a store may hold, and that no profile file need name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stray {
    /// Which version of the profile they belong to.
    pub generation: Generation,
    /// Where they are.
    pub store: StoreKind,
    /// Where the key of the `file` store is, if the profile said so.
    pub key_source: Option<KeySource>,
}

impl Stray {
    /// What this version of a profile has in its store.
    pub fn of(profile: &Profile) -> Self {
        Self {
            generation: profile.generation.clone(),
            store: profile.store,
            key_source: profile.key_source,
        }
    }
}

impl fmt::Display for Stray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.generation, self.store)?;
        self.key_source
            .map_or(Ok(()), |source| write!(f, " {source}"))
    }
}

impl FromStr for Stray {
    type Err = ();

    fn from_str(line: &str) -> std::result::Result<Self, ()> {
        let mut words = line.split_whitespace();
        let generation = words.next().ok_or(())?.parse().map_err(drop)?;
        let store = words.next().ok_or(())?;
        let store = StoreKind::ALL
            .into_iter()
            .find(|kind| kind.name() == store)
            .ok_or(())?;
        let key_source = words
            .next()
            .map(|word| {
                KeySource::ALL
                    .into_iter()
                    .find(|source| source.name() == word)
                    .ok_or(())
            })
            .transpose()?;
        if words.next().is_some() {
            Err(())
        } else {
            Ok(Self {
                generation,
                store,
                key_source,
            })
        }
    }
}

impl ProfileStore {
    /// What an interrupted `login` may have left in stores.
    pub fn pending(&self, name: &ProfileName) -> Vec<Stray> {
        let Ok(mut file) = os::open_nofollow(&self.pending_path(name)) else {
            return Vec::new();
        };
        let text = os::read_bounded(&mut file, LIMIT)
            .ok()
            .and_then(|b| String::from_utf8(b).ok())
            .unwrap_or_default();
        text.lines().filter_map(|line| line.parse().ok()).collect()
    }

    /// Notes what is in which store for this profile while `login` works; an empty list ends that.
    /// The stores that are only read hold nothing of ours.
    pub fn set_pending(&self, name: &ProfileName, strays: &[Stray]) -> Result<()> {
        let path = self.pending_path(name);
        let lines: Vec<String> = strays
            .iter()
            .filter(|s| s.store.holds_keys())
            .map(Stray::to_string)
            .collect();
        if lines.is_empty() {
            return match std::fs::remove_file(&path) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => Err(unwritable(&path, &e)),
                _ => Ok(()),
            };
        }
        os::write_private(&path, lines.join("\n").as_bytes()).map_err(|e| unwritable(&path, &e))
    }

    /// Every name with a profile or a journal, sorted.
    pub fn names_with_strays(&self) -> Result<Vec<ProfileName>> {
        let mut names = self.names()?;
        names.extend(self.names_ending(SUFFIX)?);
        names.sort();
        names.dedup();
        Ok(names)
    }

    fn pending_path(&self, name: &ProfileName) -> PathBuf {
        self.path(name).with_file_name(format!("{name}{SUFFIX}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strays_are_kept_with_their_store() {
        let dir = tempfile::tempdir().unwrap();
        let (store, name): (_, ProfileName) = (
            ProfileStore::new(dir.path(), None),
            "nightly".parse().unwrap(),
        );
        let stray = |store, key_source| Stray {
            generation: Generation::random().unwrap(),
            store,
            key_source,
        };
        let (os, file) = (
            stray(StoreKind::Os, None),
            stray(StoreKind::File, Some(KeySource::KeyFile)),
        );
        store
            .set_pending(
                &name,
                &[os.clone(), stray(StoreKind::Directory, None), file.clone()],
            )
            .unwrap();
        assert_eq!(store.pending(&name), [os, file]);
        assert_eq!(store.names().unwrap(), []);
        assert_eq!(
            store.names_with_strays().unwrap(),
            std::slice::from_ref(&name)
        );
        store.set_pending(&name, &[]).unwrap();
        assert!(store.pending(&name).is_empty() && store.names_with_strays().unwrap().is_empty());
        for bad in [
            "",
            "0123456789abcdef",
            "x os",
            "0123456789abcdef cloud",
            "0123456789abcdef file key-file more",
        ] {
            assert!(bad.parse::<Stray>().is_err(), "{bad}");
        }
    }
}
