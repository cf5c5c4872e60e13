//! Runs a program by the kernel's rules alone. The C library's `execvp`, which the standard library
//! calls, gives a file that the kernel cannot run to /bin/sh (POSIX requires it): a script of
//! PowerShell or Python would run as a shell script.

use std::ffi::{CString, OsStr, OsString, c_char};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// The search path without `PATH` (`confstr(_CS_PATH)` of glibc).
const DEFAULT_PATH: &str = "/bin:/usr/bin";

/// Makes the command run by `execve`. Call it last: it does not see later changes to the command.
pub(super) fn without_a_shell(command: &mut Command) -> io::Result<()> {
    let image = Image::of(command)?;
    // SAFETY: after fork only execve is called, which is async-signal-safe; everything that it
    // reads was made before.
    unsafe {
        command.pre_exec(move || Err(image.execute()));
    }
    Ok(())
}

/// All arguments of `execve`, made before fork: nothing may be allocated after it.
struct Image {
    candidates: Vec<CString>,
    arguments: Pointers,
    environment: Pointers,
}

/// C strings, and the list of their addresses with a null at its end.
struct Pointers {
    addresses: Vec<*const c_char>,
    _strings: Vec<CString>,
}

// SAFETY: the addresses lead to strings that are owned beside them and never change.
unsafe impl Send for Pointers {}
// SAFETY: as above.
unsafe impl Sync for Pointers {}

impl Pointers {
    fn to(strings: Vec<CString>) -> Self {
        let addresses = strings
            .iter()
            .map(|s| s.as_ptr())
            .chain([std::ptr::null()])
            .collect();
        Self {
            addresses,
            _strings: strings,
        }
    }
}

impl Image {
    fn of(command: &Command) -> io::Result<Self> {
        let program = command.get_program();
        let arguments = [program]
            .into_iter()
            .chain(command.get_args())
            .map(text)
            .collect::<io::Result<_>>()?;
        let variables = variables(command);
        let path = variables
            .iter()
            .find(|(name, _)| name == "PATH")
            .map(|(_, value)| value.as_os_str());
        let pair = |(name, value): &(OsString, OsString)| {
            CString::new([name.as_bytes(), b"=", value.as_bytes()].concat())
                .map_err(io::Error::from)
        };
        Ok(Self {
            candidates: candidates(program, path)
                .iter()
                .map(|path| text(path))
                .collect::<io::Result<_>>()?,
            arguments: Pointers::to(arguments),
            environment: Pointers::to(variables.iter().map(pair).collect::<io::Result<_>>()?),
        })
    }

    /// Returns only if no candidate could be run, with the reason that `execvp` would give.
    fn execute(&self) -> io::Error {
        let mut reason = io::Error::from_raw_os_error(libc::ENOENT);
        for path in &self.candidates {
            // SAFETY: C strings and null-terminated lists of them, all owned by `self`.
            unsafe {
                libc::execve(
                    path.as_ptr(),
                    self.arguments.addresses.as_ptr(),
                    self.environment.addresses.as_ptr(),
                )
            };
            let failed = io::Error::last_os_error();
            match failed.raw_os_error() {
                Some(
                    libc::ENOENT | libc::ENOTDIR | libc::ESTALE | libc::ENODEV | libc::ETIMEDOUT,
                ) => {}
                // A later candidate may work.
                Some(libc::EACCES) => reason = failed,
                _ => return failed,
            }
        }
        reason
    }
}

fn text(text: &OsStr) -> io::Result<CString> {
    Ok(CString::new(text.as_bytes())?)
}

/// The environment of the command: ours with its changes.
fn variables(command: &Command) -> Vec<(OsString, OsString)> {
    let mut variables: Vec<(OsString, OsString)> = std::env::vars_os().collect();
    for (name, value) in command.get_envs() {
        variables.retain(|(own, _)| own != name);
        variables.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    }
    variables
}

/// The paths to try: a name with a slash is a path; for another one each directory of `PATH`, where
/// an empty entry means the working directory.
fn candidates(program: &OsStr, path: Option<&OsStr>) -> Vec<OsString> {
    if program.as_bytes().contains(&b'/') || program.is_empty() {
        return vec![program.to_owned()];
    }
    let directories = std::env::split_paths(path.unwrap_or(OsStr::new(DEFAULT_PATH)));
    directories
        .map(|directory| directory.join(program).into_os_string())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn names_are_searched_in_path_and_paths_are_not() {
        let found = |program: &str, path: Option<&str>| {
            candidates(OsStr::new(program), path.map(OsStr::new))
        };
        assert_eq!(found("./a", Some("/x")), ["./a"]);
        assert_eq!(found("a", Some("/x::/y")), ["/x/a", "a", "/y/a"]);
        assert_eq!(found("a", None), ["/bin/a", "/usr/bin/a"]);
    }

    #[test]
    fn a_file_that_the_kernel_cannot_run_does_not_run_as_a_shell_script() {
        let dir = tempfile::tempdir().unwrap();
        let script = dir.path().join("job");
        let mut file = std::fs::File::create(&script).unwrap();
        io::Write::write_all(&mut file, b"exit 7\n").unwrap();
        file.set_permissions(std::fs::Permissions::from_mode(0o755))
            .unwrap();
        drop(file);
        let mut control = Command::new(&script);
        // SAFETY: it does nothing. With it the standard library calls `execvp`, and not
        // `posix_spawn`, which knows no shell.
        unsafe { control.pre_exec(|| Ok(())) };
        assert_eq!(
            control.status().unwrap().code(),
            Some(7),
            "control: the C library runs a shell"
        );
        let mut command = Command::new(&script);
        without_a_shell(&mut command).unwrap();
        assert_eq!(
            command.status().unwrap_err().raw_os_error(),
            Some(libc::ENOEXEC)
        );
        let mut command = Command::new("sh");
        command.args(["-c", "exit $CODE"]).env("CODE", "3");
        without_a_shell(&mut command).unwrap();
        assert_eq!(command.status().unwrap().code(), Some(3));
    }
}
