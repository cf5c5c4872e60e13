//! Runs a plan. On Unix the process becomes the child, so signals, terminal and exit status are the OS's own; elsewhere
//! the child is run to its end and its code passed on.

use super::ChildPlan;
use crate::error::{Error, Kind, Result, io_reason};
use crate::os;
use std::io;
use std::process::Command;

/// Runs the command. `Ok` is the child's exit code; on Unix a success never returns.
///
/// The caller has dropped every stored secret. The plan, which holds the token, is wiped if the child could not be made.
pub fn run(plan: ChildPlan) -> Result<i32> {
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
    let outcome = os::run_command(&mut command);
    drop(command);
    drop(plan);
    outcome.map_err(|e| explain(&shown, &e))
}

fn explain(program: &str, error: &io::Error) -> Error {
    if error.kind() == io::ErrorKind::NotFound {
        let place = if program.contains('/') || (os::IS_WINDOWS && program.contains('\\')) {
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
    let failed = Error::new(Kind::NotExecutable, format!("`{program}` cannot be run: {}", io_reason(error)));
    if os::IS_WINDOWS {
        return failed.hint("a script needs its interpreter first, as in `ropc exec -- pwsh script.ps1`");
    }
    failed.hint(format!("check that it is a program with the right to execute: `ls -l {program}`"))
}
