//! Several programs with one keyring: logins at the same time, short runs in parallel, a keyring
//! that asks about each program.

use super::{items, login, session};
use crate::support::keyring_daemon::State;
use std::path::Path;
use std::process::Command;

#[test]
fn logins_at_the_same_time_leave_one_complete_profile_and_no_stray_item() {
    let Some((sandbox, daemon)) = session(State::Unlocked) else {
        return;
    };
    login(&sandbox, &[]).expect(0);
    let mut facts = sandbox.facts();
    facts.extend(["login", "--secrets-stdin", "--yes"].map(str::to_owned));
    facts.rotate_right(3);
    let mut running: Vec<_> = (0..6)
        .map(|_| {
            let mut child = sandbox
                .command(&facts)
                .stdin(std::process::Stdio::piped())
                .spawn()
                .unwrap();
            std::io::Write::write_all(&mut child.stdin.take().unwrap(), &sandbox.secrets_json())
                .unwrap();
            child
        })
        .collect();
    let job = sandbox
        .command(["exec", "--refresh", "--", "true"])
        .spawn()
        .unwrap();
    running.push(job);
    for child in running {
        sandbox
            .keep("parallel", child.wait_with_output().unwrap())
            .expect(0);
    }
    assert_eq!(items(&daemon).len(), 2, "{:?}", items(&daemon));
    sandbox.run(&["exec", "--no-cache", "--", "true"]).expect(0);
}

/// `KeePassXC` by default: it asks a person whenever a client reads an item of another client.
/// `login` and the job both report it.
#[test]
fn login_says_that_a_keyring_asks_about_each_program() {
    let Some((mut sandbox, daemon)) = session(State::Unlocked) else {
        return;
    };
    login(&sandbox, &[]).expect(0);
    let words = [
        "gives this item only to a program that a person allows",
        "KeePassXC",
        "--store file",
    ];
    let socket = sandbox.root().join("asking");
    let bus = daemon.address();
    crate::support::asking_keyring::start(&socket, Path::new(bus.trim_start_matches("unix:path=")));
    sandbox.set_env(
        "DBUS_SESSION_BUS_ADDRESS",
        &format!("unix:path={}", socket.display()),
    );
    login(&sandbox, &["--yes"])
        .expect(0)
        .says(&["warning: an unattended job cannot read the secrets"])
        .says(&words);
    sandbox
        .run(&["exec", "--no-cache", "--", "true"])
        .expect(125)
        .says(&["secret store"])
        .says(&words);
    sandbox.run(&["token", "--no-cache"]).expect(5).says(&words);
    sandbox.run(&["status"]).expect(5).says(&words);
    let doctor = sandbox.run(&["doctor"]).expect(5);
    assert!(
        words.iter().all(|text| doctor.stdout.contains(text)),
        "{}",
        doctor.stdout
    );
    assert_eq!(
        sandbox.emulator.token_requests(),
        2,
        "only the logins were sent"
    );
    // The control: the same items, without the question.
    sandbox.set_env("DBUS_SESSION_BUS_ADDRESS", &bus);
    let run = login(&sandbox, &["--yes"]).expect(0);
    assert!(!run.stderr.contains("warning"), "{}", run.stderr);
    sandbox.run(&["exec", "--no-cache", "--", "true"]).expect(0);
}

/// Many short-lived runs at once, as the first call of a client can crash gnome-keyring.
/// `ROPC_STRESS_RUNS` sets how many.
#[test]
fn short_lived_runs_in_parallel_never_crash_the_daemon() {
    let Some((sandbox, mut daemon)) = session(State::Unlocked) else {
        return;
    };
    login(&sandbox, &[]).expect(0);
    let runs: usize = std::env::var("ROPC_STRESS_RUNS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(400);
    let token = sandbox
        .emulator
        .issued_tokens()
        .last()
        .unwrap()
        .token
        .clone();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let (home, bus) = (sandbox.home(), daemon.address());
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if i >= runs {
                        break;
                    }
                    let output = Command::new(crate::support::ROPC)
                        .args(if i.is_multiple_of(2) {
                            &["token"][..]
                        } else {
                            &["status", "--json"]
                        })
                        .env_clear()
                        .env("HOME", &home)
                        .env("DBUS_SESSION_BUS_ADDRESS", &bus)
                        .output()
                        .unwrap();
                    let text = String::from_utf8_lossy(&output.stdout);
                    let right = if i.is_multiple_of(2) {
                        text.trim() == token
                    } else {
                        text.contains("\"secrets\":\"present\"")
                    };
                    assert!(
                        output.status.success() && right,
                        "run {i}: {text} {}",
                        String::from_utf8_lossy(&output.stderr)
                    );
                }
            });
        }
    });
    assert!(daemon.daemon_is_alive(), "{}", daemon.daemon_log());
    assert_eq!(sandbox.emulator.token_requests(), 1);
}
