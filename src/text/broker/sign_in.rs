//! Why a sign-in got no token, in words.

use super::when;
use crate::broker::NoToken;
use crate::error::Error;
use crate::text::text;

pub(super) fn no_token(failure: &NoToken) -> Error {
    let mut error = came(failure);
    if let Some(next) = failure.next_try {
        // Three hints at most: `ropc explain` shows the second step of a code as well.
        if error.hints.len() == 3 {
            error.hints.remove(1);
        }
        error = error.hint(text!("broker-next-try", until = when(next.due, next.now)));
    }
    error
}

fn came(failure: &NoToken) -> Error {
    let mut error = Error::from(&failure.error);
    if let Some(store) = failure.read_from
        && failure.error.is_about_a_secret()
    {
        // In place of `ropc login`, which cannot change a secret in that store.
        error
            .hints
            .retain(|hint| error.remedy.as_ref() != Some(hint));
        let there = text!("broker-secrets-from-store", store = store);
        error.hints.insert(0, there.clone());
        error.remedy = Some(there);
    }
    error
}
