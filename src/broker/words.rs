//! Why nothing is sent, and when it will be, in words for people. Decides nothing; what it is told
//! comes from the record.

use super::caller::Caller;
use super::ledger::{Ledger, Pause, Refused, Said, What};
use crate::clock::rfc3339;
use crate::entra::{correlation_id, ids_in_words};
use crate::error::{Error, Kind};
use crate::os;
use crate::profile::Profile;
use crate::text::{Text, text};

/// Whom the words are for.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) profile: &'a Profile,
    pub(super) caller: Caller,
}

impl Words<'_> {
    fn retry_command(self) -> String {
        let name = &self.profile.name;
        if name.as_str() == "default" {
            "ropc login --retry".into()
        } else {
            format!("ropc login -p {name} --retry")
        }
    }

    /// This secret was refused before.
    pub(super) fn latched(self, refused: &Refused) -> Error {
        let said = recall(&refused.said);
        let message = match refused.what {
            What::Password => text!(
                "broker-latched-password",
                user = self.profile.username,
                said = said
            ),
            What::ClientSecret => text!(
                "broker-latched-client-secret",
                app = self.profile.client_id,
                said = said
            ),
        };
        let (retry, bound) = (self.retry_command(), self.profile.store.holds_keys());
        Error::new(Kind::SignIn, message)
            .hint(self.another_secret(refused))
            .hint(if self.caller == Caller::Login && bound {
                text!("broker-right-after-all-given", retry = retry)
            } else {
                text!("broker-right-after-all", retry = retry)
            })
            .hints(more(&refused.said))
            .correlated(correlation_id(&refused.said.ids))
    }

    /// Where another secret goes. Without a fingerprint a new one cannot be told from the refused
    /// one.
    fn another_secret(self, refused: &Refused) -> Text {
        let (store, retry) = (&self.profile.store, self.retry_command());
        let login = retry.trim_end_matches(" --retry");
        match (
            refused.what,
            store.holds_keys(),
            refused.fingerprint.is_some(),
        ) {
            (What::Password, true, _) => text!("broker-mend-password", login = login),
            (What::ClientSecret, true, _) => text!("broker-mend-client-secret", login = login),
            (What::Password, _, true) => text!("broker-change-password", store = store),
            (What::ClientSecret, _, true) => text!("broker-change-client-secret", store = store),
            (What::Password, ..) => text!(
                "broker-change-password-and-retry",
                store = store,
                retry = retry
            ),
            (What::ClientSecret, ..) => text!(
                "broker-change-client-secret-and-retry",
                store = store,
                retry = retry
            ),
        }
    }

    /// Too many passwords were refused.
    pub(super) fn refusal_limit(self, until: u64, now: u64) -> Error {
        let message = text!(
            "broker-refusal-limit",
            user = self.profile.username,
            until = when(until, now)
        );
        Error::new(Kind::SignIn, message).hint(text!("broker-find-password"))
    }

    /// Too many sign-ins of one app and scope.
    pub(super) fn rate_limit(self, until: u64, now: u64) -> Error {
        let message = text!(
            "broker-rate-limit",
            user = self.profile.username,
            until = when(until, now)
        );
        Error::new(Kind::Network, message)
    }

    /// An answer asked for a pause.
    pub(super) fn paused(self, pause: &Pause, now: u64) -> Error {
        let said = &pause.said;
        let kind = if said.temporary {
            Kind::Network
        } else {
            Kind::SignIn
        };
        let (user, until, recalled) =
            (&self.profile.username, when(pause.until, now), recall(said));
        let message = if pause.what.is_some() {
            text!(
                "broker-paused-scopes",
                user = user,
                until = until,
                said = recalled
            )
        } else {
            text!("broker-paused", user = user, until = until, said = recalled)
        };
        let retry = self.retry_command();
        let hint = if self.caller == Caller::Login {
            text!("broker-wait-or-retry-given", retry = retry)
        } else if pause.what.is_some() {
            text!("broker-wait-or-retry", retry = retry)
        } else {
            text!("broker-wait-or-retry-stored", retry = retry)
        };
        Error::new(kind, message)
            .hint(hint)
            .hints(more(said))
            .correlated(correlation_id(&said.ids))
    }

    /// Sign-ins may have been judged.
    pub(super) fn paced(self, ledger: &Ledger, due: u64, now: u64) -> Error {
        let (user, until) = (&self.profile.username, when(due, now));
        let count = ledger.row().count();
        let message = match last_answer(ledger) {
            Some(last) => text!(
                "broker-paced",
                user = user,
                until = until,
                count = count,
                said = last
            ),
            None => text!("broker-paced-capped", user = user, until = until),
        };
        let retry = self.retry_command();
        let hint = if self.caller == Caller::Login {
            text!("broker-wait-or-retry-given", retry = retry)
        } else {
            text!("broker-paced-by-itself", retry = retry)
        };
        Error::new(Kind::Network, message).hint(hint)
    }
}

/// What came of the last sign-in of the row.
pub(super) fn last_answer(ledger: &Ledger) -> Option<Text> {
    let last = ledger.row().next_back()?;
    Some(match &last.said {
        Some(said) => recall(said),
        None => text!(
            "broker-said-nothing",
            at = local(last.at),
            request = last.request_id
        ),
    })
}

pub(super) fn recall(said: &Said) -> Text {
    let (label, meaning, at) = (
        &said.label,
        crate::entra::explain::meaning(said.meaning()),
        rfc3339(said.at),
    );
    if said.ids.is_empty() {
        return text!("broker-said", label = label, meaning = meaning, at = at);
    }
    text!(
        "broker-said-with-ids",
        label = label,
        meaning = meaning,
        at = at,
        ids = ids_in_words(&said.ids)
    )
}

fn more(said: &Said) -> Option<Text> {
    said.code.map(|code| text!("broker-more", code = code))
}

/// A time to come, for a person who looks at a clock or does not: `2026-11-29 07:14:00 (in 9
/// minutes)`, local time.
pub fn when(until: u64, now: u64) -> Text {
    let left = until.saturating_sub(now);
    let span = match left {
        0..120 => text!("broker-in-seconds", count = left.max(2)),
        120..7200 => text!("broker-in-minutes", count = left.div_ceil(60)),
        _ => text!("broker-in-hours", count = left.div_ceil(3600)),
    };
    text!("broker-when", time = local(until), span = span)
}

/// `2026-11-29 07:14:00`, local time. A machine without a time zone has UTC, which is said.
fn local(epoch: u64) -> String {
    os::local_time(epoch).map_or_else(
        || rfc3339(epoch),
        |t| {
            format!(
                "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
                t.year, t.month, t.day, t.hour, t.minute, t.second
            )
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_to_come_is_said_as_a_span_too() {
        for (left, span) in [
            (0, "in 2 seconds"),
            (30, "in 30 seconds"),
            (119, "in 119 seconds"),
            (121, "in 3 minutes"),
            (540, "in 9 minutes"),
            (599, "in 10 minutes"),
            (3600, "in 60 minutes"),
            (7200, "in 2 hours"),
            (86_400, "in 24 hours"),
        ] {
            let text = when(1_800_000_000 + left, 1_800_000_000);
            assert!(
                text.english().starts_with("2027-01-1")
                    && text.english().ends_with(&format!("({span})")),
                "{text:?}"
            );
        }
    }
}
