//! `ropc renew`, hidden: one token for a running `ropc exec --serve`, which started this run and
//! reads its answer.
//!
//! A run of its own, so that the process that lives as long as the job never opens the vault. It
//! answers for the identity that the job was started with, or not at all.

use super::context::Context;
use crate::broker::{Mode, Places, Request, Token, acquire, breaker_status};
use crate::error::{Error, Result};
use crate::os;
use crate::profile::{Profile, Scopes, hex};
use crate::serve::{Failure, margin, pipe};
use crate::text::text;
use std::process::ExitCode;

pub(super) fn run(context: &Context<'_>) -> Result<ExitCode> {
    let misused = || Error::usage(text!("cmd-renew-misused")).hint(text!("cmd-renew-misused-hint"));
    let mut input = os::stdin_file().map_err(|_| misused())?;
    if context.world.ui.stdout_is_terminal() || std::io::IsTerminal::is_terminal(&input) {
        return Err(misused());
    }
    let bytes = os::read_bounded(&mut input, pipe::LIMIT).map_err(|_| misused())?;
    let request = pipe::RenewalRequest::decode(&bytes).ok_or_else(misused)?;
    let outcome = renew(&request, context);
    let code = outcome
        .as_ref()
        .err()
        .map_or(0, |failure| failure.error.kind.exit_code());
    context
        .world
        .ui
        .verbatim(&pipe::encode(&outcome, context.world.ui.reader()));
    Ok(ExitCode::from(code))
}

fn renew(
    request: &pipe::RenewalRequest,
    context: &Context<'_>,
) -> std::result::Result<Token, Failure> {
    let profile = load(request, context).map_err(Failure::of)?;
    match renew_as(&profile, request, context) {
        // A `login` that replaced the secrets meanwhile is no failure, but the newer profile.
        Err(failure) => match load(request, context) {
            Ok(newer) if newer.generation != profile.generation => {
                renew_as(&newer, request, context)
            }
            _ => Err(failure),
        },
        token => token,
    }
}

fn load(request: &pipe::RenewalRequest, context: &Context<'_>) -> Result<Profile> {
    context.profiles.load(&request.profile.parse()?)
}

fn renew_as(
    profile: &Profile,
    request: &pipe::RenewalRequest,
    context: &Context<'_>,
) -> std::result::Result<Token, Failure> {
    request.identity.check(profile)?;
    let scopes = Scopes::parse(&request.scopes).map_err(|e| Failure::of(e.into()))?;
    let ask = |mode, min_ttl| {
        let wish = Request {
            profile,
            scopes: &scopes,
            mode,
            min_ttl,
            deadline: context.deadline,
        };
        acquire(&wish, context.world)
            .map_err(|error| Failure::of(error).again(next_try(profile, context)))
    };
    let token = ask(request.mode(), request.least)?;
    if request.refused.as_deref() == Some(&hex(&token.access.sha256())) {
        let mode = if request.mode() == Mode::NoCache {
            Mode::NoCache
        } else {
            Mode::Refresh
        };
        return ask(mode, None);
    }
    // How much life a job wants depends on the token's lifetime.
    let wanted = margin(token.lifetime(), request.min_ttl);
    if request.least.is_some()
        || token.expires_at.saturating_sub(context.world.clock.now()) >= wanted
    {
        return Ok(token);
    }
    ask(request.mode(), Some(wanted))
}

/// When the breaker lets the next sign-in through, where that is a matter of time.
fn next_try(profile: &Profile, context: &Context<'_>) -> Option<u64> {
    let places = Places::find(context.world.env);
    breaker_status(&places, profile, context.world.clock.now()).until
}
