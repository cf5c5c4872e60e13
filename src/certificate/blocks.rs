//! The blocks of a certificate file as DER, and why a file cannot be used. Values only.

/// Why a file gives no certificate with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadCertificate {
    /// It is neither PEM nor PKCS#12.
    NotCertificate,
    /// It is PEM or PKCS#12, but damaged, or of a kind that ropc cannot read.
    Damaged,
    /// The password does not open it, or it has one and none was given.
    WrongPassword,
    /// Its PEM key has a password.
    EncryptedPem,
    /// It has no private key.
    NoKey,
    /// It has a private key and no certificate.
    NoCertificate,
    /// Its key is not RSA, which is all that Entra takes.
    NotRsa,
    /// Its RSA key has too few bits.
    ShortKey(usize),
    /// None of its certificates is of its private key.
    OtherKey,
    /// It has several private keys.
    SeveralKeys,
}

/// The blocks of a file, as DER.
#[derive(Default)]
pub(super) struct Blocks {
    pub(super) keys: Vec<Key>,
    pub(super) certificates: Vec<Vec<u8>>,
}

/// A private key as a file has it. The allocator wipes its bytes when they are dropped.
pub(super) enum Key {
    Pkcs8(Vec<u8>),
    /// PKCS#1.
    Rsa(Vec<u8>),
    /// A kind that is not RSA, by its label.
    Other,
}
