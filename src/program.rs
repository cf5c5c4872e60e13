//! A program that ropc runs for its output: without a shell, without input, with a deadline, and
//! without ropc's own variables. The output goes into one buffer of fixed size that is wiped.
//! Interprets no output, and drops the program's messages, as they may hold a secret.

mod heard;

use crate::environment::Environment;
use crate::os;
use heard::Heard;
use std::ffi::{OsStr, OsString};
use std::io;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// The most time for a program, unless `--timeout` is shorter.
const DEADLINE: Duration = Duration::from_secs(20);
/// The time between two checks whether a program that has closed its output has ended.
const POLL: Duration = Duration::from_millis(5);

/// Why a program gave no output.
#[derive(Debug)]
pub enum ProgramFault {
    /// It cannot be started.
    NotStarted(io::Error),
    /// Its output cannot be read.
    NoOutput(io::Error),
    /// It ended with this status.
    Failed(ExitStatus),
    /// It did not end in this time.
    TimedOut(Duration),
}

impl ProgramFault {
    /// The error of the system behind it, where there is one.
    pub(crate) fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NotStarted(source) | Self::NoOutput(source) => Some(source),
            Self::Failed(_) | Self::TimedOut(_) => None,
        }
    }
}

/// A program, its arguments, and the variables that it does not get.
#[derive(Debug)]
pub(crate) struct Program {
    argv: Vec<String>,
    withheld: Vec<OsString>,
}

impl Program {
    /// `argv` is the program and its arguments. It gets `env` without ropc's own variables.
    pub(crate) fn new(argv: Vec<String>, env: &Environment) -> Self {
        let withheld = env
            .iter()
            .map(|(name, _)| name.to_owned())
            .filter(is_ours)
            .collect();
        Self { argv, withheld }
    }

    /// The program itself, as the profile names it.
    pub(crate) fn name(&self) -> &str {
        self.argv.first().map_or("", String::as_str)
    }

    /// Runs the program and gives what it printed. It has ended when this returns, whatever
    /// happens. A child that it left behind is ended with it where the time was over, and else left
    /// alone. `is_whole` recognises complete output: such a child may hold the pipe for ever.
    pub(crate) fn run(
        &self,
        limit: Duration,
        is_whole: fn(&[u8]) -> bool,
    ) -> Result<Zeroizing<Vec<u8>>, ProgramFault> {
        let limit = limit.min(DEADLINE);
        let end = Instant::now() + limit;
        let mut child = self.start().map_err(ProgramFault::NotStarted)?;
        let (output, status) = match child.stdout.take() {
            Some(stdout) => {
                let ended = || child.try_wait().ok().flatten();
                Heard::from(stdout).until(end, is_whole, ended)
            }
            None => (Some(Err(io::ErrorKind::BrokenPipe.into())), None),
        };
        let status = match (status, &output) {
            (None, Some(Ok(_))) => wait(&mut child, end),
            (status, _) => status,
        };
        if status.is_none() {
            os::end_group(&mut child);
            let _ = child.wait();
        }
        match (output, status) {
            (Some(Err(e)), _) => Err(ProgramFault::NoOutput(e)),
            (Some(Ok(output)), Some(status)) if status.success() => Ok(output),
            (_, Some(status)) => Err(ProgramFault::Failed(status)),
            (_, None) => Err(ProgramFault::TimedOut(limit)),
        }
    }

    fn start(&self) -> io::Result<Child> {
        match self.command(self.name().as_ref()).spawn() {
            // `az` and others are scripts on Windows, which a bare name finds only this way.
            Err(e) if e.kind() == io::ErrorKind::NotFound => os::script_named(self.name().as_ref())
                .map_or(Err(e), |script| self.command(script.as_ref()).spawn()),
            outcome => outcome,
        }
    }

    fn command(&self, program: &OsStr) -> Command {
        let mut command = Command::new(program);
        command.args(self.argv.iter().skip(1));
        for name in &self.withheld {
            command.env_remove(name);
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        os::own_group(&mut command);
        command
    }
}

/// A variable of ropc, which the program does not get.
fn is_ours(name: &OsString) -> bool {
    name.to_string_lossy()
        .to_ascii_uppercase()
        .starts_with("ROPC_")
}

/// The exit status, if the program ends in time.
fn wait(child: &mut Child, end: Instant) -> Option<ExitStatus> {
    loop {
        if let Some(status) = child.try_wait().ok()? {
            return Some(status);
        }
        if Instant::now() >= end {
            return None;
        }
        std::thread::sleep(POLL);
    }
}

#[cfg(test)]
mod tests;
