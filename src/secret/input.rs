//! A secret as a file or a pipe gives it. The bytes are wiped, whatever comes of them.

use super::{Oddity, SecretName};
use zeroize::{Zeroize, Zeroizing};

/// Reads a UTF-8 secret out of raw bytes, wiping them whether or not that works.
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
    /// They begin with the mark that some editors put first (U+FEFF).
    ByteOrderMark,
    /// UTF-16, as PowerShell 5.1 writes it.
    Utf16,
    /// Another encoding.
    NotUtf8,
    /// Something that a person would be asked about, in the secret of this name.
    Odd(SecretName, Oddity),
}

/// One secret as a file or a pipe holds it: UTF-8, of which exactly one newline at the end is
/// dropped and nothing else. The bytes are wiped.
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

/// Fails for what is not UTF-8 without a mark: PowerShell 5.1 writes UTF-16, Windows its code page,
/// editors a mark.
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

/// With its mark; or without, if most of every second byte is zero, as it is for letters of
/// European languages.
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
