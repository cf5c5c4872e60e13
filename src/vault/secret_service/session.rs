//! The encrypted session of the Secret Service: `dh-ietf1024-sha256-aes128-cbc-pkcs7`, the one that the specification has
//! (Secret Service API 0.2, "Transfer of Secrets"). It keeps secrets out of a recorded bus; it is no defence against this
//! account's own programs, which may ask for them as well.
//!
//! The exponent has 256 bits: in this group of 1,024 bits, which is worth some 80, a longer one adds time and nothing else.

use super::{Fault, Wiped};
use aws_lc_rs::cipher::{
    AES_128, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::hkdf;
use aws_lc_rs::iv::FixedLength;
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U256, U1024};
use zeroize::{Zeroize, Zeroizing};

/// Its name on the bus.
pub(super) const ALGORITHM: &str = "dh-ietf1024-sha256-aes128-cbc-pkcs7";

/// The Second Oakley Group (RFC 2409, 6.2); its generator is 2.
const PRIME: &str = "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd\
                     ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed\
                     ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff";
const GROUP: usize = 128;

fn refused() -> Fault {
    Fault::other("session encryption failed")
}

/// Our half of the agreement.
pub(super) struct Exchange {
    private: Zeroizing<U256>,
    params: FixedMontyParams<{ U1024::LIMBS }>,
}

impl Exchange {
    pub(super) fn new() -> Result<Self, Fault> {
        let mut bytes = Zeroizing::new([0u8; 32]);
        getrandom::fill(bytes.as_mut_slice()).map_err(|_| refused())?;
        let prime = Odd::new(U1024::from_be_hex(PRIME)).into_option().ok_or_else(refused)?;
        let private = Zeroizing::new(U256::from_be_slice(bytes.as_slice()));
        Ok(Self { private, params: FixedMontyParams::new_vartime(prime) })
    }

    fn power(&self, base: &U1024) -> U1024 {
        FixedMontyForm::new(base, &self.params).pow(&self.private).retrieve()
    }

    /// What the provider gets.
    pub(super) fn public(&self) -> Vec<u8> {
        self.power(&U1024::from(2u8)).to_be_bytes().as_ref().to_vec()
    }

    /// The key that both sides have now.
    pub(super) fn agree(&self, theirs: &[u8]) -> Result<Key, Fault> {
        let theirs = &theirs[theirs.iter().take_while(|byte| **byte == 0).count()..];
        let mut padded = [0u8; GROUP];
        let start = GROUP.checked_sub(theirs.len()).ok_or_else(refused)?;
        padded[start..].copy_from_slice(theirs);
        let theirs = U1024::from_be_slice(&padded);
        // 0, 1 and -1 would make a key that everybody knows.
        let last = self.params.modulus().as_ref().wrapping_sub(&U1024::ONE);
        if theirs <= U1024::ONE || theirs >= last {
            return Err(refused());
        }
        let mut shared = self.power(&theirs);
        let bytes = Zeroizing::new(shared.to_be_bytes().as_ref().to_vec());
        shared.zeroize();
        let mut key = Zeroizing::new([0u8; Length::BYTES]);
        let derived = hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(&bytes);
        derived.expand(&[], Length).and_then(|okm| okm.fill(key.as_mut_slice())).map_err(|_| refused())?;
        Ok(Key(key))
    }
}

#[derive(Clone, Copy)]
struct Length;

impl Length {
    const BYTES: usize = 16;
}

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        Self::BYTES
    }
}

/// The key of one session.
pub(super) struct Key(Zeroizing<[u8; Length::BYTES]>);

impl Key {
    fn cipher(&self) -> Result<UnboundCipherKey, Fault> {
        UnboundCipherKey::new(&AES_128, self.0.as_slice()).map_err(|_| refused())
    }

    /// The initialization vector and what was encrypted with it.
    pub(super) fn encrypt(&self, secret: &[u8]) -> Result<([u8; 16], Wiped), Fault> {
        let mut iv = [0u8; 16];
        getrandom::fill(&mut iv).map_err(|_| refused())?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(secret.len() + 16));
        bytes.extend_from_slice(secret);
        let key = PaddedBlockEncryptingKey::cbc_pkcs7(self.cipher()?).map_err(|_| refused())?;
        let context = EncryptionContext::Iv128(FixedLength::from(&iv));
        key.less_safe_encrypt(&mut *bytes, context).map_err(|_| refused())?;
        Ok((iv, bytes))
    }

    pub(super) fn decrypt(&self, iv: &[u8], value: &[u8]) -> Result<Wiped, Fault> {
        let iv: [u8; 16] = iv.try_into().map_err(|_| refused())?;
        let mut bytes = Zeroizing::new(value.to_vec());
        let key = PaddedBlockDecryptingKey::cbc_pkcs7(self.cipher()?).map_err(|_| refused())?;
        let context = DecryptionContext::Iv128(FixedLength::from(&iv));
        let length = key.decrypt(&mut bytes, context).map_err(|_| refused())?.len();
        bytes.truncate(length);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_agree_and_read_each_other() {
        let (one, two) = (Exchange::new().unwrap(), Exchange::new().unwrap());
        let (ours, theirs) = (one.agree(&two.public()).unwrap(), two.agree(&one.public()).unwrap());
        for length in [0, 1, 15, 16, 17, 1000] {
            let secret = vec![7u8; length];
            let (iv, value) = ours.encrypt(&secret).unwrap();
            assert_eq!(value.len(), (length / 16 + 1) * 16);
            assert_eq!(*theirs.decrypt(&iv, &value).unwrap(), secret);
        }
        let stranger = Exchange::new().unwrap().agree(&one.public()).unwrap();
        let (iv, value) = ours.encrypt(&[7; 100]).unwrap();
        assert!(stranger.decrypt(&iv, &value).map_or(true, |bytes| *bytes != [7; 100]));
        assert!(ours.decrypt(&iv, &value[1..]).is_err() && ours.decrypt(&iv[1..], &value).is_err());
    }

    #[test]
    fn a_key_that_everybody_would_know_is_refused() {
        let ours = Exchange::new().unwrap();
        let prime = U1024::from_be_hex(PRIME);
        let bytes = |number: U1024| number.to_be_bytes().as_ref().to_vec();
        for bad in [vec![], vec![0], vec![1], bytes(prime), bytes(prime.wrapping_sub(&U1024::ONE)), vec![9; 129]] {
            assert!(ours.agree(&bad).is_err(), "{} bytes", bad.len());
        }
        assert!(ours.agree(&[2]).is_ok(), "control");
        assert!(ours.agree(&[&[0; 200][..], &[2]].concat()).is_ok(), "leading zeros mean nothing");
    }
}
