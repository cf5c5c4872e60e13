//! Why there is no assertion for a sign-in, in words: message, next steps and exit code. What a
//! source gave is not known here.

use super::program::Steps;
use crate::assertion::{AssertionError, AssertionFault};
use crate::entra::workload::WorkloadFault;
use crate::error::{Error, Kind, io_reason};
use crate::os;
use crate::profile::AssertionSource;
use crate::program::ProgramFault;
use crate::secret::{Claims, NotAssertion};
use crate::text::{Text, text};
use std::fmt;
use std::io;
use std::path::Path;

impl From<AssertionError> for Error {
    fn from(error: AssertionError) -> Self {
        Self::from(&error)
    }
}

impl From<&AssertionError> for Error {
    fn from(error: &AssertionError) -> Self {
        let source = &error.source;
        match (&error.fault, source) {
            (AssertionFault::File(why), AssertionSource::File { path }) => unreadable(path, why),
            (AssertionFault::File(why), _) => Self::config(io_reason(why)),
            (AssertionFault::Program(fault), _) => no_output(fault, source),
            (AssertionFault::Workload(fault), _) => no_statement(fault, source),
            (AssertionFault::Not(why), _) => Self::config(text!(
                "assertion-is-none",
                source = source.words(),
                reason = why.words()
            ))
            .hint(text!("assertion-must-be")),
            (AssertionFault::Ended { ends }, _) => ended(source, *ends),
        }
    }
}

/// The message, in English.
impl fmt::Display for AssertionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Error::from(self).fmt(f)
    }
}

impl AssertionSource {
    /// What it is called.
    pub(crate) fn words(&self) -> Text {
        match self {
            Self::File { path } => text!("assertion-source-file", path = path.display()),
            Self::Command { argv } => text!("program-title", program = program(argv)),
            Self::ManagedIdentity { client_id: None } => text!("assertion-source-identity"),
            Self::ManagedIdentity {
                client_id: Some(id),
            } => text!("assertion-source-identity-named", id = id),
            Self::GitHub => text!("assertion-source-github"),
        }
    }
}

impl Claims {
    /// What an assertion says: the facts that a federated credential must have as well.
    pub(crate) fn words(&self) -> Text {
        text!(
            "assertion-says",
            issuer = self.issuer,
            subject = self.subject,
            audience = self.audience
        )
    }
}

impl NotAssertion {
    fn words(self) -> Text {
        match self {
            Self::Empty => text!("os-empty"),
            Self::Form => text!("assertion-form"),
            Self::Content => text!("assertion-content"),
            Self::NoEnd => text!("assertion-no-end"),
        }
    }
}

fn program(argv: &[String]) -> &str {
    argv.first().map_or("", String::as_str)
}

fn unreadable(path: &Path, why: &io::Error) -> Error {
    let error = Error::config(text!(
        "assertion-file-unreadable",
        path = path.display(),
        reason = io_reason(why)
    ));
    if why.kind() == io::ErrorKind::PermissionDenied {
        return error.hint(text!(
            "assertion-file-permission",
            account = os::account_name()
        ));
    }
    error
        .hint(text!("assertion-file-pod"))
        .hint(text!("assertion-file-elsewhere"))
}

fn no_output(fault: &ProgramFault, source: &AssertionSource) -> Error {
    let kind = match fault {
        ProgramFault::TimedOut(_) => Kind::Network,
        ProgramFault::NotStarted(_) | ProgramFault::NoOutput(_) | ProgramFault::Failed(_) => {
            Kind::Config
        }
    };
    let program = match source {
        AssertionSource::Command { argv } => program(argv),
        AssertionSource::File { .. }
        | AssertionSource::ManagedIdentity { .. }
        | AssertionSource::GitHub => "",
    };
    let steps = Steps {
        whole_path: text!("assertion-command-whole-path"),
        by_hand: text!("assertion-command-by-hand", account = os::account_name()),
    };
    Error::new(kind, fault.words(program)).hints(fault.next_steps(program, steps))
}

fn no_statement(fault: &WorkloadFault, source: &AssertionSource) -> Error {
    let message = match fault {
        WorkloadFault::NoVariable(name) => text!("assertion-no-variable", variable = name),
        WorkloadFault::BadVariable(name) => text!("assertion-bad-variable", variable = name),
        WorkloadFault::NoAnswer { host, fault } => text!(
            "assertion-no-answer",
            source = source.words(),
            reason = fault.words(host)
        ),
        WorkloadFault::Refused { host, status } => text!(
            "assertion-refused",
            source = source.words(),
            host = host,
            status = status
        ),
        WorkloadFault::Odd { host } => {
            text!("assertion-odd", source = source.words(), host = host)
        }
    };
    let kind = if fault.may_pass() || matches!(fault, WorkloadFault::NoAnswer { .. }) {
        Kind::Network
    } else {
        Kind::Config
    };
    Error::new(kind, message).hints(steps(fault, source))
}

fn steps(fault: &WorkloadFault, source: &AssertionSource) -> Vec<Text> {
    let is_github = matches!(source, AssertionSource::GitHub);
    match fault {
        WorkloadFault::NoVariable(_) => {
            vec![
                text!("assertion-github-permission"),
                text!("assertion-github-fork"),
            ]
        }
        WorkloadFault::BadVariable(name) => {
            vec![text!("assertion-bad-variable-unset", variable = name)]
        }
        WorkloadFault::NoAnswer { .. } | WorkloadFault::Odd { .. } if is_github => {
            vec![text!("assertion-github-later")]
        }
        WorkloadFault::NoAnswer { .. } | WorkloadFault::Odd { .. } => {
            vec![
                text!("assertion-identity-azure"),
                text!("assertion-identity-other"),
            ]
        }
        WorkloadFault::Refused { .. } if fault.may_pass() => vec![text!("assertion-later")],
        WorkloadFault::Refused { .. } if is_github => vec![text!("assertion-github-permission")],
        WorkloadFault::Refused { .. } => vec![text!("assertion-identity-assign")],
    }
}

fn ended(source: &AssertionSource, ends: u64) -> Error {
    let error = Error::config(text!(
        "assertion-ended",
        source = source.words(),
        end = Text::past(ends)
    ));
    let error = match source {
        AssertionSource::File { path } => {
            error.hint(text!("assertion-ended-file", path = path.display()))
        }
        AssertionSource::Command { argv } => {
            error.hint(text!("assertion-ended-command", program = program(argv)))
        }
        AssertionSource::ManagedIdentity { .. } | AssertionSource::GitHub => error,
    };
    error.hint(text!("entra-check-clock"))
}
