//! A small store on the freedesktop Secret Service (the keychain of Linux desktops), behind the
//! `keyring_core` traits.
//!
//! Why not a ready-made store: those have no timeouts, show prompts unasked, report "locked" as
//! "absent" or the other way round, and their first call on a new connection (`OpenSession`) can
//! crash gnome-keyring, which then comes back locked for the whole desktop. The rules that avoid
//! this are in `link.rs`.
//!
//! Why no D-Bus library: the usual one is async with a proxy for everything, a sixth of the program
//! and half of the time of a read (measured by `ropc`); the part of the protocol that is needed is
//! small.
//!
//! ```no_run
//! use secret_service::{ItemFault, Options, Store};
//!
//! let store = Store::new(Options::new("example"));
//! store.set("account", b"a secret")?;
//! assert_eq!(store.get("account")?.as_slice(), b"a secret");
//! # Ok::<(), ItemFault>(())
//! ```
//!
//! Where is what: `options`, `store` (the traits, the thread with a deadline), `bus` (get, set,
//! delete, list), `link` (the order of the first calls), `calls`, `prompt`, `session` (the
//! encryption), `connection`, `local_socket`, `message` and `wire` (bytes), and `fault` (the
//! faults, without a secret and without a text that a daemon chose). No sentences for people beyond
//! `Display`.

#![cfg(all(unix, not(target_os = "macos")))]

mod bus;
mod calls;
mod connection;
mod fault;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod link;
#[allow(
    unsafe_code,
    reason = "system calls that the standard library does not offer; each block says why it is sound"
)]
mod local_socket;
mod message;
mod options;
mod prompt;
mod session;
mod store;
mod wire;

pub use fault::{Fault, ItemFault};
pub use options::{Options, Wiped};
pub use store::{Credential, Store};
