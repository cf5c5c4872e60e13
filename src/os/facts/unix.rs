//! Unix: owners, modes, the session bus and systemd's lingering.

use super::session::{Logon, LogonFault, SessionBus};
use crate::environment::Environment;
use crate::os::Untrusted;
use crate::os::imp::own_uid;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The account that owns the path, if this process does not run as that account.
pub(crate) fn foreign_owner(path: &Path) -> Option<String> {
    let owner = fs::metadata(path).ok()?.uid();
    (owner != own_uid()).then(|| name_of(owner).unwrap_or_else(|| format!("uid {owner}")))
}

/// The same, but `None` for root, who can read everything anyway.
pub(crate) fn stranger(path: &Path) -> Option<String> {
    let owner = fs::metadata(path).ok()?.uid();
    (owner != own_uid() && owner != 0)
        .then(|| name_of(owner).unwrap_or_else(|| format!("uid {owner}")))
}

/// `Err` says how an account other than this one and root could change the path, or a link on the
/// way to it.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the same signature as on the other systems"
)]
pub(crate) fn is_ours_alone(path: &Path) -> Option<Result<(), Untrusted>> {
    Some(crate::os::check_unchangeable(path))
}

/// Whether systemd starts this account's services without a log-in. `None` if systemd does not run.
pub(crate) fn lingers(account: &str) -> Option<bool> {
    // The two files that `loginctl` and sd_booted(3) read, without a call over a bus that may hang.
    Path::new("/run/systemd/system")
        .is_dir()
        .then(|| Path::new("/var/lib/systemd/linger").join(account).exists())
}

/// Where the session bus is. The store asks as libdbus does: `DBUS_SESSION_BUS_ADDRESS`, then
/// `$XDG_RUNTIME_DIR/bus`, then `/run/user/UID/bus`.
pub(crate) fn session_bus(env: &Environment) -> SessionBus {
    let uid = own_uid();
    let runtime = env
        .path("XDG_RUNTIME_DIR")
        .unwrap_or_else(|| PathBuf::from(format!("/run/user/{uid}")));
    let well_known = runtime.join("bus");
    let Some(address) = env.text("DBUS_SESSION_BUS_ADDRESS") else {
        return if well_known.exists() {
            SessionBus::WellKnown(well_known)
        } else {
            SessionBus::Absent(well_known)
        };
    };
    let path = address
        .split([';', ','])
        .find_map(|part| part.strip_prefix("unix:path="));
    let same = path.is_some_and(
        |p| match (fs::canonicalize(p), fs::canonicalize(&well_known)) {
            (Ok(a), Ok(b)) => a == b,
            _ => false,
        },
    );
    if same {
        SessionBus::WellKnown(well_known)
    } else {
        SessionBus::ThisSession
    }
}

/// Only Windows has logon types.
pub(crate) fn logon() -> Option<Logon> {
    None
}

/// Only Windows has logon sessions without a keychain.
pub(crate) fn keychain_of_logon() -> Option<Result<(), LogonFault>> {
    None
}

/// The home of this account as the password file has it. The home of a service account often does
/// not exist, or belongs to root.
pub(crate) fn home_of_account() -> Option<PathBuf> {
    field_of(own_uid(), 5).map(PathBuf::from)
}

fn name_of(uid: u32) -> Option<String> {
    field_of(uid, 0)
}

/// A field of an account's entry in the password file. Does not ask directory services (LDAP,
/// SSSD): they may hang.
fn field_of(uid: u32, field: usize) -> Option<String> {
    let text = fs::read_to_string("/etc/passwd").ok()?;
    let uid = uid.to_string();
    let entry = text
        .lines()
        .find(|line| line.split(':').nth(2) == Some(uid.as_str()))?;
    entry.split(':').nth(field).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::os::TrustFault;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_bus_counts_as_well_known_only_if_every_job_would_find_it() {
        let dir = tempfile::tempdir().unwrap();
        let runtime = dir.path().to_str().unwrap().to_owned();
        let bus = |address: &str| {
            session_bus(&Environment::from_pairs([
                ("XDG_RUNTIME_DIR", runtime.as_str()),
                ("DBUS_SESSION_BUS_ADDRESS", address),
            ]))
        };
        let socket = dir.path().join("bus");
        assert_eq!(bus(""), SessionBus::Absent(socket.clone()));
        fs::File::create(&socket).unwrap();
        assert_eq!(bus(""), SessionBus::WellKnown(socket.clone()));
        assert_eq!(
            bus(&format!("unix:path={},guid=00", socket.display())),
            SessionBus::WellKnown(socket.clone())
        );
        assert_eq!(bus("unix:path=/tmp/dbus-Xy"), SessionBus::ThisSession);
        assert_eq!(bus("unix:abstract=/tmp/dbus-Xy"), SessionBus::ThisSession);
    }

    #[test]
    fn a_path_that_others_may_write_is_reported() {
        let dir = tempfile::tempdir().unwrap();
        assert!(is_ours_alone(dir.path()).unwrap().is_ok());
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let found = is_ours_alone(dir.path()).unwrap().unwrap_err();
        assert!(
            matches!(found.fault, TrustFault::OthersWrite { .. }),
            "{found:?}"
        );
        assert_eq!(foreign_owner(dir.path()), None);
    }
}
