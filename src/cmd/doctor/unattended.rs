//! Would it work unattended? Checks for conditions of this session that a job of cron, a timer, a
//! service or Task Scheduler does not have, and for conditions that end at log-out.

use super::finding::Finding;
use super::subject::Subject;
use crate::environment::PATH_VARIABLES;
use crate::error::Kind;
use crate::os::facts::{self, KEYCHAIN, Keychain, SessionBus};
use crate::profile::KeySource;
use crate::text::{Text, text};

fn file() -> Text {
    text!("vault-or-key-file")
}

fn credential() -> Text {
    text!("vault-with-credential")
}

pub(super) fn check(subject: &Subject, out: &mut dyn FnMut(Finding)) {
    out(places(subject));
    out(session(subject));
    if subject.needs_keychain() && KEYCHAIN == Keychain::SecretService {
        let place = facts::session_bus(&subject.env);
        let absent = matches!(place, SessionBus::Absent(_));
        out(bus(subject, place));
        if !absent {
            out(after_logout(subject));
        }
    }
}

/// ropc's own variables that name directories: a job must have them too, and they must be absolute.
fn places(subject: &Subject) -> Finding {
    const CHECK: &str = "environment";
    const OTHERS: [&str; 5] = [
        "ROPC_PROFILE",
        "XDG_CONFIG_HOME",
        "XDG_CACHE_HOME",
        "XDG_STATE_HOME",
        "SSL_CERT_FILE",
    ];
    let env = &subject.env;
    if let Some(name) = PATH_VARIABLES
        .iter()
        .find(|name| env.get(name).is_some() && env.path(name).is_none())
    {
        return Finding::fail(
            CHECK,
            Kind::Config,
            text!("doctor-not-absolute", name = name),
        )
        .fix(text!("cmd-relative-path-hint"));
    }
    // A profile with a CA file trusts only that, so SSL_CERT_FILE does not matter.
    let own_roots = subject
        .profile
        .as_ref()
        .is_some_and(|profile| profile.ca_file.is_some());
    let used: Vec<&str> = PATH_VARIABLES
        .into_iter()
        .chain(OTHERS)
        .filter(|name| env.get(name).is_some())
        .filter(|name| !(own_roots && *name == "SSL_CERT_FILE"))
        .collect();
    if used.is_empty() {
        return Finding::ok(CHECK, text!("doctor-no-variables"));
    }
    Finding::ok(
        CHECK,
        text!("doctor-variables-used", names = used.join(", ")),
    )
    .fix(text!("doctor-variables-inherit"))
}

/// The kind of this session. Mostly a note, as another check has tried the store.
fn session(subject: &Subject) -> Finding {
    const CHECK: &str = "session";
    let over_ssh =
        subject.env.get("SSH_CONNECTION").is_some() || subject.env.get("SSH_CLIENT").is_some();
    if over_ssh && KEYCHAIN == Keychain::MacOs && subject.needs_keychain() {
        return Finding::warn(CHECK, text!("doctor-ssh-macos"))
            .fix(text!("doctor-ssh-macos-agent"))
            .fix(file());
    }
    let kind = if over_ssh {
        text!("doctor-session-ssh")
    } else {
        facts::logon().map_or_else(|| text!("doctor-session-plain"), Text::from)
    };
    let needs_person =
        subject.profile.is_none() || subject.key_source() == Some(KeySource::Passphrase);
    let finding = Finding::ok(
        CHECK,
        if needs_person {
            text!("doctor-session-alone", session = kind)
        } else {
            text!("doctor-session", session = kind)
        },
    );
    if over_ssh && subject.needs_keychain() {
        return finding.fix(text!("doctor-session-job"));
    }
    finding
}

fn bus(subject: &Subject, place: SessionBus) -> Finding {
    const CHECK: &str = "session-bus";
    match place {
        SessionBus::WellKnown(path) => {
            Finding::ok(CHECK, text!("doctor-bus", path = path.display()))
        }
        SessionBus::ThisSession => Finding::warn(CHECK, text!("doctor-bus-this-session"))
            .fix(text!("doctor-bus-systemd"))
            .fix(credential())
            .fix(file()),
        SessionBus::Absent(path) => {
            let finding = Finding::fail(
                CHECK,
                Kind::Vault,
                text!("doctor-bus-absent", path = path.display()),
            )
            .fix(text!("doctor-bus-linger", account = subject.account))
            .fix(credential())
            .fix(file());
            // Without a profile, `login` can still choose another store.
            if subject.profile.is_some() {
                finding
            } else {
                finding.into_warning()
            }
        }
    }
}

/// What happens to the keyring when the person logs out.
fn after_logout(subject: &Subject) -> Finding {
    const CHECK: &str = "lingering";
    let me = &subject.account;
    let cause = match facts::lingers(me) {
        Some(false) => {
            return Finding::warn(CHECK, text!("doctor-linger-off", account = me))
                .fix(text!("doctor-linger-enable", account = me))
                .fix(credential())
                .fix(file());
        }
        Some(true) => text!("doctor-linger-on"),
        None => text!("doctor-linger-unknown"),
    };
    Finding::ok(CHECK, cause).fix(text!("doctor-linger-reboot", account = me))
}
