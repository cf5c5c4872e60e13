//! Bundle v1: the secrets of a profile and what they were enrolled for, as one item of at most
//! 2,560 bytes. The binding protects against an edited profile file: ropc uses a bundle only for
//! the authority, tenant, app, user and roots of trust that `login` verified.

use crate::format::NewerFormat;
use crate::profile::Fact;
use crate::secret::{ClientSecret, Password, SecretBytes};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// The most bytes of a bundle: the limit of Windows Credential Manager for one entry
/// (`CRED_MAX_CREDENTIAL_BLOB_SIZE`, 5 × 512). The same on every system, so that profiles can move
/// between machines.
pub const BUNDLE_LIMIT: usize = 2560;

/// What the secrets were enrolled for. Public facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// `https://host[:port]`.
    pub authority: String,
    /// Tenant as the profile has it.
    pub tenant: String,
    /// Application id.
    pub client_id: String,
    /// Sign-in name.
    pub username: String,
    /// SHA-256 of the CA file in hexadecimal, if the profile has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_sha256: Option<String>,
    /// Kind and source of an app credential that is not in the bundle; else empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub app_credential: String,
}

impl Binding {
    /// The first fact in which two bindings differ: the fact, the enrolled and the asked value; an
    /// empty text means none. `None` if they agree.
    pub fn difference<'b>(&'b self, asked: &'b Self) -> Option<(Fact, &'b str, &'b str)> {
        [
            (
                Fact::Authority,
                self.authority.as_str(),
                asked.authority.as_str(),
            ),
            (Fact::Tenant, &self.tenant, &asked.tenant),
            (Fact::ClientId, &self.client_id, &asked.client_id),
            (Fact::User, &self.username, &asked.username),
            (Fact::CaFile, self.ca(), asked.ca()),
            (
                Fact::AppCredential,
                &self.app_credential,
                &asked.app_credential,
            ),
        ]
        .into_iter()
        .find(|(_, enrolled, asked)| enrolled != asked)
    }

    fn ca(&self) -> &str {
        self.ca_sha256.as_deref().unwrap_or_default()
    }
}

/// The secrets of one profile, with their binding.
#[derive(Debug)]
pub struct Bundle {
    /// What they were enrolled for.
    pub binding: Binding,
    /// The app's client secret, if it proves itself by one.
    pub client_secret: Option<ClientSecret>,
    /// The user's password.
    pub password: Password,
}

/// Why bytes are not a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BundleFault {
    /// Not the format at all.
    Damaged,
    /// A newer ropc wrote it.
    Newer(NewerFormat),
}

const VERSION: u64 = 1;

#[derive(Serialize)]
struct WireOut<'a> {
    v: u64,
    #[serde(flatten)]
    binding: &'a Binding,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<&'a str>,
    password: &'a str,
}

#[derive(Deserialize)]
struct WireIn {
    authority: String,
    tenant: String,
    client_id: String,
    username: String,
    #[serde(default)]
    ca_sha256: Option<String>,
    #[serde(default)]
    app_credential: String,
    #[serde(default)]
    client_secret: Option<Zeroizing<String>>,
    password: Zeroizing<String>,
}

impl Bundle {
    /// The bytes to store. `Err` has the length, if it is over [`BUNDLE_LIMIT`].
    pub fn encode(&self) -> Result<SecretBytes, usize> {
        let client_secret = self.client_secret.as_ref();
        let wire = WireOut {
            v: VERSION,
            binding: &self.binding,
            client_secret: client_secret.map(ClientSecret::expose_for_bundle),
            password: self.password.expose_for_bundle(),
        };
        // Room for the worst case (every byte escaped), so that the buffer never moves, which would
        // leave a copy behind.
        let secrets = client_secret.map_or(0, ClientSecret::len) + self.password.len();
        let mut bytes = Zeroizing::new(Vec::with_capacity(6 * secrets + 4096));
        if serde_json::to_writer(&mut *bytes, &wire).is_err() || bytes.len() > BUNDLE_LIMIT {
            return Err(bytes.len());
        }
        Ok(SecretBytes::new(std::mem::take(&mut *bytes)))
    }

    /// Reads stored bytes and wipes them. Reads the version first: fails with `Newer` for a version
    /// that this ropc does not know, with `Damaged` for other bytes.
    pub fn decode(bytes: SecretBytes) -> Result<Self, BundleFault> {
        let format: NewerFormat =
            serde_json::from_slice(bytes.as_slice()).map_err(|_| BundleFault::Damaged)?;
        if format.version != VERSION {
            return Err(BundleFault::Newer(format));
        }
        let wire: WireIn =
            serde_json::from_slice(bytes.as_slice()).map_err(|_| BundleFault::Damaged)?;
        // Before the secrets move: no system call happens while they are in two places.
        drop(bytes);
        Ok(Self {
            binding: Binding {
                authority: wire.authority,
                tenant: wire.tenant,
                client_id: wire.client_id,
                username: wire.username,
                ca_sha256: wire.ca_sha256,
                app_credential: wire.app_credential,
            },
            client_secret: wire.client_secret.map(ClientSecret::from_zeroizing),
            password: Password::from_zeroizing(wire.password),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Release;

    fn bundle(password: &str) -> Bundle {
        Bundle {
            binding: Binding {
                authority: "https://login.microsoftonline.com".into(),
                tenant: "contoso.example".into(),
                client_id: "3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901".into(),
                username: "svc-report@contoso.example".into(),
                ca_sha256: None,
                app_credential: String::new(),
            },
            client_secret: Some(ClientSecret::new("s3~\"\\".into())),
            password: Password::new(password.into()),
        }
    }

    #[test]
    fn a_bundle_of_any_text_reads_back_the_same() {
        for text in ["a+b", "\"\\/\u{8}\n\u{0}", "Päßwörd 日本 🔑", " both ends "] {
            let back = Bundle::decode(bundle(text).encode().unwrap()).unwrap();
            assert_eq!(back.password.expose_for_bundle(), text);
            let secret = back.client_secret.unwrap();
            assert_eq!(secret.expose_for_bundle(), "s3~\"\\");
            assert_eq!(back.binding, bundle("").binding);
        }
    }

    #[test]
    fn the_longest_password_fits_and_a_longer_bundle_is_an_error() {
        assert!(bundle(&"🔑".repeat(256)).encode().is_ok());
        assert!(bundle(&"x".repeat(3000)).encode().unwrap_err() > BUNDLE_LIMIT);
        let rest = BUNDLE_LIMIT - bundle("").encode().unwrap().as_slice().len();
        assert_eq!(
            bundle(&"x".repeat(rest)).encode().unwrap().as_slice().len(),
            BUNDLE_LIMIT
        );
        assert_eq!(
            bundle(&"x".repeat(rest + 1)).encode().unwrap_err(),
            BUNDLE_LIMIT + 1
        );
    }

    #[test]
    fn a_newer_version_is_not_damage() {
        let newer = NewerFormat {
            version: 2,
            needs: Some(Release([0, 2, 0])),
        };
        let decode = |text: &str| Bundle::decode(SecretBytes::new(text.into())).unwrap_err();
        assert_eq!(
            decode("{\"v\":2,\"future\":true,\"needs\":\"0.2.0\"}"),
            BundleFault::Newer(newer)
        );
        for text in [
            "",
            "{}",
            "{\"v\":1}",
            "null",
            "\u{1}\u{2}",
            "{\"v\":1,\"password\":7}",
        ] {
            assert_eq!(decode(text), BundleFault::Damaged, "{text}");
        }
    }

    #[test]
    fn each_difference_has_its_fact() {
        let enrolled = bundle("x").binding;
        let mut asked = enrolled.clone();
        assert!(enrolled.difference(&asked).is_none());
        asked.authority = "https://evil.example".into();
        assert_eq!(enrolled.difference(&asked).unwrap().0, Fact::Authority);
        asked = enrolled.clone();
        asked.ca_sha256 = Some("00".into());
        assert_eq!(enrolled.difference(&asked).unwrap().1, "");
        asked = enrolled.clone();
        asked.app_credential = "certificate 00".into();
        let (fact, was, _) = enrolled.difference(&asked).unwrap();
        assert_eq!((fact, was), (Fact::AppCredential, ""));
    }
}
