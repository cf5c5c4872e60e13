//! Messages and hints for each fault of the Secret Service on a Linux machine. Text only; reads
//! nothing of the machine, and no fault carries a secret.

use super::error;
use crate::error::Error;
use crate::text::{Text, text};
use crate::vault::SystemFault as Fault;

fn file() -> Text {
    text!("vault-or-key-file")
}

fn credential() -> Text {
    text!("vault-with-credential")
}

fn unlock() -> Text {
    text!("vault-bus-unlock")
}

fn look() -> Text {
    text!("vault-bus-doctor")
}

/// What happened, and the ways out, best first.
pub(super) fn failed(fault: &Fault) -> Error {
    error(what(fault)).hints(ways_out(fault))
}

fn what(fault: &Fault) -> Text {
    match fault {
        Fault::NoBus => text!("vault-bus-none"),
        Fault::BusRefused => text!("vault-bus-refused"),
        Fault::NoProvider => text!("vault-bus-no-provider"),
        Fault::NoDefaultCollection => text!("vault-bus-no-keyring"),
        Fault::DoesNotLast => text!("vault-bus-session"),
        Fault::Locked => text!("vault-bus-locked"),
        Fault::NotAllowed => text!("vault-bus-not-allowed"),
        Fault::PromptDismissed => text!("vault-bus-dismissed"),
        Fault::TimedOut => text!("vault-bus-timeout"),
        Fault::DaemonGone => text!("vault-bus-daemon-gone"),
        Fault::NotStored => text!("vault-bus-not-stored"),
        Fault::Other(name) => text!("vault-bus-other", name = name),
    }
}

fn ways_out(fault: &Fault) -> Vec<Text> {
    match fault {
        Fault::NoBus => vec![text!("vault-bus-linger"), credential(), file()],
        Fault::BusRefused => vec![text!("vault-bus-same-user"), credential(), file()],
        Fault::NoProvider => vec![text!("vault-bus-install"), credential(), file()],
        Fault::NoDefaultCollection => vec![text!("vault-bus-make-keyring"), file(), credential()],
        Fault::DoesNotLast => vec![text!("vault-bus-set-default"), file(), credential()],
        Fault::Locked => vec![unlock(), credential(), file()],
        Fault::NotAllowed => vec![text!("vault-bus-allow-clients"), credential(), file()],
        Fault::PromptDismissed => vec![text!("vault-bus-answer-it"), unlock(), file()],
        Fault::TimedOut => vec![
            text!("vault-bus-open-prompt"),
            text!("vault-bus-restart"),
            look(),
        ],
        Fault::DaemonGone => vec![text!("vault-bus-journal"), look()],
        Fault::NotStored => vec![text!("vault-keychain-other-login"), file()],
        Fault::Other(_) => vec![look(), file()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::all_faults;

    #[test]
    fn every_fault_has_its_own_message_and_one_to_three_hints() {
        let mut said = std::collections::HashSet::new();
        for fault in all_faults() {
            let Error { message, hints, .. } = failed(&fault);
            assert!((1..=3).contains(&hints.len()), "{fault}: {hints:?}");
            assert!(
                said.insert(message.english()),
                "two faults have one message: {message:?}"
            );
            for line in hints.iter().chain([&message]) {
                assert!(
                    !line.english().ends_with('.') && !line.english().contains("  "),
                    "{line:?}"
                );
                assert!(
                    !line.english().starts_with(|c: char| c.is_uppercase()),
                    "{line:?}"
                );
                assert!(line.english().contains(' '), "{line:?}");
            }
        }
    }

    fn ways(fault: &Fault) -> String {
        let ways: Vec<String> = ways_out(fault).iter().map(Text::english).collect();
        ways.join("\n")
    }

    #[test]
    fn the_hints_name_the_commands_that_help() {
        for fault in [
            Fault::NoBus,
            Fault::BusRefused,
            Fault::NoProvider,
            Fault::Locked,
            Fault::NoDefaultCollection,
            Fault::DoesNotLast,
        ] {
            let ways = ways(&fault);
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
            let ways = ways(&fault);
            assert!(ways.contains("ropc doctor"), "{ways}");
        }
        for fault in [Fault::Locked, Fault::PromptDismissed] {
            let ways = ways(&fault);
            assert!(ways.contains("unlock"), "{ways}");
        }
    }
}
