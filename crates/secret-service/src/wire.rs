//! Values in the D-Bus wire format (specification 0.42, "Marshaling"), as many kinds as the Secret
//! Service needs. No I/O; every value is checked before it is used.
//!
//! Not here: messages (`message.rs`), sockets and time (`connection.rs`), the calls (`bus.rs`).

use zeroize::Zeroizing;

/// What came in is not D-Bus, or not what was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

pub(crate) type Read<T> = Result<T, Malformed>;

/// Bytes that are being written, little-endian, each value aligned as the format wants it.
#[derive(Default)]
pub(crate) struct Writer {
    pub(crate) bytes: Zeroizing<Vec<u8>>,
}

impl Writer {
    pub(crate) fn align(&mut self, to: usize) {
        let length = self.bytes.len().next_multiple_of(to);
        self.bytes.resize(length, 0);
    }

    pub(crate) fn byte(&mut self, value: u8) {
        self.bytes.push(value);
    }

    pub(crate) fn number(&mut self, value: u32) {
        self.align(4);
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn boolean(&mut self, value: bool) {
        self.number(value.into());
    }

    /// A string or an object path.
    pub(crate) fn text(&mut self, value: &str) {
        self.number(length(value.len()));
        self.bytes.extend_from_slice(value.as_bytes());
        self.byte(0);
    }

    pub(crate) fn signature(&mut self, value: &str) {
        self.byte(u8::try_from(value.len()).unwrap_or(u8::MAX));
        self.bytes.extend_from_slice(value.as_bytes());
        self.byte(0);
    }

    pub(crate) fn blob(&mut self, value: &[u8]) {
        self.number(length(value.len()));
        self.bytes.extend_from_slice(value);
    }

    /// An array whose elements are aligned to `to`.
    pub(crate) fn array(&mut self, to: usize, write: impl FnOnce(&mut Self)) {
        self.number(0);
        let at = self.bytes.len();
        self.align(to);
        let start = self.bytes.len();
        write(self);
        let written = length(self.bytes.len() - start);
        self.bytes[at - 4..at].copy_from_slice(&written.to_le_bytes());
    }

    /// A structure or an entry of a dictionary.
    pub(crate) fn structure(&mut self, write: impl FnOnce(&mut Self)) {
        self.align(8);
        write(self);
    }

    /// `a{ss}`.
    pub(crate) fn dictionary(&mut self, entries: &[(&str, &str)]) {
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

/// No written value comes near 4 GiB; every bus would refuse one that did.
pub(crate) fn length(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// Reads values in order. Every step is bounded by what is there.
pub(crate) struct Reader<'b> {
    pub(crate) bytes: &'b [u8],
    pub(crate) at: usize,
    pub(crate) big: bool,
}

impl<'b> Reader<'b> {
    pub(crate) fn align(&mut self, to: usize) -> Read<()> {
        let next = self.at.next_multiple_of(to);
        if next > self.bytes.len() {
            return Err(Malformed);
        }
        self.at = next;
        Ok(())
    }

    pub(crate) fn take(&mut self, length: usize) -> Read<&'b [u8]> {
        let end = self.at.checked_add(length).ok_or(Malformed)?;
        let taken = self.bytes.get(self.at..end).ok_or(Malformed)?;
        self.at = end;
        Ok(taken)
    }

    pub(crate) fn byte(&mut self) -> Read<u8> {
        Ok(self.take(1)?[0])
    }

    pub(crate) fn number(&mut self) -> Read<u32> {
        self.align(4)?;
        let bytes = self.take(4)?.try_into().map_err(|_| Malformed)?;
        Ok(if self.big {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        })
    }

    pub(crate) fn long(&mut self) -> Read<u64> {
        self.align(8)?;
        let bytes = self.take(8)?.try_into().map_err(|_| Malformed)?;
        Ok(if self.big {
            u64::from_be_bytes(bytes)
        } else {
            u64::from_le_bytes(bytes)
        })
    }

    pub(crate) fn boolean(&mut self) -> Read<bool> {
        match self.number()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Malformed),
        }
    }

    fn ended(&mut self, length: usize) -> Read<&'b str> {
        let text = self.take(length)?;
        if self.byte()? != 0 || text.contains(&0) {
            return Err(Malformed);
        }
        std::str::from_utf8(text).map_err(|_| Malformed)
    }

    /// A string.
    pub(crate) fn text(&mut self) -> Read<&'b str> {
        let length = self.number()?;
        self.ended(usize::try_from(length).map_err(|_| Malformed)?)
    }

    /// An object path. Other text would go back to the bus in a call, which ends the connection, or
    /// into a match rule.
    pub(crate) fn path(&mut self) -> Read<&'b str> {
        let path = self.text()?;
        let names = path.strip_prefix('/').ok_or(Malformed)?;
        let is_name = |name: &str| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        if names.is_empty() || names.split('/').all(is_name) {
            Ok(path)
        } else {
            Err(Malformed)
        }
    }

    pub(crate) fn signature(&mut self) -> Read<&'b str> {
        let length = self.byte()?;
        self.ended(length.into())
    }

    pub(crate) fn blob(&mut self) -> Read<&'b [u8]> {
        let length = self.number()?;
        self.take(usize::try_from(length).map_err(|_| Malformed)?)
    }

    /// What a variant holds, if it is of this kind.
    pub(crate) fn variant(&mut self, signature: &str) -> Read<()> {
        if self.signature()? == signature {
            Ok(())
        } else {
            Err(Malformed)
        }
    }

    /// Structures begin at such places.
    pub(crate) fn structure(&mut self) -> Read<()> {
        self.align(8)
    }

    /// Calls `read` until the array is over. It must end where its length says.
    pub(crate) fn array(
        &mut self,
        to: usize,
        mut read: impl FnMut(&mut Self) -> Read<()>,
    ) -> Read<()> {
        let length = usize::try_from(self.number()?).map_err(|_| Malformed)?;
        self.align(to)?;
        let end = self
            .at
            .checked_add(length)
            .filter(|end| *end <= self.bytes.len())
            .ok_or(Malformed)?;
        while self.at < end {
            let before = self.at;
            read(self)?;
            if self.at <= before || self.at > end {
                return Err(Malformed);
            }
        }
        Ok(())
    }

    /// `ao`.
    pub(crate) fn paths(&mut self) -> Read<Vec<String>> {
        let mut all = Vec::new();
        self.array(4, |reader| {
            all.push(reader.path()?.to_owned());
            Ok(())
        })?;
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(bytes: &[u8]) -> Reader<'_> {
        Reader {
            bytes,
            at: 0,
            big: false,
        }
    }

    #[test]
    fn an_array_ends_where_its_length_says() {
        let mut w = Writer::default();
        w.array(4, |w| ["/", "/bc"].iter().for_each(|text| w.text(text)));
        w.number(7);
        let mut whole = reader(&w.bytes);
        assert_eq!(whole.paths(), Ok(vec!["/".to_owned(), "/bc".to_owned()]));
        assert_eq!(whole.number(), Ok(7), "what follows is not a part of it");
        // One byte less: the last text would reach beyond the array, into what follows.
        let mut cut = w.bytes.to_vec();
        cut[0] -= 1;
        assert_eq!(reader(&cut).paths(), Err(Malformed));
        assert_eq!(
            reader(&w.bytes).array(4, |_| Ok(())),
            Err(Malformed),
            "an element without any bytes has no end"
        );
    }

    #[test]
    fn values_are_what_the_format_has() {
        assert_eq!(
            [0u8, 1, 2].map(|byte| reader(&[byte, 0, 0, 0]).boolean()),
            [Ok(false), Ok(true), Err(Malformed)]
        );
        assert_eq!(reader(b"\x01\0\0\0a\0").text(), Ok("a"));
        assert_eq!(reader(b"\x01\0\0\0ab").text(), Err(Malformed), "no end");
        assert_eq!(
            reader(b"\x01\0\0\0\xff\0").text(),
            Err(Malformed),
            "no UTF-8"
        );
        assert_eq!(
            reader(b"\x03\0\0\0a\0b\0").text(),
            Err(Malformed),
            "a zero is the end"
        );
        assert_eq!(reader(b"\x01s\0").variant("s"), Ok(()));
        assert_eq!(reader(b"\x01s\0").variant("o"), Err(Malformed));
        let mut at_one = Reader {
            at: 1,
            ..reader(&[9; 16])
        };
        assert_eq!(
            (at_one.long(), at_one.at),
            (Ok(0x0909_0909_0909_0909), 16),
            "at a multiple of eight"
        );
        assert_eq!(
            Reader {
                at: 1,
                ..reader(&[9; 15])
            }
            .long(),
            Err(Malformed)
        );
        let big = Reader {
            big: true,
            ..reader(&[0, 0, 0, 0, 0, 0, 1, 2])
        }
        .long();
        assert_eq!(big, Ok(258));
    }

    #[test]
    fn only_a_path_is_a_path() {
        let path = |text: &str| {
            let mut w = Writer::default();
            w.text(text);
            reader(&w.bytes).path().map(str::to_owned)
        };
        for good in ["/", "/a", "/org/freedesktop/secrets/collection/a_2d1/17"] {
            assert_eq!(path(good).as_deref(), Ok(good));
        }
        for bad in [
            "",
            "a",
            "//",
            "/a/",
            "/a//b",
            "/a-b",
            "/a',member='x",
            "/\u{e4}",
            "/a\n",
            "/a/./b",
        ] {
            assert_eq!(path(bad), Err(Malformed), "{bad:?}");
        }
    }
}
