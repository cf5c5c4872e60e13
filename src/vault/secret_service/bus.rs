//! What is asked of the Secret Service, and in which order: connect, look, then get, set, delete or list. Not here: the
//! connection (`connection.rs`), and the thread with the deadline around all of it (`mod.rs`).
//!
//! The order of the first calls is the point of this file.
//! 1. `ReadAlias("default")` before anything else. gnome-keyring makes its record of a client in a queued callback; an
//!    `OpenSession` that overtakes it crashes the daemon, which then restarts *locked*. A cheap call first closes that
//!    race. In the same race the alias may be answered with `/`, so that answer is asked for again.
//! 2. `Locked` of that keyring, together with `OpenSession`. Some providers answer a search in a locked keyring with "nothing
//!    found", others hang.
//! 3. Only then search, read, write. The session is always DH: secrets cross the bus encrypted.
//!
//! Prompts: no path here unlocks unless `Options::unlock` allows it. `CreateItem` and `Delete` may be answered with a
//! prompt object, which is performed: `KeePassXC` does so each time, without a dialog by default, and any
//! provider would if the keyring was locked between step 2 and the call. The deadline bounds both, and closing the
//! connection takes the dialog away.

use std::time::{Duration, Instant};

use super::connection::{Connection, Ticket};
use super::message::{Call, Message};
use super::prompt::perform;
use super::session::{ALGORITHM, Exchange, Key};
use super::wire::{Malformed, Writer};
use super::{Fault, Options, SERVICE, Wiped};

pub(super) const PROVIDER: &str = "org.freedesktop.secrets";
const SERVICE_PATH: &str = "/org/freedesktop/secrets";
const SERVICE_INTERFACE: &str = "org.freedesktop.Secret.Service";
const COLLECTION_INTERFACE: &str = "org.freedesktop.Secret.Collection";
const ITEM_INTERFACE: &str = "org.freedesktop.Secret.Item";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
const CONTENT_TYPE: &str = "application/octet-stream";
/// The path that stands for "none".
pub(super) const NONE: &str = "/";

/// The pauses before an alias is asked for: at first none, then for an answer of `/` three times more.
const ALIAS_PAUSES: [Duration; 4] =
    [Duration::ZERO, Duration::from_millis(5), Duration::from_millis(5), Duration::from_millis(5)];
/// The pause before a full bus is asked again.
const CROWD_PAUSE: Duration = Duration::from_millis(25);

/// A connection that has passed steps 1 and 2 above and holds an encrypted session.
struct Link {
    bus: Connection,
    collection: String,
    session: String,
    key: Key,
    /// Bound on each piece of work, after a person was waited for.
    deadline: Duration,
}

/// Runs `op`, and once more on a new connection when the provider restarted or an item vanished under it. Every
/// operation can be repeated: a write replaces. One bound for all of it: nothing is still written when the caller was told that
/// it failed.
pub(super) fn with_one_repeat<T>(options: &Options, op: &impl Fn(&Options) -> Result<T, Fault>) -> Result<T, Fault> {
    let end = Instant::now() + options.limit();
    match patiently(options, end, op) {
        Err(first) if first.is_transient() => match patiently(options, end, op) {
            // It died and nothing restarted it: "gone" says more than "there is none".
            Err(Fault::NoProvider) => Err(first),
            second => second,
        },
        done => done,
    }
}

/// Runs `op`, and again while the bus takes no more connections of this account (256 by default): hundreds of jobs may start
/// at once.
fn patiently<T>(options: &Options, end: Instant, op: &impl Fn(&Options) -> Result<T, Fault>) -> Result<T, Fault> {
    let mut crowded = None;
    loop {
        let Some(rest) = options.until(end) else { return Err(crowded.unwrap_or(Fault::TimedOut)) };
        match op(&rest) {
            Err(fault) if fault.is_crowded() => {
                std::thread::sleep(CROWD_PAUSE.min(rest.deadline));
                crowded = Some(fault);
            }
            done => return done,
        }
    }
}

/// Steps 1 and 2 only.
pub(super) fn probe(options: &Options) -> Result<(), Fault> {
    let mut bus = Connection::open(options)?;
    let collection = default_collection(&mut bus)?;
    if is_locked(&mut bus, &collection)? { Err(Fault::Locked) } else { Ok(()) }
}

pub(super) fn get(options: &Options, account: &str) -> Result<Wiped, Fault> {
    Link::open(options)?.get(account)
}

/// Two secrets over one connection; that there is no second one is no fault.
pub(super) fn get_both(options: &Options, first: &str, second: &str) -> Result<(Wiped, Option<Wiped>), Fault> {
    let mut link = Link::open(options)?;
    let secret = link.get(first)?;
    match link.get(second) {
        Ok(other) => Ok((secret, Some(other))),
        Err(Fault::NotFound) => Ok((secret, None)),
        Err(fault) => Err(fault),
    }
}

/// Creates with `replace`, tidies up, reads back. A duplicate can only come from a provider whose "replace" is not
/// atomic; it is deleted here, so that an account never stays ambiguous.
pub(super) fn set(options: &Options, account: &str, secret: &[u8]) -> Result<(), Fault> {
    let mut link = Link::open(options)?;
    let written = link.create(account, secret)?;
    let items = link.search(account)?;
    let found = link.newest(items, account, Some(&written))?;
    for stale in found.others {
        // A leftover is older than what we wrote, so reading passes over it; the next write tries again.
        let _ = link.delete(&stale);
    }
    let kept = found.keep.ok_or(Fault::NotStored)?;
    let back = link.secret_of(&kept)?;
    if back.as_slice() == secret { Ok(()) } else { Err(Fault::NotStored) }
}

pub(super) fn delete(options: &Options, account: &str) -> Result<(), Fault> {
    let mut link = Link::open(options)?;
    let mut deleted = false;
    for item in link.search(account)? {
        if link.is_ours(&item, account)? {
            link.delete(&item)?;
            deleted = true;
        }
    }
    if deleted { Ok(()) } else { Err(Fault::NotFound) }
}

pub(super) fn accounts(options: &Options) -> Result<Vec<String>, Fault> {
    let mut link = Link::open(options)?;
    let (unlocked, _) = link.find(&OURS)?;
    let mut names = Vec::with_capacity(unlocked.len());
    for item in unlocked {
        let attributes = link.attributes_of(&item)?;
        names.extend(attributes.into_iter().filter_map(|(name, value)| (name == "username").then_some(value)));
    }
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

impl Link {
    fn open(options: &Options) -> Result<Self, Fault> {
        let mut bus = Connection::open(options)?;
        let collection = default_collection(&mut bus)?;
        let locked = ask_property(&mut bus, &collection, COLLECTION_INTERFACE, "Locked");
        let exchange = Exchange::new()?;
        let mut body = Writer::default();
        body.text(ALGORITHM);
        body.signature("ay");
        body.blob(&exchange.public());
        let session = bus.ask(&service("OpenSession", "sv", body));
        let locked = locked_of(&bus.reply(locked)?)?;
        let prompt_wait = match (locked, options.unlock) {
            (false, _) => None,
            (true, Some(wait)) => Some(wait),
            (true, None) => return Err(Fault::Locked),
        };
        let reply = bus.reply(session)?;
        let mut body = reply.body("vo")?;
        body.variant("ay")?;
        let key = exchange.agree(body.blob()?)?;
        let session = body.text()?.to_owned();
        let mut link = Self { bus, collection, session, key, deadline: options.deadline };
        if let Some(wait) = prompt_wait {
            link.unlock(wait)?;
            if is_locked(&mut link.bus, &link.collection)? {
                return Err(Fault::Locked);
            }
        }
        Ok(link)
    }

    /// Has the provider show its prompt, for as long as the person was promised.
    fn unlock(&mut self, wait: Duration) -> Result<(), Fault> {
        self.bus.allow(wait);
        let mut body = Writer::default();
        body.array(4, |w| w.text(&self.collection));
        let ticket = self.bus.ask(&service("Unlock", "ao", body));
        let reply = self.bus.reply(ticket)?;
        let mut body = reply.body("aoo")?;
        body.texts()?;
        let prompt = body.text()?.to_owned();
        perform(&mut self.bus, &prompt)?;
        self.bus.allow(self.deadline);
        Ok(())
    }

    /// The secret of `account`; of several items the newest.
    fn get(&mut self, account: &str) -> Result<Wiped, Fault> {
        let items = self.search(account)?;
        let item = self.newest(items, account, None)?.keep.ok_or(Fault::NotFound)?;
        self.secret_of(&item)
    }

    fn secret_of(&mut self, item: &str) -> Result<Wiped, Fault> {
        let mut body = Writer::default();
        body.text(&self.session);
        let ticket = self.bus.ask(&call(item, ITEM_INTERFACE, "GetSecret", "o", body));
        let reply = self.bus.reply(ticket)?;
        let mut body = reply.body("(oayays)")?;
        body.structure()?;
        body.text()?;
        let (iv, value) = (body.blob()?, body.blob()?);
        self.key.decrypt(iv, value)
    }

    /// The path of the new item.
    fn create(&mut self, account: &str, secret: &[u8]) -> Result<String, Fault> {
        let (iv, value) = self.key.encrypt(secret)?;
        let mut body = Writer::default();
        body.array(8, |w| {
            w.structure(|w| {
                w.text("org.freedesktop.Secret.Item.Label");
                w.signature("s");
                w.text(&format!("{SERVICE}: {account}"));
            });
            w.structure(|w| {
                w.text("org.freedesktop.Secret.Item.Attributes");
                w.signature("a{ss}");
                w.dictionary(&attributes(account));
            });
        });
        body.structure(|w| {
            w.text(&self.session);
            w.blob(&iv);
            w.blob(&value);
            w.text(CONTENT_TYPE);
        });
        body.boolean(true);
        let create = call(&self.collection, COLLECTION_INTERFACE, "CreateItem", "a{sv}(oayays)b", body);
        let ticket = self.bus.ask(&create);
        let reply = self.bus.reply(ticket)?;
        let mut body = reply.body("oo")?;
        let (item, prompt) = (body.text()?.to_owned(), body.text()?.to_owned());
        match perform(&mut self.bus, &prompt)? {
            Some(done) => {
                let mut body = done.body("bv")?;
                body.boolean()?;
                body.variant("o")?;
                Ok(body.text()?.to_owned())
            }
            None => Ok(item),
        }
    }

    fn delete(&mut self, item: &str) -> Result<(), Fault> {
        let ticket = self.bus.ask(&call(item, ITEM_INTERFACE, "Delete", "", Writer::default()));
        let reply = self.bus.reply(ticket)?;
        let prompt = reply.body("o")?.text()?.to_owned();
        perform(&mut self.bus, &prompt).map(drop)
    }

    /// All readable items of `account`, in all keyrings. If only a locked keyring has one, that is "locked", not "none".
    fn search(&mut self, account: &str) -> Result<Vec<String>, Fault> {
        let (unlocked, locked) = self.find(&attributes(account))?;
        if unlocked.is_empty() && !locked.is_empty() {
            return Err(Fault::Locked);
        }
        Ok(unlocked)
    }

    fn find(&mut self, attributes: &[(&str, &str)]) -> Result<(Vec<String>, Vec<String>), Fault> {
        let mut body = Writer::default();
        body.dictionary(attributes);
        let ticket = self.bus.ask(&service("SearchItems", "a{ss}", body));
        let reply = self.bus.reply(ticket)?;
        let mut body = reply.body("aoao")?;
        Ok((body.texts()?, body.texts()?))
    }

    fn attributes_of(&mut self, item: &str) -> Result<Vec<(String, String)>, Fault> {
        let ticket = ask_property(&mut self.bus, item, ITEM_INTERFACE, "Attributes");
        let reply = self.bus.reply(ticket)?;
        let mut value = reply.body("v")?;
        value.variant("a{ss}")?;
        let mut all = Vec::new();
        value.array(8, |entry| {
            entry.structure()?;
            all.push((entry.text()?.to_owned(), entry.text()?.to_owned()));
            Ok(())
        })?;
        Ok(all)
    }

    /// Looked at once more before anything is deleted, or preferred to another item: a provider that finds more than it was asked
    /// for must not cost somebody else's item.
    fn is_ours(&mut self, item: &str, account: &str) -> Result<bool, Fault> {
        let has = self.attributes_of(item)?;
        Ok(attributes(account).iter().all(|(name, value)| has.iter().any(|(n, v)| n == name && v == value)))
    }

    /// Keeps the item that was modified last. Its clock counts seconds, so on a tie the one just written wins, or else always the
    /// same one.
    fn newest(&mut self, mut items: Vec<String>, account: &str, written: Option<&str>) -> Result<Found, Fault> {
        if items.len() <= 1 {
            return Ok(Found { keep: items.pop(), others: items });
        }
        let mut ranked = Vec::with_capacity(items.len());
        for item in items {
            if !self.is_ours(&item, account)? {
                continue;
            }
            let ticket = ask_property(&mut self.bus, &item, ITEM_INTERFACE, "Modified");
            let reply = self.bus.reply(ticket)?;
            let mut value = reply.body("v")?;
            value.variant("t")?;
            ranked.push(((value.long()?, Some(item.as_str()) == written), item));
        }
        ranked.sort_unstable();
        let mut others: Vec<String> = ranked.into_iter().map(|(_, item)| item).collect();
        Ok(Found { keep: others.pop(), others })
    }
}

struct Found {
    keep: Option<String>,
    others: Vec<String>,
}

/// What marks an item as ours. `application` keeps out items that another program stored under the same two names.
const OURS: [(&str, &str); 2] = [("service", SERVICE), ("application", SERVICE)];

fn attributes(account: &str) -> [(&str, &str); 3] {
    [OURS[0], OURS[1], ("username", account)]
}

fn call<'a>(path: &'a str, interface: &'a str, method: &'a str, signature: &'a str, body: Writer) -> Call<'a> {
    Call { to: PROVIDER, path, interface, method, signature, body }
}

fn service<'a>(method: &'a str, signature: &'a str, body: Writer) -> Call<'a> {
    call(SERVICE_PATH, SERVICE_INTERFACE, method, signature, body)
}

fn ask_property(bus: &mut Connection, path: &str, interface: &str, name: &str) -> Ticket {
    let mut body = Writer::default();
    body.text(interface);
    body.text(name);
    bus.ask(&call(path, PROPERTIES, "Get", "ss", body))
}

/// Step 1. `/` means "no such alias", or that gnome-keyring has not noticed us yet.
fn default_collection(bus: &mut Connection) -> Result<String, Fault> {
    for pause in ALIAS_PAUSES {
        std::thread::sleep(pause);
        let mut body = Writer::default();
        body.text("default");
        let ticket = bus.ask(&service("ReadAlias", "s", body));
        let reply = bus.reply(ticket)?;
        let path = reply.body("o")?.text()?.to_owned();
        if path != NONE {
            return Ok(path);
        }
    }
    Err(Fault::NoDefaultCollection)
}

/// Step 2.
fn is_locked(bus: &mut Connection, collection: &str) -> Result<bool, Fault> {
    let ticket = ask_property(bus, collection, COLLECTION_INTERFACE, "Locked");
    Ok(locked_of(&bus.reply(ticket)?)?)
}

fn locked_of(reply: &Message) -> Result<bool, Malformed> {
    let mut value = reply.body("v")?;
    value.variant("b")?;
    value.boolean()
}
