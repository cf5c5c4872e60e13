//! The protocol between `exec --serve` and its renewal runs: one JSON line in, one JSON line out,
//! over pipes.
//!
//! Both ends are this program. The request holds public facts only. The reply holds a token or an
//! error, never a stored secret. The renewal gives a token only for the identity that the job
//! started with.

use super::lasting::Lasting;
use crate::broker::{Mode, Token};
use crate::error::{Error, Hint, HintKind, Kind};
use crate::profile::{Fact, Profile};
use crate::secret::AccessToken;
use crate::text::{Reader, Text};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

/// The most bytes of a request or a reply: a token of 64 KiB with room to spare.
pub(crate) const LIMIT: u64 = 256 * 1024;
const VERSION: u32 = 1;

/// A request for a token.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct RenewalRequest {
    version: u32,
    /// The profile's name.
    pub(crate) profile: String,
    /// The identity of the job.
    pub(crate) identity: Identity,
    /// The scopes to ask for.
    pub(crate) scopes: Vec<String>,
    /// How the cache is used.
    pub(crate) mode: Mode,
    /// `--min-ttl` of the job, in seconds.
    pub(crate) min_ttl: Option<u64>,
    /// The least life of a cached token in seconds, if the job has a token that still lives.
    pub(crate) least: Option<u64>,
    /// SHA-256 of a token that the resource has refused: the reply must not hold it again.
    pub(crate) refused: Option<String>,
}

/// The identity that a job is pinned to. Without the generation: the same user may have a new
/// password.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(crate) struct Identity {
    authority: String,
    tenant: String,
    client_id: String,
    username: String,
}

impl Identity {
    pub(crate) fn of(profile: &Profile) -> Self {
        Self {
            authority: profile.authority.base(),
            tenant: profile.tenant.to_string(),
            client_id: profile.client_id.to_string(),
            username: profile.username.as_str().to_lowercase(),
        }
    }

    /// The first fact in which another identity differs, with both values. `None` if it is the
    /// same.
    pub(super) fn difference<'i>(&'i self, other: &'i Self) -> Option<(Fact, &'i str, &'i str)> {
        [
            (
                Fact::Authority,
                self.authority.as_str(),
                other.authority.as_str(),
            ),
            (Fact::Tenant, &self.tenant, &other.tenant),
            (Fact::ClientId, &self.client_id, &other.client_id),
            (Fact::User, &self.username, &other.username),
        ]
        .into_iter()
        .find(|(_, one, other)| one != other)
    }
}

impl RenewalRequest {
    pub(crate) fn new(
        profile: &Profile,
        scopes: Vec<String>,
        mode: Mode,
        min_ttl: Option<u64>,
    ) -> Self {
        Self {
            version: VERSION,
            profile: profile.name.to_string(),
            identity: Identity::of(profile),
            scopes,
            mode,
            min_ttl,
            least: None,
            refused: None,
        }
    }

    /// The same request for a token that replaces an earlier one.
    pub(super) fn newer(self, least: Option<u64>, refused: Option<String>) -> Self {
        Self {
            least,
            refused,
            ..self
        }
    }

    /// Reads a request; `None` if this program did not write it.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes)
            .ok()
            .filter(|r: &Self| r.version == VERSION)
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// The error of a renewal: its words, and its consequences as data.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Reported {
    /// What sort of failure it is.
    pub(crate) kind: Kind,
    /// What happened, in the language of the renewal.
    message: String,
    /// What to do next, most useful first.
    hints: Vec<ReportedHint>,
    /// The id that Entra gave.
    #[serde(default)]
    correlation_id: Option<String>,
    /// What ends it.
    pub(super) lasting: Lasting,
    /// When the next try is due, epoch seconds, if known.
    pub(super) again: Option<u64>,
}

/// A next step: its words and its sort.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
struct ReportedHint {
    text: String,
    kind: HintKind,
}

impl Reported {
    /// An error in the words of this reader. `again`: when the next try is due, epoch seconds.
    pub(crate) fn new(error: &Error, again: Option<u64>, reader: &Reader) -> Self {
        let hint = |hint: &Hint| ReportedHint {
            text: hint.text.render(reader),
            kind: hint.kind,
        };
        Self {
            kind: error.kind,
            message: error.message.render(reader),
            hints: error.hints.iter().map(hint).collect(),
            correlation_id: error.correlation_id.map(|id| id.to_string()),
            lasting: Lasting::of(error.kind),
            again,
        }
    }

    /// The same for an error that only another `login` ends.
    pub(crate) fn until_login(self) -> Self {
        Self {
            lasting: Lasting::UntilLogin,
            ..self
        }
    }

    /// The id that Entra gave.
    pub(super) fn correlation_id(&self) -> Option<Uuid> {
        self.correlation_id.as_ref()?.parse().ok()
    }

    /// The error again, in its original words.
    pub(crate) fn error(&self) -> Error {
        let hint = |hint: &ReportedHint| Hint {
            text: Text::words(&hint.text),
            kind: hint.kind,
        };
        Error::new(self.kind, Text::words(&self.message))
            .hints(self.hints.iter().map(hint))
            .correlated(self.correlation_id())
    }
}

#[derive(Serialize)]
struct Out<'a> {
    version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<TokenOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'a Reported>,
}

#[derive(Serialize)]
struct TokenOut<'a> {
    access_token: &'a str,
    obtained_at: u64,
    expires_at: u64,
    scope: Option<&'a str>,
}

#[derive(Deserialize)]
struct In {
    version: u32,
    token: Option<TokenIn>,
    failure: Option<Reported>,
}

#[derive(Deserialize)]
struct TokenIn {
    access_token: Zeroizing<String>,
    obtained_at: u64,
    expires_at: u64,
    scope: Option<String>,
}

/// The reply as one line.
pub(crate) fn encode(outcome: &Result<Token, Reported>) -> Zeroizing<String> {
    let (token, failure) = match outcome {
        Ok(token) => (Some(token), None),
        Err(reported) => (None, Some(reported)),
    };
    crate::ui::ascii_json(&Out {
        version: VERSION,
        token: token.map(|token| TokenOut {
            access_token: token.access.expose_for_pipe(),
            obtained_at: token.obtained_at,
            expires_at: token.expires_at,
            scope: token.scope.as_deref(),
        }),
        failure,
    })
}

/// Reads a reply; `None` if it is not one.
pub(super) fn decode(bytes: &[u8]) -> Option<Result<Token, Reported>> {
    let reply: In = serde_json::from_slice(bytes).ok()?;
    if reply.version != VERSION {
        return None;
    }
    match (reply.token, reply.failure) {
        (Some(token), None) => Some(Ok(Token {
            access: AccessToken::from_zeroizing(token.access_token),
            obtained_at: token.obtained_at,
            expires_at: token.expires_at,
            scope: token.scope,
        })),
        (None, Some(reported)) => Some(Err(reported)),
        _ => None,
    }
}

#[cfg(test)]
impl Reported {
    /// A made-up report of this kind.
    pub(crate) fn sample(kind: Kind, again: Option<u64>) -> Self {
        Self::new(&Error::new(kind, "made up"), again, &Reader::default())
    }
}

#[cfg(test)]
mod tests;
