//! Would it work when nobody is there? Conditions of this session that a job of cron, a timer, a service or Task Scheduler
//! does not have, and conditions that end with a log-in.

use super::Subject;
use super::finding::Finding;
use crate::error::Kind;
use crate::os::facts::{self, KEYCHAIN, Keychain, SessionBus};
use crate::profile::StoreKind;

const FILE: &str = "or keep the secrets in an encrypted file: `ropc login --store file --key-source key-file`";
const CREDENTIAL: &str = "for a systemd service or timer, use the file store with its key as a credential: \
                          `ropc login --store file --key-source credential`";

pub(super) fn check(subject: &Subject, out: &mut dyn FnMut(Finding)) {
    out(places(subject));
    out(session(subject));
    if subject.store() == StoreKind::Os && KEYCHAIN == Keychain::SecretService {
        let place = facts::session_bus(&subject.env);
        let absent = matches!(place, SessionBus::Absent(_));
        out(bus(subject, place));
        if !absent {
            out(after_logout(subject));
        }
    }
}

/// Variables of ours that decide where things are: a job must have them too, and they must be absolute.
fn places(subject: &Subject) -> Finding {
    const CHECK: &str = "environment";
    const OURS: [&str; 5] = ["ROPC_CONFIG_DIR", "ROPC_CACHE_DIR", "ROPC_STATE_DIR", "ROPC_KEY_FILE", "ROPC_PROFILE"];
    const OTHERS: [&str; 4] = ["XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "SSL_CERT_FILE"];
    let env = &subject.env;
    if let Some(name) = OURS[..4].iter().find(|name| env.get(name).is_some() && env.path(name).is_none()) {
        return Finding::fail(CHECK, Kind::Config, format!("{name} is not an absolute path"))
            .fix("a job may start in any directory: give the whole path, beginning at the root");
    }
    let used: Vec<&str> = OURS.into_iter().chain(OTHERS).filter(|name| env.get(name).is_some()).collect();
    if used.is_empty() {
        return Finding::ok(CHECK, "nothing here depends on a variable that a job might lack");
    }
    Finding::ok(CHECK, format!("this run is steered by {}", used.join(", ")))
        .fix("a job does not inherit them from this session: set them in its unit, crontab or task too")
}

/// What this session is. Its store was tried for real, so most of it is a note.
fn session(subject: &Subject) -> Finding {
    const CHECK: &str = "session";
    let over_ssh = subject.env.get("SSH_CONNECTION").is_some() || subject.env.get("SSH_CLIENT").is_some();
    if over_ssh && KEYCHAIN == Keychain::MacOs && subject.store() == StoreKind::Os {
        return Finding::warn(
            CHECK,
            "over SSH the login keychain is locked, or may not ask, unless the same user is logged in at the screen",
        )
        .fix("run the job as a LaunchAgent of the logged-in user, and `ropc doctor` from there")
        .fix(FILE);
    }
    let kind =
        if over_ssh { "an SSH session".to_owned() } else { facts::logon().unwrap_or_else(|| "no SSH session".into()) };
    let finding = Finding::ok(CHECK, format!("this is {kind}; ropc needs no terminal, as all it asks for is stored"));
    if over_ssh && subject.store() == StoreKind::Os {
        return finding.fix("this speaks for this session: run `ropc doctor` once from the job itself as well");
    }
    finding
}

fn bus(subject: &Subject, place: SessionBus) -> Finding {
    const CHECK: &str = "session-bus";
    match place {
        SessionBus::WellKnown(path) => {
            Finding::ok(CHECK, format!("the D-Bus session bus is at {}, where a job finds it too", path.display()))
        }
        SessionBus::ThisSession => Finding::warn(
            CHECK,
            "DBUS_SESSION_BUS_ADDRESS points to a bus of this session only: a job of cron or a timer does not inherit it and finds no keyring",
        )
        .fix("let systemd keep the bus of the account (package dbus-user-session), and start the job under it")
        .fix(CREDENTIAL)
        .fix(FILE),
        SessionBus::Absent(path) => {
            let finding = Finding::fail(CHECK, Kind::Vault, format!(
                "DBUS_SESSION_BUS_ADDRESS is not set, and {} does not exist (cron, a container, or an account that is not logged in)",
                path.display()
            ))
            .fix(format!("`loginctl enable-linger {}` keeps a bus without a log-in, but the keyring stays locked until that user logs in with the password", subject.account))
            .fix(CREDENTIAL)
            .fix(FILE);
            // Without a profile another store can still be chosen.
            if subject.profile.is_some() { finding } else { finding.into_warning() }
        }
    }
}

/// What becomes of the keyring when the person leaves.
fn after_logout(subject: &Subject) -> Finding {
    const CHECK: &str = "lingering";
    let me = &subject.account;
    let cause = match facts::lingers(me) {
        Some(false) => {
            return Finding::warn(CHECK, format!("lingering is off: when {me} logs out, the session bus and the keyring end, and jobs fail"))
                .fix(format!("`loginctl enable-linger {me}`; after a reboot the keyring stays locked all the same until {me} logs in with the password"))
                .fix(CREDENTIAL)
                .fix(FILE);
        }
        Some(true) => "lingering is on: the session bus stays when its user logs out",
        None => "systemd does not run here: the session bus lives as long as what started it",
    };
    Finding::ok(CHECK, cause).fix(format!(
        "after a reboot a keyring stays locked until {me} logs in with the password; a job that must run before uses `--store file`"
    ))
}
