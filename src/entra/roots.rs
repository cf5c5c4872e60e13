//! Roots of trust: the one parser of CA files, and the TLS configuration. One bad block makes a CA
//! file an error: a root that is silently left out would be missing months later, when the server
//! changes its certificate. Reads only the files that `SSL_CERT_FILE` and `SSL_CERT_DIR` name, to
//! say what is wrong with them (the library that uses them skips files that it cannot read).

use super::root_setting::{BadRootSetting, RootsFlaw};
use super::transport::Cause;
use crate::os;
use rustls_platform_verifier::BuilderVerifierExt;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_rustls::rustls::client::Resumption;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// The largest CA file, in bytes. All of Mozilla's roots are a quarter of a megabyte.
const BUNDLE_LIMIT: u64 = 16 * 1024 * 1024;

/// Roots of trust for TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Roots {
    /// The system's certificate store.
    System,
    /// These only.
    Only(Arc<[CertificateDer<'static>]>),
}

/// Why a CA file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadRoots {
    /// It holds no certificate.
    NoCertificate,
    /// It is UTF-16 text.
    Utf16,
    /// It is one certificate in binary form.
    Binary,
    /// One block is bad.
    Block {
        /// Which one, from 1.
        number: usize,
        /// The line where it starts, from 1.
        line: usize,
        /// Why.
        flaw: BadBlock,
    },
}

/// What is wrong with a block of a CA file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadBlock {
    /// Its first line is not exactly `-----BEGIN CERTIFICATE-----`, or it has none.
    Start,
    /// Its last line is missing.
    End,
    /// It is not base64.
    Encoding,
    /// It holds no certificate that can be a root.
    NoCertificate,
    /// It is another sort of certificate block, with this label.
    Label(String),
}

impl Roots {
    /// Reads PEM: text around the blocks and blocks of other things are allowed, and so is the mark
    /// that some editors of Windows put first (U+FEFF). Fails if one block is bad, or if there is
    /// no certificate in PEM.
    pub fn from_pem(bytes: &[u8]) -> Result<Self, BadRoots> {
        if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
            return Err(BadRoots::Utf16);
        }
        if bytes.starts_with(b"\x30\x82") {
            return Err(BadRoots::Binary);
        }
        // Comments may be in any encoding; blocks are ASCII.
        let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let mut roots = Vec::new();
        for (at, block) in blocks(&text).enumerate() {
            let certificate = block.certificate().map_err(|flaw| BadRoots::Block {
                number: at + 1,
                line: block.line,
                flaw,
            });
            roots.extend(certificate?);
        }
        if roots.is_empty() {
            Err(BadRoots::NoCertificate)
        } else {
            Ok(Self::Only(roots.into()))
        }
    }

    /// The TLS configuration: these roots, versions 1.2 and 1.3, no session resumption.
    pub(super) fn client(&self, settings: &RootSettings) -> Result<ClientConfig, Cause> {
        if matches!(self, Self::System)
            && let Some(no_file) = settings.no_file()
        {
            return Err(Cause::SystemRoots(Some(no_file)));
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| Cause::Broken(error.to_string()))?;
        let mut client = match self {
            Self::System => builder
                .with_platform_verifier()
                .map_err(|_| settings.blame())?
                .with_no_client_auth(),
            Self::Only(roots) => {
                let mut store = RootCertStore::empty();
                // Each was accepted by such a store when the file was read.
                store.add_parsable_certificates(roots.iter().cloned());
                builder.with_root_certificates(store).with_no_client_auth()
            }
        };
        client.resumption = Resumption::disabled();
        Ok(client)
    }
}

/// A part of a file: from a line that looks like the start of a block to the line before the next
/// one.
struct Block<'a> {
    line: usize,
    lines: Vec<&'a str>,
}

fn blocks(text: &str) -> impl Iterator<Item = Block<'_>> {
    let mut found: Vec<Block<'_>> = Vec::new();
    let mut is_open = false;
    for (at, line) in text.split('\n').enumerate() {
        let begins = line.contains("-BEGIN ");
        let ends = line.contains("-END ");
        if begins || (ends && !is_open) {
            found.push(Block {
                line: at + 1,
                lines: Vec::new(),
            });
            is_open = begins;
        }
        if (is_open || ends)
            && let Some(block) = found.last_mut()
        {
            block.lines.push(line);
        }
        is_open &= !ends;
    }
    found.into_iter()
}

impl Block<'_> {
    /// The certificate of the block; `None` for a block of another kind, such as a key.
    fn certificate(&self) -> Result<Option<CertificateDer<'static>>, BadBlock> {
        const CERTIFICATE: &str = "CERTIFICATE";
        let first = self.lines.first().map_or("", |line| line.trim_end());
        let label = first
            .strip_prefix("-----BEGIN ")
            .and_then(|rest| rest.strip_suffix("-----"));
        let label = label
            .filter(|label| !label.contains("--"))
            .ok_or(BadBlock::Start)?;
        if label != CERTIFICATE {
            let is_certificate = label.to_ascii_uppercase().contains(CERTIFICATE);
            return if is_certificate {
                Err(BadBlock::Label(label.chars().take(40).collect()))
            } else {
                Ok(None)
            };
        }
        let last = self.lines.last().map_or("", |line| line.trim_end());
        if last != "-----END CERTIFICATE-----" {
            return Err(BadBlock::End);
        }
        let der = CertificateDer::from_pem_slice(self.lines.join("\n").as_bytes())
            .map_err(|_| BadBlock::Encoding)?;
        RootCertStore::empty()
            .add(der.clone())
            .map_err(|_| BadBlock::NoCertificate)?;
        Ok(Some(der))
    }
}

/// The variables that replace the system's roots (`rustls-native-certs`, after OpenSSL). An empty
/// value replaces them too.
#[derive(Clone, Debug, Default)]
pub struct RootSettings {
    file: Option<OsString>,
    dirs: Option<OsString>,
}

impl RootSettings {
    /// Reads the variables.
    pub fn read<'e>(variable: impl Fn(&str) -> Option<&'e OsStr>) -> Self {
        let value = |name| {
            if os::READS_SSL_CERT_VARIABLES {
                variable(name).map(OsStr::to_owned)
            } else {
                None
            }
        };
        Self {
            file: value("SSL_CERT_FILE"),
            dirs: value("SSL_CERT_DIR"),
        }
    }

    /// What is wrong with them, if anything is.
    pub fn flaw(&self) -> Option<BadRootSetting> {
        let of_file = self
            .file
            .as_deref()
            .and_then(|file| bad_file(Path::new(file)));
        of_file.or_else(|| self.dirs.as_deref().and_then(bad_dirs))
    }

    /// The fault of a pipe or a device in place of the file: the library would read it and wait for
    /// its end.
    fn no_file(&self) -> Option<BadRootSetting> {
        let path = self.file.as_deref().map(Path::new)?;
        path.metadata()
            .is_ok_and(|there| !there.is_file())
            .then(|| bad_file(path))
            .flatten()
    }

    /// The cause if this system has no roots.
    fn blame(&self) -> Cause {
        // If descriptors are missing, no file is at fault.
        match os::lacks_descriptors(1) {
            Some(error) => Cause::exhausted(error),
            None => Cause::SystemRoots(self.flaw()),
        }
    }
}

fn bad_file(path: &Path) -> Option<BadRootSetting> {
    let flaw = why_no_roots(path)?;
    Some(BadRootSetting {
        variable: "SSL_CERT_FILE",
        place: path.display().to_string(),
        flaw,
    })
}

/// `None` if the file holds a root.
fn why_no_roots(path: &Path) -> Option<RootsFlaw> {
    if path.as_os_str().is_empty() {
        return Some(RootsFlaw::EmptyVariable);
    }
    let bytes = os::open_file(path).and_then(|mut file| os::read_bounded(&mut file, BUNDLE_LIMIT));
    match bytes {
        Err(error) => Some(RootsFlaw::Unreadable(Arc::new(error))),
        Ok(bytes) if bytes.is_empty() => Some(RootsFlaw::EmptyFile),
        Ok(bytes) => CertificateDer::pem_slice_iter(&bytes)
            .all(|block| block.is_err())
            .then_some(RootsFlaw::NoCertificate),
    }
}

fn bad_dirs(value: &OsStr) -> Option<BadRootSetting> {
    let dirs: Vec<PathBuf> = std::env::split_paths(value)
        .filter(|dir| !dir.as_os_str().is_empty())
        .collect();
    let mut first = None;
    for dir in &dirs {
        match holds_roots(dir) {
            Ok(true) => return None,
            Ok(false) => {}
            Err(error) => {
                let flaw = RootsFlaw::Unreadable(Arc::new(error));
                first = first.or_else(|| Some(bad_dir(dir.as_os_str(), flaw)));
            }
        }
    }
    first.or_else(|| Some(bad_dir(value, RootsFlaw::NoneInDirectory)))
}

fn bad_dir(place: &OsStr, flaw: RootsFlaw) -> BadRootSetting {
    BadRootSetting {
        variable: "SSL_CERT_DIR",
        place: place.to_string_lossy().into_owned(),
        flaw,
    }
}

fn holds_roots(dir: &Path) -> io::Result<bool> {
    let mut entries = std::fs::read_dir(dir)?.flatten();
    Ok(entries.any(|entry| why_no_roots(&entry.path()).is_none()))
}

#[cfg(test)]
mod tests;
