//! Plaintext credentials in a script or a settings file: bytes in, findings and edits out. Pure: no
//! file is opened here, nothing is sent, and nothing of a finding's value can be printed.
//!
//! ```text
//!   bytes ─► encoding ─► text ─► one lexer a language ─► tokens ─► bindings ─► findings
//!                                                          └────────────────────► rewrite ─► edits ─► new bytes
//! ```
//!
//! A value that is no literal (the script computes, reads or asks for it) is reported with its line
//! and never guessed.
//!
//! Why the lexers are our own: only strings, comments and names matter here, a few hundred lines of
//! safe code; what a lexer does not know is unknown. The tree-sitter grammars were
//! measured (optimised for size, stripped): PowerShell adds 1.0 MB to the program, Python and
//! JavaScript together another 0.8 MB, generated C that reads a file full of secrets outside of the
//! wiping allocator. The tests use the PowerShell grammar as the judge of our lexer. YAML has a
//! grammar too large to write again: `saphyr-parser` reads it (0.1 MB).

#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![allow(
    clippy::similar_names,
    reason = "the words of the subject are short: list, last, line, live"
)]

mod bindings;
mod brackets;
mod certificates;
mod draft;
mod edited;
mod edits;
mod encoding;
mod findings;
mod forms;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod grants;
mod kind;
mod lines;
mod list;
mod names;
mod placeholder;
mod powershell;
mod proof;
mod remains;
mod rewrite;
mod scan;
mod script;
mod services;
mod settings;
mod shell;
mod shown;
mod source;
mod token;
mod uses;
mod whole;

pub use certificates::{CertificateKind, CertificateName};
pub use edited::{Left, Rewritten};
pub use encoding::Unreadable;
pub use findings::{Finding, Reason, Unclear};
pub use kind::{Foreign, Language};
pub use names::Field;
pub use proof::SignIn;
pub use proof::prove::{Identity, Why};
pub use scan::{LIMIT, Scan, scan};
pub use shown::Shown;

#[cfg(test)]
const HOSTS: [&str; 4] = [
    "login.microsoftonline.com",
    "login.windows.net",
    "login.microsoft.com",
    "sts.windows.net",
];
/// The sign-in of the tests with these secrets; the one that does not look like an app's is the
/// password.
#[cfg(test)]
fn sign_in<'a>(secrets: &[&'a str]) -> Identity<'a> {
    let (of_app, of_user): (Vec<&str>, Vec<&str>) = secrets
        .iter()
        .partition(|secret| secret.contains("Cs") || secret.starts_with("Xx8"));
    Identity {
        hosts: &HOSTS,
        tenant: "7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa11",
        client_id: "3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901",
        username: "svc-report@contoso.example",
        password: of_user.first().copied().unwrap_or_default(),
        client_secret: of_app.first().copied().unwrap_or_default(),
        scopes: &[],
    }
}
#[cfg(test)]
mod finding_tests;
#[cfg(test)]
mod grammar_tests;
#[cfg(test)]
mod tests;
