//! The D-Bus side of the Secret Service store: connect, look, then get, set, delete or list. Not here: threads and the
//! deadline around all of it (`mod.rs`).
//!
//! The order of the first calls is the point of this file.
//! 1. `ReadAlias("default")` before anything else. gnome-keyring makes its record of a client in a queued callback; an
//!    `OpenSession` that overtakes it crashes the daemon, which then restarts *locked*. A cheap call first closes that
//!    race. In the same race the alias may be answered with `/`, so that answer is asked for again.
//! 2. `Locked` of that keyring. Some providers answer a search in a locked keyring with "nothing found", others hang.
//! 3. Only then search, read, write. The session is always DH: secrets cross the bus encrypted.
//!
//! Prompts: no path here unlocks unless `Options::unlock` allows it. `CreateItem` and `Delete` may be answered with a
//! prompt object which `secret-service` performs: `KeePassXC` does so each time, without a dialog by default, and any
//! provider would if the keyring was locked between step 2 and the call. The deadline bounds both, and closing the
//! connection takes the dialog away.

use std::collections::HashMap;
use std::time::Duration;

use secret_service::{EncryptionType, Item, SecretService};
use tokio::time::{sleep, timeout};
use zbus::Connection;
use zbus::connection::Builder;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};
use zeroize::Zeroizing;

use super::{Fault, Options, SERVICE, Wiped};

const PROVIDER: &str = "org.freedesktop.secrets";
const SERVICE_PATH: &str = "/org/freedesktop/secrets";
const SERVICE_INTERFACE: &str = "org.freedesktop.Secret.Service";
const COLLECTION_INTERFACE: &str = "org.freedesktop.Secret.Collection";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
const CONTENT_TYPE: &str = "application/octet-stream";

/// How often an alias answered with `/` is asked for again, and the pause before each.
const ALIAS_RETRIES: u32 = 3;
const ALIAS_PAUSE: Duration = Duration::from_millis(5);

/// A connection that has passed steps 1 and 2 above and holds an encrypted session.
struct Link {
    service: SecretService<'static>,
    collection: OwnedObjectPath,
}

/// Runs `op`, and once more on a new connection when the provider restarted or an item vanished under it. Every
/// operation can be repeated: a write replaces.
pub(super) async fn with_one_repeat<T, F>(options: &Options, op: &F) -> Result<T, Fault>
where
    F: AsyncFn(&Options) -> Result<T, Fault>,
{
    match op(options).await {
        Err(first) if first.is_transient() => match op(options).await {
            // It died and nothing restarted it: "gone" says more than "there is none".
            Err(Fault::NoProvider) => Err(first),
            second => second,
        },
        done => done,
    }
}

/// Steps 1 and 2 only.
pub(super) async fn probe(options: &Options) -> Result<(), Fault> {
    let connection = connect(options).await?;
    let collection = default_collection(&connection).await?;
    if is_locked(&connection, &collection).await? { Err(Fault::Locked) } else { Ok(()) }
}

pub(super) async fn get(options: &Options, account: &str) -> Result<Wiped, Fault> {
    Link::open(options).await?.get(account).await
}

/// Two secrets over one connection; that there is no second one is no fault.
pub(super) async fn get_both(options: &Options, first: &str, second: &str) -> Result<(Wiped, Option<Wiped>), Fault> {
    let link = Link::open(options).await?;
    let secret = link.get(first).await?;
    match link.get(second).await {
        Ok(other) => Ok((secret, Some(other))),
        Err(Fault::NotFound) => Ok((secret, None)),
        Err(fault) => Err(fault),
    }
}

/// Creates with `replace`, tidies up, reads back. A duplicate can only come from a provider whose "replace" is not
/// atomic; it is deleted here, so that an account never stays ambiguous.
pub(super) async fn set(options: &Options, account: &str, secret: &[u8]) -> Result<(), Fault> {
    let link = Link::open(options).await?;
    let collection = link.service.get_collection_by_path(link.collection.clone()).await?;
    let label = format!("{SERVICE}: {account}");
    let written = collection.create_item(&label, attributes(account), secret, true, CONTENT_TYPE).await?;
    let found = newest(link.search(account).await?, Some(&written.item_path)).await?;
    for stale in found.others {
        // A leftover is older than what we wrote, so reading passes over it; the next write tries again.
        let _ = stale.delete().await;
    }
    let kept = found.keep.ok_or(Fault::NotStored)?;
    let back = Zeroizing::new(kept.get_secret().await?);
    if back.as_slice() == secret { Ok(()) } else { Err(Fault::NotStored) }
}

pub(super) async fn delete(options: &Options, account: &str) -> Result<(), Fault> {
    let link = Link::open(options).await?;
    let items = link.search(account).await?;
    if items.is_empty() {
        return Err(Fault::NotFound);
    }
    for item in items {
        item.delete().await?;
    }
    Ok(())
}

pub(super) async fn accounts(options: &Options) -> Result<Vec<String>, Fault> {
    let link = Link::open(options).await?;
    let found = link.service.search_items(HashMap::from(OURS)).await?;
    let mut names = Vec::with_capacity(found.unlocked.len());
    for item in found.unlocked {
        names.extend(item.get_attributes().await?.remove("username"));
    }
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

impl Link {
    async fn open(options: &Options) -> Result<Self, Fault> {
        let connection = connect(options).await?;
        let collection = default_collection(&connection).await?;
        let locked = is_locked(&connection, &collection).await?;
        let prompt_wait = match (locked, options.unlock) {
            (false, _) => None,
            (true, Some(wait)) => Some(wait),
            (true, None) => return Err(Fault::Locked),
        };
        let service = SecretService::connect_with_existing(EncryptionType::Dh, connection.clone()).await?;
        let link = Self { service, collection };
        if let Some(wait) = prompt_wait {
            link.unlock(wait).await?;
            if is_locked(&connection, &link.collection).await? {
                return Err(Fault::Locked);
            }
        }
        Ok(link)
    }

    /// Has the provider show its prompt, for as long as the person was promised.
    async fn unlock(&self, wait: Duration) -> Result<(), Fault> {
        let collection = self.service.get_collection_by_path(self.collection.clone()).await?;
        timeout(wait, collection.unlock()).await.map_err(|_| Fault::TimedOut)??;
        Ok(())
    }

    /// The secret of `account`; of several items the newest.
    async fn get(&self, account: &str) -> Result<Wiped, Fault> {
        let found = newest(self.search(account).await?, None).await?;
        let item = found.keep.ok_or(Fault::NotFound)?;
        Ok(Zeroizing::new(item.get_secret().await?))
    }

    /// All readable items of `account`, in all keyrings. If only a locked keyring has one, that is "locked", not "none".
    async fn search(&self, account: &str) -> Result<Vec<Item<'_>>, Fault> {
        let found = self.service.search_items(attributes(account)).await?;
        if found.unlocked.is_empty() && !found.locked.is_empty() {
            return Err(Fault::Locked);
        }
        Ok(found.unlocked)
    }
}

/// What marks an item as ours. `application` keeps out items that another program stored under the same two names.
const OURS: [(&str, &str); 2] = [("service", SERVICE), ("application", SERVICE)];

fn attributes(account: &str) -> HashMap<&str, &str> {
    let mut attributes = HashMap::from(OURS);
    attributes.insert("username", account);
    attributes
}

struct Found<'a> {
    keep: Option<Item<'a>>,
    others: Vec<Item<'a>>,
}

/// Keeps the item that was modified last. Its clock counts seconds, so on a tie the one just written wins.
async fn newest<'a>(mut items: Vec<Item<'a>>, written: Option<&OwnedObjectPath>) -> Result<Found<'a>, Fault> {
    if items.len() <= 1 {
        return Ok(Found { keep: items.pop(), others: items });
    }
    let mut ranked = Vec::with_capacity(items.len());
    for item in items {
        let rank = (item.get_modified().await?, Some(&item.item_path) == written);
        ranked.push((rank, item));
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    let mut others: Vec<Item<'a>> = ranked.into_iter().map(|(_, item)| item).collect();
    Ok(Found { keep: others.pop(), others })
}

async fn connect(options: &Options) -> Result<Connection, Fault> {
    let builder = match options.address.as_deref() {
        Some(address) => Builder::address(address),
        None => Builder::session(),
    };
    let build = builder.map_err(|error| Fault::from_connect(&error))?.method_timeout(options.deadline).build();
    match timeout(options.deadline, build).await {
        Ok(result) => result.map_err(|error| Fault::from_connect(&error)),
        Err(_) => Err(Fault::TimedOut),
    }
}

/// Step 1. `/` means "no such alias", or that gnome-keyring has not noticed us yet.
async fn default_collection(connection: &Connection) -> Result<OwnedObjectPath, Fault> {
    for attempt in 0..=ALIAS_RETRIES {
        if attempt > 0 {
            sleep(ALIAS_PAUSE).await;
        }
        let reply = connection
            .call_method(Some(PROVIDER), SERVICE_PATH, Some(SERVICE_INTERFACE), "ReadAlias", &"default")
            .await?;
        let path: OwnedObjectPath = reply.body().deserialize()?;
        if path.as_str() != "/" {
            return Ok(path);
        }
    }
    Err(Fault::NoDefaultCollection)
}

/// Step 2.
async fn is_locked(connection: &Connection, collection: &OwnedObjectPath) -> Result<bool, Fault> {
    let reply = connection
        .call_method(Some(PROVIDER), collection, Some(PROPERTIES), "Get", &(COLLECTION_INTERFACE, "Locked"))
        .await?;
    let value: OwnedValue = reply.body().deserialize()?;
    Ok(bool::try_from(value)?)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// Runs `with_one_repeat` over the answers of a scripted operation; returns the outcome and how often it was run.
    fn repeat(answers: &[Result<u8, Fault>]) -> (Result<u8, Fault>, usize) {
        let runs = Cell::new(0);
        let op = async |_: &Options| {
            runs.set(runs.get() + 1);
            answers[runs.get() - 1].clone()
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let result = runtime.block_on(with_one_repeat(&Options::default(), &op));
        (result, runs.get())
    }

    #[test]
    fn a_restarted_provider_is_asked_once_more_and_only_once() {
        use Fault::{DaemonGone, Locked, NoProvider, NotFound, TimedOut};
        assert_eq!(repeat(&[Err(DaemonGone), Ok(1)]), (Ok(1), 2));
        assert_eq!(repeat(&[Err(Fault::other("UnknownObject")), Ok(2)]), (Ok(2), 2));
        assert_eq!(repeat(&[Err(DaemonGone), Err(DaemonGone), Ok(3)]), (Err(DaemonGone), 2));
        assert_eq!(repeat(&[Err(DaemonGone), Err(NoProvider)]), (Err(DaemonGone), 2));
        assert_eq!(repeat(&[Err(DaemonGone), Err(Locked)]), (Err(Locked), 2));
        for fault in [NotFound, Locked, TimedOut, NoProvider] {
            assert_eq!(repeat(&[Err(fault.clone()), Ok(4)]), (Err(fault), 1));
        }
    }
}
