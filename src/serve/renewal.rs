//! The real source of tokens: each renewal is a short-lived run of this program (`ropc renew`),
//! which opens the vault, signs in where it must, hands the token back over a pipe and ends. So the
//! long-lived parent never holds a password.
//!
//! The run has a process group of its own: a Ctrl-C that is meant for the job must not end a
//! sign-in half-way.

use super::failure::Failure;
use super::keeper::{Order, TokenSource};
use super::{Wanted, pipe};
use crate::broker::{self, Mode, Places, Token};
use crate::error::{Error, Kind, io_reason};
use crate::os;
use crate::profile::{Profile, ProfileStore, Scopes};
use crate::text::text;
use std::io;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use zeroize::Zeroizing;

/// A renewal ends by its own deadline; one that does not (a stopped process, a keychain that hangs)
/// is ended after this.
const GRACE: Duration = Duration::from_secs(15);

/// How renewals are run for one job.
#[derive(Debug)]
pub struct Renewal {
    profile: Profile,
    scopes: Scopes,
    first: Mode,
    later: Mode,
    min_ttl: Option<u64>,
    timeout: Duration,
    verbose: bool,
    profiles: ProfileStore,
    places: Option<Places>,
    started: AtomicBool,
}

impl Renewal {
    /// For this profile and these scopes. `mode` is the job's: `--refresh` means its first token
    /// only.
    pub fn new(
        profile: Profile,
        scopes: Scopes,
        mode: Mode,
        min_ttl: Option<u64>,
        timeout: Duration,
        verbose: bool,
        profiles: ProfileStore,
    ) -> Self {
        let later = if mode == Mode::NoCache {
            Mode::NoCache
        } else {
            Mode::Cached
        };
        Self {
            profile,
            scopes,
            first: mode,
            later,
            min_ttl,
            timeout,
            verbose,
            profiles,
            places: None,
            started: AtomicBool::new(false),
        }
    }

    /// Looks at the breaker's record there, too, when it is asked what is stored.
    #[must_use]
    pub fn watching(self, places: Option<Places>) -> Self {
        Self { places, ..self }
    }

    fn request(&self, order: &Order, first: bool) -> pipe::RenewalRequest {
        let scopes = match &order.wanted {
            Wanted::Own => self.scopes.iter().map(str::to_owned).collect(),
            Wanted::Other(scope) => vec![scope.clone()],
        };
        let mode = if first { self.first } else { self.later };
        pipe::RenewalRequest::new(&self.profile, scopes, mode, self.min_ttl)
            .newer(order.least, order.refused.clone())
    }

    /// The first run speaks the language of the person who started the job. What a later one says
    /// is handed to the job's programs, which is English.
    fn command(&self, first: bool) -> io::Result<Command> {
        let mut command = os::this_program()?;
        // Whole seconds, and never none.
        let timeout = self.timeout.as_secs().max(1).to_string();
        command.args(["renew", "--no-input", "--timeout", &timeout]);
        if self.verbose {
            command.arg("--verbose");
        }
        if !first {
            command.env("ROPC_LANG", "en");
        }
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        os::detach_from_terminal(&mut command);
        Ok(command)
    }

    async fn run(
        &self,
        request: &[u8],
        first: bool,
    ) -> io::Result<(ExitStatus, Zeroizing<Vec<u8>>)> {
        let mut child = tokio::process::Command::from(self.command(first)?).spawn()?;
        let work = async {
            if let Some(mut input) = child.stdin.take() {
                // A run that fails early closes the pipe; its answer says why.
                let _ = input.write_all(request).await;
            }
            let mut reply = Zeroizing::new(Vec::with_capacity(16 * 1024));
            if let Some(output) = child.stdout.take() {
                output.take(pipe::LIMIT).read_to_end(&mut reply).await?;
            }
            Ok((child.wait().await?, reply))
        };
        if let Ok(outcome) = tokio::time::timeout(self.timeout + GRACE, work).await {
            return outcome;
        }
        child.kill().await?;
        Err(io::ErrorKind::TimedOut.into())
    }
}

impl TokenSource for Renewal {
    async fn renew(&self, order: &Order) -> Result<Token, Failure> {
        let first = !self.started.swap(true, Ordering::SeqCst);
        let request = self.request(order, first).encode();
        match self.run(&request, first).await {
            Ok((status, reply)) => {
                pipe::decode(&reply).unwrap_or_else(|| Err(Failure::of(silent(status))))
            }
            Err(error) => Err(Failure::of(not_run(&error))),
        }
    }

    fn stored(&self) -> Option<String> {
        let profile = self.profiles.find(&self.profile.name).ok()??;
        // A `login --retry` changes no generation: what it lifts is a refusal on record.
        let refusals = self
            .places
            .as_ref()
            .map(|places| broker::refusals(places, &profile))
            .unwrap_or_default();
        Some(format!("{} {refusals}", profile.generation))
    }

    fn shared(&self, wanted: &Wanted) -> Option<String> {
        let profile = self.profiles.find(&self.profile.name).ok()??;
        let other;
        let scopes = match wanted {
            Wanted::Own => &self.scopes,
            Wanted::Other(scope) => {
                other = Scopes::parse(&[scope]).ok()?;
                &other
            }
        };
        Some(broker::token_stamp(self.places.as_ref(), &profile, scopes))
    }
}

fn silent(status: ExitStatus) -> Error {
    let message = match status.code() {
        Some(code) => text!("serve-no-answer", code = code),
        None => text!("serve-no-answer-signal"),
    };
    Error::new(Kind::Network, message).hint(text!("serve-no-answer-look"))
}

fn not_run(error: &io::Error) -> Error {
    Error::new(
        Kind::Network,
        text!("serve-not-run", reason = io_reason(error)),
    )
    .hint(text!("serve-not-run-limit"))
}
