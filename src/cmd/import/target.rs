//! The imported file: read whole, replaced in one step; and the files around it.

use super::error::{ImportError, NotEdited, Uneditable};
use crate::os;
use plaintext::{LIMIT, Rewritten};
use sha2::{Digest, Sha256};
use std::fs::Metadata;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

type Result<T> = std::result::Result<T, ImportError>;

/// A file with its content. A symbolic link is followed: what it names is read and replaced.
pub(super) struct Target {
    given: PathBuf,
    path: PathBuf,
    name: String,
    bytes: Zeroizing<Vec<u8>>,
    /// Digest of the bytes, to recognise the file after they are wiped.
    digest: [u8; 32],
    meta: Metadata,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Target({}, {} bytes)",
            self.path.display(),
            self.bytes.len()
        )
    }
}

/// Whether git knows the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Git {
    /// In its index: its history holds the secrets.
    Tracked,
    /// In a work tree; the index does not name it.
    WorkTree,
}

impl Target {
    pub(super) fn read(given: &Path) -> Result<Self> {
        let bad = |source| ImportError::Unreadable {
            path: given.to_path_buf(),
            source,
        };
        let path = dunce::canonicalize(given).map_err(bad)?;
        let mut file = os::open_file(&path).map_err(bad)?;
        let meta = file.metadata().map_err(bad)?;
        let bytes = os::read_bounded(&mut file, LIMIT).map_err(bad)?;
        let bytes = Zeroizing::new(bytes);
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Ok(Self {
            given: given.to_path_buf(),
            path,
            name,
            digest: digest(&bytes),
            bytes,
            meta,
        })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Wipes the content. The questions about the files around it still work.
    pub(super) fn forget(&mut self) {
        self.bytes = Zeroizing::default();
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The path as it was typed.
    pub(super) fn given(&self) -> &Path {
        &self.given
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Fails if the file could not be replaced as a whole.
    pub(super) fn check_editable(&self, with_backup: bool) -> Result<()> {
        self.obstacle(with_backup).map_or(Ok(()), |why| {
            Err(ImportError::Uneditable {
                path: self.path.clone(),
                why,
            })
        })
    }

    fn obstacle(&self, with_backup: bool) -> Option<Uneditable> {
        if os::has_other_names(&self.meta) {
            return Some(Uneditable::HardLink);
        }
        if self.meta.permissions().readonly() {
            return Some(Uneditable::ReadOnly);
        }
        let dir = self.path.parent().unwrap_or(&self.path);
        if let Err(error) = os::temporary_in(dir) {
            return Some(Uneditable::Directory(error));
        }
        let is_taken = with_backup && self.backup().symlink_metadata().is_ok();
        is_taken.then(|| Uneditable::BackupExists(self.backup()))
    }

    fn backup(&self) -> PathBuf {
        self.path
            .with_file_name(format!("{}.ropc-backup", self.name))
    }

    /// Writes a copy of the unchanged file that only its owner can read. Returns its path.
    pub(super) fn back_up(&self) -> Result<PathBuf> {
        let path = self.backup();
        os::write_private(&path, &self.same_again()?)
            .map_err(|e| self.not_edited(NotEdited::Io(e)))?;
        Ok(path)
    }

    /// Replaces the file by the edit, if it still has the content that was read before. Another
    /// content is somebody else's work, and stays.
    pub(super) fn replace(&self, new: &Rewritten) -> Result<()> {
        let content = {
            let old = self.same_again()?;
            new.apply(&old)
                .map_err(|_| self.not_edited(NotEdited::ChangedMeanwhile))?
        };
        os::replace_like(&self.path, &content).map_err(|e| self.not_edited(NotEdited::Io(e)))?;
        if self.read_again().is_ok_and(|now| *now == *content) {
            return Ok(());
        }
        Err(ImportError::ChangedAfterwards {
            path: self.path.clone(),
        })
    }

    /// Reads the file again; fails if its content has changed.
    fn same_again(&self) -> Result<Zeroizing<Vec<u8>>> {
        let now = self
            .read_again()
            .ok()
            .filter(|now| digest(now) == self.digest);
        now.ok_or_else(|| self.not_edited(NotEdited::ChangedMeanwhile))
    }

    fn read_again(&self) -> io::Result<Zeroizing<Vec<u8>>> {
        os::read_bounded(&mut os::open_file(&self.path)?, LIMIT).map(Zeroizing::new)
    }

    fn not_edited(&self, why: NotEdited) -> ImportError {
        ImportError::NotEdited {
            path: self.path.clone(),
            why,
        }
    }

    /// Existing copies that editors left beside the file.
    pub(super) fn siblings(&self) -> Vec<PathBuf> {
        let name = &self.name;
        let names = ["~", ".bak", ".old", ".orig", ".swp"].map(|end| format!("{name}{end}"));
        let hidden = [
            format!(".{name}.swp"),
            format!(".{name}.un~"),
            format!("#{name}#"),
        ];
        let paths = names
            .into_iter()
            .chain(hidden)
            .map(|name| self.path.with_file_name(name));
        paths.filter(|path| path.is_file()).collect()
    }

    /// Looks for a work tree around the file, and for the file in its index. Reads two small files;
    /// runs nothing.
    pub(super) fn git(&self) -> Option<Git> {
        let root = self
            .path
            .ancestors()
            .skip(1)
            .find(|dir| dir.join(".git").exists())?;
        let dir = git_dir(&root.join(".git"));
        let relative = self
            .path
            .strip_prefix(root)
            .ok()?
            .to_str()?
            .replace('\\', "/");
        let mut index = Vec::new();
        let read = os::open_file(&dir.join("index"))
            .and_then(|f| f.take(64 * 1024 * 1024).read_to_end(&mut index));
        // An entry is a path and a zero byte; version 4 of the format leaves out the beginning that
        // a path shares with the one before it.
        let shortened = index.get(4..8) == Some(&[0, 0, 0, 4]);
        let wanted = if shortened {
            self.name.as_bytes()
        } else {
            relative.as_bytes()
        };
        let entry = [wanted, b"\0"].concat();
        let tracked = read.is_ok() && index.windows(entry.len()).any(|w| w == entry);
        Some(if tracked { Git::Tracked } else { Git::WorkTree })
    }
}

fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// `.git` is a directory, or a file that names it.
fn git_dir(path: &Path) -> PathBuf {
    let mut text = String::new();
    let named = os::open_file(path).and_then(|file| file.take(4096).read_to_string(&mut text));
    match text.trim().strip_prefix("gitdir:") {
        Some(dir) if named.is_ok() => path.parent().unwrap_or(path).join(dir.trim()),
        _ => path.to_path_buf(),
    }
}
