//! The words of the area `profile`: what each error of a profile says, and the facts of a profile as
//! other texts name them. What went wrong is decided in `profile`.

mod facts;

use super::{Text, text};
use crate::error::{Error, Kind};
use crate::profile::{Fact, ProfileError};
use std::fmt;

impl From<ProfileError> for Error {
    fn from(error: ProfileError) -> Self {
        said(&error)
    }
}

/// The message, in English.
impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        said(self).fmt(f)
    }
}

fn said(error: &ProfileError) -> Error {
    match error {
        ProfileError::Name(fault) => facts::name(fault),
        ProfileError::Authority(fault) => facts::authority(fault),
        ProfileError::Scopes(fault) => facts::scopes(fault),
        ProfileError::NoRandom => Error::new(Kind::Other, text!("profile-no-random")),
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
        }
    }
}
