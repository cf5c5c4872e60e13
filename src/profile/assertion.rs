//! Where the assertion of a federated app comes from: a public fact of a profile, which `login`
//! enrols. Reads no assertion, no variable and no path.

use super::ClientId;
use super::error::Result;
use super::secret_store::program_and_arguments;
use super::table::{Expected, FormatFault, missing, text_of, wrong_type};
use std::fmt;
use std::path::PathBuf;
use toml::{Table, Value};

/// The source of an assertion: a statement that another identity provider signs about this job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssertionSource {
    /// A file that something else writes again before the statement in it ends, as Kubernetes does
    /// with a projected token.
    File {
        /// An absolute path in Unicode.
        path: PathBuf,
    },
    /// A program that prints the statement.
    Command {
        /// The program and its arguments; never empty in a profile.
        argv: Vec<String>,
    },
    /// The managed identity of this machine, container or app in Azure.
    ManagedIdentity {
        /// Which one, where there are several user-assigned identities.
        client_id: Option<ClientId>,
    },
    /// The run of a GitHub workflow.
    GitHub,
}

impl AssertionSource {
    /// The keys of the profile file that belong to one source, each with the name of that source.
    pub(super) const KEYS: [(&str, &str); 3] = [
        ("assertion_file", "assertion-file"),
        ("assertion_command", "assertion-command"),
        ("managed_identity", "managed-identity"),
    ];
    /// The names of all sources.
    pub(super) const NAMES: [&str; 4] = [
        "assertion-file",
        "assertion-command",
        "managed-identity",
        "github",
    ];

    /// The name in the profile and in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::File { .. } => "assertion-file",
            Self::Command { .. } => "assertion-command",
            Self::ManagedIdentity { .. } => "managed-identity",
            Self::GitHub => "github",
        }
    }

    /// What else the source needs, as a message quotes it: a path, a program, an identity.
    pub fn fact(&self) -> Option<String> {
        match self {
            Self::File { path } => Some(path.display().to_string()),
            Self::Command { argv } => Some(format!("{argv:?}")),
            Self::ManagedIdentity { client_id } => client_id.as_ref().map(ToString::to_string),
            Self::GitHub => None,
        }
    }

    /// Reads the keys of a profile file whose app proves itself by the source of this name; `None`
    /// for a name that no source has. A key of another source is an error, as it would have no
    /// effect.
    pub(super) fn from_table(table: &Table, name: &str) -> Result<Option<Self>> {
        Ok(Some(match name {
            "assertion-file" => Self::File { path: file(table)? },
            "assertion-command" => Self::Command {
                argv: program_and_arguments(table, "assertion_command")?,
            },
            "managed-identity" => Self::ManagedIdentity {
                client_id: text_of(table, "managed_identity")?
                    .map(str::parse)
                    .transpose()?,
            },
            "github" => Self::GitHub,
            _ => return Ok(None),
        }))
    }

    /// Refuses a key that belongs to another source than the one of this name.
    pub(super) fn check_keys(table: &Table, name: &str) -> Result<()> {
        for (key, owner) in Self::KEYS {
            if owner != name && table.contains_key(key) {
                return Err(FormatFault::OtherCredential {
                    key,
                    credential: owner,
                }
                .into());
            }
        }
        Ok(())
    }

    /// The keys of a profile file.
    pub(super) fn to_table(&self) -> Table {
        let mut table = Table::new();
        let fact: Option<(&str, Value)> = match self {
            Self::File { path } => Some(("assertion_file", path.to_string_lossy().as_ref().into())),
            Self::Command { argv } => Some(("assertion_command", argv.clone().into())),
            Self::ManagedIdentity { client_id } => client_id
                .as_ref()
                .map(|id| ("managed_identity", id.as_str().into())),
            Self::GitHub => None,
        };
        table.extend(fact.map(|(key, value)| (key.to_owned(), value)));
        table
    }
}

/// The name, and what else the source needs: as a bundle is bound to it.
impl fmt::Display for AssertionSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fact() {
            Some(fact) => write!(f, "{} {fact}", self.name()),
            None => f.write_str(self.name()),
        }
    }
}

fn file(table: &Table) -> Result<PathBuf> {
    let text = text_of(table, "assertion_file")?.ok_or_else(|| missing("assertion_file"))?;
    let path = PathBuf::from(text);
    if path.is_absolute() {
        Ok(path)
    } else {
        Err(wrong_type("assertion_file", Expected::AbsolutePath).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::ProfileError;

    /// One source of each kind.
    fn sources() -> [AssertionSource; 5] {
        [
            AssertionSource::File {
                path: std::env::temp_dir().join("token"),
            },
            AssertionSource::Command {
                argv: vec!["spire-agent".into(), "fetch \"x\"".into()],
            },
            AssertionSource::ManagedIdentity { client_id: None },
            AssertionSource::ManagedIdentity {
                client_id: Some("5e0c1a77-9d0b-4a52-8a57-0f4d6f1f2b33".parse().unwrap()),
            },
            AssertionSource::GitHub,
        ]
    }

    #[test]
    fn every_source_reads_back_the_same_and_is_bound_as_another() {
        let mut bound = Vec::new();
        for source in sources() {
            let table = source.to_table();
            let back = AssertionSource::from_table(&table, source.name()).unwrap();
            assert_eq!(back.as_ref(), Some(&source));
            assert!(AssertionSource::NAMES.contains(&source.name()));
            assert!(!bound.contains(&source.to_string()), "{source}");
            bound.push(source.to_string());
        }
    }

    #[test]
    fn a_key_of_another_source_is_refused() {
        for source in sources() {
            for (key, owner) in AssertionSource::KEYS {
                let mut table = source.to_table();
                table.insert(key.into(), "x".into());
                let checked = AssertionSource::check_keys(&table, source.name());
                assert_eq!(checked.is_err(), owner != source.name(), "{source} {key}");
            }
        }
    }

    #[test]
    fn each_fault_of_a_source_is_named() {
        for (name, key, value, expected) in [
            (
                "assertion-file",
                "assertion_file",
                "token".into(),
                Expected::AbsolutePath,
            ),
            (
                "assertion-command",
                "assertion_command",
                "x".into(),
                Expected::Command,
            ),
            (
                "assertion-command",
                "assertion_command",
                Value::Array(vec!["./x".into()]),
                Expected::Program,
            ),
        ] {
            let table = Table::from_iter([(key.to_owned(), value)]);
            let found = AssertionSource::from_table(&table, name).unwrap_err();
            let wanted = FormatFault::Type { key, expected };
            assert!(
                matches!(&found, ProfileError::Format(fault) if *fault == wanted),
                "{found:?}"
            );
        }
        let none = Table::new();
        for name in ["assertion-file", "assertion-command"] {
            assert!(AssertionSource::from_table(&none, name).is_err(), "{name}");
        }
        assert!(matches!(AssertionSource::from_table(&none, "x"), Ok(None)));
    }
}
