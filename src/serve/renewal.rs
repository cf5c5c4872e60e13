//! The real source of tokens: each renewal is a short-lived run of this program (`ropc renew`), which opens the vault,
//! signs in where it must, hands the token back over a pipe and ends. So the long-lived parent never holds a password.
//!
//! The run has a process group of its own: a Ctrl-C that is meant for the job must not end a sign-in half-way.

use super::keeper::{Failure, Source};
use super::{Wanted, pipe};
use crate::broker::{Mode, Token};
use crate::error::{Error, Kind, io_reason};
use crate::os;
use crate::profile::{Profile, ProfileStore, Scopes};
use std::io;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use zeroize::Zeroizing;

/// A renewal ends by its own deadline; one that does not (a stopped process, a keychain that hangs) is ended after this.
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
    started: AtomicBool,
}

impl Renewal {
    /// For this profile and these scopes. `mode` is the job's: `--refresh` means its first token only.
    pub fn new(
        profile: Profile,
        scopes: Scopes,
        mode: Mode,
        min_ttl: Option<u64>,
        timeout: Duration,
        verbose: bool,
        profiles: ProfileStore,
    ) -> Self {
        let later = if mode == Mode::NoCache { Mode::NoCache } else { Mode::Cached };
        Self {
            profile,
            scopes,
            first: mode,
            later,
            min_ttl,
            timeout,
            verbose,
            profiles,
            started: AtomicBool::new(false),
        }
    }

    fn request(&self, wanted: &Wanted) -> pipe::Request {
        let scopes = match wanted {
            Wanted::Own => self.scopes.iter().map(str::to_owned).collect(),
            Wanted::Other(scope) => vec![scope.clone()],
        };
        let mode = if self.started.swap(true, Ordering::SeqCst) { self.later } else { self.first };
        pipe::Request::new(&self.profile, scopes, mode, self.min_ttl)
    }

    fn command(&self) -> io::Result<Command> {
        let mut command = os::this_program()?;
        // Whole seconds, and never none.
        let timeout = self.timeout.as_secs().max(1).to_string();
        command.args(["renew", "--no-input", "--timeout", &timeout]);
        if self.verbose {
            command.arg("--verbose");
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        os::detach_from_terminal(&mut command);
        Ok(command)
    }

    async fn run(&self, request: &[u8]) -> io::Result<(ExitStatus, Zeroizing<Vec<u8>>)> {
        let mut child = tokio::process::Command::from(self.command()?).spawn()?;
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

impl Source for Renewal {
    async fn renew(&self, wanted: &Wanted) -> Result<Token, Failure> {
        let request = self.request(wanted).encode();
        match self.run(&request).await {
            Ok((status, reply)) => pipe::decode(&reply).unwrap_or_else(|| {
                Err(Failure::of(
                    Error::new(Kind::Network, format!("the renewal ended without an answer ({})", describe(status)))
                        .hint("its own messages, if any, stand above; `ropc token` shows whether it works by hand"),
                ))
            }),
            Err(error) => Err(Failure::of(
                Error::new(Kind::Network, format!("the renewal could not be run: {}", io_reason(&error)))
                    .hint("look for a limit of processes or memory on this machine; `ropc token` tries by hand"),
            )),
        }
    }

    fn stored(&self) -> Option<String> {
        let profile = self.profiles.find(&self.profile.name).ok()??;
        Some(profile.generation.to_string())
    }
}

fn describe(status: ExitStatus) -> String {
    status.code().map_or_else(|| "ended by a signal".to_owned(), |code| format!("exit code {code}"))
}
