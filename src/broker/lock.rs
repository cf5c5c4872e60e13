//! Locks between processes: held by an open file, so the OS frees them when a process dies, however
//! it dies.

use super::{Deadline, Places};
use crate::error::{Error, Kind, Result, io_reason};
use crate::os;
use crate::profile::ProfileName;
use crate::text::{Text, text};
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

/// How often a removed file is opened anew: a file system that tells the same file as two must not
/// keep everybody out.
const RENEWALS: u32 = 8;

/// One sign-in at a time for a profile.
pub(super) fn profile(
    places: &Places,
    name: &ProfileName,
    deadline: Deadline,
    ui: &Ui,
) -> Result<Lock> {
    take(&places.lock_of(name)?, deadline, ui, &|| {
        text!("broker-awaited-profile", profile = name)
    })
}

/// Waits for the lock file at `path`, saying after three seconds what is awaited. The words are
/// made only then.
pub(super) fn take(
    path: &Path,
    deadline: Deadline,
    ui: &Ui,
    awaited: &dyn Fn() -> Text,
) -> Result<Lock> {
    let unusable = |e: &std::io::Error| {
        Error::config(text!(
            "broker-lock-unusable",
            path = path.display(),
            reason = io_reason(e)
        ))
        .hint(text!("broker-lock-set-state-dir"))
    };
    let open = || {
        path.parent()
            .map_or(Ok(()), os::create_private_dir)
            .and_then(|()| os::open_lock(path))
            .map_err(|e| unusable(&e))
    };
    let start = Instant::now();
    let mut told = false;
    let mut locked = |file: File| loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(e)) => return Err(unusable(&e)),
        }
        if deadline.left().is_zero() {
            // To the nearest second: a deadline of 2 s leaves a little less than that for the wait.
            let waited = Text::span(
                (start.elapsed() + Duration::from_millis(500))
                    .as_secs()
                    .max(1),
            );
            return Err(Error::new(
                Kind::Network,
                text!("broker-lock-timeout", time = waited, awaited = awaited()),
            )
            .hint(text!("broker-lock-longer")));
        }
        if !told && start.elapsed() >= EXPLAIN_AFTER {
            ui.note(&text!("broker-lock-waiting", awaited = awaited()));
            told = true;
        }
        std::thread::sleep(POLL.min(deadline.left()));
    };
    let mut file = locked(open()?)?;
    for _ in 0..RENEWALS {
        if os::is_at(&file, path) {
            break;
        }
        // It was removed while this process waited, and keeps out nobody who comes later. Let go
        // first: it may be the same.
        drop(file);
        file = locked(open()?)?;
    }
    Ok(Lock { _file: file })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::Color;

    #[test]
    fn a_waiter_whose_file_is_removed_waits_for_the_new_one() {
        if os::IS_WINDOWS {
            return; // Not looked at there.
        }
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("locks/x.lock");
        let hold = |path: &Path| {
            let ui = Ui::new(Color::Never, true, false, crate::text::Reader::default());
            take(path, Deadline::after(Duration::from_secs(20)), &ui, &|| {
                "x".into()
            })
            .unwrap()
        };
        let first = hold(&path);
        let waiting = path.clone();
        let waiter = std::thread::spawn(move || drop(hold(&waiting)));
        std::thread::sleep(Duration::from_millis(200));
        std::fs::remove_dir_all(dir.path().join("locks")).unwrap();
        let second = hold(&path);
        drop(first);
        std::thread::sleep(Duration::from_millis(200));
        assert!(!waiter.is_finished(), "two hold what only one may hold");
        drop(second);
        waiter.join().unwrap();
    }

    #[test]
    fn a_second_holder_waits_and_gives_up() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.lock");
        let ui = Ui::new(Color::Never, true, false, crate::text::Reader::default());
        let first = take(&path, Deadline::after(Duration::from_secs(1)), &ui, &|| {
            "x".into()
        })
        .unwrap();
        let error = take(
            &path,
            Deadline::after(Duration::from_millis(30)),
            &ui,
            &|| "the other".into(),
        )
        .unwrap_err();
        assert!(
            error.message.english().contains("in vain for the other"),
            "{:?}",
            error.message
        );
        drop(first);
        take(
            &path,
            Deadline::after(Duration::from_millis(30)),
            &ui,
            &|| "x".into(),
        )
        .unwrap();
    }
}
