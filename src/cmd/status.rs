//! `ropc status`: one profile: what is stored where, the cached token, the breaker. Reads no
//! password.

use super::context::Context;
use super::grants;
use crate::broker::{self, BreakerState, BreakerStatus, CacheStatus, KeyAt, Places};
use crate::cli::ViewArgs;
use crate::clock::rfc3339;
use crate::error::{Error, Kind, Result};
use crate::l10n::duration_text;
use crate::l10n::msg;
use crate::profile::{Grants, Profile, StoreKind};
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
    title: String,
    /// `present`, `missing`, `unavailable`, or `on-demand` for a program that is run at each
    /// sign-in only.
    secrets: &'static str,
    error: Option<String>,
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
    key: Option<&'static str>,
    reason: Option<String>,
}

pub(super) fn run(args: &ViewArgs, context: &Context<'_>) -> Result<ExitCode> {
    let world = context.world;
    let profile = context.load(&args.profile)?;
    let vault = world.vaults.open(&StoreSpec::unattended(&profile))?;
    let cached_token = cache(&profile, vault.as_ref(), world);
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
        public_client: profile.public_client,
        authority: profile.authority.base(),
        ca_file: profile.ca_file.as_ref().map(|p| p.display().to_string()),
        scopes: profile.scopes.iter().collect(),
        store: look(&profile, vault.as_ref()),
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

fn look(profile: &Profile, vault: &dyn Vault) -> StoreJson {
    let (secrets, failure) = match vault.has(&Item::bundle(&profile.name, &profile.generation)) {
        Ok(true) if profile.store == StoreKind::Command => ("on-demand", None),
        Ok(true) => ("present", None),
        Ok(false) => {
            let message = msg!(
                "cmd-status-no-secrets",
                title = vault.title(),
                name = profile.name
            );
            let command = super::context::with_profile("login", &profile.name);
            let error = Error::new(Kind::Vault, message)
                .hint(msg!("cmd-status-no-secrets-hint", command = command));
            ("missing", Some(error))
        }
        Err(e) => ("unavailable", Some(Error::from(e))),
    };
    StoreJson {
        kind: profile.store.name(),
        title: vault.title(),
        secrets,
        error: failure.as_ref().map(|e| e.message.clone()),
        failure,
    }
}

fn cache(profile: &Profile, vault: &dyn Vault, world: &World<'_>) -> CacheJson {
    let none = CacheJson {
        state: "none",
        expires_on: None,
        expires_at: None,
        scope: None,
        key: None,
        reason: None,
    };
    match broker::cache_status(profile, world, vault) {
        Ok(CacheStatus::Token {
            expires_at,
            scope,
            key,
        }) => CacheJson {
            state: "valid",
            key: Some(match key {
                KeyAt::Store => "store",
                KeyAt::RuntimeDirectory => "runtime-directory",
                KeyAt::KernelKeyring => "kernel-keyring",
            }),
            expires_on: Some(expires_at),
            expires_at: Some(rfc3339(expires_at)),
            scope,
            ..none
        },
        Ok(CacheStatus::Empty) => none,
        Ok(CacheStatus::Off(reason)) => CacheJson {
            state: "off",
            reason: Some(reason),
            ..none
        },
        Err(e) => CacheJson {
            state: "off",
            reason: Some(e.message),
            ..none
        },
    }
}

fn print(view: &StatusJson<'_>, nudge: Option<grants::Nudge>, world: &World<'_>) {
    let now = world.clock.now();
    let app = view.client_id;
    let mut rows = vec![
        (msg!("cmd-status-profile"), view.profile.to_owned()),
        (msg!("cmd-status-user"), view.username.to_owned()),
        (msg!("cmd-status-tenant"), view.tenant.to_owned()),
        (
            msg!("cmd-status-app"),
            if view.public_client {
                msg!("cmd-status-public", app = app)
            } else {
                app.to_owned()
            },
        ),
        (msg!("cmd-status-authority"), view.authority.clone()),
    ];
    rows.extend(
        view.ca_file
            .as_ref()
            .map(|file| (msg!("cmd-status-trusts-only"), file.clone())),
    );
    rows.push((msg!("cmd-status-scopes"), view.scopes.join(" ")));
    rows.push((msg!("cmd-status-store"), view.store.title.clone()));
    rows.push((
        msg!("cmd-status-secrets"),
        secrets_words(view.store.secrets),
    ));
    let cached = match (view.cached_token.expires_on, &view.cached_token.reason) {
        (Some(end), _) => {
            msg!(
                "cmd-status-until",
                end = rfc3339(end),
                time = duration_text(end.saturating_sub(now))
            )
        }
        (None, Some(reason)) => msg!("cmd-status-cache-off", reason = reason),
        (None, None) => msg!("cmd-status-cache-none"),
    };
    rows.push((msg!("cmd-status-cached-token"), cached));
    if view.cached_token.key == Some("kernel-keyring") {
        rows.push((msg!("cmd-status-key"), msg!("cmd-status-key-in-kernel")));
    }
    rows.extend(
        view.cached_token
            .scope
            .as_ref()
            .map(|scope| (msg!("cmd-status-carries"), scope.clone())),
    );
    if let Some(nudge) = nudge {
        rows.push((msg!("cmd-status-too-wide"), nudge.wide));
        rows.extend(
            nudge
                .steps
                .into_iter()
                .map(|step| (msg!("cmd-status-narrow"), step)),
        );
    }
    let breaker = &view.breaker;
    let state = sign_in_words(breaker.state);
    let state = match breaker.until.map(|until| broker::when(until, now)) {
        Some(time) => msg!("cmd-status-not-before", state = state, time = time),
        None => state,
    };
    let reason = breaker
        .reason
        .as_ref()
        .map(|r| format!(": {r}"))
        .unwrap_or_default();
    rows.push((msg!("cmd-status-sign-in"), format!("{state}{reason}")));
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
fn secrets_words(state: &str) -> String {
    match state {
        "present" => msg!("cmd-status-secrets-present"),
        "missing" => msg!("cmd-status-secrets-missing"),
        "unavailable" => msg!("cmd-status-secrets-unavailable"),
        "on-demand" => msg!("cmd-status-secrets-on-demand"),
        other => other.to_owned(),
    }
}

/// The state of the breaker for a person.
fn sign_in_words(state: BreakerState) -> String {
    match state {
        BreakerState::Ready => msg!("cmd-status-ready"),
        BreakerState::Refused => msg!("cmd-status-refused"),
        BreakerState::Paused => msg!("cmd-status-paused"),
        BreakerState::Limited => msg!("cmd-status-limited"),
        BreakerState::Unreadable => msg!("cmd-status-unreadable"),
    }
}
