//! `ropc list`: every profile, from the files alone: no store is opened.

use super::context::{Context, profile_name};
use crate::broker::{self, Places};
use crate::cli::{ListArgs, ProfileArg};
use crate::error::{Error, Result};
use crate::profile::{Profile, ProfileName};
use crate::text::wrap::{padded, widest};
use crate::text::{Text, text};
use crate::ui::{Paint, Ui};
use serde::Serialize;
use std::process::ExitCode;

/// The object of `--json`, and the source of the lines for a person.
#[derive(Serialize)]
struct List {
    version: u32,
    profiles: Vec<ProfileRow>,
}

/// One profile. Every fact is null where the file cannot be used; then `error` says why.
#[derive(Default, Serialize)]
struct ProfileRow {
    profile: String,
    /// True for the profile that is used without `-p`.
    default: bool,
    username: Option<String>,
    tenant: Option<String>,
    client_id: Option<String>,
    authority: Option<String>,
    store: Option<&'static str>,
    /// When the cached token ends, epoch seconds.
    token_expires_on: Option<u64>,
    error: Option<Text>,
}

/// The columns of the table before the last.
const COLUMNS: usize = 5;

pub(super) fn run(args: &ListArgs, context: &Context<'_>) -> Result<ExitCode> {
    let now = context.world.clock.now();
    let places = Places::find(context.world.env);
    let default = profile_name(&ProfileArg::default(), context.world.env).ok();
    let mut profiles = Vec::new();
    for name in context.profiles.names()? {
        let row = match context.profiles.load(&name) {
            Ok(profile) => ProfileRow::of(&profile, &places, now),
            Err(error) => ProfileRow::unusable(&name, error.into()),
        };
        let default = default.as_ref() == Some(&name);
        profiles.push(ProfileRow { default, ..row });
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

impl ProfileRow {
    fn of(profile: &Profile, places: &Places, now: u64) -> Self {
        let end = broker::cached_until(profile, places);
        Self {
            profile: profile.name.to_string(),
            username: Some(profile.username.to_string()),
            tenant: Some(profile.tenant.to_string()),
            client_id: Some(profile.client_id.to_string()),
            authority: Some(profile.authority.base()),
            store: Some(profile.store.kind().name()),
            token_expires_on: end.filter(|end| *end > now),
            ..Self::default()
        }
    }

    fn unusable(name: &ProfileName, error: Error) -> Self {
        Self {
            profile: name.to_string(),
            error: Some(error.message),
            ..Self::default()
        }
    }

    fn cells(&self) -> [String; COLUMNS] {
        let mark = if self.default { "*" } else { " " };
        let fact = |fact: &Option<String>| fact.clone().unwrap_or_else(|| "-".to_owned());
        [
            format!("{mark} {}", self.profile),
            fact(&self.username),
            fact(&self.tenant),
            fact(&self.client_id),
            self.store.unwrap_or("-").to_owned(),
        ]
    }

    /// The last column: the end of the cached token, or why the profile cannot be used.
    fn last(&self, ui: &Ui) -> String {
        match (&self.error, self.token_expires_on) {
            (Some(error), _) => ui.words(&text!("cmd-list-unusable", reason = error)),
            (None, Some(end)) => ui.words(&Text::due(end)),
            (None, None) => "-".to_owned(),
        }
    }
}

fn print(rows: &[ProfileRow], ui: &Ui) {
    let header = [
        format!("  {}", ui.words(&text!("cmd-status-profile"))),
        ui.words(&text!("profile-fact-user")),
        ui.words(&text!("profile-fact-tenant")),
        ui.words(&text!("cmd-status-app")),
        ui.words(&text!("profile-fact-store")),
    ];
    let cells: Vec<_> = rows.iter().map(ProfileRow::cells).collect();
    let lines = || std::iter::once(&header).chain(&cells);
    let widths = std::array::from_fn(|column| widest(lines().map(|line| &line[column])));
    let token = ui.words(&text!("cmd-list-token"));
    ui.entry(Paint::Label, &(line(&header, &widths) + &token), "", 0);
    for (row, cells) in rows.iter().zip(&cells) {
        ui.row(&(line(cells, &widths) + &row.last(ui)));
    }
}

/// The cells of a row, each as wide as its column.
fn line(cells: &[String; COLUMNS], widths: &[usize; COLUMNS]) -> String {
    let columns = cells.iter().zip(widths);
    columns
        .map(|(cell, width)| padded(cell, *width) + "  ")
        .collect()
}
