//! Windows: names, opens and replacement of files. Modes do not exist here, and access lists are
//! not judged. Reads and writes no content.

use std::fs::{DirBuilder, File, FileType, OpenOptions};
use std::io;
use std::path::Path;
use std::time::Duration;
use tempfile::NamedTempFile;

/// True if this process may make files in the directory.
pub(crate) fn is_writable(dir: &Path) -> bool {
    crate::os::temporary::temporary_in(dir).is_ok()
}

/// Does nothing: an open never waits here, and it follows links.
pub(crate) fn open_at_once(_options: &mut OpenOptions, _follow: bool) {}

/// Does nothing, as [`open_at_once`] did nothing.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the same signature as on the other systems"
)]
pub(crate) fn wait_again(_file: &File) -> io::Result<()> {
    Ok(())
}

/// The inherited access list is the private one.
pub(crate) fn private_file_mode(_options: &mut OpenOptions) {}

/// Always false: pipes are not in directories here.
pub(crate) fn is_pipe(_kind: FileType) -> bool {
    false
}

/// Always true: the standard library has no file number here. If a person removes the locks while
/// jobs run, two may run at once.
pub(crate) fn is_at(_file: &File, _path: &Path) -> bool {
    true
}

/// The inherited access list is the private one.
pub(crate) fn private_mode(_builder: &mut DirBuilder) {}

/// Access lists are not judged here.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the same signature as on the other systems"
)]
pub(crate) fn is_set_to_others(_file: &File) -> io::Result<bool> {
    Ok(false)
}

/// A new file in a directory has the access list that it inherits, and the owner that made it.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the same signature as on the other systems"
)]
pub(crate) fn keep_owner(_new: &File, _old: &std::fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// Always false: ropc does not look for hard links here.
pub(crate) fn has_other_names(_meta: &std::fs::Metadata) -> bool {
    false
}

/// NTFS's journal makes a rename durable.
pub(crate) fn sync_dir(_dir: &Path) {}

/// Renames a finished file to its name, and replaces an existing one, even while another process
/// reads that one.
///
/// The standard library's rename replaces open files (POSIX semantics), which `tempfile`'s own does
/// not. It waits for a virus scanner or indexer that holds the file for a moment.
pub(crate) fn persist(temp: NamedTempFile, path: &Path) -> io::Result<()> {
    // Also clears the mark of a temporary file, with which the system may put off writing it.
    let made = temp.into_temp_path().keep().map_err(|e| e.error)?;
    let mut outcome = std::fs::rename(&made, path);
    for _ in 0..20 {
        match &outcome {
            Err(e) if is_held_open(e) => std::thread::sleep(Duration::from_millis(15)),
            _ => break,
        }
        outcome = std::fs::rename(&made, path);
    }
    if outcome.is_err() {
        let _ = std::fs::remove_file(&made);
    }
    outcome
}

/// `ERROR_ACCESS_DENIED` or `ERROR_SHARING_VIOLATION`.
fn is_held_open(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(5 | 32))
}

/// The command that shows who may read a file, for hints.
pub(crate) const LOOK: &str = "icacls";
