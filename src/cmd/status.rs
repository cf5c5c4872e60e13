//! `ropc status`: one profile: what is stored where, the cached token, the breaker. Reads no
//! password.

use super::context::Context;
use super::grants;
use crate::broker::{self, BreakerState, BreakerStatus, CacheStatus, KeyAt, Places};
use crate::cli::ViewArgs;
use crate::clock::rfc3339;
use crate::error::{Error, Kind, Result};
use crate::profile::{Grants, Profile};
use crate::text::{Text, text, when};
use crate::vault::{Item, StoreSpec, Vault};
use crate::world::World;
use serde::Serialize;
use std::process::ExitCode;
use unicode_width::UnicodeWidthStr;

#[derive(Serialize)]
struct StatusJson<'a> {
    version: u32,
    profile: &'a str,
    username: &'a str,
    tenant: &'a str,
    client_id: &'a str,
    public_client: bool,
    authority: String,
    ca_file: Option<String>,
    scopes: Vec<&'a str>,
    store: StoreJson,
    cached_token: CacheJson,
    /// What the cached token may do against what the profile asks for; null without one.
    grants: Option<grants::GrantsJson>,
    breaker: BreakerStatus,
}

#[derive(Serialize)]
struct StoreJson {
    kind: &'static str,
    title: Text,
    /// `present`, `missing`, `unavailable`, or `on-demand` for a program that is run at each
    /// sign-in only.
    secrets: &'static str,
    error: Option<Text>,
    #[serde(skip)]
    failure: Option<Error>,
}

#[derive(Serialize)]
struct CacheJson {
    /// `valid`, `none` or `off`.
    state: &'static str,
    expires_on: Option<u64>,
    expires_at: Option<String>,
    scope: Option<String>,
    /// Where a warm run finds the key: `store`, `runtime-directory` or `kernel-keyring`.
    key: Option<KeyAt>,
    reason: Option<Text>,
}

pub(super) fn run(args: &ViewArgs, context: &Context<'_>) -> Result<ExitCode> {
    let world = context.world;
    let profile = context.load(&args.profile)?;
    let vault = world.vaults.open(StoreSpec::unattended(&profile))?;
    let cached_token = cache(&profile, &vault, world);
    let compared = cached_token
        .scope
        .as_deref()
        .map(|scope| Grants::compare(&profile.scopes, scope));
    let mut view = StatusJson {
        version: 1,
        profile: profile.name.as_str(),
        username: profile.username.as_str(),
        tenant: profile.tenant.as_str(),
        client_id: profile.client_id.as_str(),
        public_client: profile.credential.is_public_client(),
        authority: profile.authority.base(),
        ca_file: profile.ca_file.as_ref().map(|p| p.display().to_string()),
        scopes: profile.scopes.iter().collect(),
        store: look(&profile, &vault),
        cached_token,
        grants: compared.as_ref().map(grants::GrantsJson::of),
        breaker: broker::breaker_status(&Places::find(world.env), &profile, world.clock.now()),
    };
    if args.json {
        world.ui.json(&view);
    } else {
        print(
            &view,
            compared.and_then(|grants| grants::nudge(&grants, &profile)),
            world,
        );
    }
    // A look that found the store unusable must not pass for a good one.
    view.store.failure.take().map_or(Ok(ExitCode::SUCCESS), Err)
}

fn look(profile: &Profile, vault: &Vault<'_>) -> StoreJson {
    let found = match vault {
        Vault::Items(store) => store.has(&Item::bundle(&profile.name, &profile.generation)),
        Vault::Source(source) => source.check().map(|()| true),
    };
    let (secrets, failure) = match found {
        Ok(true) => match vault {
            Vault::Source(source) if source.is_on_demand() => ("on-demand", None),
            _ => ("present", None),
        },
        Ok(false) => {
            let message = text!(
                "cmd-status-no-secrets",
                title = vault.title(),
                name = profile.name
            );
            let command = super::context::with_profile("login", &profile.name);
            let error = Error::new(Kind::Vault, message)
                .hint(text!("cmd-status-no-secrets-hint", command = command));
            ("missing", Some(error))
        }
        Err(e) => ("unavailable", Some(Error::from(e))),
    };
    StoreJson {
        kind: profile.store.kind().name(),
        title: vault.title(),
        secrets,
        error: failure.as_ref().map(|e| e.message.clone()),
        failure,
    }
}

fn cache(profile: &Profile, vault: &Vault<'_>, world: &World<'_>) -> CacheJson {
    let none = CacheJson {
        state: "none",
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
        } => CacheJson {
            state: "valid",
            key: Some(key),
            expires_on: Some(expires_at),
            expires_at: Some(rfc3339(expires_at)),
            scope,
            ..none
        },
        CacheStatus::Empty => none,
        CacheStatus::Off(fault) => CacheJson {
            state: "off",
            reason: Some(Text::from(&fault)),
            ..none
        },
    }
}

fn print(view: &StatusJson<'_>, nudge: Option<grants::Nudge>, world: &World<'_>) {
    let now = world.clock.now();
    let app = view.client_id;
    let mut rows = vec![
        (text!("cmd-status-profile"), Text::words(view.profile)),
        (text!("cmd-status-user"), Text::words(view.username)),
        (text!("cmd-status-tenant"), Text::words(view.tenant)),
        (
            text!("cmd-status-app"),
            if view.public_client {
                text!("cmd-status-public", app = app)
            } else {
                Text::words(app)
            },
        ),
        (
            text!("cmd-status-authority"),
            Text::words(view.authority.clone()),
        ),
    ];
    rows.extend(
        view.ca_file
            .as_ref()
            .map(|file| (text!("cmd-status-trusts-only"), Text::words(file))),
    );
    rows.push((
        text!("cmd-status-scopes"),
        Text::words(view.scopes.join(" ")),
    ));
    rows.push((text!("cmd-status-store"), view.store.title.clone()));
    rows.push((
        text!("cmd-status-secrets"),
        secrets_words(view.store.secrets),
    ));
    let cached = match (view.cached_token.expires_on, &view.cached_token.reason) {
        (Some(end), _) => {
            text!(
                "cmd-status-until",
                end = rfc3339(end),
                time = Text::span(end.saturating_sub(now))
            )
        }
        (None, Some(reason)) => text!("cmd-status-cache-off", reason = reason),
        (None, None) => text!("cmd-status-cache-none"),
    };
    rows.push((text!("cmd-status-cached-token"), cached));
    if view.cached_token.key == Some(KeyAt::KernelKeyring) {
        rows.push((text!("cmd-status-key"), text!("cmd-status-key-in-kernel")));
    }
    rows.extend(
        view.cached_token
            .scope
            .as_ref()
            .map(|scope| (text!("cmd-status-carries"), Text::words(scope))),
    );
    if let Some(nudge) = nudge {
        rows.push((text!("cmd-status-too-wide"), nudge.wide));
        rows.extend(
            nudge
                .steps
                .into_iter()
                .map(|step| (text!("cmd-status-narrow"), step)),
        );
    }
    let breaker = &view.breaker;
    let state = sign_in_words(breaker.state);
    let state = match breaker.until.map(|until| when(until, now)) {
        Some(time) => text!("cmd-status-not-before", state = state, time = time),
        None => state,
    };
    let words = std::iter::once(state).chain(breaker.reason.as_ref().map(Text::from));
    rows.push((text!("cmd-status-sign-in"), Text::joined(words, ": ")));
    let rows: Vec<_> = rows
        .iter()
        .map(|(name, value)| (world.ui.words(name), world.ui.words(value)))
        .collect();
    let width = rows
        .iter()
        .map(|(name, _)| name.width())
        .max()
        .unwrap_or(0)
        .max(13);
    for (name, value) in rows {
        world
            .ui
            .row(&format!("{name}{:1$} {value}", "", width - name.width()));
    }
}

/// The state of the secrets for a person; the JSON has it as it is.
fn secrets_words(state: &str) -> Text {
    match state {
        "present" => text!("cmd-status-secrets-present"),
        "missing" => text!("cmd-status-secrets-missing"),
        "unavailable" => text!("cmd-status-secrets-unavailable"),
        "on-demand" => text!("cmd-status-secrets-on-demand"),
        other => Text::words(other),
    }
}

/// The state of the breaker for a person.
fn sign_in_words(state: BreakerState) -> Text {
    match state {
        BreakerState::Ready => text!("cmd-status-ready"),
        BreakerState::Refused => text!("cmd-status-refused"),
        BreakerState::Paused => text!("cmd-status-paused"),
        BreakerState::Limited => text!("cmd-status-limited"),
        BreakerState::Unreadable => text!("cmd-status-unreadable"),
    }
}
