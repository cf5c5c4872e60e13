//! Sentences for people: what each fault of the Secret Service means on a Linux machine, and what to type next.
//! Text only; nothing here looks at the machine, and no fault carries anything that must not be shown.

use super::Fault;

const FILE: &str = "or keep the secrets in an encrypted file: `ropc login --store file --key-source key-file`";
const DIRECTORY: &str = "for a systemd service or timer, use the file store with its key as a credential: \
                         `ropc login --store file --key-source credential`";
const SAME_USER: &str = "run it as the user who ran `ropc login`, in that user's own session, without sudo";
const LINGER: &str = "`loginctl enable-linger USER` starts a session bus without a log-in, but the keyring stays locked \
                      until that user logs in with the password";
const UNLOCK: &str = "unlock it in the desktop session (log in there, or open `seahorse`), then try again";
const LOOK: &str = "`ropc doctor` shows whether it answers again, and whether a job would find it";

/// What happened (lower case, no full stop), and the ways out, best first.
#[must_use]
pub fn explain(fault: &Fault) -> (String, Vec<String>) {
    let (message, hints): (&str, &[&str]) = match fault {
        Fault::NoBus => (
            "no D-Bus session bus here, so no keyring can be reached (cron, ssh without a log-in session, container)",
            &[LINGER, DIRECTORY, FILE],
        ),
        Fault::BusRefused => (
            "the D-Bus session bus belongs to another user and refused this one (sudo, su, or a copied \
             DBUS_SESSION_BUS_ADDRESS)",
            &[SAME_USER, DIRECTORY, FILE],
        ),
        Fault::NoProvider => (
            "nothing on the session bus keeps secrets: org.freedesktop.secrets has no owner",
            &["install and start a keyring: gnome-keyring, KWallet or KeePassXC", DIRECTORY, FILE],
        ),
        Fault::NoDefaultCollection => (
            "the keyring service runs, but has no default keyring yet (new account, or never logged in with a password)",
            &["log in to the desktop once, or create a keyring in `seahorse` and make it the default", FILE, DIRECTORY],
        ),
        Fault::Locked => (
            "the keyring is locked, and nobody was asked to unlock it",
            &[UNLOCK, "a job that must run after a reboot cannot use a keyring that needs a log-in", DIRECTORY, FILE],
        ),
        Fault::PromptDismissed => (
            "the keyring's prompt was closed without an answer",
            &["run the command again and answer it", UNLOCK, FILE],
        ),
        Fault::TimedOut => (
            "the keyring did not answer in time (it hangs, or it waits for somebody at a prompt)",
            &["look for an open prompt in the desktop session", "restart the keyring by logging out and in", LOOK],
        ),
        Fault::DaemonGone => (
            "the keyring service stopped while it was being asked, and the second try failed as well",
            &["look at `journalctl --user -e`, then log out and in to start it again", LOOK],
        ),
        Fault::NotFound => {
            ("the keyring has no such item", &["store the credentials (again) with `ropc login`", SAME_USER])
        }
        Fault::TooLong => {
            ("the value is too long for the keyring", &["check that the input is the secret itself, not a file"])
        }
        Fault::NotStored => (
            "the keyring said that it stored the value, but reading it back gave something else",
            &["is another `ropc login` running? try again", FILE],
        ),
        Fault::Other(name) => return (format!("the keyring answered with an error: {name}"), owned(&[LOOK, FILE])),
    };
    (message.to_owned(), owned(hints))
}

fn owned(hints: &[&str]) -> Vec<String> {
    hints.iter().map(|&hint| hint.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_a_sentence_and_a_way_out() {
        let all = [
            Fault::NoBus,
            Fault::BusRefused,
            Fault::NoProvider,
            Fault::NoDefaultCollection,
            Fault::Locked,
            Fault::PromptDismissed,
            Fault::TimedOut,
            Fault::DaemonGone,
            Fault::NotFound,
            Fault::TooLong,
            Fault::NotStored,
            Fault::other("AccessDenied"),
        ];
        for fault in all {
            let (message, hints) = explain(&fault);
            assert!(!hints.is_empty(), "{fault}");
            for line in hints.iter().chain([&message]) {
                assert!(!line.ends_with('.') && !line.contains("  "), "{line}");
                assert!(!line.starts_with(|c: char| c.is_uppercase()), "{line}");
            }
        }
    }
}
