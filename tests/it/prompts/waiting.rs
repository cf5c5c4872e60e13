//! What a run shows while it waits, at a terminal and elsewhere.

use super::signals::signal;
use crate::support::pty::Terminal;
use crate::support::{Sandbox, needs};
use entra_emulator::{ExpiresIn, Fault, Hold, Route, Times};
use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

/// A sandbox with a profile, whose next answer is held back.
fn held(route: Route) -> (Sandbox, Hold) {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    let hold = Hold::new();
    let fault = Fault::Hold(hold.clone());
    sandbox.emulator.inject_on(route, fault, Times::Once);
    (sandbox, hold)
}

fn at_terminal(sandbox: &Sandbox, term: &str, args: &[&str]) -> Terminal {
    let mut command = sandbox.command(args);
    command.env("TERM", term);
    Terminal::start(command)
}

const PATIENCE: Duration = Duration::from_secs(60);
const EXEC: [&str; 4] = ["exec", "--no-cache", "--", "true"];

#[test]
fn a_wait_is_one_line_with_its_time_and_is_gone_afterwards() {
    let (sandbox, hold) = held(Route::Token);
    let terminal = at_terminal(&sandbox, "xterm-256color", &EXEC);
    terminal.wait_for("waiting for the answer of localhost:");
    terminal.wait_for("(2 s)");
    hold.release();
    let run = sandbox.keep("a sign-in", terminal.finish()).expect(0);
    assert!(!run.stdout.contains('\n'), "one line: {:?}", run.stdout);
    let last = run.stdout.rsplit('\r').nth(1).unwrap();
    assert!(
        !last.is_empty() && last.trim().is_empty() && run.stdout.ends_with('\r'),
        "it is cleared: {:?}",
        run.stdout
    );
}

#[test]
fn a_signal_leaves_no_line_and_the_terminal_as_it_was() {
    for (name, number) in [("INT", 2), ("TERM", 15), ("HUP", 1)] {
        let (sandbox, hold) = held(Route::Token);
        let mut terminal = at_terminal(&sandbox, "xterm", &EXEC);
        terminal.wait_for("waiting for the answer of localhost:");
        if name == "INT" {
            terminal.send("\u{3}");
        } else {
            signal(&terminal.pid().to_string(), name);
        }
        assert_eq!(terminal.wait().signal(), Some(number), "{name}");
        assert_eq!(terminal.stty(), terminal.stty_at_first(), "{name}");
        hold.release();
        let run = sandbox.keep(name, terminal.finish());
        let last = run.stdout.rsplit('\r').nth(1).unwrap();
        assert!(
            last.len() > 100 && last.trim().is_empty() && run.stdout.ends_with('\r'),
            "{name}: {:?}",
            run.stdout
        );
        assert!(
            !run.stdout.contains('\u{1b}'),
            "{name}: no sequence moves or hides the cursor: {:?}",
            run.stdout
        );
    }
}

#[test]
fn a_lock_of_another_run_is_a_wait_too() {
    let (sandbox, hold) = held(Route::Token);
    let first = sandbox.command(EXEC).spawn().unwrap();
    assert!(hold.wait_for(1, PATIENCE));
    let second = at_terminal(&sandbox, "xterm", &EXEC);
    second.wait_for("waiting for another ropc");
    second.wait_for("(1 s)");
    hold.release();
    sandbox.keep("second", second.finish()).expect(0);
    sandbox
        .keep("first", first.wait_with_output().unwrap())
        .expect(0);
}

/// A line that is drawn again would spoil a log, and a terminal that cannot replace a line.
#[test]
fn a_pipe_json_and_a_dumb_terminal_get_no_line_that_is_drawn_again() {
    let (sandbox, hold) = held(Route::Token);
    let terminal = at_terminal(&sandbox, "dumb", &EXEC);
    assert!(hold.wait_for(1, PATIENCE));
    std::thread::sleep(Duration::from_millis(1500));
    hold.release();
    let run = sandbox.keep("dumb", terminal.finish()).expect(0);
    assert_eq!(run.stdout, "");

    let (sandbox, hold) = held(Route::Discovery);
    let terminal = at_terminal(&sandbox, "xterm", &["doctor", "--json"]);
    assert!(hold.wait_for(1, PATIENCE));
    std::thread::sleep(Duration::from_millis(1500));
    hold.release();
    let run = sandbox.keep("json", terminal.finish());
    assert!(run.stdout.starts_with('{'), "{}", run.stdout);

    let (sandbox, hold) = held(Route::Token);
    let mut command = sandbox.command(EXEC);
    command.env("TERM", "xterm");
    let child = command.spawn().unwrap();
    assert!(hold.wait_for(1, PATIENCE));
    std::thread::sleep(Duration::from_millis(1500));
    hold.release();
    let run = sandbox.keep("pipe", child.wait_with_output().unwrap());
    assert_eq!(run.expect(0).stderr, "");
}

/// The terminal is the job's after the first sign-in of `exec --serve`.
#[test]
fn a_renewal_in_the_background_shows_nothing() {
    if !needs::programs(&["curl"]) {
        return;
    }
    let sandbox = Sandbox::with(|config| config.with_expires_in(ExpiresIn::Seconds(6)));
    sandbox.login(&[]).expect(0);
    let held = || {
        let hold = Hold::new();
        let fault = Fault::Hold(hold.clone());
        sandbox.emulator.inject_on(Route::Token, fault, Times::Once);
        hold
    };
    let first = held();
    let job = "curl -s -o /dev/null -H \"X-IDENTITY-HEADER: $IDENTITY_HEADER\" \
               \"$IDENTITY_ENDPOINT?resource=https://graph.microsoft.com&api-version=2019-08-01\"; \
               echo as''ked; read -r line; echo \"line: $line\"";
    let args = ["exec", "--refresh", "--serve", "--", "sh", "-c", job];
    let mut terminal = at_terminal(&sandbox, "xterm", &args);
    terminal.wait_for("waiting for the answer of localhost:");
    first.release();
    terminal.wait_for("asked");
    let shown = terminal.seen().matches("waiting for").count();
    let second = held();
    assert!(second.wait_for(1, PATIENCE));
    // The line would appear after half a second.
    std::thread::sleep(Duration::from_millis(1500));
    second.release();
    terminal.send("end\r");
    terminal.wait_for("line: end");
    let run = sandbox.keep("a renewal", terminal.finish()).expect(0);
    assert_eq!(
        run.stdout.matches("waiting for").count(),
        shown,
        "{}",
        run.stdout
    );
}

#[test]
fn a_run_without_a_wait_shows_nothing() {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    // A warm run: the token is in the cache.
    let terminal = at_terminal(&sandbox, "xterm", &["exec", "--", "true"]);
    let run = sandbox.keep("warm", terminal.finish()).expect(0);
    assert_eq!(run.stdout, "");
}
