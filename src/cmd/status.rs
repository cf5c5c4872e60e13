//! `ropc status`: one profile: what is stored where, the cached token, the breaker. Reads no password.

use super::Context;
use crate::broker::{self, BreakerStatus, CacheStatus, Places};
use crate::cli::ViewArgs;
use crate::error::{Error, Kind, Result};
use crate::profile::{Profile, StoreKind};
use crate::vault::{Item, StoreSpec, Vault};
use crate::world::{World, duration_text, rfc3339};
use serde::Serialize;
use std::process::ExitCode;

#[derive(Serialize)]
struct View<'a> {
    version: u32,
    profile: &'a str,
    username: &'a str,
    tenant: &'a str,
    client_id: &'a str,
    public_client: bool,
    authority: String,
    ca_file: Option<String>,
    scopes: Vec<&'a str>,
    store: StoreView,
    cached_token: CacheView,
    breaker: BreakerStatus,
}

#[derive(Serialize)]
struct StoreView {
    kind: &'static str,
    title: String,
    /// `present`, `missing`, `unavailable`, or `on-demand` for a program that is run at each sign-in only.
    secrets: &'static str,
    error: Option<String>,
    #[serde(skip)]
    failure: Option<Error>,
}

#[derive(Serialize)]
struct CacheView {
    /// `valid`, `none` or `off`.
    state: &'static str,
    expires_on: Option<u64>,
    expires_at: Option<String>,
    scope: Option<String>,
    reason: Option<String>,
}

pub(super) fn run(args: &ViewArgs, context: &Context<'_>) -> Result<ExitCode> {
    let world = context.world;
    let profile = context.load(&args.profile)?;
    let vault = world.vaults.open(&StoreSpec::unattended(&profile))?;
    let mut view = View {
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
        cached_token: cache(&profile, vault.as_ref(), world),
        breaker: broker::breaker_status(&Places::find(world.env)?, &profile, world.clock.now()),
    };
    if args.json {
        world.ui.data(&serde_json::to_string(&view).unwrap_or_default());
    } else {
        print(&view, world);
    }
    // A look that found the store unusable must not pass for a good one.
    view.store.failure.take().map_or(Ok(ExitCode::SUCCESS), Err)
}

fn look(profile: &Profile, vault: &dyn Vault) -> StoreView {
    let (secrets, failure) = match vault.has(&Item::bundle(&profile.name, &profile.generation)) {
        Ok(true) if profile.store == StoreKind::Command => ("on-demand", None),
        Ok(true) => ("present", None),
        Ok(false) => {
            let error = Error::new(
                Kind::Vault,
                format!("{} holds no secrets for the profile `{}`", vault.title(), profile.name),
            );
            (
                "missing",
                Some(error.hint(format!(
                    "store them with `{}`, as the account that runs the job",
                    super::with_profile("login", &profile.name)
                ))),
            )
        }
        Err(e) => ("unavailable", Some(Error::from(e))),
    };
    StoreView {
        kind: profile.store.name(),
        title: vault.title(),
        secrets,
        error: failure.as_ref().map(|e| e.message.clone()),
        failure,
    }
}

fn cache(profile: &Profile, vault: &dyn Vault, world: &World<'_>) -> CacheView {
    let none = CacheView { state: "none", expires_on: None, expires_at: None, scope: None, reason: None };
    match broker::cache_status(profile, world, vault) {
        Ok(CacheStatus::Token { expires_at, scope }) => CacheView {
            state: "valid",
            expires_on: Some(expires_at),
            expires_at: Some(rfc3339(expires_at)),
            scope,
            ..none
        },
        Ok(CacheStatus::Empty) => none,
        Ok(CacheStatus::Off(reason)) => CacheView { state: "off", reason: Some(reason), ..none },
        Err(e) => CacheView { state: "off", reason: Some(e.message), ..none },
    }
}

fn print(view: &View<'_>, world: &World<'_>) {
    let now = world.clock.now();
    let row = |name: &str, value: &str| world.ui.data(&format!("{name:<13} {value}"));
    row("profile", view.profile);
    row("user", view.username);
    row("tenant", view.tenant);
    row("app", &format!("{}{}", view.client_id, if view.public_client { " (public client)" } else { "" }));
    row("authority", &view.authority);
    if let Some(file) = &view.ca_file {
        row("trusts only", file);
    }
    row("scopes", &view.scopes.join(" "));
    row("store", &view.store.title);
    row("secrets", view.store.secrets);
    let cached = match (view.cached_token.expires_on, &view.cached_token.reason) {
        (Some(end), _) => format!("until {} (in {})", rfc3339(end), duration_text(end.saturating_sub(now))),
        (None, Some(reason)) => format!("{}: {reason}", view.cached_token.state),
        (None, None) => "none".into(),
    };
    row("cached token", &cached);
    if let Some(scope) = &view.cached_token.scope {
        row("it carries", scope);
    }
    let breaker = &view.breaker;
    let until = breaker.until.map(|t| format!(", nothing is sent before {}", rfc3339(t))).unwrap_or_default();
    let reason = breaker.reason.as_ref().map(|r| format!(": {r}")).unwrap_or_default();
    row("sign-in", &format!("{}{until}{reason}", breaker.state));
}
