//! Why a request got no token, in words.

use super::when;
use crate::broker::{Came, NoToken};
use crate::entra::odd_answer_error;
use crate::error::Error;
use crate::text::text;
use entra_codes::{Facts, Guard};

pub(super) fn no_token(failure: &NoToken) -> Error {
    let next_try = failure
        .next_try
        .map(|next| text!("broker-next-try", until = when(next.due, next.now)));
    came(failure).hints(next_try)
}

fn came(failure: &NoToken) -> Error {
    let refusal = match &failure.came {
        Came::Refusal(refusal) => refusal,
        Came::Odd(odd) => return odd_answer_error(odd, &failure.host),
        Came::Fault(fault) => return fault.explain(&failure.host),
    };
    let mut error = refusal.explain(&Facts {
        host: Some(&failure.host),
        tenant: Some(failure.tenant.as_str()),
        client_id: Some(failure.app.as_str()),
        scope: Some(&failure.scope),
    });
    let is_about_secret = matches!(
        refusal.judgement.guard,
        Guard::LatchPassword | Guard::LatchClientSecret
    );
    if let Some(store) = failure.read_from
        && is_about_secret
    {
        error
            .hints
            .insert(0, text!("broker-secrets-from-store", store = store));
    }
    error
}
