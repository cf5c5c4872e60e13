//! The text of a profile file: TOML with a fixed set of keys, each checked. Where such files are is
//! not known here.

use super::names::nearest;
use super::{Authority, Cloud, CredentialKind, Profile, ProfileError, ProfileName, Scopes, Store};
use crate::error::{Error, Result};
use crate::text::{Text, text};
use clap::ValueEnum;
use std::path::PathBuf;
use std::str::FromStr;
use toml::{Table, Value};

/// Those of the store are in `secret_store`.
const KEYS: [&str; 10] = [
    "version",
    "tenant",
    "client_id",
    "username",
    "cloud",
    "authority",
    "ca_file",
    "scopes",
    "public_client",
    "generation",
];

/// Parses a profile's text.
pub(super) fn parse(name: &ProfileName, text: &str) -> Result<Profile> {
    from_table(name, &table_of(text)?)
}

/// The text as what TOML makes of it.
pub(super) fn table_of(text: &str) -> Result<Table> {
    text.parse().map_err(|e: toml::de::Error| {
        let line = e.span().map_or(1, |s| {
            text[..s.start.min(text.len())].matches('\n').count() + 1
        });
        Error::config(text!(
            "profile-line",
            line = line,
            reason = e.message().replace('\n', " ")
        ))
        .hint(text!("profile-mend"))
    })
}

/// A profile out of its keys.
pub(super) fn from_table(name: &ProfileName, table: &Table) -> Result<Profile> {
    check_keys(table)?;
    match table.get("version") {
        Some(Value::Integer(1)) => {}
        Some(other) => {
            return Err(Error::config(text!("profile-version", version = other))
                .hint(text!("profile-version-newer")));
        }
        None => return Err(missing("version")),
    }
    let authority = match (text_of(table, "authority")?, text_of(table, "cloud")?) {
        (Some(_), Some(_)) => {
            return Err(
                Error::config(text!("profile-both-hosts")).hint(text!("profile-both-hosts-keep"))
            );
        }
        (Some(host), None) => host.parse()?,
        (None, Some(cloud)) => Authority::Cloud(Cloud::by_name(cloud)?),
        (None, None) => return Err(missing("cloud")),
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
        credential: CredentialKind::of_public_client(flag_of(table, "public_client")?),
        generation: required(table, "generation")?,
    })
}

fn check_keys(table: &Table) -> Result<()> {
    let keys: Vec<&str> = KEYS.into_iter().chain(Store::keys()).collect();
    let Some(key) = table.keys().find(|k| !keys.contains(&k.as_str())) else {
        return Ok(());
    };
    let error = Error::config(text!("profile-unknown-key", key = key.escape_debug()));
    if key.contains("secret") || key.contains("password") {
        return Err(error.hint(text!("profile-secret-in-file")));
    }
    Err(error.hint(match nearest(key, keys.iter().copied()) {
        Some(near) => text!("profile-did-you-mean", name = near),
        None => text!("profile-keys", names = keys.join(", ")),
    }))
}

pub(super) fn missing(key: &str) -> Error {
    Error::config(text!("profile-missing-key", key = key)).hint(text!("profile-missing-key-login"))
}

pub(super) fn wrong_type(message: Text) -> Error {
    Error::config(message).hint(text!("profile-mend"))
}

pub(super) fn text_of<'t>(table: &'t Table, key: &str) -> Result<Option<&'t str>> {
    table
        .get(key)
        .map(|v| {
            v.as_str()
                .ok_or_else(|| wrong_type(text!("profile-must-be-text", key = key)))
        })
        .transpose()
}

fn flag_of(table: &Table, key: &str) -> Result<bool> {
    table.get(key).map_or(Ok(false), |v| {
        v.as_bool()
            .ok_or_else(|| wrong_type(text!("profile-must-be-flag", key = key)))
    })
}

fn required<T: FromStr<Err = ProfileError>>(table: &Table, key: &str) -> Result<T> {
    let text = text_of(table, key)?.ok_or_else(|| missing(key))?;
    Ok(text.parse()?)
}

fn scopes_of(table: &Table) -> Result<Scopes> {
    let list = table.get("scopes").ok_or_else(|| missing("scopes"))?;
    let items: Option<Vec<&str>> = list
        .as_array()
        .and_then(|a| a.iter().map(Value::as_str).collect());
    let items = items.ok_or_else(|| wrong_type(text!("profile-must-be-list", key = "scopes")))?;
    Ok(Scopes::parse(&items)?)
}

/// One of the values of an enum by its name.
pub(super) fn choice<T: ValueEnum + Copy>(
    table: &Table,
    key: &str,
    name: fn(T) -> &'static str,
) -> Result<Option<T>> {
    let Some(text) = text_of(table, key)? else {
        return Ok(None);
    };
    let all = T::value_variants().iter().copied();
    if let Some(value) = all.clone().find(|value| name(*value) == text) {
        return Ok(Some(value));
    }
    let names: Vec<&str> = all.map(name).collect();
    Err(Error::config(text!(
        "profile-unknown-value",
        key = key,
        value = text.escape_debug()
    ))
    .hint(text!("profile-one-of", names = names.join(", "))))
}

/// A profile's text.
pub(super) fn render(profile: &Profile) -> String {
    let table = to_table(profile);
    format!(
        "# Public facts of a ropc profile, written by `ropc login`. The secrets are in the store named below.\n{table}"
    )
}

/// A profile as its keys.
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
    if profile.credential.is_public_client() {
        put("public_client", true.into());
    }
    put("generation", profile.generation.as_str().into());
    table.extend(profile.store.to_table());
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::KeySource;

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
    fn what_is_written_reads_back() {
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

    #[test]
    fn bad_files_say_what_to_mend() {
        let name: ProfileName = "default".parse().unwrap();
        let good = render(&sample());
        let without_key = good.replace("key_source = \"key-file\"\n", "");
        let cases = [
            (
                good.replace("client_id", "clientid"),
                "clientid",
                "client_id",
            ),
            (
                good.replace("version = 1", "version = 2"),
                "version 2",
                "update ropc",
            ),
            (
                good.replace("https://localhost", "http://localhost"),
                "must be https",
                "https://localhost",
            ),
            (good.replace("3b9c6f0e-", ""), "GUID", "App registrations"),
            (
                good.replace("store = \"file\"", "store = \"fil\""),
                "store",
                "os, file, directory, command",
            ),
            (
                without_key.replace("store = \"file\"", "store = \"command\""),
                "`command` is missing",
                "ropc login",
            ),
            (
                good.replace("store = \"file\"", "store = \"os\""),
                "`key_source` goes with `store = \"file\"` only",
                "take the line out",
            ),
            (
                format!("{good}command = [\"op\"]\n"),
                "goes with `store = \"command\"` only",
                "take the line out",
            ),
            (
                format!("{good}secrets_dir = \"/run\"\n"),
                "goes with `store = \"directory\"` only",
                "take the line out",
            ),
            (
                without_key.replace("\"file\"", "\"command\"\ncommand = \"op read\""),
                "a list of texts",
                "mend",
            ),
            (
                without_key.replace("\"file\"", "\"command\"\ncommand = []"),
                "a list of texts",
                "mend",
            ),
            (
                without_key.replace("\"file\"", "\"command\"\ncommand = [\"./op\"]"),
                "whole path",
                "mend",
            ),
            (
                without_key.replace("\"file\"", "\"directory\"\nsecrets_dir = \"run\""),
                "an absolute path",
                "mend",
            ),
            (
                format!("{good}password = \"x\"\n"),
                "password",
                "secrets never",
            ),
            (
                good.replace("public_client = true", "public_client = \"yes\""),
                "true or false",
                "mend",
            ),
            (good.replace("tenant = ", "tenant "), "line", "mend"),
            (
                good.replace("contoso.example\"\n", "common\"\n"),
                "AADSTS9001023",
                "tenant id",
            ),
            (
                good.lines()
                    .filter(|l| !l.starts_with("generation"))
                    .collect::<Vec<_>>()
                    .join("\n"),
                "generation",
                "ropc login",
            ),
        ];
        for (text, message, hint) in cases {
            let error = parse(&name, &text).unwrap_err();
            assert!(
                error.message.english().contains(message),
                "{} lacks {message}",
                error.message.english()
            );
            assert!(
                error.hints.iter().any(|h| h.english().contains(hint)),
                "{:?} lacks {hint}",
                error.hints
            );
            assert_eq!(error.kind, crate::error::Kind::Config);
        }
    }
}
