//! The Secret Service as the keychain of this system: which store, and when its own dialog is
//! waited for. No words for a person.

use super::item::SERVICE;
use keyring_core::api::CredentialStoreApi;
pub use secret_service::Fault as SystemFault;
use secret_service::{Options, Store};
use std::time::Duration;

/// The store itself reads every write back.
pub(super) const READS_BACK: bool = true;

/// How long a person may look at the keyring's own unlock dialog.
const PERSON: Duration = Duration::from_secs(120);

fn store(interactive: bool) -> Store {
    Store::new(Options {
        unlock: interactive.then_some(PERSON),
        ..Options::new(SERVICE)
    })
}

pub(super) fn entry(account: &str, interactive: bool) -> keyring_core::Result<keyring_core::Entry> {
    store(interactive).build(SERVICE, account, None)
}

/// Reads two items over one connection: connecting and agreeing on a session key takes most of the
/// time.
pub(super) fn get_both(
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
pub(super) fn probe(interactive: bool) -> Result<(), SystemFault> {
    match store(interactive).probe() {
        Err(fault) if may_be_opened(&fault, interactive) => Ok(()),
        looked => looked,
    }
}

/// The keyring's own dialog, when a locked one is about to be used with a person there.
pub(super) fn dialog(interactive: bool) -> Option<Duration> {
    let locked = interactive && store(interactive).probe() == Err(SystemFault::Locked);
    locked.then_some(PERSON)
}

fn may_be_opened(fault: &SystemFault, interactive: bool) -> bool {
    interactive && *fault == SystemFault::Locked
}

pub(super) fn fault_of(error: &keyring_core::Error) -> SystemFault {
    SystemFault::of(error)
}

pub(super) fn is_timeout(fault: &SystemFault) -> bool {
    *fault == SystemFault::TimedOut
}

/// One of each.
#[cfg(test)]
pub(crate) fn all_faults() -> [SystemFault; 12] {
    [
        SystemFault::NoBus,
        SystemFault::BusRefused,
        SystemFault::NoProvider,
        SystemFault::NoDefaultCollection,
        SystemFault::DoesNotLast,
        SystemFault::Locked,
        SystemFault::NotAllowed,
        SystemFault::PromptDismissed,
        SystemFault::TimedOut,
        SystemFault::DaemonGone,
        SystemFault::NotStored,
        SystemFault::Other("AccessDenied".into()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_missed_deadline_is_a_timeout() {
        for fault in all_faults() {
            assert_eq!(
                is_timeout(&fault),
                fault == SystemFault::TimedOut,
                "{fault}"
            );
        }
    }

    #[test]
    fn a_person_is_waited_for_only_where_there_is_one() {
        for fault in all_faults() {
            let is_locked = fault == SystemFault::Locked;
            assert_eq!(may_be_opened(&fault, true), is_locked, "{fault}");
            assert!(!may_be_opened(&fault, false), "{fault}");
        }
        let shown = |interactive| format!("{:?}", store(interactive));
        assert!(shown(false).contains("unlock: None"), "{}", shown(false));
        assert!(
            shown(true).contains("unlock: Some(120s)"),
            "{}",
            shown(true)
        );
    }
}
