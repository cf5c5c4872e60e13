//! Why Windows Credential Manager or the macOS keychain gives no answer, in words.

use crate::error::Error;
use crate::text::text;
use crate::vault::{StoreTitle, SystemFault};

pub(super) fn failed(fault: &SystemFault) -> Error {
    let store = StoreTitle::Keychain.words();
    match fault {
        SystemFault::DamagedItem => Error::vault(text!("vault-native-damaged-item", store = store))
            .hint(text!("vault-native-store-again")),
        SystemFault::NoSession => Error::vault(text!("vault-native-no-session"))
            .hint(text!("vault-native-use-console"))
            .hint(text!("vault-native-policy"))
            .hint(text!("vault-or-file")),
        SystemFault::Locked => Error::vault(text!("vault-native-locked"))
            .hint(text!("vault-native-unlock"))
            .hint(text!("vault-native-upgraded")),
        SystemFault::NoLoginKeychain => Error::vault(text!("vault-native-no-login-keychain"))
            .hint(text!("vault-native-launch-agent")),
        SystemFault::Other(reason) => Error::vault(text!(
            "vault-native-no-answer",
            store = store,
            reason = reason
        ))
        .hint(text!("vault-file-instead")),
    }
}
