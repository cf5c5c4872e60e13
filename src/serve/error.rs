//! The errors of `exec --serve`: data only. The words are in `words`.

use super::pipe::Reported;
use crate::error::Kind;
use crate::profile::{Fact, ProfileName};
use std::io;
use uuid::Uuid;

/// Why there is no endpoint, or no token for it.
#[derive(Debug)]
pub enum ServeError {
    /// ropc cannot listen on any port of 127.0.0.1.
    NoListener(io::Error),
    /// The system has no thread or descriptor left for the endpoint.
    NoThread(io::Error),
    /// `--allow-resource` names neither an address nor an application id.
    NotAResource {
        /// As it was typed.
        text: String,
    },
    /// `--allow-resource` names a permission of a resource.
    Permission {
        /// As it was typed.
        text: String,
        /// The resource that it belongs to.
        resource: String,
    },
    /// The profile now has another identity than the one that the job started with.
    OtherIdentity {
        /// The profile.
        profile: ProfileName,
        /// What differs.
        fact: Fact,
        /// Its value at the start of the job.
        before: String,
        /// Its value now.
        now: String,
    },
    /// What a renewal reported; boxed, as it is much longer than the others.
    Reported(Box<Reported>),
    /// A renewal ended without a report.
    NoReport {
        /// Its exit code; `None` if a signal ended it.
        code: Option<i32>,
    },
    /// A renewal could not be started.
    NotRun(io::Error),
    /// The task of a renewal ended before the renewal did.
    BrokenOff,
    /// A renewal goes on, and its caller waits no longer.
    TakesLong {
        /// How long the caller waited.
        seconds: u64,
    },
}

impl ServeError {
    /// What sort of failure it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::NotAResource { .. } | Self::Permission { .. } => Kind::Usage,
            Self::OtherIdentity { .. } => Kind::Config,
            Self::Reported(reported) => reported.kind,
            Self::NoReport { .. } | Self::NotRun(_) | Self::BrokenOff => Kind::Network,
            Self::NoListener(_) | Self::NoThread(_) | Self::TakesLong { .. } => Kind::Other,
        }
    }

    /// The id by which a tenant admin finds the refused sign-in, where Entra gave one.
    pub(super) fn correlation_id(&self) -> Option<Uuid> {
        match self {
            Self::Reported(reported) => reported.correlation_id(),
            _ => None,
        }
    }
}

impl std::error::Error for ServeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoListener(source) | Self::NoThread(source) | Self::NotRun(source) => {
                Some(source)
            }
            Self::NotAResource { .. }
            | Self::Permission { .. }
            | Self::OtherIdentity { .. }
            | Self::Reported(_)
            | Self::NoReport { .. }
            | Self::BrokenOff
            | Self::TakesLong { .. } => None,
        }
    }
}
