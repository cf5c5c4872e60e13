//! The kind of an app's credential and what is public of it: facts in a profile. The credential
//! itself is `secret::AppCredential`, which this module never handles.

use super::AssertionSource;
use super::error::{Expected, FormatFault, Result};
use super::text::{text_of, wrong_type};
use crate::secret::AppCredential;
use toml::{Table, Value};

/// How the app of a profile proves itself to Entra.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// It does not: a public client ("Allow public client flows").
    None,
    /// With a client secret.
    Secret,
    /// With an assertion of another identity provider, from this source.
    Federated(AssertionSource),
}

impl CredentialKind {
    /// The keys of the profile file that belong to the credential, without those of a source.
    const KEYS: [&str; 2] = ["public_client", "app_credential"];

    /// The kind that `asked` becomes with this credential: a person may say at a prompt that the
    /// app has no secret.
    pub fn of(credential: &AppCredential, asked: &Self) -> Self {
        match credential {
            AppCredential::None => Self::None,
            AppCredential::Secret(_) => Self::Secret,
            AppCredential::Federated => asked.clone(),
        }
    }

    /// True for an app without a credential.
    pub fn is_public_client(&self) -> bool {
        *self == Self::None
    }

    /// The source of its assertions, if another identity provider gives them.
    pub fn assertion(&self) -> Option<&AssertionSource> {
        match self {
            Self::None | Self::Secret => None,
            Self::Federated(source) => Some(source),
        }
    }

    /// The name in the profile and in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Secret => "client-secret",
            Self::Federated(source) => source.name(),
        }
    }

    /// The kind and its source as a bundle is bound to them. Empty where the bundle holds all that
    /// the app needs: a client secret, or nothing.
    pub fn source(&self) -> String {
        match self {
            Self::None | Self::Secret => String::new(),
            Self::Federated(source) => source.to_string(),
        }
    }

    /// Every key of the profile file about the credential.
    pub(super) fn keys() -> impl Iterator<Item = &'static str> {
        let of_sources = AssertionSource::KEYS.map(|(key, _)| key);
        Self::KEYS.into_iter().chain(of_sources)
    }

    /// Reads the keys of a profile file.
    pub(super) fn from_table(table: &Table) -> Result<Self> {
        let name = text_of(table, "app_credential")?;
        AssertionSource::check_keys(table, name.unwrap_or_default())?;
        let unknown = |value: &str| FormatFault::UnknownValue {
            key: "app_credential",
            value: value.to_owned(),
            known: AssertionSource::NAMES.to_vec(),
        };
        match (flag_of(table, "public_client")?, name) {
            (true, None) => Ok(Self::None),
            (false, None) => Ok(Self::Secret),
            (true, Some(name)) => Err(unknown(name).into()),
            (false, Some(name)) => AssertionSource::from_table(table, name)?
                .map(Self::Federated)
                .ok_or_else(|| unknown(name).into()),
        }
    }

    /// The keys of a profile file.
    pub(super) fn to_table(&self) -> Table {
        match self {
            Self::None => Table::from_iter([("public_client".to_owned(), Value::Boolean(true))]),
            Self::Secret => Table::new(),
            Self::Federated(source) => {
                let mut table = source.to_table();
                table.insert("app_credential".into(), source.name().into());
                table
            }
        }
    }
}

fn flag_of(table: &Table, key: &'static str) -> Result<bool> {
    table.get(key).map_or(Ok(false), |value| {
        value
            .as_bool()
            .ok_or_else(|| wrong_type(key, Expected::Flag))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_the_same() {
        for kind in [
            CredentialKind::None,
            CredentialKind::Secret,
            CredentialKind::Federated(AssertionSource::GitHub),
        ] {
            let table = kind.to_table();
            assert_eq!(CredentialKind::from_table(&table).unwrap(), kind);
            let is_known = |key: &String| CredentialKind::keys().any(|known| known == key);
            assert!(table.keys().all(is_known), "{table}");
        }
    }

    #[test]
    fn two_credentials_and_unknown_ones_are_refused() {
        let mut table = CredentialKind::Federated(AssertionSource::GitHub).to_table();
        table.insert("public_client".into(), true.into());
        assert!(CredentialKind::from_table(&table).is_err());
        let other = Table::from_iter([("app_credential".to_owned(), Value::from("gitlab"))]);
        assert!(CredentialKind::from_table(&other).is_err());
        let stray = Table::from_iter([("assertion_file".to_owned(), Value::from("/x"))]);
        assert!(CredentialKind::from_table(&stray).is_err());
    }
}
