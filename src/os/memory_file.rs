//! A file that is in memory only, for the command that this process becomes. Linux has such files;
//! elsewhere there is none.

use std::io;
use std::path::{Path, PathBuf};

/// A file with a fixed content. It has no name in any directory: the open descriptor, which the
/// command inherits, keeps it, and its path leads to that descriptor. It is gone when the command
/// has ended.
#[derive(Debug)]
#[allow(dead_code, reason = "only Linux has such files")]
pub(crate) struct MemoryFile {
    path: PathBuf,
    #[cfg(target_os = "linux")]
    _file: std::fs::File,
}

impl MemoryFile {
    /// The path, while this process or the command that it becomes is alive. It names the process,
    /// so that it also works in programs which the command starts without its descriptors.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A new file, which only this user can read, and nobody can change.
    #[cfg(target_os = "linux")]
    pub(crate) fn holding(content: &[u8]) -> io::Result<Self> {
        use std::io::Write;
        use std::os::fd::AsRawFd;
        use std::os::unix::fs::PermissionsExt;

        let mut file = create()?;
        file.write_all(content)?;
        file.set_permissions(std::fs::Permissions::from_mode(0o400))?;
        let seals =
            libc::F_SEAL_WRITE | libc::F_SEAL_GROW | libc::F_SEAL_SHRINK | libc::F_SEAL_SEAL;
        // SAFETY: a plain system call without pointers, on a descriptor that is open.
        if unsafe { libc::fcntl(file.as_raw_fd(), libc::F_ADD_SEALS, seals) } == -1 {
            return Err(io::Error::last_os_error());
        }
        let path = PathBuf::from(format!(
            "/proc/{}/fd/{}",
            std::process::id(),
            file.as_raw_fd()
        ));
        // Without /proc there is no way to it.
        path.symlink_metadata()?;
        Ok(Self { path, _file: file })
    }

    /// There is none.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn holding(_: &[u8]) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// An empty file, whose descriptor a command inherits.
#[cfg(target_os = "linux")]
fn create() -> io::Result<std::fs::File> {
    use std::os::fd::{FromRawFd, OwnedFd};

    let flags = libc::MFD_ALLOW_SEALING;
    // A kernel before 6.3 does not know the flag that a newer one may require.
    for flags in [flags | libc::MFD_NOEXEC_SEAL, flags] {
        // SAFETY: the name is a C string.
        let descriptor = unsafe { libc::memfd_create(c"token".as_ptr(), flags) };
        if descriptor != -1 {
            // SAFETY: the system just gave this descriptor, and nobody else has it.
            return Ok(unsafe { OwnedFd::from_raw_fd(descriptor) }.into());
        }
    }
    Err(io::Error::last_os_error())
}
