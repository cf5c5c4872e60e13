//! The text of a profile file: TOML with a fixed set of keys, each checked. Knows no paths of such
//! files.

use super::error::Result;
use super::names::nearest;
use super::table::{Expected, FormatFault, missing, text_of, time_of, wrong_type};
use super::{Authority, Cloud, CredentialKind, Profile, ProfileError, ProfileName, Scopes, Store};
use crate::clock::rfc3339;
use std::path::PathBuf;
use std::str::FromStr;
use toml::{Table, Value};

/// The keys of a profile, except those of the store and of the app's credential, which are in
/// `secret_store` and `credential`.
const KEYS: [&str; 9] = [
    "version",
    "tenant",
    "client_id",
    "username",
    "cloud",
    "authority",
    "ca_file",
    "scopes",
    "generation",
];

/// Parses a profile's text.
pub(super) fn parse(name: &ProfileName, text: &str) -> Result<Profile> {
    from_table(name, &table_of(text)?)
}

/// Parses the text as TOML.
pub(super) fn table_of(text: &str) -> Result<Table> {
    text.parse().map_err(|e: toml::de::Error| {
        let start = e.span().map_or(0, |span| span.start.min(text.len()));
        FormatFault::Syntax {
            line: text[..start].matches('\n').count() + 1,
            reason: e.message().to_owned(),
        }
        .into()
    })
}

/// Checks the version, before keys that only a newer ropc knows count as wrong.
fn check_version(table: &Table) -> Result<()> {
    match table.get("version") {
        Some(Value::Integer(1)) => Ok(()),
        Some(other) => Err(FormatFault::Version {
            version: other.to_string(),
            needs: text_of(table, "needs")?.and_then(|text| text.parse().ok()),
        }
        .into()),
        None => check_keys(table).and(Err(missing("version").into())),
    }
}

/// Makes a profile from its keys.
pub(super) fn from_table(name: &ProfileName, table: &Table) -> Result<Profile> {
    check_version(table)?;
    check_keys(table)?;
    let authority = match (text_of(table, "authority")?, text_of(table, "cloud")?) {
        (Some(_), Some(_)) => return Err(FormatFault::BothHosts.into()),
        (Some(host), None) => host.parse()?,
        (None, Some(cloud)) => Authority::Cloud(Cloud::by_name(cloud)?),
        (None, None) => return Err(missing("cloud").into()),
    };
    Ok(Profile {
        name: name.clone(),
        tenant: required(table, "tenant")?,
        client_id: required(table, "client_id")?,
        username: required(table, "username")?,
        scopes: scopes_of(table)?,
        authority,
        ca_file: text_of(table, "ca_file")?.map(PathBuf::from),
        store: Store::from_table(table)?,
        credential: CredentialKind::from_table(table)?,
        secret_ends: time_of(table, "secret_ends")?,
        generation: required(table, "generation")?,
    })
}

/// Every key of a profile.
fn keys() -> Vec<&'static str> {
    let more = CredentialKind::keys().chain(Store::keys());
    KEYS.into_iter().chain(more).collect()
}

fn check_keys(table: &Table) -> Result<()> {
    let known = keys();
    let Some(key) = table.keys().find(|key| !known.contains(&key.as_str())) else {
        return Ok(());
    };
    let key = key.clone();
    if key.contains("secret") || key.contains("password") {
        return Err(FormatFault::SecretKey(key).into());
    }
    let near = nearest(&key, known.iter().copied());
    Err(FormatFault::UnknownKey { key, near, known }.into())
}

fn required<T: FromStr<Err = ProfileError>>(table: &Table, key: &'static str) -> Result<T> {
    let text = text_of(table, key)?.ok_or_else(|| missing(key))?;
    text.parse()
}

fn scopes_of(table: &Table) -> Result<Scopes> {
    let list = table.get("scopes").ok_or_else(|| missing("scopes"))?;
    let items: Option<Vec<&str>> = list
        .as_array()
        .and_then(|a| a.iter().map(Value::as_str).collect());
    Scopes::parse(&items.ok_or_else(|| wrong_type("scopes", Expected::Texts))?)
}

/// Writes a profile's text.
pub(super) fn render(profile: &Profile) -> String {
    let table = to_table(profile);
    format!(
        "# Public facts of a ropc profile, written by `ropc login`. The secrets are in the store named below.\n{table}"
    )
}

/// The keys of a profile.
pub(super) fn to_table(profile: &Profile) -> Table {
    let mut table = Table::new();
    let mut put = |key: &str, value: Value| drop(table.insert(key.into(), value));
    put("version", Value::Integer(1));
    put("tenant", profile.tenant.as_str().into());
    put("client_id", profile.client_id.as_str().into());
    put("username", profile.username.as_str().into());
    match &profile.authority {
        Authority::Cloud(cloud) => put("cloud", cloud.name.into()),
        Authority::Enrolled(_) => put("authority", profile.authority.base().into()),
    }
    if let Some(file) = &profile.ca_file {
        put("ca_file", file.to_string_lossy().into_owned().into());
    }
    put(
        "scopes",
        Value::Array(profile.scopes.iter().map(Into::into).collect()),
    );
    if let Some(ends) = profile.secret_ends {
        put("secret_ends", rfc3339(ends).into());
    }
    put("generation", profile.generation.as_str().into());
    table.extend(profile.credential.to_table());
    table.extend(profile.store.to_table());
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Release;
    use crate::profile::{AuthorityFault, KeySource, NameFault};

    fn sample() -> Profile {
        Profile {
            authority: "https://localhost:8443".parse().unwrap(),
            ca_file: Some("/etc/ca \"x\".pem".into()),
            store: Store::File {
                key: Some(KeySource::KeyFile),
            },
            credential: CredentialKind::None,
            ..Profile::sample("default")
        }
    }

    #[test]
    fn a_written_profile_reads_back_the_same() {
        let profile = sample();
        assert_eq!(parse(&profile.name, &render(&profile)).unwrap(), profile);
        for store in [
            Store::Os,
            Store::File { key: None },
            Store::Directory { dir: None },
            Store::Directory {
                dir: Some(std::env::temp_dir()),
            },
            Store::Command {
                argv: vec!["op".into(), "read \"x\"".into()],
            },
        ] {
            let profile = Profile { store, ..sample() };
            assert_eq!(parse(&profile.name, &render(&profile)).unwrap(), profile);
        }
    }

    /// The error for a profile's file after one change.
    #[track_caller]
    fn fault_of(profile: &Profile, from: &str, to: &str) -> ProfileError {
        let good = render(profile);
        let bad = good.replace(from, to);
        assert_ne!(good, bad, "control: there is no `{from}` in the good file");
        assert!(parse(&profile.name, &good).is_ok(), "control: {good}");
        parse(&profile.name, &bad).unwrap_err()
    }

    #[track_caller]
    fn fault(from: &str, to: &str) -> ProfileError {
        fault_of(&sample(), from, to)
    }

    #[track_caller]
    fn assert_format(from: &str, to: &str, expected: &FormatFault) {
        let found = fault(from, to);
        assert!(
            matches!(&found, ProfileError::Format(found) if found == expected),
            "{found:?}"
        );
    }

    #[test]
    fn each_fault_of_a_key_is_named() {
        let known = keys();
        assert_format(
            "client_id",
            "clientid",
            &FormatFault::UnknownKey {
                key: "clientid".into(),
                near: Some("client_id"),
                known,
            },
        );
        for secret in ["password", "client_secret"] {
            assert_format(
                "ca_file = ",
                &format!("{secret} = "),
                &FormatFault::SecretKey(secret.into()),
            );
        }
        for key in ["generation", "tenant", "scopes", "version"] {
            // Another sample has another generation.
            let profile = sample();
            let good = render(&profile);
            let line = good.lines().find(|line| line.starts_with(key)).unwrap();
            let found = fault_of(&profile, line, "");
            assert!(
                matches!(&found, ProfileError::Format(FormatFault::MissingKey(k)) if *k == key),
                "{found:?}"
            );
        }
        assert_format(
            "authority = ",
            "cloud = \"global\"\nauthority = ",
            &FormatFault::BothHosts,
        );
        assert_format(
            "key_source = ",
            "secrets_dir = ",
            &FormatFault::OtherStore {
                key: "secrets_dir",
                store: "directory",
            },
        );
    }

    #[test]
    fn each_fault_of_a_value_is_named() {
        let version = |needs| FormatFault::Version {
            version: "2".into(),
            needs,
        };
        assert_format("version = 1", "version = 2", &version(None));
        let newer = "version = 2\nneeds = \"0.2.0\"\na_key_of_the_future = 1";
        assert_format("version = 1", newer, &version(Some(Release([0, 2, 0]))));
        let value = FormatFault::UnknownValue {
            key: "store",
            value: "fil".into(),
            known: vec!["os", "file", "directory", "command"],
        };
        assert_format("store = \"file\"", "store = \"fil\"", &value);
        for (from, to, key, expected) in [
            ("\"contoso.example\"", "1", "tenant", Expected::Text),
            (
                "[\"User.Read\"]",
                "\"User.Read\"",
                "scopes",
                Expected::Texts,
            ),
            (
                "_client = true",
                "_client = 1",
                "public_client",
                Expected::Flag,
            ),
        ] {
            assert_format(from, to, &FormatFault::Type { key, expected });
        }
        assert!(matches!(
            fault("tenant = ", "tenant "),
            ProfileError::Format(FormatFault::Syntax { line: 2.., .. })
        ));
        assert!(matches!(
            fault("https://localhost", "http://localhost"),
            ProfileError::Authority(AuthorityFault::Http(_))
        ));
        assert!(matches!(
            fault("3b9c6f0e-", ""),
            ProfileError::Name(NameFault::ClientId(_))
        ));
        assert!(matches!(
            fault("\"contoso.example\"", "\"common\""),
            ProfileError::Name(NameFault::SharedTenant(_))
        ));
    }

    #[test]
    fn each_fault_of_a_stores_facts_is_named() {
        let keyless = Profile {
            store: Store::File { key: None },
            ..sample()
        };
        let no_program = fault_of(&keyless, "store = \"file\"", "store = \"command\"");
        assert!(matches!(
            no_program,
            ProfileError::Format(FormatFault::MissingKey("command"))
        ));
        for (store, fact, wanted) in [
            ("command", "command = \"op read\"", Expected::Command),
            ("command", "command = []", Expected::Command),
            ("command", "command = [\"\"]", Expected::Command),
            ("command", "command = [\"./op\"]", Expected::Program),
            ("directory", "secrets_dir = \"run\"", Expected::AbsolutePath),
        ] {
            let lines = format!("store = \"{store}\"\n{fact}");
            match fault_of(&keyless, "store = \"file\"", &lines) {
                ProfileError::Format(FormatFault::Type { key, expected }) => {
                    assert!(fact.starts_with(key) && expected == wanted, "{fact}");
                }
                other => panic!("{fact}: {other:?}"),
            }
        }
    }
}
