//! A person at the Windows console: questions, hidden answers, and which process Ctrl-C reaches.
//! Wine draws its console at a pseudo-terminal, at which the tests type: when the terminal's own
//! echo is off, Wine reads every key.

use crate::credentials;
use crate::machine::{Machine, child};
use crate::support::leaks;
use crate::support::pty::Terminal;
use entra_emulator::CONTOSO_USER;
use std::time::{Duration, Instant};

/// `login` at the console, with flags for everything except the user and the secrets.
fn login(machine: &Machine) -> Terminal {
    let args = machine.login_args(&[]);
    let user = args.iter().position(|arg| arg == "--username").unwrap();
    let args: Vec<&str> = args
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != user && *at != user + 1)
        .map(|(_, arg)| arg.as_str())
        .collect();
    Terminal::start(machine.command(&args))
}

#[test]
fn login_asks_for_secrets_without_echo_and_corrections_count() {
    let Some(machine) = Machine::new("prompts") else {
        return;
    };
    let sandbox = &machine.sandbox;
    let mut terminal = login(&machine);
    terminal.answer("User (UPN)", CONTOSO_USER, true);
    terminal.answer(
        "Client secret value",
        &format!("{}xy\u{7f}\u{7f}", sandbox.client_secret),
        true,
    );
    terminal.answer(
        &format!("Password of {CONTOSO_USER}"),
        &sandbox.password,
        true,
    );
    let run = sandbox.keep("login", terminal.finish()).expect(0);
    assert!(run.stdout.contains("signed in as"), "{}", run.stdout);
    assert!(
        run.stdout.matches(CONTOSO_USER).count() > 2,
        "the control: other answers are echoed and captured"
    );
    for secret in [&sandbox.password, &sandbox.client_secret] {
        assert_eq!(
            leaks::find(run.stdout.as_bytes(), secret),
            None,
            "{}",
            run.stdout
        );
    }
    machine
        .run(&[
            "exec",
            "-p",
            "prompts",
            "--refresh",
            "--",
            "cmd",
            "/c",
            "rem",
        ])
        .expect(0);
}

#[test]
fn ctrl_c_at_a_question_stores_and_sends_nothing() {
    let Some(machine) = Machine::new("stopped") else {
        return;
    };
    let mut terminal = login(&machine);
    terminal.answer("User (UPN)", CONTOSO_USER, true);
    terminal.wait_for("Client secret value");
    terminal.send("half\u{3}");
    terminal.wait();
    machine.sandbox.keep("login", terminal.finish());
    assert_eq!(machine.emulator().token_requests(), 0);
    assert!(credentials::items("stopped").is_empty());
    machine.run(&["status", "-p", "stopped"]).expect(3);
}

#[test]
fn ctrl_c_reaches_the_command_once_and_its_code_is_passed_on() {
    let Some(machine) = Machine::new("ctrl-c") else {
        return;
    };
    machine.login(&[]).expect(0);
    let Some(child) = child() else { return };
    let keys = machine.sandbox.root().join("keys");
    let mut terminal = Terminal::start(machine.command(&[
        "exec",
        "-p",
        "ctrl-c",
        "--",
        &child,
        "keys",
        &machine.path("keys"),
    ]));
    terminal.wait_for("ready");
    terminal.send("\u{3}");
    let end = Instant::now() + Duration::from_secs(60);
    while !keys.exists() {
        assert!(
            Instant::now() < end,
            "no key arrived; output:\n{}",
            terminal.seen()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    // The command waits for a second key before it ends.
    let run = machine.sandbox.keep("ctrl-c", terminal.finish()).expect(42);
    assert_eq!(
        std::fs::read_to_string(&keys).unwrap(),
        "key\n",
        "{}",
        run.stdout
    );
}
