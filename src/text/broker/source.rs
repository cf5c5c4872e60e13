//! Why there are no secrets or no roots of trust for a sign-in, in words.

use crate::broker::CaFault;
use crate::error::{Error, io_reason};
use crate::text::{Text, text};
use std::path::Path;

pub(super) fn unusable_ca_file(path: &Path, fault: &CaFault) -> Error {
    let path = path.display();
    match fault {
        CaFault::Unreadable(source) => Error::config(text!(
            "broker-ca-unreadable",
            path = path,
            reason = io_reason(source)
        ))
        .hint(text!("broker-ca-put-back"))
        .hint(text!("entra-give-pem")),
        CaFault::Unusable(bad) => Error::config(text!(
            "broker-ca-unusable",
            path = path,
            reason = bad.words()
        ))
        .hint(text!("entra-give-pem")),
    }
}

/// A fact of a profile, which may have none.
pub(super) fn value(fact: &str) -> Text {
    if fact.is_empty() {
        text!("profile-fact-none")
    } else {
        Text::words(fact)
    }
}
