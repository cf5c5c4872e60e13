//! Bytes to text and back, byte for byte: UTF-8 and UTF-16 with or without what belongs to them,
//! and old 8-bit code pages.
//!
//! Bytes do not say which code page they are in. Every ASCII character of such a text is itself and
//! everything else has a substitute: a pair that Shift JIS would read as one character (its second
//! byte may be a backtick or a brace) becomes one, and so does any other byte. So a lexer finds
//! quotes, the bytes come back as they were, and a value with a substitute is unknown.

use std::fmt;
use zeroize::Zeroizing;

/// Substitutes live in a private plane that no text uses: one for each byte, and one for each pair
/// of bytes.
const PLANE: u32 = 0xF_0000;

/// Why a file cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// More than [`crate::LIMIT`].
    TooLarge,
    /// Not text: it holds zero bytes, or the characters by which this crate writes unknown bytes.
    Binary,
    /// It begins as UTF-16 does, and is none.
    BadUtf16,
    /// A kind of file that nothing here reads.
    Foreign(crate::Foreign),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf8Bom,
    Utf16Le,
    Utf16Be,
    Legacy,
}

pub(crate) struct Decoded {
    pub(crate) text: Zeroizing<String>,
    encoding: Encoding,
}

impl fmt::Debug for Decoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Decoded({:?})", self.encoding)
    }
}

pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, Unreadable> {
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return Ok(Decoded {
            text: utf16(rest, u16::from_le_bytes)?,
            encoding: Encoding::Utf16Le,
        });
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return Ok(Decoded {
            text: utf16(rest, u16::from_be_bytes)?,
            encoding: Encoding::Utf16Be,
        });
    }
    if bytes.contains(&0) {
        return Err(Unreadable::Binary);
    }
    let (rest, encoding) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => (rest, Encoding::Utf8Bom),
        None => (bytes, Encoding::Utf8),
    };
    match std::str::from_utf8(rest) {
        // A substitute's own character would come back as other bytes.
        Ok(text) if !text.chars().any(is_substitute) => Ok(Decoded {
            text: Zeroizing::new(text.to_owned()),
            encoding,
        }),
        Ok(_) => Err(Unreadable::Binary),
        Err(_) => Ok(Decoded {
            text: legacy(bytes),
            encoding: Encoding::Legacy,
        }),
    }
}

fn utf16(bytes: &[u8], order: fn([u8; 2]) -> u16) -> Result<Zeroizing<String>, Unreadable> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 3 / 2));
    for unit in char::decode_utf16(pairs.iter().copied().map(order)) {
        text.push(unit.map_err(|_| Unreadable::BadUtf16)?);
    }
    if !rest.is_empty() || text.chars().any(|c| is_substitute(c) || c == '\0') {
        return Err(Unreadable::BadUtf16);
    }
    Ok(text)
}

fn legacy(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 4));
    let mut rest = bytes;
    loop {
        rest = match rest {
            [] => return text,
            [
                lead @ (0x81..=0x9f | 0xe0..=0xfc),
                second @ (0x40..=0x7e | 0x80..=0xfc),
                rest @ ..,
            ] => {
                text.push(substitute(u32::from(*lead) << 8 | u32::from(*second)));
                rest
            }
            [byte, rest @ ..] => {
                text.push(if byte.is_ascii() {
                    char::from(*byte)
                } else {
                    substitute(u32::from(*byte))
                });
                rest
            }
        };
    }
}

fn substitute(bytes: u32) -> char {
    char::from_u32(PLANE + bytes).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn is_substitute(c: char) -> bool {
    (PLANE..PLANE + 0xfd00).contains(&u32::from(c))
}

/// True if the value holds a character whose meaning depends on the code page, which is not known.
pub(crate) fn is_uncertain(text: &str) -> bool {
    text.chars().any(is_substitute)
}

impl Decoded {
    pub(crate) fn is_legacy(&self) -> bool {
        self.encoding == Encoding::Legacy
    }

    /// The bytes of a changed text, in the file's own encoding.
    pub(crate) fn encode(&self, text: &str) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() * 2 + 3));
        match self.encoding {
            Encoding::Utf8 => bytes.extend_from_slice(text.as_bytes()),
            Encoding::Utf8Bom => {
                bytes.extend_from_slice(b"\xef\xbb\xbf");
                bytes.extend_from_slice(text.as_bytes());
            }
            Encoding::Utf16Le => {
                bytes.extend_from_slice(b"\xff\xfe");
                text.encode_utf16()
                    .for_each(|unit| bytes.extend_from_slice(&unit.to_le_bytes()));
            }
            Encoding::Utf16Be => {
                bytes.extend_from_slice(b"\xfe\xff");
                text.encode_utf16()
                    .for_each(|unit| bytes.extend_from_slice(&unit.to_be_bytes()));
            }
            Encoding::Legacy => {
                for c in text.chars() {
                    let code = u32::from(c).wrapping_sub(if is_substitute(c) { PLANE } else { 0 });
                    let [.., lead, last] = code.to_be_bytes();
                    if lead != 0 {
                        bytes.push(lead);
                    }
                    bytes.push(last);
                }
            }
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_comes_back_byte_for_byte() {
        let utf16: Vec<u8> = "$a = 'é日𝄞'\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let big: Vec<u8> = "$a = 'é日𝄞'\r\n"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        let rows: [Vec<u8>; 6] = [
            "$a = 'é日𝄞'\r\n".into(),
            [b"\xef\xbb\xbf", "$a = 'é'".as_bytes()].concat(),
            [b"\xff\xfe", utf16.as_slice()].concat(),
            [b"\xfe\xff", big.as_slice()].concat(),
            b"# \x83\x5c\x83\x60 \x95\x5c\n$a = 'x' # caf\xe9\n".to_vec(),
            (1..=255).chain([0xe9]).collect(),
        ];
        for bytes in rows {
            let decoded = decode(&bytes).unwrap();
            assert_eq!(
                decoded.encode(&decoded.text).as_slice(),
                bytes,
                "{decoded:?}"
            );
        }
    }

    #[test]
    fn the_second_byte_of_a_pair_is_no_syntax() {
        // Shift JIS for a katakana whose second byte is a backtick.
        let decoded = decode(b"$a = \"\x83\x60\"\n").unwrap();
        assert!(!decoded.text.contains('`') && decoded.is_legacy());
        assert!(is_uncertain(&decoded.text) && !is_uncertain("é日本"));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert_eq!(decode(b"MZ\0\0").unwrap_err(), Unreadable::Binary);
        assert_eq!(decode(b"\xff\xfea").unwrap_err(), Unreadable::BadUtf16);
        assert_eq!(
            decode(b"\xff\xfe\x00\xd8").unwrap_err(),
            Unreadable::BadUtf16
        );
        assert_eq!(
            decode("\u{F0041}".as_bytes()).unwrap_err(),
            Unreadable::Binary
        );
    }
}
