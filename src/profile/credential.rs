//! The kind of an app's credential and what is public of it: facts in a profile. The credential
//! itself is `secret::AppCredential`, which this module never handles.

use super::AssertionSource;
use super::error::Result;
use super::names::{hex, unhex_into};
use super::table::{Expected, FormatFault, missing, text_of, time_of, wrong_type};
use crate::clock::rfc3339;
use crate::secret::{AppCredential, CertificateFacts};
use toml::{Table, Value};

/// The name of a certificate in the profile and in JSON.
const CERTIFICATE: &str = "certificate";

/// How the app of a profile proves itself to Entra.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// It does not: a public client ("Allow public client flows").
    None,
    /// With a client secret.
    Secret,
    /// With a certificate. `None` where a store that ropc only reads has it, as it may be replaced
    /// there.
    Certificate(Option<CertificateFacts>),
    /// With an assertion of another identity provider, from this source.
    Federated(AssertionSource),
}

impl CredentialKind {
    /// The keys of the profile file that belong to the credential, without those of a source.
    const KEYS: [&str; 6] = [
        "public_client",
        "app_credential",
        "certificate_sha256",
        "certificate_sha1",
        "certificate_ends",
        "secret_ends",
    ];

    /// The kind that `asked` becomes with this credential: a person may say at a prompt that the
    /// app has no secret.
    pub fn of(credential: &AppCredential, asked: &Self) -> Self {
        match credential {
            AppCredential::None => Self::None,
            AppCredential::Secret(_) => Self::Secret,
            AppCredential::Certificate(certificate) => {
                Self::Certificate(Some(*certificate.facts()))
            }
            AppCredential::Federated => asked.clone(),
        }
    }

    /// True for an app without a credential.
    pub fn is_public_client(&self) -> bool {
        *self == Self::None
    }

    /// What is public of the certificate, if the profile names one.
    pub fn certificate(&self) -> Option<&CertificateFacts> {
        match self {
            Self::Certificate(facts) => facts.as_ref(),
            Self::None | Self::Secret | Self::Federated(_) => None,
        }
    }

    /// The source of its assertions, if another identity provider gives them.
    pub fn assertion(&self) -> Option<&AssertionSource> {
        match self {
            Self::None | Self::Secret | Self::Certificate(_) => None,
            Self::Federated(source) => Some(source),
        }
    }

    /// The name in the profile and in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Secret => "client-secret",
            Self::Certificate(_) => CERTIFICATE,
            Self::Federated(source) => source.name(),
        }
    }

    /// The kind and its source as a bundle is bound to them. Empty where the bundle holds all that
    /// the app needs: a client secret, or nothing.
    pub fn source(&self) -> String {
        match self {
            Self::None | Self::Secret => String::new(),
            Self::Certificate(None) => CERTIFICATE.into(),
            Self::Certificate(Some(facts)) => format!("{CERTIFICATE} {}", hex(&facts.sha256)),
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
            known: [&[CERTIFICATE], AssertionSource::NAMES.as_slice()].concat(),
        };
        match (flag_of(table, "public_client")?, name) {
            (true, None) => Ok(Self::None),
            (false, None) => Ok(Self::Secret),
            (true, Some(name)) => Err(unknown(name).into()),
            (false, Some(CERTIFICATE)) => Ok(Self::Certificate(certificate_of(table)?)),
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
            Self::Certificate(facts) => certificate_table(facts.as_ref()),
            Self::Federated(source) => {
                let mut table = source.to_table();
                table.insert("app_credential".into(), source.name().into());
                table
            }
        }
    }
}

/// The keys of a certificate.
fn certificate_table(facts: Option<&CertificateFacts>) -> Table {
    let mut table = Table::new();
    let mut put = |key: &str, value: String| drop(table.insert(key.into(), value.into()));
    put("app_credential", CERTIFICATE.into());
    if let Some(CertificateFacts { sha256, sha1, ends }) = facts {
        put("certificate_sha256", hex(sha256));
        put("certificate_sha1", hex(sha1));
        put("certificate_ends", rfc3339(*ends));
    }
    table
}

/// The facts of a certificate: all or none of them.
fn certificate_of(table: &Table) -> Result<Option<CertificateFacts>> {
    let Some(sha256) = text_of(table, "certificate_sha256")? else {
        return Ok(None);
    };
    let sha1 = text_of(table, "certificate_sha1")?.ok_or_else(|| missing("certificate_sha1"))?;
    Ok(Some(CertificateFacts {
        sha256: thumbprint("certificate_sha256", sha256)?,
        sha1: thumbprint("certificate_sha1", sha1)?,
        ends: time_of(table, "certificate_ends")?.ok_or_else(|| missing("certificate_ends"))?,
    }))
}

fn thumbprint<const N: usize>(key: &'static str, text: &str) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    if unhex_into(&mut bytes, text) {
        Ok(bytes)
    } else {
        Err(wrong_type(key, Expected::Thumbprint).into())
    }
}

fn flag_of(table: &Table, key: &'static str) -> Result<bool> {
    table.get(key).map_or(Ok(false), |value| {
        value
            .as_bool()
            .ok_or_else(|| wrong_type(key, Expected::Flag).into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::ProfileError;

    fn certificate() -> CredentialKind {
        CredentialKind::Certificate(Some(CertificateFacts {
            sha256: [0xab; 32],
            sha1: [0xcd; 20],
            ends: 1_795_420_811,
        }))
    }

    #[test]
    fn every_kind_reads_back_the_same() {
        for kind in [
            CredentialKind::None,
            CredentialKind::Secret,
            CredentialKind::Certificate(None),
            certificate(),
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

    #[test]
    fn each_certificate_has_a_source_of_its_own() {
        let sources = [CredentialKind::Certificate(None), certificate()].map(|kind| kind.source());
        assert_ne!(sources[0], sources[1]);
        assert!(sources[1].ends_with(&"ab".repeat(32)), "{sources:?}");
        assert_eq!(CredentialKind::Secret.source(), "");
    }

    #[test]
    fn each_fault_of_a_certificate_is_named() {
        for (key, value, expected) in [
            ("certificate_sha256", "abcd", Expected::Thumbprint),
            ("certificate_sha1", "xy", Expected::Thumbprint),
            ("certificate_sha1", &"+f".repeat(20), Expected::Thumbprint),
            ("certificate_ends", "soon", Expected::Time),
        ] {
            let mut table = certificate().to_table();
            table.insert(key.into(), value.into());
            let error = CredentialKind::from_table(&table).unwrap_err();
            let wanted = FormatFault::Type { key, expected };
            assert!(
                matches!(&error, ProfileError::Format(fault) if *fault == wanted),
                "{error:?}"
            );
        }
    }
}
