//! D-Bus messages (specification 0.42, "Message Protocol"): calls out, replies and signals in. No
//! I/O; every received value is checked before it is used.
//!
//! Not here: values (`wire.rs`), sockets and time (`connection.rs`), the calls (`bus.rs`).

use crate::wire::{Malformed, Read, Reader, Writer, length};
use zeroize::Zeroizing;

/// Length of the part of a header that says how long the rest is.
pub(crate) const PREFIX: usize = 16;

/// Of the protocol; another one means another format.
const VERSION: u8 = 1;

const CALL: u8 = 1;
const RETURN: u8 = 2;
const ERROR: u8 = 3;
const SIGNAL: u8 = 4;

/// One method call.
pub(crate) struct Call<'a> {
    pub(crate) to: &'a str,
    pub(crate) path: &'a str,
    pub(crate) interface: &'a str,
    pub(crate) method: &'a str,
    /// Of the body.
    pub(crate) signature: &'a str,
    pub(crate) body: Writer,
}

impl Call<'_> {
    /// The message with this number.
    pub(crate) fn encode(&self, serial: u32) -> Zeroizing<Vec<u8>> {
        let mut w = Writer::default();
        for byte in [b'l', CALL, 0, VERSION] {
            w.byte(byte);
        }
        w.number(length(self.body.bytes.len()));
        w.number(serial);
        let texts = [
            (1, "o", self.path),
            (2, "s", self.interface),
            (3, "s", self.method),
            (6, "s", self.to),
        ];
        w.array(8, |w| {
            for (field, kind, value) in texts {
                w.structure(|w| {
                    w.byte(field);
                    w.signature(kind);
                    w.text(value);
                });
            }
            if !self.signature.is_empty() {
                w.structure(|w| {
                    w.byte(8);
                    w.signature("g");
                    w.signature(self.signature);
                });
            }
        });
        w.align(8);
        w.bytes.extend_from_slice(&self.body.bytes);
        w.bytes
    }
}

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    Return,
    Error,
    Signal,
    Other,
}

/// A message that came in.
pub(crate) struct Message {
    pub(crate) sort: Sort,
    pub(crate) reply_to: u32,
    pub(crate) path: String,
    pub(crate) member: String,
    pub(crate) error: String,
    pub(crate) sender: String,
    pub(crate) signature: String,
    pub(crate) body: Zeroizing<Vec<u8>>,
    big: bool,
}

/// How long the message is whose first [`PREFIX`] bytes these are. Neither its header nor its body
/// may be larger than `largest`.
pub(crate) fn length_of(prefix: &[u8; PREFIX], largest: usize) -> Read<usize> {
    if prefix[3] != VERSION {
        return Err(Malformed);
    }
    let mut reader = Reader {
        bytes: prefix,
        at: 4,
        big: byte_order(prefix[0])?,
    };
    let body = reader.number()?;
    reader.number()?;
    let fields = reader.number()?;
    // Both below 2^32, so their sum fits on every machine that has 64 bits, and is checked on those
    // that have not.
    let fields = usize::try_from(fields)
        .ok()
        .filter(|n| *n <= largest)
        .ok_or(Malformed)?;
    let body = usize::try_from(body)
        .ok()
        .filter(|n| *n <= largest)
        .ok_or(Malformed)?;
    Ok((PREFIX + fields).next_multiple_of(8) + body)
}

fn byte_order(mark: u8) -> Read<bool> {
    match mark {
        b'l' => Ok(false),
        b'B' => Ok(true),
        _ => Err(Malformed),
    }
}

impl Message {
    /// A whole message, of the length that [`length_of`] gave.
    pub(crate) fn decode(bytes: &[u8]) -> Read<Self> {
        let big = byte_order(*bytes.first().ok_or(Malformed)?)?;
        let mut reader = Reader { bytes, at: 1, big };
        let sort = match reader.byte()? {
            RETURN => Sort::Return,
            ERROR => Sort::Error,
            SIGNAL => Sort::Signal,
            _ => Sort::Other,
        };
        reader.at = 4;
        let body = reader.number()?;
        reader.number()?;
        let mut message = Self {
            sort,
            reply_to: 0,
            path: String::new(),
            member: String::new(),
            error: String::new(),
            sender: String::new(),
            signature: String::new(),
            body: Zeroizing::new(Vec::new()),
            big,
        };
        reader.array(8, |reader| message.field(reader))?;
        reader.align(8)?;
        let body = reader.take(usize::try_from(body).map_err(|_| Malformed)?)?;
        message.body = Zeroizing::new(body.to_vec());
        Ok(message)
    }

    /// One field of the header. Unknown fields are skipped, as the format demands, if they are of a
    /// kind that the specification uses in a header; with another kind the message is malformed.
    fn field(&mut self, reader: &mut Reader<'_>) -> Read<()> {
        reader.align(8)?;
        let field = reader.byte()?;
        let kind = reader.signature()?;
        match (field, kind) {
            (1, "o") => reader.text()?.clone_into(&mut self.path),
            (3, "s") => reader.text()?.clone_into(&mut self.member),
            (4, "s") => reader.text()?.clone_into(&mut self.error),
            (5, "u") => self.reply_to = reader.number()?,
            (7, "s") => reader.text()?.clone_into(&mut self.sender),
            (8, "g") => reader.signature()?.clone_into(&mut self.signature),
            (_, "s" | "o") => drop(reader.text()?),
            (_, "u") => drop(reader.number()?),
            (_, "g") => drop(reader.signature()?),
            _ => return Err(Malformed),
        }
        Ok(())
    }

    /// An answer to a call.
    pub(crate) fn is_reply(&self) -> bool {
        matches!(self.sort, Sort::Return | Sort::Error)
    }

    /// The body, if it is of this kind.
    pub(crate) fn body(&self, signature: &str) -> Read<Reader<'_>> {
        if self.signature == signature {
            Ok(Reader {
                bytes: &self.body,
                at: 0,
                big: self.big,
            })
        } else {
            Err(Malformed)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LARGEST: usize = 2 * 1024 * 1024;

    /// A reply as a bus sends it.
    fn reply() -> Vec<u8> {
        let mut body = Writer::default();
        body.array(4, |w| w.text("/org/freedesktop/secrets/collection/login/1"));
        body.array(4, |_| ());
        let mut w = Writer::default();
        for byte in [b'l', RETURN, 1, VERSION] {
            w.byte(byte);
        }
        w.number(length(body.bytes.len()));
        w.number(9);
        w.array(8, |w| {
            w.structure(|w| {
                w.byte(5);
                w.signature("u");
                w.number(7);
            });
            w.structure(|w| {
                w.byte(8);
                w.signature("g");
                w.signature("aoao");
            });
        });
        w.align(8);
        w.bytes.extend_from_slice(&body.bytes);
        w.bytes.to_vec()
    }

    fn read(bytes: &[u8]) -> Read<(u32, Vec<String>, Vec<String>)> {
        let prefix = bytes.first_chunk::<PREFIX>().ok_or(Malformed)?;
        if length_of(prefix, LARGEST)? != bytes.len() {
            return Err(Malformed);
        }
        let message = Message::decode(bytes)?;
        let mut body = message.body("aoao")?;
        Ok((message.reply_to, body.paths()?, body.paths()?))
    }

    #[test]
    fn a_reply_is_read_as_it_was_written() {
        let (to, unlocked, locked) = read(&reply()).unwrap();
        assert_eq!((to, unlocked.len(), locked.len()), (7, 1, 0));
        assert_eq!(unlocked[0], "/org/freedesktop/secrets/collection/login/1");
        assert!(
            Message::decode(&reply()).unwrap().body("ao").is_err(),
            "another kind of body"
        );
    }

    /// As a machine with the other order of bytes writes it.
    #[test]
    fn numbers_are_read_in_the_order_that_the_message_names() {
        let head = [b'B', RETURN, 1, 1, 0, 0, 0, 6, 0, 0, 0, 9, 0, 0, 0, 15];
        let fields = *b"\x05\x01u\0\0\0\x01\x02\x08\x01g\0\x01s\0\0";
        let bytes = [&head[..], &fields, b"\0\0\0\x01a\0"].concat();
        assert_eq!(
            length_of(bytes.first_chunk().unwrap(), LARGEST),
            Ok(bytes.len())
        );
        let message = Message::decode(&bytes).unwrap();
        assert_eq!(
            (message.reply_to, message.body("s").unwrap().text()),
            (258, Ok("a"))
        );
        let other = [b"x", &bytes[1..]].concat();
        assert!(
            length_of(other.first_chunk().unwrap(), LARGEST).is_err()
                && Message::decode(&other).is_err()
        );
    }

    #[test]
    fn fields_that_mean_nothing_here_are_passed_over() {
        let mut w = Writer::default();
        for byte in [b'l', RETURN, 1, 1] {
            w.byte(byte);
        }
        w.number(0);
        w.number(9);
        w.array(8, |w| {
            for (field, kind) in [(9, "u"), (10, "s"), (11, "o"), (12, "g"), (5, "u")] {
                w.structure(|w| {
                    w.byte(field);
                    w.signature(kind);
                    match kind {
                        "u" => w.number(7),
                        "g" => w.signature("ao"),
                        _ => w.text("/x"),
                    }
                });
            }
        });
        w.align(8);
        let message = Message::decode(&w.bytes).unwrap();
        assert_eq!(
            (
                message.reply_to,
                message.path.as_str(),
                message.body("").is_ok()
            ),
            (7, "", true)
        );
    }

    #[test]
    fn a_call_is_as_the_specification_says() {
        let mut body = Writer::default();
        body.text("default");
        let call = Call {
            to: "org.freedesktop.secrets",
            path: "/org/freedesktop/secrets",
            interface: "org.freedesktop.Secret.Service",
            method: "ReadAlias",
            signature: "s",
            body,
        };
        let bytes = call.encode(3);
        assert_eq!(&bytes[..4], b"l\x01\x00\x01");
        assert_eq!(
            bytes[4..12],
            [12, 0, 0, 0, 3, 0, 0, 0],
            "length of the body, serial"
        );
        assert!(bytes.ends_with(b"\x07\0\0\0default\0"));
        assert_eq!(
            length_of(bytes.first_chunk().unwrap(), LARGEST).unwrap(),
            bytes.len()
        );
        let back = Message::decode(&bytes).unwrap();
        assert_eq!(
            (back.sort, back.path.as_str(), back.member.as_str()),
            (Sort::Other, call.path, call.method)
        );
        assert_eq!(back.body("s").unwrap().text().unwrap(), "default");
    }

    #[test]
    fn nothing_that_comes_in_is_believed_or_breaks_anything() {
        let good = reply();
        for end in 0..good.len() {
            assert!(read(&good[..end]).is_err(), "cut at {end}");
            assert!(Message::decode(&good[..end]).is_err(), "cut at {end}");
        }
        for at in 0..good.len() {
            for value in [
                0u8,
                1,
                0x7f,
                0x80,
                0xff,
                good[at] ^ 1,
                good[at].wrapping_add(1),
            ] {
                let mut bad = good.clone();
                bad[at] = value;
                // It may still be a message; it must not be a panic.
                let _ = read(&bad);
            }
        }
        let mut later = good.clone();
        later[3] = 2;
        assert_eq!(
            length_of(later.first_chunk().unwrap(), LARGEST),
            Err(Malformed),
            "a version of which we know nothing"
        );
        let mut huge = good;
        huge[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(
            length_of(huge.first_chunk().unwrap(), LARGEST),
            Err(Malformed)
        );
        let no_end = [255, 255, 255, 255, 0, 0, 0, 0];
        assert_eq!(
            Reader {
                bytes: &no_end,
                at: 0,
                big: false
            }
            .paths(),
            Err(Malformed)
        );
    }
}
