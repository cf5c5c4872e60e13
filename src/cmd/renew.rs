//! `ropc renew`, hidden: one token for a running `ropc exec --serve`, which started this run and reads its answer.
//!
//! A run of its own, so that the process that lives as long as the job never opens the vault. It answers for the identity
//! that the job was started with, or not at all.

use super::Context;
use crate::broker::{Request, Token, acquire};
use crate::error::{Error, Result};
use crate::l10n::msg;
use crate::os;
use crate::profile::{Profile, Scopes};
use crate::serve::{Failure, margin, pipe};
use std::process::ExitCode;

pub(super) fn run(context: &Context<'_>) -> Result<ExitCode> {
    let misused = || Error::usage(msg!("cmd-renew-misused")).hint(msg!("cmd-renew-misused-hint"));
    let mut input = os::stdin_file().map_err(|_| misused())?;
    if context.world.ui.stdout_is_terminal() || std::io::IsTerminal::is_terminal(&input) {
        return Err(misused());
    }
    let bytes = os::read_bounded(&mut input, pipe::LIMIT).map_err(|_| misused())?;
    let request = pipe::Request::decode(&bytes).ok_or_else(misused)?;
    let outcome = renew(&request, context);
    let code = outcome.as_ref().err().map_or(0, |failure| failure.error.kind.exit_code());
    context.world.ui.verbatim(&pipe::encode(&outcome));
    Ok(ExitCode::from(code))
}

fn renew(request: &pipe::Request, context: &Context<'_>) -> std::result::Result<Token, Failure> {
    let load = || request.profile.parse().and_then(|name| context.profiles.load(&name)).map_err(Failure::of);
    let profile = load()?;
    match renew_as(&profile, request, context) {
        // A `login` that replaced the secrets meanwhile is no failure, but the newer profile.
        Err(failure) => match load() {
            Ok(newer) if newer.generation != profile.generation => renew_as(&newer, request, context),
            _ => Err(failure),
        },
        token => token,
    }
}

fn renew_as(profile: &Profile, request: &pipe::Request, context: &Context<'_>) -> std::result::Result<Token, Failure> {
    request.identity.check(profile)?;
    let scopes = Scopes::parse(&request.scopes).map_err(Failure::of)?;
    let wish =
        |min_ttl| Request { profile, scopes: &scopes, mode: request.mode(), min_ttl, deadline: context.deadline };
    let token = acquire(&wish(None), context.world).map_err(Failure::of)?;
    // The cache serves until 5 minutes before the end; a job wants more, and how much depends on the token's lifetime.
    let wanted = margin(token.lifetime(), request.min_ttl);
    if token.expires_at.saturating_sub(context.world.clock.now()) >= wanted {
        return Ok(token);
    }
    acquire(&wish(Some(wanted)), context.world).map_err(Failure::of)
}
