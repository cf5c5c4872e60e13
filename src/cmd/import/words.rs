//! The words of the area `import`: message and hints for each error, and the names of the findings.
//! `cmd/import` decides what went wrong, the crate `plaintext` what a file holds.

use super::error::{ImportError, NotEdited, Uneditable};
use crate::cmd::context::cannot_prompt;
use crate::cmd::error::VerbError;
use crate::error::{Error, Kind};
use crate::os;
use crate::text::{Text, io_reason, text};
use plaintext::{Field, Foreign, Reason, Unreadable, Why};
use std::fmt;
use std::io;
use std::path::Path;

impl From<ImportError> for Error {
    fn from(error: ImportError) -> Self {
        said(&error)
    }
}

/// The message, in English.
impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        said(self).fmt(f)
    }
}

fn said(error: &ImportError) -> Error {
    match error {
        ImportError::Unattended => {
            Error::usage(text!("import-write-needs-yes", because = cannot_prompt()))
                .hint(text!("import-look-first"))
        }
        ImportError::Unreadable { path, source } => {
            let reason = match source.kind() {
                io::ErrorKind::InvalidData => text!("import-too-large"),
                _ => io_reason(source),
            };
            unreadable(path, &reason).hint(text!("import-unreadable-hint"))
        }
        ImportError::Refused { path, why } => refused(path, *why),
        ImportError::NothingFound { path, in_lines } => {
            let hint = if *in_lines {
                text!("import-nothing-in-lines")
            } else {
                text!("import-nothing-hint")
            };
            Error::config(text!("import-nothing", path = path.display())).hint(hint)
        }
        ImportError::NotUnderstood { path, lines } => Error::config(text!(
            "import-not-understood",
            path = path.display(),
            lines = numbers(lines)
        ))
        .hint(text!("import-nothing-hint")),
        ImportError::AppAlone { path, line } => Error::config(text!(
            "import-app-alone",
            path = path.display(),
            line = line
        ))
        .hint(text!("import-app-alone-hint")),
        ImportError::Several { path, field, lines } => several(path, *field, lines),
        ImportError::ScopeUnclear { path, line } => Error::config(text!(
            "import-scope-unclear",
            path = path.display(),
            line = line
        ))
        .hint(text!("import-several-flag", flag = "--scope")),
        ImportError::UnknownHost { path, line, host } => unknown_host(path, *line, host),
        ImportError::Broken { path, line } => {
            Error::config(text!("import-broken", path = path.display(), line = line))
                .hint(text!("import-broken-hint"))
        }
        ImportError::Uneditable { path, why } => uneditable(path, why),
        ImportError::Declined => {
            Error::from(VerbError::Declined).hint(text!("import-not-written-hint"))
        }
        ImportError::NotEdited { path, why } => not_edited(path, why),
        ImportError::ChangedAfterwards { path } => {
            remains(text!("import-changed-afterwards", path = path.display()))
        }
        ImportError::Remains { path, lines } => remains(text!(
            "import-remains",
            path = path.display(),
            lines = numbers(lines)
        )),
    }
}

fn unknown_host(path: &Path, line: usize, host: &str) -> Error {
    let host = host.escape_debug();
    Error::config(text!(
        "import-unknown-host",
        path = path.display(),
        line = line,
        host = host
    ))
    .hint(text!(
        "import-unknown-host-hint",
        host = os::shell_word(host.to_string())
    ))
}

/// The secrets are stored, and the file is unchanged.
fn not_edited(path: &Path, why: &NotEdited) -> Error {
    let reason = match why {
        NotEdited::ChangedMeanwhile => text!("import-changed-meanwhile"),
        NotEdited::Io(error) => io_reason(error),
    };
    let message = text!("import-not-edited", path = path.display(), reason = reason);
    Error::new(Kind::Other, message).hint(text!("import-not-edited-hint"))
}

/// The secrets are stored, and the edited file may still hold some.
fn remains(message: Text) -> Error {
    Error::new(Kind::Other, message).hint(text!("import-remains-hint"))
}

fn unreadable(path: &Path, reason: &Text) -> Error {
    Error::config(text!(
        "os-unreadable",
        path = path.display(),
        reason = reason
    ))
}

/// The error for a file that `import` does not read, with the hint for its kind.
fn refused(path: &Path, why: Unreadable) -> Error {
    let (reason, advice) = match why {
        Unreadable::TooLarge => (text!("import-too-large"), text!("import-by-hand-hint")),
        Unreadable::Binary => (text!("import-binary"), text!("import-by-hand-hint")),
        Unreadable::BadUtf16 => (text!("import-bad-utf16"), text!("import-by-hand-hint")),
        Unreadable::Foreign(kind) => match kind {
            Foreign::DotNet => (text!("import-is-dotnet"), text!("import-next-dotnet")),
            Foreign::Notebook => (text!("import-is-notebook"), text!("import-notebook-hint")),
            Foreign::Collection => (
                text!("import-is-collection"),
                text!("import-collection-hint"),
            ),
            Foreign::Dockerfile => (
                text!("import-is-dockerfile"),
                text!("import-dockerfile-hint"),
            ),
            Foreign::Terraform => (text!("import-is-terraform"), text!("import-terraform-hint")),
            Foreign::Crontab => (text!("import-is-crontab"), text!("import-crontab-hint")),
            Foreign::Other => (text!("import-other-language"), text!("import-by-hand-hint")),
            Foreign::Unknown => (
                text!("import-unknown-kind"),
                text!("import-unknown-kind-hint"),
            ),
        },
    };
    unreadable(path, &reason).hint(advice)
}

fn several(path: &Path, field: Field, lines: &[usize]) -> Error {
    let error = Error::config(text!(
        "import-several",
        path = path.display(),
        count = lines.len(),
        field = label(field),
        lines = numbers(lines)
    ));
    let flag = match field {
        Field::Tenant => Some("--tenant"),
        Field::ClientId => Some("--client-id"),
        Field::Username => Some("--username"),
        Field::Scope => Some("--scope"),
        Field::Authority => Some("--authority"),
        Field::ClientSecret | Field::Password => None,
    };
    let hint = flag.map(|flag| text!("import-several-flag", flag = flag));
    error.hints(hint).hint(text!("import-several-lines"))
}

fn uneditable(path: &Path, why: &Uneditable) -> Error {
    let (reason, hint) = match why {
        Uneditable::HardLink => (text!("import-hard-link"), text!("import-hard-link-hint")),
        Uneditable::ReadOnly => (text!("import-read-only"), text!("import-read-only-hint")),
        Uneditable::Directory(error) => (io_reason(error), text!("import-unwritable-hint")),
        Uneditable::BackupExists(backup) => (
            text!("import-backup-exists", path = backup.display()),
            text!("import-backup-exists-hint"),
        ),
    };
    Error::config(text!(
        "import-uneditable",
        path = path.display(),
        reason = reason
    ))
    .hint(hint)
}

/// The name of a part of a sign-in, in a sentence.
pub(super) fn label(field: Field) -> Text {
    match field {
        Field::Tenant => text!("profile-fact-tenant"),
        Field::ClientId => text!("profile-fact-client-id"),
        Field::ClientSecret => text!("login-client-secret"),
        Field::Username => text!("profile-fact-user"),
        Field::Password => text!("login-password"),
        Field::Scope => text!("import-scope"),
        Field::Authority => text!("profile-fact-authority"),
    }
}

/// `2-7, 9`.
pub(super) fn numbers(lines: &[usize]) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for line in lines {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *line => *last = *line,
            _ => ranges.push((*line, *line)),
        }
    }
    let shown = ranges.iter().map(|(from, to)| {
        if from == to {
            from.to_string()
        } else {
            format!("{from}-{to}")
        }
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// Why a place gave no value.
pub(super) fn reason(reason: Reason) -> Text {
    match reason {
        Reason::Computed => text!("import-computed"),
        Reason::Elsewhere => text!("import-elsewhere"),
        Reason::Interpolated => text!("import-interpolated"),
        Reason::Placeholder => text!("import-placeholder"),
        Reason::Malformed => text!("import-malformed"),
        Reason::LineBreak => text!("import-line-break"),
        Reason::Encoding => text!("import-encoding"),
        Reason::Encoded => text!("import-encoded"),
        Reason::OfAnother => text!("import-of-another"),
    }
}

/// Why a token request stays.
pub(super) fn why(why: &Why) -> Text {
    match why {
        Why::Address => text!("import-why-address"),
        Why::Unknown(None) => text!("import-why-form"),
        Why::Unknown(Some(field)) => text!("import-why-field", field = field),
        Why::Other(field) => text!("import-why-other", field = label(*field)),
        Why::Extra(field) => text!("import-why-extra", field = field),
        Why::Scope(scope) if scope.is_empty() => text!("import-why-no-scope"),
        Why::Scope(scope) => text!("import-why-scope", scope = scope),
        Why::Headers => text!("import-why-headers"),
        Why::Loaded { name, line } => text!("import-why-loaded", name = name, line = line),
        Why::Shape(None) => text!("import-why-shape"),
        Why::Shape(Some(what)) => text!("import-why-option", what = what),
        Why::Answer(None) => text!("import-why-answer"),
        Why::Answer(Some(what)) => text!("import-why-member", what = what),
        Why::Loop => text!("import-why-loop"),
        Why::Later => text!("import-why-later"),
        Why::Uncalled => text!("import-why-uncalled"),
        Why::Broken => text!("import-why-broken"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_of_a_file_is_one_word_of_the_command_that_names_it() {
        let host = "$(id).example";
        let error = said(&ImportError::UnknownHost {
            path: "job.ps1".into(),
            line: 1,
            host: host.to_owned(),
        });
        let word = os::shell_word(host);
        assert_ne!(word, host);
        assert_eq!(
            error.hints[0].text,
            text!("import-unknown-host-hint", host = word)
        );
    }
}
