//! The secrets of a sign-in: where they come from, what they are bound to, and whether the profile
//! still says the same.

use super::cache::Cache;
use super::fingerprint::Mark;
use super::{Deadline, Places};
use crate::entra::Roots;
use crate::error::{Error, Kind, Result, io_reason};
use crate::os;
use crate::profile::{CredentialKind, Profile, hex};
use crate::secret::{SecretBytes, Secrets};
use crate::text::{Text, text};
use crate::vault::{Binding, Bundle, Item, Vault, VaultError, VaultFault};
use sha2::{Digest, Sha256};
use std::ops::Deref;
use std::path::Path;

const CA_LIMIT: u64 = 4 * 1024 * 1024;

/// Where the secrets come from, each time they are needed.
pub(super) enum Source<'a> {
    /// A person just gave them to `login`, which stores them when they are proved right.
    Given(&'a Secrets),
    /// A store, which is asked each time, and on the way for the key of the cache that will keep
    /// the token.
    Stored {
        vault: &'a dyn Vault,
        profile: &'a Profile,
        trust: &'a Trust,
        deadline: Deadline,
        cache: Option<&'a Cache>,
    },
}

/// Secrets in the hands of a sign-in. Those of a store are wiped when this is dropped.
pub(super) enum Held<'a> {
    Given(&'a Secrets),
    Read(Secrets),
}

impl Deref for Held<'_> {
    type Target = Secrets;

    fn deref(&self) -> &Secrets {
        match self {
            Self::Given(secrets) => secrets,
            Self::Read(secrets) => secrets,
        }
    }
}

impl<'a> Source<'a> {
    /// Reads them.
    pub(super) fn open(&self) -> Result<Held<'a>> {
        match *self {
            Self::Given(secrets) => Ok(Held::Given(secrets)),
            Self::Stored {
                vault,
                profile,
                trust,
                deadline,
                cache,
            } => {
                let secrets = open_secrets(profile, trust, vault, deadline, cache);
                // Ciphers and parsers leave pieces there (measured).
                locked_memory::scrub_stack();
                secrets.map(Held::Read)
            }
        }
    }

    /// What was sent, once more. `None` if it cannot be read any more or is not the same any more:
    /// then nothing is known of it, and whoever asks has to assume the worst.
    pub(super) fn sent(&self, mark: Option<&Mark>) -> Option<Held<'a>> {
        let held = self.open().ok()?;
        let same = matches!(held, Held::Given(_)) || mark.is_some_and(|mark| mark.is_of(&held));
        same.then_some(held)
    }
}

/// What the stored secrets of this profile were enrolled for, if they can be read.
pub(crate) fn enrolled(profile: &Profile, vault: &dyn Vault) -> Option<Binding> {
    let bytes = vault
        .read(&Item::bundle(&profile.name, &profile.generation))
        .ok()?;
    Bundle::decode(bytes).ok().map(|bundle| bundle.binding)
}

/// For `login`: the stored secrets of this profile, if they were enrolled for what it says.
pub(crate) fn stored(
    profile: &Profile,
    trust: &Trust,
    vault: &dyn Vault,
    deadline: Deadline,
) -> Result<Secrets> {
    open_secrets(profile, trust, vault, deadline, None)
}

/// For `doctor`: the roots of trust of a profile.
pub(crate) fn roots(profile: &Profile) -> Result<Roots> {
    Ok(Trust::of(profile)?.roots)
}

/// For `doctor`: the secrets can be read, and stored ones were enrolled for what the profile says.
/// They are dropped at once. Gives what Entra said of one of them before, if the record in `places`
/// knows it again.
pub(crate) fn check_secrets(
    profile: &Profile,
    vault: &dyn Vault,
    deadline: Deadline,
    places: Option<&Places>,
) -> Result<Option<Text>> {
    let secrets = open_secrets(profile, &Trust::of(profile)?, vault, deadline, None)?;
    Ok(places.and_then(|places| super::status::refused_before(places, profile, &secrets)))
}

/// The roots of trust, with the digest of exactly the bytes that are used. Read once for each piece
/// of work: a file that is swapped between two looks must not be trusted by one and bound by the
/// other.
#[derive(Debug)]
pub(crate) struct Trust {
    roots: Roots,
    sha256: Option<String>,
}

impl Trust {
    /// Reads the CA file, if the profile has one.
    pub(crate) fn of(profile: &Profile) -> Result<Self> {
        profile.ca_file.as_deref().map_or(
            Ok(Self {
                roots: Roots::System,
                sha256: None,
            }),
            Self::of_file,
        )
    }

    /// The one reader of CA files: `login` refuses what jobs could not use.
    pub(crate) fn of_file(path: &Path) -> Result<Self> {
        let read = || os::read_bounded(&mut os::open_file(path)?, CA_LIMIT);
        let pem = read().map_err(|e| {
            Error::config(text!(
                "broker-ca-unreadable",
                path = path.display(),
                reason = io_reason(&e)
            ))
            .hint(text!("broker-ca-put-back"))
            .hint(text!("entra-give-pem"))
        })?;
        let roots = Roots::from_pem(&pem).map_err(|bad| {
            Error::config(text!(
                "broker-ca-unusable",
                path = path.display(),
                reason = bad.words()
            ))
            .hint(text!("entra-give-pem"))
        })?;
        Ok(Self {
            sha256: Some(hex(&Sha256::digest(&pem))),
            roots,
        })
    }

    /// Whom to trust.
    pub(super) fn roots(&self) -> Roots {
        self.roots.clone()
    }

    /// What the secrets of this profile are bound to.
    pub(crate) fn binding(&self, profile: &Profile) -> Binding {
        Binding {
            authority: profile.authority.base(),
            tenant: profile.tenant.to_string(),
            client_id: profile.client_id.to_string(),
            username: profile.username.to_string(),
            ca_sha256: self.sha256.clone(),
        }
    }
}

/// The secrets of a profile, from whichever sort of store.
fn open_secrets(
    profile: &Profile,
    trust: &Trust,
    vault: &dyn Vault,
    deadline: Deadline,
    cache: Option<&Cache>,
) -> Result<Secrets> {
    if vault.holds_keys() {
        return open_bundle(profile, trust, vault, cache);
    }
    // No binding: the profile was found to be one that nobody else can change.
    Ok(vault.secrets(deadline.left())?)
}

/// The bundle; in the same go, the key that the cache does not know yet.
fn read_bundle(
    profile: &Profile,
    vault: &dyn Vault,
    cache: Option<&Cache>,
) -> std::result::Result<SecretBytes, VaultError> {
    let item = Item::bundle(&profile.name, &profile.generation);
    let Some((cache, key)) = cache.and_then(|cache| Some((cache, cache.missing_key(vault)?)))
    else {
        return vault.read(&item);
    };
    let (bytes, key) = vault.read_both(&item, &key)?;
    if let Some(key) = key {
        cache.take_key(&key);
    }
    Ok(bytes)
}

/// Opens the bundle and compares what it was enrolled for with what the profile says now.
fn open_bundle(
    profile: &Profile,
    trust: &Trust,
    vault: &dyn Vault,
    cache: Option<&Cache>,
) -> Result<Secrets> {
    let login = if profile.name.as_str() == "default" {
        "ropc login".into()
    } else {
        format!("ropc login -p {}", profile.name)
    };
    let bytes = read_bundle(profile, vault, cache).map_err(|e| match e.fault {
        VaultFault::NotFound => {
            let (store, me) = (vault.title(), os::account_name());
            let message = text!(
                "broker-no-secrets",
                store = store,
                profile = profile.name,
                account = me
            );
            Error::new(Kind::Vault, message)
                .hint(text!(
                    "broker-no-secrets-login",
                    login = login,
                    account = me
                ))
                .hints(e.hints)
        }
        _ => e.into(),
    })?;
    let bundle = Bundle::decode(bytes).map_err(|fault| {
        let message = text!(
            "broker-bundle-unusable",
            store = vault.title(),
            profile = profile.name,
            reason = fault.text()
        );
        Error::new(Kind::Vault, message).hint(text!("broker-bundle-anew", login = login))
    })?;
    let asked = trust.binding(profile);
    if let Some((fact, enrolled, now)) = bundle.binding.difference(&asked) {
        let value = |text: &str| {
            if text.is_empty() {
                text!("profile-fact-none")
            } else {
                Text::words(text)
            }
        };
        return Err(Error::config(text!(
            "broker-binding",
            profile = profile.name,
            fact = fact.words(),
            enrolled = value(enrolled),
            now = value(now)
        ))
        .hint(text!("broker-binding-on-purpose", login = login))
        .hint(text!("broker-binding-by-others")));
    }
    if CredentialKind::of(&bundle.credential) != profile.credential {
        let value = profile.credential.is_public_client();
        return Err(Error::config(text!(
            "broker-public-client-differs",
            profile = profile.name,
            value = value
        ))
        .hint(text!("broker-enrol-again", login = login)));
    }
    Ok(Secrets {
        credential: bundle.credential,
        password: bundle.password,
    })
}
