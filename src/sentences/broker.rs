//! The failures of `broker` in words: message, next steps and exit code, one text a variant.
//! Decides nothing.

mod cache;
mod held;
mod notes;
mod said;
mod sign_in;
mod source;
mod status;

use crate::broker::{Awaited, BrokerError, PlaceFault, RecordFault, Unreadable};
use crate::error::{Error, Kind, io_reason};
use crate::text::{Text, text};
use std::fmt;
use std::path::Path;
use std::time::Duration;

impl From<BrokerError> for Error {
    fn from(error: BrokerError) -> Self {
        Self::from(&error)
    }
}

impl From<&BrokerError> for Error {
    fn from(error: &BrokerError) -> Self {
        match error {
            BrokerError::Held(held) => held::held_back(held),
            BrokerError::NotCompared { record } => {
                Self::config(text!("broker-not-compared", path = record.display()))
                    .hint(text!("broker-not-compared-memory"))
            }
            BrokerError::Record { path, fault } => unusable_record(path, fault),
            BrokerError::Place(fault) => no_place(fault),
            BrokerError::Lock { path, source } => Self::config(text!(
                "broker-lock-unusable",
                path = path.display(),
                reason = io_reason(source)
            ))
            .hint(text!("broker-lock-set-state-dir")),
            BrokerError::LockTimeout { awaited, waited } => lock_timeout(awaited, *waited),
            BrokerError::CaFile { path, fault } => source::unusable_ca_file(path, fault),
            BrokerError::Vault(error) => error.into(),
            BrokerError::NoSecrets(none) => source::no_secrets(none),
            BrokerError::Bundle {
                store,
                profile,
                fault,
            } => source::no_bundle(store, profile, *fault),
            BrokerError::Binding {
                profile,
                fact,
                enrolled,
                now,
            } => source::other_binding(profile, *fact, enrolled, now),
            BrokerError::PublicClient { profile, value } => source::other_app(profile, *value),
            BrokerError::Assertion(error) => error.as_ref().into(),
            BrokerError::CertificateKey(profile) => source::damaged_key(profile),
            BrokerError::CertificateEnded { profile, ended } => {
                source::ended_certificate(profile, *ended)
            }
            BrokerError::NoToken(failure) => sign_in::no_token(failure),
        }
    }
}

impl fmt::Display for BrokerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Error::from(self).message.english())
    }
}

fn unusable_record(path: &Path, fault: &RecordFault) -> Error {
    let shown = path.display();
    match fault {
        RecordFault::Unreadable(why) => unreadable(path, why).hint(text!("broker-record-new")),
        RecordFault::Unremovable(why) => {
            unreadable(path, why).hint(text!("broker-record-remove", path = shown))
        }
        RecordFault::Unwritable(source) => Error::config(text!(
            "broker-record-unwritable",
            path = shown,
            reason = io_reason(source)
        ))
        .hint(text!("broker-record-make-room")),
        RecordFault::Kept(source) => Error::config(text!(
            "broker-record-kept",
            path = shown,
            reason = io_reason(source)
        )),
    }
}

fn unreadable(path: &Path, why: &Unreadable) -> Error {
    Error::config(text!(
        "broker-record-unreadable",
        path = path.display(),
        reason = Text::from(why)
    ))
}

impl From<&Unreadable> for Text {
    fn from(why: &Unreadable) -> Self {
        match why {
            Unreadable::Io(source) => io_reason(source),
            Unreadable::Damaged => text!("error-damaged"),
            Unreadable::Newer(format) => format.words(),
        }
    }
}

fn no_place(fault: &PlaceFault) -> Error {
    match fault {
        PlaceFault::Nowhere => {
            Error::config(text!("broker-no-state")).hint(text!("broker-set-state-dir"))
        }
        PlaceFault::Shared(found) => {
            Error::config(text!("broker-state-refused", reason = Text::from(found)))
                .hint(text!("broker-state-refused-own"))
        }
    }
}

fn lock_timeout(awaited: &Awaited, waited: Duration) -> Error {
    // Rounded to the nearest second: a deadline of 2 s leaves a little less for the wait.
    let seconds = (waited + Duration::from_millis(500)).as_secs().max(1);
    let message = text!(
        "broker-lock-timeout",
        time = Text::span(seconds),
        awaited = Text::from(awaited)
    );
    Error::new(Kind::Network, message).hint(text!("broker-lock-longer"))
}

impl From<&Awaited> for Text {
    fn from(awaited: &Awaited) -> Self {
        match awaited {
            Awaited::Profile(name) => text!("broker-awaited-profile", profile = name),
            Awaited::User(user) => text!("broker-awaited-user", user = user),
            Awaited::App(app) => text!("broker-awaited-app", app = app),
            Awaited::SignIn => text!("broker-awaited-sign-in"),
            Awaited::Outcome => text!("broker-awaited-outcome"),
        }
    }
}
