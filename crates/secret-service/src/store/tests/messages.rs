//! Messages as a bus sends them: answers, errors, signals. And what is in those that the store
//! sends.

use super::SERVICE;
use super::provider::Kept;
use crate::session::Key;
use crate::wire::{Reader, Writer, length};

/// What a message carries: its kind, and the values.
pub(super) type Body = (&'static str, Writer);

/// The value of a field of a header.
pub(super) enum Value<'a> {
    Text(&'static str, &'a str),
    Number(u32),
}

/// A body of one text.
pub(super) fn text(value: &str) -> Writer {
    let mut w = Writer::default();
    w.text(value);
    w
}

/// The answer to the call of this number.
pub(super) fn reply(serial: u32, body: Body) -> Vec<u8> {
    message(2, &[(5, Value::Number(serial))], body)
}

/// The signal that a prompt has ended, with a result of this kind.
pub(super) fn completed(path: &str, dismissed: bool, kind: &'static str, result: &str) -> Vec<u8> {
    let mut w = Writer::default();
    w.boolean(dismissed);
    w.signature(kind);
    w.text(result);
    message(
        4,
        &[
            (1, Value::Text("o", path)),
            (3, Value::Text("s", "Completed")),
        ],
        ("bv", w),
    )
}

/// The signal, from `sender`, that this name has no owner any more.
pub(super) fn owner_changed(sender: &str, name: &str) -> Vec<u8> {
    let mut w = Writer::default();
    for value in [name, ":1.7", ""] {
        w.text(value);
    }
    let fields = [
        (1, "o", "/org/freedesktop/DBus"),
        (3, "s", "NameOwnerChanged"),
        (7, "s", sender),
    ];
    message(
        4,
        &fields.map(|(field, kind, value)| (field, Value::Text(kind, value))),
        ("sss", w),
    )
}

/// A whole message, from these fields of its header and its body.
pub(super) fn message(sort: u8, fields: &[(u8, Value<'_>)], (signature, body): Body) -> Vec<u8> {
    let mut w = Writer::default();
    for byte in [b'l', sort, 0, 1] {
        w.byte(byte);
    }
    w.number(length(body.bytes.len()));
    w.number(77);
    w.array(8, |w| {
        for (field, value) in fields {
            w.structure(|w| {
                w.byte(*field);
                match value {
                    Value::Text(kind, text) => {
                        w.signature(kind);
                        w.text(text);
                    }
                    Value::Number(number) => {
                        w.signature("u");
                        w.number(*number);
                    }
                }
            });
        }
        if !signature.is_empty() {
            w.structure(|w| {
                w.byte(8);
                w.signature("g");
                w.signature(signature);
            });
        }
    });
    w.align(8);
    w.bytes.extend_from_slice(&body.bytes);
    w.bytes.to_vec()
}

/// The account that these attributes name, empty if they name none. Attributes that are not ours
/// are refused.
pub(super) fn account_in(body: &mut Reader<'_>) -> Option<String> {
    let (mut ours, mut account) = (0, String::new());
    let all = body.array(8, |entry| {
        entry.structure()?;
        match (entry.text()?, entry.text()?) {
            ("username", name) => name.clone_into(&mut account),
            ("service" | "application", SERVICE) => ours += 1,
            _ => ours = 9,
        }
        Ok(())
    });
    (all.is_ok() && ours == 2).then_some(account)
}

/// What is to be stored, and whether it may replace another.
pub(super) fn created(body: &mut Reader<'_>, key: &Key) -> Option<(Kept, bool)> {
    let mut account = None;
    let properties = body.array(8, |entry| {
        entry.structure()?;
        if entry.text()? == "org.freedesktop.Secret.Item.Attributes" {
            entry.variant("a{ss}")?;
            account = account_in(entry);
            return Ok(());
        }
        entry.variant("s")?;
        entry.text().map(drop)
    });
    properties.and_then(|()| body.structure()).ok()?;
    body.text().ok()?;
    let (iv, value) = (body.blob().ok()?, body.blob().ok()?);
    let secret = key.decrypt(iv, value).ok()?.to_vec();
    body.text().ok()?;
    Some((
        Kept {
            account: account?,
            secret,
            modified: 100,
            locked: false,
        },
        body.boolean().ok()?,
    ))
}
