//! Why the keychain of this system gave or took nothing, in words.

use super::system;
use crate::error::Error;
use crate::text::{Text, text};
use crate::vault::KeychainFault;

pub(super) fn failed(fault: &KeychainFault) -> Error {
    match fault {
        KeychainFault::NoItem { account, clue } => {
            Error::vault(text!("vault-keychain-no-item", item = account))
                .hints(clue.as_ref().map(Text::from))
        }
        KeychainFault::TooLong { limit } => {
            Error::vault(text!("vault-keychain-too-long", limit = limit))
                .hint(text!("login-too-long-hint"))
        }
        KeychainFault::GivesElse => Error::vault(text!("vault-keychain-gives-else"))
            .hint(text!("vault-keychain-other-login")),
        KeychainFault::System(fault) => system::failed(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::os::IdentityClue;

    #[test]
    fn a_missing_item_is_named_with_what_may_explain_it() {
        let clue = Some(IdentityClue::OwnAccount);
        let missing = |clue| {
            failed(&KeychainFault::NoItem {
                account: "default/bundle/1".into(),
                clue,
            })
        };
        let words = missing(None).message.english();
        assert!(words.contains("default/bundle/1"), "{words}");
        assert!(missing(None).hints.is_empty());
        assert_eq!(
            missing(clue).hints,
            [Text::from(&IdentityClue::OwnAccount).into()]
        );
        let long = failed(&KeychainFault::TooLong { limit: 2560 });
        let words = long.message.english();
        assert!(words.contains("2560"), "{words}");
        assert_eq!(long.hints, [text!("login-too-long-hint").into()]);
    }
}
