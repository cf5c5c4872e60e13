//! Certificates that a text names: files and thumbprints, which are public, and which passwords
//! open such a file. Nothing here edits a text.

use crate::bindings::{Meaning, Value};
use crate::brackets::Surroundings;
use crate::token::{Kind, Token};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

/// A certificate that a text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateName {
    /// Line, from 1.
    pub line: usize,
    /// Which one.
    pub kind: CertificateKind,
}

/// How a text names a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateKind {
    /// The path of the file with its key.
    File(String),
    /// The same, put together when the script runs.
    ComputedFile(String),
    /// A SHA-1 thumbprint.
    Thumbprint {
        /// The store of Windows, as in `CurrentUser`.
        store: &'static str,
        /// Hexadecimal digits.
        digits: String,
    },
}

/// What separates words outside of quotation marks.
const SEPARATORS: [char; 7] = [' ', '\t', '=', ',', ';', '(', ')'];
/// Parts of a line that takes the app's certificate as PEM: other PEM files are those of a CA.
const TAKES_PEM: [&str; 4] = [
    "--certificate",
    "certificatecredential",
    "certificate_path",
    "certificatepath",
];
/// Parts of a command or a bracket that is about the file of a key.
const OF_KEYS: [&str; 3] = ["certificate", "pfx", "p12"];
/// The most tokens of a command or a bracket that are looked at, in each direction.
const MOST: usize = 200;

/// Every certificate that the text names, each once.
pub(crate) fn find(text: &str) -> Vec<CertificateName> {
    let mut found: Vec<CertificateName> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let about = About::of(line);
        for word in words(line) {
            if let Some(kind) = kind_of(word, about)
                && found.iter().all(|known| known.kind != kind)
            {
                let line = number + 1;
                found.push(CertificateName { line, kind });
            }
        }
    }
    found
}

/// The words of a line; what is in quotation marks is one word.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let parts = line.split(['"', '\'']).enumerate();
    parts.flat_map(|(at, part)| {
        let is_quoted = at % 2 == 1;
        let separators: &[char] = if is_quoted { &[] } else { &SEPARATORS };
        part.split(separators)
    })
}

/// What a line is about.
#[derive(Clone, Copy)]
struct About {
    /// It takes the app's certificate as PEM.
    pem: bool,
    /// It names a certificate in the store of Windows.
    entry: bool,
}

impl About {
    fn of(line: &str) -> Self {
        let line = line.to_ascii_lowercase();
        Self {
            pem: TAKES_PEM.iter().any(|part| line.contains(part)),
            entry: line.contains("thumbprint") || line.contains("cert:"),
        }
    }
}

fn kind_of(word: &str, about: About) -> Option<CertificateKind> {
    if is_file(word, about) {
        let path = word.to_owned();
        return Some(if word.contains(['$', '%', '{']) {
            CertificateKind::ComputedFile(path)
        } else {
            CertificateKind::File(path)
        });
    }
    let last = word.rsplit(['\\', '/']).next().unwrap_or(word);
    let is_digits = last.len() == 40 && last.bytes().all(|b| b.is_ascii_hexdigit());
    (about.entry && is_digits).then(|| CertificateKind::Thumbprint {
        store: store_in(word),
        digits: last.to_ascii_uppercase(),
    })
}

fn is_file(word: &str, about: About) -> bool {
    let lower = word.to_ascii_lowercase();
    let ends = |end: &str| lower.len() > end.len() && lower.ends_with(end);
    ends(".pfx") || ends(".p12") || (about.pem && ends(".pem"))
}

/// The store in a path such as `Cert:\LocalMachine\My\...`. Clients look into that of the user
/// first.
fn store_in(path: &str) -> &'static str {
    if path.to_ascii_lowercase().contains("localmachine") {
        "LocalMachine"
    } else {
        "CurrentUser"
    }
}

/// The commands and brackets of a script that are about the file of a key.
pub(crate) struct KeyFiles<'s> {
    file: Rc<Surroundings<'s>>,
    /// Where their passwords begin.
    passwords: BTreeSet<usize>,
}

impl<'s> KeyFiles<'s> {
    pub(crate) fn of(file: Rc<Surroundings<'s>>) -> Self {
        Self {
            file,
            passwords: BTreeSet::new(),
        }
    }

    /// Takes this for the password of such a file, and so the values of a variable that it names.
    pub(crate) fn add_password(&mut self, value: &Value, variables: &BTreeMap<&str, Vec<&Value>>) {
        self.passwords.insert(value.span.start);
        // What an anchor of YAML names has a key of its own.
        if let Meaning::Name(name) = &value.meaning
            && !name.starts_with('&')
            && let Some(values) = variables.get(name.as_str())
        {
            self.passwords.extend(values.iter().map(|v| v.span.start));
        }
    }

    /// True for a password of such a file: it is none of the user.
    pub(crate) fn has_password(&self, password: &Range<usize>) -> bool {
        self.passwords.contains(&password.start)
    }

    /// True if a password there opens such a file: its command or its bracket is about one, and
    /// names no user.
    pub(crate) fn are_opened_at(&self, password: &Range<usize>) -> bool {
        let at = self.file.token_at(password.start);
        let parts = [self.command(at), self.bracket(at)];
        parts.into_iter().flatten().any(|part| {
            let others = self.code(part, at);
            OF_KEYS.iter().any(|word| others.contains(word)) && !others.contains("user")
        })
    }

    /// The command with this token, from one end of a line that counts to the next.
    fn command(&self, at: usize) -> Option<Range<usize>> {
        let is_end = |token: &&Token| token.kind == Kind::Newline;
        let (before, behind) = self.file.tokens.split_at_checked(at)?;
        let back = before.iter().rev().take(MOST).position(is_end);
        let length = behind.iter().take(MOST).position(is_end);
        let start = at - back.unwrap_or(before.len().min(MOST));
        Some(start..at + length.unwrap_or(behind.len().min(MOST)))
    }

    /// The innermost bracket with this token, and the word before it.
    fn bracket(&self, at: usize) -> Option<Range<usize>> {
        let opener = self.file.brackets.opener(at)?;
        let closing = self.file.brackets.closing(opener)?;
        (closing - opener <= MOST).then(|| opener.saturating_sub(1)..closing)
    }

    /// These tokens but the one at `without`, in small letters, and no comments.
    fn code(&self, tokens: Range<usize>, without: usize) -> String {
        let others = tokens
            .filter(|at| *at != without)
            .map(|at| self.file.tokens[at]);
        let code = others.filter(|token| token.kind != Kind::Comment);
        let texts: Vec<&str> = code.map(|token| self.file.source(token)).collect();
        let code = texts.join(" ").to_ascii_lowercase();
        code.replace("currentuser", "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_thumbprints_are_found_each_once() {
        let thumbprint = "4c30ceb5ac858763a7759c1ad6b9f2148f1b846d";
        let text = format!(
            "$path = 'C:\\my keys\\app.pfx'\nCERT=/etc/app.p12\n\
             Connect-PnPOnline -CertificatePath \"C:\\my keys\\app.pfx\"\n\
             Connect-MgGraph -CertificateThumbprint {thumbprint}\n\
             $c = Get-Item Cert:\\LocalMachine\\My\\{thumbprint}\n\
             az login --service-principal --certificate /etc/app.pem\n\
             curl --cacert /etc/ca.pem\n\
             Get-PfxCertificate \"$PSScriptRoot\\app.pfx\"\n"
        );
        let file = |path: &str| CertificateKind::File(path.into());
        let entry = |store| CertificateKind::Thumbprint {
            store,
            digits: thumbprint.to_uppercase(),
        };
        let kinds: Vec<_> = find(&text).into_iter().map(|c| (c.line, c.kind)).collect();
        assert_eq!(
            kinds,
            [
                (1, file("C:\\my keys\\app.pfx")),
                (2, file("/etc/app.p12")),
                (4, entry("CurrentUser")),
                (5, entry("LocalMachine")),
                (6, file("/etc/app.pem")),
                (
                    8,
                    CertificateKind::ComputedFile("$PSScriptRoot\\app.pfx".into())
                ),
            ]
        );
        // The controls: a commit is no thumbprint, and an end of a name alone no file.
        let others = format!("commit {thumbprint}\nend = '.pfx'\nfile = 'app.pfx.md'\n");
        assert_eq!(find(&others), []);
    }
}
