//! Exit codes and signals of the supervised child, without a terminal.

use super::job::{Job, signal};
use crate::support::{Sandbox, needs};
use std::time::{Duration, Instant};

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.login(&[]).expect(0);
    sandbox
}

/// A child that reports its signals; it loops without starting a process that a signal could hit.
fn listening(signal: &str, then: &str) -> String {
    format!(
        "trap 'n=$((n+1)); echo \"{signal} $n\"; {then}' {signal}; echo ready; while :; do sleep 0.05; done"
    )
}

#[test]
fn the_exit_code_is_the_childs() {
    let sandbox = sandbox();
    for code in [0, 1, 7, 125, 255] {
        let script = format!("exit {code}");
        sandbox
            .run(&["exec", "--serve", "--", "sh", "-c", &script])
            .expect(code);
    }
    sandbox
        .run(&["exec", "--serve", "--", "no-such-program-here"])
        .expect(127)
        .says(&["not found"]);
    sandbox
        .run(&["exec", "--serve", "--", "./ca.pem"])
        .expect(126)
        .says(&["not executable"]);
}

#[test]
fn the_parent_ends_by_the_childs_signal() {
    let sandbox = sandbox();
    for (name, number) in [
        ("TERM", 15),
        ("KILL", 9),
        ("INT", 2),
        ("ABRT", 6),
        ("USR1", 10),
        ("HUP", 1),
    ] {
        let script = format!("kill -{name} $$; sleep 5");
        let run = sandbox.run(&["exec", "--serve", "--", "sh", "-c", &script]);
        assert_eq!(
            (run.signal, run.code),
            (Some(number), None),
            "{name}: {}",
            run.stderr
        );
    }
}

#[test]
fn signals_for_the_job_reach_the_child_once() {
    let sandbox = sandbox();
    for name in [
        "TERM", "HUP", "INT", "QUIT", "USR1", "USR2", "ALRM", "WINCH",
    ] {
        let mut job = Job::running(&sandbox, &[], &listening(name, "sleep 0.3; exit 42"));
        assert_eq!(job.line(), "ready");
        job.signal(name);
        let run = job.wait().expect(42);
        assert_eq!(run.stdout.trim(), format!("{name} 1"), "once");
    }
}

#[test]
fn a_child_that_ignores_sigterm_keeps_its_endpoint() {
    let sandbox = sandbox();
    let mut job = Job::running(
        &sandbox,
        &[],
        "trap '' TERM; echo ready; cat >/dev/null; exit 3",
    );
    assert_eq!(job.line(), "ready");
    job.signal("TERM");
    std::thread::sleep(Duration::from_millis(300));
    assert!(
        job.parent.try_wait().unwrap().is_none(),
        "the parent does not end before the child"
    );
    assert_eq!(job.graph().status, 200);
    job.end().expect(3);
}

#[test]
fn a_killed_parent_closes_the_endpoint() {
    let sandbox = sandbox();
    let mut job = Job::running(&sandbox, &[], "echo $$; exec sleep 30");
    let child: u32 = job.line().parse().unwrap();
    let host = job.host().to_owned();
    job.signal("KILL");
    job.parent.wait().unwrap();
    assert!(std::net::TcpStream::connect(&host).is_err(), "closed");
    assert!(
        std::path::Path::new(&format!("/proc/{child}")).exists(),
        "the child goes on, as documented"
    );
    signal(child, "KILL");
    assert_eq!(job.wait().signal, Some(9));
}

#[test]
fn ignored_signals_stay_ignored_in_the_child() {
    let sandbox = sandbox();
    let run_under = |prefix: &str| {
        let script = format!(
            "{prefix}exec {} exec --serve -- sh -c 'kill -HUP $$; echo survived'",
            crate::support::ROPC
        );
        let mut command = sandbox.program("sh");
        command.arg("-c").arg(script);
        crate::support::default_signals(&mut command);
        sandbox.finish("nohup", command, b"")
    };
    let run = run_under("trap '' HUP; ");
    assert_eq!(run.expect(0).stdout.trim(), "survived");
    assert_eq!(
        run_under("").signal,
        Some(1),
        "control: without nohup it ends the job"
    );
}

#[test]
fn the_child_has_the_core_limit_of_the_caller() {
    let sandbox = sandbox();
    let script = format!(
        "ulimit -S -c 1234 2>/dev/null || exit 77; exec {} exec --serve -- sh -c 'ulimit -S -c'",
        crate::support::ROPC
    );
    let mut command = sandbox.program("sh");
    command.arg("-c").arg(script);
    let run = sandbox.finish("core limit", command, b"");
    if !needs::allowed(run.code != Some(77), "a core limit of 1234 blocks") {
        return;
    }
    assert_eq!(run.expect(0).stdout.trim(), "1234");
}

#[test]
fn a_continue_for_the_parent_wakes_the_child() {
    let sandbox = sandbox();
    let mut job = Job::running(
        &sandbox,
        &[],
        "echo $$; while :; do read -r line || exit 5; echo \"$line\"; done",
    );
    let child: u32 = job.line().parse().unwrap();
    signal(child, "STOP");
    wait_for_state(child, 'T');
    job.signal("CONT");
    wait_for_state(child, 'S');
    assert_eq!(job.graph().status, 200);
    job.end().expect(5);
}

/// Waits until the process is in this state (`/proc/PID/stat`, field 3).
fn wait_for_state(pid: u32, wanted: char) {
    let started = Instant::now();
    loop {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let state = stat
            .rsplit_once(") ")
            .and_then(|(_, rest)| rest.chars().next());
        if state == Some(wanted) {
            return;
        }
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "{pid} is {state:?}, not {wanted}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// After the end of the parent another user may take its port, so the command must not ask there
/// any more. The control is a process that the command started: it lives on, as
/// `docs/security/endpoint.md` says.
#[test]
#[cfg(target_os = "linux")]
fn a_killed_parent_ends_the_command_too() {
    let sandbox = sandbox();
    let mut job = Job::running(
        &sandbox,
        &[],
        "sleep 600 </dev/null >/dev/null 2>&1 & echo $$ $!; cat >/dev/null",
    );
    let line = job.line();
    let (child, grandchild) = line.split_once(' ').unwrap();
    let runs = |pid: &str| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.rsplit_once(") ")
            .is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
    };
    assert!(runs(child) && runs(grandchild));
    job.signal("KILL");
    let started = Instant::now();
    while runs(child) {
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "the command lives on"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(runs(grandchild), "control: nothing else ends it");
    signal(grandchild.parse().unwrap(), "KILL");
    assert_eq!(job.wait().signal, Some(9));
}
