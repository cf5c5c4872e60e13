//! The words of the area `profile`: message and hints for each error, and the names of the facts of
//! a profile. `profile` decides what went wrong.

mod command;
mod facts;
mod files;

pub(crate) use command::with_profile;

use crate::error::{Error, Kind, io_reason};
use crate::profile::{Fact, ProfileError, StoreKind};
use crate::text::{Text, text};
use std::fmt;

impl From<ProfileError> for Error {
    fn from(error: ProfileError) -> Self {
        Self::from(&error)
    }
}

impl From<&ProfileError> for Error {
    fn from(error: &ProfileError) -> Self {
        match error {
            ProfileError::Name(fault) => facts::name(fault),
            ProfileError::Authority(fault) => facts::authority(fault),
            ProfileError::Scopes(fault) => facts::scopes(fault),
            ProfileError::Format(fault) => files::format(fault),
            ProfileError::InFile { path, source } => files::in_file(path, source),
            ProfileError::NotFound(found) => files::not_found(found),
            ProfileError::Unreadable { path, source } => {
                files::unreadable(path, &io_reason(source))
            }
            ProfileError::NotUtf8 { path } => files::unreadable(path, &text!("os-not-utf8")),
            ProfileError::Unwritable { path, source } => {
                files::unwritable(path, source).hint(text!("profile-unwritable-unchanged"))
            }
            ProfileError::NotRemoved { path, source } => files::not_removed(path, source),
            ProfileError::Changeable(found) => {
                files::changeable(found).hint(text!("profile-changeable-mode"))
            }
            ProfileError::Enrolment(fault) => files::enrolment(fault),
            ProfileError::NoRandom => Self::new(Kind::Other, text!("os-no-random")),
        }
    }
}

/// The message, in English.
impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Error::from(self).fmt(f)
    }
}

impl Fact {
    /// In words, for a sentence about a difference.
    pub(crate) fn words(self) -> Text {
        match self {
            Self::Authority => text!("profile-fact-authority"),
            Self::Tenant => text!("profile-fact-tenant"),
            Self::ClientId => text!("profile-fact-client-id"),
            Self::User => text!("profile-fact-user"),
            Self::CaFile => text!("profile-fact-ca-file"),
            Self::CaPath => text!("profile-fact-ca-path"),
            Self::Store | Self::OfStore(StoreKind::Os) => text!("profile-fact-store"),
            Self::OfStore(StoreKind::File) => text!("profile-fact-key-source"),
            Self::OfStore(StoreKind::Directory) => text!("profile-fact-secrets-dir"),
            Self::OfStore(StoreKind::Command) => text!("profile-fact-command"),
            Self::PublicClient => text!("profile-fact-public-client"),
            Self::AppCredential => text!("profile-fact-app-credential"),
        }
    }
}
