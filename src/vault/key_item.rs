//! The item with the key of a certificate, version 1: a version byte, both thumbprints, the end,
//! then the key as PKCS#8. Binary, so that a key of 4,096 bits is within the limit of an item.

use super::BUNDLE_LIMIT;
use crate::secret::{Certificate, CertificateFacts, SecretBytes};
use zeroize::Zeroizing;

const VERSION: u8 = 1;

/// The bytes to store. `Err` has the length, if it is over [`BUNDLE_LIMIT`].
pub fn encode(certificate: &Certificate) -> Result<SecretBytes, usize> {
    let CertificateFacts { sha256, sha1, ends } = certificate.facts();
    let key = certificate.expose_for_item();
    let mut bytes = Zeroizing::new(Vec::with_capacity(BUNDLE_LIMIT));
    bytes.push(VERSION);
    bytes.extend_from_slice(sha256);
    bytes.extend_from_slice(sha1);
    bytes.extend_from_slice(&ends.to_be_bytes());
    let length = bytes.len() + key.len();
    if length > BUNDLE_LIMIT {
        return Err(length);
    }
    bytes.extend_from_slice(key);
    Ok(SecretBytes::new(std::mem::take(&mut *bytes)))
}

/// Reads stored bytes; `None` for bytes that no version wrote.
pub fn decode(bytes: &SecretBytes) -> Option<Certificate> {
    let rest = bytes.as_slice().strip_prefix(&[VERSION])?;
    let (sha256, rest) = rest.split_first_chunk()?;
    let (sha1, rest) = rest.split_first_chunk()?;
    let (ends, key) = rest.split_first_chunk()?;
    let facts = CertificateFacts {
        sha256: *sha256,
        sha1: *sha1,
        ends: u64::from_be_bytes(*ends),
    };
    Some(Certificate::new(facts, SecretBytes::new(key.to_vec())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(key: usize) -> Certificate {
        let facts = CertificateFacts {
            sha256: [2; 32],
            sha1: [3; 20],
            ends: 1_795_420_811,
        };
        Certificate::new(facts, SecretBytes::new(vec![7; key]))
    }

    #[test]
    fn an_item_reads_back_the_same() {
        let back = decode(&encode(&certificate(1218)).unwrap()).unwrap();
        assert_eq!(back.facts(), certificate(1).facts());
        assert_eq!(back.expose_for_item(), [7; 1218]);
    }

    #[test]
    fn a_key_of_4096_bits_fits_and_a_longer_one_is_an_error() {
        assert!(encode(&certificate(2375)).is_ok(), "4,096 bits as PKCS#8");
        assert!(encode(&certificate(BUNDLE_LIMIT)).unwrap_err() > BUNDLE_LIMIT);
    }

    #[test]
    fn other_bytes_are_no_item() {
        for bytes in [vec![], vec![VERSION; 40], vec![2; 100]] {
            assert!(decode(&SecretBytes::new(bytes)).is_none());
        }
    }
}
