//! Runs a plan. On Unix the process becomes the child, so signals, terminal and exit status are the OS's own; elsewhere,
//! and with `--serve`, the child is supervised to its end and its way to end passed on.

use super::ChildPlan;
use crate::error::{Error, Kind, Result, io_reason};
use crate::os;
use crate::world::Environment;
use std::ffi::OsString;
use std::io;
use std::process::Command;

/// Runs the command. `Ok` is the child's exit code; on Unix a success never returns.
///
/// The caller has dropped every stored secret. The plan, which holds the token, is wiped if the child could not be made.
pub fn run(plan: ChildPlan) -> Result<i32> {
    with_command(plan, os::run_command)
}

/// Runs the command beside this process, passing signals on, and returns how it ended.
pub fn supervise(plan: ChildPlan) -> Result<os::Ended> {
    with_command(plan, os::spawn)?.wait().map_err(|e| {
        Error::new(Kind::Other, format!("the command cannot be waited for: {}", io_reason(&e)))
            .hint("it may still run: look for it before starting it again")
    })
}

/// The plan and its command, which both hold the token or the endpoint's key, are gone when this returns.
fn with_command<T>(plan: ChildPlan, start: impl FnOnce(&mut Command) -> io::Result<T>) -> Result<T> {
    let Some((program, arguments)) = plan.command.split_first() else {
        return Err(
            Error::usage("no command was given").hint("put it after `--`, as in `ropc exec -- pwsh script.ps1`")
        );
    };
    let shown = program.to_string_lossy().into_owned();
    let mut command = Command::new(program);
    command.args(arguments);
    for name in &plan.remove {
        command.env_remove(name);
    }
    for (name, value) in &plan.set {
        command.env(name, value);
    }
    let outcome = start(&mut command);
    drop(command);
    drop(plan);
    outcome.map_err(|e| explain(&shown, &e))
}

/// Fails early if there is no such program, by the rules by which it will be looked for.
pub fn check_command(command: &[OsString], env: &Environment) -> Result<()> {
    let Some(program) = command.first() else { return Ok(()) };
    if os::program_exists(program, env.get("PATH")) {
        return Ok(());
    }
    Err(explain(&program.to_string_lossy(), &io::ErrorKind::NotFound.into()))
}

fn explain(program: &str, error: &io::Error) -> Error {
    if error.kind() == io::ErrorKind::NotFound {
        let place = if program.contains('/') {
            "there is no such file, or the interpreter that it names is missing"
        } else {
            "it is in no directory of PATH"
        };
        return Error::new(Kind::NotFound, format!("`{program}` was not found: {place}"))
            .hint("check the spelling; a script needs its interpreter first, as in `ropc exec -- pwsh script.ps1`");
    }
    if error.kind() == io::ErrorKind::ArgumentListTooLong {
        return Error::new(
            Kind::NotExecutable,
            format!("`{program}` cannot be run: arguments and environment are too long together"),
        )
        .hint("shorten the arguments, or let the job call `ropc token` and read the token from the pipe");
    }
    Error::new(Kind::NotExecutable, format!("`{program}` cannot be run: {}", io_reason(error)))
        .hint(format!("check that it is a program with the right to execute: `ls -l {program}`"))
}
