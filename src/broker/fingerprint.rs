//! Fingerprints of refused secrets: enough to recognise one, too little to guess it. 16 bits of
//! Argon2id (19 MiB, two passes) over the secret with its own random salt. A reader of the record
//! can exclude a guess, but one of 65,536 guesses matches; ropc takes a new secret for a refused
//! one once in 65,536 times, and `ropc login --retry` is the way out. A run pays the cost only
//! where the record has a refusal. And [`Mark`]s, which take the place of secrets in memory while
//! ropc waits for an answer. They are never written down.

use crate::profile::hex;
use crate::secret::{SecretRef, Secrets, expose_for_fingerprint};
use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A salted, slow and short digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub(super) struct Fingerprint {
    salt: String,
    print: String,
}

/// A fingerprint as the file has it. A value that no version writes is damage: it matches no
/// secret, and must not let a refused one pass.
#[derive(Deserialize)]
struct Written {
    salt: String,
    print: String,
}

/// Lower-case digits as this file writes them, and so many.
fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

impl TryFrom<Written> for Fingerprint {
    type Error = &'static str;

    fn try_from(Written { salt, print }: Written) -> Result<Self, Self::Error> {
        if is_hex(&salt, 32) && is_hex(&print, 4) {
            Ok(Self { salt, print })
        } else {
            Err("no fingerprint")
        }
    }
}

/// There was too little memory for the digest, so nothing is known of the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoDigest;

impl Fingerprint {
    /// The fingerprint of a secret, with a fresh salt; `None` if the OS has no random bytes or no
    /// memory is left.
    pub(super) fn of(secret: SecretRef<'_>) -> Option<Self> {
        let mut salt = [0u8; 16];
        getrandom::fill(&mut salt).ok()?;
        let salt = hex(&salt);
        let print = digest(secret, &salt).ok()?;
        Some(Self { salt, print })
    }

    /// True if the secret is, as far as 16 bits show, the recorded one.
    pub(super) fn matches(&self, secret: SecretRef<'_>) -> Result<bool, NoDigest> {
        Ok(digest(secret, &self.salt)? == self.print)
    }
}

fn digest(secret: SecretRef<'_>, salt: &str) -> Result<String, NoDigest> {
    let params = Params::new(19 * 1024, 2, 1, Some(32)).map_err(|_| NoDigest)?;
    let mut out = zeroize::Zeroizing::new([0u8; 32]);
    let hashed = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        // `hash_password_into` allocates fallibly: no memory is an error and does not abort the
        // process.
        .hash_password_into(
            expose_for_fingerprint(secret),
            salt.as_bytes(),
            out.as_mut_slice(),
        );
    // The hash leaves pieces of the secret on the stack (measured).
    locked_memory::scrub_stack();
    hashed.map_err(|_| NoDigest)?;
    Ok(hex(&out[..2]))
}

/// 16 bits of SHA-256 over each secret, with a random salt: enough to see whether the store later
/// gives the same secrets that were sent. A reader of the memory learns 16 bits, as with a
/// fingerprint; a fast digest is enough, as a mark lives for one request.
#[derive(Debug)]
pub(super) struct Mark {
    salt: [u8; 16],
    password: [u8; 2],
    credential: Option<[u8; 2]>,
}

impl Mark {
    /// The mark of the secrets of one request; `None` if the OS has no random bytes.
    pub(super) fn of(secrets: &Secrets) -> Option<Self> {
        let mut salt = [0u8; 16];
        getrandom::fill(&mut salt).ok()?;
        let (password, credential) = shorts(&salt, secrets);
        Some(Self {
            salt,
            password,
            credential,
        })
    }

    /// True if these are, as far as 16 bits show, the marked secrets.
    pub(super) fn is_of(&self, secrets: &Secrets) -> bool {
        shorts(&self.salt, secrets) == (self.password, self.credential)
    }
}

/// The digests of the password and of the secret that the app sends.
fn shorts(salt: &[u8], secrets: &Secrets) -> ([u8; 2], Option<[u8; 2]>) {
    (
        short(salt, SecretRef::Password(&secrets.password)),
        secrets
            .credential
            .judged()
            .map(|secret| short(salt, secret)),
    )
}

fn short(salt: &[u8], secret: SecretRef<'_>) -> [u8; 2] {
    let mut state = Sha256::new();
    state.update(salt);
    state.update(expose_for_fingerprint(secret));
    let digest = state.finalize();
    [digest[0], digest[1]]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::{AppCredential, ClientSecret, Password};

    #[test]
    fn a_mark_knows_its_secrets_and_no_others() {
        let secrets = |password: &str, client_secret: Option<&str>| Secrets {
            credential: client_secret.map_or(AppCredential::None, |secret| {
                AppCredential::Secret(ClientSecret::new(secret.into()))
            }),
            password: Password::new(password.into()),
        };
        let sent = secrets("hunter2", Some("s3"));
        // One mark takes one of 65,536 others for the right one, so the test asks three marks.
        let marks: Vec<Mark> = (0..3).filter_map(|_| Mark::of(&sent)).collect();
        let all = |others: &Secrets| marks.iter().all(|mark| mark.is_of(others));
        assert!(all(&sent));
        for others in [
            secrets("hunter3", Some("s3")),
            secrets("hunter2", Some("s4")),
            secrets("hunter2", None),
        ] {
            assert!(!all(&others));
        }
    }

    #[test]
    fn known_again_but_short() {
        let one = Password::new("hunter2".into());
        let two = Password::new("hunter3".into());
        let print = Fingerprint::of(SecretRef::Password(&one)).unwrap();
        assert_eq!(print.matches(SecretRef::Password(&one)), Ok(true));
        // Two prints of one secret differ by their salts; 16 bits are 4 digits.
        assert_ne!(print, Fingerprint::of(SecretRef::Password(&one)).unwrap());
        assert_eq!(print.print.len(), 4);
        let prints: Vec<_> = (0..3)
            .filter_map(|_| Fingerprint::of(SecretRef::Password(&one)))
            .collect();
        assert!(
            !prints
                .iter()
                .all(|p| p.matches(SecretRef::Password(&two)).unwrap())
        );
    }

    #[test]
    fn what_an_earlier_build_wrote_down_is_known_again() {
        let known = |salt: &str, print: &str, text: &str| {
            let print = Fingerprint {
                salt: salt.into(),
                print: print.into(),
            };
            print
                .matches(SecretRef::Password(&Password::new(text.into())))
                .unwrap()
        };
        assert!(known("00112233445566778899aabbccddeeff", "1208", "hunter2"));
        assert!(known(
            "ffeeddccbbaa99887766554433221100",
            "ec1c",
            "P\u{e4}ssw\u{f6}rd"
        ));
    }
    #[test]
    fn a_damaged_one_is_none() {
        let read = |salt: &str, print: &str| {
            serde_json::from_value::<Fingerprint>(
                serde_json::json!({ "salt": salt, "print": print }),
            )
            .is_ok()
        };
        let salt = "00112233445566778899aabbccddeeff";
        assert!(read(salt, "1208"), "the control");
        for (salt, print) in [
            ("", "1208"),
            (&salt[1..], "1208"),
            ("00112233445566778899AABBCCDDEEFF", "1208"),
            ("zz112233445566778899aabbccddeeff", "1208"),
            (salt, ""),
            (salt, "120"),
            (salt, "120g"),
        ] {
            assert!(!read(salt, print), "{salt} {print}");
        }
    }
}
