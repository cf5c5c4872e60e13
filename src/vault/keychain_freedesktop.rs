//! The Secret Service as the keychain of this system: which store, and what its faults mean to a
//! person.

mod explain;

use super::{SERVICE, VaultError, VaultFault};
use crate::text::{Text, text};
use explain::explain as sentences;
use keyring_core::api::CredentialStoreApi;
use secret_service::{Fault, Options, Store};
use std::time::Duration;

/// The store reads every write back by itself.
pub(super) const READS_BACK: bool = true;

pub(super) fn title() -> Text {
    text!("vault-title-secret-service")
}

/// How long a person may look at the keyring's own unlock dialog.
const PERSON: Duration = Duration::from_secs(120);

fn store(interactive: bool) -> Store {
    Store::new(Options {
        unlock: interactive.then_some(PERSON),
        ..Options::new(SERVICE)
    })
}

pub(super) fn entry(
    service: &str,
    account: &str,
    interactive: bool,
) -> keyring_core::Result<keyring_core::Entry> {
    store(interactive).build(service, account, None)
}

/// Two items over one connection: connecting, and agreeing on a session key, is what costs.
pub(super) fn get_both(
    _service: &str,
    [first, second]: [&str; 2],
    interactive: bool,
) -> keyring_core::Result<(Vec<u8>, Option<Vec<u8>>)> {
    let (mut bytes, more) = store(interactive).get_both(first, second)?;
    Ok((
        std::mem::take(&mut *bytes),
        more.map(|mut more| std::mem::take(&mut *more)),
    ))
}

/// Reachable and unlocked, or what is in the way. With a person there, a locked keyring is for the
/// first use to open.
pub(super) fn probe(interactive: bool) -> Result<(), VaultError> {
    let looked = store(interactive).probe();
    looked.or_else(|fault| {
        if may_be_opened(&fault, interactive) {
            Ok(())
        } else {
            Err(told(&fault))
        }
    })
}

/// The keyring's own dialog, when a locked one is about to be used with a person there.
pub(super) fn asks_first(interactive: bool) -> Option<Text> {
    let locked = interactive && store(interactive).probe() == Err(Fault::Locked);
    locked.then(|| text!("vault-bus-asks-first", count = PERSON.as_secs()))
}

fn may_be_opened(fault: &Fault, interactive: bool) -> bool {
    interactive && *fault == Fault::Locked
}

pub(super) fn explain(error: &keyring_core::Error) -> VaultError {
    told(&Fault::of(error))
}

fn told(fault: &Fault) -> VaultError {
    let kind = match fault {
        Fault::NotFound => VaultFault::NotFound,
        Fault::Locked | Fault::NotAllowed | Fault::PromptDismissed => VaultFault::Locked,
        Fault::TimedOut => VaultFault::TimedOut,
        Fault::TooLong(_) => VaultFault::TooLong,
        _ => VaultFault::Unavailable,
    };
    let (message, hints) = sentences(fault);
    VaultError {
        fault: kind,
        message,
        hints,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_keyring_answered_is_missing_or_locked() {
        for fault in explain::all_faults() {
            let kind = match fault {
                Fault::NotFound => VaultFault::NotFound,
                Fault::Locked | Fault::NotAllowed | Fault::PromptDismissed => VaultFault::Locked,
                Fault::TimedOut => VaultFault::TimedOut,
                Fault::TooLong(_) => VaultFault::TooLong,
                _ => VaultFault::Unavailable,
            };
            let error = explain(&keyring_core::Error::from(fault.clone()));
            assert_eq!(
                (error.fault, &error.message),
                (kind, &sentences(&fault).0),
                "{fault}"
            );
            assert!(!error.hints.is_empty(), "{fault}");
        }
    }

    #[test]
    fn a_person_is_waited_for_only_where_there_is_one() {
        for fault in explain::all_faults() {
            assert!(!may_be_opened(&fault, false), "{fault}");
            assert_eq!(
                may_be_opened(&fault, true),
                fault == Fault::Locked,
                "{fault}"
            );
        }
        assert!(title().english().contains("Secret Service"));
        let shown = |interactive| format!("{:?}", store(interactive));
        assert!(shown(false).contains("unlock: None"), "{}", shown(false));
        assert!(
            shown(true).contains("unlock: Some(120s)"),
            "{}",
            shown(true)
        );
    }
}
