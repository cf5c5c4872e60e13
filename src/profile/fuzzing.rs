//! Fuzz targets: profile files, and the names and hosts that people type. Compiled for tests and
//! for fuzzing only.

#![cfg(any(test, fuzzing))]
#![allow(clippy::unwrap_used, reason = "a panic is a finding")]

use super::text::{parse, render};
use super::{
    Authority, ClientId, Cloud, Generation, ProfileError, ProfileName, Scopes, TenantId, Username,
};
use crate::error::Error;
use crate::fuzzing::checks::{all_of, is_plain, is_well_said};
use std::fmt::{Debug, Display};
use std::str::FromStr;

/// Writing and reading a profile gives the same profile; an error is one harmless line.
pub(crate) fn file(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let name: ProfileName = "default".parse().unwrap();
    match parse(&name, text) {
        Ok(profile) => {
            let written = render(&profile);
            assert_eq!(parse(&name, &written).unwrap(), profile, "{written}");
            is_plain(&profile.token_url());
            assert!(url::Url::parse(&profile.token_url()).is_ok_and(|url| url.scheme() == "https"));
        }
        Err(error) => {
            let error = Error::from(error);
            is_well_said(&error);
            assert!(
                !error.message.english().contains('\n'),
                "{}",
                error.message.english()
            );
            assert!(
                !error.hints.is_empty(),
                "{}: no next step",
                error.message.english()
            );
        }
    }
}

/// Every name and id: the parser accepts the displayed form of an accepted one, and the error for
/// another one is harmless.
pub(crate) fn names(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Some(name) = one::<ProfileName>(text) {
        // It becomes a file name.
        assert!(
            !name.as_str().contains(['/', '\\', ':', '\0'])
                && name.as_str() != ".."
                && name.as_str().len() <= 64
        );
    }
    if let Some(tenant) = one::<TenantId>(text) {
        // It becomes a part of a path.
        assert!(
            tenant
                .as_str()
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b))
        );
        assert!(!tenant.as_str().contains(".."));
    }
    if let Some(id) = one::<ClientId>(text) {
        assert_eq!(id.as_str().len(), 36);
    }
    one::<Username>(text);
    one::<Generation>(text);
    match Scopes::parse(&[text]) {
        Ok(scopes) => {
            let again = Scopes::parse(&[scopes.joined()]).unwrap();
            assert_eq!(
                (again.joined(), again.cache_key()),
                (scopes.joined(), scopes.cache_key())
            );
            assert!(
                scopes
                    .joined()
                    .bytes()
                    .all(|b| b.is_ascii_graphic() || b == b' ')
            );
            assert!(
                !scopes
                    .iter()
                    .any(|scope| scope.eq_ignore_ascii_case("offline_access"))
            );
        }
        Err(error) => is_well_said(&error.into()),
    }
    match Cloud::by_name(text) {
        Ok(cloud) => assert!(text.trim().eq_ignore_ascii_case(cloud.name)),
        Err(error) => is_well_said(&error.into()),
    }
}

fn one<T: FromStr<Err = ProfileError> + Display + Debug + PartialEq>(text: &str) -> Option<T> {
    match text.parse::<T>() {
        Ok(value) => {
            is_plain(&value.to_string());
            assert_eq!(value.to_string().parse::<T>().unwrap(), value);
            Some(value)
        }
        Err(error) => {
            let error = Error::from(error);
            is_well_said(&error);
            assert!(!error.message.english().contains('\n') && !error.hints.is_empty());
            None
        }
    }
}

/// An authority is an https host and nothing else, and no message shows a password in one.
pub(crate) fn authority(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    match text.parse::<Authority>() {
        Ok(authority) => {
            let base = authority.base();
            let url = url::Url::parse(&base).unwrap();
            assert_eq!(
                (url.scheme(), url.path(), url.query()),
                ("https", "/", None),
                "{base}"
            );
            assert!(
                url.username().is_empty() && url.password().is_none() && url.fragment().is_none(),
                "{base}"
            );
            assert!(
                url.host_str().is_some_and(|host| !host.is_empty()),
                "{base}"
            );
            assert_eq!(base.parse::<Authority>().unwrap(), authority, "{base}");
        }
        Err(error) => {
            let error = Error::from(error);
            is_well_said(&error);
            assert!(!error.message.english().contains('\n') && !error.hints.is_empty());
            let said = all_of(&error);
            // `user:password@host`, with a password that is nowhere else.
            assert!(
                !text.contains(":hunter2-hunter2@") || !said.contains("hunter2"),
                "{said}"
            );
        }
    }
}
