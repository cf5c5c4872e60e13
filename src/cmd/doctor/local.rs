//! Checks of this machine's own things: the account, the profile's files, directories, the breaker's record.

use super::Subject;
use super::finding::Finding;
use crate::broker::{self, BreakerStatus, Places};
use crate::error::{Kind, io_reason};
use crate::os::{self, facts};
use crate::profile::{Profile, ProfileStore};
use crate::world::{Clock, SystemClock, rfc3339};
use std::path::{Path, PathBuf};

/// Who it runs as, and whether home is that account's own.
pub(super) fn account(subject: &Subject) -> Finding {
    const CHECK: &str = "account";
    let me = &subject.account;
    if let Some((home, owner)) = foreign_home(subject) {
        return Finding::warn(CHECK, format!("this runs as {me}, but HOME ({}) belongs to {owner}", home.display()))
            .fix(format!(
                "run it as the account that ran `ropc login`: `sudo -u {owner} -H ropc doctor`, or log in as {owner}"
            ))
            .fix(format!(
                "if {me} is the right account, give it a home of its own and enrol there with `{}`",
                subject.login()
            ));
    }
    let finding = Finding::ok(CHECK, format!("this runs as {me}"));
    match os::identity_clue(&subject.env) {
        Some(clue) => finding.fix(os::identity_hint(&clue)),
        None => finding,
    }
}

/// HOME with its owner, if it is another account's and the profile is looked for there. A service account's own home often
/// belongs to root, or is the root directory, and then its variables name other places.
fn foreign_home(subject: &Subject) -> Option<(PathBuf, String)> {
    let home = subject.env.path("HOME").filter(|home| home.parent().is_some())?;
    let own = facts::home_of_account().is_some_and(|own| own == home);
    let used = subject.config.as_ref().is_some_and(|dir| dir.starts_with(&home));
    let owner = facts::foreign_owner(&home).filter(|_| used && !own)?;
    Some((home, owner))
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

/// Where the breaker's record is. Looking for it makes its directory, which the wrong account must not do.
pub(super) fn places(subject: &Subject) -> Option<Places> {
    let usable = foreign_home(subject).is_none() && state(subject).level != super::finding::Level::Fail;
    usable.then(|| Places::find(&subject.env).ok()).flatten()
}

/// May another account change what this one is told to do? Not said where the system cannot tell.
fn rights(subject: &Subject) -> Option<Finding> {
    const CHECK: &str = "profile-mode";
    let file = ProfileStore::new(subject.config.as_ref()?).path(&subject.name);
    if !file.exists() {
        return None;
    }
    Some(match facts::is_ours_alone(&file)? {
        Ok(()) => Finding::ok(CHECK, "nobody else may change the profile"),
        Err(reason) => Finding::warn(CHECK, format!("{reason}, so the scopes that a job gets are theirs to choose"))
            .fix("take that right away with `chmod go-w`, and let the account of the job own the path"),
    })
}

/// Makes and removes a file; in a directory that is not there yet, in the nearest one above it.
fn try_write(dir: &Path) -> Result<(), String> {
    let nearest = dir.ancestors().find(|d| d.symlink_metadata().is_ok()).unwrap_or(dir);
    let file = tempfile::Builder::new().prefix(".ropc-").tempfile_in(nearest);
    file.map(drop).map_err(|e| format!("{}: {}", nearest.display(), io_reason(&e)))
}

/// The directory and those below it that exist: one `sudo` run is enough to leave a foreign one behind.
fn all_writable(dir: &Path, below: &[&str]) -> Result<(), String> {
    try_write(dir)?;
    below.iter().map(|name| dir.join(name)).filter(|d| d.exists()).try_for_each(|d| try_write(&d))
}

fn state(subject: &Subject) -> Finding {
    const CHECK: &str = "state";
    let runtime = os::runtime_dir(&subject.env).filter(|dir| all_writable(dir, &["locks", "breaker"]).is_ok());
    let reason = match os::state_dir(&subject.env) {
        None => "there is no state directory, as neither HOME nor ROPC_STATE_DIR is set".to_owned(),
        Some(dir) => match all_writable(&dir, &["locks", "breaker"]) {
            Ok(()) => {
                let spare = runtime.map_or_else(String::new, |r| format!("; {} would stand in for it", r.display()));
                return Finding::ok(CHECK, format!("the sign-in record in {} can be written{spare}", dir.display()));
            }
            Err(reason) => format!("the state directory cannot be written: {reason}"),
        },
    };
    let fix = "set ROPC_STATE_DIR to a directory that this account may write";
    match runtime {
        Some(dir) => Finding::warn(
            CHECK,
            format!("{reason}; the sign-in record is kept in {} and lost with the log-in session", dir.display()),
        )
        .fix(fix),
        None => {
            Finding::fail(CHECK, Kind::Config, format!("{reason}; without a sign-in record ropc sends no password"))
                .fix(fix)
        }
    }
}

fn cache(subject: &Subject) -> Finding {
    const CHECK: &str = "cache";
    let off = |reason: String| {
        Finding::warn(
            CHECK,
            format!("{reason}; every run signs in anew, and Entra stops a user who does so too often (AADSTS50196)"),
        )
        .fix("set ROPC_CACHE_DIR to a directory that this account may write")
    };
    let Some(dir) = os::cache_dir(&subject.env) else {
        return off("there is no cache directory, as neither HOME nor ROPC_CACHE_DIR is set".into());
    };
    let own = PathBuf::from("tokens").join(subject.name.as_str()).display().to_string();
    match all_writable(&dir, &["tokens", &own]) {
        Ok(()) => Finding::ok(CHECK, format!("tokens can be cached, sealed, in {}", dir.display())),
        Err(reason) => off(format!("the cache directory cannot be written: {reason}")),
    }
}

fn breaker(subject: &Subject, profile: &Profile, places: &Places) -> Finding {
    const CHECK: &str = "breaker";
    let BreakerStatus { state, code, reason, until, .. } = broker::breaker_status(places, profile, SystemClock.now());
    if let ("ready", Some(elsewhere)) = (state, &reason) {
        return Finding::ok(CHECK, format!("a sign-in may be sent, with this in mind: {elsewhere}"));
    }
    let login = subject.login();
    let reason = reason.map(|r| format!(": {r}")).unwrap_or_default();
    let until = until.map(rfc3339).unwrap_or_default();
    let retry = format!("`{login} --retry` tries once, at once");
    let finding = match state {
        "ready" => return Finding::ok(CHECK, "no refusal is on record: a sign-in may be sent"),
        "refused" => Finding::fail(CHECK, Kind::SignIn, format!("Entra refused a stored secret, so it is not sent again{reason}"))
            .fix(format!("store the right secret with `{login}`"))
            .fix(format!("if it is right after all, `{login} --retry` sends it once more")),
        "paused" => Finding::fail(CHECK, Kind::Network, format!("nothing is sent before {until}{reason}")).fix(retry),
        "limited" => Finding::fail(CHECK, Kind::SignIn, format!(
            "three passwords were refused within the hour: none is sent before {until}, or the account could be locked"
        ))
        .fix(format!("find out the right password meanwhile; then `{login}`")),
        "unanswered" => Finding::fail(CHECK, Kind::Network, "sign-ins got no answer, and whether the password was judged is unknown: none is sent")
            .fix(format!("when the network is well, {retry} and clears this")),
        _ => Finding::fail(CHECK, Kind::Config, "the sign-in record cannot be read, so no password is sent")
            .fix(format!("`{login} --retry` tries once and starts a new record")),
    };
    match code {
        Some(code) => finding.fix(format!("more: `ropc explain {code}`")),
        None => finding,
    }
}
