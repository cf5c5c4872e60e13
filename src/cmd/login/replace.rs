//! The question of `login` before it replaces a profile: whose it is and what changes. Reads and
//! stores nothing.

use super::error::{Declined, LoginError};
use crate::cli::LoginArgs;
use crate::cmd::context::Context;
use crate::error::Result;
use crate::profile::{CredentialKind, Fact, Profile, Store};
use crate::text::wrap::{padded, widest};
use crate::text::{Text, text};
use crate::ui::Ui;

/// Fails if there is a profile, and neither `--yes` nor a person says that it may be replaced.
pub(super) fn confirm(
    args: &LoginArgs,
    new: &Profile,
    old: Option<&Profile>,
    context: &Context<'_>,
) -> Result<()> {
    let name = &new.name;
    let path = context.profiles.path(name);
    if args.enrol.yes || path.symlink_metadata().is_err() {
        return Ok(());
    }
    let Some(prompt) = context.world.prompt else {
        return Err(LoginError::ProfileExists {
            profile: name.clone(),
        }
        .into());
    };
    if let Some(old) = old {
        context.world.ui.note(&changes(old, new, context.world.ui));
    }
    if prompt.confirm(&text!("login-ask-replace", name = name))? {
        return Ok(());
    }
    Err(LoginError::Declined(Declined::Replacement).into())
}

/// Whose profile it is, and each fact that changes, before and after.
fn changes(old: &Profile, new: &Profile, ui: &Ui) -> Text {
    let pairs = facts(old).into_iter().zip(facts(new));
    let changed: Vec<(String, String)> = pairs
        .filter(|((_, before), (_, after))| before != after)
        .map(|((label, before), (_, after))| (ui.words(&label), format!("{before} -> {after}")))
        .collect();
    if changed.is_empty() {
        return text!(
            "login-changes-secrets-only",
            name = old.name,
            user = old.username
        );
    }
    let columns = widest(changed.iter().map(|(label, _)| label));
    let rows = changed
        .iter()
        .map(|(label, change)| Text::words(format!("  {}  {change}", padded(label, columns))));
    let headline = text!("login-changes", name = old.name, user = old.username);
    Text::joined(std::iter::once(headline).chain(rows), "\n")
}

/// The facts that a person compares, with their labels in `status`.
fn facts(profile: &Profile) -> [(Text, String); 8] {
    let ca_file = profile.ca_file.as_ref();
    [
        (text!("profile-fact-user"), profile.username.to_string()),
        (text!("profile-fact-tenant"), profile.tenant.to_string()),
        (text!("cmd-status-app"), profile.client_id.to_string()),
        (Fact::AppCredential.words(), credential(&profile.credential)),
        (text!("profile-fact-authority"), profile.authority.base()),
        (
            text!("cmd-status-trusts-only"),
            ca_file.map_or_else(|| "-".to_owned(), |path| path.display().to_string()),
        ),
        (text!("cmd-status-scopes"), profile.scopes.joined()),
        (text!("profile-fact-store"), store(&profile.store)),
    ]
}

fn credential(credential: &CredentialKind) -> String {
    match credential.assertion() {
        Some(source) => source.to_string(),
        None => credential.name().to_owned(),
    }
}

fn store(store: &Store) -> String {
    match store.fact() {
        Some(fact) => format!("{store} ({fact})"),
        None => store.to_string(),
    }
}
