//! Sentences for people: what each fault of the Secret Service means on a Linux machine, and what
//! to type next. Text only; nothing here looks at the machine, and no fault carries anything that
//! must not be shown.

use crate::l10n::msg;
use secret_service::Fault;

fn file() -> String {
    msg!("vault-bus-file")
}

fn credential() -> String {
    msg!("vault-bus-credential")
}

fn unlock() -> String {
    msg!("vault-bus-unlock")
}

fn look() -> String {
    msg!("vault-bus-doctor")
}

/// What happened (lower case, no full stop), and the ways out, best first.
pub(super) fn explain(fault: &Fault) -> (String, Vec<String>) {
    match fault {
        Fault::NoBus => (
            msg!("vault-bus-none"),
            vec![msg!("vault-bus-linger"), credential(), file()],
        ),
        Fault::BusRefused => (
            msg!("vault-bus-refused"),
            vec![msg!("vault-bus-same-user"), credential(), file()],
        ),
        Fault::NoProvider => (
            msg!("vault-bus-no-provider"),
            vec![msg!("vault-bus-install"), credential(), file()],
        ),
        Fault::NoDefaultCollection => (
            msg!("vault-bus-no-keyring"),
            vec![msg!("vault-bus-make-keyring"), file(), credential()],
        ),
        Fault::DoesNotLast => (
            msg!("vault-bus-session"),
            vec![msg!("vault-bus-set-default"), file(), credential()],
        ),
        Fault::Locked => (
            msg!("vault-bus-locked"),
            vec![
                unlock(),
                msg!("vault-bus-after-reboot"),
                credential(),
                file(),
            ],
        ),
        Fault::NotAllowed => (
            msg!("vault-bus-not-allowed"),
            vec![msg!("vault-bus-allow-clients"), credential(), file()],
        ),
        Fault::PromptDismissed => (
            msg!("vault-bus-dismissed"),
            vec![msg!("vault-bus-answer-it"), unlock(), file()],
        ),
        Fault::TimedOut => (
            msg!("vault-bus-timeout"),
            vec![
                msg!("vault-bus-open-prompt"),
                msg!("vault-bus-restart"),
                look(),
            ],
        ),
        Fault::DaemonGone => (
            msg!("vault-bus-daemon-gone"),
            vec![msg!("vault-bus-journal"), look()],
        ),
        Fault::NotFound => (
            msg!("vault-bus-no-item"),
            vec![msg!("vault-bus-store-again"), msg!("vault-bus-same-user")],
        ),
        Fault::TooLong(_) => (
            msg!("vault-bus-too-long"),
            vec![msg!("vault-bus-check-input")],
        ),
        Fault::NotStored => (
            msg!("vault-bus-not-stored"),
            vec![msg!("vault-keychain-other-login"), file()],
        ),
        Fault::Other(name) => (msg!("vault-bus-other", name = name), vec![look(), file()]),
    }
}

/// One of each.
#[cfg(test)]
pub(super) fn all_faults() -> [Fault; 14] {
    [
        Fault::NoBus,
        Fault::BusRefused,
        Fault::NoProvider,
        Fault::NoDefaultCollection,
        Fault::DoesNotLast,
        Fault::Locked,
        Fault::NotAllowed,
        Fault::PromptDismissed,
        Fault::TimedOut,
        Fault::DaemonGone,
        Fault::NotFound,
        Fault::TooLong(512),
        Fault::NotStored,
        Fault::Other("AccessDenied".into()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_a_sentence_and_a_way_out() {
        let mut said = std::collections::HashSet::new();
        for fault in all_faults() {
            let (message, hints) = explain(&fault);
            assert!(!hints.is_empty(), "{fault}");
            assert!(
                said.insert(message.clone()),
                "another sentence for each: {message}"
            );
            for line in hints.iter().chain([&message]) {
                assert!(!line.ends_with('.') && !line.contains("  "), "{line}");
                assert!(!line.starts_with(|c: char| c.is_uppercase()), "{line}");
                assert!(line.contains(' '), "{line}");
            }
        }
    }

    #[test]
    fn the_ways_out_are_those_that_help() {
        let ways = |fault: Fault| explain(&fault).1.join("\n");
        for fault in [
            Fault::NoBus,
            Fault::BusRefused,
            Fault::NoProvider,
            Fault::Locked,
            Fault::NoDefaultCollection,
            Fault::DoesNotLast,
        ] {
            let ways = ways(fault);
            assert!(
                ways.contains("--store file") && ways.contains("--key-source credential"),
                "{ways}"
            );
        }
        for fault in [
            Fault::TimedOut,
            Fault::DaemonGone,
            Fault::Other("AccessDenied".into()),
        ] {
            let ways = ways(fault);
            assert!(ways.contains("ropc doctor"), "{ways}");
        }
        for fault in [Fault::Locked, Fault::PromptDismissed] {
            let ways = ways(fault);
            assert!(ways.contains("unlock"), "{ways}");
        }
    }
}
