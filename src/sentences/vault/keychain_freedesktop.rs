//! Messages and hints for each fault of the Secret Service on a Linux machine. Text only; reads
//! nothing of the machine, and no fault carries a secret.

use crate::error::Error;
use crate::text::{Text, text};
use crate::vault::SystemFault;

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
pub(super) fn failed(fault: &SystemFault) -> Error {
    Error::vault(what(fault)).hints(ways_out(fault))
}

fn what(fault: &SystemFault) -> Text {
    match fault {
        SystemFault::NoBus => text!("vault-bus-none"),
        SystemFault::BusRefused => text!("vault-bus-refused"),
        SystemFault::NoProvider => text!("vault-bus-no-provider"),
        SystemFault::NoDefaultCollection => text!("vault-bus-no-keyring"),
        SystemFault::DoesNotLast => text!("vault-bus-session"),
        SystemFault::Locked => text!("vault-bus-locked"),
        SystemFault::NotAllowed => text!("vault-bus-not-allowed"),
        SystemFault::PromptDismissed => text!("vault-bus-dismissed"),
        SystemFault::TimedOut => text!("vault-bus-timeout"),
        SystemFault::DaemonGone => text!("vault-bus-daemon-gone"),
        SystemFault::NotStored => text!("vault-bus-not-stored"),
        SystemFault::Other(name) => text!("vault-bus-other", name = name),
    }
}

fn ways_out(fault: &SystemFault) -> Vec<Text> {
    match fault {
        SystemFault::NoBus => vec![text!("vault-bus-linger"), credential(), file()],
        SystemFault::BusRefused => vec![text!("vault-bus-same-user"), credential(), file()],
        SystemFault::NoProvider => vec![text!("vault-bus-install"), credential(), file()],
        SystemFault::NoDefaultCollection => {
            vec![text!("vault-bus-make-keyring"), file(), credential()]
        }
        SystemFault::DoesNotLast => vec![text!("vault-bus-set-default"), file(), credential()],
        SystemFault::Locked => vec![unlock(), credential(), file()],
        SystemFault::NotAllowed => vec![text!("vault-bus-allow-clients"), credential(), file()],
        SystemFault::PromptDismissed => vec![text!("vault-bus-answer-it"), unlock(), file()],
        SystemFault::TimedOut => vec![
            text!("vault-bus-open-prompt"),
            text!("vault-bus-restart"),
            look(),
        ],
        SystemFault::DaemonGone => vec![text!("vault-bus-journal"), look()],
        SystemFault::NotStored => vec![text!("vault-keychain-other-login"), file()],
        SystemFault::Other(_) => vec![look(), file()],
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
            let hints = hints.into_iter().map(|hint| hint.text);
            for line in hints.chain([message]) {
                let line = line.english();
                assert!(!line.ends_with('.') && !line.contains("  "), "{line}");
                assert!(!line.starts_with(|c: char| c.is_uppercase()), "{line}");
                assert!(line.contains(' '), "{line}");
            }
        }
    }

    fn ways(fault: &SystemFault) -> String {
        let ways: Vec<String> = ways_out(fault).iter().map(Text::english).collect();
        ways.join("\n")
    }

    #[test]
    fn the_hints_name_the_commands_that_help() {
        for fault in [
            SystemFault::NoBus,
            SystemFault::BusRefused,
            SystemFault::NoProvider,
            SystemFault::Locked,
            SystemFault::NoDefaultCollection,
            SystemFault::DoesNotLast,
        ] {
            let ways = ways(&fault);
            assert!(
                ways.contains("--store file") && ways.contains("--key-source credential"),
                "{ways}"
            );
        }
        for fault in [
            SystemFault::TimedOut,
            SystemFault::DaemonGone,
            SystemFault::Other("AccessDenied".into()),
        ] {
            let ways = ways(&fault);
            assert!(ways.contains("ropc doctor"), "{ways}");
        }
        for fault in [SystemFault::Locked, SystemFault::PromptDismissed] {
            let ways = ways(&fault);
            assert!(ways.contains("unlock"), "{ways}");
        }
    }
}
