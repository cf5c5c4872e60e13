//! Which store has the secrets of a profile, with the facts of this store, as the profile file and
//! the command line name them. Opens no store and looks at no path.

use super::table::{Expected, FormatFault, Result, choice, missing, text_of, wrong_type};
use clap::ValueEnum;
use serde::Serialize;
use std::fmt;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Where a profile's secrets are. Chosen by name, never silently. Serialized, it is the lines of
/// the profile file about the store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "store", rename_all = "kebab-case")]
pub enum Store {
    /// The keychain of this system.
    #[default]
    Os,
    /// The sealed file in the configuration directory.
    File {
        /// The source of its key; `None` means the source that the file was sealed with, and for a
        /// new file the first configured one.
        #[serde(rename = "key_source", skip_serializing_if = "Option::is_none")]
        key: Option<KeySource>,
    },
    /// Files that another program provides.
    Directory {
        /// An absolute path in Unicode; `None` means systemd's `$CREDENTIALS_DIRECTORY`.
        #[serde(rename = "secrets_dir", skip_serializing_if = "Option::is_none")]
        dir: Option<PathBuf>,
    },
    /// A program that prints the secrets.
    Command {
        /// The program and its arguments; never empty in a profile.
        #[serde(rename = "command")]
        argv: Vec<String>,
    },
}

/// A fact of a store that names something in the file system.
#[derive(Debug)]
pub enum StorePath<'a> {
    /// A directory.
    Directory(&'a mut PathBuf),
    /// A program: its path, or a name that PATH resolves.
    Program(&'a mut String),
}

/// The name of a store. clap shows the first line of each comment as help.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum StoreKind {
    /// The keychain of this system.
    #[default]
    Os,
    /// An encrypted file.
    File,
    /// Files that something else provides, one secret each; only read.
    Directory,
    /// A program that prints the secrets; only read.
    Command,
}

/// The source of the `file` store's key, in the order in which ropc looks for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum KeySource {
    /// `ropc-key` in systemd's credentials directory.
    Credential,
    /// The file that `ROPC_KEY_FILE` names, else `store.key` beside the profiles.
    KeyFile,
    /// An item in the keychain of this system.
    Keychain,
    /// A passphrase, asked for at a terminal each time; never for a job.
    Passphrase,
}

impl StoreKind {
    /// The name on the command line and in the profile.
    pub fn name(self) -> &'static str {
        match self {
            Self::Os => "os",
            Self::File => "file",
            Self::Directory => "directory",
            Self::Command => "command",
        }
    }

    /// The store of this kind with no fact given yet.
    pub(crate) fn with_no_facts(self) -> Store {
        match self {
            Self::Os => Store::Os,
            Self::File => Store::File { key: None },
            Self::Directory => Store::Directory { dir: None },
            Self::Command => Store::Command { argv: Vec::new() },
        }
    }
}

impl fmt::Display for StoreKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl KeySource {
    /// The name on the command line, in the profile and in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::KeyFile => "key-file",
            Self::Keychain => "keychain",
            Self::Passphrase => "passphrase",
        }
    }
}

impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The name alone.
impl fmt::Display for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind().name())
    }
}

impl Store {
    /// The keys of the profile file that belong to one store, each with that store.
    const KEYS: [(&str, StoreKind); 3] = [
        ("key_source", StoreKind::File),
        ("secrets_dir", StoreKind::Directory),
        ("command", StoreKind::Command),
    ];

    /// Its name.
    pub fn kind(&self) -> StoreKind {
        match self {
            Self::Os => StoreKind::Os,
            Self::File { .. } => StoreKind::File,
            Self::Directory { .. } => StoreKind::Directory,
            Self::Command { .. } => StoreKind::Command,
        }
    }

    /// Every key of the profile file about the store.
    pub(super) fn keys() -> impl Iterator<Item = &'static str> {
        std::iter::once("store").chain(Self::KEYS.map(|(key, _)| key))
    }

    /// The fact that this store needs, as `login` enrols it; a message quotes it when the profile
    /// has another.
    pub fn fact(&self) -> Option<String> {
        match self {
            Self::Os => None,
            Self::File { key } => key.map(|source| source.to_string()),
            Self::Directory { dir } => dir.as_ref().map(|dir| dir.display().to_string()),
            Self::Command { argv } => Some(format!("{argv:?}")),
        }
    }

    /// The source of the key, if the profile names one.
    pub fn key_source(&self) -> Option<KeySource> {
        match self {
            Self::File { key } => *key,
            Self::Os | Self::Directory { .. } | Self::Command { .. } => None,
        }
    }

    /// The fact of which `login` makes a whole path.
    pub fn path_mut(&mut self) -> Option<StorePath<'_>> {
        match self {
            Self::Os | Self::File { .. } => None,
            Self::Directory { dir } => dir.as_mut().map(StorePath::Directory),
            Self::Command { argv } => argv.first_mut().map(StorePath::Program),
        }
    }

    /// True if ropc only reads the store: its secrets may change without a `login`, and they carry
    /// no binding. Into the others `login` puts the secrets, bound to what they were enrolled for.
    pub fn is_only_read(&self) -> bool {
        self.read_from().is_some()
    }

    /// The store in which a person changes the secrets; `None` where `login` does that.
    pub fn read_from(&self) -> Option<StoreKind> {
        match self {
            Self::Os | Self::File { .. } => None,
            Self::Directory { .. } | Self::Command { .. } => Some(self.kind()),
        }
    }

    /// Reads the keys of a profile file. A key of another store is an error, as it would have no
    /// effect.
    pub(super) fn from_table(table: &Table) -> Result<Self> {
        let kind = choice(table, "store", StoreKind::name)?.unwrap_or_default();
        for (key, owner) in Self::KEYS {
            if owner != kind && table.contains_key(key) {
                let store = owner.name();
                return Err(FormatFault::OtherStore { key, store });
            }
        }
        Ok(match kind {
            StoreKind::Os => Self::Os,
            StoreKind::File => Self::File {
                key: choice(table, "key_source", KeySource::name)?,
            },
            StoreKind::Directory => Self::Directory {
                dir: secrets_dir(table)?,
            },
            StoreKind::Command => Self::Command {
                argv: program_and_arguments(table, "command")?,
            },
        })
    }

    /// The keys of a profile file.
    pub(super) fn to_table(&self) -> Table {
        // `login` refuses a path that is not Unicode. If one came here, the profile would lack it
        // and differ from what was enrolled.
        Table::try_from(self).unwrap_or_else(|_| self.kind().with_no_facts().to_table())
    }
}

fn secrets_dir(table: &Table) -> Result<Option<PathBuf>> {
    let dir = text_of(table, "secrets_dir")?.map(PathBuf::from);
    match dir {
        Some(dir) if !dir.is_absolute() => Err(wrong_type("secrets_dir", Expected::AbsolutePath)),
        dir => Ok(dir),
    }
}

/// The program and the arguments that a key has.
pub(super) fn program_and_arguments(table: &Table, key: &'static str) -> Result<Vec<String>> {
    let value = table.get(key).ok_or_else(|| missing(key))?;
    let words: Option<Vec<String>> = value
        .as_array()
        .and_then(|words| words.iter().map(word).collect());
    let not_a_command = || wrong_type(key, Expected::Command);
    let words = words.ok_or_else(not_a_command)?;
    let program = match words.first() {
        Some(program) if !program.is_empty() => Path::new(program),
        _ => return Err(not_a_command()),
    };
    // A relative path depends on where the job starts, and another account may have put a program
    // there.
    if program.components().count() > 1 && !program.is_absolute() {
        return Err(wrong_type(key, Expected::Program));
    }
    Ok(words)
}

fn word(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_and_the_profile_use_the_same_names() {
        for kind in StoreKind::value_variants() {
            let value = kind.to_possible_value().unwrap();
            assert_eq!(value.get_name(), kind.name());
            let store = kind.with_no_facts();
            assert_eq!(store.kind(), *kind);
            assert_eq!(store.to_table()["store"].as_str(), Some(kind.name()));
        }
        for source in KeySource::value_variants() {
            let value = source.to_possible_value().unwrap();
            assert_eq!(value.get_name(), source.name());
            let table = Store::File { key: Some(*source) }.to_table();
            assert_eq!(table["key_source"].as_str(), Some(source.name()));
        }
    }

    #[test]
    fn a_key_of_another_store_is_refused() {
        for kind in StoreKind::value_variants() {
            for (key, owner) in Store::KEYS {
                let mut table = kind.with_no_facts().to_table();
                if *kind == StoreKind::Command {
                    table.insert("command".into(), Value::Array(vec!["op".into()]));
                }
                assert!(Store::from_table(&table).is_ok(), "control: {kind}");
                if owner == *kind {
                    continue;
                }
                table.insert(key.into(), "x".into());
                let error = Store::from_table(&table).unwrap_err();
                let store = owner.name();
                assert_eq!(error, FormatFault::OtherStore { key, store }, "{kind}");
            }
        }
    }
}
