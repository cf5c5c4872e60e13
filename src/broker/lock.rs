//! Locks between processes: held by an open file, so the OS frees them when a process dies, however it dies.

use super::{Deadline, Places};
use crate::error::{Error, Kind, Result, io_reason};
use crate::l10n::msg;
use crate::os;
use crate::profile::ProfileName;
use crate::ui::Ui;
use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

/// A held lock. Dropping it frees it.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

/// Short, as a waiter that sleeps holds nobody up but itself, and fifty jobs may wait.
const POLL: Duration = Duration::from_millis(15);
/// After this long the wait is explained.
const EXPLAIN_AFTER: Duration = Duration::from_secs(3);

/// One sign-in at a time for a profile.
pub(super) fn profile(places: &Places, name: &ProfileName, deadline: Deadline, ui: &Ui) -> Result<Lock> {
    take(&places.lock_of(name), deadline, ui, &|| msg!("broker-awaited-profile", profile = name))
}

/// Waits for the lock file at `path`, saying after three seconds what is awaited. The words are made only then.
pub(super) fn take(path: &Path, deadline: Deadline, ui: &Ui, awaited: &dyn Fn() -> String) -> Result<Lock> {
    let unusable = |e: &std::io::Error| {
        Error::config(msg!("broker-lock-unusable", path = path.display(), reason = io_reason(e)))
            .hint(msg!("broker-lock-set-state-dir"))
    };
    if let Some(dir) = path.parent() {
        os::create_private_dir(dir).map_err(|e| unusable(&e))?;
    }
    let file = os::open_lock(path).map_err(|e| unusable(&e))?;
    let start = Instant::now();
    let mut told = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(e)) => return Err(unusable(&e)),
        }
        if deadline.left().is_zero() {
            // To the nearest second: a deadline of 2 s leaves a little less than that for the wait.
            let waited = crate::world::duration_text((start.elapsed() + Duration::from_millis(500)).as_secs().max(1));
            return Err(Error::new(Kind::Network, msg!("broker-lock-timeout", time = waited, awaited = awaited()))
                .hint(msg!("broker-lock-longer")));
        }
        if !told && start.elapsed() >= EXPLAIN_AFTER {
            ui.note(&msg!("broker-lock-waiting", awaited = awaited()));
            told = true;
        }
        std::thread::sleep(POLL.min(deadline.left()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::Color;

    #[test]
    fn a_second_holder_waits_and_gives_up() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.lock");
        let ui = Ui::new(Color::Never, true, false);
        let first = take(&path, Deadline::after(Duration::from_secs(1)), &ui, &|| "x".into()).unwrap();
        let error = take(&path, Deadline::after(Duration::from_millis(30)), &ui, &|| "the other".into()).unwrap_err();
        assert!(error.message.contains("in vain for the other"), "{}", error.message);
        drop(first);
        take(&path, Deadline::after(Duration::from_millis(30)), &ui, &|| "x".into()).unwrap();
    }
}
