//! The two secrets that people type, on their own memory pages. Exits 1 to 3 and 9.

use super::certificate::CertificateFacts;
use super::oddity::{Oddity, shape_oddities};
use locked_memory::Locked;
use std::fmt;
use zeroize::Zeroizing;

/// A text on its own memory pages, wiped when dropped.
struct LockedText(Locked);

impl LockedText {
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
        pub struct $name(LockedText);

        impl $name {
            /// Moves the text to pages that are not swapped out; the buffer that held it is wiped.
            pub fn new(text: String) -> Self {
                Self(LockedText::new(text))
            }

            /// Takes the text from a wiping buffer.
            pub fn from_zeroizing(mut text: Zeroizing<String>) -> Self {
                Self::new(std::mem::take(&mut *text))
            }

            /// Length in bytes. Not secret: messages may name it.
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

            /// Exit 9: to search the imported file for it. Called by `cmd::import` and
            /// `cmd::import::choose` only.
            pub(crate) fn expose_for_search(&self) -> &str {
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

impl ClientSecret {
    /// What looks wrong with the text, for `login` to say before it is sent. Gives facts, never the
    /// value.
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
    /// What looks wrong with the text, for `login` to say before it is sent. Gives facts, never the
    /// value.
    pub fn oddities(&self) -> Vec<Oddity> {
        let text = self.0.text();
        let mut found = shape_oddities(text);
        if text.chars().count() > 256 {
            found.push(Oddity::Over256Characters);
        }
        found
    }

    /// True if it holds a question mark: a pipe of PowerShell 5.1 replaces letters that are not
    /// ASCII with it.
    pub fn has_question_mark(&self) -> bool {
        self.0.text().contains('?')
    }
}

/// Which of the secrets, for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretName {
    /// The user's password.
    Password,
    /// The app's client secret.
    ClientSecret,
}

/// What Entra judges: a secret, borrowed, or the certificate whose key the app has.
#[derive(Clone, Copy, Debug)]
pub enum SecretRef<'a> {
    /// The user's password.
    Password(&'a Password),
    /// The app's client secret.
    ClientSecret(&'a ClientSecret),
    /// The app's certificate, which is public: its key is never sent.
    Certificate(&'a CertificateFacts),
}

/// Exit 3: the fingerprint of a secret. Called by `broker::fingerprint` only, which gives out 16
/// bits of a hash.
pub(crate) fn expose_for_fingerprint(secret: SecretRef<'_>) -> &[u8] {
    match secret {
        SecretRef::Password(password) => password.0.text().as_bytes(),
        SecretRef::ClientSecret(secret) => secret.0.text().as_bytes(),
        SecretRef::Certificate(facts) => &facts.sha256,
    }
}

/// True if a text from outside repeats the secret or a part of it in an encoding that `echo`
/// undoes, or looks encoded in another one. Only that answer leaves.
pub fn is_repeated_in(secret: SecretRef<'_>, text: &str) -> bool {
    let repeats = match secret {
        SecretRef::Password(password) => crate::echo::repeats(password.0.text(), text),
        SecretRef::ClientSecret(secret) => crate::echo::repeats(secret.0.text(), text),
        SecretRef::Certificate(_) => false,
    };
    repeats || crate::echo::looks_encoded(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_value() {
        let shown = [
            format!("{:?}", ClientSecret::new("hunter2".into())),
            format!("{:?}", Password::new("hunter2".into())),
        ];
        assert!(
            shown
                .iter()
                .all(|shown| shown.contains("redacted") && !shown.contains("hunter2")),
            "{shown:?}"
        );
    }

    #[test]
    fn each_sign_of_a_mistake_is_found() {
        let guid = ClientSecret::new("3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901".into());
        assert_eq!(guid.oddities(), [Oddity::LooksLikeGuid]);
        assert_eq!(
            Password::new(" pw".into()).oddities(),
            [Oddity::OuterBlanks]
        );
        assert_eq!(
            Password::new("\"pw\"".into()).oddities(),
            [Oddity::OuterQuotes]
        );
        assert_eq!(
            Password::new("é".repeat(257)).oddities(),
            [Oddity::Over256Characters]
        );
        assert!(Password::new("a b\"c'é".into()).oddities().is_empty());
        assert!(Password::new("\"".into()).oddities().is_empty());
    }
}
