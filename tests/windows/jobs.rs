//! The promises of `exec` to a command and to its parent: exit codes, scripts, arguments, and that
//! it ends with `ropc`.

use crate::machine::{Machine, child, windows_path};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn ready(profile: &'static str) -> Option<Machine> {
    let machine = Machine::new(profile)?;
    machine.login(&[]).expect(0);
    Some(machine)
}

#[test]
fn the_exit_code_is_the_commands_all_32_bits_of_it() {
    let Some(machine) = ready("codes") else {
        return;
    };
    // A parent on Windows sees what a parent on Unix cannot: more than 8 bits.
    let program = if cfg!(windows) {
        env!("CARGO_BIN_EXE_ropc").to_owned()
    } else {
        windows_path(Path::new(&std::env::var_os("ROPC_WINE_EXE").unwrap()))
    };
    machine.write(
        "parent.bat",
        &format!("@echo off\r\n\"{program}\" exec -p codes -- cmd /c exit %1\r\necho code=%ERRORLEVEL%\r\n"),
    );
    let script = machine.path("parent.bat");
    for code in ["0", "1", "42", "125", "300", "70000", "-1073741510"] {
        let parent = machine.windows_command(&["cmd", "/c", &script, code]);
        let run = machine.sandbox.finish("parent.bat", parent, &[]);
        assert_eq!(run.stdout.trim(), format!("code={code}"), "{}", run.stderr);
    }
}

#[test]
fn a_command_that_cannot_be_run_is_126_and_a_missing_one_127() {
    let Some(machine) = ready("absent") else {
        return;
    };
    let exec = |program: &str| machine.run(&["exec", "-p", "absent", "--", program]);
    exec("no-such-program-anywhere")
        .expect(127)
        .says(&["was not found", "in no directory of PATH"]);
    exec(r"C:\no\such\program")
        .expect(127)
        .says(&["there is no such file"]);
    machine.write("notes.txt", "not a program\n");
    machine.write("job.ps1", "exit 0\n");
    for (file, hint) in [
        ("notes.txt", "a script needs its interpreter first"),
        ("job.ps1", "pwsh -File "),
    ] {
        exec(&machine.path(file))
            .expect(126)
            .says(&["cannot be run", hint]);
    }
}

#[test]
fn scripts_run_by_their_bare_name() {
    let Some(machine) = ready("scripts") else {
        return;
    };
    std::fs::create_dir(machine.sandbox.root().join("tools")).unwrap();
    machine.write(
        "tools/job-of-test.cmd",
        "@echo off\r\nif \"%GRAPH_ACCESS_TOKEN%\"==\"\" exit 9\r\necho \"%~1\" \"%~2\"\r\nexit 7\r\n",
    );
    let tools = machine.path("tools");
    // Wine puts WINEPATH before the PATH of its registry.
    let path = std::env::var("PATH").unwrap_or_default();
    let job = |program: &str| {
        let mut command = machine.command(&["exec", "-p", "scripts", "--", program, "a b", "c&d"]);
        if cfg!(windows) {
            command.env("PATH", format!("{tools};{path}"))
        } else {
            command.env("WINEPATH", &tools)
        };
        machine.sandbox.finish(program, command, &[])
    };
    for program in [
        "job-of-test",
        "job-of-test.cmd",
        &format!(r"{tools}\job-of-test"),
    ] {
        let run = job(program).expect(7);
        assert_eq!(run.stdout.trim(), r#""a b" "c&d""#, "{program}");
    }
    // ropc does not search the current directory: anybody may have put a file there.
    machine.write("here-of-test.cmd", "@exit 7\r\n");
    job("here-of-test").expect(127);
}

#[test]
fn arguments_arrive_unchanged() {
    let Some(machine) = ready("arguments") else {
        return;
    };
    let Some(child) = child() else { return };
    let given = [
        "",
        "a b",
        r#"say "hi""#,
        r"C:\dir\",
        r"trailing \\",
        "%PATH%",
        "^caret & | <>",
        "日本 🔑",
        "--refresh",
    ];
    let args = [
        &["exec", "-p", "arguments", "--", child.as_str(), "arguments"][..],
        &given,
    ]
    .concat();
    let run = machine.run(&args).expect(0);
    assert_eq!(run.stdout.lines().collect::<Vec<_>>(), given);
}

/// A file that grows while the command of `child.rs` lives.
struct Pulse<'a> {
    machine: &'a Machine,
    file: PathBuf,
}

impl<'a> Pulse<'a> {
    fn new(machine: &'a Machine) -> Self {
        Self {
            machine,
            file: machine.sandbox.root().join("pulse"),
        }
    }

    fn beats(&self) -> u64 {
        std::fs::metadata(&self.file).map_or(0, |m| m.len())
    }

    #[track_caller]
    fn wait_for_more(&self) {
        let (before, end) = (self.beats(), Instant::now() + Duration::from_secs(60));
        while self.beats() == before {
            assert!(Instant::now() < end, "no beat");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits for a second without a beat; a living command makes ten.
    #[track_caller]
    fn wait_for_the_end(&self) {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            let before = self.beats();
            std::thread::sleep(Duration::from_secs(1));
            if self.beats() == before {
                return;
            }
            assert!(Instant::now() < end, "it still lives");
        }
    }
}

impl Drop for Pulse<'_> {
    /// The command ends when this file is there.
    fn drop(&mut self) {
        self.machine.write("pulse.stop", "");
    }
}

#[test]
fn a_killed_ropc_takes_the_command_and_its_children_with_it() {
    let Some(machine) = ready("killed") else {
        return;
    };
    let Some(child) = child() else { return };
    let pulse = Pulse::new(&machine);
    let file = machine.path("pulse");
    // `behind` starts the living one and waits for it: a grandchild of ropc.
    let mut ropc = machine
        .command(&[
            "exec", "-p", "killed", "--", &child, "behind", &file, "wait",
        ])
        .spawn()
        .unwrap();
    pulse.wait_for_more();
    ropc.kill().unwrap();
    ropc.wait().unwrap();
    pulse.wait_for_the_end();
}

#[test]
fn a_process_that_a_command_leaves_running_stays() {
    let Some(machine) = ready("behind") else {
        return;
    };
    let Some(child) = child() else { return };
    let pulse = Pulse::new(&machine);
    // Also the control of the test above: the pulse of a living process goes on after the end of
    // ropc.
    let mut command = machine.command(&[
        "exec",
        "-p",
        "behind",
        "--",
        &child,
        "behind",
        &machine.path("pulse"),
        "leave",
    ]);
    let status = command
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(0));
    pulse.wait_for_more();
    pulse.wait_for_more();
}
