//! The emulator's memory: settings, counters, records. Shared by the serving thread and the test;
//! locked briefly, never across a wait.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::config::Config;
use crate::fault::Queue;
use crate::lockout::{Counter, Loops};
use crate::record::Recorded;
use crate::token::IssuedToken;
use crate::violation;

/// The state behind its lock, and the fixed facts of the server.
pub(crate) struct Shared {
    state: Mutex<State>,
    /// `https://localhost:PORT`.
    pub(crate) authority: String,
}

impl Shared {
    pub(crate) fn new(config: Config, authority: String) -> Self {
        Self {
            state: Mutex::new(State::new(config)),
            authority,
        }
    }

    /// Takes the lock, also after a test that held it has panicked: that test has failed, and the
    /// others go on.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everything that changes.
pub(crate) struct State {
    pub(crate) config: Config,
    pub(crate) faults: Queue,
    pub(crate) loops: Loops,
    pub(crate) requests: Vec<Recorded>,
    pub(crate) violations: Vec<String>,
    pub(crate) connections: usize,
    /// `jti` of every assertion.
    pub(crate) assertion_ids: HashSet<String>,
    counters: HashMap<String, Counter>,
    failed: HashMap<String, usize>,
    issued: Vec<IssuedToken>,
    by_token: HashMap<String, usize>,
    /// `clear` removed the tokens before this one from the list, but Graph still accepts them.
    listed_from: usize,
    next_number: u64,
}

impl State {
    fn new(config: Config) -> Self {
        Self {
            config,
            faults: Queue::default(),
            loops: Loops::default(),
            requests: Vec::new(),
            violations: Vec::new(),
            connections: 0,
            assertion_ids: HashSet::new(),
            counters: HashMap::new(),
            failed: HashMap::new(),
            issued: Vec::new(),
            by_token: HashMap::new(),
            listed_from: 0,
            next_number: 1,
        }
    }

    /// Clears records and counters; settings, faults and the validity of tokens stay.
    pub(crate) fn clear(&mut self) {
        self.requests.clear();
        self.violations.clear();
        self.connections = 0;
        self.counters.clear();
        self.failed.clear();
        self.loops = Loops::default();
        self.listed_from = self.issued.len();
    }

    /// Keeps a request and its violations; gives it its number.
    pub(crate) fn record(&mut self, mut request: Recorded) -> Recorded {
        request.number = self.next_number;
        self.next_number += 1;
        self.violations
            .extend(violation::find(&request, &self.config));
        self.requests.push(request.clone());
        request
    }

    /// Notes the status of the answer; the record may have been cleared meanwhile.
    pub(crate) fn answered(&mut self, number: u64, status: u16) {
        if let Some(request) = self.requests.iter_mut().rev().find(|r| r.number == number) {
            request.status = Some(status);
        }
    }

    pub(crate) fn counter(&mut self, upn: &str) -> &mut Counter {
        self.counters.entry(upn.to_ascii_lowercase()).or_default()
    }

    pub(crate) fn count_failure(&mut self, upn: &str) {
        *self.failed.entry(upn.to_ascii_lowercase()).or_default() += 1;
    }

    pub(crate) fn failures(&self, upn: &str) -> usize {
        self.failed
            .get(&upn.to_ascii_lowercase())
            .copied()
            .unwrap_or_default()
    }

    pub(crate) fn keep_token(&mut self, token: IssuedToken) {
        self.by_token.insert(token.token.clone(), self.issued.len());
        self.issued.push(token);
    }

    pub(crate) fn token(&self, token: &str) -> Option<&IssuedToken> {
        self.by_token.get(token).and_then(|at| self.issued.get(*at))
    }

    pub(crate) fn issued(&self) -> &[IssuedToken] {
        &self.issued[self.listed_from..]
    }
}
