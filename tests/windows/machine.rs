//! The Windows program in a sandbox: starting it, writing paths for it, and when its tests do not
//! run.

use crate::support::{Run, Sandbox, needs};
use entra_emulator::{Config, Server};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Debian's Wine is not in PATH.
const WINE: &str = "/usr/lib/wine/wine64";

/// A sandbox whose program is the Windows one, with one profile.
pub(crate) struct Machine {
    pub(crate) sandbox: Sandbox,
    profile: &'static str,
}

impl Machine {
    /// Reports the reason and returns `None` if the program or Wine are missing. The profile's name
    /// is unique for each machine, as all share one Credential Manager.
    pub(crate) fn new(profile: &'static str) -> Option<Self> {
        Self::with(profile, |config| config)
    }

    pub(crate) fn with(
        profile: &'static str,
        change: impl FnOnce(Config) -> Config,
    ) -> Option<Self> {
        static WARM: OnceLock<()> = OnceLock::new();
        program()?;
        // Wine's services start with the first program and would keep its pipes open.
        WARM.get_or_init(|| {
            let mut first = start(&[]);
            first
                .args(["--version"])
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            assert!(
                first.status().unwrap().success(),
                "the Windows program does not start"
            );
        });
        Some(Self {
            sandbox: Sandbox::with(change),
            profile,
        })
    }

    pub(crate) fn emulator(&self) -> &Server {
        &self.sandbox.emulator
    }

    /// A file of the sandbox's directory, as Windows names it.
    pub(crate) fn path(&self, name: &str) -> String {
        windows_path(&self.sandbox.root().join(name))
    }

    /// Writes a file into the sandbox's directory, outside of its home.
    pub(crate) fn write(&self, name: &str, content: &str) {
        std::fs::write(self.sandbox.root().join(name), content).unwrap();
    }

    /// A run of the program.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        self.prepare(start(args))
    }

    /// A run of one of Windows' own programs.
    pub(crate) fn windows_command(&self, args: &[&str]) -> Command {
        self.prepare(system(args))
    }

    fn prepare(&self, mut command: Command) -> Command {
        let sandbox = &self.sandbox;
        for (name, dir) in [
            ("ROPC_CONFIG_DIR", sandbox.config_dir()),
            ("ROPC_CACHE_DIR", sandbox.cache_dir()),
            ("ROPC_STATE_DIR", sandbox.state_dir()),
        ] {
            command.env(name, windows_path(&dir));
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .current_dir(sandbox.root());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        self.sandbox
            .finish(&args.join(" "), self.command(args), &[])
    }

    /// `login` with the right secrets.
    pub(crate) fn login(&self, more: &[&str]) -> Run {
        self.login_with(more, &self.sandbox.secrets_json())
    }

    /// `login` with these secrets.
    pub(crate) fn login_with(&self, more: &[&str], input: &[u8]) -> Run {
        let args = self.login_args(&[&["--secrets-stdin"], more].concat());
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        self.sandbox.finish("login", self.command(&args), input)
    }

    /// `login` without secrets on standard input.
    pub(crate) fn login_without_pipe(&self, more: &[&str]) -> Run {
        let args = self.login_args(more);
        self.run(&args.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// The arguments of `login` into this machine's profile.
    pub(crate) fn login_args(&self, more: &[&str]) -> Vec<String> {
        let mut args = vec!["login".to_owned(), "-p".into(), self.profile.into()];
        args.extend(self.sandbox.facts());
        let ca = args.last_mut().unwrap();
        *ca = windows_path(Path::new(ca.as_str()));
        args.extend(more.iter().map(|&arg| arg.to_owned()));
        args
    }
}

impl Drop for Machine {
    /// Removes the items from the shared Credential Manager.
    fn drop(&mut self) {
        let mut logout = self.command(&["logout", "-p", self.profile, "--yes"]);
        let _ = logout.stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

/// The command of `child.rs`, as Windows names it; `None` if it was not built.
pub(crate) fn child() -> Option<String> {
    let child = std::env::var_os("ROPC_WINE_CHILD").map(PathBuf::from);
    assert!(
        child.is_some() || cfg!(windows),
        "ROPC_WINE_CHILD is not set"
    );
    child.map(|path| windows_path(&path))
}

/// The program under test.
fn program() -> Option<PathBuf> {
    if cfg!(windows) {
        return Some(env!("CARGO_BIN_EXE_ropc").into());
    }
    let Some(program) = std::env::var_os("ROPC_WINE_EXE") else {
        needs::lacks(
            "ROPC_WINE_EXE names no Windows program",
            ".ci/windows-tests builds it and runs this",
        );
        return None;
    };
    for needed in [Path::new(WINE), Path::new(&program)] {
        assert!(needed.is_file(), "{} is missing", needed.display());
    }
    assert!(
        std::env::var_os("WINEPREFIX").is_some(),
        "WINEPREFIX is not set: a person's own Wine is left alone"
    );
    Some(program.into())
}

fn start(args: &[&str]) -> Command {
    let program = program().unwrap();
    let mut command = if cfg!(windows) {
        Command::new(program)
    } else {
        wine(&windows_path(&program))
    };
    command.args(args);
    command
}

/// One of Windows' own programs with its arguments.
pub(crate) fn system(args: &[&str]) -> Command {
    let mut command = if cfg!(windows) {
        Command::new(args[0])
    } else {
        wine(args[0])
    };
    command.args(&args[1..]);
    command
}

/// A program with only the variables that Wine itself needs. All files of Wine stay in its
/// directory.
fn wine(program: &str) -> Command {
    let mut command = Command::new(WINE);
    let prefix = std::env::var_os("WINEPREFIX").unwrap_or_default();
    command
        .arg(program)
        .env_clear()
        .env("WINEPREFIX", &prefix)
        .env("HOME", prefix)
        .env("WINEDEBUG", "-all")
        .env("LC_ALL", "C.UTF-8");
    command.env("PATH", "/usr/bin:/bin").env("TERM", "xterm");
    command
}

/// A path as Windows names it: Wine's drive Z is the root directory.
pub(crate) fn windows_path(path: &Path) -> String {
    let path = path.to_str().unwrap();
    if cfg!(windows) {
        path.to_owned()
    } else {
        format!("Z:{}", path.replace('/', "\\"))
    }
}
