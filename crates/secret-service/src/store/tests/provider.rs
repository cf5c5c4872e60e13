//! A scripted Secret Service behind a socket of its own, which is the bus as well: it gives answers
//! that no real keyring gives on demand. It keeps the calls in their order. Not here: what the
//! store must do (`mod.rs`), and whether a real keyring answers so (`tests/it/keychain.rs`).

mod talk;

use crate::{Options, Store};
use std::collections::VecDeque;
use std::os::unix::net::UnixListener;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;
use talk::Talk;

const KEYRING: &str = "/keyring/login";
/// Another one, which is always locked.
const LOCKED: &str = "/keyring/locked";
const PROMPT: &str = "/prompt/1";

/// What happens to one call, once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Twist {
    /// None.
    AsUsual,
    /// An error of this name is the answer.
    Error(&'static str),
    /// The connection is closed.
    HangUp,
    /// No answer ever.
    Silence,
    /// The path `/`.
    Nothing,
    /// The answer comes after that of the next call.
    Later,
}

/// The person at the provider, if it asks one.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Person {
    /// The provider asks no person.
    #[default]
    NotNeeded,
    /// Agrees after this time.
    Agrees(Duration),
    /// Agrees, and the keyring stays locked all the same.
    InVain,
    Dismisses,
    /// The provider goes away while it asks.
    Outlives,
}

/// How it searches: correctly, with its results in the other order, or with all items as results.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Search {
    #[default]
    Right,
    Backwards,
    Loose,
}

#[derive(Clone)]
pub(super) struct Kept {
    pub(super) account: String,
    pub(super) secret: Vec<u8>,
    pub(super) modified: u64,
    pub(super) locked: bool,
}

impl Kept {
    pub(super) fn new(account: &str, secret: &[u8], modified: u64) -> Self {
        Self {
            account: account.into(),
            secret: secret.into(),
            modified,
            locked: false,
        }
    }
}

#[derive(Default)]
pub(super) struct State {
    /// By their place; what was deleted leaves a gap.
    pub(super) items: Vec<Option<Kept>>,
    pub(super) locked: bool,
    pub(super) person: Person,
    /// A write adds an item, and replaces none.
    pub(super) only_adds: bool,
    pub(super) search: Search,
    /// What becomes of a value that is stored.
    pub(super) changed_to: Option<&'static [u8]>,
    /// What is said to the log-in.
    pub(super) welcome: Option<Vec<u8>>,
    pub(super) twists: VecDeque<(&'static str, Twist)>,
    pub(super) calls: Vec<String>,
}

impl State {
    /// No account means all of them.
    fn paths(&self, account: &str, locked: bool) -> Vec<String> {
        let all = account.is_empty() || self.search == Search::Loose;
        let is_one = |kept: &Kept| kept.locked == locked && (all || account == kept.account);
        let found = self
            .items
            .iter()
            .enumerate()
            .filter(|(_, kept)| kept.as_ref().is_some_and(is_one));
        let paths = found.map(|(place, _)| format!("/item/{place}"));
        if self.search == Search::Backwards {
            paths.rev().collect()
        } else {
            paths.collect()
        }
    }

    fn at(&mut self, path: &str) -> Option<&mut Option<Kept>> {
        self.items
            .get_mut(path.strip_prefix("/item/")?.parse::<usize>().ok()?)
    }

    fn store(&mut self, (mut new, replace): (Kept, bool)) -> String {
        if let Some(other) = self.changed_to {
            new.secret = other.into();
        }
        if replace && !self.only_adds {
            self.items
                .iter_mut()
                .filter(|kept| kept.as_ref().is_some_and(|k| k.account == new.account))
                .for_each(|k| *k = None);
        }
        self.items.push(Some(new));
        format!("/item/{}", self.items.len() - 1)
    }

    fn twist(&mut self, method: &str) -> Option<Twist> {
        let is_next = self
            .twists
            .front()
            .is_some_and(|(wanted, _)| *wanted == method);
        if is_next {
            self.twists.pop_front().map(|(_, twist)| twist)
        } else {
            None
        }
    }
}

/// The socket of a provider, and what it holds.
pub(super) struct Provider {
    dir: tempfile::TempDir,
    state: Arc<Mutex<State>>,
}

impl Provider {
    pub(super) fn start(state: State) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let state = Arc::new(Mutex::new(state));
        let listener = UnixListener::bind(dir.path().join("bus")).unwrap();
        let of_all = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let talk = Talk::new(stream, Arc::clone(&of_all));
                thread::spawn(move || talk.serve());
            }
        });
        Self { dir, state }
    }

    pub(super) fn address(&self) -> String {
        format!("unix:path={}", self.dir.path().join("bus").display())
    }

    pub(super) fn options(&self) -> Options {
        Options {
            address: Some(self.address()),
            ..Options::default()
        }
    }

    pub(super) fn store(&self) -> Store {
        Store::new(self.options())
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The items that it holds now, each with its value.
    pub(super) fn values(&self) -> Vec<(String, Vec<u8>)> {
        self.state()
            .items
            .iter()
            .flatten()
            .map(|kept| (kept.account.clone(), kept.secret.clone()))
            .collect()
    }

    pub(super) fn times(&self, method: &str) -> usize {
        self.state()
            .calls
            .iter()
            .filter(|call| *call == method)
            .count()
    }
}
