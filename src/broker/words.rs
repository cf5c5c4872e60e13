//! Why nothing is sent, and when it will be, in words for people. Decides nothing; what it is told
//! comes from the record.

use super::caller::Caller;
use super::ledger::{Ledger, Pause, Refused, Said, What};
use crate::clock::rfc3339;
use crate::entra::ids_in_words;
use crate::error::{Error, Kind};
use crate::l10n::msg;
use crate::os;
use crate::profile::Profile;

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
            What::Password => msg!(
                "broker-latched-password",
                user = self.profile.username,
                said = said
            ),
            What::ClientSecret => msg!(
                "broker-latched-client-secret",
                app = self.profile.client_id,
                said = said
            ),
        };
        let (retry, bound) = (self.retry_command(), self.profile.store.holds_keys());
        Error::new(Kind::SignIn, message)
            .hint(self.another_secret(refused))
            .hint(if self.caller == Caller::Login && bound {
                msg!("broker-right-after-all-given", retry = retry)
            } else {
                msg!("broker-right-after-all", retry = retry)
            })
            .hints(more(&refused.said))
    }

    /// Where another secret goes. Without a fingerprint a new one cannot be told from the refused
    /// one.
    fn another_secret(self, refused: &Refused) -> String {
        let (store, retry) = (self.profile.store, self.retry_command());
        let login = retry.trim_end_matches(" --retry");
        match (
            refused.what,
            store.holds_keys(),
            refused.fingerprint.is_some(),
        ) {
            (What::Password, true, _) => msg!("broker-mend-password", login = login),
            (What::ClientSecret, true, _) => msg!("broker-mend-client-secret", login = login),
            (What::Password, _, true) => msg!("broker-change-password", store = store),
            (What::ClientSecret, _, true) => msg!("broker-change-client-secret", store = store),
            (What::Password, ..) => msg!(
                "broker-change-password-and-retry",
                store = store,
                retry = retry
            ),
            (What::ClientSecret, ..) => msg!(
                "broker-change-client-secret-and-retry",
                store = store,
                retry = retry
            ),
        }
    }

    /// Too many passwords were refused.
    pub(super) fn refusal_limit(self, until: u64, now: u64) -> Error {
        let message = msg!(
            "broker-refusal-limit",
            user = self.profile.username,
            until = when(until, now)
        );
        Error::new(Kind::SignIn, message).hint(msg!("broker-find-password"))
    }

    /// Too many sign-ins of one app and scope.
    pub(super) fn rate_limit(self, until: u64, now: u64) -> Error {
        let message = msg!(
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
            msg!(
                "broker-paused-scopes",
                user = user,
                until = until,
                said = recalled
            )
        } else {
            msg!("broker-paused", user = user, until = until, said = recalled)
        };
        let retry = self.retry_command();
        let hint = if self.caller == Caller::Login {
            msg!("broker-wait-or-retry-given", retry = retry)
        } else if pause.what.is_some() {
            msg!("broker-wait-or-retry", retry = retry)
        } else {
            msg!("broker-wait-or-retry-stored", retry = retry)
        };
        Error::new(kind, message).hint(hint).hints(more(said))
    }

    /// Sign-ins may have been judged.
    pub(super) fn paced(self, ledger: &Ledger, due: u64, now: u64) -> Error {
        let (user, until) = (&self.profile.username, when(due, now));
        let count = ledger.row().count();
        let message = match last_answer(ledger) {
            Some(last) => msg!(
                "broker-paced",
                user = user,
                until = until,
                count = count,
                said = last
            ),
            None => msg!("broker-paced-capped", user = user, until = until),
        };
        let retry = self.retry_command();
        let hint = if self.caller == Caller::Login {
            msg!("broker-wait-or-retry-given", retry = retry)
        } else {
            msg!("broker-paced-by-itself", retry = retry)
        };
        Error::new(Kind::Network, message).hint(hint)
    }
}

/// What came of the last sign-in of the row.
pub(super) fn last_answer(ledger: &Ledger) -> Option<String> {
    let last = ledger.row().next_back()?;
    Some(match &last.said {
        Some(said) => recall(said),
        None => msg!(
            "broker-said-nothing",
            at = local(last.at),
            request = last.request_id
        ),
    })
}

pub(super) fn recall(said: &Said) -> String {
    let (label, meaning, at) = (
        &said.label,
        crate::entra::explain::meaning(said.meaning()),
        rfc3339(said.at),
    );
    if said.ids.is_empty() {
        return msg!("broker-said", label = label, meaning = meaning, at = at);
    }
    msg!(
        "broker-said-with-ids",
        label = label,
        meaning = meaning,
        at = at,
        ids = ids_in_words(&said.ids)
    )
}

fn more(said: &Said) -> Option<String> {
    said.code.map(|code| msg!("broker-more", code = code))
}

/// A time to come, for a person who looks at a clock or does not: `2026-11-29 07:14:00 (in 9
/// minutes)`, local time.
pub fn when(until: u64, now: u64) -> String {
    let left = until.saturating_sub(now);
    let span = match left {
        0..120 => msg!("broker-in-seconds", count = left.max(2)),
        120..7200 => msg!("broker-in-minutes", count = left.div_ceil(60)),
        _ => msg!("broker-in-hours", count = left.div_ceil(3600)),
    };
    msg!("broker-when", time = local(until), span = span)
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
                text.starts_with("2027-01-1") && text.ends_with(&format!("({span})")),
                "{text}"
            );
        }
    }
}
