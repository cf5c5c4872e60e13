//! `ropc list`: every profile, from the files alone: no store is opened.

use super::context::Context;
use crate::cli::ListArgs;
use crate::error::{Error, Result};
use crate::profile::{Profile, ProfileName};
use crate::text::{Text, text};
use crate::ui::Ui;
use serde::Serialize;
use std::process::ExitCode;
use unicode_width::UnicodeWidthStr;

/// The object of `--json`, and the source of the lines for a person.
#[derive(Serialize)]
struct List {
    version: u32,
    profiles: Vec<Row>,
}

/// One profile. Every fact is null where the file cannot be used; then `error` says why.
#[derive(Default, Serialize)]
struct Row {
    profile: String,
    username: Option<String>,
    tenant: Option<String>,
    authority: Option<String>,
    store: Option<&'static str>,
    error: Option<Text>,
}

pub(super) fn run(args: &ListArgs, context: &Context<'_>) -> Result<ExitCode> {
    let mut profiles = Vec::new();
    for name in context.profiles.names()? {
        profiles.push(match context.profiles.load(&name) {
            Ok(profile) => Row::of(&profile),
            Err(error) => Row::unusable(&name, error.into()),
        });
    }
    let ui = context.world.ui;
    if args.json {
        let version = 1;
        ui.json(&List { version, profiles });
    } else if profiles.is_empty() {
        ui.note(&text!("cmd-list-empty"));
    } else {
        print(&profiles, ui);
    }
    Ok(ExitCode::SUCCESS)
}

impl Row {
    fn of(profile: &Profile) -> Self {
        Self {
            profile: profile.name.to_string(),
            username: Some(profile.username.to_string()),
            tenant: Some(profile.tenant.to_string()),
            authority: Some(profile.authority.base()),
            store: Some(profile.store.kind().name()),
            error: None,
        }
    }

    fn unusable(name: &ProfileName, error: Error) -> Self {
        Self {
            profile: name.to_string(),
            error: Some(error.message),
            ..Self::default()
        }
    }

    fn user(&self) -> &str {
        self.username.as_deref().unwrap_or("-")
    }

    /// The part of a line after the name and the user.
    fn rest(&self, ui: &Ui) -> String {
        if let Some(error) = &self.error {
            return ui.words(&text!("cmd-list-unusable", reason = error));
        }
        let authority = self.authority.as_deref().unwrap_or("-");
        format!("{}  {authority}", self.store.unwrap_or("-"))
    }
}

fn print(rows: &[Row], ui: &Ui) {
    let names = widest(rows.iter().map(|row| row.profile.as_str()));
    let users = widest(rows.iter().map(Row::user));
    for row in rows {
        let user = row.user();
        let gap = users - user.width();
        let rest = row.rest(ui);
        ui.row(&format!(
            "{:names$}  {user}{:gap$}  {rest}",
            row.profile, ""
        ));
    }
}

/// The width of the widest text, in columns of a terminal.
fn widest<'t>(texts: impl Iterator<Item = &'t str>) -> usize {
    texts.map(UnicodeWidthStr::width).max().unwrap_or(0)
}
