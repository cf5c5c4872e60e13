//! The calls of the Secret Service that every part of this crate makes: names, paths and
//! properties. Their order and the decisions are in `link.rs` and `bus.rs`.

use crate::connection::{Connection, Ticket};
use crate::message::{Call, Message};
use crate::wire::{Malformed, Writer};

pub(crate) const PROVIDER: &str = "org.freedesktop.secrets";
pub(crate) const SERVICE_PATH: &str = "/org/freedesktop/secrets";
pub(crate) const SERVICE_INTERFACE: &str = "org.freedesktop.Secret.Service";
pub(crate) const COLLECTION_INTERFACE: &str = "org.freedesktop.Secret.Collection";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
/// The path that means "none".
pub(crate) const NONE: &str = "/";

/// An object of the provider: its path, and one of its interfaces.
pub(crate) struct Object<'a>(pub(crate) &'a str, pub(crate) &'a str);

impl<'a> Object<'a> {
    pub(crate) fn call(self, method: &'a str, signature: &'a str, body: Writer) -> Call<'a> {
        let Self(path, interface) = self;
        Call {
            to: PROVIDER,
            path,
            interface,
            method,
            signature,
            body,
        }
    }
}

pub(crate) fn service<'a>(method: &'a str, signature: &'a str, body: Writer) -> Call<'a> {
    Object(SERVICE_PATH, SERVICE_INTERFACE).call(method, signature, body)
}

pub(crate) fn ask_property(
    bus: &mut Connection,
    path: &str,
    interface: &str,
    name: &str,
) -> Ticket {
    let mut body = Writer::default();
    body.text(interface);
    body.text(name);
    bus.ask(&Object(path, PROPERTIES).call("Get", "ss", body))
}

/// What the property `Locked` says.
pub(crate) fn locked_of(reply: &Message) -> Result<bool, Malformed> {
    let mut value = reply.body("v")?;
    value.variant("b")?;
    value.boolean()
}
