//! The promises of `ropc exec` to a child and to its parent: codes, signals, terminal, streams,
//! arguments, environment.

mod environment;
mod tokens;

use crate::support::pty::Terminal;
use crate::support::{ROPC, Run, Sandbox};
use entra_emulator::CONTOSO_USER;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

pub(crate) fn ready() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    sandbox
}

/// `ropc exec -- sh -c SCRIPT`.
pub(crate) fn sh(sandbox: &Sandbox, script: &str) -> Run {
    sandbox.run(&["exec", "--", "sh", "-c", script])
}

#[test]
fn the_childs_exit_code_is_passed_on() {
    let sandbox = ready();
    for code in [0, 1, 3, 4, 42, 125, 255] {
        let run = sh(&sandbox, &format!("exit {code}")).expect(code);
        assert_eq!(
            (run.stdout.as_str(), run.stderr.as_str()),
            ("", ""),
            "ropc itself says nothing"
        );
    }
}

#[test]
fn if_a_signal_ends_the_child_the_same_signal_ends_ropc() {
    let sandbox = ready();
    for (name, number) in [("TERM", 15), ("KILL", 9), ("INT", 2), ("SEGV", 11)] {
        let run = sh(&sandbox, &format!("kill -{name} $$"));
        assert_eq!((run.code, run.signal), (None, Some(number)), "{name}");
    }
}

#[test]
fn the_process_is_replaced_and_not_supervised() {
    let sandbox = ready();
    let child = sandbox
        .command(["exec", "--", "sh", "-c", "echo $$ $PPID"])
        .spawn()
        .unwrap();
    let pid = child.id();
    let run = sandbox.keep("pids", child.wait_with_output().unwrap());
    assert_eq!(run.stdout.trim(), format!("{pid} {}", std::process::id()));
}

#[test]
fn a_failure_before_the_child_exists_is_125_with_its_kind() {
    let sandbox = Sandbox::new();
    let run = sandbox.run(&["exec", "--", "true"]).expect(125);
    run.says(&[
        "ropc: error: configuration: there is no profile `default`",
        "ropc: hint: set it up once with `ropc login`",
    ]);
    sandbox.login(&[]).expect(0);
    sandbox
        .run(&["exec", "-p", "defalt", "--", "true"])
        .expect(125)
        .says(&["configuration: ", "did you mean `-p default`?"]);
    let mut missing_store = sandbox.command(["exec", "--no-cache", "--", "true"]);
    missing_store.env("ROPC_KEY_FILE", sandbox.root().join("no-such-key"));
    sandbox
        .finish("no key", missing_store, &[])
        .expect(125)
        .says(&["error: secret store: ", "hint: "]);
    sandbox
        .emulator
        .set_password(CONTOSO_USER, "changed meanwhile");
    sandbox
        .run(&["exec", "--refresh", "--", "true"])
        .expect(125)
        .says(&["error: sign-in refused: AADSTS50126"]);
}

#[test]
fn a_host_that_is_down_is_125_and_network() {
    let mut sandbox = Sandbox::new();
    sandbox.login(&["--no-verify"]).expect(0);
    // Port 9 of the loopback, where no proxy runs.
    sandbox.set_env("HTTPS_PROXY", "http://127.0.0.1:9");
    sandbox
        .run(&["exec", "--timeout", "10s", "--", "true"])
        .expect(125)
        .says(&["error: network: ", "HTTPS_PROXY"]);
}

#[test]
fn a_command_that_cannot_be_run_is_126_and_a_missing_one_127() {
    let sandbox = ready();
    let file = |name: &str, content: &str, mode: u32| {
        let path = sandbox.root().join(name);
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        path.display().to_string()
    };
    let plain = file("plain", "#!/bin/sh\n", 0o644);
    let lost = file("lost", "#!/no/such/interpreter\n", 0o755);
    let directory = sandbox.root().display().to_string();
    for path in [&plain, &directory] {
        sandbox.run(&["exec", "--", path]).expect(126).says(&[
            "not executable: ",
            path,
            "hint: check",
        ]);
    }
    for (path, word) in [
        (lost.as_str(), "interpreter"),
        ("/no/such/file", "no such file"),
        ("no-such-command", "PATH"),
    ] {
        sandbox
            .run(&["exec", "--", path])
            .expect(127)
            .says(&["not found: ", path, word]);
    }
}

#[test]
fn the_exit_code_is_126_even_if_nobody_reads_the_message() {
    let sandbox = ready();
    let file = sandbox.root().join("no-program");
    std::fs::write(&file, "text").unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = sandbox.command(["exec", "--", file.to_str().unwrap()]);
    let output = command.stderr(writer).output().unwrap();
    sandbox.keep("no reader", output).expect(126);
}

#[test]
fn a_wrong_command_line_is_2_and_says_where_the_command_goes() {
    let sandbox = ready();
    sandbox
        .run(&["exec", "sh", "-c", "true"])
        .expect(2)
        .says(&["put the command after `--`"]);
    sandbox
        .run(&["exec"])
        .expect(2)
        .says(&["put the command after `--`"]);
    sandbox.run(&["exec", "--"]).expect(2);
    sandbox
        .run(&["exec", "--refrsh", "--", "true"])
        .expect(2)
        .says(&["--refresh"]);
    sandbox
        .run(&["exec", "--refresh", "--no-cache", "--", "true"])
        .expect(2)
        .says(&["cannot be used with"]);
    for name in [
        "PATH",
        "AZURE_CLIENT_SECRET",
        "ROPC_PROFILE",
        "DOTNET_STARTUP_HOOKS",
        "PSModulePath",
        "1A",
        "A=B",
        "",
    ] {
        sandbox
            .run(&["exec", "--env", name, "--", "true"])
            .expect(2)
            .says(&["hint: "]);
    }
}

/// Counts interrupts until there were as many as `$1`, and a little longer to see more.
const COUNT_INTERRUPTS: &str = "n=0; trap 'n=$((n+1)); echo got $n' INT; echo ready
while [ $n -lt $1 ]; do sleep 0.05 & wait $!; done
for i in 1 2 3 4 5 6; do sleep 0.05 & wait $!; done; echo count $n";

#[test]
fn ctrl_c_reaches_the_child_exactly_once() {
    let sandbox = ready();
    // Once; and twice as the control, which shows that the child counts a second one.
    for presses in 1..=2 {
        let count = presses.to_string();
        let command = sandbox.command(["exec", "--", "sh", "-c", COUNT_INTERRUPTS, "sh", &count]);
        let mut terminal = Terminal::start(command);
        terminal.wait_for("ready");
        for press in 1..=presses {
            terminal.send("\u{3}");
            terminal.wait_for(&format!("got {press}"));
        }
        let run = sandbox.keep("interrupts", terminal.finish()).expect(0);
        assert!(
            run.stdout.contains(&format!("count {presses}")),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn the_child_has_the_signals_and_descriptors_that_it_would_have_had() {
    let sandbox = ready();
    let look = "grep -E '^Sig(Ign|Blk|Cgt)' /proc/self/status; ls -l /proc/self/fd | sed 's/.* \\([0-9]*\\) -> .*/\\1/' | sort";
    // Started in the same way as ropc, so that only ropc can make a difference.
    let mut direct = Command::new("sh");
    crate::support::default_signals(direct.args(["-c", look]).stdin(Stdio::null()));
    let direct = direct.output().unwrap();
    let run = sh(&sandbox, look).expect(0);
    assert_eq!(run.stdout, String::from_utf8(direct.stdout).unwrap());
    // SIGPIPE by its effect: a writer without a reader ends without a message.
    let run = sh(&sandbox, "(yes; echo $? >&2) | head -n 1").expect(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("y\n", "141\n"));
}

#[test]
fn the_child_gets_its_core_limit_back() {
    let sandbox = ready();
    let hard = Command::new("sh")
        .args(["-c", "ulimit -H -c"])
        .output()
        .unwrap();
    let limits: &[&str] = if hard.stdout == b"0\n" {
        &["0"]
    } else {
        &["0", "4"]
    };
    for limit in limits {
        let mut command = Command::new("sh");
        let script = format!(
            "ulimit -S -c {limit} && exec {ROPC} exec -- sh -c 'ulimit -S -c; ulimit -H -c'"
        );
        command
            .args(["-c", &script])
            .env_clear()
            .env("HOME", sandbox.home())
            .env("PATH", "/usr/bin:/bin");
        let run = sandbox.keep("limits", command.output().unwrap()).expect(0);
        assert_eq!(
            run.stdout,
            format!("{limit}\n{}", String::from_utf8_lossy(&hard.stdout))
        );
    }
}

#[test]
#[cfg(target_os = "linux")]
fn under_a_daemon_that_ignores_sigchld_ropc_works_and_the_command_inherits_that() {
    // Then the kernel reaps every child of ropc, such as the program of a command store, before
    // ropc can ask how it ended.
    let sandbox = Sandbox::new();
    let secrets = sandbox.root().join("both.json");
    std::fs::write(&secrets, sandbox.secrets_json()).unwrap();
    let facts = sandbox.facts();
    let mut login: Vec<&str> = vec!["login"];
    login.extend(facts.iter().map(String::as_str));
    login.extend([
        "--yes",
        "--store",
        "command",
        "--",
        "cat",
        secrets.to_str().unwrap(),
    ]);
    sandbox.run(&login).expect(0);
    let ignored = |signals: &str, args: &[&str]| {
        let mut command = sandbox.program("env");
        command.args([signals, ROPC]).args(args).args([
            "--",
            "grep",
            "SigIgn",
            "/proc/self/status",
        ]);
        let run = sandbox.finish("env", command, b"").expect(0);
        let mask = u64::from_str_radix(run.stdout.split_whitespace().last().unwrap(), 16).unwrap();
        mask & (1 << (libc::SIGCHLD - 1)) != 0
    };
    for way in [&["exec", "--no-cache"][..], &["exec", "--serve"]] {
        assert!(ignored("--ignore-signal=CHLD", way), "{way:?}");
        assert!(
            !ignored("--default-signal=CHLD", way),
            "{way:?}: the control"
        );
    }
}

#[test]
fn standard_input_reaches_the_child() {
    let sandbox = ready();
    let input = b"line one\n\0\xff\nlast without newline";
    let mut child = sandbox
        .command(["exec", "--", "od", "-An", "-tx1", "-v"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), input).unwrap();
    let run = sandbox
        .keep("od", child.wait_with_output().unwrap())
        .expect(0);
    let shown: Vec<u8> = run
        .stdout
        .split_whitespace()
        .map(|hex| u8::from_str_radix(hex, 16).unwrap())
        .collect();
    assert_eq!(shown, input);
}
