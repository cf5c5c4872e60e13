//! Who else could change a file, and whether a directory is in memory. Facts about files; reads and
//! writes no content.

#[cfg(unix)]
use super::imp::own_uid;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A path that others could change, or for which ropc does not know it.
#[derive(Clone, Debug)]
pub struct Untrusted {
    /// The path itself, or an object on the way to it.
    pub(crate) path: PathBuf,
    /// What is wrong with it.
    pub(crate) fault: TrustFault,
}

/// Who could change a path, or why ropc does not know it.
#[derive(Clone, Debug)]
#[allow(dead_code, reason = "each system has some of them")]
pub(crate) enum TrustFault {
    /// It is relative, so its target depends on the working directory.
    NotAbsolute,
    /// It leads through more symbolic links than the system follows.
    TooManyLinks,
    /// Another account owns it.
    Foreign { uid: u32 },
    /// Group or others may write it; `mode` holds the permission bits.
    OthersWrite { mode: u32 },
    /// This account owns it, and the check requires a file that not even this account can change.
    Ours,
    /// This is root, and the mount can be written.
    RootWrites,
    /// ropc does not read the access lists of this system.
    NotJudged,
    /// The system did not say.
    Unreadable(Arc<io::Error>),
}

impl TrustFault {
    fn at(self, path: &Path) -> Untrusted {
        Untrusted {
            path: path.to_owned(),
            fault: self,
        }
    }
}

/// Fails if another account could change the target of this path: the file itself, a directory on
/// the way, or a symbolic link on the way. Read rights do not matter.
///
/// An object passes if this account or root owns it and no other account may write it. A directory
/// that all may write passes with the sticky bit, as no other account can then replace what is in
/// it (`/tmp`, and the root of a Kubernetes secret volume). On a mount that is read-only the modes
/// do not matter.
#[cfg(unix)]
pub(crate) fn check_unchangeable(path: &Path) -> Result<(), Untrusted> {
    walk(path, Writers::Others)
}

/// The same, and fails if this account itself could change it. Root can write everywhere except on
/// a read-only mount, so for root the file must be on one.
#[cfg(unix)]
pub(crate) fn check_out_of_reach(path: &Path) -> Result<(), Untrusted> {
    walk(path, Writers::OthersAndUs)?;
    if own_uid() == 0 && !on_read_only_mount(path) {
        return Err(TrustFault::RootWrites.at(path));
    }
    Ok(())
}

/// The accounts whose write rights count. Root's never do.
#[cfg(unix)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writers {
    Others,
    OthersAndUs,
}

#[cfg(unix)]
fn walk(path: &Path, writers: Writers) -> Result<(), Untrusted> {
    /// The most symbolic links that Linux follows in one path.
    const LINKS: usize = 40;
    if !path.is_absolute() {
        return Err(TrustFault::NotAbsolute.at(path));
    }
    let mut here = PathBuf::from("/");
    let mut left = parts(path);
    let mut links = 0;
    check_one(&here, writers)?;
    while let Some(part) = left.pop() {
        if part == ".." {
            here.pop();
            continue;
        }
        let next = here.join(part);
        if !check_one(&next, writers)? {
            here = next;
            continue;
        }
        links += 1;
        let target = std::fs::read_link(&next).map_err(|e| unreadable(&next, e))?;
        if links > LINKS {
            return Err(TrustFault::TooManyLinks.at(path));
        }
        if target.is_absolute() {
            here = PathBuf::from("/");
        }
        left.extend(parts(&target));
    }
    Ok(())
}

/// The parts of a path, the last one first.
#[cfg(unix)]
fn parts(path: &Path) -> Vec<std::ffi::OsString> {
    path.components()
        .rev()
        .filter(|part| *part != std::path::Component::RootDir)
        .map(|part| part.as_os_str().to_owned())
        .collect()
}

/// Checks one object on the way; true for a symbolic link.
#[cfg(unix)]
fn check_one(path: &Path, writers: Writers) -> Result<bool, Untrusted> {
    use std::os::unix::fs::MetadataExt;
    const STICKY: u32 = 0o1000;
    let meta = std::fs::symlink_metadata(path).map_err(|e| unreadable(path, e))?;
    let owner = meta.uid();
    let me = own_uid();
    let foreign = owner != me && owner != 0;
    let ours = writers == Writers::OthersAndUs && owner == me && me != 0;
    let open = !meta.is_symlink()
        && meta.mode() & 0o022 != 0
        && !(meta.is_dir() && meta.mode() & STICKY != 0);
    if (foreign || ours || open) && !on_read_only_mount(path) {
        let fault = if foreign {
            TrustFault::Foreign { uid: owner }
        } else if ours {
            TrustFault::Ours
        } else {
            TrustFault::OthersWrite {
                mode: meta.mode() & 0o7777,
            }
        };
        return Err(fault.at(path));
    }
    Ok(meta.is_symlink())
}

fn unreadable(path: &Path, error: io::Error) -> Untrusted {
    TrustFault::Unreadable(Arc::new(error)).at(path)
}

/// Fails if an existing directory is not this account's alone: another account, even root, owns it
/// or the link in its place, or others may write it.
#[cfg(unix)]
pub(crate) fn check_own(dir: &Path) -> Result<(), Untrusted> {
    use std::os::unix::fs::MetadataExt;
    let (Ok(name), Ok(meta)) = (std::fs::symlink_metadata(dir), std::fs::metadata(dir)) else {
        return Ok(());
    };
    let me = own_uid();
    if let Some(uid) = [name.uid(), meta.uid()].into_iter().find(|uid| *uid != me) {
        return Err(TrustFault::Foreign { uid }.at(dir));
    }
    let mode = meta.mode() & 0o7777;
    if mode & 0o022 != 0 {
        return Err(TrustFault::OthersWrite { mode }.at(dir));
    }
    Ok(())
}

/// Windows: the profile's directories belong to the account, and ropc does not read access lists.
#[cfg(windows)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "the same signature as on the other systems"
)]
pub(crate) fn check_own(_dir: &Path) -> Result<(), Untrusted> {
    Ok(())
}

/// True if nothing can be written through the mount that holds this path. A symbolic link counts
/// with its directory.
#[cfg(unix)]
fn on_read_only_mount(path: &Path) -> bool {
    let place = if path.is_symlink() {
        path.parent().unwrap_or(path)
    } else {
        path
    };
    let Ok(name) = std::ffi::CString::new(place.as_os_str().as_encoded_bytes()) else {
        return false;
    };
    // SAFETY: the name is a valid C string, and a zeroed statvfs is a valid buffer to be filled.
    unsafe {
        let mut facts: libc::statvfs = std::mem::zeroed();
        libc::statvfs(name.as_ptr(), &raw mut facts) == 0 && facts.f_flag & libc::ST_RDONLY != 0
    }
}

/// Windows: always fails, as ropc does not read access lists.
#[cfg(windows)]
pub(crate) fn check_out_of_reach(path: &Path) -> Result<(), Untrusted> {
    Err(TrustFault::NotJudged.at(path))
}

/// Windows: fails only if the path does not exist, as ropc does not read access lists.
#[cfg(windows)]
pub(crate) fn check_unchangeable(path: &Path) -> Result<(), Untrusted> {
    std::fs::metadata(path)
        .map(drop)
        .map_err(|e| unreadable(path, e))
}

/// True if the directory is in memory: tmpfs or ramfs.
#[cfg(target_os = "linux")]
pub(crate) fn is_in_memory(dir: &Path) -> bool {
    /// `TMPFS_MAGIC` and `RAMFS_MAGIC` of statfs(2).
    const IN_MEMORY: [u32; 2] = [0x0102_1994, 0x8584_58f6];
    let Ok(name) = std::ffi::CString::new(dir.as_os_str().as_encoded_bytes()) else {
        return false;
    };
    // SAFETY: the name is a valid C string, and a zeroed statfs is a valid buffer to be filled.
    unsafe {
        let mut facts: libc::statfs = std::mem::zeroed();
        if libc::statfs(name.as_ptr(), &raw mut facts) != 0 {
            return false;
        }
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the type of `f_type` differs between architectures, its 32 bits do not"
        )]
        let kind = facts.f_type as u32;
        IN_MEMORY.contains(&kind)
    }
}

/// No other system here has such a directory for each user.
#[cfg(not(target_os = "linux"))]
pub(crate) fn is_in_memory(_dir: &Path) -> bool {
    false
}

#[cfg(all(test, unix))]
#[expect(clippy::unwrap_used, reason = "a failed test is a panic")]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn set(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn the_error_says_who_could_change_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let inner = dir.path().join("a");
        let file = inner.join("password");
        fs::create_dir(&inner).unwrap();
        fs::File::create(&file).unwrap();
        for (mode, inner_mode, good) in [
            (0o600, 0o700, true),
            (0o644, 0o755, true),
            (0o444, 0o1777, true),
            (0o664, 0o755, false),
            (0o602, 0o755, false),
            (0o600, 0o775, false),
            (0o600, 0o777, false),
        ] {
            set(&file, mode);
            set(&inner, inner_mode);
            let judged = check_unchangeable(&file);
            assert_eq!(
                judged.is_ok(),
                good,
                "{mode:o} in {inner_mode:o}: {judged:?}"
            );
            if let Err(found) = judged {
                assert!(
                    matches!(found.fault, TrustFault::OthersWrite { .. }),
                    "{found:?}"
                );
            }
        }
        assert!(
            check_unchangeable(Path::new("a/password")).is_err(),
            "relative"
        );
        assert!(check_unchangeable(&dir.path().join("none")).is_err());
    }

    #[test]
    fn a_file_that_this_account_could_change_is_not_out_of_reach() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("password");
        fs::File::create(&file).unwrap();
        set(&file, 0o444);
        check_unchangeable(&file).unwrap();
        let found = check_out_of_reach(&file).unwrap_err();
        let is_expected = match found.fault {
            TrustFault::RootWrites => own_uid() == 0,
            TrustFault::Ours => own_uid() != 0,
            _ => false,
        };
        assert!(is_expected, "{found:?}");
        // The control: a file that only root may write, unless this is root.
        let system = check_out_of_reach(Path::new("/etc/passwd"));
        assert_eq!(
            system.is_ok(),
            own_uid() != 0 || on_read_only_mount(Path::new("/etc/passwd")),
            "{system:?}"
        );
    }

    #[test]
    fn the_way_through_links_counts() {
        // As Kubernetes projects a secret: `password` -> `..data/password`, `..data` -> `..2024/`.
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir(at("..2024")).unwrap();
        fs::File::create(at("..2024/password")).unwrap();
        symlink("..2024", at("..data")).unwrap();
        symlink("..data/password", at("password")).unwrap();
        set(dir.path(), 0o1777);
        check_unchangeable(&at("password")).unwrap();
        set(&at("..2024"), 0o777);
        assert!(check_unchangeable(&at("password")).is_err());
        set(&at("..2024"), 0o755);
        symlink("loop", at("loop")).unwrap();
        let found = check_unchangeable(&at("loop")).unwrap_err();
        assert!(matches!(found.fault, TrustFault::TooManyLinks), "{found:?}");
        symlink(at("password"), at("absolute")).unwrap();
        symlink("../../../../../../..//etc", at("up")).unwrap();
        check_unchangeable(&at("absolute")).unwrap();
        check_unchangeable(&at("up")).unwrap();
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_directory_in_memory_is_distinguished_from_one_on_disk() {
        assert!(!is_in_memory(Path::new("/proc")) && !is_in_memory(Path::new("/none")));
        if Path::new("/dev/shm").is_dir() {
            assert!(is_in_memory(Path::new("/dev/shm")));
        }
    }
}
