//! A Secret Service that behaves as `KWallet` and `KeePassXC` were seen to do. It distinguishes
//! clients, and its prompts have their effect. Not here: what the store must do (`others.rs`).

mod client;

use std::collections::HashSet;
use std::os::unix::net::UnixListener;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::Options;
use client::Client;

const KEYRING: &str = "/org/freedesktop/secrets/collection/wallet";
// Empty, and always locked.
const SECOND: &str = "/org/freedesktop/secrets/collection/second";
const PROMPT: &str = "/org/freedesktop/secrets/prompt/p1";

/// What comes of a prompt that is shown.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Person {
    /// Says yes after so long.
    Allows(Duration),
    Refuses,
    #[default]
    Absent,
}

/// How this provider differs from one that is unlocked and has no dialogs.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a way of its own")]
pub(super) struct Ways {
    /// `Locked` of the keyring.
    pub(super) locked: bool,
    /// `KeePassXC`: a second keyring exists, and a person brought it to the front, so it is the
    /// default one.
    pub(super) second_in_front: bool,
    /// What `org.kde.KWallet.isOpen` answers, if anything.
    pub(super) wallet: Option<bool>,
    /// `KeePassXC`: an item is locked for each client that did not make it.
    pub(super) asks_for_items: bool,
    /// `KeePassXC`: `Delete` is answered with a prompt.
    pub(super) asks_to_delete: bool,
    /// `KeePassXC`: so is `CreateItem`; only where an item would be replaced, a person is asked.
    pub(super) asks_to_replace: bool,
    pub(super) person: Person,
    /// `KWallet`: a key is made of the number without the zeros it begins with, and the first
    /// number of a client has some.
    pub(super) unlucky: bool,
}

#[derive(Default)]
struct State {
    ways: Ways,
    items: Vec<Item>,
    made: u64,
    calls: Vec<String>,
}

struct Item {
    path: String,
    attributes: Vec<(String, String)>,
    label: String,
    secret: Vec<u8>,
    allowed: HashSet<u32>,
    made: u64,
}

impl State {
    fn put(&mut self, item: Item, replace: bool) {
        self.items
            .retain(|old| !replace || old.attributes != item.attributes);
        self.items.push(item);
    }
}

/// The provider; it ends with the process, and only this process can reach it.
pub(super) struct Fake {
    dir: tempfile::TempDir,
    state: Arc<Mutex<State>>,
}

impl Fake {
    pub(super) fn start(ways: Ways) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(dir.path().join("bus")).unwrap();
        let state = Arc::new(Mutex::new(State {
            ways,
            ..State::default()
        }));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for (number, stream) in (1..).zip(listener.incoming()) {
                let client = Client::new(number, Arc::clone(&shared));
                thread::spawn(move || client.serve(stream.unwrap()));
            }
        });
        Self { dir, state }
    }

    /// With a short deadline, and no person to ask.
    pub(super) fn options(&self) -> Options {
        let address = format!("unix:path={}", self.dir.path().join("bus").display());
        Options {
            address: Some(address),
            deadline: Duration::from_millis(700),
            ..Options::default()
        }
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Ways)) {
        change(&mut self.state.lock().unwrap().ways);
    }

    /// What was called since the last time.
    pub(super) fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().calls)
    }

    pub(super) fn labels(&self) -> Vec<String> {
        self.state
            .lock()
            .unwrap()
            .items
            .iter()
            .map(|i| i.label.clone())
            .collect()
    }
}
