//! Windows: a command that runs beside this process as if it had replaced it. Knows no tokens or
//! profiles.
//!
//! - **It never outlives us by accident.** We join a job object that ends everything in it when its
//!   last handle closes, and only we hold one. So killing `ropc` (Task Scheduler's "stop the task",
//!   Task Manager) kills the job, too, and no process runs on with a token unsupervised. We join
//!   before the command exists, so everything that it starts is in the job. A process that a
//!   command left running when it *ended* stays, as it would without us.
//! - **Ctrl-C and Ctrl-Break** go from the console to every process in it: the command has them
//!   already. We only survive them, to return its exit code.
//! - **Its exit code is ours**, all 32 bits of it.
//! - **Scripts by name.** `az`, `m365` and `npm` are `.cmd` files, which `cmd` finds by their bare
//!   name, so we search in the same way. The standard library quotes the arguments, or refuses
//!   those that no quoting makes safe.

use crate::os::values::Ended;
use std::ffi::{OsStr, OsString};
use std::io;
use std::mem::{ManuallyDrop, size_of};
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use windows_sys::Win32::System::Console::{CTRL_BREAK_EVENT, CTRL_C_EVENT, SetConsoleCtrlHandler};
use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_BREAKAWAY_OK,
    JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE, JOBOBJECT_EXTENDED_LIMIT_INFORMATION,
    JobObjectExtendedLimitInformation, SetInformationJobObject,
};
use windows_sys::Win32::System::Threading::GetCurrentProcess;
use windows_sys::core::BOOL;

/// A running command.
#[derive(Debug)]
pub(crate) struct Supervised {
    child: Child,
    _job: Option<Job>,
}

/// Starts the command. Catches keys before the command exists, so none ends us alone.
pub(crate) fn spawn(command: &mut Command) -> io::Result<Supervised> {
    survive_console_keys()?;
    // Without a job (an old system may allow none inside another) the command still runs, but may
    // outlive us.
    let job = Job::around_us().ok();
    super::harden::give_error_mode_back();
    let child = match command.spawn() {
        Err(e) if e.kind() == io::ErrorKind::NotFound => as_script(command).ok_or(e)?.spawn()?,
        outcome => outcome?,
    };
    Ok(Supervised { child, _job: job })
}

impl Supervised {
    /// Waits for the end of the command.
    pub(crate) fn wait(mut self) -> io::Result<Ended> {
        Ok(Ended::Code(self.child.wait()?.code().unwrap_or(1)))
    }
}

/// Runs the command to its end and returns its exit code, all 32 bits of it.
pub(crate) fn run_command(command: &mut Command) -> io::Result<i32> {
    spawn(command)?.wait().map(code)
}

/// Ends this process with the child's exit code, all 32 bits of it: the standard library's
/// `ExitCode` takes 8.
#[expect(
    clippy::exit,
    clippy::disallowed_methods,
    reason = "nothing secret is left: the child has ended and the plan is wiped"
)]
pub(crate) fn exit_code(code: i32) -> std::process::ExitCode {
    std::process::exit(code)
}

/// Ends this process as the command ended.
pub(crate) fn end_as(ended: Ended) -> ExitCode {
    exit_code(code(ended))
}

fn code(ended: Ended) -> i32 {
    // No process ends by a signal here.
    match ended {
        Ended::Code(code) | Ended::Signal(code) => code,
    }
}

/// The job that holds us and everything that we start.
#[derive(Debug)]
struct Job(ManuallyDrop<OwnedHandle>);

impl Job {
    fn around_us() -> io::Result<Self> {
        // SAFETY: no security attributes and no name; the handle is checked before it gets an
        // owner, its only one. It is not inheritable, so the command cannot keep the job open.
        let job = unsafe {
            let handle = CreateJobObjectW(std::ptr::null(), std::ptr::null());
            if handle.is_null() {
                return Err(io::Error::last_os_error());
            }
            OwnedHandle::from_raw_handle(handle)
        };
        // A program may start a process outside its job, as it could without us.
        limit(
            &job,
            JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_BREAKAWAY_OK,
        )?;
        let job = Self(ManuallyDrop::new(job));
        // SAFETY: both handles are valid; the pseudo handle of this process needs no closing.
        if unsafe { AssignProcessToJobObject(job.0.as_raw_handle(), GetCurrentProcess()) } == 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(job)
    }
}

impl Drop for Job {
    /// A normal end kills neither us nor the processes that the command left running.
    fn drop(&mut self) {
        if limit(&self.0, JOB_OBJECT_LIMIT_BREAKAWAY_OK).is_ok() {
            // SAFETY: dropped here and nowhere else. If the limit is still set, the handle must
            // stay open: closing it would end us, with another exit code than the command's.
            unsafe { ManuallyDrop::drop(&mut self.0) };
        }
    }
}

fn limit(job: &OwnedHandle, flags: u32) -> io::Result<()> {
    let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
    limits.BasicLimitInformation.LimitFlags = flags;
    let size = u32::try_from(size_of::<JOBOBJECT_EXTENDED_LIMIT_INFORMATION>()).unwrap_or(0);
    // SAFETY: the handle is valid, and the struct is the one of this class, with its size.
    let done = unsafe {
        SetInformationJobObject(
            job.as_raw_handle(),
            JobObjectExtendedLimitInformation,
            (&raw const limits).cast(),
            size,
        )
    };
    if done == 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

fn survive_console_keys() -> io::Result<()> {
    // SAFETY: the handler is a function of this program and lives as long as it.
    if unsafe { SetConsoleCtrlHandler(Some(on_console_event), 1) } == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// Runs on a thread that the system makes for it.
unsafe extern "system" fn on_console_event(event: u32) -> BOOL {
    if event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT {
        return 1;
    }
    // The window closes, or the user logs off: returning would end us now, and with us the job,
    // while the command still cleans up. The system gives the command some time and then ends both.
    loop {
        std::thread::park();
    }
}

/// The same command with the path of the script that its name means.
fn as_script(command: &Command) -> Option<Command> {
    let mut found = Command::new(script_named(command.get_program())?);
    found.args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => found.env(name, value),
            None => found.env_remove(name),
        };
    }
    Some(found)
}

/// The script that a bare name means, as `cmd` finds it: the first of `NAME.com`, `NAME.bat`,
/// `NAME.cmd` that exists, beside the given path or in a directory of `PATH`, in the order of
/// `PATHEXT`. Never in the current directory.
pub(crate) fn script_named(program: &OsStr) -> Option<PathBuf> {
    let program = Path::new(program);
    let extensions = script_extensions(variable("PATHEXT"));
    if program.components().count() > 1 {
        return first_script(program, &extensions);
    }
    std::env::split_paths(&variable("PATH")?)
        .filter(|dir| dir.is_absolute())
        .find_map(|dir| first_script(&dir.join(program), &extensions))
}

#[expect(
    clippy::disallowed_methods,
    reason = "decides how the system finds programs, and is no setting of ropc"
)]
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

fn first_script(base: &Path, extensions: &[String]) -> Option<PathBuf> {
    extensions.iter().find_map(|extension| {
        let mut path = base.as_os_str().to_owned();
        path.push(extension);
        Some(PathBuf::from(path)).filter(|path| path.is_file())
    })
}

/// The extensions of `PATHEXT` that Windows can start, except `.exe`, which the system has searched
/// already.
fn script_extensions(pathext: Option<OsString>) -> Vec<String> {
    let listed = pathext
        .and_then(|text| text.into_string().ok())
        .unwrap_or_else(|| ".COM;.EXE;.BAT;.CMD".into());
    let listed = listed
        .split(';')
        .map(|extension| extension.trim().to_ascii_lowercase());
    listed
        .filter(|extension| matches!(extension.as_str(), ".com" | ".bat" | ".cmd"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_extensions_of_programs_are_tried() {
        assert_eq!(
            script_extensions(Some(".COM;.EXE;.VBS; .CMD;.PS1".into())),
            [".com", ".cmd"]
        );
        assert_eq!(script_extensions(None), [".com", ".bat", ".cmd"]);
    }

    #[test]
    fn a_bare_path_finds_its_script() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::File::create(dir.path().join("job.v2.cmd")).unwrap();
        let mut command = Command::new(dir.path().join("job.v2"));
        command.arg("a b").env("SET", "1").env_remove("GONE");
        let found = as_script(&command).unwrap();
        assert_eq!(
            Path::new(found.get_program()),
            dir.path().join("job.v2.cmd")
        );
        assert_eq!(found.get_args().collect::<Vec<_>>(), ["a b"]);
        assert_eq!(found.get_envs().count(), 2);
        assert!(as_script(&Command::new(dir.path().join("other"))).is_none());
    }

    #[test]
    fn exit_codes_have_32_bits() {
        for code in [0, 1, 300, 70_000] {
            let mut command = Command::new("cmd");
            command.args(["/c", &format!("exit {code}")]);
            assert_eq!(run_command(&mut command).unwrap(), code);
        }
    }
}
