//! Small files: opened without waiting, written atomically with mode 0600, read up to a limit.

use super::fault::Fault;
use super::temporary::{TEMPORARY, temporary_in};
use std::fs::{DirBuilder, File, FileType, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

/// Whether an open follows a symbolic link at the end of the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Links {
    Followed,
    Refused,
}

/// Opens a file for reading. Fails at once for a pipe, a socket, a device or a directory: a pipe
/// would wait for its writer, and a device may never end.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    open(OpenOptions::new().read(true), path, Links::Followed)
}

/// The same, but fails for a symbolic link at the end of the path, where the system can tell (not
/// on Windows).
pub(crate) fn open_nofollow(path: &Path) -> io::Result<File> {
    open(OpenOptions::new().read(true), path, Links::Refused)
}

/// Opens a path from a person for reading: a file, or a pipe. This waits for the writer of a pipe,
/// so the caller sets a deadline.
pub(crate) fn open_given(path: &Path) -> io::Result<File> {
    let there = std::fs::metadata(path)?.file_type();
    if !super::imp::is_pipe(there) {
        check_kind(there)?;
    }
    File::open(path)
}

/// Opens a lock file, or makes it with mode 0600: every process that can open it can hold the lock.
pub(crate) fn open_lock(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    super::imp::private_file_mode(options.create(true).truncate(false).write(true));
    open(&mut options, path, Links::Refused)
}

fn open(options: &mut OpenOptions, path: &Path, links: Links) -> io::Result<File> {
    super::imp::open_at_once(options, links == Links::Followed);
    let file = options
        .open(path)
        .map_err(|error| in_its_place(path, links).unwrap_or(error))?;
    check_kind(file.metadata()?.file_type())?;
    super::imp::wait_again(&file)?;
    Ok(file)
}

/// Why an existing path could not be opened as a file. The system's own errors differ for each kind
/// and call.
fn in_its_place(path: &Path, links: Links) -> Option<io::Error> {
    let there = std::fs::symlink_metadata(path).ok()?.file_type();
    if !there.is_symlink() {
        return check_kind(there).err();
    }
    match links {
        Links::Refused => Some(Fault::SymbolicLink.into()),
        Links::Followed => check_kind(std::fs::metadata(path).ok()?.file_type()).err(),
    }
}

fn check_kind(there: FileType) -> io::Result<()> {
    if there.is_file() {
        return Ok(());
    }
    let fault = if there.is_dir() {
        Fault::Directory
    } else if super::imp::is_pipe(there) {
        Fault::Pipe
    } else {
        Fault::Device
    };
    Err(fault.into())
}

/// Replaces `path` in one step: a reader sees the old content or the new, and a full disk leaves
/// the old one. The file has mode 0600 from its first byte and is on the disk before the rename.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    write(path, content, true)
}

/// The same without waiting for the disk, for content that a power failure may damage.
pub(crate) fn write_private_soon(path: &Path, content: &[u8]) -> io::Result<()> {
    write(path, content, false)
}

fn write(path: &Path, content: &[u8], durable: bool) -> io::Result<()> {
    let dir = path
        .parent()
        .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    create_private_dir(dir)?;
    let mut temp = temporary_in(dir)?;
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

/// Replaces a file of the user in one step: keeps mode and owner, and the old content if anything
/// fails.
pub(crate) fn replace_like(path: &Path, content: &[u8]) -> io::Result<()> {
    let dir = path
        .parent()
        .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let old = std::fs::metadata(path)?;
    let mut temp = temporary_in(dir)?;
    temp.write_all(content)?;
    super::imp::keep_owner(temp.as_file(), &old)?;
    temp.as_file().set_permissions(old.permissions())?;
    temp.as_file().sync_all()?;
    crate::fault::point("file-before-rename");
    super::imp::persist(temp, path)?;
    super::sync_dir(dir);
    Ok(())
}

/// Removes the files that a killed [`write_private`] left in a directory. Call it only under the
/// lock that all writers of that directory take: the file of a running writer has such a name too.
pub(crate) fn remove_leftovers(dir: &Path) {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return;
    };
    for entry in entries
        .filter_map(Result::ok)
        .filter(|e| e.file_name().to_string_lossy().starts_with(TEMPORARY))
    {
        // The next writer tries again.
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

/// Reads a whole file or pipe of at most `limit` bytes; a longer one is `InvalidData`. The buffer
/// has room for all of it from the start: only if a file grows meanwhile does the buffer grow and
/// leave a copy behind.
pub(crate) fn read_bounded(file: &mut File, limit: u64) -> io::Result<Vec<u8>> {
    /// With less than 32 bytes of room the standard library reads through its stack, where a second
    /// copy would stay.
    const LEAST: usize = 64;
    // A pipe has no length, and on Windows the question is an error.
    let size = match file.metadata() {
        Ok(meta) if meta.is_file() => meta.len().min(limit),
        _ => limit,
    };
    let mut content = Vec::with_capacity((usize::try_from(size).unwrap_or(0) + 1).max(LEAST));
    file.take(limit + 1).read_to_end(&mut content)?;
    if content.len() as u64 > limit {
        return Err(Fault::TooLarge.into());
    }
    Ok(content)
}

/// Reads a small file that is this account's alone; `None` if it is not, or cannot be read.
pub(crate) fn read_own(path: &Path, limit: u64) -> Option<Vec<u8>> {
    let mut file = open_nofollow(path).ok()?;
    if super::is_set_to_others(&file).unwrap_or(true) {
        return None;
    }
    read_bounded(&mut file, limit).ok()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    type Opener = fn(&Path) -> io::Result<File>;

    /// Each way of opening, by its name.
    const WAYS: [(&str, Opener); 3] = [
        ("file", open_file),
        ("nofollow", open_nofollow),
        ("lock", open_lock),
    ];

    #[test]
    fn every_open_fails_at_once_for_what_is_no_file() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        assert!(
            std::process::Command::new("mkfifo")
                .arg(at("pipe"))
                .status()
                .unwrap()
                .success()
        );
        std::fs::create_dir(at("directory")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        write_private(&at("file"), b"x").unwrap();
        for name in ["pipe", "directory", "socket", "file"] {
            symlink(at(name), at(&format!("link-to-{name}"))).unwrap();
        }
        symlink("/dev/zero", at("link-to-device")).unwrap();
        let refused = |path: &Path, fault: Fault| {
            for (way, open) in WAYS {
                let error = open(path).expect_err(way);
                let followed = way == "file" || !path.is_symlink();
                let expected = if followed { fault } else { Fault::SymbolicLink };
                assert_eq!(
                    Fault::of(&error),
                    Some(expected),
                    "{way} {}",
                    path.display()
                );
            }
        };
        for (name, fault) in [
            ("pipe", Fault::Pipe),
            ("directory", Fault::Directory),
            ("socket", Fault::Device),
        ] {
            refused(&at(name), fault);
            refused(&at(&format!("link-to-{name}")), fault);
        }
        refused(Path::new("/dev/null"), Fault::Device);
        refused(&at("link-to-device"), Fault::Device);
        for (way, open) in WAYS {
            assert!(open(&at("file")).is_ok(), "{way}");
            assert_eq!(open(&at("link-to-file")).is_ok(), way == "file", "{way}");
        }
        assert_eq!(
            open_file(&at("none")).unwrap_err().kind(),
            io::ErrorKind::NotFound
        );
    }

    #[test]
    fn the_buffer_of_a_file_or_pipe_never_grows() {
        let dir = tempfile::tempdir().unwrap();
        for (length, limit) in [(0, 10), (100, 100), (40_000, 40_000), (40_000, 50_000)] {
            let path = dir.path().join("file");
            write_private(&path, &vec![b'x'; length]).unwrap();
            let (reader, mut writer) = io::pipe().unwrap();
            writer.write_all(&vec![b'x'; length]).unwrap();
            drop(writer);
            let pipe = File::from(std::os::fd::OwnedFd::from(reader));
            for (mut file, known) in [(open_file(&path).unwrap(), length), (pipe, limit)] {
                let content = read_bounded(&mut file, limit as u64).unwrap();
                assert_eq!(content.len(), length);
                assert_eq!(
                    content.capacity(),
                    (known + 1).max(64),
                    "{length} of {limit}"
                );
            }
        }
        write_private(&dir.path().join("long"), &[b'x'; 101]).unwrap();
        let error =
            read_bounded(&mut open_file(&dir.path().join("long")).unwrap(), 100).unwrap_err();
        assert_eq!(Fault::of(&error), Some(Fault::TooLarge));
    }

    #[test]
    fn a_pipe_with_a_writer_is_no_file_either() {
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("pipe");
        assert!(
            std::process::Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        // Both ends, so that no open waits for the other one.
        let _both = OpenOptions::new()
            .read(true)
            .write(true)
            .open(&pipe)
            .unwrap();
        for (way, open) in WAYS {
            assert!(open(&pipe).is_err(), "{way}");
        }
    }
}
