//! Reads a secret from the bytes of a file or a pipe. Wipes the bytes in every case.

use super::{Oddity, SecretName};
use zeroize::{Zeroize, Zeroizing};

/// Reads a UTF-8 secret from raw bytes, and wipes them. `None` if they are not UTF-8.
pub fn text_from_bytes(mut bytes: Vec<u8>) -> Option<Zeroizing<String>> {
    let exact = std::str::from_utf8(&bytes)
        .ok()
        .map(|text| Zeroizing::new(text.to_owned()));
    bytes.zeroize();
    exact
}

/// Why bytes are no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// They begin with a byte-order mark (U+FEFF), as some editors write it.
    ByteOrderMark,
    /// UTF-16, as PowerShell 5.1 writes it.
    Utf16,
    /// Another encoding.
    NotUtf8,
    /// The secret of this name has a sign of a mistake that a person would have to confirm.
    Odd(SecretName, Oddity),
}

/// Reads one secret from the bytes of a file or a pipe: UTF-8, without one newline at the end;
/// nothing else is dropped. Wipes the bytes. Fails as [`check_encoding`] does.
pub fn text_of_file(mut bytes: Vec<u8>) -> Result<Zeroizing<String>, Unfit> {
    if let Err(unfit) = check_encoding(&bytes) {
        bytes.zeroize();
        return Err(unfit);
    }
    let mut text = text_from_bytes(bytes).ok_or(Unfit::NotUtf8)?;
    let kept = text
        .strip_suffix('\n')
        .map_or(text.as_str(), |t| t.strip_suffix('\r').unwrap_or(t))
        .len();
    text.truncate(kept);
    Ok(text)
}

/// Fails for bytes that are not UTF-8 without a byte-order mark: PowerShell 5.1 writes UTF-16,
/// Windows its code page, some editors a mark.
pub fn check_encoding(bytes: &[u8]) -> Result<(), Unfit> {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return Err(Unfit::ByteOrderMark);
    }
    if is_utf16(bytes) {
        return Err(Unfit::Utf16);
    }
    match std::str::from_utf8(bytes) {
        Ok(_) => Ok(()),
        Err(_) => Err(Unfit::NotUtf8),
    }
}

/// True for UTF-16 with its mark; and without one if most of every second byte is zero, as for
/// letters of European languages.
fn is_utf16(bytes: &[u8]) -> bool {
    let is_marked = [b"\xff\xfe", b"\xfe\xff"]
        .iter()
        .any(|mark| bytes.len() > 2 && bytes.starts_with(*mark));
    is_marked || [0, 1].into_iter().any(|first| is_mostly_zero(bytes, first))
}

/// True for most of every second byte from this one on.
fn is_mostly_zero(bytes: &[u8], first: usize) -> bool {
    let halves = bytes.iter().skip(first).step_by(2);
    let zeros = halves.filter(|byte| **byte == 0).count();
    bytes.len() >= 4 && zeros > bytes.len() / 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_newline_is_dropped() {
        let text = |bytes: &[u8]| text_of_file(bytes.to_vec()).unwrap().to_string();
        assert_eq!(text(b"pw\n"), "pw");
        assert_eq!(text(b"pw\r\n"), "pw");
        assert_eq!(text(b" pw \n\n"), " pw \n");
        assert_eq!(text(b"pw"), "pw");
    }

    #[test]
    fn other_encodings_are_named_with_what_makes_them_right() {
        let utf16 = |order: fn(u16) -> [u8; 2]| {
            "p\u{e4}ssword"
                .encode_utf16()
                .flat_map(order)
                .collect::<Vec<u8>>()
        };
        for (bytes, reason, fix) in [
            (b"\xef\xbb\xbfpw".to_vec(), "byte-order mark", "tail -c +4"),
            (
                [&b"\xff\xfe"[..], &utf16(u16::to_le_bytes)].concat(),
                "UTF-16",
                "iconv -f UTF-16",
            ),
            (
                [&b"\xfe\xff"[..], &utf16(u16::to_be_bytes)].concat(),
                "UTF-16",
                "iconv -f UTF-16",
            ),
            (utf16(u16::to_le_bytes), "UTF-16", "WriteAllText"),
            (utf16(u16::to_be_bytes), "UTF-16", "WriteAllText"),
            (
                b"p\xe4ssword".to_vec(),
                "not UTF-8",
                "iconv -f WINDOWS-1252",
            ),
        ] {
            let unfit = text_of_file(bytes).unwrap_err();
            assert!(
                unfit.words().english().contains(reason) && unfit.fix().english().contains(fix),
                "{unfit:?}"
            );
        }
        assert_eq!(
            text_of_file(b"p\0w".to_vec()).unwrap().as_str(),
            "p\0w",
            "one NUL is no encoding"
        );
    }

    #[test]
    fn text_must_be_utf8() {
        assert!(text_from_bytes(vec![0xff, 0xfe]).is_none());
        assert_eq!(text_from_bytes("日本".into()).unwrap().as_str(), "日本");
    }
}
