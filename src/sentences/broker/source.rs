//! Why there are no secrets or no roots of trust for a sign-in, in words.

use crate::broker::{CaFault, NoSecrets};
use crate::error::{Error, io_reason};
use crate::profile::{Fact, ProfileName};
use crate::text::{Text, text};
use crate::vault::{BundleFault, StoreTitle};
use std::path::Path;

pub(super) fn unusable_ca_file(path: &Path, fault: &CaFault) -> Error {
    let path = path.display();
    match fault {
        CaFault::Unreadable(source) => Error::config(text!(
            "broker-ca-unreadable",
            path = path,
            reason = io_reason(source)
        ))
        .hint(text!("broker-ca-put-back"))
        .hint(text!("entra-give-pem")),
        CaFault::Unusable(bad) => Error::config(text!(
            "broker-ca-unusable",
            path = path,
            reason = bad.words()
        ))
        .hint(text!("entra-give-pem")),
    }
}

pub(super) fn no_secrets(none: &NoSecrets) -> Error {
    let message = text!(
        "broker-no-secrets",
        store = none.store.words(),
        profile = none.profile,
        account = none.account
    );
    Error::vault(message)
        .hint(text!("broker-no-secrets-login", account = none.account))
        .hints(Error::from(&none.answer).hints)
}

pub(super) fn no_bundle(store: &StoreTitle, profile: &ProfileName, fault: BundleFault) -> Error {
    let message = text!(
        "broker-bundle-unusable",
        store = store.words(),
        profile = profile,
        reason = fault.words()
    );
    Error::vault(message).hint(text!("broker-bundle-store-again"))
}

pub(super) fn other_binding(profile: &ProfileName, fact: Fact, enrolled: &str, now: &str) -> Error {
    let message = text!(
        "broker-binding",
        profile = profile,
        fact = fact.words(),
        enrolled = value(enrolled),
        now = value(now)
    );
    Error::config(message)
        .hint(text!("broker-binding-on-purpose"))
        .hint(text!("broker-binding-by-others"))
}

pub(super) fn other_app(profile: &ProfileName, is_public: bool) -> Error {
    let message = text!(
        "broker-public-client-differs",
        profile = profile,
        value = is_public
    );
    Error::config(message).hint(text!("broker-enrol-again"))
}

pub(super) fn damaged_key(profile: &ProfileName) -> Error {
    Error::vault(text!("broker-certificate-key", profile = profile))
        .hint(text!("broker-certificate-again"))
}

pub(super) fn ended_certificate(profile: &ProfileName, ended: u64) -> Error {
    let message = text!(
        "broker-certificate-ended",
        profile = profile,
        ended = Text::past(ended)
    );
    Error::config(message).hint(text!("broker-certificate-renew"))
}

/// A fact of a profile, which may have none.
fn value(fact: &str) -> Text {
    if fact.is_empty() {
        text!("profile-fact-none")
    } else {
        Text::words(fact)
    }
}
