//! Windows: a command beside this process, as if it stood in its place.
//!
//! - **Job object.** This process joins a job that ends all its members when the last handle to it is closed, before the
//!   child exists: so child and grandchildren are members from their first instruction, and none outlives a killed parent.
//!   When the child has ended by itself the limit is lifted: what it left running on purpose may run on.
//! - **Ctrl-C and Ctrl-Break** go from the console to every process attached to it: the child has them already. Here they
//!   are swallowed, so that we end after the child, with its code. Closing the window ends us, and with us the job.
//! - **Exit codes** have 32 bits and are passed on whole; `0xC000013A` is what a child that Ctrl-C ended leaves.

use super::super::Ended;
use std::io;
use std::mem::{size_of, zeroed};
use std::process::{Child, Command, ExitCode};
use std::ptr::{null, null_mut};
use windows_sys::Win32::Foundation::{CloseHandle, HANDLE};
use windows_sys::Win32::System::Console::{CTRL_BREAK_EVENT, CTRL_C_EVENT, SetConsoleCtrlHandler};
use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobObjectExtendedLimitInformation, SetInformationJobObject,
};
use windows_sys::Win32::System::Threading::GetCurrentProcess;
use windows_sys::core::BOOL;

/// A running command.
#[derive(Debug)]
pub(crate) struct Supervised {
    child: Child,
    job: Option<Job>,
}

/// Starts the command. Where the system gives no job (a very old nesting limit), it runs without one.
pub(crate) fn spawn(command: &mut Command) -> io::Result<Supervised> {
    // SAFETY: the handler is a function of this program and lives as long as it. A handler is not inherited by the child,
    // unlike the ignore flag that a null handler would set.
    unsafe {
        SetConsoleCtrlHandler(Some(swallow), 1);
    }
    let job = Job::around_this_process().ok();
    match command.spawn() {
        Ok(child) => Ok(Supervised { child, job }),
        Err(error) => {
            if let Some(job) = job {
                job.release();
            }
            Err(error)
        }
    }
}

impl Supervised {
    /// Waits until the command has ended.
    pub(crate) fn wait(mut self) -> io::Result<Ended> {
        let status = self.child.wait()?;
        if let Some(job) = self.job.take() {
            job.release();
        }
        Ok(Ended::Code(status.code().unwrap_or(1)))
    }
}

/// Ends this process as the command ended.
pub(crate) fn end_as(ended: Ended) -> ExitCode {
    match ended {
        Ended::Code(code) | Ended::Signal(code) => super::exit_code(code),
    }
}

unsafe extern "system" fn swallow(event: u32) -> BOOL {
    BOOL::from(matches!(event, CTRL_C_EVENT | CTRL_BREAK_EVENT))
}

/// A job that this process is a member of. Its handle is not closed by drop: that would end this process.
#[derive(Debug)]
struct Job(HANDLE);

impl Job {
    fn around_this_process() -> io::Result<Self> {
        // SAFETY: a job without name and with default access; the handle is checked, and kept until the process ends.
        unsafe {
            let job = Self(CreateJobObjectW(null(), null()));
            if job.0 == null_mut() {
                return Err(io::Error::last_os_error());
            }
            let joined = job.limit(JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE).and_then(|()| {
                match AssignProcessToJobObject(job.0, GetCurrentProcess()) {
                    0 => Err(io::Error::last_os_error()),
                    _ => Ok(()),
                }
            });
            if joined.is_err() {
                CloseHandle(job.0);
            }
            joined.map(|()| job)
        }
    }

    /// From here on the members outlive the job's handle, which closes when this process ends.
    fn release(self) {
        // Without the limit lifted, what the child left running ends with us: a loss, but no danger.
        let _ = self.limit(0);
    }

    fn limit(&self, flags: u32) -> io::Result<()> {
        // SAFETY: the structure is a plain one that zeroes are valid for, and its size goes with it.
        let done = unsafe {
            let mut limits: JOBOBJECT_EXTENDED_LIMIT_INFORMATION = zeroed();
            limits.BasicLimitInformation.LimitFlags = flags;
            let size = u32::try_from(size_of::<JOBOBJECT_EXTENDED_LIMIT_INFORMATION>()).map_err(io::Error::other)?;
            SetInformationJobObject(self.0, JobObjectExtendedLimitInformation, (&raw const limits).cast(), size)
        };
        if done == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }
}
