//! A file with everything that its reader found in it. `rewrite` and `shown` use it; nothing here
//! changes it.

use crate::certificates::{self, CertificateName};
use crate::encoding::{self, Decoded, Unreadable};
use crate::findings::{self, Finding, Unclear};
use crate::grants;
use crate::kind::Language;
use crate::lines::Lines;
use crate::proof::{self, SignIn};
use crate::source::{self, Source};

/// The largest file, in bytes. A larger one is no script that a person wrote.
pub const LIMIT: u64 = 1024 * 1024;

/// A file with everything that its reader found in it.
pub struct Scan {
    pub(crate) decoded: Decoded,
    pub(crate) source: Source,
    pub(crate) hosts: Vec<String>,
    /// The language that its reader took it for.
    pub language: Language,
    /// Values in it, in the order of their lines.
    pub findings: Vec<Finding>,
    /// Token requests whose sign-in the text shows.
    pub sign_ins: Vec<SignIn>,
    /// Places that look like a credential and hold no literal value.
    pub unclear: Vec<Unclear>,
}

impl std::fmt::Debug for Scan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scan")
            .field("language", &self.language)
            .field("findings", &self.findings)
            .field("sign_ins", &self.sign_ins)
            .field("unclear", &self.unclear)
            .finish_non_exhaustive()
    }
}

/// Reads a file's bytes. `hosts` are those of the token endpoints that the caller knows, in small
/// letters. Never panics, whatever the bytes are: what nests, repeats or names another value is
/// followed to a limit, and is unknown behind it. A text that a person wrote takes a time in
/// proportion to its length; of texts that are made to take long the tests read one of each kind.
///
/// # Errors
///
/// [`Unreadable::TooLarge`] over [`LIMIT`], [`Unreadable::Binary`] or [`Unreadable::BadUtf16`] for
/// what is no text, [`Unreadable::Foreign`] for a kind of file that has no reader here.
pub fn scan(bytes: &[u8], name: &str, hosts: &[&str]) -> Result<Scan, Unreadable> {
    if bytes.len() as u64 > LIMIT {
        return Err(Unreadable::TooLarge);
    }
    let decoded = encoding::decode(bytes)?;
    let language = Language::of(name, &decoded.text).map_err(Unreadable::Foreign)?;
    let source = source::read(language, &decoded.text);
    let (findings, unclear) = findings::collect(&source, &decoded.text, hosts);
    let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
    let numbers = Lines::of(&decoded.text);
    let sign_ins = source::with_script(language, &decoded.text, &source.tokens, |script| {
        proof::sign_ins(script, |at| numbers.line(at))
    });
    Ok(Scan {
        decoded,
        source,
        hosts,
        language,
        findings,
        sign_ins: sign_ins.unwrap_or_default(),
        unclear,
    })
}

impl Scan {
    /// The line, from 1, of a string or a bracket that never ends: such a file is not edited.
    pub fn broken_at(&self) -> Option<usize> {
        self.source.broken.map(|at| self.line_of(at))
    }

    /// The line, from 1, of a request for a token of the app, if the file makes no other request:
    /// it signs in as no user.
    pub fn of_app_alone(&self) -> Option<usize> {
        let at = grants::of_app_alone(&self.source, self.text());
        at.map(|at| self.line_of(at))
    }

    /// Certificates that the file names.
    pub fn certificates(&self) -> Vec<CertificateName> {
        certificates::find(self.text())
    }

    /// The first line, which may name the program that runs the file.
    pub fn first_line(&self) -> &str {
        self.text().lines().next().unwrap_or_default()
    }

    /// True if the encoding of the file is a guess; its bytes stay as they are all the same.
    pub fn is_legacy(&self) -> bool {
        self.decoded.is_legacy()
    }

    fn line_of(&self, at: usize) -> usize {
        Lines::of(&self.decoded.text).line(at)
    }

    pub(crate) fn text(&self) -> &str {
        &self.decoded.text
    }

    #[cfg(any(test, fuzzing))]
    pub(crate) fn encode(&self, text: &str) -> zeroize::Zeroizing<Vec<u8>> {
        self.decoded.encode(text)
    }
}
