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

pub(crate) fn call<'a>(
    path: &'a str,
    interface: &'a str,
    method: &'a str,
    signature: &'a str,
    body: Writer,
) -> Call<'a> {
    Call {
        to: PROVIDER,
        path,
        interface,
        method,
        signature,
        body,
    }
}

pub(crate) fn service<'a>(method: &'a str, signature: &'a str, body: Writer) -> Call<'a> {
    call(SERVICE_PATH, SERVICE_INTERFACE, method, signature, body)
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
    bus.ask(&call(path, PROPERTIES, "Get", "ss", body))
}

/// What the property `Locked` says.
pub(crate) fn locked_of(reply: &Message) -> Result<bool, Malformed> {
    let mut value = reply.body("v")?;
    value.variant("b")?;
    value.boolean()
}
