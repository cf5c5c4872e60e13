//! Plaintext credentials in a script or a settings file: bytes in, findings and edits out. Pure: no
//! file is opened here, nothing is sent, and nothing of a finding's value can be printed.
//!
//! ```text
//!   bytes ─► encoding ─► text ─► one lexer a language ─► tokens ─► bindings ─► findings
//!                                                          └────────────────────► rewrite ─► edits ─► new bytes
//! ```
//!
//! What is not a literal (a value that is computed, read or asked for) is reported with its line
//! and never guessed.
//!
//! Why the lexers are our own: only strings, comments and names matter here, a few hundred lines of
//! safe code; whatever a lexer does not know is "not understood". The tree-sitter grammars were
//! measured (optimised for size, stripped): PowerShell adds 1.0 MB to the program, Python and
//! JavaScript together another 0.8 MB, generated C that reads a file full of secrets outside of the
//! wiping allocator. The tests use the PowerShell grammar as the judge of our lexer. YAML has a
//! grammar that nobody should write again: it is read by `saphyr-parser` (0.1 MB).

#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![allow(
    clippy::similar_names,
    reason = "the words of the subject are short: list, last, line, live"
)]

mod bindings;
mod brackets;
mod draft;
mod edits;
mod encoding;
mod findings;
mod forms;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod kind;
mod list;
mod names;
mod placeholder;
mod powershell;
mod proof;
mod remains;
mod rewrite;
mod script;
mod settings;
mod shell;
mod shown;
mod source;
mod token;

pub use encoding::Unreadable;
pub use findings::{Finding, Reason, Unclear};
pub use kind::{Foreign, Language};
pub use names::Field;
pub use proof::SignIn;
pub use proof::prove::{Identity, Why};
pub use rewrite::{Left, Rewritten};

use encoding::Decoded;
use source::Source;
use std::ops::RangeInclusive;
use zeroize::Zeroizing;

/// A larger file is no script that somebody wrote.
pub const LIMIT: u64 = 1024 * 1024;

/// A file that was read, with everything that was found in it.
pub struct Scan {
    decoded: Decoded,
    source: Source,
    hosts: Vec<String>,
    /// How it was read.
    pub language: Language,
    /// Values that stand in it, in the order of their lines.
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
/// letters. Never panics, whatever the bytes are; takes a time in proportion to their number.
pub fn scan(bytes: &[u8], name: &str, hosts: &[&str]) -> Result<Scan, Unreadable> {
    if bytes.len() as u64 > LIMIT {
        return Err(Unreadable::TooLarge);
    }
    let decoded = encoding::decode(bytes)?;
    let language = Language::of(name, &decoded.text)?;
    let source = source::read(language, &decoded.text);
    let (findings, unclear) = findings::collect(&source, &decoded.text, hosts);
    let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
    let numbers = findings::Lines::of(&decoded.text);
    let sign_ins = rewrite::with_script(language, &decoded.text, &source.tokens, |script| {
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
    /// True if the text could not be read to its end: a string or a bracket is never closed. It is
    /// not edited then.
    pub fn broken_at(&self) -> Option<usize> {
        self.source.broken.map(|at| self.line_of(at))
    }

    /// The first line, which may name the program that runs the file.
    pub fn first_line(&self) -> &str {
        self.text().lines().next().unwrap_or_default()
    }

    /// True if the file is in an encoding that is not known for sure; its bytes are kept all the
    /// same.
    pub fn is_legacy(&self) -> bool {
        self.decoded.is_legacy()
    }

    /// How the file becomes one without the secrets of this sign-in: what was found in the lines is
    /// taken out, and a token request that is proved to be that sign-in becomes the variable that
    /// `ropc exec` sets.
    pub fn rewrite(&self, identity: &Identity<'_>, lines: &RangeInclusive<usize>) -> Rewritten {
        rewrite::rewrite(self, identity, lines)
    }

    /// The file before and after the edit with every secret in it hidden, for a person to compare.
    pub fn shown(
        &self,
        new: &Rewritten,
        identity: &Identity<'_>,
    ) -> (Zeroizing<String>, Zeroizing<String>) {
        shown::both(self, new, identity)
    }

    fn line_of(&self, at: usize) -> usize {
        findings::line_of(&self.decoded.text, at)
    }

    fn text(&self) -> &str {
        &self.decoded.text
    }

    #[cfg(any(test, fuzzing))]
    fn encode(&self, text: &str) -> Zeroizing<Vec<u8>> {
        self.decoded.encode(text)
    }
}

#[cfg(test)]
const HOSTS: [&str; 4] = [
    "login.microsoftonline.com",
    "login.windows.net",
    "login.microsoft.com",
    "sts.windows.net",
];
/// The sign-in of the tests with these secrets; what looks like no app's secret is the password.
#[cfg(test)]
fn sign_in<'a>(secrets: &[&'a str]) -> Identity<'a> {
    let is_app = |secret: &&&str| {
        secret.contains("Cs") || secret.starts_with("Xx8") || secret.contains("Cs%")
    };
    Identity {
        host: HOSTS[0],
        tenant: "7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa11",
        client_id: "3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901",
        username: "svc-report@contoso.example",
        password: secrets
            .iter()
            .find(|secret| !is_app(secret))
            .copied()
            .unwrap_or_default(),
        client_secret: secrets.iter().find(is_app).copied().unwrap_or_default(),
        scopes: &[],
    }
}
#[cfg(test)]
mod finding_tests;
#[cfg(test)]
mod grammar_tests;
#[cfg(test)]
mod tests;
