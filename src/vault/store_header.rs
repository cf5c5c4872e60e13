//! The header of the `file` store: magic, format, the source of the key, and the facts of that
//! source. All of it is authenticated with the content, and none of it is secret. ropc never opens
//! a file with another source than the one that it names.

use crate::format::{NewerFormat, Release};
use crate::profile::KeySource;
use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

use crate::secret::SealingKey;

/// The first bytes; then follow one byte for the format and one for the key source.
const MAGIC: &[u8] = b"ropc-file-store";
const FORMAT: u8 = 1;
const SALT: usize = 16;

/// The part before the sealed records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Header {
    /// Key from systemd.
    Credential,
    /// Key from a file.
    KeyFile,
    /// Key from the keychain item of this number.
    Keychain([u8; 8]),
    /// Key from a passphrase.
    Passphrase(Stretch),
}

/// How a passphrase becomes a key: Argon2id (RFC 9106) with these costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: [u8; SALT],
}

/// Why bytes are no header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAHeader {
    /// Something else, or damaged.
    Foreign,
    /// A newer ropc wrote it.
    Newer(NewerFormat),
    /// A key source that a newer ropc wrote.
    Source(u8),
    /// Costs that no version uses: a damaged file must not take all memory.
    Costs,
}

impl Stretch {
    /// 64 MiB and three passes: about 0.15 s for each guess.
    pub(super) fn fresh() -> std::io::Result<Self> {
        let mut salt = [0u8; SALT];
        getrandom::fill(&mut salt).map_err(std::io::Error::other)?;
        Ok(Self {
            memory_kib: 64 * 1024,
            passes: 3,
            lanes: 1,
            salt,
        })
    }

    fn is_sane(&self) -> bool {
        (19 * 1024..=256 * 1024).contains(&self.memory_kib)
            && (1..=16).contains(&self.passes)
            && (1..=4).contains(&self.lanes)
    }

    /// The key; `None` if there is not enough memory.
    pub(super) fn key(&self, passphrase: &str) -> Option<SealingKey> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).ok()?;
        let mut key = Zeroizing::new([0u8; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), &self.salt, key.as_mut_slice())
            .ok()?;
        SealingKey::from_slice(key.as_slice())
    }
}

impl Header {
    pub(super) fn source(&self) -> KeySource {
        match self {
            Self::Credential => KeySource::Credential,
            Self::KeyFile => KeySource::KeyFile,
            Self::Keychain(_) => KeySource::Keychain,
            Self::Passphrase(_) => KeySource::Passphrase,
        }
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = [MAGIC, &[FORMAT]].concat();
        match self {
            Self::Credential => bytes.push(1),
            Self::KeyFile => bytes.push(2),
            Self::Keychain(number) => {
                bytes.push(3);
                bytes.extend(number);
            }
            Self::Passphrase(stretch) => {
                bytes.push(4);
                for cost in [stretch.memory_kib, stretch.passes, stretch.lanes] {
                    bytes.extend(cost.to_be_bytes());
                }
                bytes.extend(stretch.salt);
            }
        }
        bytes
    }

    /// The header at the start of a file, and what follows it.
    pub(super) fn split(file: &[u8]) -> Result<(Self, &[u8]), NotAHeader> {
        let (header, rest) = Self::start(file)?;
        if rest.is_empty() {
            Err(NotAHeader::Foreign)
        } else {
            Ok((header, rest))
        }
    }

    fn start(file: &[u8]) -> Result<(Self, &[u8]), NotAHeader> {
        let (start, rest) = file
            .split_at_checked(MAGIC.len() + 2)
            .ok_or(NotAHeader::Foreign)?;
        let Some([format, source]) = start.strip_prefix(MAGIC) else {
            return Err(NotAHeader::Foreign);
        };
        if *format != FORMAT {
            return Err(NotAHeader::Newer(newer(*format, &file[MAGIC.len() + 1..])));
        }
        match source {
            1 => Ok((Self::Credential, rest)),
            2 => Ok((Self::KeyFile, rest)),
            3 => {
                let (number, rest) = rest.split_first_chunk().ok_or(NotAHeader::Foreign)?;
                Ok((Self::Keychain(*number), rest))
            }
            4 => stretch(rest).map(|(stretch, rest)| (Self::Passphrase(stretch), rest)),
            other => Err(NotAHeader::Source(*other)),
        }
    }
}

/// Of a newer format, the three bytes after its number are the version of ropc that reads it.
fn newer(format: u8, after: &[u8]) -> NewerFormat {
    NewerFormat {
        version: format.into(),
        needs: after.first_chunk().copied().map(Release),
    }
}

fn stretch(bytes: &[u8]) -> Result<(Stretch, &[u8]), NotAHeader> {
    let mut rest = bytes;
    let mut costs = [0u32; 3];
    for cost in &mut costs {
        let (number, after) = rest.split_first_chunk().ok_or(NotAHeader::Foreign)?;
        (*cost, rest) = (u32::from_be_bytes(*number), after);
    }
    let (salt, rest) = rest.split_first_chunk().ok_or(NotAHeader::Foreign)?;
    let [memory_kib, passes, lanes] = costs;
    let stretch = Stretch {
        memory_kib,
        passes,
        lanes,
        salt: *salt,
    };
    if stretch.is_sane() {
        Ok((stretch, rest))
    } else {
        Err(NotAHeader::Costs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        for header in [
            Header::Credential,
            Header::KeyFile,
            Header::Keychain(*b"12345678"),
            Header::Passphrase(Stretch::fresh().unwrap()),
        ] {
            let mut bytes = header.encode();
            let length = bytes.len();
            bytes.extend(b"body");
            assert_eq!(Header::split(&bytes), Ok((header, &b"body"[..])));
            for cut in 0..length {
                assert!(Header::split(&bytes[..cut]).is_err(), "cut at {cut}");
            }
        }
    }

    #[test]
    fn each_unknown_header_has_its_own_error() {
        let at = |index: usize, value: u8| {
            let mut bytes = Header::Passphrase(Stretch::fresh().unwrap()).encode();
            bytes[index] = value;
            Header::split(&bytes).map(drop)
        };
        assert_eq!(at(0, b'R'), Err(NotAHeader::Foreign));
        let future = [MAGIC, &[2, 0, 2, 0, 9, 9]].concat();
        let newer = NewerFormat {
            version: 2,
            needs: Some(Release([0, 2, 0])),
        };
        assert_eq!(Header::split(&future), Err(NotAHeader::Newer(newer)));
        assert_eq!(at(MAGIC.len() + 1, 9), Err(NotAHeader::Source(9)));
        // 64 MiB becomes 16 GiB, and three passes become 50 million: ropc tries neither.
        assert_eq!(at(MAGIC.len() + 2, 1), Err(NotAHeader::Costs));
        assert_eq!(at(MAGIC.len() + 6, 3), Err(NotAHeader::Costs));
        assert_eq!(at(MAGIC.len() + 13, 0), Err(NotAHeader::Costs));
        let kib = |memory_kib| {
            Stretch {
                memory_kib,
                passes: 1,
                lanes: 1,
                salt: [7; SALT],
            }
            .is_sane()
        };
        assert_eq!(
            [19_455, 19_456, 262_144, 262_145].map(kib),
            [false, true, true, false]
        );
    }

    #[test]
    fn a_key_follows_from_passphrase_and_salt() {
        let weak = Stretch {
            memory_kib: 19 * 1024,
            passes: 1,
            lanes: 1,
            salt: [7; SALT],
        };
        let key = |stretch: &Stretch, text| *stretch.key(text).unwrap().bytes();
        assert_eq!(key(&weak, "correct horse"), key(&weak, "correct horse"));
        assert_ne!(key(&weak, "correct horse"), key(&weak, "correct horsf"));
        assert_ne!(
            key(&weak, "correct horse"),
            key(
                &Stretch {
                    salt: [8; SALT],
                    ..weak.clone()
                },
                "correct horse"
            )
        );
    }
}
