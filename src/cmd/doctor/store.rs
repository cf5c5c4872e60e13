//! Checks of the secret store: the bundle is there and belongs to the profile, and a random value
//! survives a round trip. No stored secret leaves this file: it opens the bundle to compare its
//! binding, and drops it.

use super::finding::Finding;
use super::subject::Subject;
use super::{assertion, credential};
use crate::broker::{self, DEFAULT_TIMEOUT, Deadline};
use crate::cmd::error::VerbError;
use crate::error::{Error, Kind, Result, io_reason};
use crate::os::facts::{self, KEYCHAIN, Keychain};
use crate::profile::{Generation, KeySource, Profile, ProfileError, Store};
use crate::secret::SecretBytes;
use crate::text::{Text, text};
use crate::vault::{
    BUNDLE_LIMIT, Item, ItemStore, RealVaults, StoreSpec, Vault, VaultError, Vaults,
};

const STORE: &str = "store";

pub(super) fn check(subject: &Subject, out: &mut dyn FnMut(Finding)) {
    // Only a profile can name the file store, and without a directory there is no profile.
    let config = subject.config.clone().unwrap_or_default();
    if let Some(finding) = logon(subject) {
        out(finding);
    }
    let vaults = RealVaults::new(&subject.env, config);
    let store = subject.store();
    let spec = match &subject.profile {
        Some(profile) => StoreSpec::unattended(profile),
        None => StoreSpec::items(&store, false),
    };
    let vault = match vaults.open(spec) {
        Ok(vault) => vault,
        Err(error) => return out(Finding::of(STORE, error.into())),
    };
    match (&subject.profile, &vault) {
        (Some(profile), vault) => {
            of_profile(profile, subject, vault, out);
            assertion::check(profile, subject, vault, out);
        }
        (None, Vault::Items(store)) => out(general(store.as_ref())),
        // Without a profile the store is the keychain, which is never a source.
        (None, Vault::Source(_)) => {}
    }
}

/// Without a profile: whether the default store could hold one.
fn general(store: &dyn ItemStore) -> Finding {
    match round_trip(store) {
        Ok(()) => took(store),
        // `login` may choose another store, so this is only a warning.
        Err(error) => Finding::of(STORE, error).into_warning(),
    }
}

fn of_profile(
    profile: &Profile,
    subject: &Subject,
    vault: &Vault<'_>,
    out: &mut dyn FnMut(Finding),
) {
    let found = match vault {
        Vault::Items(store) => store.has(&Item::bundle(&profile.name, &profile.generation)),
        Vault::Source(source) => source.check().map(|()| true),
    };
    let present = match found {
        Ok(present) => present,
        // The other checks would fail, or hang, for the same reason.
        Err(error) => return out(Finding::of(STORE, error.into())),
    };
    let (secrets, ends) = secrets(profile, subject, vault);
    if let Some(ends) = ends.or(profile.credential_ends()) {
        out(credential::end(profile, ends, subject));
    }
    let Vault::Items(store) = vault else {
        return out(secrets);
    };
    // An empty file store may not exist yet: a round trip would make it, with a key, for ever.
    if present || profile.store == Store::Os {
        out(match round_trip(store.as_ref()) {
            Ok(()) => took(store.as_ref()),
            Err(error) if present => read_only(store.as_ref(), &error),
            Err(error) => Finding::of(STORE, error),
        });
    }
    out(secrets);
    if let Some(works) = broker::copies_work()
        && store.is_slow()
    {
        out(copy(works));
    }
    if let Some(finding) = key(subject) {
        out(finding);
    }
}

/// Whether the secrets exist, are enrolled for the facts of the profile, and were never refused;
/// and when the certificate among them ends.
fn secrets(profile: &Profile, subject: &Subject, vault: &Vault<'_>) -> (Finding, Option<u64>) {
    const CHECK: &str = "secrets";
    let now = subject.clock.now();
    // A refusal in this profile is a separate finding.
    let places = super::local::places(subject).filter(|p| {
        broker::breaker_status(p, profile, &profile.scopes, now).state
            != broker::BreakerState::Refused
    });
    let deadline = Deadline::after(DEFAULT_TIMEOUT);
    let checked = match broker::check_secrets(profile, vault, deadline, places.as_ref()) {
        Ok(checked) => checked,
        Err(error) => return (Finding::of(CHECK, error.into()), None),
    };
    let finding = if let Some(said) = checked.refused {
        let login = subject.login();
        let cause = text!("doctor-secrets-refused", said = Text::from(&said));
        Finding::fail(CHECK, Kind::SignIn, cause)
            .fix(text!("doctor-secrets-store-right", login = login))
            .fix(text!("doctor-breaker-right-after-all", login = login))
    } else {
        let cause = match vault {
            Vault::Items(_) => text!("doctor-secrets"),
            Vault::Source(source) => {
                text!("doctor-secrets-readable", store = source.title().words())
            }
        };
        Finding::ok(CHECK, cause)
    };
    (finding, checked.certificate_ends)
}

/// Where a run with a cached token reads the cache's key.
fn copy(works: std::io::Result<()>) -> Finding {
    const CHECK: &str = "cache-key";
    match works {
        Ok(()) => Finding::ok(CHECK, text!("doctor-cache-key")),
        Err(error) => Finding::ok(
            CHECK,
            text!("doctor-cache-key-slow", reason = io_reason(&error)),
        ),
    }
}

fn took(store: &dyn ItemStore) -> Finding {
    Finding::ok(STORE, text!("doctor-store", store = store.title().words()))
}

/// The finding for a store that can only be read: a job only reads, so it works.
fn read_only(store: &dyn ItemStore, error: &Error) -> Finding {
    Finding::warn(
        STORE,
        text!(
            "doctor-store-read-only",
            store = store.title().words(),
            reason = error.message
        ),
    )
    .fix(text!("doctor-store-read-only-login"))
}

/// Writes a random value of the size of a full bundle under a new name, reads it back, compares and
/// removes it.
fn round_trip(store: &dyn ItemStore) -> Result<()> {
    let mut bytes = vec![0u8; BUNDLE_LIMIT];
    getrandom::fill(&mut bytes).map_err(|_| ProfileError::NoRandom)?;
    let value = SecretBytes::new(bytes);
    let item = Item::cache_key(&"ropc-doctor".parse()?, &Generation::random()?);
    let back = store.write(&item, &value).and_then(|()| store.read(&item));
    // Remove the value in every case, as far as the store allows.
    let removed = match &back {
        Ok(_) => store.remove(&item),
        Err(error) if answers(error) => store.remove(&item),
        Err(_) => Ok(false),
    };
    if back?.as_slice() != value.as_slice() {
        return Err(VerbError::StoreGivesElse(store.title()).into());
    }
    if removed? {
        return Ok(());
    }
    Err(VerbError::StoreLost(store.title()).into())
}

/// False if the store timed out: asking it again would only double the wait.
fn answers(error: &VaultError) -> bool {
    !error.is_timeout()
}

/// On Windows: whether Credential Manager can keep entries for this logon.
fn logon(subject: &Subject) -> Option<Finding> {
    if !subject.needs_keychain() || KEYCHAIN != Keychain::CredentialManager {
        return None;
    }
    let logon = facts::logon().map_or_else(|| text!("doctor-logon-unknown"), Text::from);
    Some(match facts::keychain_of_logon()? {
        Ok(()) => Finding::ok("logon", text!("doctor-logon", logon = logon)),
        Err(fault) => Finding::fail(
            "logon",
            Kind::Vault,
            text!(
                "doctor-logon-fails",
                logon = logon,
                reason = Text::from(fault)
            ),
        )
        .fix(text!("doctor-logon-task"))
        .fix(text!("vault-native-policy"))
        .fix(text!("vault-or-key-file")),
    })
}

/// How well the place of the file store's key protects it.
fn key(subject: &Subject) -> Option<Finding> {
    if subject.key_source() != Some(KeySource::KeyFile) {
        return None;
    }
    let named = subject.env.path("ROPC_KEY_FILE");
    let beside = named
        .as_ref()
        .is_none_or(|file| file.parent() == subject.config.as_deref());
    let finding = Finding::ok("store-key", text!("doctor-store-key"));
    Some(if beside {
        finding.fix(text!("doctor-store-key-beside"))
    } else {
        finding
    })
}
