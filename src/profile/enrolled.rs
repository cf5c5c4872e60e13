//! What `login` enrolled, remembered outside of the profile: `enrolled/NAME.GENERATION.toml` below
//! the state directory, a copy of the profile with the path of its file. Public facts only.
//!
//! Whoever edits a profile alone must not choose the program that the next job runs, nor the store
//! that it reads. The secrets of `os` and `file` are bound to the rest of the profile by their
//! bundle; those of `directory` and `command` carry no binding, so for them every fact but the
//! scopes is compared here.

use super::store::{LIMIT, ProfileStore, file_names, unreadable};
use super::text::{from_table, table_of, to_table};
use super::{Generation, Profile, ProfileName, StoreKind};
use crate::error::{Error, Result, io_reason};
use crate::os;
use crate::text::{Text, text};
use std::io;
use std::path::{Path, PathBuf};

const SUFFIX: &str = ".toml";
/// The key of a copy that a profile does not have: where the profile is.
const PROFILE_FILE: &str = "profile_file";

impl ProfileStore {
    /// Remembers what a `login` enrols; called before the profile names the new generation. A
    /// profile whose secrets are bound by their bundle can do without, where nothing at all can be
    /// written and nothing else is remembered of it.
    pub fn enrol(&self, profile: &Profile) -> Result<()> {
        let Some(path) = self.copy_of(&profile.name, &profile.generation) else {
            return if profile.store.holds_keys() {
                Ok(())
            } else {
                Err(nowhere(profile))
            };
        };
        let mut table = to_table(profile);
        table.insert(
            PROFILE_FILE.into(),
            self.file_in_copies(&profile.name).into(),
        );
        let text = format!(
            "# What `ropc login` enrolled: a profile that says something else is refused.\n{table}"
        );
        match os::write_private(&path, text.as_bytes()) {
            Err(_) if profile.store.holds_keys() && self.enrolled(&profile.name).is_empty() => {
                Ok(())
            }
            Err(e) => Err(unwritable(&path, &e)),
            Ok(()) => Ok(()),
        }
    }

    /// Fails early if a profile of a store that is only read could not be enrolled: better than
    /// after the password was used.
    pub(super) fn check_enrollable(&self, profile: &Profile) -> Result<()> {
        if profile.store.holds_keys() {
            return Ok(());
        }
        let dir = self.enrolled.as_ref().ok_or_else(|| nowhere(profile))?;
        os::create_private_dir(dir)
            .and_then(|()| {
                tempfile::Builder::new()
                    .prefix(".ropc-")
                    .tempfile_in(dir)
                    .map(drop)
            })
            .map_err(|e| unwritable(dir, &e))?;
        os::check_unchangeable(dir).map_err(|found| changeable(profile, &Text::from(&found)))
    }

    /// Every version of a profile that was enrolled and not forgotten, as `login` wrote it. More
    /// than one where a `login` was interrupted. Those of a profile of the same name in another
    /// configuration directory are not among them.
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

    /// Forgets what was enrolled for a profile, except for one version of it.
    pub fn forget_enrolled(&self, name: &ProfileName, except: Option<&Generation>) {
        for profile in self
            .enrolled(name)
            .iter()
            .filter(|profile| Some(&profile.generation) != except)
        {
            self.unenrol(profile);
        }
    }

    /// Forgets one version. What cannot be removed speaks for a profile that is gone.
    pub fn unenrol(&self, profile: &Profile) {
        if let Some(path) = self.copy_of(&profile.name, &profile.generation) {
            let _ = std::fs::remove_file(path);
        }
    }

    /// Fails if the profile says something else than what was enrolled, or if it had to be enrolled
    /// and was not.
    pub(super) fn check_enrolled(&self, profile: &Profile) -> Result<()> {
        let exact = self
            .copy(&profile.name, &profile.generation)?
            .map(|(enrolled, _)| enrolled);
        if exact.is_some() {
            self.check_copy(profile)?;
        } else if !profile.store.holds_keys() {
            // Laid down by an administrator, for a container or a service: whoever can edit it
            // needs no detour by a program.
            let Err(found) = os::check_out_of_reach(&self.path(&profile.name)) else {
                return Ok(());
            };
            return Err(self.not_enrolled(profile, &Text::from(&found)));
        }
        // Another version than any that was enrolled has no secrets, and the store says so: but it
        // must be that store.
        let versions = exact.map_or_else(|| self.enrolled(&profile.name), |exact| vec![exact]);
        let differences: Vec<_> = versions
            .iter()
            .map(|enrolled| difference(enrolled, profile))
            .collect();
        match differences
            .into_iter()
            .collect::<Option<Vec<_>>>()
            .and_then(|all| all.into_iter().next())
        {
            None => Ok(()),
            Some((fact, was, now)) => Err(differs(profile, &fact, &was, &now)),
        }
    }

    fn not_enrolled(&self, profile: &Profile, reason: &Text) -> Error {
        let name = &profile.name;
        let looked = self.enrolled.as_ref().map_or_else(
            || text!("profile-fact-none"),
            |dir| Text::words(dir.display().to_string()),
        );
        Error::config(text!(
            "profile-not-enrolled",
            profile = name,
            store = profile.store,
            reason = reason
        ))
        .hint(text!(
            "profile-not-enrolled-login",
            command = login(name),
            directory = looked
        ))
        .hint(text!("profile-not-enrolled-mount"))
    }

    /// Where a store has no binding of its own, nobody else may be able to change the copy either.
    fn check_copy(&self, profile: &Profile) -> Result<()> {
        match self.copy_of(&profile.name, &profile.generation) {
            Some(path) if !profile.store.holds_keys() => os::check_unchangeable(&path)
                .map_err(|found| changeable(profile, &Text::from(&found))),
            _ => Ok(()),
        }
    }

    /// One copy, and the path of the profile that it is of. What is there and cannot be read is an
    /// error.
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
            // A service account often has no home but `/dev/null`.
            Err(e)
                if matches!(
                    e.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                return Ok(None);
            }
            Err(e) => return Err(unreadable(&path, &io_reason(&e))),
        };
        let damaged = || {
            Error::config(text!("profile-enrolment-damaged", path = path.display()))
                .hint(text!("profile-not-enrolled-again", command = login(name)))
        };
        let mut table =
            table_of(&String::from_utf8(bytes).map_err(|_| damaged())?).map_err(|_| damaged())?;
        let file = table
            .remove(PROFILE_FILE)
            .and_then(|file| Some(file.as_str()?.to_owned()))
            .ok_or_else(damaged)?;
        let profile = from_table(name, &table).map_err(|_| damaged())?;
        Ok(Some((profile, file)))
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

/// The first fact in which a profile is not what was enrolled, with both values.
fn difference(enrolled: &Profile, now: &Profile) -> Option<(Text, Text, Text)> {
    let pairs = facts(enrolled).into_iter().zip(facts(now));
    pairs
        .into_iter()
        .find(|(was, is)| was.1 != is.1)
        .map(|((fact, was), (_, is))| (fact, was, is))
}

/// What has to be as it was enrolled, in words. The kind of store is the first, as what follows
/// depends on it.
fn facts(profile: &Profile) -> Vec<(Text, Text)> {
    let none = || text!("profile-fact-none");
    let path = |path: &Option<PathBuf>| {
        path.as_ref()
            .map_or_else(none, |path| Text::words(path.display().to_string()))
    };
    let store = &profile.store;
    let mut facts = vec![
        (text!("profile-fact-store"), Text::words(store.to_string())),
        (
            fact_of(store.kind()),
            store.fact().map_or_else(none, Text::words),
        ),
    ];
    if !profile.store.holds_keys() {
        facts.extend([
            (
                text!("profile-fact-authority"),
                Text::words(profile.authority.base()),
            ),
            (
                text!("profile-fact-tenant"),
                Text::words(profile.tenant.to_string()),
            ),
            (
                text!("profile-fact-client-id"),
                Text::words(profile.client_id.to_string()),
            ),
            (
                text!("profile-fact-user"),
                Text::words(profile.username.to_string()),
            ),
            (text!("profile-fact-ca-path"), path(&profile.ca_file)),
            (
                text!("profile-fact-public-client"),
                Text::words(profile.credential.is_public_client().to_string()),
            ),
        ]);
    }
    facts
}

/// What [`Store::fact`] is, in words.
fn fact_of(kind: StoreKind) -> Text {
    match kind {
        StoreKind::Os => text!("profile-fact-store"),
        StoreKind::File => text!("profile-fact-key-source"),
        StoreKind::Directory => text!("profile-fact-secrets-dir"),
        StoreKind::Command => text!("profile-fact-command"),
    }
}

fn login(name: &ProfileName) -> String {
    if name.as_str() == "default" {
        "ropc login".to_owned()
    } else {
        format!("ropc login -p {name}")
    }
}

fn differs(profile: &Profile, fact: &Text, was: &Text, now: &Text) -> Error {
    Error::config(text!(
        "profile-not-as-enrolled",
        profile = profile.name,
        fact = fact,
        enrolled = was,
        now = now
    ))
    .hint(text!(
        "profile-not-as-enrolled-on-purpose",
        command = login(&profile.name)
    ))
    .hint(text!("profile-not-as-enrolled-by-others"))
}

fn changeable(profile: &Profile, reason: &Text) -> Error {
    Error::config(text!(
        "profile-changeable",
        profile = profile.name,
        store = profile.store,
        reason = reason
    ))
    .hint(text!("profile-enrolment-mode"))
}

fn nowhere(profile: &Profile) -> Error {
    Error::config(text!("profile-enrolment-nowhere", store = profile.store))
        .hint(text!("profile-enrolment-set-state"))
}

fn unwritable(path: &Path, error: &io::Error) -> Error {
    Error::config(text!(
        "profile-unwritable",
        path = path.display(),
        reason = io_reason(error)
    ))
    .hint(text!("profile-enrolment-set-state"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{CredentialKind, KeySource, Store};

    fn argv(words: &[&str]) -> Store {
        let argv = words.iter().map(|word| (*word).to_owned()).collect();
        Store::Command { argv }
    }

    fn command(words: &[&str]) -> Profile {
        Profile {
            store: argv(words),
            ..Profile::sample("nightly")
        }
    }

    #[test]
    fn every_fact_of_a_store_without_a_binding_is_compared() {
        let good = command(&["/usr/bin/op", "read"]);
        assert_eq!(difference(&good, &good), None);
        let other = Profile {
            scopes: crate::profile::Scopes::parse(&["Mail.Send"]).unwrap(),
            ..good.clone()
        };
        assert_eq!(difference(&good, &other), None, "scopes may be edited");
        let changed = [
            Profile {
                store: Store::Os,
                ..good.clone()
            },
            Profile {
                store: argv(&["/usr/bin/op", "item"]),
                ..good.clone()
            },
            Profile {
                store: argv(&["/usr/bin/op read"]),
                ..good.clone()
            },
            Profile {
                store: Store::Directory { dir: None },
                ..good.clone()
            },
            Profile {
                authority: "https://elsewhere.example".parse().unwrap(),
                ..good.clone()
            },
            Profile {
                tenant: "fabrikam.example".parse().unwrap(),
                ..good.clone()
            },
            Profile {
                client_id: "3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e902".parse().unwrap(),
                ..good.clone()
            },
            Profile {
                username: "other@contoso.example".parse().unwrap(),
                ..good.clone()
            },
            Profile {
                ca_file: Some("/tmp/ca.pem".into()),
                ..good.clone()
            },
            Profile {
                credential: CredentialKind::None,
                ..good.clone()
            },
        ];
        for now in changed {
            assert!(difference(&good, &now).is_some(), "{now:?}");
        }
        let with = |store: Store| Profile {
            store,
            ..good.clone()
        };
        let dir = |path: &str| {
            with(Store::Directory {
                dir: Some(path.into()),
            })
        };
        assert!(difference(&dir("/run/a"), &dir("/run/b")).is_some());
        let file = with(Store::File {
            key: Some(KeySource::KeyFile),
        });
        assert!(difference(&file, &with(Store::File { key: None })).is_some());
        let elsewhere = Profile {
            tenant: "fabrikam.example".parse().unwrap(),
            ..file.clone()
        };
        assert_eq!(
            difference(&file, &elsewhere),
            None,
            "the bundle compares these, and says so in its own words"
        );
    }

    #[test]
    fn what_is_enrolled_belongs_to_one_file_and_one_generation() {
        let dir = tempfile::tempdir().unwrap();
        let at =
            |name: &str| ProfileStore::new(&dir.path().join(name), Some(&dir.path().join("state")));
        let (here, elsewhere) = (at("here"), at("elsewhere"));
        let root = if os::IS_WINDOWS { "C:" } else { "" };
        let [first, second] = ["one", "two"].map(|name| command(&[&format!("{root}/bin/{name}")]));
        for profile in [&first, &second] {
            here.enrol(profile).unwrap();
            here.check_enrolled(profile).unwrap();
        }
        assert_eq!(
            here.enrolled(&first.name).len(),
            2,
            "a login was interrupted"
        );
        assert!(
            elsewhere.enrolled(&first.name).is_empty(),
            "a profile of the same name is another one"
        );
        elsewhere.forget_enrolled(&first.name, None);
        here.forget_enrolled(&first.name, Some(&second.generation));
        assert_eq!(here.enrolled(&first.name), std::slice::from_ref(&second));
        let swapped = Profile {
            generation: second.generation,
            ..first.clone()
        };
        assert!(
            here.check_enrolled(&swapped)
                .unwrap_err()
                .message
                .english()
                .contains("/bin/two")
        );
        assert!(
            here.check_enrolled(&first)
                .unwrap_err()
                .message
                .english()
                .contains("not enrolled")
        );
        let bound = Profile {
            store: Store::Os,
            ..first
        };
        assert!(
            here.check_enrolled(&bound)
                .unwrap_err()
                .message
                .english()
                .contains("`command`"),
            "another store was enrolled"
        );
        here.forget_enrolled(&bound.name, None);
        here.check_enrolled(&bound).unwrap();
        here.enrol(&bound).unwrap();
        let unknown = Profile {
            generation: Generation::random().unwrap(),
            ..bound
        };
        here.check_enrolled(&unknown).unwrap();
        let sealed = Profile {
            store: Store::File { key: None },
            ..unknown
        };
        assert!(
            here.check_enrolled(&sealed)
                .unwrap_err()
                .message
                .english()
                .contains("`os`"),
            "nor is a file put in its place"
        );
    }

    #[test]
    fn a_copy_that_cannot_be_read_is_no_copy_that_agrees() {
        let dir = tempfile::tempdir().unwrap();
        let store = ProfileStore::new(dir.path(), Some(dir.path()));
        let profile = Profile::sample("nightly");
        store.enrol(&profile).unwrap();
        let path = store.copy_of(&profile.name, &profile.generation).unwrap();
        let good = std::fs::read_to_string(&path).unwrap();
        for bad in [
            "",
            "\u{0}",
            "store = \"os\"",
            &good.replace("version = 1", "version = 2"),
            &good[..good.len() / 2],
        ] {
            os::write_private(&path, bad.as_bytes()).unwrap();
            assert!(store.check_enrolled(&profile).is_err(), "{bad}");
        }
        os::write_private(&path, good.as_bytes()).unwrap();
        store.check_enrolled(&profile).unwrap();
    }
}
