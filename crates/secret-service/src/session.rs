//! The encrypted session of the Secret Service: `dh-ietf1024-sha256-aes128-cbc-pkcs7`, the one that
//! the specification has (Secret Service API 0.2, "Transfer of Secrets"). It keeps secrets out of a
//! recorded bus; it is no defence against this account's own programs, which may ask for them as
//! well.
//!
//! The exponent has 256 bits: in this group of 1,024 bits, which is worth some 80, a longer one
//! adds time and nothing else.

use crate::fault::Fault;
use crate::options::Wiped;
use aws_lc_rs::cipher::{
    AES_128, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey,
    PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::hkdf;
use aws_lc_rs::iv::FixedLength;
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U256, U1024};
use zeroize::{Zeroize, Zeroizing};

/// Its name on the bus.
pub(crate) const ALGORITHM: &str = "dh-ietf1024-sha256-aes128-cbc-pkcs7";

/// The Second Oakley Group (RFC 2409, 6.2); its generator is 2.
const PRIME: &str = "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd\
                     ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed\
                     ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff";
const GROUP: usize = 128;

fn refused() -> Fault {
    Fault::other("session encryption failed")
}

/// Our half of the agreement.
pub(crate) struct Exchange {
    private: Zeroizing<U256>,
    /// What the provider gets.
    pub(crate) public: Vec<u8>,
    params: FixedMontyParams<{ U1024::LIMBS }>,
}

impl Exchange {
    pub(crate) fn new() -> Result<Self, Fault> {
        Self::of(|| {
            let mut bytes = Zeroizing::new([0u8; 32]);
            getrandom::fill(bytes.as_mut_slice()).map_err(|_| refused())?;
            Ok(U256::from_be_slice(bytes.as_slice()))
        })
    }

    /// With the first exponent whose public number every provider reads as it is.
    fn of(mut random: impl FnMut() -> Result<U256, Fault>) -> Result<Self, Fault> {
        let prime = Odd::new(U1024::from_be_hex(PRIME))
            .into_option()
            .ok_or_else(refused)?;
        let params = FixedMontyParams::new_vartime(prime);
        let mut this = Self {
            private: Zeroizing::new(U256::ZERO),
            public: Vec::new(),
            params,
        };
        while this.public.is_empty() || loses_a_byte(&this.public) {
            *this.private = random()?;
            this.public = this
                .power(&U1024::from(2u8))
                .to_be_bytes()
                .as_ref()
                .to_vec();
        }
        Ok(this)
    }

    fn power(&self, base: &U1024) -> U1024 {
        FixedMontyForm::new(base, &self.params)
            .pow(&self.private)
            .retrieve()
    }

    /// The key that both sides have now. `None` if they may have made different ones: of a number
    /// that begins with zeros, which one in 256 does, some providers (`KWallet`, by OpenSSL's
    /// `DH_compute_key`) leave the zeros out before they make the key, and the others do not.
    /// Another exchange is then the way to a key that all of them share.
    pub(crate) fn agree(&self, theirs: &[u8]) -> Result<Option<Key>, Fault> {
        let shared = self.shared(theirs)?;
        if shared.first() == Some(&0) {
            Ok(None)
        } else {
            Key::of(&shared).map(Some)
        }
    }

    /// The number that both sides have now, in full length.
    fn shared(&self, theirs: &[u8]) -> Result<Wiped, Fault> {
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
        Ok(bytes)
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
pub(crate) struct Key(Zeroizing<[u8; Length::BYTES]>);

impl Key {
    fn of(shared: &[u8]) -> Result<Self, Fault> {
        let mut key = Zeroizing::new([0u8; Length::BYTES]);
        let derived = hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(shared);
        derived
            .expand(&[], Length)
            .and_then(|okm| okm.fill(key.as_mut_slice()))
            .map_err(|_| refused())?;
        Ok(Self(key))
    }

    fn cipher(&self) -> Result<UnboundCipherKey, Fault> {
        UnboundCipherKey::new(&AES_128, self.0.as_slice()).map_err(|_| refused())
    }

    /// The initialization vector and what was encrypted with it.
    pub(crate) fn encrypt(&self, secret: &[u8]) -> Result<([u8; 16], Wiped), Fault> {
        let mut iv = [0u8; 16];
        getrandom::fill(&mut iv).map_err(|_| refused())?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(secret.len() + 16));
        bytes.extend_from_slice(secret);
        let key = PaddedBlockEncryptingKey::cbc_pkcs7(self.cipher()?).map_err(|_| refused())?;
        let context = EncryptionContext::Iv128(FixedLength::from(&iv));
        key.less_safe_encrypt(&mut *bytes, context)
            .map_err(|_| refused())?;
        Ok((iv, bytes))
    }

    pub(crate) fn decrypt(&self, iv: &[u8], value: &[u8]) -> Result<Wiped, Fault> {
        let iv: [u8; 16] = iv.try_into().map_err(|_| refused())?;
        let mut bytes = Zeroizing::new(value.to_vec());
        let key = PaddedBlockDecryptingKey::cbc_pkcs7(self.cipher()?).map_err(|_| refused())?;
        let context = DecryptionContext::Iv128(FixedLength::from(&iv));
        let length = key
            .decrypt(&mut bytes, context)
            .map_err(|_| refused())?
            .len();
        bytes.truncate(length);
        Ok(bytes)
    }
}

/// `KWallet` takes the number for a signed one (QCA's `BigInteger`), and so loses the first byte of
/// one that begins with nine ones: one in 512 does.
fn loses_a_byte(public: &[u8]) -> bool {
    matches!(public, [0xff, 0x80..=0xff, ..])
}

/// The other side, for a provider in tests.
#[cfg(test)]
impl Exchange {
    /// An exchange whose number with `theirs` begins with a zero.
    pub(crate) fn unlucky(theirs: &[u8]) -> Self {
        let mut this = Self::new().unwrap();
        let base = FixedMontyForm::new(&U1024::from_be_slice(theirs), &this.params);
        let (mut power, mut exponent) = (base, 1u32);
        while power.retrieve().to_be_bytes().as_ref()[0] != 0 {
            (power, exponent) = (power * base, exponent + 1);
        }
        *this.private = U256::from(exponent);
        this.public = this
            .power(&U1024::from(2u8))
            .to_be_bytes()
            .as_ref()
            .to_vec();
        this
    }

    /// The key as `KWallet` makes it.
    pub(crate) fn agree_without_zeros(&self, theirs: &[u8]) -> Key {
        let shared = self.shared(theirs).unwrap();
        Key::of(&shared[shared.iter().take_while(|byte| **byte == 0).count()..]).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Exchange {
        fn key(&self, theirs: &[u8]) -> Key {
            // With the zeros, so that chance does not fail a test.
            Key::of(&self.shared(theirs).unwrap()).unwrap()
        }
    }

    #[test]
    fn both_sides_agree_and_read_each_other() {
        let (one, two) = (Exchange::new().unwrap(), Exchange::new().unwrap());
        let (ours, theirs) = (one.key(&two.public), two.key(&one.public));
        for length in [0, 1, 15, 16, 17, 1000] {
            let secret = vec![7u8; length];
            let (iv, value) = ours.encrypt(&secret).unwrap();
            assert_eq!(value.len(), (length / 16 + 1) * 16);
            assert_eq!(*theirs.decrypt(&iv, &value).unwrap(), secret);
        }
        let stranger = Exchange::new().unwrap().key(&one.public);
        let (iv, value) = ours.encrypt(&[7; 100]).unwrap();
        assert!(
            stranger
                .decrypt(&iv, &value)
                .map_or(true, |bytes| *bytes != [7; 100])
        );
        assert!(ours.decrypt(&iv, &value[1..]).is_err() && ours.decrypt(&iv[1..], &value).is_err());
    }

    #[test]
    fn a_value_whose_padding_is_wrong_is_refused() {
        let one = Exchange::new().unwrap();
        let key = one.key(&one.public);
        // Sixteen bytes more, each of them sixteen; a bit of the first block is the same bit of the
        // second one's text.
        let (iv, value) = key.encrypt(&[7; 16]).unwrap();
        for (at, bits) in [(15, 16), (15, 1), (15, 0x80), (0, 1), (14, 0xff)] {
            let mut bad = value.to_vec();
            bad[at] ^= bits;
            assert!(key.decrypt(&iv, &bad).is_err(), "byte {at}, bits {bits}");
        }
        assert!(key.decrypt(&iv, &[]).is_err() && key.decrypt(&[], &[]).is_err());
        assert_eq!(*key.decrypt(&iv, &value).unwrap(), [7; 16], "control");
    }

    #[test]
    fn a_key_that_everybody_would_know_is_refused() {
        let ours = Exchange::new().unwrap();
        let prime = U1024::from_be_hex(PRIME);
        let bytes = |number: U1024| number.to_be_bytes().as_ref().to_vec();
        for bad in [
            vec![],
            vec![0],
            vec![1],
            bytes(prime),
            bytes(prime.wrapping_sub(&U1024::ONE)),
            vec![9; 129],
        ] {
            assert!(ours.agree(&bad).is_err(), "{} bytes", bad.len());
        }
        assert!(ours.agree(&[2]).is_ok(), "control");
        assert!(
            ours.agree(&[&[0; 200][..], &[2]].concat()).is_ok(),
            "leading zeros mean nothing"
        );
    }

    #[test]
    fn a_number_that_begins_with_zeros_makes_no_key() {
        let ours = Exchange::new().unwrap();
        let theirs = Exchange::unlucky(&ours.public);
        let (iv, value) = theirs
            .agree_without_zeros(&ours.public)
            .encrypt(&[7; 100])
            .unwrap();
        let with_zeros = ours.key(&theirs.public);
        assert!(
            with_zeros
                .decrypt(&iv, &value)
                .map_or(true, |bytes| *bytes != [7; 100]),
            "control: the keys differ"
        );
        assert!(ours.agree(&theirs.public).unwrap().is_none());
        // 2^1000 has fewer than 1,016 bits.
        let fixed = Exchange::of(|| Ok(U256::from(1000u32))).unwrap();
        assert!(fixed.agree(&[2]).unwrap().is_none());
        let fixed = Exchange::of(|| Ok(U256::from(1023u32))).unwrap();
        assert!(
            fixed.agree(&[2]).unwrap().is_some(),
            "control: 2^1023 fills all bytes"
        );
    }

    #[test]
    fn a_number_that_a_provider_would_read_as_a_shorter_one_is_not_offered() {
        let mut exponents = [2183u32, 3].into_iter();
        let ours = Exchange::of(|| exponents.next().map(U256::from).ok_or_else(refused)).unwrap();
        assert_eq!(
            ours.public,
            [&[0; 127][..], &[8]].concat(),
            "2^2183 begins with ff fb"
        );
        assert!(loses_a_byte(&[0xff, 0x80, 0]) && loses_a_byte(&[0xff, 0xff, 0]));
        assert!(
            !loses_a_byte(&[0xff, 0x7f, 0])
                && !loses_a_byte(&[0xfe, 0xff, 0])
                && !loses_a_byte(&[0, 0xff, 0])
        );
    }
}
