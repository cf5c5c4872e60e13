//! What a file of a newer format says about itself, whatever else is in it: the version of the
//! format, and the first ropc that reads it (`docs/development/release.md`). Reads no file.

use serde::{Deserialize, Deserializer};
use std::fmt;
use std::str::FromStr;

/// A version of ropc, as `0.2.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release(pub [u8; 3]);

/// A format that this program does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct NewerFormat {
    /// As the file says.
    #[serde(alias = "v")]
    pub version: u64,
    /// What the file says is needed, if it is a version.
    #[serde(default, deserialize_with = "release")]
    pub needs: Option<Release>,
}

fn release<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Release>, D::Error> {
    Ok(String::deserialize(value)?.parse().ok())
}

impl FromStr for Release {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let numbers: Vec<u8> = text
            .split('.')
            .map(|part| part.parse::<u8>().map_err(drop))
            .collect::<Result<_, _>>()?;
        numbers.try_into().map(Self).map_err(drop)
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_three_numbers() {
        let release: Release = "0.12.3".parse().unwrap();
        assert_eq!(release.to_string(), "0.12.3");
        for text in [
            "", "1", "1.2", "1.2.3.4", "1.2.x", "1.2.300", "1.2.-3", "`rm`",
        ] {
            assert_eq!(text.parse::<Release>(), Err(()), "{text}");
        }
    }

    #[test]
    fn a_need_that_is_no_version_is_none() {
        let read = |json| serde_json::from_str::<NewerFormat>(json).unwrap();
        let format = read("{\"v\":2,\"needs\":\"0.2.0\",\"x\":1}");
        assert_eq!(
            (format.version, format.needs),
            (2, Some(Release([0, 2, 0])))
        );
        assert_eq!(read("{\"version\":2}").needs, None);
        assert_eq!(read("{\"version\":2,\"needs\":\"soon\"}").needs, None);
    }
}
