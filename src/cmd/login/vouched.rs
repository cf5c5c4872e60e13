//! Whether the stored secrets confirm the host and roots of trust that only the old profile file
//! names. Stores and sends nothing.

use super::error::{LoginError, Unvouched};
use super::gathered::Login;
use crate::broker;
use crate::error::Result;
use crate::profile::{Authority, Profile};
use crate::vault::{Binding, Vault};

/// Fails if host or roots of trust come from the old profile file alone and differ from what its
/// stored secrets were enrolled for: otherwise an edited text file could send the new password to
/// another host, or past another root. A value from a flag or an answer is a person's decision.
pub(super) fn check(login: &Login<'_>, old: Option<&Profile>) -> Result<()> {
    let Some(old) = old else { return Ok(()) };
    let enrolled = match login.context.vault(old) {
        Ok(Vault::Items(store)) => broker::enrolled(old, store.as_ref()),
        // Between two stores that are only read, the old profile is as it was enrolled, or out of
        // this account's reach: its jobs send the secrets there already.
        Ok(Vault::Source(_)) if matches!(login.vault, Vault::Source(_)) => return Ok(()),
        Ok(Vault::Source(_)) | Err(_) => None,
    };
    if is_confirmed(login, old, enrolled.as_ref()) {
        return Ok(());
    }
    let profile = &login.profile;
    Err(LoginError::Unvouched(Unvouched {
        profile: profile.name.clone(),
        path: login.context.profiles.path(&profile.name),
        authority: profile.authority.clone(),
        ca_file: profile.ca_file.clone(),
        enrolled,
    })
    .into())
}

fn is_confirmed(login: &Login<'_>, old: &Profile, enrolled: Option<&Binding>) -> bool {
    let flags = &login.args.enrol;
    let profile = &login.profile;
    // Another host than the old one comes from a person too, who agreed to the tenant's own cloud.
    let host_said =
        flags.authority.is_some() || flags.cloud.is_some() || profile.authority != old.authority;
    let root_said = flags.ca_file.is_some();
    let Some(enrolled) = enrolled else {
        // Nothing to compare with. A known cloud with the system's roots is fine: a login without
        // an old profile has the same.
        let is_cloud = matches!(profile.authority, Authority::Cloud(_));
        return (host_said || is_cloud) && (root_said || profile.ca_file.is_none());
    };
    let asked = login.trust.binding(profile);
    let same_host = enrolled.authority == asked.authority;
    let moved = host_said && !same_host;
    (host_said || same_host) && (root_said || moved || enrolled.ca_sha256 == asked.ca_sha256)
}
