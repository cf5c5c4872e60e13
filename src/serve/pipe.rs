//! What `exec --serve` and its renewal runs say to each other: one JSON line in, one JSON line out,
//! over pipes.
//!
//! Both ends are this program. The request holds public facts only. The reply holds a token or a
//! failure, never a stored secret. The renewal refuses to answer for another identity than the one
//! that the job started with.

use super::failure::{Failure, Lasting};
use crate::broker::{Mode, Token};
use crate::error::{Error, Kind};
use crate::profile::{Fact, Profile};
use crate::secret::AccessToken;
use crate::text::{Reader, Text, text};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// The most bytes of a request or a reply that are read: a token of 64 KiB with room to spare.
pub(crate) const LIMIT: u64 = 256 * 1024;
const VERSION: u32 = 1;

/// One wish for a token.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct RenewalRequest {
    version: u32,
    /// The profile's name.
    pub(crate) profile: String,
    /// Who the job runs as.
    pub(crate) identity: Identity,
    /// The scopes to ask for.
    pub(crate) scopes: Vec<String>,
    mode: String,
    /// `--min-ttl` of the job, in seconds.
    pub(crate) min_ttl: Option<u64>,
    /// The least life of a cached token in seconds, where the job has one that lives on.
    pub(crate) least: Option<u64>,
    /// SHA-256 of a token that the resource has refused: not that one again.
    pub(crate) refused: Option<String>,
}

/// The identity that a job is pinned to. Not the generation: the same user's new password is
/// welcome.
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

    /// Fails with what differs if the profile belongs to somebody else now.
    pub(crate) fn check(&self, profile: &Profile) -> Result<(), Failure> {
        let now = Self::of(profile);
        let facts = [
            (Fact::Authority, &self.authority, &now.authority),
            (Fact::Tenant, &self.tenant, &now.tenant),
            (Fact::ClientId, &self.client_id, &now.client_id),
            (Fact::User, &self.username, &now.username),
        ];
        let Some((fact, before, after)) =
            facts.into_iter().find(|(_, before, after)| before != after)
        else {
            return Ok(());
        };
        let error = Error::config(text!(
            "serve-other-identity",
            profile = profile.name,
            fact = fact.words(),
            before = before,
            after = after
        ))
        .hint(text!("serve-other-identity-start"));
        Err(Failure::of(error).lasting(Lasting::UntilLogin))
    }
}

impl RenewalRequest {
    pub(crate) fn new(
        profile: &Profile,
        scopes: Vec<String>,
        mode: Mode,
        min_ttl: Option<u64>,
    ) -> Self {
        let mode = match mode {
            Mode::Cached => "cached",
            Mode::Refresh => "refresh",
            Mode::NoCache => "no-cache",
        };
        Self {
            version: VERSION,
            profile: profile.name.to_string(),
            identity: Identity::of(profile),
            scopes,
            mode: mode.into(),
            min_ttl,
            least: None,
            refused: None,
        }
    }

    /// The same for a token that takes the place of one.
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

    /// How the cache is used.
    pub(crate) fn mode(&self) -> Mode {
        match self.mode.as_str() {
            "refresh" => Mode::Refresh,
            "no-cache" => Mode::NoCache,
            _ => Mode::Cached,
        }
    }
}

#[derive(Serialize)]
struct Out<'a> {
    version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<TokenOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<WrittenFailure>,
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
    failure: Option<WrittenFailure>,
}

#[derive(Deserialize)]
struct TokenIn {
    access_token: Zeroizing<String>,
    obtained_at: u64,
    expires_at: u64,
    scope: Option<String>,
}

#[derive(Deserialize, Serialize)]
struct WrittenFailure {
    kind: u8,
    message: String,
    hints: Vec<String>,
    /// The one of the hints that ends it.
    #[serde(default)]
    remedy: Option<String>,
    #[serde(default)]
    correlation_id: Option<String>,
    until_login: bool,
    again: Option<u64>,
}

/// The reply as one line.
pub(crate) fn encode(outcome: &Result<Token, Failure>, reader: &Reader) -> Zeroizing<String> {
    let out = match outcome {
        Ok(token) => {
            let token = TokenOut {
                access_token: token.access.expose_for_pipe(),
                obtained_at: token.obtained_at,
                expires_at: token.expires_at,
                scope: token.scope.as_deref(),
            };
            Out {
                version: VERSION,
                token: Some(token),
                failure: None,
            }
        }
        Err(Failure {
            error,
            lasting,
            again,
            ..
        }) => {
            let said = WrittenFailure {
                kind: error.kind.exit_code(),
                message: error.message.render(reader),
                hints: error.hints.iter().map(|hint| hint.render(reader)).collect(),
                remedy: error.remedy.as_ref().map(|hint| hint.render(reader)),
                correlation_id: error.correlation_id.map(|id| id.to_string()),
                until_login: *lasting == Lasting::UntilLogin,
                again: *again,
            };
            Out {
                version: VERSION,
                token: None,
                failure: Some(said),
            }
        }
    };
    crate::ui::ascii_json(&out)
}

/// Reads a reply; `None` if it is not one.
pub(super) fn decode(bytes: &[u8]) -> Option<Result<Token, Failure>> {
    let reply: In = serde_json::from_slice(bytes).ok()?;
    match reply {
        In {
            version: VERSION,
            token: Some(token),
            failure: None,
        } => Some(Ok(Token {
            access: AccessToken::from_zeroizing(token.access_token),
            obtained_at: token.obtained_at,
            expires_at: token.expires_at,
            scope: token.scope,
        })),
        In {
            version: VERSION,
            token: None,
            failure: Some(said),
        } => {
            let error = Error {
                remedy: said.remedy.map(Text::words),
                ..Error::new(kind(said.kind), Text::words(said.message))
            }
            .hints(said.hints.into_iter().map(Text::words))
            .correlated(said.correlation_id.and_then(|id| id.parse().ok()));
            let failure = Failure::of(error).again(said.again);
            Some(Err(if said.until_login {
                failure.lasting(Lasting::UntilLogin)
            } else {
                failure
            }))
        }
        _ => None,
    }
}

/// Exit codes name the kinds; see [`Kind::exit_code`].
fn kind(code: u8) -> Kind {
    let all = [
        Kind::Usage,
        Kind::Config,
        Kind::SignIn,
        Kind::Vault,
        Kind::Network,
    ];
    all.into_iter()
        .find(|kind| kind.exit_code() == code)
        .unwrap_or(Kind::Other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_arrives_whole() {
        let access = AccessToken::new("eyJ.x.y".into());
        let token = Token {
            access,
            obtained_at: 1,
            expires_at: 2,
            scope: Some("User.Read".into()),
        };
        let back = decode(encode(&Ok(token), &Reader::default()).as_bytes())
            .unwrap()
            .unwrap();
        assert_eq!(
            (
                back.access.expose_for_pipe(),
                back.obtained_at,
                back.expires_at
            ),
            ("eyJ.x.y", 1, 2)
        );
        assert_eq!(back.scope.as_deref(), Some("User.Read"));
    }

    #[test]
    fn a_failure_keeps_kind_and_hints() {
        for kind in [
            Kind::Config,
            Kind::SignIn,
            Kind::Vault,
            Kind::Network,
            Kind::Other,
        ] {
            let error = Error::new(kind, "what").hint("look").remedy("next");
            let before = Failure::of(error).again(Some(7));
            let lasting = before.lasting;
            let after = decode(encode(&Err(before), &Reader::default()).as_bytes())
                .unwrap()
                .unwrap_err();
            assert_eq!(
                (after.error.kind, after.lasting, after.again),
                (kind, lasting, Some(7))
            );
            assert_eq!(after.error.message, Text::words("what"));
            assert_eq!(
                (after.error.hints, after.error.remedy),
                (
                    vec![Text::words("look"), Text::words("next")],
                    Some(Text::words("next"))
                )
            );
        }
        let other = Failure::of(Error::config("x")).lasting(Lasting::UntilLogin);
        assert_eq!(
            decode(encode(&Err(other), &Reader::default()).as_bytes())
                .unwrap()
                .unwrap_err()
                .lasting,
            Lasting::UntilLogin
        );
    }

    #[test]
    fn what_is_no_reply_is_none() {
        for text in [
            "",
            "{}",
            "{\"version\":2,\"token\":null}",
            "{\"version\":1}",
            "thread panicked",
            "[1]",
        ] {
            assert!(decode(text.as_bytes()).is_none(), "{text}");
        }
        assert!(RenewalRequest::decode(b"{\"version\":1}").is_none());
    }

    fn profile(username: &str, tenant: &str) -> Profile {
        let (tenant, username) = (tenant.parse().unwrap(), username.parse().unwrap());
        Profile {
            tenant,
            username,
            ..Profile::sample("default")
        }
    }

    #[test]
    fn a_request_arrives_whole_and_pins_the_identity() {
        let before = profile("svc-report@contoso.example", "contoso.example");
        for mode in [Mode::Cached, Mode::Refresh, Mode::NoCache] {
            let sent = RenewalRequest::new(&before, vec!["User.Read".into()], mode, Some(600));
            let got = RenewalRequest::decode(&sent.encode()).unwrap();
            assert_eq!(
                (got.mode(), got.min_ttl, got.scopes.as_slice()),
                (mode, Some(600), &["User.Read".to_owned()][..])
            );
            assert_eq!(
                (got.profile.as_str(), &got.identity),
                ("default", &Identity::of(&before))
            );
            // The same user, in other letters and with another password, is still the same.
            got.identity
                .check(&profile("SVC-Report@contoso.example", "contoso.example"))
                .unwrap();
            for other in [
                profile("svc-other@contoso.example", "contoso.example"),
                profile("svc-report@contoso.example", "fabrikam.example"),
            ] {
                assert_eq!(
                    got.identity.check(&other).unwrap_err().lasting,
                    Lasting::UntilLogin
                );
            }
            let newer = String::from_utf8(sent.encode())
                .unwrap()
                .replace("\"version\":1", "\"version\":2");
            assert!(RenewalRequest::decode(newer.as_bytes()).is_none());
        }
    }
}
