//! `ropc status`: one profile: what is stored where, the cached token, the breaker. Reads no
//! password.

use super::context::Context;
use super::error::VerbError;
use super::grants::{self, GrantsJson, Nudge};
use crate::broker::{self, BreakerState, BreakerStatus, CacheStatus, KeyAt, Places};
use crate::cli::ViewArgs;
use crate::clock::{day, rfc3339};
use crate::error::{Error, Result};
use crate::profile::{CredentialKind, Grants, Profile};
use crate::text::wrap::{padded, widest};
use crate::text::{Text, text};
use crate::ui::{Paint, Ui};
use crate::vault::{Item, StoreSpec, Vault};
use crate::world::World;
use serde::Serialize;
use std::process::ExitCode;

/// After labels of up to this many columns the values start in the same column.
const LABEL_COLUMNS: usize = 13;

/// The object of `--json`, and the source of the rows for a person.
#[derive(Serialize)]
struct StatusReport<'a> {
    version: u32,
    profile: &'a str,
    username: &'a str,
    tenant: &'a str,
    client_id: &'a str,
    public_client: bool,
    /// How the app proves itself.
    app_credential: AppCredentialStatus,
    authority: String,
    ca_file: Option<String>,
    scopes: Vec<&'a str>,
    store: StoreStatus,
    cached_token: CachedToken,
    /// The permissions of the cached token, compared with the scopes of the profile; null without a
    /// token.
    grants: Option<GrantsJson>,
    breaker: BreakerStatus,
    /// The same as `grants` for a person.
    #[serde(skip)]
    nudge: Option<Nudge>,
}

/// How the app proves itself, what that comes from, and when it ends.
#[derive(Serialize)]
struct AppCredentialStatus {
    kind: &'static str,
    source: Option<CredentialSource>,
    /// Epoch seconds.
    ends_on: Option<u64>,
    ends_at: Option<String>,
    /// For a person; `None` where the kind says all.
    #[serde(skip)]
    words: Option<Text>,
}

/// What the app's credential comes from.
#[derive(Serialize)]
#[serde(untagged)]
enum CredentialSource {
    /// A certificate, by its thumbprint as the portal shows it.
    Thumbprint(String),
    /// The file, the program or the identity of a source of assertions.
    Assertions(String),
}

impl AppCredentialStatus {
    fn of(profile: &Profile) -> Self {
        let kind = &profile.credential;
        let ends = profile.credential_ends();
        Self {
            kind: kind.name(),
            source: match kind {
                CredentialKind::None | CredentialKind::Secret => None,
                CredentialKind::Certificate(facts) => {
                    facts.map(|facts| CredentialSource::Thumbprint(facts.shown_sha1()))
                }
                CredentialKind::Federated(source) => {
                    source.fact().map(CredentialSource::Assertions)
                }
            },
            ends_on: ends,
            ends_at: ends.map(rfc3339),
            words: match (kind, ends) {
                (CredentialKind::None | CredentialKind::Secret, None) => None,
                (CredentialKind::Certificate(_) | CredentialKind::Federated(_), None) => {
                    Some(kind.words())
                }
                (_, Some(ends)) => Some(text!(
                    "cmd-status-credential-ends",
                    credential = kind.words(),
                    ends = day(ends)
                )),
            },
        }
    }
}

#[derive(Serialize)]
struct StoreStatus {
    kind: &'static str,
    title: Text,
    secrets: SecretsState,
    error: Option<Text>,
    /// The error that the run ends with.
    #[serde(skip)]
    failure: Option<Error>,
}

/// Whether a sign-in would find the secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum SecretsState {
    Present,
    Missing,
    /// The store does not answer.
    Unavailable,
    /// A program prints them, and ropc runs it only for a sign-in.
    OnDemand,
}

#[derive(Serialize)]
struct CachedToken {
    state: CacheState,
    expires_on: Option<u64>,
    expires_at: Option<String>,
    scope: Option<String>,
    /// Where a run with a cached token reads the key.
    key: Option<KeyAt>,
    reason: Option<Text>,
}

/// Whether the next run needs a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum CacheState {
    Valid,
    None,
    /// There is no cache here.
    Off,
}

pub(super) fn run(args: &ViewArgs, context: &Context<'_>) -> Result<ExitCode> {
    let world = context.world;
    let profile = context.load(&args.profile)?;
    let mut status = look(&profile, world)?;
    if args.json {
        world.ui.json(&status);
    } else {
        print(&rows(&status), world.ui);
    }
    // If the store cannot be used, `status` must not succeed.
    match status.store.failure.take() {
        Some(failure) => Err(failure),
        None => Ok(ExitCode::SUCCESS),
    }
}

fn look<'p>(profile: &'p Profile, world: &World<'_>) -> Result<StatusReport<'p>> {
    let vault = world.vaults.open(StoreSpec::unattended(profile))?;
    let cached_token = cached_token(profile, &vault, world);
    let grants = cached_token
        .scope
        .as_deref()
        .map(|scope| Grants::compare(&profile.scopes, scope));
    Ok(StatusReport {
        version: 1,
        profile: profile.name.as_str(),
        username: profile.username.as_str(),
        tenant: profile.tenant.as_str(),
        client_id: profile.client_id.as_str(),
        public_client: profile.credential.is_public_client(),
        app_credential: AppCredentialStatus::of(profile),
        authority: profile.authority.base(),
        ca_file: profile.ca_file.as_ref().map(|p| p.display().to_string()),
        scopes: profile.scopes.iter().collect(),
        store: store(profile, &vault),
        cached_token,
        grants: grants.as_ref().map(GrantsJson::of),
        breaker: broker::breaker_status(
            &Places::find(world.env),
            profile,
            &profile.scopes,
            world.clock.now(),
        ),
        nudge: grants.and_then(|grants| grants::nudge(&grants, profile)),
    })
}

fn store(profile: &Profile, vault: &Vault<'_>) -> StoreStatus {
    let found = match vault {
        Vault::Items(store) => store.has(&Item::bundle(&profile.name, &profile.generation)),
        Vault::Source(source) => source.check().map(|()| true),
    };
    let (secrets, failure) = match (found, vault) {
        (Ok(true), Vault::Source(source)) if source.is_on_demand() => {
            (SecretsState::OnDemand, None)
        }
        (Ok(true), _) => (SecretsState::Present, None),
        (Ok(false), _) => (SecretsState::Missing, Some(no_secrets(profile, vault))),
        (Err(error), _) => (SecretsState::Unavailable, Some(Error::from(error))),
    };
    StoreStatus {
        kind: profile.store.kind().name(),
        title: vault.title().words(),
        secrets,
        error: failure.as_ref().map(|error| error.message.clone()),
        failure,
    }
}

fn no_secrets(profile: &Profile, vault: &Vault<'_>) -> Error {
    Error::from(VerbError::NoSecrets {
        store: vault.title(),
        name: profile.name.clone(),
    })
}

fn cached_token(profile: &Profile, vault: &Vault<'_>, world: &World<'_>) -> CachedToken {
    let none = CachedToken {
        state: CacheState::None,
        expires_on: None,
        expires_at: None,
        scope: None,
        key: None,
        reason: None,
    };
    match broker::cache_status(profile, world, vault) {
        CacheStatus::Token {
            expires_at,
            scope,
            key,
        } => CachedToken {
            state: CacheState::Valid,
            key: Some(key),
            expires_on: Some(expires_at),
            expires_at: Some(rfc3339(expires_at)),
            scope,
            ..none
        },
        CacheStatus::Empty => none,
        CacheStatus::Off(fault) => CachedToken {
            state: CacheState::Off,
            reason: Some(Text::from(&fault)),
            ..none
        },
    }
}

/// A label and its value.
type Row = (Text, Text);

fn rows(status: &StatusReport<'_>) -> Vec<Row> {
    let mut rows = facts(status);
    rows.extend(token_rows(&status.cached_token));
    rows.extend(status.nudge.iter().flat_map(nudge_rows));
    rows.push((text!("cmd-status-sign-in"), sign_in(status)));
    rows
}

fn facts(status: &StatusReport<'_>) -> Vec<Row> {
    let app = if status.public_client {
        text!("cmd-status-public", app = status.client_id)
    } else {
        Text::words(status.client_id)
    };
    let mut rows = vec![
        (text!("cmd-status-profile"), Text::words(status.profile)),
        (text!("profile-fact-user"), Text::words(status.username)),
        (text!("profile-fact-tenant"), Text::words(status.tenant)),
        (text!("cmd-status-app"), app),
        (
            text!("profile-fact-authority"),
            Text::words(status.authority.as_str()),
        ),
    ];
    let credential = &status.app_credential;
    if let Some(words) = &credential.words {
        rows.push((text!("profile-fact-app-credential"), words.clone()));
    }
    if let Some(CredentialSource::Thumbprint(thumbprint)) = &credential.source {
        rows.push((text!("cmd-status-thumbprint"), Text::words(thumbprint)));
    }
    if let Some(file) = &status.ca_file {
        rows.push((text!("cmd-status-trusts-only"), Text::words(file)));
    }
    rows.extend([
        (
            text!("cmd-status-scopes"),
            Text::words(status.scopes.join(" ")),
        ),
        (text!("profile-fact-store"), status.store.title.clone()),
        (
            text!("cmd-status-secrets"),
            secrets_words(status.store.secrets),
        ),
    ]);
    rows
}

fn token_rows(token: &CachedToken) -> Vec<Row> {
    let words = match (token.expires_on, &token.reason) {
        (Some(end), _) => text!("cmd-status-until", end = Text::due(end)),
        (None, Some(reason)) => text!("cmd-status-cache-off", reason = reason),
        (None, None) => text!("cmd-status-cache-none"),
    };
    let mut rows = vec![(text!("cmd-status-cached-token"), words)];
    if token.key == Some(KeyAt::KernelKeyring) {
        rows.push((text!("cmd-status-key"), text!("cmd-status-key-in-kernel")));
    }
    if let Some(scope) = &token.scope {
        rows.push((text!("cmd-status-carries"), Text::words(scope)));
    }
    rows
}

fn nudge_rows(nudge: &Nudge) -> Vec<Row> {
    let mut rows = vec![(text!("cmd-status-too-wide"), nudge.wide.clone())];
    for step in &nudge.steps {
        rows.push((text!("cmd-status-narrow"), step.clone()));
    }
    rows
}

/// Whether a sign-in is possible: that depends on the breaker and on the secrets.
fn sign_in(status: &StatusReport<'_>) -> Text {
    let breaker = &status.breaker;
    match (breaker.state, status.store.secrets) {
        (BreakerState::Ready, SecretsState::Missing) => {
            return text!("cmd-status-impossible-without-secrets");
        }
        (BreakerState::Ready, SecretsState::Unavailable) => {
            return text!("cmd-status-impossible-without-store");
        }
        _ => {}
    }
    let state = sign_in_words(breaker.state);
    let state = match breaker.until {
        Some(until) => text!(
            "cmd-status-not-before",
            state = state,
            time = Text::due(until)
        ),
        None => state,
    };
    let reason = breaker.reason.as_ref().map(Text::from);
    Text::joined(std::iter::once(state).chain(reason), ": ")
}

/// The state of the secrets in words; JSON has the name of the variant.
fn secrets_words(state: SecretsState) -> Text {
    match state {
        SecretsState::Present => text!("cmd-status-secrets-present"),
        SecretsState::Missing => text!("cmd-status-secrets-missing"),
        SecretsState::Unavailable => text!("cmd-status-secrets-unavailable"),
        SecretsState::OnDemand => text!("cmd-status-secrets-on-demand"),
    }
}

/// The state of the breaker in words.
fn sign_in_words(state: BreakerState) -> Text {
    match state {
        BreakerState::Ready => text!("cmd-status-ready"),
        BreakerState::Refused => text!("cmd-status-refused"),
        BreakerState::Paused => text!("cmd-status-paused"),
        BreakerState::Limited => text!("cmd-status-limited"),
        BreakerState::Unreadable => text!("cmd-status-unreadable"),
    }
}

fn print(rows: &[Row], ui: &Ui) {
    let labels: Vec<String> = rows.iter().map(|(label, _)| ui.words(label)).collect();
    let columns = widest(&labels).max(LABEL_COLUMNS);
    for (label, (_, value)) in labels.iter().zip(rows) {
        let start = padded(label, columns) + " ";
        ui.entry(Paint::Label, &start, &ui.words(value), columns + 1);
    }
}
