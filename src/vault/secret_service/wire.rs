//! The D-Bus wire format (specification 0.42, "Message Protocol"), as much of it as the Secret Service needs: calls out,
//! replies and signals in. Pure; whatever comes in is checked before it is believed.
//!
//! Not here: sockets and time (`connection.rs`), what the calls mean (`bus.rs`).

use zeroize::Zeroizing;

/// The largest message that is read: a secret of [`super::MAX_SECRET`] and room to spare.
const LARGEST: usize = 2 * 1024 * 1024;
/// Length of the part of a header that says how long the rest is.
pub(super) const PREFIX: usize = 16;

const CALL: u8 = 1;
const RETURN: u8 = 2;
const ERROR: u8 = 3;
const SIGNAL: u8 = 4;

/// What came in is not D-Bus, or not what was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed;

type Read<T> = Result<T, Malformed>;

/// Bytes that are being written, little-endian, each value aligned as the format wants it.
#[derive(Default)]
pub(super) struct Writer {
    bytes: Zeroizing<Vec<u8>>,
}

impl Writer {
    fn align(&mut self, to: usize) {
        let length = self.bytes.len().next_multiple_of(to);
        self.bytes.resize(length, 0);
    }

    pub(super) fn byte(&mut self, value: u8) {
        self.bytes.push(value);
    }

    pub(super) fn number(&mut self, value: u32) {
        self.align(4);
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(super) fn boolean(&mut self, value: bool) {
        self.number(value.into());
    }

    /// A string or an object path.
    pub(super) fn text(&mut self, value: &str) {
        self.number(length(value.len()));
        self.bytes.extend_from_slice(value.as_bytes());
        self.byte(0);
    }

    pub(super) fn signature(&mut self, value: &str) {
        self.byte(u8::try_from(value.len()).unwrap_or(u8::MAX));
        self.bytes.extend_from_slice(value.as_bytes());
        self.byte(0);
    }

    pub(super) fn blob(&mut self, value: &[u8]) {
        self.number(length(value.len()));
        self.bytes.extend_from_slice(value);
    }

    /// An array whose elements are aligned to `to`.
    pub(super) fn array(&mut self, to: usize, write: impl FnOnce(&mut Self)) {
        self.number(0);
        let at = self.bytes.len();
        self.align(to);
        let start = self.bytes.len();
        write(self);
        let written = length(self.bytes.len() - start);
        self.bytes[at - 4..at].copy_from_slice(&written.to_le_bytes());
    }

    /// A structure or an entry of a dictionary.
    pub(super) fn structure(&mut self, write: impl FnOnce(&mut Self)) {
        self.align(8);
        write(self);
    }

    /// `a{ss}`.
    pub(super) fn dictionary(&mut self, entries: &[(&str, &str)]) {
        self.array(8, |w| {
            for (key, value) in entries {
                w.structure(|w| {
                    w.text(key);
                    w.text(value);
                });
            }
        });
    }
}

/// Nothing that is written comes near 4 GiB; what did would be refused by every bus.
fn length(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// One method call.
pub(super) struct Call<'a> {
    pub(super) to: &'a str,
    pub(super) path: &'a str,
    pub(super) interface: &'a str,
    pub(super) method: &'a str,
    /// Of the body.
    pub(super) signature: &'a str,
    pub(super) body: Writer,
}

impl Call<'_> {
    /// The message with this number.
    pub(super) fn encode(&self, serial: u32) -> Zeroizing<Vec<u8>> {
        let mut w = Writer::default();
        for byte in [b'l', CALL, 0, 1] {
            w.byte(byte);
        }
        w.number(length(self.body.bytes.len()));
        w.number(serial);
        let texts = [(1, "o", self.path), (2, "s", self.interface), (3, "s", self.method), (6, "s", self.to)];
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
pub(super) enum Sort {
    Return,
    Error,
    Signal,
    Other,
}

/// A message that came in.
pub(super) struct Message {
    pub(super) sort: Sort,
    pub(super) reply_to: u32,
    pub(super) path: String,
    pub(super) member: String,
    pub(super) error: String,
    pub(super) sender: String,
    signature: String,
    body: Zeroizing<Vec<u8>>,
    big: bool,
}

/// How long the message is whose first [`PREFIX`] bytes these are.
pub(super) fn length_of(prefix: &[u8; PREFIX]) -> Read<usize> {
    let mut reader = Reader { bytes: prefix, at: 4, big: byte_order(prefix[0])? };
    let body = reader.number()?;
    reader.number()?;
    let fields = reader.number()?;
    // Both below 2^32, so their sum fits on every machine that has 64 bits, and is checked on those that have not.
    let fields = usize::try_from(fields).ok().filter(|n| *n <= LARGEST).ok_or(Malformed)?;
    let body = usize::try_from(body).ok().filter(|n| *n <= LARGEST).ok_or(Malformed)?;
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
    pub(super) fn decode(bytes: &[u8]) -> Read<Self> {
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

    /// One field of the header. Those that are not known here are passed over, as the format asks.
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

    /// The body, if it is of this kind.
    pub(super) fn body(&self, signature: &str) -> Read<Reader<'_>> {
        if self.signature == signature { Ok(Reader { bytes: &self.body, at: 0, big: self.big }) } else { Err(Malformed) }
    }
}

/// Reads values in order. Every step is bounded by what is there.
pub(super) struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    big: bool,
}

impl<'b> Reader<'b> {
    fn align(&mut self, to: usize) -> Read<()> {
        let next = self.at.next_multiple_of(to);
        if next > self.bytes.len() {
            return Err(Malformed);
        }
        self.at = next;
        Ok(())
    }

    fn take(&mut self, length: usize) -> Read<&'b [u8]> {
        let end = self.at.checked_add(length).ok_or(Malformed)?;
        let taken = self.bytes.get(self.at..end).ok_or(Malformed)?;
        self.at = end;
        Ok(taken)
    }

    fn byte(&mut self) -> Read<u8> {
        Ok(self.take(1)?[0])
    }

    pub(super) fn number(&mut self) -> Read<u32> {
        self.align(4)?;
        let bytes = self.take(4)?.try_into().map_err(|_| Malformed)?;
        Ok(if self.big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    pub(super) fn long(&mut self) -> Read<u64> {
        self.align(8)?;
        let bytes = self.take(8)?.try_into().map_err(|_| Malformed)?;
        Ok(if self.big { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) })
    }

    pub(super) fn boolean(&mut self) -> Read<bool> {
        match self.number()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Malformed),
        }
    }

    fn ended(&mut self, length: usize) -> Read<&'b str> {
        let text = self.take(length)?;
        if self.byte()? != 0 {
            return Err(Malformed);
        }
        std::str::from_utf8(text).map_err(|_| Malformed)
    }

    /// A string or an object path.
    pub(super) fn text(&mut self) -> Read<&'b str> {
        let length = self.number()?;
        self.ended(usize::try_from(length).map_err(|_| Malformed)?)
    }

    pub(super) fn signature(&mut self) -> Read<&'b str> {
        let length = self.byte()?;
        self.ended(length.into())
    }

    pub(super) fn blob(&mut self) -> Read<&'b [u8]> {
        let length = self.number()?;
        self.take(usize::try_from(length).map_err(|_| Malformed)?)
    }

    /// What a variant holds, if it is of this kind.
    pub(super) fn variant(&mut self, signature: &str) -> Read<()> {
        if self.signature()? == signature { Ok(()) } else { Err(Malformed) }
    }

    /// Structures begin at such places.
    pub(super) fn structure(&mut self) -> Read<()> {
        self.align(8)
    }

    /// Calls `read` until the array is over. It must end where its length says.
    pub(super) fn array(&mut self, to: usize, mut read: impl FnMut(&mut Self) -> Read<()>) -> Read<()> {
        let length = usize::try_from(self.number()?).map_err(|_| Malformed)?;
        self.align(to)?;
        let end = self.at.checked_add(length).filter(|end| *end <= self.bytes.len()).ok_or(Malformed)?;
        while self.at < end {
            let before = self.at;
            read(self)?;
            if self.at <= before || self.at > end {
                return Err(Malformed);
            }
        }
        Ok(())
    }

    /// `ao` or `as`.
    pub(super) fn texts(&mut self) -> Read<Vec<String>> {
        let mut all = Vec::new();
        self.array(4, |reader| {
            all.push(reader.text()?.to_owned());
            Ok(())
        })?;
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reply as a bus sends it, in either order of bytes.
    fn reply() -> Vec<u8> {
        let mut body = Writer::default();
        body.array(4, |w| w.text("/org/freedesktop/secrets/collection/login/1"));
        body.array(4, |_| ());
        let mut w = Writer::default();
        for byte in [b'l', RETURN, 1, 1] {
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
        if length_of(prefix)? != bytes.len() {
            return Err(Malformed);
        }
        let message = Message::decode(bytes)?;
        let mut body = message.body("aoao")?;
        Ok((message.reply_to, body.texts()?, body.texts()?))
    }

    #[test]
    fn a_reply_is_read_as_it_was_written() {
        let (to, unlocked, locked) = read(&reply()).unwrap();
        assert_eq!((to, unlocked.len(), locked.len()), (7, 1, 0));
        assert_eq!(unlocked[0], "/org/freedesktop/secrets/collection/login/1");
        assert!(Message::decode(&reply()).unwrap().body("ao").is_err(), "another kind of body");
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
        assert_eq!(bytes[4..12], [12, 0, 0, 0, 3, 0, 0, 0], "length of the body, serial");
        assert!(bytes.ends_with(b"\x07\0\0\0default\0"));
        assert_eq!(length_of(bytes.first_chunk().unwrap()).unwrap(), bytes.len());
        let back = Message::decode(&bytes).unwrap();
        assert_eq!((back.sort, back.path.as_str(), back.member.as_str()), (Sort::Other, call.path, call.method));
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
            for value in [0u8, 1, 0x7f, 0x80, 0xff, good[at] ^ 1, good[at].wrapping_add(1)] {
                let mut bad = good.clone();
                bad[at] = value;
                // It may still be a message; it must not be a panic.
                let _ = read(&bad);
            }
        }
        let mut huge = good;
        huge[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(length_of(huge.first_chunk().unwrap()), Err(Malformed));
        let no_end = [255, 255, 255, 255, 0, 0, 0, 0];
        assert_eq!(Reader { bytes: &no_end, at: 0, big: false }.texts(), Err(Malformed));
    }
}
