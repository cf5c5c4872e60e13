//! `ropc import`: plaintext credentials into the store by the same steps as `ropc login`, and only then, if asked for, out of
//! the file. What fails leaves the file as it was. The text of the file is in memory while it is looked at and while it is
//! edited, and at no time in between.

mod choose;
mod report;
mod target;

use super::context::{Context, with_profile};
use super::login;
use super::login::input::Given;
use crate::cli::{ImportArgs, LoginArgs};
use crate::error::{Error, Kind, Result};
use crate::fault::{let_go, point};
use crate::l10n::msg;
use crate::profile::CLOUDS;
use choose::Chosen;
use plaintext::{Field, Rewritten, Scan, Unreadable};
use std::ops::RangeInclusive;
use std::process::ExitCode;
use target::Target;

/// What is left of a look at the file: nothing of its text.
struct Plan {
    login: LoginArgs,
    given: Given,
    /// The command that runs the file from now on.
    next: String,
    /// How it is edited, if it is.
    edit: Option<Rewritten>,
    /// Which secrets it holds.
    fields: Vec<Field>,
}

pub(super) fn run(args: &ImportArgs, context: &Context<'_>) -> Result<ExitCode> {
    let ui = context.world.ui;
    let mut target = Target::read(&args.file)?;
    let Some(plan) = look(&target, args, context)? else { return Ok(ExitCode::SUCCESS) };
    // Only the two secrets are needed from here on, in their own types; pieces of the text may be left below.
    target.forget();
    locked_memory::scrub_stack();
    let Plan { login, given, next, edit, fields } = plan;
    login::enrol(&login, given, context)?;
    let outcome = if let Some(new) = edit {
        write(&target, &new, &fields, args, context)
    } else {
        ui.note(&msg!("import-left", path = target.path().display()));
        Ok(())
    };
    // What comes next is worth knowing even where a rest has to be taken out by hand.
    ui.note(&next);
    report::clean_up(&target, ui);
    outcome.map(|()| ExitCode::SUCCESS)
}

/// Everything for which the text is needed, before a password is used: a file that cannot be edited later is better known
/// now. `None` if a look was all that was wanted.
fn look(target: &Target, args: &ImportArgs, context: &Context<'_>) -> Result<Option<Plan>> {
    let scan = plaintext::scan(target.bytes(), target.name(), &hosts()).map_err(|why| unreadable(target, why))?;
    let lines = args.lines.clone().unwrap_or(1..=usize::MAX);
    report::found(&scan, target, &lines, context.world.ui);
    let Chosen { login, given, secrets } = choose::choose(&scan, args, &lines, target)?;
    if args.dry_run {
        context.world.ui.note(&msg!("import-dry-run"));
        return Ok(None);
    }
    let next = report::next(&scan, target, &with_profile("exec", &context.name(&args.profile)?));
    let texts: Vec<&str> = secrets.iter().map(|found| found.text()).collect();
    let edit = if args.write { Some(edit(&scan, &texts, &lines, args, target)?) } else { None };
    let fields = secrets.iter().map(|found| found.field).collect();
    let_go(scan);
    Ok(Some(Plan { login, given, next, edit, fields }))
}

/// Where the token endpoints of the known clouds are.
fn hosts() -> Vec<&'static str> {
    CLOUDS.iter().flat_map(|cloud| std::iter::once(cloud.host).chain(cloud.aliases.iter().copied())).collect()
}

fn unreadable(target: &Target, why: Unreadable) -> Error {
    let reason = match why {
        Unreadable::TooLarge => msg!("import-too-large"),
        Unreadable::Binary => msg!("import-binary"),
        Unreadable::BadUtf16 => msg!("import-bad-utf16"),
        Unreadable::OtherLanguage => msg!("import-other-language"),
    };
    target.unreadable(&reason)
}

/// How the file is edited, or why it cannot be.
fn edit(
    scan: &Scan,
    secrets: &[&str],
    lines: &RangeInclusive<usize>,
    args: &ImportArgs,
    target: &Target,
) -> Result<Rewritten> {
    if let Some(line) = scan.broken_at() {
        return Err(Error::config(msg!("import-broken", path = target.path().display(), line = line))
            .hint(msg!("import-broken-hint")));
    }
    target.check_editable(args.backup)?;
    Ok(scan.rewrite(secrets, lines))
}

/// The edit, and what is to be said of it.
fn write(target: &Target, new: &Rewritten, fields: &[Field], args: &ImportArgs, context: &Context<'_>) -> Result<()> {
    let ui = context.world.ui;
    if args.backup {
        let backup = target.back_up()?;
        ui.warn(&msg!("import-backup", path = backup.display()));
    }
    target.replace(new)?;
    // The text came back for a moment.
    locked_memory::scrub_stack();
    point("file-edited");
    report::edited(new, target, ui);
    let path = target.path().display();
    if new.remains.is_empty() {
        report::clean(fields, args.enrol.public_client, target, ui);
        return Ok(());
    }
    let shown = report::numbers(&new.remains);
    Err(Error::new(Kind::Other, msg!("import-remains", path = path, lines = shown)).hint(msg!("import-remains-hint")))
}
