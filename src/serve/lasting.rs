//! What ends a failure. Values only.

use crate::error::Kind;
use serde::{Deserialize, Serialize};

/// What ends a failure. The renewal pipe has these names.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lasting {
    /// Entra refused, or the profile now has another identity: ropc asks again after another
    /// `login`, or at the named time.
    UntilLogin,
    /// A person has to repair something on this machine (a locked keychain, a damaged file): ropc
    /// sent no secret, so each request tries again.
    UntilRepaired,
    /// The network or the service failed: ropc asks again when the next try is due.
    Passing,
}

impl Lasting {
    /// Decides by the kind of error. A refusal is final; only failures of the network and of the
    /// service end without a person.
    pub(super) fn of(kind: Kind) -> Self {
        match kind {
            Kind::SignIn => Self::UntilLogin,
            Kind::Network => Self::Passing,
            _ => Self::UntilRepaired,
        }
    }
}
