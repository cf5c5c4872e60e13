//! Smart lockout and loop protection over the wire; the counting rules have unit tests beside them.

use std::time::Duration;

use entra_emulator::{CONTOSO_USER, LoopLimit, Server};

use crate::client::{ask, config, server};

fn wrong(server: &Server, text: &str) -> u64 {
    ask().set("password", text).send(server).code()
}

#[test]
fn ten_different_wrong_passwords_lock_even_the_right_one_out() {
    let s = server();
    for n in 0..10 {
        assert!(!s.is_locked(CONTOSO_USER), "{n}");
        assert_eq!(wrong(&s, &format!("wrong {n}")), 50_126, "{n}");
    }
    assert!(s.is_locked(CONTOSO_USER));
    let right = ask().send(&s);
    assert_eq!((right.status, right.code()), (400, 50_053));
    assert_eq!(wrong(&s, "wrong again"), 50_053);
    assert_eq!(s.failed_sign_ins(CONTOSO_USER), 10);
    s.unlock(CONTOSO_USER);
    assert_eq!(ask().send(&s).status, 200);
}

#[test]
fn one_stale_password_never_locks() {
    let s = server();
    for _ in 0..25 {
        assert_eq!(wrong(&s, "stale"), 50_126);
    }
    assert!(!s.is_locked(CONTOSO_USER));
    assert_eq!(ask().send(&s).status, 200);
}

#[test]
fn the_government_threshold_is_three() {
    let s = Server::start(config().gov());
    for n in 0..3 {
        assert_eq!(wrong(&s, &format!("wrong {n}")), 50_126);
    }
    assert_eq!(ask().send(&s).code(), 50_053);
}

#[test]
fn with_pass_through_a_repeated_password_locks() {
    let s = Server::start(config().pass_through());
    for _ in 0..10 {
        assert_eq!(wrong(&s, "stale"), 50_126);
    }
    assert_eq!(wrong(&s, "stale"), 50_053);
}

#[test]
fn a_lock_ends_and_the_next_failure_locks_again() {
    let mut c = config().with_lockout(2, Duration::from_millis(700));
    c.lockout.doubling = false;
    let s = Server::start(c);
    wrong(&s, "wrong 1");
    wrong(&s, "wrong 2");
    assert_eq!(ask().send(&s).code(), 50_053);
    std::thread::sleep(Duration::from_millis(750));
    assert_eq!(wrong(&s, "wrong 3"), 50_126);
    assert_eq!(ask().send(&s).code(), 50_053);
    std::thread::sleep(Duration::from_millis(750));
    assert_eq!(ask().send(&s).status, 200);
    // A right password starts the count again.
    assert_eq!(wrong(&s, "wrong 4"), 50_126);
    assert!(!s.is_locked(CONTOSO_USER));
}

#[test]
fn the_fifteenth_equal_request_is_a_loop() {
    let mut c = config();
    c.loop_limit = LoopLimit {
        requests: 15,
        window: Duration::from_secs(300),
    };
    let s = Server::start(c);
    for n in 1..15 {
        assert_eq!(ask().send(&s).status, 200, "{n}");
    }
    let refused = ask().send(&s);
    assert_eq!((refused.status, refused.code()), (400, 50_196));
    // Another scope is another counter, and a loop answer judges no password.
    assert_eq!(ask().set("scope", "User.Read").send(&s).status, 200);
    assert_eq!(wrong(&s, "wrong"), 50_196);
    assert_eq!(s.failed_sign_ins(CONTOSO_USER), 0);
    s.clear();
    assert_eq!(ask().send(&s).status, 200);
}

#[test]
fn the_loop_window_ends() {
    let mut c = config();
    c.loop_limit = LoopLimit {
        requests: 2,
        window: Duration::from_secs(1),
    };
    let s = Server::start(c);
    assert_eq!(ask().send(&s).status, 200);
    assert_eq!(ask().send(&s).code(), 50_196);
    std::thread::sleep(Duration::from_millis(1050));
    assert_eq!(ask().send(&s).status, 200);
}
