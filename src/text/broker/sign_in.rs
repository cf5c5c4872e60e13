//! Why a sign-in got no token, in words.

use crate::broker::NoToken;
use crate::error::Error;
use crate::text::{Text, text};

pub(super) fn no_token(failure: &NoToken) -> Error {
    let mut error = came(failure);
    if let Some(due) = failure.next_try {
        // Three hints at most: `ropc explain` shows both steps of a code. What ends the refusal stays.
        if error.hints.len() == 3 {
            let second_is_remedy = error.remedy.as_ref() == Some(&error.hints[1]);
            error.hints.remove(usize::from(!second_is_remedy));
        }
        error = error.hint(text!("broker-next-try", until = Text::due(due)));
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
