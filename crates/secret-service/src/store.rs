//! The store and its credentials behind the `keyring_core` traits, and the one way an operation is
//! run: on a plain thread with a deadline, so it is safe to call from anywhere, an async runtime
//! included. Not here: the calls to the keyring (`bus.rs`).

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use keyring_core::api::{
    Credential as DynCredential, CredentialApi, CredentialPersistence, CredentialStoreApi,
};
use keyring_core::{Entry, Error};
use zeroize::Zeroizing;

use crate::bus;
use crate::fault::{Fault, ItemFault};
use crate::options::{Options, Wiped};

/// The longest account name that is accepted, in bytes.
const MAX_ACCOUNT: u32 = 512;

/// What the caller's wait may exceed the deadline by, when a system call blocks that has no bound
/// of its own.
const GRACE: Duration = Duration::from_millis(500);

/// The store. It holds no connection: each operation opens its own and closes it, so no session key
/// outlives a call and a restarted keyring is never met with a stale session.
#[derive(Clone, Debug)]
pub struct Store {
    options: Options,
}

impl Store {
    /// Touches nothing: the bus is first asked by an operation.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self { options }
    }

    /// Is the default keyring unlocked, and does it last? Changes nothing and never prompts, even
    /// if the options allow a prompt.
    ///
    /// # Errors
    ///
    /// [`Fault::Locked`], [`Fault::DoesNotLast`] or [`Fault::NoDefaultCollection`] for a no;
    /// another fault, such as [`Fault::NoBus`] or [`Fault::TimedOut`], if there is no answer.
    pub fn probe(&self) -> Result<(), Fault> {
        let quiet = Options {
            unlock: None,
            ..self.options.clone()
        };
        run(&quiet, bus::probe)
    }

    /// The account names of all our items in unlocked keyrings, sorted, each once.
    ///
    /// # Errors
    ///
    /// [`Fault::Locked`] or [`Fault::PromptDismissed`] if the default keyring stays locked; another
    /// fault, such as [`Fault::NoBus`] or [`Fault::TimedOut`], if there is no answer.
    pub fn accounts(&self) -> Result<Vec<String>, Fault> {
        run(&self.options, bus::accounts)
    }

    /// The secret of `account`; of several items the newest.
    ///
    /// # Errors
    ///
    /// [`ItemFault::NotFound`] if there is no such item, [`ItemFault::TooLong`] for a name over 512
    /// bytes, else [`ItemFault::Service`]: with [`Fault::Locked`] if a locked keyring may have it,
    /// with [`Fault::NotAllowed`] if a person must allow it and no prompt may ask.
    pub fn get(&self, account: &str) -> Result<Wiped, ItemFault> {
        let account = checked(account)?;
        let secret = run(&self.options, move |options: &Options| {
            bus::get(options, &account)
        })?;
        secret.ok_or(ItemFault::NotFound)
    }

    /// The secrets of two accounts over one connection; the second may not be there.
    ///
    /// # Errors
    ///
    /// As [`Self::get`]; [`ItemFault::NotFound`] is about the first.
    pub fn get_both(&self, first: &str, second: &str) -> Result<(Wiped, Option<Wiped>), ItemFault> {
        let (first, second) = (checked(first)?, checked(second)?);
        let secrets = run(&self.options, move |options: &Options| {
            bus::get_both(options, &first, &second)
        })?;
        secrets.ok_or(ItemFault::NotFound)
    }

    /// Stores `secret` as the one item of `account`, and reads it back before saying so.
    ///
    /// # Errors
    ///
    /// [`ItemFault::TooLong`] for a secret over [`Options::max_secret`] or a name over 512 bytes,
    /// else [`ItemFault::Service`]: with [`Fault::Locked`] or [`Fault::DoesNotLast`] for the
    /// default keyring, with [`Fault::NotStored`] if reading back gives something else.
    pub fn set(&self, account: &str, secret: &[u8]) -> Result<(), ItemFault> {
        let account = checked(account)?;
        if u32::try_from(secret.len()).is_ok_and(|length| length <= self.options.max_secret) {
            // The thread may outlive this call, so it cannot borrow.
            let secret = Zeroizing::new(secret.to_vec());
            Ok(run(&self.options, move |options: &Options| {
                bus::set(options, &account, &secret)
            })?)
        } else {
            Err(ItemFault::TooLong(self.options.max_secret))
        }
    }

    /// Deletes the items of `account` in the default keyring; if that has none, those in the other
    /// open ones.
    ///
    /// # Errors
    ///
    /// As [`Self::get`].
    pub fn delete(&self, account: &str) -> Result<(), ItemFault> {
        let account = checked(account)?;
        let deleted = run(&self.options, move |options: &Options| {
            bus::delete(options, &account)
        })?;
        if deleted {
            Ok(())
        } else {
            Err(ItemFault::NotFound)
        }
    }

    fn entry(&self, account: &str) -> Entry {
        Entry::new_with_credential(Arc::new(Credential {
            store: self.clone(),
            account: account.to_owned(),
        }))
    }
}

/// A D-Bus string cannot hold NUL, and an empty account would match nothing we ever wrote.
fn checked(account: &str) -> Result<String, ItemFault> {
    if account.len() > MAX_ACCOUNT as usize {
        Err(ItemFault::TooLong(MAX_ACCOUNT))
    } else if account.is_empty() || account.contains('\0') {
        Err(Fault::other("invalid account name").into())
    } else {
        Ok(account.to_owned())
    }
}

impl CredentialStoreApi for Store {
    fn vendor(&self) -> String {
        "freedesktop Secret Service".to_owned()
    }

    fn id(&self) -> String {
        format!(
            "secret-service {}",
            self.options.address.as_deref().unwrap_or("session bus")
        )
    }

    /// `service` must be that of the options; there are no modifiers.
    fn build(
        &self,
        service: &str,
        user: &str,
        modifiers: Option<&HashMap<&str, &str>>,
    ) -> keyring_core::Result<Entry> {
        let own = self.options.service;
        if service != own {
            return Err(Error::Invalid(
                "service".to_owned(),
                format!("this store keeps only {own}"),
            ));
        }
        if modifiers.is_some_and(|given| !given.is_empty()) {
            return Err(Error::Invalid(
                "modifiers".to_owned(),
                "this store has none".to_owned(),
            ));
        }
        let account =
            checked(user).map_err(|fault| Error::Invalid("user".to_owned(), fault.to_string()))?;
        Ok(self.entry(&account))
    }

    /// `spec` is empty or names the service of the options: the answer is all our items.
    fn search(&self, spec: &HashMap<&str, &str>) -> keyring_core::Result<Vec<Entry>> {
        let own = self.options.service;
        if spec
            .iter()
            .any(|(key, value)| *key != "service" || *value != own)
        {
            return Err(Error::Invalid(
                "spec".to_owned(),
                format!("only service={own} can be searched"),
            ));
        }
        Ok(self
            .accounts()?
            .iter()
            .map(|account| self.entry(account))
            .collect())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn persistence(&self) -> CredentialPersistence {
        CredentialPersistence::UntilDelete
    }

    fn debug_fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// One account of the store. Holds names only, no secret and no connection.
#[derive(Clone, Debug)]
pub struct Credential {
    store: Store,
    account: String,
}

impl CredentialApi for Credential {
    fn set_secret(&self, secret: &[u8]) -> keyring_core::Result<()> {
        Ok(self.store.set(&self.account, secret)?)
    }

    /// The trait wants a plain `Vec`: the caller wipes it.
    fn get_secret(&self) -> keyring_core::Result<Vec<u8>> {
        let mut secret = self.store.get(&self.account)?;
        Ok(std::mem::take(&mut *secret))
    }

    fn delete_credential(&self) -> keyring_core::Result<()> {
        Ok(self.store.delete(&self.account)?)
    }

    /// A credential is found by its name each time, so it is its own wrapper; this only says
    /// whether it exists.
    fn get_credential(&self) -> keyring_core::Result<Option<Arc<DynCredential>>> {
        self.store.get(&self.account)?;
        Ok(None)
    }

    fn get_specifiers(&self) -> Option<(String, String)> {
        Some((self.store.options.service.to_owned(), self.account.clone()))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn debug_fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Runs one operation on a thread of its own and waits no longer than its deadline. A thread,
/// because its stack is gone afterwards; a bound on the wait, because a full bus may not even take
/// a connection.
fn run<T, F>(options: &Options, op: F) -> Result<T, Fault>
where
    T: Send + 'static,
    F: Fn(&Options) -> Result<T, Fault> + Send + 'static,
{
    let options = options.clone();
    let limit = options.limit();
    let (sender, answer) = mpsc::sync_channel(1);
    let work = move || {
        let result = work_once(&options, &op);
        // The code below left keys, and what it decrypted, in dead frames.
        locked_memory::scrub_stack();
        // After a timeout the receiver is gone: the value is dropped, and a secret in it wiped.
        let _ = sender.send(result);
    };
    let worker = thread::Builder::new()
        .name("secret-service".to_owned())
        .spawn(work)
        .map_err(|_| Fault::other("no thread could be started"))?;
    match answer.recv_timeout(limit + GRACE) {
        Ok(result) => {
            // It has nothing left to do; after this its stack is gone as well.
            let _ = worker.join();
            result
        }
        Err(mpsc::RecvTimeoutError::Timeout) => Err(Fault::TimedOut),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(Fault::other("the keyring thread failed")),
    }
}

/// In a frame of its own, so that all of its stack is dead, and wiped, when it returns.
#[inline(never)]
fn work_once<T>(options: &Options, op: &impl Fn(&Options) -> Result<T, Fault>) -> Result<T, Fault> {
    bus::with_one_repeat(options, op)
}

#[cfg(test)]
mod tests;
