//! The check of a federated app: the source gives an assertion that has not ended. Sends the
//! assertion nowhere and drops it; what it says in the clear is public.

use super::finding::Finding;
use super::subject::Subject;
use crate::assertion::{AssertionRequest, Assertions, RealAssertions};
use crate::broker::{self, DEFAULT_TIMEOUT, Deadline};
use crate::profile::Profile;
use crate::text::{Text, text};
use crate::vault::Vault;
use std::time::Duration;

const CHECK: &str = "assertion";
/// The most time for the source.
const LIMIT: Duration = Duration::from_secs(10);

pub(super) fn check(
    profile: &Profile,
    subject: &Subject,
    vault: &Vault<'_>,
    out: &mut dyn FnMut(Finding),
) {
    // The store confirms the source, so that an edited profile runs no program here. If it does
    // not, another finding says so.
    if let Some(source) = profile.credential.assertion()
        && is_enrolled(profile, vault)
    {
        let now = subject.clock.now();
        let request = AssertionRequest {
            source,
            audience: profile.authority.cloud().exchange,
            limit: LIMIT,
            now,
        };
        out(match RealAssertions::new(&subject.env).get(request) {
            Ok(statement) => {
                let claims = statement.claims;
                let life = text!(
                    "doctor-assertion",
                    source = source.words(),
                    time = Text::span(claims.ends.saturating_sub(now))
                );
                Finding::ok(CHECK, Text::joined([life, claims.words()], "\n"))
            }
            Err(error) => Finding::of(CHECK, error.into()),
        });
    }
}

fn is_enrolled(profile: &Profile, vault: &Vault<'_>) -> bool {
    match vault {
        Vault::Items(_) => {
            let deadline = Deadline::after(DEFAULT_TIMEOUT);
            broker::check_secrets(profile, vault, deadline, None).is_ok()
        }
        // Compared when the profile was read.
        Vault::Source(_) => true,
    }
}
