//! The journal `profiles/NAME.pending`: the generations that a killed `login` may have left, each
//! with its store. Public facts only. With it `login` and `logout` find a stray item in a store
//! that the profile no longer uses, or of a profile that was never written. One line a stray:
//! `GENERATION STORE [KEY-SOURCE]`. Skips a line that cannot be read.

use super::error::Result;
use super::store::{ProfileStore, unwritable};
use super::{Generation, KeySource, Profile, ProfileName, Store, StoreKind};
use crate::os;
use clap::ValueEnum;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::str::FromStr;

const LIMIT: u64 = 64 * 1024;
const SUFFIX: &str = ".pending";

/// Items that a store may hold although no profile file names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stray {
    /// The version of the profile that they belong to.
    pub generation: Generation,
    /// The store that has them.
    pub store: Store,
}

impl Stray {
    /// The items of this version of a profile in its store.
    pub fn of(profile: &Profile) -> Self {
        Self {
            generation: profile.generation.clone(),
            store: profile.store.clone(),
        }
    }
}

impl fmt::Display for Stray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.generation, self.store)?;
        // A store that is only read is not in the journal; the others open without another fact.
        match self.store.key_source() {
            Some(source) => write!(f, " {source}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Stray {
    type Err = ();

    fn from_str(line: &str) -> std::result::Result<Self, ()> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (generation, store) = match words[..] {
            [generation, store] => (generation, kind(store)?.with_no_facts()),
            [generation, store, source] if kind(store)? == StoreKind::File => {
                let key = Some(KeySource::from_str(source, false).map_err(drop)?);
                (generation, Store::File { key })
            }
            _ => return Err(()),
        };
        let generation = generation.parse().map_err(drop)?;
        Ok(Self { generation, store })
    }
}

fn kind(name: &str) -> std::result::Result<StoreKind, ()> {
    StoreKind::from_str(name, false).map_err(drop)
}

impl ProfileStore {
    /// The items that an interrupted `login` may have left.
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

    /// Writes the journal of the items that `login` is working on; an empty list removes it. Stores
    /// that ropc only reads hold none. Fails if the file cannot be written or removed.
    pub fn set_pending(&self, name: &ProfileName, strays: &[Stray]) -> Result<()> {
        let path = self.pending_path(name);
        let lines: Vec<String> = strays
            .iter()
            .filter(|s| !s.store.is_only_read())
            .map(Stray::to_string)
            .collect();
        if lines.is_empty() {
            return match std::fs::remove_file(&path) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => Err(unwritable(&path, e)),
                _ => Ok(()),
            };
        }
        os::write_private(&path, lines.join("\n").as_bytes()).map_err(|e| unwritable(&path, e))
    }

    /// Every name with a profile or a journal, sorted. Fails if the directory cannot be read.
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
        let store = ProfileStore::new(dir.path(), None);
        let name: ProfileName = "nightly".parse().unwrap();
        let stray = |store| Stray {
            generation: Generation::random().unwrap(),
            store,
        };
        let kept = [
            stray(Store::Os),
            stray(Store::File { key: None }),
            stray(Store::File {
                key: Some(KeySource::KeyFile),
            }),
        ];
        let elsewhere = stray(Store::Directory { dir: None });
        let all = [&kept[..], &[elsewhere]].concat();
        store.set_pending(&name, &all).unwrap();
        assert_eq!(store.pending(&name), kept);
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
            "0123456789abcdef os key-file",
            "0123456789abcdef file tpm",
            "0123456789abcdef file key-file more",
        ] {
            assert!(bad.parse::<Stray>().is_err(), "{bad}");
        }
    }
}
