//! `ropc token`: prints one token, never to a terminal by accident.

use super::{Context, mode, scopes};
use crate::broker::{Request, Token, acquire};
use crate::cli::{TokenArgs, TokenFormat};
use crate::error::{Error, Result};
use crate::profile::Profile;
use crate::world::rfc3339;
use serde::Serialize;
use std::process::ExitCode;
use zeroize::Zeroizing;

#[derive(Serialize)]
struct View<'a> {
    version: u32,
    access_token: &'a str,
    token_type: &'a str,
    expires_on: u64,
    expires_at: String,
    scope: Option<&'a str>,
    profile: &'a str,
    tenant: &'a str,
    client_id: &'a str,
    username: &'a str,
}

pub(super) fn run(args: &TokenArgs, context: &Context<'_>) -> Result<ExitCode> {
    let world = context.world;
    if world.ui.stdout_is_terminal() && !args.show {
        return Err(Error::usage("a token on a terminal stays in the scroll-back for all to see")
            .hint("send it on: `ropc token | ...`, or let the command get it: `ropc exec -- COMMAND`")
            .hint("to print it here all the same, add `--show`"));
    }
    let profile = context.load(&args.profile)?;
    let scopes = scopes(&args.wish, &profile)?;
    let token = acquire(
        &Request {
            profile: &profile,
            scopes: &scopes,
            mode: mode(&args.wish),
            min_ttl: args.wish.min_ttl.map(|t| t.as_secs()),
            deadline: context.deadline,
        },
        world,
    )?;
    world.ui.data(&render(args.output, &token, &profile));
    Ok(ExitCode::SUCCESS)
}

fn render(format: TokenFormat, token: &Token, profile: &Profile) -> Zeroizing<String> {
    let text = token.access.expose_to_user();
    Zeroizing::new(match format {
        TokenFormat::Text => text.to_owned(),
        TokenFormat::Header => format!("Authorization: Bearer {text}"),
        TokenFormat::Json => serde_json::to_string(&View {
            version: 1,
            access_token: text,
            token_type: "Bearer",
            expires_on: token.expires_at,
            expires_at: rfc3339(token.expires_at),
            scope: token.scope.as_deref(),
            profile: profile.name.as_str(),
            tenant: profile.tenant.as_str(),
            client_id: profile.client_id.as_str(),
            username: profile.username.as_str(),
        })
        .unwrap_or_default(),
    })
}
