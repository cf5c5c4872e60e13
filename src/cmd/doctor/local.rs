//! Checks of this machine: the account, the profile's files, directories, the breaker's record.

use super::finding::Finding;
use super::subject::Subject;
use crate::broker::{self, BreakerState, BreakerStatus, Places};
use crate::error::Kind;
use crate::os::{self, facts};
use crate::profile::Profile;
use crate::text::{Text, at_path, text};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Which account this runs as, and whether that account owns its home.
pub(super) fn account(subject: &Subject) -> Finding {
    const CHECK: &str = "account";
    let me = &subject.account;
    if let Some((home, owner)) = foreign_home(subject) {
        let cause = text!(
            "doctor-foreign-home",
            account = me,
            home = home.display(),
            owner = owner
        );
        return Finding::warn(CHECK, cause)
            .fix(text!("doctor-foreign-home-run-as", owner = owner))
            .fix(text!(
                "doctor-foreign-home-own",
                account = me,
                login = subject.login()
            ));
    }
    let finding = Finding::ok(CHECK, text!("doctor-account", account = me));
    match os::identity_clue(&subject.env) {
        Some(clue) => finding.fix(Text::from(&clue)),
        None => finding,
    }
}

/// HOME and its owner, if that is another account and the profile is searched there. The home of a
/// service account often belongs to root, or is the root directory, and then its variables name
/// other places.
fn foreign_home(subject: &Subject) -> Option<(PathBuf, String)> {
    let home = subject
        .env
        .path("HOME")
        .filter(|home| home.parent().is_some())?;
    let own = facts::home_of_account().is_some_and(|own| own == home);
    let used = subject
        .config
        .as_ref()
        .is_some_and(|dir| dir.starts_with(&home));
    if own || !used {
        return None;
    }
    facts::foreign_owner(&home).map(|owner| (home, owner))
}

pub(super) fn check(subject: &Subject, out: &mut dyn FnMut(Finding)) {
    if let Some(finding) = rights(subject) {
        out(finding);
    }
    out(state(subject));
    out(cache(subject));
    if let (Some(profile), Some(places)) = (&subject.profile, places(subject)) {
        out(breaker(subject, profile, &places));
    }
}

/// The directories of the breaker's record. `None` for the wrong account, and where `state` reports
/// why they cannot be used.
pub(super) fn places(subject: &Subject) -> Option<Places> {
    let usable =
        foreign_home(subject).is_none() && state(subject).level != super::finding::Level::Fail;
    usable.then(|| Places::find(&subject.env))
}

/// Whether another account may change the profile. `None` if the system does not say.
fn rights(subject: &Subject) -> Option<Finding> {
    const CHECK: &str = "profile-mode";
    let file = subject
        .profiles(subject.config.as_ref()?)
        .path(&subject.name);
    if !file.exists() {
        return None;
    }
    Some(match facts::is_ours_alone(&file)? {
        Ok(()) => Finding::ok(CHECK, text!("doctor-profile-mode")),
        Err(found) => Finding::warn(
            CHECK,
            text!("doctor-profile-changeable", reason = Text::from(&found)),
        )
        .fix(text!("doctor-profile-changeable-mode")),
    })
}

/// The size of a record and a sealed token.
const ROOM: [u8; 16 * 1024] = [0; 16 * 1024];

/// Makes a file, fills and removes it; if the directory does not exist, in the nearest one above
/// it.
fn try_write(dir: &Path) -> Result<(), Text> {
    let nearest = dir
        .ancestors()
        .find(|d| d.symlink_metadata().is_ok())
        .unwrap_or(dir);
    // Write something: an empty file can be made on a full disk too.
    os::temporary_in(nearest)
        .and_then(|mut file| file.write_all(&ROOM))
        .map_err(|e| at_path(nearest, &e))
}

/// Tries the directory and the existing ones below it: one `sudo` run can leave a directory of
/// another account.
fn all_writable(dir: &Path, below: &[&str]) -> Result<(), Text> {
    try_write(dir)?;
    below
        .iter()
        .map(|name| dir.join(name))
        .filter(|d| d.exists())
        .try_for_each(|d| try_write(&d))
}

fn state(subject: &Subject) -> Finding {
    const CHECK: &str = "state";
    if let Some(error) = Places::find(&subject.env).refused() {
        return Finding::of(CHECK, error.into());
    }
    let runtime = os::runtime_dir(&subject.env)
        .filter(|dir| all_writable(dir, &["locks", "breaker"]).is_ok());
    let spare = runtime.as_ref().map(|dir| dir.display());
    let state =
        os::state_dir(&subject.env).map(|dir| (all_writable(&dir, &["locks", "breaker"]), dir));
    let cause = match (&state, &spare) {
        (Some((Ok(()), dir)), None) => {
            return Finding::ok(CHECK, text!("doctor-state", path = dir.display()));
        }
        (Some((Ok(()), dir)), Some(spare)) => {
            return Finding::ok(
                CHECK,
                text!("doctor-state-spare", path = dir.display(), runtime = spare),
            );
        }
        (Some((Err(reason), _)), None) => text!("doctor-state-unwritable", reason = reason),
        (Some((Err(reason), _)), Some(spare)) => {
            text!(
                "doctor-state-unwritable-runtime",
                reason = reason,
                runtime = spare
            )
        }
        (None, None) => text!("doctor-state-none"),
        (None, Some(spare)) => text!("doctor-state-none-runtime", runtime = spare),
    };
    Finding::fail(CHECK, Kind::Config, cause).fix(text!("broker-set-state-dir"))
}

fn cache(subject: &Subject) -> Finding {
    const CHECK: &str = "cache";
    let Some(dir) = os::cache_dir(&subject.env) else {
        return Finding::warn(CHECK, text!("doctor-cache-none")).fix(text!("doctor-cache-set"));
    };
    let own = PathBuf::from("tokens")
        .join(subject.name.as_str())
        .display()
        .to_string();
    match all_writable(&dir, &["tokens", &own]) {
        Ok(()) => Finding::ok(CHECK, text!("doctor-cache", path = dir.display())),
        Err(reason) => Finding::warn(CHECK, text!("doctor-cache-unwritable", reason = reason))
            .fix(text!("doctor-cache-set")),
    }
}

fn breaker(subject: &Subject, profile: &Profile, places: &Places) -> Finding {
    const CHECK: &str = "breaker";
    let BreakerStatus {
        state,
        code,
        reason,
        until,
        ..
    } = broker::breaker_status(places, profile, &profile.scopes, subject.clock.now());
    let reason = reason.as_ref().map(Text::from);
    if let (BreakerState::Ready, Some(elsewhere)) = (state, &reason) {
        return Finding::ok(CHECK, text!("doctor-breaker-elsewhere", said = elsewhere));
    }
    let login = subject.login();
    let said = reason.unwrap_or_else(|| Text::words(""));
    let until = until.map_or_else(|| Text::words(""), Text::due);
    let finding = match state {
        BreakerState::Ready => return Finding::ok(CHECK, text!("doctor-breaker-ready")),
        BreakerState::Refused => Finding::fail(
            CHECK,
            Kind::SignIn,
            text!("doctor-breaker-refused", said = said),
        )
        .fix(match profile.store.read_from() {
            Some(store) => text!("doctor-breaker-change-there", store = store),
            None => text!("doctor-breaker-store-right", login = login),
        })
        .fix(text!("doctor-breaker-right-after-all", login = login)),
        BreakerState::Paused => Finding::fail(
            CHECK,
            Kind::Network,
            text!("doctor-breaker-paused", until = until, said = said),
        )
        .fix(text!("doctor-breaker-try-once", login = login)),
        BreakerState::Limited => Finding::fail(
            CHECK,
            Kind::SignIn,
            text!("doctor-breaker-limited", until = until),
        )
        .fix(text!("doctor-breaker-find-password", login = login)),
        BreakerState::Unreadable => Finding::fail(
            CHECK,
            Kind::Config,
            text!("doctor-breaker-unreadable", reason = said),
        )
        .fix(text!("doctor-breaker-new-record", login = login)),
    };
    match code {
        Some(code) => finding.fix(text!("entra-more", code = code)),
        None => finding,
    }
}
