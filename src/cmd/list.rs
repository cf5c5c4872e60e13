//! `ropc list`: every profile, from the files alone: no store is opened.

use super::context::Context;
use crate::cli::ListArgs;
use crate::error::Result;
use crate::text::{Text, text};
use serde::Serialize;
use std::process::ExitCode;

#[derive(Serialize)]
struct ListJson {
    version: u32,
    profiles: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    profile: String,
    username: Option<String>,
    tenant: Option<String>,
    authority: Option<String>,
    store: Option<&'static str>,
    error: Option<Text>,
}

pub(super) fn run(args: &ListArgs, context: &Context<'_>) -> Result<ExitCode> {
    let rows: Vec<Row> = context
        .profiles
        .names()?
        .iter()
        .map(|name| row(name, context))
        .collect();
    let ui = context.world.ui;
    if args.json {
        ui.json(&ListJson {
            version: 1,
            profiles: rows,
        });
        return Ok(ExitCode::SUCCESS);
    }
    if rows.is_empty() {
        ui.note(&text!("cmd-list-empty"));
        return Ok(ExitCode::SUCCESS);
    }
    let width = |text: fn(&Row) -> &str| {
        rows.iter()
            .map(|r| text(r).chars().count())
            .max()
            .unwrap_or(0)
    };
    let (names, users) = (
        width(|r| &r.profile),
        width(|r| r.username.as_deref().unwrap_or("-")),
    );
    for r in &rows {
        let user = r.username.as_deref().unwrap_or("-");
        let rest = r.error.as_ref().map_or_else(
            || {
                format!(
                    "{}  {}",
                    r.store.unwrap_or("-"),
                    r.authority.as_deref().unwrap_or("-")
                )
            },
            |error| ui.words(&text!("cmd-list-unusable", reason = error)),
        );
        ui.row(&format!("{:names$}  {user:users$}  {rest}", r.profile));
    }
    Ok(ExitCode::SUCCESS)
}

fn row(name: &crate::profile::ProfileName, context: &Context<'_>) -> Row {
    match context.profiles.load(name) {
        Ok(p) => Row {
            profile: name.to_string(),
            username: Some(p.username.to_string()),
            tenant: Some(p.tenant.to_string()),
            authority: Some(p.authority.base()),
            store: Some(p.store.kind().name()),
            error: None,
        },
        Err(e) => Row {
            profile: name.to_string(),
            username: None,
            tenant: None,
            authority: None,
            store: None,
            error: Some(e.message),
        },
    }
}
