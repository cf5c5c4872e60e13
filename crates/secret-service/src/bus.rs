//! The operations of the Secret Service on a usable connection (`link.rs`): get, set, delete, list.
//! Not here: the thread with the deadline around each (`store.rs`).
//!
//! Prompts: `CreateItem` and `Delete` may be answered with a prompt object, which is performed:
//! `KeePassXC` does so each time, without a dialog if its owner switched that off, and any provider
//! would if the keyring was locked after it was read. The deadline bounds a prompt; with a person
//! at the terminal, their time to answer does.

use std::slice;
use std::time::{Duration, Instant};

use crate::calls::{COLLECTION_INTERFACE, NONE, Object, ask_property, locked_of};
use crate::fault::Fault;
use crate::link::Link;
use crate::options::{Options, Wiped};
use crate::wire::Writer;

pub(crate) use crate::link::probe;

const ITEM_INTERFACE: &str = "org.freedesktop.Secret.Item";
const CONTENT_TYPE: &str = "application/octet-stream";

/// The pause before a full bus is asked again.
const CROWD_PAUSE: Duration = Duration::from_millis(25);

/// Runs `op`, and once more on a new connection when the provider restarted or an item vanished
/// under it. Every operation can be repeated: a write replaces. One bound for all of it: nothing is
/// still written after the caller got a failure.
pub(crate) fn with_one_repeat<T>(
    options: &Options,
    op: &impl Fn(&Options) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let end = Instant::now() + options.limit();
    match patiently(options, end, op) {
        Err(first) if first.is_transient() => match patiently(options, end, op) {
            // It died and nothing restarted it: "gone" says more than "no provider".
            Err(Fault::NoProvider) => Err(first),
            second => second,
        },
        done => done,
    }
}

/// Runs `op`, and again while the bus takes no more connections of this account (256 by default):
/// hundreds of jobs may start at once.
fn patiently<T>(
    options: &Options,
    end: Instant,
    op: &impl Fn(&Options) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let mut crowded = None;
    loop {
        let Some(rest) = options.until(end) else {
            return Err(crowded.unwrap_or(Fault::TimedOut));
        };
        match op(&rest) {
            Err(fault) if fault.is_crowded() => {
                std::thread::sleep(CROWD_PAUSE.min(rest.deadline));
                crowded = Some(fault);
            }
            done => return done,
        }
    }
}

/// `None` if there is no such item.
pub(crate) fn get(options: &Options, account: &str) -> Result<Option<Wiped>, Fault> {
    Link::open(options)?.get(account)
}

/// Two secrets over one connection; without a first one, the second is not asked for.
pub(crate) fn get_both(
    options: &Options,
    first: &str,
    second: &str,
) -> Result<Option<(Wiped, Option<Wiped>)>, Fault> {
    let mut link = Link::open(options)?;
    let Some(secret) = link.get(first)? else {
        return Ok(None);
    };
    Ok(Some((secret, link.get(second)?)))
}

/// Creates with `replace`, tidies up, reads back. A duplicate can only come from a provider whose
/// "replace" is not atomic; it is deleted here, so that an account never stays ambiguous.
pub(crate) fn set(options: &Options, account: &str, secret: &[u8]) -> Result<(), Fault> {
    let mut link = Link::open(options)?;
    link.must_last()?;
    link.must_be_open()?;
    let written = link.create(account, secret)?;
    let default = [link.collection.clone()];
    let items = link.search(&default, &attributes(options.service, account))?;
    let found = link.newest(items, account, Some(&written))?;
    for stale in found.others {
        // A leftover is older than what we wrote, so reading passes over it; the next write tries
        // again.
        let _ = link.delete(&stale);
    }
    let kept = found.keep.ok_or(Fault::NotStored)?;
    let back = link.secret_of(&kept)?;
    if back.as_slice() == secret {
        Ok(())
    } else {
        Err(Fault::NotStored)
    }
}

/// False if there was no such item.
pub(crate) fn delete(options: &Options, account: &str) -> Result<bool, Fault> {
    let mut link = Link::open(options)?;
    let mut deleted = false;
    for item in link.find(account)? {
        if !link.is_ours(&item, account)? {
            continue;
        }
        // `KeePassXC` asks before it deletes what this client may not read.
        if link.person.is_none() && link.is_withheld(&item)? {
            return Err(Fault::NotAllowed);
        }
        link.delete(&item)?;
        deleted = true;
    }
    Ok(deleted)
}

pub(crate) fn accounts(options: &Options) -> Result<Vec<String>, Fault> {
    let mut link = Link::open(options)?;
    link.must_be_open()?;
    let mut keyrings = link.others()?.0;
    keyrings.push(link.collection.clone());
    let items = link.search(&keyrings, &ours(options.service))?;
    let mut names = Vec::with_capacity(items.len());
    for item in items {
        let attributes = link.attributes_of(&item)?;
        names.extend(
            attributes
                .into_iter()
                .filter_map(|(name, value)| (name == "username").then_some(value)),
        );
    }
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

impl Link {
    /// The secret of `account`; of several items the newest.
    fn get(&mut self, account: &str) -> Result<Option<Wiped>, Fault> {
        let items = self.find(account)?;
        let Some(item) = self.newest(items, account, None)?.keep else {
            return Ok(None);
        };
        // The keyring is open, but `KeePassXC` gives a client nothing of it until a person allows
        // that.
        match self.secret_of(&item) {
            Err(Fault::Locked) => {
                let wait = self.person.ok_or(Fault::NotAllowed)?;
                self.unlock(slice::from_ref(&item), wait)?;
                self.secret_of(&item).map(Some)
            }
            done => done.map(Some),
        }
    }

    fn secret_of(&mut self, item: &str) -> Result<Wiped, Fault> {
        let mut body = Writer::default();
        body.text(&self.session);
        let ticket = self
            .bus
            .ask(&Object(item, ITEM_INTERFACE).call("GetSecret", "o", body));
        let reply = self.bus.reply(ticket)?;
        let mut body = reply.body("(oayays)")?;
        body.structure()?;
        body.text()?;
        let (iv, value) = (body.blob()?, body.blob()?);
        self.key.decrypt(iv, value)
    }

    /// The path of the new item.
    fn create(&mut self, account: &str, secret: &[u8]) -> Result<String, Fault> {
        let (item, prompt) = self.ask_to_create(account, secret, true)?;
        if prompt == NONE {
            return Ok(item);
        }
        // `KeePassXC` makes an item without a dialog, but shows one before it replaces an item,
        // also if its owner switched dialogs off. So two items exist for a moment; the caller
        // removes the older one.
        let default = [self.collection.clone()];
        let prompt = if self
            .search(&default, &attributes(self.service, account))?
            .is_empty()
        {
            prompt
        } else {
            self.dismiss(&prompt)?;
            self.ask_to_create(account, secret, false)?.1
        };
        let done = self.perform(&prompt)?.ok_or(Fault::NotStored)?;
        let mut body = done.body("bv")?;
        body.boolean()?;
        body.variant("o")?;
        Ok(body.path()?.to_owned())
    }

    /// The path of the new item, or of a prompt.
    fn ask_to_create(
        &mut self,
        account: &str,
        secret: &[u8],
        replace: bool,
    ) -> Result<(String, String), Fault> {
        let (iv, value) = self.key.encrypt(secret)?;
        let mut body = Writer::default();
        body.array(8, |w| {
            w.structure(|w| {
                w.text("org.freedesktop.Secret.Item.Label");
                w.signature("s");
                w.text(&label(self.service, account));
            });
            w.structure(|w| {
                w.text("org.freedesktop.Secret.Item.Attributes");
                w.signature("a{ss}");
                w.dictionary(&attributes(self.service, account));
            });
        });
        body.structure(|w| {
            w.text(&self.session);
            w.blob(&iv);
            w.blob(&value);
            w.text(CONTENT_TYPE);
        });
        body.boolean(replace);
        let create = Object(&self.collection, COLLECTION_INTERFACE).call(
            "CreateItem",
            "a{sv}(oayays)b",
            body,
        );
        let ticket = self.bus.ask(&create);
        let reply = self.bus.reply(ticket)?;
        let mut body = reply.body("oo")?;
        Ok((body.path()?.to_owned(), body.path()?.to_owned()))
    }

    fn delete(&mut self, item: &str) -> Result<(), Fault> {
        let ticket =
            self.bus
                .ask(&Object(item, ITEM_INTERFACE).call("Delete", "", Writer::default()));
        let reply = self.bus.reply(ticket)?;
        let prompt = reply.body("o")?.path()?.to_owned();
        self.perform(&prompt).map(drop)
    }

    /// The items of `account`: those of the default keyring, else those of the other open ones,
    /// else of the default keyring once it is unlocked. `KeePassXC` takes the database in front for
    /// the default one, and a person changes it by a click. If only a locked keyring has such an
    /// item, that is "locked", not "none".
    fn find(&mut self, account: &str) -> Result<Vec<String>, Fault> {
        let (attributes, default) = (attributes(self.service, account), [self.collection.clone()]);
        if self.is_open {
            let items = self.search(&default, &attributes)?;
            if !items.is_empty() {
                return Ok(items);
            }
        }
        let (open, closed) = self.others()?;
        let items = self.search(&open, &attributes)?;
        if !items.is_empty() {
            return Ok(items);
        }
        if !self.is_open {
            self.must_be_open()?;
            return self.search(&default, &attributes);
        }
        if self.search(&closed, &attributes)?.is_empty() {
            Ok(items)
        } else {
            Err(Fault::Locked)
        }
    }

    /// All items with these attributes in these keyrings.
    fn search(
        &mut self,
        keyrings: &[String],
        attributes: &[(&str, &str)],
    ) -> Result<Vec<String>, Fault> {
        let mut tickets = Vec::with_capacity(keyrings.len());
        for keyring in keyrings {
            let mut body = Writer::default();
            body.dictionary(attributes);
            tickets.push(self.bus.ask(&Object(keyring, COLLECTION_INTERFACE).call(
                "SearchItems",
                "a{ss}",
                body,
            )));
        }
        let mut items = Vec::new();
        for ticket in tickets {
            items.extend(self.bus.reply(ticket)?.body("ao")?.paths()?);
        }
        Ok(items)
    }

    /// Is this item, of an open keyring, locked for us?
    fn is_withheld(&mut self, item: &str) -> Result<bool, Fault> {
        let ticket = ask_property(&mut self.bus, item, ITEM_INTERFACE, "Locked");
        locked_of(&self.bus.reply(ticket)?).map_err(Fault::from)
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

    /// Checked once more before an item is deleted or preferred to another one: if a provider finds
    /// more than it was asked for, another program must not lose its item.
    fn is_ours(&mut self, item: &str, account: &str) -> Result<bool, Fault> {
        let has = self.attributes_of(item)?;
        Ok(attributes(self.service, account)
            .iter()
            .all(|(name, value)| has.iter().any(|(n, v)| n == name && v == value)))
    }

    /// Keeps the item that was modified last. Its clock counts seconds, so on a tie the one just
    /// written wins, or else always the same one.
    fn newest(
        &mut self,
        mut items: Vec<String>,
        account: &str,
        written: Option<&str>,
    ) -> Result<Found, Fault> {
        if items.len() <= 1 {
            return Ok(Found {
                keep: items.pop(),
                others: items,
            });
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
        Ok(Found {
            keep: others.pop(),
            others,
        })
    }
}

struct Found {
    keep: Option<String>,
    others: Vec<String>,
}

/// What marks an item as ours. `application` keeps out items that another program stored under the
/// same two names.
fn ours(service: &str) -> [(&str, &str); 2] {
    [("service", service), ("application", service)]
}

/// For people. `KWallet` takes what is before a `/` for a folder, and its releases disagree at
/// which one.
fn label(service: &str, account: &str) -> String {
    format!("{service}: {}", account.replace('/', " "))
}

fn attributes<'a>(service: &'a str, account: &'a str) -> [(&'a str, &'a str); 3] {
    let [first, second] = ours(service);
    [first, second, ("username", account)]
}
