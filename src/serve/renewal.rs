//! The real source of tokens: each renewal is a short-lived run of this program (`ropc renew`),
//! which opens the store, signs in if it must, returns the token over a pipe and ends. So the
//! long-lived parent never holds a password. The run has its own process group: a Ctrl-C for the
//! job must not interrupt a sign-in.

use super::failure::Failure;
use super::keeper::{Order, TokenSource};
use super::{ServeError, Wanted, pipe};
use crate::broker::{self, Mode, Places, Token};
use crate::os;
use crate::profile::{Profile, ProfileStore, Scopes};
use std::io;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use zeroize::Zeroizing;

/// The time after its own deadline when the job ends a renewal that has not ended (a stopped
/// process, a keychain that hangs).
const GRACE: Duration = Duration::from_secs(15);

/// The requests of a job, and where its files are.
#[derive(Debug)]
pub struct JobSettings {
    /// The profile that the job started with.
    pub profile: Profile,
    /// The scopes of the job's own token.
    pub scopes: Scopes,
    /// How the cache is used. `--refresh` means the first token only.
    pub mode: Mode,
    /// `--min-ttl` in seconds.
    pub min_ttl: Option<u64>,
    /// The most time for one renewal.
    pub timeout: Duration,
    /// `--verbose`.
    pub verbose: bool,
    /// The directory of the profiles.
    pub profiles: ProfileStore,
    /// The directories of the cache and of the breaker's record.
    pub places: Places,
}

/// Runs the renewals of one job.
#[derive(Debug)]
pub struct Renewal {
    job: JobSettings,
    started: AtomicBool,
}

impl Renewal {
    /// A source for this job, which has no token yet.
    pub fn new(job: JobSettings) -> Self {
        Self {
            job,
            started: AtomicBool::new(false),
        }
    }

    fn request(&self, order: &Order, first: bool) -> pipe::RenewalRequest {
        let scopes = match &order.wanted {
            Wanted::Own => self.job.scopes.iter().map(str::to_owned).collect(),
            Wanted::Other(scope) => vec![scope.clone()],
        };
        let mode = match self.job.mode {
            Mode::Refresh if !first => Mode::Cached,
            mode => mode,
        };
        pipe::RenewalRequest::new(&self.job.profile, scopes, mode, self.job.min_ttl)
            .newer(order.least, order.refused.clone())
    }

    /// The command of a renewal. The first run reports in the language of the person who started
    /// the job. A later one does so in English and without a line that changes: the job's programs
    /// read it, or the terminal is theirs.
    fn command(&self, first: bool) -> io::Result<Command> {
        let mut command = os::this_program()?;
        // Whole seconds, at least one.
        let timeout = self.job.timeout.as_secs().max(1).to_string();
        command.args(["renew", "--no-input", "--timeout", &timeout]);
        if self.job.verbose {
            command.arg("--verbose");
        }
        if !first {
            command.env("ROPC_LANG", "en").env("TERM", "dumb");
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
                // A run that fails early closes the pipe; its reply says why.
                let _ = input.write_all(request).await;
            }
            let mut reply = Zeroizing::new(Vec::with_capacity(16 * 1024));
            if let Some(output) = child.stdout.take() {
                output.take(pipe::LIMIT).read_to_end(&mut reply).await?;
            }
            Ok((child.wait().await?, reply))
        };
        if let Ok(outcome) = tokio::time::timeout(self.job.timeout + GRACE, work).await {
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
        let error = match self.run(&request, first).await {
            Ok((status, reply)) => match pipe::decode(&reply) {
                Some(Ok(token)) => return Ok(token),
                Some(Err(reported)) => ServeError::Reported(Box::new(reported)),
                None => ServeError::NoReport {
                    code: status.code(),
                },
            },
            Err(error) => ServeError::NotRun(error),
        };
        Err(Failure::of(error))
    }

    fn stored(&self) -> Option<String> {
        let profile = self.job.profiles.find(&self.job.profile.name).ok()??;
        // A `login --retry` changes no generation, but it clears a recorded refusal.
        let refusals = broker::refusals(&self.job.places, &profile);
        Some(format!("{} {refusals}", profile.generation))
    }

    fn shared(&self, wanted: &Wanted) -> Option<String> {
        let profile = self.job.profiles.find(&self.job.profile.name).ok()??;
        let other;
        let scopes = match wanted {
            Wanted::Own => &self.job.scopes,
            Wanted::Other(scope) => {
                other = Scopes::parse(&[scope]).ok()?;
                &other
            }
        };
        Some(broker::token_stamp(&self.job.places, &profile, scopes))
    }
}
