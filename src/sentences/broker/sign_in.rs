//! Why a sign-in got no token, in words.

use crate::broker::NoToken;
use crate::error::{Error, HintKind};
use crate::text::{Text, text};

pub(super) fn no_token(failure: &NoToken) -> Error {
    let mut error = came(failure);
    if let Some(due) = failure.next_try {
        // Three hints at most: `ropc explain` shows both steps of a code. What ends the refusal
        // stays.
        if let [first, second, _] = &error.hints[..] {
            let second_stays = second.kind == HintKind::Remedy && first.kind != HintKind::Remedy;
            error.hints.remove(usize::from(!second_stays));
        }
        error = error.hint(text!("broker-next-try", until = Text::due(due)));
    }
    error
}

fn came(failure: &NoToken) -> Error {
    let error = Error::from(&failure.error);
    match failure.read_from {
        // `ropc login` cannot change a secret in that store.
        Some(store) if failure.error.is_about_a_secret() => {
            error.with_remedy(text!("broker-secrets-from-store", store = store))
        }
        _ => error,
    }
}
