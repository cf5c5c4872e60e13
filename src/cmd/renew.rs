//! `ropc renew`, hidden: one token for a running `ropc exec --serve`, which started this run and reads its answer.
//!
//! A run of its own, so that the process that lives as long as the job never opens the vault. It answers for the identity
//! that the job was started with, or not at all.

use super::Context;
use crate::broker::{Request, Token, acquire};
use crate::error::{Error, Result};
use crate::os;
use crate::profile::Scopes;
use crate::serve::{Failure, margin, pipe};
use std::process::ExitCode;

pub(super) fn run(context: &Context<'_>) -> Result<ExitCode> {
    let misused = || {
        Error::usage("`renew` is for `ropc exec --serve`, which talks to it over pipes")
            .hint("for a token use `ropc token`, for a long job `ropc exec --serve -- COMMAND`")
    };
    let mut input = os::stdin_file().map_err(|_| misused())?;
    if context.world.ui.stdout_is_terminal() || std::io::IsTerminal::is_terminal(&input) {
        return Err(misused());
    }
    let bytes = os::read_bounded(&mut input, pipe::LIMIT).map_err(|_| misused())?;
    let request = pipe::Request::decode(&bytes).ok_or_else(misused)?;
    let outcome = renew(&request, context);
    let code = outcome.as_ref().err().map_or(0, |failure| failure.error.kind.exit_code());
    context.world.ui.data(&pipe::encode(&outcome));
    Ok(ExitCode::from(code))
}

fn renew(request: &pipe::Request, context: &Context<'_>) -> std::result::Result<Token, Failure> {
    let profile = request.profile.parse().and_then(|name| context.profiles.load(&name)).map_err(Failure::of)?;
    request.identity.check(&profile)?;
    let scopes = Scopes::parse(&request.scopes).map_err(Failure::of)?;
    let wish = |min_ttl| Request {
        profile: &profile,
        scopes: &scopes,
        mode: request.mode(),
        min_ttl,
        deadline: context.deadline,
    };
    let token = acquire(&wish(None), context.world).map_err(Failure::of)?;
    // The cache serves until 5 minutes before the end; a job wants more, and how much depends on the token's lifetime.
    let wanted = margin(token.lifetime(), request.min_ttl);
    if token.expires_at.saturating_sub(context.world.clock.now()) >= wanted {
        return Ok(token);
    }
    acquire(&wish(Some(wanted)), context.world).map_err(Failure::of)
}
