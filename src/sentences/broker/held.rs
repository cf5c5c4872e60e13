//! Sign-ins that the breaker holds back, in words.

use super::said::more;
use crate::broker::{Advice, Caller, Held, Hold, LastAnswer, Said, SecretKind};
use crate::error::{Error, Hint, Kind};
use crate::text::{Text, text};

pub(super) fn held_back(held: &Held) -> Error {
    let user = &held.user;
    match &held.hold {
        Hold::Latched {
            what,
            said,
            has_fingerprint,
        } => latched(held, *what, said)
            .hint(Hint::remedy(another_secret(held, *what, *has_fingerprint)))
            .hint(Hint::remedy(the_same_again(held)))
            .hints(more(said)),
        Hold::RefusalLimit { until } => {
            let until = Text::due(*until);
            Error::new(
                Kind::SignIn,
                text!("broker-refusal-limit", user = user, until = until),
            )
            .hint(Hint::remedy(text!("broker-find-password")))
        }
        Hold::RateLimit { until, advice } => {
            let until = Text::due(*until);
            Error::new(
                Kind::Network,
                text!("broker-rate-limit", user = user, until = until),
            )
            .hints(advice.as_ref().map(Text::from))
        }
        Hold::Paused {
            until,
            is_for_scopes,
            said,
        } => paused(held, *until, *is_for_scopes, said),
        Hold::Paced { due, row, last } => paced(held, *due, *row, last.as_ref()),
    }
}

fn latched(held: &Held, what: SecretKind, said: &Said) -> Error {
    let message = match what {
        SecretKind::Password => text!(
            "broker-latched-password",
            user = held.user,
            said = Text::from(said)
        ),
        SecretKind::ClientSecret => text!(
            "broker-latched-client-secret",
            app = held.app,
            said = Text::from(said)
        ),
        SecretKind::Certificate => text!(
            "broker-latched-certificate",
            app = held.app,
            said = Text::from(said)
        ),
    };
    Error::new(Kind::SignIn, message).correlated(said.ids.correlation_id())
}

/// How to give another secret. Without a fingerprint ropc cannot distinguish a new one from the
/// refused one, so the person also needs `--retry`.
fn another_secret(held: &Held, what: SecretKind, has_fingerprint: bool) -> Text {
    match (what, held.read_from, has_fingerprint) {
        (SecretKind::Password, None, _) => text!("broker-store-right-password"),
        (SecretKind::ClientSecret, None, _) => text!("broker-store-right-client-secret"),
        (SecretKind::Certificate, None, _) => text!("broker-store-right-certificate"),
        (SecretKind::Certificate, Some(store), true) => {
            text!("broker-change-certificate", store = store)
        }
        (SecretKind::Certificate, Some(store), false) => {
            text!("broker-change-certificate-and-retry", store = store)
        }
        (SecretKind::Password, Some(store), true) => text!("broker-change-password", store = store),
        (SecretKind::ClientSecret, Some(store), true) => {
            text!("broker-change-client-secret", store = store)
        }
        (SecretKind::Password, Some(store), false) => {
            text!("broker-change-password-and-retry", store = store)
        }
        (SecretKind::ClientSecret, Some(store), false) => {
            text!("broker-change-client-secret-and-retry", store = store)
        }
    }
}

/// How to send the refused secret once more.
fn the_same_again(held: &Held) -> Text {
    if held.caller == Caller::Login && held.read_from.is_none() {
        text!("broker-right-after-all-given")
    } else {
        text!("broker-right-after-all")
    }
}

fn paused(held: &Held, until: u64, is_for_scopes: bool, said: &Said) -> Error {
    let kind = if said.temporary {
        Kind::Network
    } else {
        Kind::SignIn
    };
    let user = &held.user;
    let until = Text::due(until);
    let recalled = Text::from(said);
    let message = if is_for_scopes {
        text!(
            "broker-paused-scopes",
            user = user,
            until = until,
            said = recalled
        )
    } else {
        text!("broker-paused", user = user, until = until, said = recalled)
    };
    let hint = if held.caller == Caller::Login {
        text!("broker-wait-or-retry-given")
    } else if is_for_scopes {
        text!("broker-wait-or-retry")
    } else {
        text!("broker-wait-or-retry-stored")
    };
    Error::new(kind, message)
        .hint(Hint::remedy(hint))
        .hints(more(said))
        .correlated(said.ids.correlation_id())
}

fn paced(held: &Held, due: u64, row: usize, last: Option<&LastAnswer>) -> Error {
    let user = &held.user;
    let until = Text::due(due);
    let message = match last {
        Some(last) => text!(
            "broker-paced",
            user = user,
            until = until,
            count = row,
            said = Text::from(last)
        ),
        None => text!("broker-paced-capped", user = user, until = until),
    };
    let hint = if held.caller == Caller::Login {
        text!("broker-wait-or-retry-given")
    } else {
        text!("broker-paced-next-run")
    };
    Error::new(Kind::Network, message).hint(hint)
}

impl From<&Advice> for Text {
    fn from(advice: &Advice) -> Self {
        match advice {
            Advice::LeaveOut(flag) => text!("broker-use-the-cache", flag = flag),
            Advice::GetCache(off) => text!("broker-cache-none", reason = Text::from(*off)),
        }
    }
}
