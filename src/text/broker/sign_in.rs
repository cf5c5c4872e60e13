//! Why a request got no token, in words.

use super::when;
use crate::broker::NoToken;
use crate::error::Error;
use crate::text::text;

pub(super) fn no_token(failure: &NoToken) -> Error {
    let next_try = failure
        .next_try
        .map(|next| text!("broker-next-try", until = when(next.due, next.now)));
    came(failure).hints(next_try)
}

fn came(failure: &NoToken) -> Error {
    let mut error = Error::from(&failure.error);
    if let Some(store) = failure.read_from
        && failure.error.is_about_a_secret()
    {
        error
            .hints
            .insert(0, text!("broker-secrets-from-store", store = store));
    }
    error
}
