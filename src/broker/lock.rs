//! Locks between processes. An open file holds them, so the OS frees them when a process ends in
//! any way.

use super::deadline::Deadline;
use super::error::{Awaited, BrokerError, Result};
use super::note::Note;
use super::places::Places;
use crate::os;
use crate::profile::ProfileName;
use crate::ui::{Ui, Waiting};
use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

/// A held lock. Dropping it frees it.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

/// The time between two tries. Short, as fifty jobs may wait one after the other, and a sleeping
/// waiter costs nothing.
const POLL: Duration = Duration::from_millis(15);
/// After this long the run says what it waits for.
const EXPLAIN_AFTER: Duration = Duration::from_secs(3);

/// How often a waiter opens a file again that was removed: on a file system that shows one file as
/// two it must not wait for ever.
const RENEWALS: u32 = 8;

/// One sign-in at a time for a profile.
pub(super) fn profile(
    places: &Places,
    name: &ProfileName,
    deadline: Deadline,
    ui: &Ui,
) -> Result<Lock> {
    let awaited = Awaited::Profile(name.clone());
    take(&places.lock_of(name)?, &awaited, deadline, ui)
}

/// Waits for the lock file at `path`. After three seconds it says what is awaited.
pub(super) fn take(path: &Path, awaited: &Awaited, deadline: Deadline, ui: &Ui) -> Result<Lock> {
    let mut wait = Wait {
        path,
        awaited,
        deadline,
        ui,
        start: Instant::now(),
        shown: None,
        is_explained: false,
    };
    let mut file = wait.until_locked()?;
    for _ in 0..RENEWALS {
        if os::is_at(&file, path) {
            break;
        }
        // Somebody removed the file while this process waited, so its lock excludes no later
        // process. Drop it first: the new one may be the same file.
        drop(file);
        file = wait.until_locked()?;
    }
    Ok(Lock { _file: file })
}

/// One wait, also if the file at the path changes meanwhile.
struct Wait<'a> {
    path: &'a Path,
    awaited: &'a Awaited,
    deadline: Deadline,
    ui: &'a Ui,
    start: Instant,
    shown: Option<Waiting>,
    is_explained: bool,
}

impl Wait<'_> {
    fn until_locked(&mut self) -> Result<File> {
        let file = open(self.path).map_err(|source| self.unusable(source))?;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) => self.sleep()?,
                Err(TryLockError::Error(source)) => return Err(self.unusable(source)),
            }
        }
    }

    fn sleep(&mut self) -> Result<()> {
        if self.deadline.left().is_zero() {
            return Err(BrokerError::LockTimeout {
                awaited: self.awaited.clone(),
                waited: self.start.elapsed(),
            });
        }
        if self.ui.shows_waits() {
            let awaited = Note::Waiting(self.awaited);
            self.shown
                .get_or_insert_with(|| self.ui.waiting(&awaited.into(), None));
        } else if !self.is_explained && self.start.elapsed() >= EXPLAIN_AFTER {
            self.ui.note(&Note::Waiting(self.awaited).into());
            self.is_explained = true;
        }
        std::thread::sleep(POLL.min(self.deadline.left()));
        Ok(())
    }

    fn unusable(&self, source: io::Error) -> BrokerError {
        BrokerError::Lock {
            path: self.path.to_owned(),
            source,
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    path.parent().map_or(Ok(()), os::create_private_dir)?;
    os::open_lock(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::Color;

    fn take_within(path: &Path, time: Duration) -> Result<Lock> {
        let ui = Ui::new(Color::Never, true, false, crate::text::Reader::default());
        take(path, &Awaited::SignIn, Deadline::after(time), &ui)
    }

    #[test]
    fn a_waiter_whose_file_is_removed_waits_for_the_new_file() {
        const LONG: Duration = Duration::from_secs(20);
        if os::IS_WINDOWS {
            return; // A file that is open cannot be removed there.
        }
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("locks/x.lock");
        let first = take_within(&path, LONG).unwrap();
        let waiting = path.clone();
        let waiter = std::thread::spawn(move || drop(take_within(&waiting, LONG).unwrap()));
        std::thread::sleep(Duration::from_millis(200));
        std::fs::remove_dir_all(dir.path().join("locks")).unwrap();
        let second = take_within(&path, LONG).unwrap();
        drop(first);
        std::thread::sleep(Duration::from_millis(200));
        assert!(!waiter.is_finished(), "two processes hold one lock");
        drop(second);
        waiter.join().unwrap();
    }

    #[test]
    fn a_second_holder_waits_and_gives_up() {
        const SHORT: Duration = Duration::from_millis(30);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.lock");
        let first = take_within(&path, Duration::from_secs(1)).unwrap();
        let error = take_within(&path, SHORT).unwrap_err();
        let BrokerError::LockTimeout { awaited, waited } = error else {
            panic!("{error:?}")
        };
        assert!(awaited == Awaited::SignIn && waited >= SHORT, "{waited:?}");
        drop(first);
        take_within(&path, SHORT).unwrap();
    }
}
