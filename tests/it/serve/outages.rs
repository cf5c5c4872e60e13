//! A service or a store that fails while a job runs: the present token serves, and ropc reports the
//! cause.

use super::job::Job;
use super::renewal::{short_lived, until};
use crate::support::Sandbox;
use entra_emulator::{ExpiresIn, Fault, Times};
use std::time::{Duration, Instant, SystemTime};

/// Waits for a sign-in without a request of a client.
pub(super) fn until_sent(sandbox: &Sandbox, count: usize) {
    let started = Instant::now();
    while sandbox.emulator.token_requests() < count {
        assert!(started.elapsed() < Duration::from_secs(30), "no sign-in");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// An outage of some seconds during the renewal: no request of the job fails, and the renewal comes
/// in time.
#[test]
fn no_request_fails_in_an_outage_while_a_token_lives() {
    let sandbox = Sandbox::with(|config| config.with_expires_in(ExpiresIn::Seconds(40)));
    sandbox.login(&[]).expect(0);
    let job = Job::start(&sandbox, &["--refresh"]);
    let (first, started) = (job.graph().token(), Instant::now());
    // The first try is after 20 seconds, half of the token's life, and is repeated once.
    let outage = Duration::from_secs(26);
    sandbox
        .emulator
        .inject(Fault::CloseBeforeHandshake, Times::Always);
    let mut away = true;
    let renewed = loop {
        if away && started.elapsed() > outage {
            sandbox.emulator.clear_faults();
            away = false;
        }
        assert!(started.elapsed() < Duration::from_secs(60));
        let reply = job.graph();
        assert_eq!(
            reply.status,
            200,
            "after {:?}: {reply:?}",
            started.elapsed()
        );
        if reply.token() != first {
            break started.elapsed();
        }
        std::thread::sleep(Duration::from_millis(300));
    };
    assert!(renewed > outage, "the control: nothing could be had before");
    let run = job.end().expect(0);
    assert_eq!(
        run.stderr.matches("the old one is still served").count(),
        1,
        "said once: {}",
        run.stderr
    );
}

/// 503 makes every client ask again for half a minute, so it is only for failures that may end in
/// that time.
#[test]
fn a_fault_of_the_service_keeps_its_cause_and_names_the_next_try() {
    let sandbox = short_lived();
    let job = Job::start(&sandbox, &[]);
    assert_eq!(job.graph().status, 200);
    sandbox.emulator.inject(Fault::BadGateway, Times::Always);
    let (_, body) = until(&job, |status, _| status != 200);
    let sent = sandbox.emulator.token_requests();
    let now = || {
        SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap()
            .as_secs()
    };
    for _ in 0..10 {
        let (before, reply, after) = (now(), job.graph(), now());
        let message = reply.json()["message"].as_str().unwrap().to_owned();
        let (_, again) = message
            .split_once("next try at ")
            .unwrap_or_else(|| panic!("{message}"));
        let again = epoch(&again[..20]);
        let due = |at: u64| if again <= at + 30 { 503 } else { 403 };
        assert!(
            [due(before), due(after)].contains(&reply.status),
            "{}: {message}",
            reply.status
        );
        assert!(
            message.contains("since ") && !reply.head.to_ascii_lowercase().contains("retry-after"),
            "{message}"
        );
    }
    assert!(body.contains("502"), "{body}");
    assert_eq!(
        sandbox.emulator.token_requests(),
        sent,
        "the breaker sets the pace, and not the clients"
    );
    let run = job.end().expect(0);
    assert_eq!(
        run.stderr.matches("502").count(),
        1,
        "the job's log has it once: {}",
        run.stderr
    );
}

/// Epoch seconds of `2026-11-29T06:10:00Z`, by `date`.
fn epoch(time: &str) -> u64 {
    let out = std::process::Command::new("date")
        .args(["-u", "-d", time, "+%s"])
        .output()
        .unwrap();
    String::from_utf8(out.stdout)
        .unwrap()
        .trim()
        .parse()
        .unwrap_or_else(|_| panic!("{time}"))
}

#[test]
fn the_next_request_tries_a_locked_store_again_and_the_present_token_serves_meanwhile() {
    the_token_in_hand_serves_and_the_next_request_looks("locked", &["--refresh"]);
}

#[test]
fn the_next_request_tries_a_hanging_store_again_and_the_present_token_serves_meanwhile() {
    let flags = ["--refresh", "--timeout", "3s"];
    the_token_in_hand_serves_and_the_next_request_looks("hangs", &flags);
}

fn the_token_in_hand_serves_and_the_next_request_looks(fault: &str, flags: &[&str]) {
    let sandbox = Sandbox::with(|config| config.with_expires_in(ExpiresIn::Seconds(12)));
    let at = |name: &str| sandbox.root().join(name);
    std::fs::write(at("both.json"), sandbox.secrets_json()).unwrap();
    let script = "cd \"$(dirname \"$0\")\"; [ -e hangs ] && sleep 600; [ -e locked ] && exit 1; cat both.json";
    std::fs::write(at("store.sh"), script).unwrap();
    let facts = sandbox.facts();
    let mut login: Vec<&str> = vec!["login"];
    login.extend(facts.iter().map(String::as_str));
    let path = at("store.sh").display().to_string();
    login.extend(["--yes", "--store", "command", "--", "sh", &path]);
    sandbox.run(&login).expect(0);
    let job = Job::start(&sandbox, flags);
    let old = job.graph().token();
    std::fs::write(at(fault), "").unwrap();
    let sent = sandbox.emulator.token_requests();
    let (started, mut served) = (Instant::now(), 0);
    let refused = loop {
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "{fault}: its token ended long ago"
        );
        match job.graph() {
            reply if reply.status == 200 && reply.token() == old => served += 1,
            reply => break reply,
        }
        std::thread::sleep(Duration::from_millis(200));
    };
    assert!(
        served > 10 && started.elapsed() >= Duration::from_secs(9),
        "{fault}: until its end, {served}"
    );
    assert_eq!(refused.status, 403, "{fault}: {refused:?}");
    assert_eq!(
        sandbox.emulator.token_requests(),
        sent,
        "the control: {fault} stops every sign-in"
    );
    std::fs::remove_file(at(fault)).unwrap();
    assert_ne!(job.graph().token(), old, "{fault}: the very next request");
    job.end().expect(0);
}
