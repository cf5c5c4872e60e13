//! Temporary files that are renamed once they are complete: their names, and how one is created.

use std::io;
use std::path::Path;
use tempfile::NamedTempFile;

/// The beginning of the names of unfinished files.
pub(super) const TEMPORARY: &str = ".ropc-";

/// A new file under the name of an unfinished one. Dropping it removes it.
pub(crate) fn temporary_in(dir: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(dir)
}
