//! A secret as a file or a pipe gives it. The bytes are wiped, whatever comes of them.

use crate::l10n::msg;
use zeroize::{Zeroize, Zeroizing};

/// Reads a UTF-8 secret out of raw bytes, wiping them whether or not that works.
pub fn text_from_bytes(mut bytes: Vec<u8>) -> Option<Zeroizing<String>> {
    let exact = std::str::from_utf8(&bytes).ok().map(|text| Zeroizing::new(text.to_owned()));
    bytes.zeroize();
    exact
}

/// One secret as a file or a pipe holds it: UTF-8, of which exactly one newline at the end is dropped and nothing else.
/// The bytes are wiped. The error is a reason in words.
pub fn text_of_file(bytes: Vec<u8>) -> Result<Zeroizing<String>, String> {
    let mut text = text_from_bytes(bytes).ok_or_else(|| msg!("vault-text-not-utf8"))?;
    if text.starts_with('\u{feff}') {
        return Err(msg!("vault-text-mark"));
    }
    let kept = text.strip_suffix('\n').map_or(text.as_str(), |t| t.strip_suffix('\r').unwrap_or(t)).len();
    text.truncate(kept);
    Ok(text)
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
        assert!(text_of_file(b"\xef\xbb\xbfpw".to_vec()).unwrap_err().contains("byte-order"));
        assert!(text_of_file(b"\xff".to_vec()).unwrap_err().contains("UTF-8"));
    }

    #[test]
    fn text_must_be_utf8() {
        assert!(text_from_bytes(vec![0xff, 0xfe]).is_none());
        assert_eq!(text_from_bytes("日本".into()).unwrap().as_str(), "日本");
    }
}
