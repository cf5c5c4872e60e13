//! One connection of the scripted provider: what it answers, and what its person does.

use super::super::SERVICE;
use super::super::messages::{
    Body, Value, account_in, completed, created, message, owner_changed, reply, text,
};
use super::{KEYRING, Kept, LOCKED, PROMPT, Person, State, Twist};
use crate::calls::{NONE, PROVIDER};
use crate::connection::BUS;
use crate::message::{Message, PREFIX, length_of};
use crate::session::{Exchange, Key};
use crate::wire::Writer;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use std::thread;

/// What a person was asked for.
enum Pending {
    Store((Kept, bool)),
    Delete(String),
    Unlock,
}

pub(super) struct Talk {
    stream: UnixStream,
    state: Arc<Mutex<State>>,
    key: Option<Key>,
    pending: Option<Pending>,
    held: Vec<u8>,
}

impl Talk {
    pub(super) fn new(stream: UnixStream, state: Arc<Mutex<State>>) -> Self {
        Self {
            stream,
            state,
            key: None,
            pending: None,
            held: Vec::new(),
        }
    }

    /// Until the other side, or the script, has had enough.
    pub(super) fn serve(mut self) -> Option<()> {
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
