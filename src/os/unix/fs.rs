//! Unix: modes, owners, names and opens of files. Reads and writes no content.

use super::account::own_uid;
use std::fs::{DirBuilder, File, FileType, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

/// True if this process may make files in the directory.
pub(crate) fn is_writable(dir: &Path) -> bool {
    let Ok(path) = std::ffi::CString::new(dir.as_os_str().as_encoded_bytes()) else {
        return false;
    };
    // SAFETY: the path is a valid C string for the length of the call.
    unsafe { libc::access(path.as_ptr(), libc::W_OK) == 0 }
}

/// Makes an open return at once, without waiting for the other end of a pipe or for a device, and
/// without taking a controlling terminal.
pub(crate) fn open_at_once(options: &mut OpenOptions, follow: bool) {
    let links = if follow { 0 } else { libc::O_NOFOLLOW };
    options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY | links);
}

/// Undoes [`open_at_once`] on an open file, so that reads wait as usual.
pub(crate) fn wait_again(file: &File) -> io::Result<()> {
    // SAFETY: the descriptor is open for the length of the call, and both calls change its status
    // flags only.
    let outcome = unsafe {
        match libc::fcntl(file.as_raw_fd(), libc::F_GETFL) {
            -1 => -1,
            flags => libc::fcntl(file.as_raw_fd(), libc::F_SETFL, flags & !libc::O_NONBLOCK),
        }
    };
    if outcome == -1 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

/// Mode 0600 for a new file.
pub(crate) fn private_file_mode(options: &mut OpenOptions) {
    options.mode(0o600);
}

/// True for a named pipe.
pub(crate) fn is_pipe(kind: FileType) -> bool {
    kind.is_fifo()
}

/// True if the open file is the one at this path.
pub(crate) fn is_at(file: &File, path: &Path) -> bool {
    let (Ok(own), Ok(there)) = (file.metadata(), std::fs::symlink_metadata(path)) else {
        return false;
    };
    (own.dev(), own.ino()) == (there.dev(), there.ino())
}

/// Mode 0700 for new directories.
pub(crate) fn private_mode(builder: &mut DirBuilder) {
    builder.mode(0o700);
}

/// True when group or others hold any right on the open file.
pub(crate) fn is_set_to_others(file: &File) -> io::Result<bool> {
    let meta = file.metadata()?;
    let me = own_uid();
    Ok(meta.mode() & 0o077 != 0 || (meta.uid() != me && meta.uid() != 0))
}

/// Gives a new file the owner and group of the old one, where they differ.
pub(crate) fn keep_owner(new: &File, old: &std::fs::Metadata) -> io::Result<()> {
    let meta = new.metadata()?;
    if (meta.uid(), meta.gid()) == (old.uid(), old.gid()) {
        return Ok(());
    }
    std::os::unix::fs::fchown(new, Some(old.uid()), Some(old.gid()))
}

/// True if the file has another name (a hard link), which would keep the old content.
pub(crate) fn has_other_names(meta: &std::fs::Metadata) -> bool {
    meta.nlink() > 1
}

/// Makes a rename durable. Best effort: some file systems refuse to sync a directory.
pub(crate) fn sync_dir(dir: &Path) {
    if let Ok(dir) = File::open(dir) {
        let _ = dir.sync_all();
    }
}

/// Renames a finished file to its name, and replaces an existing one.
pub(crate) fn persist(temp: tempfile::NamedTempFile, path: &Path) -> io::Result<()> {
    temp.persist(path).map(drop).map_err(|e| e.error)
}

/// The command that shows who may read a file, for hints.
pub(crate) const LOOK: &str = "ls -l";
