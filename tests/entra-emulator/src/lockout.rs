//! The two counters of the service: smart lockout (per user) and loop protection (per user, scope
//! and client). Only counts; `judge` decides the answer. Times are arguments, so that the rules can
//! be tested alone.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{SHA256, digest};

use crate::config::{LoopLimit, SmartLockout};

/// How many wrong passwords the counter remembers; repeating one of them does not count.
const REMEMBERED: usize = 3;

/// The lockout counter of one user.
#[derive(Default)]
pub(crate) struct Counter {
    failures: u32,
    last_wrong: VecDeque<Vec<u8>>,
    locks: u32,
    locked_until: Option<Instant>,
}

impl Counter {
    /// Whether the account is locked at this time.
    pub(crate) fn is_locked(&self, now: Instant) -> bool {
        self.locked_until.is_some_and(|until| now < until)
    }

    /// Counts a wrong password.
    pub(crate) fn wrong(&mut self, password: &[u8], rules: &SmartLockout, now: Instant) {
        let hash = digest(&SHA256, password).as_ref().to_vec();
        let repeated = self.last_wrong.contains(&hash);
        if !repeated {
            self.last_wrong.push_back(hash);
            if self.last_wrong.len() > REMEMBERED {
                self.last_wrong.pop_front();
            }
        }
        if repeated && !rules.pass_through {
            return;
        }
        self.failures += 1;
        // After the first lock has ended, one more failure locks again at once.
        if rules.threshold > 0 && (self.failures >= rules.threshold || self.locks > 0) {
            let factor = if rules.doubling {
                1 << self.locks.min(10)
            } else {
                1
            };
            self.locked_until = Some(now + rules.duration * factor);
            self.locks += 1;
            self.failures = 0;
        }
    }

    /// Resets the counter after the right password.
    pub(crate) fn right(&mut self) {
        *self = Self::default();
    }
}

/// Loop protection.
#[derive(Default)]
pub(crate) struct Loops(HashMap<(String, String, String), VecDeque<Instant>>);

impl Loops {
    /// Counts one request and says whether it is one too many.
    pub(crate) fn too_many(
        &mut self,
        key: (String, String, String),
        limit: &LoopLimit,
        now: Instant,
    ) -> bool {
        if limit.requests == 0 {
            return false;
        }
        let times = self.0.entry(key).or_default();
        while times.front().is_some_and(|t| {
            now.saturating_duration_since(*t) >= limit.window.max(Duration::from_nanos(1))
        }) {
            times.pop_front();
        }
        times.push_back(now);
        times.len() >= limit.requests
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: SmartLockout = SmartLockout {
        threshold: 10,
        duration: Duration::from_secs(60),
        doubling: true,
        pass_through: false,
    };

    #[test]
    fn the_tenth_different_wrong_password_locks() {
        let (mut c, t) = (Counter::default(), Instant::now());
        for n in 0..10 {
            assert!(!c.is_locked(t), "{n}");
            c.wrong(format!("w{n}").as_bytes(), &RULES, t);
        }
        assert!(c.is_locked(t + Duration::from_secs(59)));
        assert!(!c.is_locked(t + Duration::from_secs(60)));
    }

    #[test]
    fn the_last_three_wrong_passwords_do_not_count_again() {
        let (mut c, t) = (Counter::default(), Instant::now());
        for n in 0..300 {
            c.wrong(format!("w{}", n % 3).as_bytes(), &RULES, t);
        }
        assert!(!c.is_locked(t));
        // Four passwords in turn push each other out of the memory, so every attempt counts.
        for n in 0..8 {
            c.wrong(format!("v{}", n % 4).as_bytes(), &RULES, t);
        }
        assert!(c.is_locked(t));
    }

    #[test]
    fn after_a_lock_one_failure_locks_again_for_twice_as_long() {
        let (mut c, t) = (Counter::default(), Instant::now());
        let rules = SmartLockout {
            threshold: 1,
            ..RULES
        };
        c.wrong(b"a", &rules, t);
        let later = t + Duration::from_secs(61);
        assert!(!c.is_locked(later));
        c.wrong(
            b"b",
            &SmartLockout {
                threshold: 10,
                ..RULES
            },
            later,
        );
        assert!(c.is_locked(later + Duration::from_secs(119)));
        assert!(!c.is_locked(later + Duration::from_secs(120)));
        c.right();
        c.wrong(b"c", &RULES, later);
        assert!(!c.is_locked(later));
    }

    #[test]
    fn with_pass_through_repeats_lock() {
        let (mut c, t) = (Counter::default(), Instant::now());
        let rules = SmartLockout {
            threshold: 3,
            pass_through: true,
            ..RULES
        };
        for _ in 0..2 {
            c.wrong(b"same", &rules, t);
            assert!(!c.is_locked(t));
        }
        c.wrong(b"same", &rules, t);
        assert!(c.is_locked(t));
    }

    #[test]
    fn the_loop_window_slides() {
        let (mut l, t) = (Loops::default(), Instant::now());
        let limit = LoopLimit {
            requests: 3,
            window: Duration::from_secs(10),
        };
        let key = || ("u".to_owned(), "s".to_owned(), "c".to_owned());
        assert!(!l.too_many(key(), &limit, t));
        assert!(!l.too_many(key(), &limit, t + Duration::from_secs(1)));
        assert!(l.too_many(key(), &limit, t + Duration::from_secs(2)));
        assert!(!l.too_many(key(), &limit, t + Duration::from_secs(30)));
    }
}
