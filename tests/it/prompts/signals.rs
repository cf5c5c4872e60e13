//! A signal or a stop at a question: the terminal is restored, and the shell gets no half answer.

use super::{login, type_secrets};
use crate::support::Sandbox;
use crate::support::pty::Terminal;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

/// Sends a signal with `kill`.
pub(super) fn signal(pid: &str, name: &str) {
    assert!(
        Command::new("kill")
            .args([&format!("-{name}"), pid])
            .status()
            .unwrap()
            .success()
    );
}

/// A shell at a terminal that runs these lines, in which `ROPC` is a `login` that asks for both
/// secrets; it writes its process id to the file `pid`.
fn shell(sandbox: &Sandbox, shell: &str, lines: &str) -> Terminal {
    let facts = sandbox.facts().join(" ");
    let login = format!(
        "sh -c 'echo $$ >pid; exec {} login --yes --store file --key-source key-file {facts}'",
        crate::support::ROPC
    );
    std::fs::write(
        sandbox.root().join("lines.sh"),
        lines.replace("ROPC", &login),
    )
    .unwrap();
    let mut command = sandbox.program(shell);
    command.arg("lines.sh");
    crate::support::default_signals(&mut command);
    Terminal::start(command)
}

#[test]
fn each_signal_at_a_hidden_question_restores_the_terminal_and_gives_the_shell_no_half_answer() {
    for name in [
        "HUP", "INT", "QUIT", "TERM", "ABRT", "ALRM", "USR1", "USR2", "VTALRM", "PROF", "XCPU",
        "XFSZ",
    ] {
        let sandbox = Sandbox::new();
        // The shell itself must outlive the signal to the program.
        let mut terminal = shell(
            &sandbox,
            "sh",
            "ROPC\necho \"ended $?\"; read -r line; echo \"line: [$line]\"\n",
        );
        terminal.wait_for("Client secret value");
        terminal.wait_until(|t| !t.echoes(), "echo off");
        terminal.send("half a sec");
        let pid = std::fs::read_to_string(sandbox.root().join("pid")).unwrap();
        signal(pid.trim(), name);
        terminal.wait_for("ended ");
        assert_eq!(
            terminal.stty(),
            terminal.stty_at_first(),
            "{name}: a setting of the terminal has changed"
        );
        terminal.send("whole\r");
        terminal.wait_for("line: [");
        let run = sandbox.keep(name, terminal.finish());
        assert!(
            run.stdout.contains("line: [whole]"),
            "{name}: {}",
            run.stdout
        );
        assert!(!run.stdout.contains("half"), "{name}: {}", run.stdout);
    }
}

#[test]
fn a_question_that_was_stopped_goes_on_without_echo() {
    let sandbox = Sandbox::new();
    let lines = "set -m\nROPC\necho \"shell has $?\"; stty -a | grep -o -- '-*echo '\nread -r x\nfg %1\necho \"code $?\"\n";
    let mut terminal = shell(&sandbox, "bash", lines);
    terminal.wait_for("Client secret value");
    terminal.wait_until(|t| !t.echoes(), "echo off");
    terminal.send("half a sec\u{1a}");
    // 128 + SIGTSTP; the shell has its echo.
    terminal.wait_for("shell has 148");
    terminal.wait_until(
        |t| t.seen().lines().any(|line| line.trim() == "echo"),
        "the shell's own echo",
    );
    terminal.send("\r");
    terminal.wait_until(
        |t| t.seen().matches("Client secret value").count() == 2,
        "the question once more",
    );
    type_secrets(&sandbox, &mut terminal);
    terminal.wait_for("code 0");
    assert!(terminal.echoes() && terminal.stty() == terminal.stty_at_first());
    let run = sandbox.keep("stopped", terminal.finish());
    assert!(!run.stdout.contains("half"), "{}", run.stdout);
}

#[test]
fn after_a_stop_that_nobody_can_catch_the_echo_is_off_again() {
    let sandbox = Sandbox::new();
    let mut terminal = login(&sandbox, &[], &[]);
    terminal.wait_for("Client secret value");
    terminal.wait_until(|t| !t.echoes(), "echo off");
    let pid = terminal.pid().to_string();
    for _ in 0..20 {
        signal(&pid, "STOP");
        terminal.set("echo");
        assert!(terminal.echoes(), "the control: as the shell leaves it");
        signal(&pid, "CONT");
        terminal.wait_until(|t| !t.echoes(), "echo off again");
    }
    // No process could wake it: here Ctrl-Z stops nothing and changes nothing.
    signal(&pid, "TSTP");
    terminal.wait_until(|t| !t.echoes(), "echo off still");
    type_secrets(&sandbox, &mut terminal);
    sandbox.keep("stopped", terminal.finish()).expect(0);
}

#[test]
fn each_signal_at_a_visible_question_restores_the_terminal() {
    for name in ["HUP", "TERM", "QUIT", "USR1"] {
        let sandbox = Sandbox::new();
        let mut terminal = login(&sandbox, &["--tenant"], &[]);
        terminal.wait_for("Tenant (id or domain): ");
        signal(&terminal.pid().to_string(), name);
        assert!(!terminal.wait().success());
        assert_eq!(terminal.stty(), terminal.stty_at_first(), "{name}");
    }
}

#[test]
fn an_interruption_at_a_password_prompt_restores_the_echo_and_changes_nothing() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let before = sandbox.snapshot();
    for (key, signal) in [("\u{3}", 2), ("\u{1c}", 3)] {
        let mut terminal = login(&sandbox, &[], &["--yes"]);
        terminal.wait_for("Client secret value");
        terminal.wait_until(|t| !t.echoes(), "echo off");
        assert!(
            terminal.stty().contains("-echo "),
            "the control: it was off"
        );
        terminal.send("half a sec");
        terminal.send(key);
        let status = terminal.wait();
        assert_eq!(
            status.signal(),
            Some(signal),
            "the key did not end it: {}",
            terminal.seen()
        );
        assert!(terminal.echoes());
        assert_eq!(
            terminal.stty(),
            terminal.stty_at_first(),
            "a setting of the terminal has changed"
        );
        sandbox.keep("interrupted", terminal.finish());
        assert_eq!(sandbox.snapshot(), before);
    }
}

#[test]
fn an_interruption_at_a_visible_question_restores_the_terminal_too() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let before = sandbox.snapshot();
    let mut terminal = login(&sandbox, &[], &[]);
    terminal.wait_for("Replace the profile");
    terminal.send("\u{3}");
    let status = terminal.wait();
    assert!(!status.success());
    assert_eq!(
        terminal.stty(),
        terminal.stty_at_first(),
        "{}",
        terminal.seen()
    );
    assert_eq!(sandbox.snapshot(), before);
}
