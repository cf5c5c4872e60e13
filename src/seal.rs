//! Sealing of bytes at rest: XChaCha20-Poly1305 with a random 24-byte nonce, which comes before the
//! ciphertext. The token cache and the file store use it. To open, a caller gives the same
//! associated data.

use crate::secret::SealingKey;
use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use std::io;
use zeroize::Zeroizing;

const NONCE: usize = 24;
const TAG: usize = 16;

/// Nonce, ciphertext and tag. Fails only when the operating system has no random bytes.
pub(crate) fn close(key: &SealingKey, associated: &[u8], plain: &[u8]) -> io::Result<Vec<u8>> {
    let mut nonce = [0u8; NONCE];
    getrandom::fill(&mut nonce).map_err(io::Error::other)?;
    let mut sealed = Vec::with_capacity(NONCE + plain.len() + TAG);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(plain);
    let tag = cipher(key)
        .encrypt_inout_detached(
            &XNonce::from(nonce),
            associated,
            (&mut sealed[NONCE..]).into(),
        )
        .map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))?;
    sealed.extend_from_slice(&tag);
    Ok(sealed)
}

/// The plain bytes, or `None` for anything that [`close`] did not seal with this key and this
/// associated data.
pub(crate) fn open(
    key: &SealingKey,
    associated: &[u8],
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, rest) = sealed.split_at_checked(NONCE)?;
    let (body, tag) = rest.split_at_checked(rest.len().checked_sub(TAG)?)?;
    let mut plain = Zeroizing::new(body.to_vec());
    let nonce: [u8; NONCE] = nonce.try_into().ok()?;
    let tag: [u8; TAG] = tag.try_into().ok()?;
    cipher(key)
        .decrypt_inout_detached(
            &XNonce::from(nonce),
            associated,
            plain.as_mut_slice().into(),
            &tag.into(),
        )
        .ok()?;
    Some(plain)
}

fn cipher(key: &SealingKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&(*key.bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_with_the_same_key_and_data() {
        let key = SealingKey::random().unwrap();
        let other = SealingKey::random().unwrap();
        let sealed = close(&key, b"aad", b"secret").unwrap();
        assert_eq!(open(&key, b"aad", &sealed).unwrap().as_slice(), b"secret");
        assert!(open(&other, b"aad", &sealed).is_none());
        assert!(open(&key, b"aae", &sealed).is_none());
        assert!(open(&key, b"aad", &sealed[..39]).is_none());
        assert_ne!(sealed, close(&key, b"aad", b"secret").unwrap());
    }
}
