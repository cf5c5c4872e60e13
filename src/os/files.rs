//! Small files that belong to one user: written atomically with mode 0600, read with a bound.

use crate::l10n::msg;
use std::fs::{DirBuilder, File};
use std::io::{self, Read, Write};
use std::path::Path;

/// How the names of files begin that are not finished yet.
const TEMPORARY: &str = ".ropc-";

/// Replaces `path` in one step: a reader sees the old content or the new, and a full disk leaves the old one.
/// The file is 0600 from its first byte and is on the disk before it takes the name.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    write(path, content, true)
}

/// The same for what may be lost when the power fails, or be found damaged then: nobody waits for the disk.
pub(crate) fn write_private_soon(path: &Path, content: &[u8]) -> io::Result<()> {
    write(path, content, false)
}

fn write(path: &Path, content: &[u8], durable: bool) -> io::Result<()> {
    let dir = path.parent().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    create_private_dir(dir)?;
    let mut temp = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(dir)?;
    temp.write_all(content)?;
    if durable {
        temp.as_file().sync_all()?;
    }
    crate::fault::point("file-before-rename");
    super::imp::persist(temp, path)?;
    if durable {
        super::sync_dir(dir);
    }
    Ok(())
}

/// Replaces a file of the user's own in one step: mode and owner stay, and so does the old content if anything fails.
pub(crate) fn replace_like(path: &Path, content: &[u8]) -> io::Result<()> {
    let dir = path.parent().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let old = std::fs::metadata(path)?;
    let mut temp = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(dir)?;
    temp.write_all(content)?;
    super::imp::keep_owner(temp.as_file(), &old)?;
    temp.as_file().set_permissions(old.permissions())?;
    temp.as_file().sync_all()?;
    crate::fault::point("file-before-rename");
    super::imp::persist(temp, path)?;
    super::sync_dir(dir);
    Ok(())
}

/// Removes what a killed [`write_private`] left in a directory. Only under the lock that all writers of that directory take:
/// the file of a living writer has the same name.
pub(crate) fn remove_leftovers(dir: &Path) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries.filter_map(Result::ok).filter(|e| e.file_name().to_string_lossy().starts_with(TEMPORARY)) {
        // What cannot be removed is tried again by the next writer.
        let _ = std::fs::remove_file(entry.path());
    }
}

/// Makes a directory and its missing parents, 0700 on Unix.
pub(crate) fn create_private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    super::imp::private_mode(&mut builder);
    builder.create(dir)
}

/// Reads a whole file of at most `limit` bytes; a longer one is `InvalidData`. The buffer has room for all of it from the
/// start, so that nothing is copied while it grows.
pub(crate) fn read_bounded(file: &mut File, limit: u64) -> io::Result<Vec<u8>> {
    /// Into less room than 32 bytes the standard library reads by way of its stack, where a second copy would stand.
    const LEAST: usize = 64;
    // A pipe has no length; Windows does not even let one ask.
    let size = file.metadata().map_or(0, |meta| meta.len()).min(limit + 1);
    let mut content = Vec::with_capacity((usize::try_from(size).unwrap_or(0) + 1).max(LEAST));
    file.take(limit + 1).read_to_end(&mut content)?;
    if content.len() as u64 > limit {
        return Err(io::Error::new(io::ErrorKind::InvalidData, msg!("os-too-large")));
    }
    Ok(content)
}
