//! The secret types, and the only places where a secret leaves its type.
//!
//! Nothing here may print, compare with `==`, clone or serialise a secret. Each `expose_*` function is a named exit:
//! its doc says who may call it, and `tests/it/policy.rs` checks that nobody else does.

use crate::l10n::msg;
use base64ct::{Base64UrlUnpadded, Encoding};
use locked_memory::Locked;
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

/// A text on pages of its own, wiped when dropped.
struct Kept(Locked);

impl Kept {
    /// Moves the text there; the buffer that held it is wiped.
    fn new(text: String) -> Self {
        Self(Locked::move_from(&mut Zeroizing::new(text.into_bytes())))
    }

    fn text(&self) -> &str {
        // Made from a String, so this never fails.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

macro_rules! stored_secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        pub struct $name(Kept);

        impl $name {
            /// Moves the text to pages that are not swapped out; the buffer that held it is wiped.
            pub fn new(text: String) -> Self {
                Self(Kept::new(text))
            }

            /// Takes the text over from a wiping buffer.
            pub fn from_zeroizing(mut text: Zeroizing<String>) -> Self {
                Self::new(std::mem::take(&mut *text))
            }

            /// Length in bytes. Not secret: limits are named in messages, values never.
            pub fn len(&self) -> usize {
                self.0.0.len()
            }

            /// True for an empty text.
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// Exit 1: into the form body. Called by `entra::wire` only.
            pub(crate) fn expose_for_form(&self) -> &str {
                self.0.text()
            }

            /// Exit 2: into the bundle. Called by `vault::bundle` only.
            pub(crate) fn expose_for_bundle(&self) -> &str {
                self.0.text()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }
    };
}

stored_secret!(
    /// The *value* of an app registration's client secret (not its id).
    ClientSecret
);
stored_secret!(
    /// A user's password, the exact bytes that were typed, as UTF-8.
    Password
);

/// An access token. Opaque: nobody here looks inside.
pub struct AccessToken(SecretString);

impl AccessToken {
    /// Takes the text over; the buffer that held it is reused, not copied, where it is exactly sized.
    pub fn new(text: String) -> Self {
        Self(SecretString::from(text))
    }

    /// Takes the text over from a wiping buffer.
    pub fn from_zeroizing(mut text: Zeroizing<String>) -> Self {
        Self::new(std::mem::take(&mut *text))
    }

    /// Length in bytes. Not secret: limits are named in messages, values never.
    #[expect(clippy::disallowed_methods, reason = "only the length leaves")]
    pub fn len(&self) -> usize {
        self.0.expose_secret().len()
    }

    /// True for an empty text.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(redacted)")
    }
}

impl ClientSecret {
    /// What looks wrong with the text, for `login` to say before it is sent. Gives facts, never the value.
    pub fn oddities(&self) -> Vec<Oddity> {
        let text = self.0.text();
        let mut found = shape_oddities(text);
        if uuid::Uuid::try_parse(text.trim()).is_ok() {
            found.push(Oddity::LooksLikeGuid);
        }
        found
    }
}

impl Password {
    /// What looks wrong with the text, for `login` to say before it is sent. Gives facts, never the value.
    pub fn oddities(&self) -> Vec<Oddity> {
        let text = self.0.text();
        let mut found = shape_oddities(text);
        if text.chars().count() > 256 {
            found.push(Oddity::Over256Characters);
        }
        found
    }
}

impl AccessToken {
    /// Exit 3: to the child's environment, or to stdout for `ropc token`. Called by `exec::plan` and `cmd::token` only.
    #[expect(clippy::disallowed_methods, reason = "exit 3: child environment and token output")]
    pub(crate) fn expose_to_user(&self) -> &str {
        self.0.expose_secret()
    }

    /// Exit 4: into the sealed cache. Called by `broker::cache` only.
    #[expect(clippy::disallowed_methods, reason = "exit 4: sealed cache")]
    pub(crate) fn expose_for_cache(&self) -> &str {
        self.0.expose_secret()
    }
}

impl AccessToken {
    /// Exit 6: from a renewal run to the `exec --serve` that started it, over a pipe. Called by `serve::pipe` only.
    #[expect(clippy::disallowed_methods, reason = "exit 6: pipe between two runs of ropc")]
    pub(crate) fn expose_for_pipe(&self) -> &str {
        self.0.expose_secret()
    }

    /// Exit 7: into a reply of the loopback endpoint. Called by `serve::reply` only.
    #[expect(clippy::disallowed_methods, reason = "exit 7: endpoint reply")]
    pub(crate) fn expose_for_endpoint(&self) -> &str {
        self.0.expose_secret()
    }
}

/// What a client must show the loopback endpoint: 32 random bytes as base64url text, which is safe in a header.
/// One for each run of `exec --serve`; it is never on a command line and never logged.
pub struct EndpointKey(SecretString);

impl EndpointKey {
    /// A fresh key from the operating system's random source.
    pub fn random() -> std::io::Result<Self> {
        let mut bytes = Zeroizing::new([0u8; 32]);
        getrandom::fill(bytes.as_mut_slice()).map_err(std::io::Error::other)?;
        Ok(Self(SecretString::from(Base64UrlUnpadded::encode_string(bytes.as_slice()))))
    }

    /// Compares in a time that tells nothing but the length.
    #[expect(clippy::disallowed_methods, reason = "only the verdict leaves")]
    pub fn matches(&self, shown: &[u8]) -> bool {
        self.0.expose_secret().as_bytes().ct_eq(shown).into()
    }

    /// Exit 8: into the child's environment. Called by `exec::plan` only.
    #[expect(clippy::disallowed_methods, reason = "exit 8: child environment")]
    pub(crate) fn expose_to_child(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for EndpointKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EndpointKey(redacted)")
    }
}

/// Exit 5: the fingerprint of a secret. Called by `broker::fingerprint` only; what leaves there are 16 bits of a slow hash.
pub(crate) fn expose_for_fingerprint(secret: SecretRef<'_>) -> &[u8] {
    secret.text().as_bytes()
}

/// Either stored secret, borrowed.
#[derive(Clone, Copy, Debug)]
pub enum SecretRef<'a> {
    /// The user's password.
    Password(&'a Password),
    /// The app's client secret.
    ClientSecret(&'a ClientSecret),
}

impl<'a> SecretRef<'a> {
    fn text(self) -> &'a str {
        match self {
            SecretRef::Password(p) => p.0.text(),
            SecretRef::ClientSecret(s) => s.0.text(),
        }
    }
}

/// Both secrets of a sign-in.
#[derive(Debug)]
pub struct Secrets {
    /// The app's secret; `None` for a public client.
    pub client_secret: Option<ClientSecret>,
    /// The user's password.
    pub password: Password,
}

/// True if a text from outside repeats the secret or a part of it, in whatever encoding. Only that answer leaves.
pub fn is_repeated_in(secret: SecretRef<'_>, text: &str) -> bool {
    crate::echo::repeats(secret.text(), text)
}

/// Something about a secret that usually means a slip of the hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// A GUID: the id of the secret was pasted, not its value (answered with AADSTS7000215).
    LooksLikeGuid,
    /// White space at an end. The password grant does not support such passwords.
    OuterBlanks,
    /// Wrapped in quotation marks, which are sent as part of the value.
    OuterQuotes,
    /// Entra refuses cloud passwords of more than 256 characters (AADSTS50052).
    Over256Characters,
}

fn shape_oddities(text: &str) -> Vec<Oddity> {
    let mut found = Vec::new();
    if text.trim() != text {
        found.push(Oddity::OuterBlanks);
    }
    let mut chars = text.trim().chars();
    if let (Some(first), Some(last)) = (chars.next(), chars.next_back())
        && first == last
        && matches!(first, '"' | '\'' | '`')
    {
        found.push(Oddity::OuterQuotes);
    }
    found
}

/// Bytes that a vault returns or takes, on pages of their own: wiped when dropped, never printed.
pub struct SecretBytes(Locked);

impl SecretBytes {
    /// Moves the bytes there; the buffer that held them is wiped.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Locked::move_from(&mut Zeroizing::new(bytes)))
    }

    /// The bytes, for parsing or storing. Not for messages.
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretBytes(redacted)")
    }
}

/// 32 random bytes that seal a token cache or a file store. Wiped when dropped.
pub struct SealingKey(Zeroizing<[u8; 32]>);

impl SealingKey {
    /// A fresh key from the operating system's random source.
    pub fn random() -> std::io::Result<Self> {
        let mut key = Zeroizing::new([0u8; 32]);
        getrandom::fill(key.as_mut_slice()).map_err(std::io::Error::other)?;
        Ok(Self(key))
    }

    /// A stored key, if it is 32 bytes long.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut key = Zeroizing::new([0u8; 32]);
        if bytes.len() != key.len() {
            return None;
        }
        key.copy_from_slice(bytes);
        Some(Self(key))
    }

    /// A second copy for as long as both are needed, wiped on its own.
    pub(crate) fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }

    /// The raw key, for the cipher and for storing it in a vault.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey(redacted)")
    }
}

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
    fn debug_shows_no_value() {
        for shown in [
            format!("{:?}", ClientSecret::new("hunter2".into())),
            format!("{:?}", Password::new("hunter2".into())),
            format!("{:?}", AccessToken::new("hunter2".into())),
            format!("{:?}", SecretBytes::new(b"hunter2".to_vec())),
        ] {
            assert!(shown.contains("redacted") && !shown.contains("hunter2"), "{shown}");
        }
    }

    #[test]
    fn an_endpoint_key_matches_itself_only() {
        let (key, other) = (EndpointKey::random().unwrap(), EndpointKey::random().unwrap());
        let text = key.expose_to_child().to_owned();
        assert_eq!(text.len(), 43, "32 bytes as base64url without padding");
        assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
        assert!(key.matches(text.as_bytes()) && !other.matches(text.as_bytes()));
        for wrong in ["", &text[1..], &format!("{text} "), &text.to_ascii_lowercase()] {
            assert!(!key.matches(wrong.as_bytes()), "{} characters", wrong.len());
        }
        assert!(!format!("{key:?}").contains(&text));
    }

    #[test]
    fn oddities_name_the_slip() {
        let guid = ClientSecret::new("3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901".into());
        assert_eq!(guid.oddities(), [Oddity::LooksLikeGuid]);
        assert_eq!(Password::new(" pw".into()).oddities(), [Oddity::OuterBlanks]);
        assert_eq!(Password::new("\"pw\"".into()).oddities(), [Oddity::OuterQuotes]);
        assert_eq!(Password::new("é".repeat(257)).oddities(), [Oddity::Over256Characters]);
        assert!(Password::new("a b\"c'é".into()).oddities().is_empty());
        assert!(Password::new("\"".into()).oddities().is_empty());
    }

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
