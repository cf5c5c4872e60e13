//! The secrets of a sign-in: where they come from, which facts they are bound to, and whether the
//! profile still has the same facts.

use super::cache::Cache;
use super::deadline::Deadline;
use super::error::{BrokerError, CaFault, NoSecrets, Result};
use super::fingerprint::Mark;
use super::ledger::Said;
use super::places::Places;
use crate::entra::Roots;
use crate::os;
use crate::profile::{CredentialKind, Profile, hex};
use crate::secret::{AppCredential, Certificate, SecretBytes, Secrets};
use crate::vault::{Binding, Bundle, Item, ItemStore, Vault, VaultError, key_item};
use sha2::{Digest, Sha256};
use std::ops::Deref;
use std::path::Path;

const CA_LIMIT: u64 = 4 * 1024 * 1024;

/// Where a sign-in gets the secrets, each time it needs them.
pub(super) enum Source<'a> {
    /// A person just gave them to `login`, which stores them after a successful trial.
    Given(&'a Secrets),
    /// A store, read each time.
    Stored(Stored<'a>),
}

/// The stored secrets of a profile.
pub(super) struct Stored<'a> {
    pub(super) vault: &'a Vault<'a>,
    pub(super) profile: &'a Profile,
    pub(super) trust: &'a Trust,
    pub(super) deadline: Deadline,
    /// The cache that will keep the token: its key is read from the store together with the bundle.
    pub(super) cache: Option<&'a Cache>,
}

/// The secrets that a sign-in holds. Dropping this wipes those of a store.
pub(super) enum InHand<'a> {
    Given(&'a Secrets),
    Read(Box<Secrets>),
}

impl Deref for InHand<'_> {
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
    pub(super) fn open(&self) -> Result<InHand<'a>> {
        match self {
            Self::Given(secrets) => Ok(InHand::Given(secrets)),
            Self::Stored(stored) => stored.open().map(InHand::Read),
        }
    }

    /// Fails if stored secrets were enrolled for other facts than the profile has. `login` enrolled
    /// the stores that ropc only reads, so a profile that names one was compared when it was read.
    pub(super) fn check_enrolled(&self) -> Result<()> {
        match self {
            Self::Stored(stored) if matches!(stored.vault, Vault::Items(_)) => {
                self.open().map(crate::fault::let_go)
            }
            Self::Stored(_) | Self::Given(_) => Ok(()),
        }
    }

    /// The secrets that were sent, read again. `None` if they cannot be read any more or are not
    /// the same any more: then the caller knows nothing of them and assumes the worst.
    pub(super) fn sent(&self, mark: Option<&Mark>) -> Option<InHand<'a>> {
        let held = self.open().ok()?;
        let same = matches!(held, InHand::Given(_)) || mark.is_some_and(|mark| mark.is_of(&held));
        same.then_some(held)
    }
}

/// What the stored secrets of this profile were enrolled for, if they can be read.
pub(crate) fn enrolled(profile: &Profile, store: &dyn ItemStore) -> Option<Binding> {
    let bytes = store
        .read(&Item::bundle(&profile.name, &profile.generation))
        .ok()?;
    Bundle::decode(bytes).ok().map(|bundle| bundle.binding)
}

/// For `login`: the stored secrets of this profile, if they were enrolled for what it says.
pub(crate) fn stored(
    profile: &Profile,
    trust: &Trust,
    vault: &Vault<'_>,
    deadline: Deadline,
) -> Result<Box<Secrets>> {
    Stored {
        vault,
        profile,
        trust,
        deadline,
        cache: None,
    }
    .open()
}

/// For `doctor`: the roots of trust of a profile.
pub(crate) fn roots(profile: &Profile) -> Result<Roots> {
    Ok(Trust::of(profile)?.roots)
}

/// What `doctor` learns from the secrets.
pub(crate) struct Checked {
    /// What Entra said of one of them before, if the record recognises it.
    pub(crate) refused: Option<Said>,
    /// When the certificate ends, epoch seconds, if there is one.
    pub(crate) certificate_ends: Option<u64>,
}

/// For `doctor`: the secrets can be read, and stored ones were enrolled for what the profile says.
/// Drops them at once.
pub(crate) fn check_secrets(
    profile: &Profile,
    vault: &Vault<'_>,
    deadline: Deadline,
    places: Option<&Places>,
) -> Result<Checked> {
    let secrets = stored(profile, &Trust::of(profile)?, vault, deadline)?;
    Ok(Checked {
        refused: places.and_then(|places| super::status::refused_before(places, profile, &secrets)),
        certificate_ends: match &secrets.credential {
            AppCredential::Certificate(certificate) => Some(certificate.facts().ends),
            AppCredential::None | AppCredential::Secret(_) | AppCredential::Federated => None,
        },
    })
}

/// The roots of trust, with the digest of exactly these bytes. A sign-in reads the file once:
/// otherwise somebody could swap it between the read that trusts it and the read that binds it.
#[derive(Debug)]
pub(crate) struct Trust {
    roots: Roots,
    sha256: Option<String>,
}

impl Trust {
    /// Reads the CA file, if the profile has one.
    pub(crate) fn of(profile: &Profile) -> Result<Self> {
        Self::with(profile.ca_file.as_deref())
    }

    /// Reads the CA file, if there is one; else trusts the system's roots.
    pub(crate) fn with(ca_file: Option<&Path>) -> Result<Self> {
        ca_file.map_or(
            Ok(Self {
                roots: Roots::System,
                sha256: None,
            }),
            Self::of_file,
        )
    }

    /// The one reader of CA files: `login` refuses what jobs could not use.
    pub(crate) fn of_file(path: &Path) -> Result<Self> {
        let failed = |fault| BrokerError::CaFile {
            path: path.to_owned(),
            fault,
        };
        let pem = os::open_file(path)
            .and_then(|mut file| os::read_bounded(&mut file, CA_LIMIT))
            .map_err(|source| failed(CaFault::Unreadable(source)))?;
        let roots = Roots::from_pem(&pem).map_err(|bad| failed(CaFault::Unusable(bad)))?;
        Ok(Self {
            sha256: Some(hex(&Sha256::digest(&pem))),
            roots,
        })
    }

    /// Whom to trust.
    pub(crate) fn roots(&self) -> Roots {
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
            app_credential: profile.credential.source(),
        }
    }
}

impl Stored<'_> {
    /// Reads the secrets from a store of either kind. Ciphers and parsers leave pieces of them on
    /// the stack (measured): this wipes them. A struct that is moved takes the bytes between its
    /// fields along, which hold such pieces too (measured): only a pointer moves on.
    fn open(&self) -> Result<Box<Secrets>> {
        let secrets = self.read().map(Box::new);
        locked_memory::scrub_stack();
        secrets
    }

    fn read(&self) -> Result<Secrets> {
        match self.vault {
            Vault::Items(store) => self.open_bundle(store.as_ref()),
            // No binding: `login` enrolled the store itself, and no other account can change the
            // profile.
            Vault::Source(source) => Ok(source.secrets(self.deadline.left())?),
        }
    }

    /// Opens the bundle and compares the facts that it was enrolled for with those of the profile.
    fn open_bundle(&self, store: &dyn ItemStore) -> Result<Secrets> {
        let profile = self.profile;
        let bytes = self
            .read_bundle(store)
            .map_err(|error| self.unread(error))?;
        let bundle = Bundle::decode(bytes).map_err(|fault| BrokerError::Bundle {
            store: self.vault.title(),
            profile: profile.name.clone(),
            fault,
        })?;
        let asked = self.trust.binding(profile);
        if let Some((fact, enrolled, now)) = bundle.binding.difference(&asked) {
            return Err(BrokerError::Binding {
                profile: profile.name.clone(),
                fact,
                enrolled: enrolled.to_owned(),
                now: now.to_owned(),
            });
        }
        let credential = match (&profile.credential, bundle.client_secret) {
            (CredentialKind::None, None) => AppCredential::None,
            (CredentialKind::Secret, Some(secret)) => AppCredential::Secret(secret),
            (CredentialKind::Federated(_), None) => AppCredential::Federated,
            (CredentialKind::Certificate(_), None) => {
                AppCredential::Certificate(self.read_certificate(store)?)
            }
            (
                CredentialKind::None
                | CredentialKind::Certificate(_)
                | CredentialKind::Federated(_),
                Some(_),
            )
            | (CredentialKind::Secret, None) => {
                return Err(BrokerError::PublicClient {
                    profile: profile.name.clone(),
                    value: profile.credential.is_public_client(),
                });
            }
        };
        Ok(Secrets {
            credential,
            password: bundle.password,
        })
    }

    /// Reads the bundle and, at the same time, the cache's key if the cache does not know it yet.
    fn read_bundle(&self, store: &dyn ItemStore) -> Result<SecretBytes, VaultError> {
        let item = Item::bundle(&self.profile.name, &self.profile.generation);
        let Some(cache) = self.cache else {
            return store.read(&item);
        };
        let Some(key) = cache.missing_key() else {
            return store.read(&item);
        };
        let (bytes, key) = store.read_both(&item, &key)?;
        if let Some(key) = key {
            cache.take_key(&key);
        }
        Ok(bytes)
    }

    /// The certificate with its key: an item of its own, which the bundle names by its thumbprint.
    fn read_certificate(&self, store: &dyn ItemStore) -> Result<Certificate> {
        let profile = self.profile;
        let item = Item::certificate(&profile.name, &profile.generation);
        let bytes = store.read(&item).map_err(|error| self.unread(error))?;
        key_item::decode(&bytes)
            .filter(|key| CredentialKind::Certificate(Some(*key.facts())) == profile.credential)
            .ok_or_else(|| BrokerError::CertificateKey(profile.name.clone()))
    }

    fn unread(&self, error: VaultError) -> BrokerError {
        if !error.is_not_found() {
            return error.into();
        }
        BrokerError::NoSecrets(Box::new(NoSecrets {
            store: self.vault.title(),
            profile: self.profile.name.clone(),
            account: os::account_name(),
            answer: error,
        }))
    }
}
