//! One connection of the provider by its ways: what it answers to each call.

use super::super::messages::{Body, Value, completed, message, reply};
use super::{Item, KEYRING, PROMPT, Person, SECOND, State, Ways};
use crate::calls::NONE;
use crate::message::{Message, PREFIX, length_of};
use crate::session::{Exchange, Key};
use crate::wire::{Malformed, Read as Parsed, Writer};
use std::collections::HashSet;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What a prompt is for.
enum Wish {
    Unlock(Vec<String>),
    Delete(String),
    /// And whether it may replace another.
    Create(Item, bool),
}

pub(super) struct Client {
    number: u32,
    state: Arc<Mutex<State>>,
    key: Option<Key>,
    wants: Option<Wish>,
}

/// A reply: its signature and body, or the name of an error.
type Answer = Result<Body, &'static str>;

const UNKNOWN: &str = "org.freedesktop.DBus.Error.UnknownMethod";

impl Client {
    /// The one with this number; each has its own.
    pub(super) fn new(number: u32, state: Arc<Mutex<State>>) -> Self {
        Self {
            number,
            state,
            key: None,
            wants: None,
        }
    }

    pub(super) fn serve(mut self, mut stream: UnixStream) -> std::io::Result<()> {
        let mut line = Vec::new();
        while !line.ends_with(b"BEGIN\r\n") {
            let mut byte = [0u8];
            stream.read_exact(&mut byte)?;
            line.push(byte[0]);
        }
        stream.write_all(b"OK 0123456789abcdef\r\n")?;
        loop {
            let mut bytes = vec![0u8; PREFIX];
            stream.read_exact(&mut bytes)?;
            bytes.resize(length_of(bytes.first_chunk().unwrap(), 4 << 20).unwrap(), 0);
            stream.read_exact(&mut bytes[PREFIX..])?;
            let serial = u32::from_le_bytes(bytes[8..12].try_into().unwrap());
            let call = Message::decode(&bytes).unwrap();
            let answer = self
                .answer(&call)
                .unwrap_or(Err("org.freedesktop.DBus.Error.InvalidArgs"));
            let answer = match answer {
                Ok(body) => reply(serial, body),
                Err(name) => message(
                    3,
                    &[(5, Value::Number(serial)), (4, Value::Text("s", name))],
                    ("", Writer::default()),
                ),
            };
            stream.write_all(&answer)?;
            if call.member == "Prompt" {
                self.prompt(&mut stream)?;
            }
        }
    }

    fn answer(&mut self, call: &Message) -> Parsed<Answer> {
        let state = Arc::clone(&self.state);
        let mut state = state.lock().unwrap();
        state.calls.push(call.member.clone());
        let mut out = Writer::default();
        let signature = match call.member.as_str() {
            "Hello" => {
                out.text(":1.1");
                "s"
            }
            "AddMatch" | "Prompt" => "",
            "Dismiss" => {
                self.wants = None;
                ""
            }
            "ReadAlias" => {
                out.text(if state.ways.second_in_front {
                    SECOND
                } else {
                    KEYRING
                });
                "o"
            }
            "isOpen" => match state.ways.wallet {
                Some(open) if call.path == "/modules/kwalletd5" => {
                    out.boolean(open);
                    "b"
                }
                _ => return Ok(Err(UNKNOWN)),
            },
            "Get" => return self.property(call, &state),
            "OpenSession" => {
                self.open_session(call, &state.ways, &mut out)?;
                "vo"
            }
            "Unlock" => {
                self.wants = Some(Wish::Unlock(call.body("ao")?.paths()?));
                out.array(4, |_| ());
                out.text(PROMPT);
                "aoo"
            }
            _ => return self.of_keyring(call, &mut state),
        };
        Ok(Ok((signature, out)))
    }

    /// What is asked of a keyring or an item.
    fn of_keyring(&mut self, call: &Message, state: &mut State) -> Parsed<Answer> {
        let mut out = Writer::default();
        let signature = match call.member.as_str() {
            // Of one keyring: asked for all, some providers show a dialog.
            "SearchItems" if call.path.contains("/collection/") => {
                let wanted = dictionary(call)?;
                let here = state
                    .items
                    .iter()
                    .filter(|item| item.path.starts_with(&call.path));
                let found =
                    here.filter(|item| wanted.iter().all(|pair| item.attributes.contains(pair)));
                out.array(4, |w| found.for_each(|item| w.text(&item.path)));
                "ao"
            }
            "CreateItem" => {
                let (item, replace) = self.read(call, state)?;
                let replaces = replace
                    && state
                        .items
                        .iter()
                        .any(|old| old.attributes == item.attributes);
                let paths = if state.ways.asks_to_replace {
                    [NONE, PROMPT]
                } else {
                    [&*item.path, NONE]
                };
                for path in paths {
                    out.text(path);
                }
                if state.ways.asks_to_replace {
                    self.wants = Some(Wish::Create(item, replaces));
                } else {
                    state.put(item, replace);
                }
                "oo"
            }
            "GetSecret" => return self.secret(call, state),
            "Delete" => {
                if state.ways.asks_to_delete {
                    self.wants = Some(Wish::Delete(call.path.clone()));
                } else {
                    state.items.retain(|item| item.path != call.path);
                }
                out.text(if self.wants.is_some() { PROMPT } else { NONE });
                "o"
            }
            _ => return Ok(Err(UNKNOWN)),
        };
        Ok(Ok((signature, out)))
    }

    fn property(&self, call: &Message, state: &State) -> Parsed<Answer> {
        let mut body = call.body("ss")?;
        let (_, name) = (body.text()?, body.text()?);
        let mut out = Writer::default();
        let item = || state.items.iter().find(|item| item.path == call.path);
        match name {
            "Modified" => {
                out.signature("t");
                out.align(8);
                out.bytes
                    .extend_from_slice(&item().ok_or(Malformed)?.made.to_le_bytes());
            }
            "Locked" => {
                out.signature("b");
                out.boolean(match call.path.as_str() {
                    KEYRING => state.ways.locked,
                    SECOND => true,
                    _ => !self.may_read(item().ok_or(Malformed)?, &state.ways),
                });
            }
            "Collections" => {
                out.signature("ao");
                out.array(4, |w| {
                    for path in [KEYRING, SECOND] {
                        w.text(path);
                    }
                });
            }
            "Attributes" => {
                let all = &item().ok_or(Malformed)?.attributes;
                let all: Vec<_> = all
                    .iter()
                    .map(|(name, value)| (&**name, &**value))
                    .collect();
                out.signature("a{ss}");
                out.dictionary(&all);
            }
            "Label" => {
                out.signature("s");
                out.text("wallet");
            }
            _ => return Ok(Err(UNKNOWN)),
        }
        Ok(Ok(("v", out)))
    }

    fn open_session(&mut self, call: &Message, ways: &Ways, out: &mut Writer) -> Parsed<()> {
        let mut body = call.body("sv")?;
        body.text()?;
        body.variant("ay")?;
        let (theirs, unlucky) = (body.blob()?, ways.unlucky && self.key.is_none());
        let ours = if unlucky {
            Exchange::unlucky(theirs)
        } else {
            Exchange::new().unwrap()
        };
        self.key = Some(ours.agree_without_zeros(theirs));
        out.signature("ay");
        out.blob(&ours.public);
        out.text("/org/freedesktop/secrets/session/1");
        Ok(())
    }

    fn may_read(&self, item: &Item, ways: &Ways) -> bool {
        !ways.asks_for_items || item.allowed.contains(&self.number)
    }

    /// What `CreateItem` is to make, and whether it may replace.
    fn read(&self, call: &Message, state: &mut State) -> Parsed<(Item, bool)> {
        let mut body = call.body("a{sv}(oayays)b")?;
        let (mut label, mut attributes) = (String::new(), Vec::new());
        body.array(8, |entry| {
            entry.structure()?;
            if entry.text()?.ends_with("Label") {
                entry.variant("s")?;
                entry.text()?.clone_into(&mut label);
                return Ok(());
            }
            entry.variant("a{ss}")?;
            entry.array(8, |pair| {
                pair.structure()?;
                attributes.push((pair.text()?.to_owned(), pair.text()?.to_owned()));
                Ok(())
            })
        })?;
        body.structure()?;
        body.text()?;
        let (iv, value) = (body.blob()?, body.blob()?);
        // What a provider makes of a value that it cannot read, it keeps.
        let secret = self
            .key
            .as_ref()
            .unwrap()
            .decrypt(iv, value)
            .map(|bytes| bytes.to_vec())
            .unwrap_or_default();
        body.text()?;
        state.made += 1;
        let path = format!("{KEYRING}/{}", state.made);
        let allowed = HashSet::from([self.number]);
        Ok((
            Item {
                path,
                attributes,
                label,
                secret,
                allowed,
                made: state.made,
            },
            body.boolean()?,
        ))
    }

    fn secret(&self, call: &Message, state: &State) -> Parsed<Answer> {
        let item = state
            .items
            .iter()
            .find(|item| item.path == call.path)
            .ok_or(Malformed)?;
        if !self.may_read(item, &state.ways) {
            return Ok(Err("org.freedesktop.Secret.Error.IsLocked"));
        }
        let (iv, value) = self.key.as_ref().unwrap().encrypt(&item.secret).unwrap();
        let mut out = Writer::default();
        out.structure(|w| {
            w.text("/org/freedesktop/secrets/session/1");
            w.blob(&iv);
            w.blob(&value);
            w.text("application/octet-stream");
        });
        Ok(Ok(("(oayays)", out)))
    }

    /// Shows the prompt to whoever is there.
    fn prompt(&mut self, stream: &mut UnixStream) -> std::io::Result<()> {
        let at_once = matches!(self.wants, Some(Wish::Create(_, false)));
        let person = if at_once {
            Person::Allows(Duration::ZERO)
        } else {
            self.state.lock().unwrap().ways.person
        };
        let mut made = String::new();
        match person {
            Person::Absent => return Ok(()),
            Person::Refuses => {}
            Person::Allows(after) => {
                thread::sleep(after);
                made = self.grant();
            }
        }
        let kind = if made.is_empty() { "s" } else { "o" };
        stream.write_all(&completed(PROMPT, person == Person::Refuses, kind, &made))
    }

    /// Does what the prompt was for; the path of an item that was made.
    fn grant(&mut self) -> String {
        let mut state = self.state.lock().unwrap();
        match self.wants.take() {
            Some(Wish::Unlock(paths)) if paths.contains(&KEYRING.to_owned()) => {
                state.ways.locked = false;
            }
            Some(Wish::Unlock(paths)) => {
                let wanted = state
                    .items
                    .iter_mut()
                    .filter(|item| paths.contains(&item.path));
                wanted.for_each(|item| item.allowed.extend([self.number]));
            }
            Some(Wish::Delete(path)) => state.items.retain(|item| item.path != path),
            Some(Wish::Create(item, replace)) => {
                let path = item.path.clone();
                state.put(item, replace);
                return path;
            }
            None => {}
        }
        String::new()
    }
}

/// `a{ss}`.
fn dictionary(call: &Message) -> Parsed<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    call.body("a{ss}")?.array(8, |pair| {
        pair.structure()?;
        pairs.push((pair.text()?.to_owned(), pair.text()?.to_owned()));
        Ok(())
    })?;
    Ok(pairs)
}
