//! The advice of `login` and `status` to reduce permissions: which permissions of a token are much
//! wider than the job asked for, and where to revoke them. Three lines at most, and never a
//! failure.

use crate::profile::{Grants, Profile, Why};
use crate::text::{Text, text};
use serde::Serialize;

/// How many wide permissions the advice names; it counts the others.
const NAMED: usize = 4;

/// The advice on the permissions of a token.
pub(super) struct Nudge {
    /// Which permissions are wide, with the reasons.
    pub(super) wide: Text,
    /// Where to revoke them, and how to ask for fewer from now on.
    pub(super) steps: Vec<Text>,
}

/// The advice; `None` if the profile asks for every wide permission by name.
pub(super) fn nudge(grants: &Grants, profile: &Profile) -> Option<Nudge> {
    if grants.wide.is_empty() {
        return None;
    }
    let named = grants.wide.iter().take(NAMED);
    let mut wide: Vec<Text> = named.map(|(name, why)| with_reason(name, *why)).collect();
    if grants.wide.len() > NAMED {
        let more = grants.wide.len() - NAMED;
        wide.push(text!("ui-more", count = more));
    }
    let mut steps = vec![place(profile)];
    if grants.asked_everything {
        let login = super::context::with_profile("login", &profile.name);
        let status = super::context::with_profile("status", &profile.name);
        steps.push(text!("cmd-grants-name", login = login, status = status));
    }
    Some(Nudge {
        wide: Text::joined(wide, ", "),
        steps,
    })
}

fn with_reason(name: &str, why: Why) -> Text {
    let parts = [
        Text::words(format!("{name} (")),
        reason(why),
        Text::words(")"),
    ];
    Text::joined(parts, "")
}

/// Where a tenant admin revokes permissions (Microsoft: "Review permissions granted to enterprise
/// applications"). The list in an app registration says only what an app asks consent for.
fn place(profile: &Profile) -> Text {
    text!("cmd-grants-place", app = profile.client_id)
}

/// Why a permission is wide, in a few words.
fn reason(why: Why) -> Text {
    match why {
        Why::Roles => text!("cmd-grants-why-roles"),
        Why::Grants => text!("cmd-grants-why-grants"),
        Why::Credentials => text!("cmd-grants-why-credentials"),
        Why::SignInMethods => text!("cmd-grants-why-methods"),
        Why::Policies => text!("cmd-grants-why-policies"),
        Why::AsUser => text!("cmd-grants-why-as-user"),
        Why::Directory => text!("cmd-grants-why-directory"),
        Why::Devices => text!("cmd-grants-why-devices"),
        Why::Mailbox => text!("cmd-grants-why-mailbox"),
        Why::Sites => text!("cmd-grants-why-sites"),
        Why::Kind => text!("cmd-grants-why-kind"),
    }
}

/// The comparison for `--json`; such a run is English.
#[derive(Serialize)]
pub(super) struct GrantsJson {
    /// True if the profile asks for `.default`.
    asked_everything: bool,
    granted: Vec<String>,
    /// Granted, and not asked for by name; empty if the profile asks for `.default`.
    unasked: Vec<String>,
    wide: Vec<WideJson>,
}

#[derive(Serialize)]
struct WideJson {
    scope: String,
    reason: Text,
}

impl GrantsJson {
    pub(super) fn of(grants: &Grants) -> Self {
        let wide = grants.wide.iter().map(|(scope, why)| WideJson {
            scope: scope.clone(),
            reason: reason(*why),
        });
        Self {
            asked_everything: grants.asked_everything,
            granted: grants.granted.clone(),
            unasked: grants.unasked.clone(),
            wide: wide.collect(),
        }
    }
}
