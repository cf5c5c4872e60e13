//! Runs a plan. On Unix the process becomes the child, so signals, terminal and exit status are the
//! OS's own; elsewhere, and with `--serve`, the child is supervised to its end and its way to end
//! passed on.

use super::ChildPlan;
use crate::environment::Environment;
use crate::error::{Error, Kind, Result, io_reason};
use crate::os;
use crate::shell::Shell;
use crate::text::text;
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::Command;

/// Runs the command. `Ok` is the child's exit code; on Unix a success never returns.
///
/// The caller has dropped every stored secret. The plan, which holds the token, is wiped if the
/// child could not be made.
pub fn run(plan: ChildPlan, shell: Shell) -> Result<i32> {
    with_command(plan, shell, os::run_command)
}

/// Runs the command beside this process, passing signals on, and returns how it ended.
pub fn supervise(plan: ChildPlan, shell: Shell) -> Result<os::Ended> {
    with_command(plan, shell, os::spawn)?.wait().map_err(|e| {
        Error::new(
            Kind::Other,
            text!("exec-wait-failed", reason = io_reason(&e)),
        )
        .hint(text!("exec-wait-failed-look"))
    })
}

/// The plan and its command, which both hold the token or the endpoint's key, are gone when this
/// returns.
fn with_command<T>(
    plan: ChildPlan,
    shell: Shell,
    start: impl FnOnce(&mut Command) -> io::Result<T>,
) -> Result<T> {
    let Some((program, arguments)) = plan.command.split_first() else {
        return Err(Error::usage(text!("exec-no-command")).hint(text!("exec-no-command-where")));
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
    outcome.map_err(|e| explain(&shown, &e, shell))
}

/// Fails early if there is no such program, by the rules by which it will be looked for.
pub fn check_command(command: &[OsString], env: &Environment) -> Result<()> {
    let Some(program) = command.first() else {
        return Ok(());
    };
    if os::program_exists(program, env.get("PATH")) {
        return Ok(());
    }
    let shell = Shell::of(env, os::IS_WINDOWS);
    Err(explain(
        &program.to_string_lossy(),
        &io::ErrorKind::NotFound.into(),
        shell,
    ))
}

fn explain(program: &str, error: &io::Error, shell: Shell) -> Error {
    let line = script_line(program, shell);
    if error.kind() == io::ErrorKind::NotFound {
        let message = if program.contains('/') || (os::IS_WINDOWS && program.contains('\\')) {
            text!("exec-no-file", program = program)
        } else {
            text!("exec-not-in-path", program = program)
        };
        let next = match line {
            Some(line) if Path::new(program).exists() => text!("exec-script-line", line = line),
            _ => text!("exec-check-spelling"),
        };
        return Error::new(Kind::NotFound, message).hint(next);
    }
    if error.kind() == io::ErrorKind::ArgumentListTooLong {
        return Error::new(
            Kind::NotExecutable,
            text!("exec-too-long", program = program),
        )
        .hint(text!("exec-too-long-shorten"));
    }
    let reason = if os::is_no_program(error) {
        text!("exec-no-program")
    } else {
        io_reason(error)
    };
    let failed = Error::new(
        Kind::NotExecutable,
        text!("exec-cannot-run", program = program, reason = reason),
    );
    match line {
        Some(line) => failed.hint(text!("exec-script-line", line = line)),
        None if os::IS_WINDOWS || os::is_no_program(error) => {
            failed.hint(text!("exec-interpreter-first"))
        }
        None => failed.hint(text!("exec-check-rights", program = shell.word(program))),
    }
}

/// The line that runs a script of a known language, by the end of its name.
fn script_line(program: &str, shell: Shell) -> Option<String> {
    let extension = Path::new(program)
        .extension()?
        .to_str()?
        .to_ascii_lowercase();
    let interpreter = match extension.as_str() {
        "ps1" => "pwsh -File",
        "psm1" | "psd1" => "pwsh -Command Import-Module",
        "py" => "python3",
        "js" | "mjs" | "cjs" => "node",
        "rb" => "ruby",
        "pl" => "perl",
        "php" => "php",
        "sh" => "sh",
        "bash" => "bash",
        "csx" => "dotnet script",
        _ => return None,
    };
    Some(format!(
        "ropc exec -- {interpreter} {}",
        shell.word(program)
    ))
}
