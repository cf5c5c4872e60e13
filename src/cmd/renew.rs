//! `ropc renew`, hidden: gets one token for the `ropc exec --serve` that started it and reads its
//! answer. A separate run, so that the process that lives as long as the job never opens the store.
//! It gives a token only for the identity that the job was started with.

use super::context::Context;
use super::error::VerbError;
use crate::broker::{Mode, Places, Request, Token, acquire, breaker_status};
use crate::error::{Error, Result};
use crate::os;
use crate::profile::{Profile, Scopes, hex};
use crate::serve::margin;
use crate::serve::pipe::{self, RenewalRequest, Reported};
use crate::text::Reader;
use std::process::ExitCode;

pub(super) fn run(context: &Context<'_>) -> Result<ExitCode> {
    let request = read_request(context).ok_or(VerbError::RenewMisused)?;
    let outcome = RenewalRun { request, context }.run();
    let code = match &outcome {
        Ok(_) => 0,
        Err(reported) => reported.kind.exit_code(),
    };
    context.world.ui.verbatim(&pipe::encode(&outcome));
    Ok(ExitCode::from(code))
}

/// The request; `None` if no `exec --serve` is at the other end.
fn read_request(context: &Context<'_>) -> Option<RenewalRequest> {
    let mut input = os::stdin_file().ok()?;
    if context.world.ui.stdout_is_terminal() || std::io::IsTerminal::is_terminal(&input) {
        return None;
    }
    let bytes = os::read_bounded(&mut input, pipe::LIMIT).ok()?;
    RenewalRequest::decode(&bytes)
}

/// One request and the means to answer it.
struct RenewalRun<'a> {
    request: RenewalRequest,
    context: &'a Context<'a>,
}

impl RenewalRun<'_> {
    fn run(&self) -> std::result::Result<Token, Reported> {
        let profile = self.load().map_err(|error| self.report(error, None))?;
        match self.renew_as(&profile) {
            // If a `login` replaced the secrets meanwhile, use the new profile.
            Err(failure) => match self.load() {
                Ok(newer) if newer.generation != profile.generation => self.renew_as(&newer),
                _ => Err(failure),
            },
            token => token,
        }
    }

    fn load(&self) -> Result<Profile> {
        Ok(self.context.profiles.load(&self.request.profile.parse()?)?)
    }

    fn renew_as(&self, profile: &Profile) -> std::result::Result<Token, Reported> {
        let request = &self.request;
        request
            .identity
            .check(profile)
            .map_err(|error| self.report(error, None).until_login())?;
        let mode = request.mode;
        let token = self.acquire(profile, mode, request.least)?;
        if request.refused.as_deref() == Some(&hex(&token.access.sha256())) {
            let mode = match mode {
                Mode::Cached => Mode::Refresh,
                Mode::Refresh | Mode::NoCache => mode,
            };
            return self.acquire(profile, mode, None);
        }
        // The margin that a job wants depends on the token's lifetime.
        let wanted = margin(&token, request.min_ttl);
        let left = token
            .expires_at
            .saturating_sub(self.context.world.clock.now());
        if request.least.is_some() || left >= wanted {
            return Ok(token);
        }
        self.acquire(profile, mode, Some(wanted))
    }

    fn acquire(
        &self,
        profile: &Profile,
        mode: Mode,
        min_ttl: Option<u64>,
    ) -> std::result::Result<Token, Reported> {
        let scopes =
            Scopes::parse(&self.request.scopes).map_err(|error| self.report(error, None))?;
        let wish = Request {
            profile,
            scopes: &scopes,
            mode,
            min_ttl,
            deadline: self.context.deadline,
        };
        acquire(&wish, self.context.world)
            .map_err(|error| self.report(error, next_try(profile, &scopes, self.context)))
    }

    /// `again`: when the next try is due, epoch seconds.
    fn report(&self, error: impl Into<Error>, again: Option<u64>) -> Reported {
        // The commands in the hints name the job's profile, which the request carries.
        let name = &self.request.profile;
        let reader = Reader {
            profile: (name != "default").then(|| name.clone()),
            ..self.context.world.ui.reader().clone()
        };
        Reported::new(&error.into(), again, &reader)
    }
}

/// When the breaker allows the next sign-in, epoch seconds, if it is only a question of time.
fn next_try(profile: &Profile, scopes: &Scopes, context: &Context<'_>) -> Option<u64> {
    let places = Places::find(context.world.env);
    breaker_status(&places, profile, scopes, context.world.clock.now()).until
}
