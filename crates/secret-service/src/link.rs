//! A usable connection: it has found the default keyring, knows whether that is open, and shares a
//! session key with the provider. Not here: the operations (`bus.rs`), the connection itself
//! (`connection.rs`).
//!
//! The order of the first calls is the point of this file.
//! 1. `ReadAlias("default")` before anything else. gnome-keyring makes its record of a client in a
//!    queued callback; an `OpenSession` that overtakes it crashes the daemon, which then restarts
//!    *locked*. A cheap call first closes that race. In the same race the alias may be answered with
//!    `/`, so that answer is asked for again.
//! 2. `Locked` of that keyring, together with `OpenSession`. Some providers answer a search in a
//!    locked keyring with "nothing found", others hang.
//! 3. Only then search, read, write. Each keyring is searched alone: asked for all at once,
//!    `KeePassXC` shows a dialog for those that are locked. The session is always DH: secrets cross
//!    the bus encrypted.
//!
//! Prompts: nothing is unlocked unless `Options::unlock` says that a person can answer. One kind of
//! "locked" needs no dialog and is always opened: that of `KWallet` (see [`is_open_wallet`]).

use std::time::Duration;

use crate::calls::{
    self, COLLECTION_INTERFACE, Object, SERVICE_INTERFACE, SERVICE_PATH, ask_property, locked_of,
    service,
};
use crate::connection::{Connection, Ticket};
use crate::fault::Fault;
use crate::message::Message;
use crate::options::Options;
use crate::prompt;
use crate::session::{ALGORITHM, Exchange, Key};
use crate::wire::Writer;

/// Where `KWallet` answers to its own interface: KDE Frameworks 5, 6, and 6 since its `ksecretd`.
const WALLETS: [&str; 3] = ["/modules/kwalletd5", "/modules/kwalletd6", "/ksecretd"];
/// The keyring that is gone when the session ends.
const SESSION_COLLECTION: &str = "/org/freedesktop/secrets/collection/session";
const WALLET_INTERFACE: &str = "org.kde.KWallet";

/// The pauses before an alias is asked for: at first none, then for an answer of `/` three times
/// more.
const ALIAS_PAUSES: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_millis(5),
    Duration::from_millis(5),
    Duration::from_millis(5),
];
/// The pause before a keyring that has a name and no object is looked at again, and how often that
/// is done: `oo7` offers its service while it is still reading its keyrings.
const START_PAUSE: Duration = Duration::from_millis(50);
const START_LOOKS: usize = 30;
/// How many sessions are opened until one has a key that both sides are sure to share. One in 256
/// has not.
const SESSIONS: u32 = 8;

/// A connection that has passed steps 1 and 2 above and holds an encrypted session.
pub(crate) struct Link {
    pub(crate) bus: Connection,
    /// The default keyring, which is written to.
    pub(crate) collection: String,
    pub(crate) is_open: bool,
    pub(crate) session: String,
    pub(crate) key: Key,
    /// Bound on each piece of work, after a person was waited for.
    deadline: Duration,
    /// How long the person at the terminal may take to answer a prompt.
    pub(crate) person: Option<Duration>,
    /// The attribute that marks our items.
    pub(crate) service: &'static str,
}

impl Link {
    pub(crate) fn open(options: &Options) -> Result<Self, Fault> {
        let mut bus = Connection::open(options)?;
        let collection = default_collection(&mut bus)?;
        let locked = ask_property(&mut bus, &collection, COLLECTION_INTERFACE, "Locked");
        let offer = Offer::make(&mut bus)?;
        let locked = match bus.reply(locked) {
            Err(fault) if fault.is_absent() => is_locked_once_there(&mut bus, &collection, fault)?,
            reply => locked_of(&reply?)?,
        };
        let is_wallet = locked && is_open_wallet(&mut bus, &collection)?;
        let (key, session) = offer.settle(&mut bus)?;
        let mut link = Self {
            bus,
            collection,
            is_open: !locked,
            session,
            key,
            deadline: options.deadline,
            person: options.unlock,
            service: options.service,
        };
        if is_wallet {
            match link.unlock_default(options.deadline / 2) {
                // Its owner wants to be asked about each program.
                Ok(()) | Err(Fault::TimedOut | Fault::PromptDismissed | Fault::Locked) => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(link)
    }

    /// The default keyring is open when this returns; a person at the terminal is asked to open it.
    pub(crate) fn must_be_open(&mut self) -> Result<(), Fault> {
        match self.person {
            _ if self.is_open => Ok(()),
            Some(wait) => self.unlock_default(wait),
            None => Err(Fault::Locked),
        }
    }

    /// The default keyring exists in the next session, too.
    pub(crate) fn must_last(&self) -> Result<(), Fault> {
        lasts(&self.collection)
    }

    fn unlock_default(&mut self, wait: Duration) -> Result<(), Fault> {
        let collection = self.collection.clone();
        self.unlock(&[collection], wait)?;
        self.is_open = !is_locked(&mut self.bus, &self.collection)?;
        if self.is_open {
            Ok(())
        } else {
            Err(Fault::Locked)
        }
    }

    /// The other keyrings: the open ones, and the locked ones.
    pub(crate) fn others(&mut self) -> Result<(Vec<String>, Vec<String>), Fault> {
        let ticket = ask_property(
            &mut self.bus,
            SERVICE_PATH,
            SERVICE_INTERFACE,
            "Collections",
        );
        let reply = self.bus.reply(ticket)?;
        let mut value = reply.body("v")?;
        value.variant("ao")?;
        let (mut open, mut closed) = (Vec::new(), Vec::new());
        for keyring in value
            .paths()?
            .into_iter()
            .filter(|keyring| *keyring != self.collection)
        {
            // One that has just gone away holds nothing.
            match known(is_locked(&mut self.bus, &keyring))? {
                Some(false) => open.push(keyring),
                Some(true) => closed.push(keyring),
                None => {}
            }
        }
        Ok((open, closed))
    }

    /// Has the provider unlock these keyrings or items, with its prompt, which may take so long.
    pub(crate) fn unlock(&mut self, objects: &[String], wait: Duration) -> Result<(), Fault> {
        self.bus.allow(wait);
        let mut body = Writer::default();
        body.array(4, |w| objects.iter().for_each(|object| w.text(object)));
        let ticket = self.bus.ask(&service("Unlock", "ao", body));
        let reply = self.bus.reply(ticket)?;
        let mut body = reply.body("aoo")?;
        body.paths()?;
        let prompt = body.path()?.to_owned();
        let done = prompt::perform(&mut self.bus, &prompt);
        self.bus.allow(self.deadline);
        match done {
            // It cannot show its prompt: `oo7` without a desktop.
            Err(Fault::Other(_)) => Err(Fault::Locked),
            done => done.map(drop),
        }
    }

    /// Performs the prompt in an answer, if it has one; a person at the terminal gets the time that
    /// a dialog takes.
    pub(crate) fn perform(&mut self, prompt: &str) -> Result<Option<Message>, Fault> {
        match self.person {
            Some(wait) if prompt != calls::NONE => {
                self.bus.allow(wait);
                let done = prompt::perform(&mut self.bus, prompt);
                self.bus.allow(self.deadline);
                done
            }
            _ => prompt::perform(&mut self.bus, prompt),
        }
    }

    pub(crate) fn dismiss(&mut self, prompt: &str) -> Result<(), Fault> {
        prompt::dismiss(&mut self.bus, prompt)
    }
}

/// An `OpenSession` on its way.
struct Offer {
    exchange: Exchange,
    ticket: Ticket,
}

impl Offer {
    fn make(bus: &mut Connection) -> Result<Self, Fault> {
        let exchange = Exchange::new()?;
        let mut body = Writer::default();
        body.text(ALGORITHM);
        body.signature("ay");
        body.blob(&exchange.public);
        let ticket = bus.ask(&service("OpenSession", "sv", body));
        Ok(Self { exchange, ticket })
    }

    /// Its key and its path. A session whose key is in doubt is left, and ends with the connection.
    fn settle(mut self, bus: &mut Connection) -> Result<(Key, String), Fault> {
        for _ in 0..SESSIONS {
            let reply = bus.reply(self.ticket)?;
            let mut body = reply.body("vo")?;
            body.variant("ay")?;
            if let Some(key) = self.exchange.agree(body.blob()?)? {
                return Ok((key, body.path()?.to_owned()));
            }
            self = Self::make(bus)?;
        }
        Err(Fault::other("no session"))
    }
}

/// Steps 1 and 2 only.
pub(crate) fn probe(options: &Options) -> Result<(), Fault> {
    let mut bus = Connection::open(options)?;
    let collection = default_collection(&mut bus)?;
    lasts(&collection)?;
    let locked = match is_locked(&mut bus, &collection) {
        Err(fault) if fault.is_absent() => is_locked_once_there(&mut bus, &collection, fault)?,
        locked => locked?,
    };
    if locked && !is_open_wallet(&mut bus, &collection)? {
        Err(Fault::Locked)
    } else {
        Ok(())
    }
}

/// Step 1. `/` means "no such alias", or that gnome-keyring has not noticed us yet.
fn default_collection(bus: &mut Connection) -> Result<String, Fault> {
    for pause in ALIAS_PAUSES {
        std::thread::sleep(pause);
        let mut body = Writer::default();
        body.text("default");
        let ticket = bus.ask(&service("ReadAlias", "s", body));
        let reply = bus.reply(ticket)?;
        let path = reply.body("o")?.path()?.to_owned();
        if path != calls::NONE {
            return Ok(path);
        }
    }
    Err(Fault::NoDefaultCollection)
}

/// gnome-keyring and `oo7` keep one keyring in memory only, at this path (libsecret:
/// `SECRET_COLLECTION_SESSION`), and the alias `default` can point to it. Whether any other one
/// lasts, no property says.
fn lasts(collection: &str) -> Result<(), Fault> {
    if collection == SESSION_COLLECTION {
        Err(Fault::DoesNotLast)
    } else {
        Ok(())
    }
}

/// Step 2.
fn is_locked(bus: &mut Connection, collection: &str) -> Result<bool, Fault> {
    let ticket = ask_property(bus, collection, COLLECTION_INTERFACE, "Locked");
    Ok(locked_of(&bus.reply(ticket)?)?)
}

/// The same of a keyring that was not there yet.
fn is_locked_once_there(
    bus: &mut Connection,
    collection: &str,
    mut fault: Fault,
) -> Result<bool, Fault> {
    for _ in 0..START_LOOKS {
        std::thread::sleep(START_PAUSE);
        match is_locked(bus, collection) {
            Err(again) if again.is_absent() => fault = again,
            locked => return locked,
        }
    }
    Err(fault)
}

/// Is this keyring an open wallet although `Locked` is true? `KWallet` opens its wallet at log-in,
/// and still calls it locked here until the first client unlocks it, which then takes no dialog.
/// Its own interface says whether the wallet is open; another provider lacks that interface, and
/// its "locked" is right.
fn is_open_wallet(bus: &mut Connection, collection: &str) -> Result<bool, Fault> {
    let label = ask_property(bus, collection, COLLECTION_INTERFACE, "Label");
    let label = bus.reply(label).and_then(|reply| {
        let mut value = reply.body("v")?;
        value.variant("s")?;
        Ok(value.text()?.to_owned())
    });
    let Some(name) = known(label)? else {
        return Ok(false);
    };
    let asked = WALLETS.map(|path| {
        let mut body = Writer::default();
        body.text(&name);
        bus.ask(&Object(path, WALLET_INTERFACE).call("isOpen", "s", body))
    });
    let mut open = false;
    for ticket in asked {
        let answer = bus
            .reply(ticket)
            .and_then(|reply| Ok(reply.body("b")?.boolean()?));
        open |= known(answer)?.unwrap_or_default();
    }
    Ok(open)
}

/// The answer to a call that a provider may lack; silence and a crash stay faults.
fn known<T>(answer: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(fault @ (Fault::TimedOut | Fault::DaemonGone)) => Err(fault),
        Err(_) => Ok(None),
    }
}
