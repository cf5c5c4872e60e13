//! Runs a plan. On Unix the process becomes the child, so the OS itself handles signals, terminal
//! and exit status; elsewhere, and with `--serve`, ropc supervises the child and ends as the child
//! did.

use super::{ChildPlan, ExecError, FailedProgram};
use crate::environment::Environment;
use crate::os;
use crate::shell::Shell;
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::Command;

/// Runs the command. `Ok` is the child's exit code; on Unix a success never returns. The caller has
/// dropped every stored secret. If the child cannot be started, the plan, which holds the token, is
/// wiped, and the error says why: `NotFound`, for instance.
pub fn run(plan: ChildPlan, shell: Shell) -> Result<i32, ExecError> {
    with_command(plan, shell, os::run_command)
}

/// Runs the command beside this process, passing signals on, and returns how it ended. Fails as
/// [`run`] does, and with `NotWaitedFor` if ropc cannot wait for its end.
pub fn supervise(plan: ChildPlan, shell: Shell) -> Result<os::Ended, ExecError> {
    with_command(plan, shell, os::spawn)?
        .wait()
        .map_err(ExecError::NotWaitedFor)
}

/// Calls `start` with the plan's command. Plan and command hold the token or the endpoint's key,
/// and are dropped before this returns.
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
    let mut files = Vec::new();
    for (name, content) in &plan.files {
        let file =
            os::MemoryFile::holding(content.as_encoded_bytes()).map_err(ExecError::NoMemoryFile)?;
        command.env(name, file.path());
        files.push(file);
    }
    let outcome = start(&mut command);
    drop(command);
    drop(files);
    drop(plan);
    outcome.map_err(|e| not_started(shown, e, shell))
}

/// Fails early if this system has no files in memory.
pub fn check_memory_files() -> Result<(), ExecError> {
    os::MemoryFile::holding(b"")
        .map(drop)
        .map_err(ExecError::NoMemoryFile)
}

/// Fails early if there is no such program, by the search rules of the later start.
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
    let mut program = FailedProgram {
        interpreter: interpreter(&name),
        name,
        shell,
    };
    if source.kind() == io::ErrorKind::NotFound {
        let name = &program.name;
        let is_path = name.contains('/') || (os::IS_WINDOWS && name.contains('\\'));
        // An interpreter cannot find a script that does not exist.
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

/// The interpreter of a script, by its file extension.
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
