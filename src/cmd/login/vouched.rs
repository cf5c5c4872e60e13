//! Whether the stored secrets confirm what only the old profile file says about host and roots of
//! trust. Nothing is stored or sent here.

use crate::broker::{self, Trust};
use crate::cli::LoginArgs;
use crate::cmd::context::{Context, with_profile};
use crate::error::{Error, Result};
use crate::profile::{Authority, Profile};
use crate::text::{Text, text};

/// What only the old profile file says about host and roots of trust must be what its stored
/// secrets were enrolled for, in both directions: else an edited text file would lead a person to
/// give the new password to another host, or past another root. What a flag says is a person's
/// word.
pub(super) fn vouched(
    args: &LoginArgs,
    profile: &Profile,
    trust: &Trust,
    old: Option<&Profile>,
    context: &Context<'_>,
) -> Result<()> {
    let Some(old) = old else { return Ok(()) };
    let host_said = args.enrol.authority.is_some() || args.enrol.cloud.is_some();
    let root_said = args.enrol.ca_file.is_some();
    let vault = context.vault(old).ok();
    let enrolled = vault.and_then(|vault| broker::enrolled(old, vault.as_ref()));
    let asked = trust.binding(profile);
    let confirmed = match &enrolled {
        Some(e) => {
            let moved = host_said && e.authority != asked.authority;
            (host_said || e.authority == asked.authority)
                && (root_said || moved || e.ca_sha256 == asked.ca_sha256)
        }
        // Nothing to compare with: a known cloud with the system's roots is what anybody would get
        // without a profile.
        None => {
            (host_said || matches!(profile.authority, Authority::Cloud(_)))
                && (root_said || profile.ca_file.is_none())
        }
    };
    if confirmed {
        return Ok(());
    }
    let path = context.profiles.path(&profile.name);
    let root = profile
        .ca_file
        .as_ref()
        .map_or_else(String::new, |file| format!(" --ca-file {}", file.display()));
    let host = match &profile.authority {
        Authority::Cloud(cloud) => format!("--cloud {}", cloud.name),
        Authority::Enrolled(_) => format!("--authority {}", profile.authority),
    };
    let was = enrolled.map_or_else(
        || Text::words(""),
        |e| {
            if e.ca_sha256.is_some() {
                text!("login-unvouched-was-with-ca", authority = e.authority)
            } else {
                text!("login-unvouched-was", authority = e.authority)
            }
        },
    );
    let (path, authority) = (path.display(), &profile.authority);
    let message = if profile.ca_file.is_some() {
        text!(
            "login-unvouched",
            path = path,
            authority = authority,
            was = was
        )
    } else {
        text!(
            "login-unvouched-with-system-roots",
            path = path,
            authority = authority,
            was = was
        )
    };
    let command = format!("{} {host}{root}", with_profile("login", &profile.name));
    Err(Error::config(message)
        .hint(text!("login-unvouched-say-it", command = command))
        .hint(text!("login-unvouched-find-out")))
}
