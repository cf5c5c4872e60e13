//! Runs a plan. On Unix the process becomes the child, so signals, terminal and exit status are the
//! OS's own; elsewhere, and with `--serve`, ropc supervises the child to its end and ends as the
//! child did.

use super::{ChildPlan, ExecError, Program};
use crate::environment::Environment;
use crate::os;
use crate::shell::Shell;
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::Command;

/// Runs the command. `Ok` is the child's exit code; on Unix a success never returns.
///
/// The caller has dropped every stored secret. The plan, which holds the token, is wiped if the
/// child could not be made.
pub fn run(plan: ChildPlan, shell: Shell) -> Result<i32, ExecError> {
    with_command(plan, shell, os::run_command)
}

/// Runs the command beside this process, passing signals on, and returns how it ended.
pub fn supervise(plan: ChildPlan, shell: Shell) -> Result<os::Ended, ExecError> {
    with_command(plan, shell, os::spawn)?
        .wait()
        .map_err(ExecError::NotWaitedFor)
}

/// The plan and its command, which both hold the token or the endpoint's key, are gone when this
/// returns.
fn with_command<T>(
    plan: ChildPlan,
    shell: Shell,
    start: impl FnOnce(&mut Command) -> io::Result<T>,
) -> Result<T, ExecError> {
    let Some((program, arguments)) = plan.command.split_first() else {
        return Err(ExecError::NoCommand);
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
    outcome.map_err(|e| not_started(shown, e, shell))
}

/// Fails early if there is no such program, by the rules by which it will be looked for.
pub fn check_command(command: &[OsString], env: &Environment) -> Result<(), ExecError> {
    let Some(program) = command.first() else {
        return Ok(());
    };
    if os::program_exists(program, env.get("PATH")) {
        return Ok(());
    }
    let shell = Shell::of(env, os::IS_WINDOWS);
    let name = program.to_string_lossy().into_owned();
    Err(not_started(name, io::ErrorKind::NotFound.into(), shell))
}

fn not_started(name: String, source: io::Error, shell: Shell) -> ExecError {
    let mut program = Program {
        interpreter: interpreter(&name),
        name,
        shell,
    };
    if source.kind() == io::ErrorKind::NotFound {
        let name = &program.name;
        let is_path = name.contains('/') || (os::IS_WINDOWS && name.contains('\\'));
        // Where there is no script of this name, no interpreter finds it.
        if !Path::new(name).exists() {
            program.interpreter = None;
        }
        return ExecError::NotFound { program, is_path };
    }
    if source.kind() == io::ErrorKind::ArgumentListTooLong {
        return ExecError::TooLong { program };
    }
    if os::is_no_program(&source) {
        return ExecError::NoProgram { program };
    }
    ExecError::NotStarted { program, source }
}

/// What runs a script, by the end of its name.
fn interpreter(name: &str) -> Option<&'static str> {
    let extension = Path::new(name).extension()?.to_str()?;
    Some(match extension.to_ascii_lowercase().as_str() {
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
    })
}
