//! The one error type that a person sees: what happened, why, what to type next, and the exit
//! code.
//!
//! No I/O and no secrets here. Each module with errors of its own turns them into this one when it
//! returns them.

use crate::text::Text;
pub(crate) use crate::text::io_reason;
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// What sort of failure it is. Decides the exit code of every verb but `exec`. The renewal pipe has
/// these names.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Every other failure. Exit 1.
    Other,
    /// A person answered no: nothing failed. Exit 1.
    Declined,
    /// The command line is wrong. Exit 2.
    Usage,
    /// A profile or another setting is missing, wrong or contradicts what was enrolled. Exit 3.
    Config,
    /// Entra refused the sign-in. Exit 4.
    SignIn,
    /// The secret store is locked, missing or timed out. Exit 5.
    Vault,
    /// The network, or a temporary failure. Exit 6.
    Network,
    /// `exec` found the command, but it cannot be run. Exit 126.
    NotExecutable,
    /// `exec` did not find the command. Exit 127.
    NotFound,
}

impl Kind {
    /// The exit code for every verb but `exec`.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Other | Self::Declined => 1,
            Self::Usage => 2,
            Self::Config => 3,
            Self::SignIn => 4,
            Self::Vault => 5,
            Self::Network => 6,
            Self::NotExecutable => 126,
            Self::NotFound => 127,
        }
    }

    /// The exit code for `exec`: each failure before the child exists is 125, as with `env` and
    /// `timeout`, so that 1, 3, 4 ... can only be the child's own.
    pub fn exec_exit_code(self) -> u8 {
        match self {
            Self::Usage | Self::NotExecutable | Self::NotFound => self.exit_code(),
            _ => 125,
        }
    }

    /// The words in `exec`'s message that take the place of the exit code. The same in every
    /// language: scripts search for them.
    pub fn label(self) -> &'static str {
        match self {
            Self::Other => "failure",
            Self::Declined => "declined",
            Self::Usage => "usage",
            Self::Config => "configuration",
            Self::SignIn => "sign-in refused",
            Self::Vault => "secret store",
            Self::Network => "network",
            Self::NotExecutable => "not executable",
            Self::NotFound => "not found",
        }
    }
}

/// What sort of next step it is: a caller may know that one sort cannot help there. The renewal
/// pipe has these names.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HintKind {
    /// It can end a refusal: another secret or fact, or one more try of the same.
    Remedy,
    /// It looks at the stored profile.
    Look,
    /// All others.
    Other,
}

/// A next step: a command to type, or what a person does elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The words, with commands in backticks.
    pub text: Text,
    /// What sort of step it is.
    pub kind: HintKind,
}

impl Hint {
    /// A step that ends a refusal.
    pub fn remedy(text: Text) -> Self {
        Self {
            text,
            kind: HintKind::Remedy,
        }
    }

    /// A step that looks at the stored profile.
    pub fn look(text: Text) -> Self {
        Self {
            text,
            kind: HintKind::Look,
        }
    }
}

impl From<Text> for Hint {
    fn from(text: Text) -> Self {
        Self {
            text,
            kind: HintKind::Other,
        }
    }
}

#[cfg(test)]
impl Hint {
    /// The words in English.
    pub(crate) fn english(&self) -> String {
        self.text.english()
    }
}

/// Words for tests.
#[cfg(any(test, fuzzing))]
impl From<&str> for Hint {
    fn from(words: &str) -> Self {
        Text::from(words).into()
    }
}

/// A failure as a person reads it.
#[derive(Clone, Debug)]
pub struct Error {
    /// Which exit code.
    pub kind: Kind,
    /// What happened and why: lower case, no full stop at the end.
    pub message: Text,
    /// What to do next, most useful first, three at most.
    pub hints: Vec<Hint>,
    /// The id by which a tenant admin finds the refused sign-in, where Entra gave one.
    pub correlation_id: Option<Uuid>,
}

impl Error {
    /// A failure without hints.
    pub fn new(kind: Kind, message: impl Into<Text>) -> Self {
        Self {
            kind,
            message: message.into(),
            hints: Vec::new(),
            correlation_id: None,
        }
    }

    /// Adds a next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Hint>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds several next steps.
    #[must_use]
    pub fn hints<I: IntoIterator<Item: Into<Hint>>>(mut self, hints: I) -> Self {
        self.hints.extend(hints.into_iter().map(Into::into));
        self
    }

    /// Leaves out the next steps of one sort.
    #[must_use]
    pub fn without(mut self, kind: HintKind) -> Self {
        self.hints.retain(|hint| hint.kind != kind);
        self
    }

    /// Puts this step first, in place of those that end the refusal.
    #[must_use]
    pub fn with_remedy(self, text: Text) -> Self {
        let mut error = self.without(HintKind::Remedy);
        error.hints.insert(0, Hint::remedy(text));
        error
    }

    /// The first step that ends the refusal.
    pub fn remedy(&self) -> Option<&Text> {
        let remedy = self.hints.iter().find(|hint| hint.kind == HintKind::Remedy);
        remedy.map(|hint| &hint.text)
    }

    /// Adds a line to the message.
    #[must_use]
    pub fn line(mut self, line: Text) -> Self {
        self.message = Text::joined([self.message, line], "\n");
        self
    }

    /// Adds the id that Entra gave.
    #[must_use]
    pub fn correlated(mut self, correlation_id: Option<Uuid>) -> Self {
        self.correlation_id = correlation_id;
        self
    }

    /// The command line is wrong.
    pub fn usage(message: impl Into<Text>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// A store gave or took nothing.
    pub fn vault(message: impl Into<Text>) -> Self {
        Self::new(Kind::Vault, message)
    }

    /// A profile or setting is wrong.
    pub fn config(message: impl Into<Text>) -> Self {
        Self::new(Kind::Config, message)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message.english())
    }
}

impl std::error::Error for Error {}

/// A result whose error a person reads.
pub type Result<T, E = Error> = std::result::Result<T, E>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exec_keeps_low_codes_for_the_child() {
        for kind in [
            Kind::Other,
            Kind::Config,
            Kind::SignIn,
            Kind::Vault,
            Kind::Network,
        ] {
            assert_eq!(kind.exec_exit_code(), 125);
        }
        assert_eq!(Kind::Usage.exec_exit_code(), 2);
        assert_eq!(Kind::NotExecutable.exec_exit_code(), 126);
        assert_eq!(Kind::NotFound.exec_exit_code(), 127);
    }
}
