//! A real `PowerShell`, and clients for .NET and Python, with the real binary: behaviour that no
//! other shell or client has.
//!
//! `ROPC_TEST_PWSH` names the program, `ROPC_TEST_DOTNET` the directory of the client's DLLs.
//! Without them the tests are named as not run.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "helpers of one test binary; a panic is a failed test"
)]

#[path = "../support/mod.rs"]
mod support;

mod blocks;
mod completion;
mod documents;
mod identity;
mod secrets;
mod setup;
mod shell;
mod terminal;

use std::path::{Path, PathBuf};
use support::{ROPC, Run, Sandbox, needs};

/// The program, if there is one.
fn pwsh() -> Option<PathBuf> {
    needs::named("ROPC_TEST_PWSH", "a PowerShell 7 (`pwsh`)")
}

/// An environment in which PowerShell finds `ropc` and `pwsh` by their names.
fn environment(mut sandbox: Sandbox, pwsh: &Path) -> Sandbox {
    let directories =
        [Path::new(ROPC), pwsh].map(|program| program.parent().unwrap().display().to_string());
    sandbox.set_env(
        "PATH",
        &format!("{}:/usr/local/bin:/usr/bin:/bin", directories.join(":")),
    );
    for (name, value) in [
        ("POWERSHELL_TELEMETRY_OPTOUT", "1"),
        ("POWERSHELL_UPDATECHECK", "Off"),
        ("NO_COLOR", "1"),
    ] {
        sandbox.set_env(name, value);
    }
    sandbox
}

/// The same with a profile that is logged in.
fn sandbox(sandbox: Sandbox, pwsh: &Path) -> Sandbox {
    let sandbox = environment(sandbox, pwsh);
    sandbox.login(&[]).expect(0);
    sandbox
}

/// Runs PowerShell code outside `ropc`.
fn in_powershell(sandbox: &Sandbox, pwsh: &Path, script: &str) -> Run {
    let mut command = sandbox.program(pwsh);
    command.args(["-NoProfile", "-NonInteractive", "-Command", script]);
    sandbox.finish("pwsh", command, b"")
}
