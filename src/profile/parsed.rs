//! Parses names and ids for the rest of the program, with its error type. `names` has the rules.

use super::error::ProfileError;
use super::names::{ClientId, Generation, ProfileName, TenantId, Username, hex};
use std::str::FromStr;

macro_rules! parsed {
    ($($name:ident),*) => {$(
        impl FromStr for $name {
            type Err = ProfileError;

            fn from_str(text: &str) -> Result<Self, ProfileError> {
                Ok(Self::read(text)?)
            }
        }
    )*};
}

parsed!(ProfileName, TenantId, ClientId, Username, Generation);

impl Generation {
    /// A fresh id from the operating system's random source. Fails if that gives no bytes.
    pub fn random() -> Result<Self, ProfileError> {
        let mut bytes = [0u8; 8];
        getrandom::fill(&mut bytes).map_err(|_| ProfileError::NoRandom)?;
        hex(&bytes).parse()
    }
}
