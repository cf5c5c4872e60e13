//! `ropc import`: plaintext credentials into the store by the same steps as `ropc login`, and only then, if asked for, out of
//! the file. What fails leaves the file as it was.

mod choose;
mod report;
mod target;

use super::login;
use super::{Context, with_profile};
use crate::cli::ImportArgs;
use crate::error::{Error, Kind, Result};
use crate::import::{self, Rewritten, Scan, Unreadable};
use crate::l10n::msg;
use choose::Chosen;
use std::ops::RangeInclusive;
use std::process::ExitCode;
use target::Target;

pub(super) fn run(args: &ImportArgs, context: &Context<'_>) -> Result<ExitCode> {
    let ui = context.world.ui;
    let mut target = Target::read(&args.file)?;
    let scan = import::scan(target.bytes(), target.name()).map_err(|why| unreadable(&target, why))?;
    let lines = args.lines.clone().unwrap_or(1..=usize::MAX);
    report::found(&scan, &target, &lines, ui);
    let chosen = choose::choose(&scan, args, &lines, &target)?;
    if args.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let next = report::next(&scan, &target, &with_profile("exec", &context.name(&args.profile)?));
    let Chosen { login, given, secrets } = chosen;
    let outcome = if args.write {
        // Before a password is used: a file that cannot be edited later is better known now.
        let new = plan(&scan, &secrets, &lines, args, &target)?;
        login::enrol(&login, given, context)?;
        edit(&target, &new, &secrets, args, context)
    } else {
        // Nothing of the file is needed any more, so nothing of it stays in memory.
        drop(secrets);
        drop(scan);
        target.forget();
        login::enrol(&login, given, context)?;
        ui.note(&msg!("import-left", path = target.path().display()));
        Ok(())
    };
    // What comes next is worth knowing even where a rest has to be taken out by hand.
    ui.note(&next);
    report::clean_up(&target, ui);
    outcome.map(|()| ExitCode::SUCCESS)
}

fn unreadable(target: &Target, why: Unreadable) -> Error {
    let reason = match why {
        Unreadable::TooLarge => msg!("import-too-large"),
        Unreadable::Binary => msg!("import-binary"),
        Unreadable::BadUtf16 => msg!("import-bad-utf16"),
    };
    target.unreadable(&reason)
}

/// The edited file, or why there can be none.
fn plan(
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

/// The edit, and a look at what is on the disk afterwards.
fn edit(target: &Target, new: &Rewritten, secrets: &[&str], args: &ImportArgs, context: &Context<'_>) -> Result<()> {
    let ui = context.world.ui;
    if args.backup {
        let backup = target.back_up()?;
        ui.warn(&msg!("import-backup", path = backup.display()));
    }
    target.replace(&new.bytes)?;
    crate::fault::point("file-edited");
    let again = Target::read(&args.file)?;
    let scan = import::scan(again.bytes(), again.name()).map_err(|why| unreadable(&again, why))?;
    report::edited(new, &scan, target, ui);
    report::others(&scan, ui);
    let mut left: Vec<usize> = secrets.iter().flat_map(|secret| scan.remains(secret)).collect();
    left.sort_unstable();
    left.dedup();
    if left.is_empty() {
        ui.note(&msg!("import-clean", path = target.path().display()));
        return Ok(());
    }
    let shown = report::numbers(&left);
    Err(Error::new(Kind::Other, msg!("import-remains", path = target.path().display(), lines = shown))
        .hint(msg!("import-remains-hint")))
}
