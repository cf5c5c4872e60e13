//! A run of `ropc` that does not move: stopped at a named point, or waiting for an answer.

use crate::support::Sandbox;
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A process to examine; dropping this kills it.
pub struct Still {
    child: Child,
}

impl Still {
    /// Starts the command so that it stops at this point, and waits until it has.
    pub fn at(mut command: Command, point: &str, input: &[u8]) -> Self {
        command.env("ROPC_TEST_STOP_AT", point);
        let this = Self::started(command, input);
        this.wait_for_stop(point);
        this
    }

    /// Starts the command.
    pub fn started(mut command: Command, input: &[u8]) -> Self {
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        Self { child }
    }

    pub fn wait_for_stop(&self, point: &str) {
        wait_for(
            || state(self.pid()) == Some('T'),
            &format!("{point} was never reached"),
        );
    }

    /// Lets it go on, to its end.
    pub fn finish(mut self) {
        let pid = self.pid().to_string();
        let go_on = Command::new("kill").args(["-CONT", &pid]).status();
        assert!(go_on.unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Still {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The state of a process as `/proc/PID/stat` has it; `T` is stopped.
pub fn state(pid: u32) -> Option<char> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.trim().chars().next()
}

pub fn wait_for(mut done: impl FnMut() -> bool, why: &str) {
    let limit = Instant::now() + Duration::from_secs(60);
    while !done() {
        assert!(Instant::now() < limit, "{why}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// `ropc token --no-cache` and more of the same kind.
pub fn token(sandbox: &Sandbox, more: &[&str]) -> Command {
    sandbox.command(["token", "--no-cache"].iter().chain(more))
}
