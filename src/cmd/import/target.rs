//! The file that is imported: read whole, replaced in one step, and what lies around it.

use crate::error::{Error, Kind, Result, io_reason};
use crate::os;
use crate::text::{Text, text};
use plaintext::{LIMIT, Rewritten};
use sha2::{Digest, Sha256};
use std::fs::Metadata;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A file with its content. A symbolic link is followed: what it names is read and replaced.
pub(super) struct Target {
    given: PathBuf,
    path: PathBuf,
    name: String,
    bytes: Zeroizing<Vec<u8>>,
    /// Of the bytes, by which the file is known again once they are forgotten.
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
        let bad = |reason: &Text| unreadable(given, reason).hint(text!("import-unreadable-hint"));
        let path = dunce::canonicalize(given).map_err(|e| bad(&io_reason(&e)))?;
        let mut file = os::open_file(&path).map_err(|e| bad(&io_reason(&e)))?;
        let meta = file.metadata().map_err(|e| bad(&io_reason(&e)))?;
        let bytes = os::read_bounded(&mut file, LIMIT).map_err(|e| match e.kind() {
            io::ErrorKind::InvalidData => bad(&text!("import-too-large")),
            _ => bad(&io_reason(&e)),
        })?;
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

    /// Wipes the content; what lies around the file can still be looked at.
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

    pub(super) fn unreadable(&self, reason: &Text) -> Error {
        unreadable(&self.path, reason)
    }

    /// Fails if the file could not be replaced as a whole.
    pub(super) fn check_editable(&self, with_backup: bool) -> Result<()> {
        let uneditable = |reason: Text| {
            Error::config(text!(
                "import-uneditable",
                path = self.path.display(),
                reason = reason
            ))
        };
        if os::has_other_names(&self.meta) {
            return Err(uneditable(text!("import-hard-link")).hint(text!("import-hard-link-hint")));
        }
        if self.meta.permissions().readonly() {
            return Err(uneditable(text!("import-read-only")).hint(text!("import-read-only-hint")));
        }
        let dir = self.path.parent().unwrap_or(&self.path);
        let trial = tempfile::Builder::new().prefix(".ropc-").tempfile_in(dir);
        trial.map_err(|e| uneditable(io_reason(&e)).hint(text!("import-unwritable-hint")))?;
        if with_backup && self.backup().symlink_metadata().is_ok() {
            return Err(uneditable(text!(
                "import-backup-exists",
                path = self.backup().display()
            ))
            .hint(text!("import-backup-exists-hint")));
        }
        Ok(())
    }

    fn backup(&self) -> PathBuf {
        self.path
            .with_file_name(format!("{}.ropc-backup", self.name))
    }

    /// The file as it was, for its owner alone.
    pub(super) fn back_up(&self) -> Result<PathBuf> {
        let path = self.backup();
        os::write_private(&path, &self.same_again()?)
            .map_err(|e| self.not_edited(&io_reason(&e)))?;
        Ok(path)
    }

    /// The edit, of the content that was read before. Another content is somebody else's work, and
    /// stays.
    pub(super) fn replace(&self, new: &Rewritten) -> Result<()> {
        let content = {
            let old = self.same_again()?;
            new.apply(&old)
                .map_err(|_| self.not_edited(&text!("import-changed-meanwhile")))?
        };
        os::replace_like(&self.path, &content).map_err(|e| self.not_edited(&io_reason(&e)))?;
        if self.read_again().is_ok_and(|now| *now == *content) {
            return Ok(());
        }
        Err(Error::new(
            Kind::Other,
            text!("import-changed-afterwards", path = self.path.display()),
        )
        .hint(text!("import-remains-hint")))
    }

    /// What was read before, from the disk once more.
    fn same_again(&self) -> Result<Zeroizing<Vec<u8>>> {
        let now = self
            .read_again()
            .ok()
            .filter(|now| digest(now) == self.digest);
        now.ok_or_else(|| self.not_edited(&text!("import-changed-meanwhile")))
    }

    fn read_again(&self) -> io::Result<Zeroizing<Vec<u8>>> {
        os::read_bounded(&mut os::open_file(&self.path)?, LIMIT).map(Zeroizing::new)
    }

    /// The secrets are stored, the file is as it was.
    fn not_edited(&self, reason: &Text) -> Error {
        Error::new(
            Kind::Other,
            text!(
                "import-not-edited",
                path = self.path.display(),
                reason = reason
            ),
        )
        .hint(text!("import-not-edited-hint"))
    }

    /// Copies that editors leave beside a file, as far as they are there.
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
        // An entry is a path and a zero byte; the fourth version of the format shortens paths by
        // what the one before it has.
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

fn unreadable(path: &Path, reason: &Text) -> Error {
    Error::config(text!(
        "import-unreadable",
        path = path.display(),
        reason = reason
    ))
}
