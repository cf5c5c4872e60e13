//! The check of the day on which the app's credential ends. Pure.

use super::finding::Finding;
use super::subject::Subject;
use crate::clock::day;
use crate::error::Kind;
use crate::profile::{CredentialKind, ENDS_SOON, Profile};
use crate::text::text;

/// Whether the credential ends soon, or has ended.
pub(super) fn end(profile: &Profile, ends: u64, subject: &Subject) -> Finding {
    const CHECK: &str = "credential";
    let now = subject.clock.now();
    let credential = profile.credential.words();
    let login = subject.login();
    let renew = match profile.credential {
        CredentialKind::None | CredentialKind::Secret | CredentialKind::Federated(_) => {
            text!("doctor-credential-new-secret", login = login)
        }
        CredentialKind::Certificate(_) => {
            text!("doctor-credential-new-certificate", login = login)
        }
    };
    let ends_on = day(ends);
    if ends <= now {
        let cause = text!(
            "doctor-credential-ended",
            credential = credential,
            ends = ends_on
        );
        return Finding::fail(CHECK, Kind::SignIn, cause).fix(renew);
    }
    let cause = text!("doctor-credential", credential = credential, ends = ends_on);
    if ends < now + ENDS_SOON {
        return Finding::warn(CHECK, cause).fix(renew);
    }
    Finding::ok(CHECK, cause)
}
