//! A Secret Service by script, behind a socket of its own that is the bus as well: it says what no
//! real keyring says on demand. What it was asked is kept in the order in which it came. Not here:
//! what is expected of the store (`mod.rs`), and whether a real keyring answers so
//! (`tests/it/secret_service.rs`).

use super::SERVICE;
use super::messages::{
    Body, Value, account_in, completed, created, message, owner_changed, reply, text,
};
use crate::calls::{NONE, PROVIDER};
use crate::connection::BUS;
use crate::message::{Message, PREFIX, length_of};
use crate::session::{Exchange, Key};
use crate::wire::Writer;
use crate::{Options, Store};
use std::collections::VecDeque;
use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

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

/// Who sits before the provider, if it asks anybody.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Person {
    /// Nobody is asked for anything.
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

/// How it searches: rightly, with what it finds in the other order, or for whatever there is.
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
                let talk = Talk {
                    stream,
                    state: Arc::clone(&of_all),
                    key: None,
                    pending: None,
                    held: Vec::new(),
                };
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

    /// What it holds now, whichever place it has.
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

/// What a person was asked for.
enum Pending {
    Store((Kept, bool)),
    Delete(String),
    Unlock,
}

struct Talk {
    stream: UnixStream,
    state: Arc<Mutex<State>>,
    key: Option<Key>,
    pending: Option<Pending>,
    held: Vec<u8>,
}

impl Talk {
    /// Until the other side, or the script, has had enough.
    fn serve(mut self) -> Option<()> {
        let mut line = Vec::new();
        while !line.ends_with(b"BEGIN\r\n") {
            let mut byte = [0];
            self.stream.read_exact(&mut byte).ok()?;
            line.push(byte[0]);
        }
        let welcome = self.state.lock().ok()?.welcome.clone();
        self.stream
            .write_all(&welcome.unwrap_or_else(|| b"OK 1234deadbeef\r\n".to_vec()))
            .ok()?;
        loop {
            let mut bytes = vec![0; PREFIX];
            self.stream.read_exact(&mut bytes).ok()?;
            bytes.resize(length_of(bytes.first_chunk()?, 4 << 20).ok()?, 0);
            self.stream.read_exact(&mut bytes[PREFIX..]).ok()?;
            let serial = u32::from_le_bytes(*bytes[8..].first_chunk()?);
            let call = Message::decode(&bytes).ok()?;
            let twist = {
                let mut state = self.state.lock().ok()?;
                state.calls.push(call.member.clone());
                state.twist(&call.member)
            };
            let answer = match twist {
                Some(Twist::Error(name)) => message(
                    3,
                    &[(5, Value::Number(serial)), (4, Value::Text("s", name))],
                    ("", Writer::default()),
                ),
                Some(Twist::HangUp) => return None,
                Some(Twist::Silence) => continue,
                Some(Twist::Nothing) => reply(serial, ("o", text(NONE))),
                Some(Twist::Later) => {
                    self.held = reply(serial, self.answer(&call)?);
                    continue;
                }
                Some(Twist::AsUsual) | None => reply(serial, self.answer(&call)?),
            };
            let held = std::mem::take(&mut self.held);
            self.stream.write_all(&[answer, held].concat()).ok()?;
            if call.member == "Prompt" {
                self.ask()?;
            }
        }
    }

    fn answer(&mut self, call: &Message) -> Option<Body> {
        let mut state = self.state.lock().ok()?;
        let mut w = Writer::default();
        match call.member.as_str() {
            "Hello" => Some(("s", text(":1.1"))),
            "ReadAlias" => Some(("o", text(KEYRING))),
            "OpenSession" => {
                let mut body = call.body("sv").ok()?;
                body.text().ok()?;
                body.variant("ay").ok()?;
                let exchange = Exchange::new().ok()?;
                self.key = Some(exchange.agree_without_zeros(body.blob().ok()?));
                w.signature("ay");
                w.blob(&exchange.public);
                w.text("/session/1");
                Some(("vo", w))
            }
            "Get" => {
                let mut body = call.body("ss").ok()?;
                body.text().ok()?;
                property(&mut state, &call.path, body.text().ok()?).map(|w| ("v", w))
            }
            "SearchItems" => {
                let account = account_in(&mut call.body("a{ss}").ok()?)?;
                let paths = state.paths(&account, call.path == LOCKED);
                w.array(4, |w| paths.iter().for_each(|path| w.text(path)));
                Some(("ao", w))
            }
            "GetSecret" => {
                let secret = state.at(&call.path)?.as_ref()?.secret.clone();
                let (iv, value) = self.key.as_ref()?.encrypt(&secret).ok()?;
                w.text("/session/1");
                w.blob(&iv);
                w.blob(&value);
                w.text("text/plain");
                Some(("(oayays)", w))
            }
            _ => {
                drop(state);
                self.change(call)
            }
        }
    }

    /// What changes something: done at once, or left for a person.
    fn change(&mut self, call: &Message) -> Option<Body> {
        let mut state = self.state.lock().ok()?;
        let mut w = Writer::default();
        match call.member.as_str() {
            "CreateItem" => {
                let new = created(&mut call.body("a{sv}(oayays)b").ok()?, self.key.as_ref()?)?;
                if state.person == Person::NotNeeded {
                    w.text(&state.store(new));
                    w.text(NONE);
                } else {
                    self.pending = Some(Pending::Store(new));
                    w.text(NONE);
                    w.text(PROMPT);
                }
                Some(("oo", w))
            }
            "Delete" if state.person == Person::NotNeeded => {
                *state.at(&call.path)? = None;
                Some(("o", text(NONE)))
            }
            "Delete" => {
                self.pending = Some(Pending::Delete(call.path.clone()));
                Some(("o", text(PROMPT)))
            }
            "Unlock" => {
                self.pending = Some(Pending::Unlock);
                w.array(4, |_| ());
                w.text(PROMPT);
                Some(("aoo", w))
            }
            _ => Some(("", w)),
        }
    }

    /// The end of the prompt, after signals that mean something to others.
    fn ask(&mut self) -> Option<()> {
        let person = self.state.lock().ok()?.person;
        let mut strays = [
            completed("/prompt/2", true, "o", "/"),
            owner_changed("org.example", PROVIDER),
        ]
        .concat();
        strays.extend(owner_changed(BUS, "org.example.other"));
        self.stream.write_all(&strays).ok()?;
        let end = match person {
            Person::Agrees(time) => {
                thread::sleep(time);
                let (kind, path) = self.done()?;
                completed(PROMPT, false, kind, &path)
            }
            Person::InVain => completed(PROMPT, false, "o", NONE),
            Person::Dismisses => completed(PROMPT, true, "o", NONE),
            Person::Outlives | Person::NotNeeded => owner_changed(BUS, PROVIDER),
        };
        self.stream.write_all(&end).ok()
    }

    fn done(&mut self) -> Option<(&'static str, String)> {
        let mut state = self.state.lock().ok()?;
        match self.pending.take()? {
            Pending::Store(new) => return Some(("o", state.store(new))),
            Pending::Delete(path) => *state.at(&path)? = None,
            Pending::Unlock => state.locked = false,
        }
        Some(("o", NONE.into()))
    }
}

fn property(state: &mut State, path: &str, name: &str) -> Option<Writer> {
    let mut w = Writer::default();
    match name {
        "Locked" => {
            w.signature("b");
            w.boolean(if path == KEYRING {
                state.locked
            } else {
                path == LOCKED
            });
        }
        "Label" => {
            w.signature("s");
            w.text("login");
        }
        "Collections" => {
            w.signature("ao");
            w.array(4, |w| {
                for keyring in [KEYRING, LOCKED] {
                    w.text(keyring);
                }
            });
        }
        "Modified" => {
            w.signature("t");
            w.align(8);
            w.bytes
                .extend(state.at(path)?.as_ref()?.modified.to_le_bytes());
        }
        _ => {
            w.signature("a{ss}");
            let account = state.at(path)?.as_ref()?.account.clone();
            w.dictionary(&[
                ("application", SERVICE),
                ("username", &account),
                ("service", SERVICE),
            ]);
        }
    }
    Some(w)
}
