//! `ropc import`: puts plaintext credentials into the store by the same steps as `ropc login`, and
//! only then, with `--write`, removes them from the file. A failure leaves the file unchanged. The
//! text of the file is in memory while ropc reads it and while it edits it, and not in between.

mod choose;
pub(crate) mod error;
mod report;
mod target;

use super::context::{Context, with_profile};
use super::login;
use crate::broker::Secrets;
use crate::cli::ImportArgs;
use crate::error::{Error, Kind};
use crate::fault::{let_go, point};
use crate::profile::{CLOUDS, Profile, ProfileName};
use crate::secret::ClientSecret;
use crate::text::text;
use choose::Chosen;
use error::ImportError;
use plaintext::{Identity, Rewritten, Scan, Shown};
use similar::udiff::UnifiedHunkHeader;
use similar::{Algorithm, capture_diff_slices, group_diff_ops};
use std::ops::RangeInclusive;
use std::process::ExitCode;
use target::Target;

/// Lines of the file around each change, as `diff -u` shows them.
const AROUND: usize = 3;

pub(super) fn run(args: &ImportArgs, context: &Context<'_>) -> crate::error::Result<ExitCode> {
    let ui = context.world.ui;
    if args.write && !args.enrol.yes && context.world.prompt.is_none() {
        return Err(ImportError::Unattended.into());
    }
    let mut target = Target::read(&args.file)?;
    let scan = read(&target)?;
    let lines = args.lines.clone().unwrap_or(1..=usize::MAX);
    report::found(&scan, &target, &lines, ui);
    report::certificates(&scan, ui);
    let Chosen { login, given } = choose::choose(&scan, args, &lines, &target)?;
    if args.dry_run {
        let known = choose::Known::of(&login, &given)?;
        let hosts = known.hosts();
        let new = preview(&scan, &known.identity(&hosts), &lines, &target, context);
        if known.is_whole() {
            report::left(&new, ui);
            report::emptied(&new, ui);
        } else {
            ui.note(&text!("import-dry-run-partly"));
        }
        ui.note(&text!("import-dry-run"));
        return Ok(ExitCode::SUCCESS);
    }
    if args.write {
        check_editable(&scan, &target, args)?;
    }
    let name = context.name(&args.profile)?;
    let next = report::next(&scan, &target, &with_profile("exec", &name));
    let mut edit = None;
    let mut scan = Some(scan);
    let mut before = |profile: &Profile, secrets: &Secrets| {
        let Some(scan) = scan.take() else {
            return Ok(());
        };
        if args.write {
            edit = Some(agreed(
                &scan, profile, secrets, &lines, &target, args, context,
            )?);
        }
        // From here on only the two secrets are needed, in their own types; the stack may still
        // hold pieces of the text.
        let_go(scan);
        target.forget();
        locked_memory::scrub_stack();
        Ok(())
    };
    login::enrol(&login, given, &mut before, context)
        .map_err(|error| possible(error, args, &name, context))?;
    let outcome = if let Some(new) = edit {
        write(&target, &new, args, context)
    } else {
        ui.note(&text!("import-left", path = target.path().display()));
        Ok(())
    };
    // The next step is useful even if a person has to remove the rest by hand.
    ui.note(&next);
    report::clean_up(&target, ui);
    outcome?;
    Ok(ExitCode::SUCCESS)
}

/// A refused first sign-in with next steps that can work: before a profile is stored, `login` has
/// no facts. What looks at a profile, `login` left out itself.
fn possible(error: Error, args: &ImportArgs, name: &ProfileName, context: &Context<'_>) -> Error {
    let is_stored = context.profiles.find(name).ok().flatten().is_some();
    if is_stored || error.kind != Kind::SignIn {
        return error;
    }
    let named = error.hints.len();
    let mut error = error.without(&["`ropc login"]);
    if error.hints.len() < named {
        let again = text!("import-again", file = args.file.display());
        error.hints.insert(0, again);
    }
    error
}

fn read(target: &Target) -> Result<Scan, ImportError> {
    plaintext::scan(target.bytes(), target.name(), &hosts()).map_err(|why| ImportError::Refused {
        path: target.path().to_path_buf(),
        why,
    })
}

/// The hosts of the token endpoints of the known clouds.
fn hosts() -> Vec<&'static str> {
    CLOUDS
        .iter()
        .flat_map(|cloud| std::iter::once(cloud.host).chain(cloud.aliases.iter().copied()))
        .collect()
}

/// Fails if the file cannot be edited: before ropc uses a password.
fn check_editable(scan: &Scan, target: &Target, args: &ImportArgs) -> Result<(), ImportError> {
    if let Some(line) = scan.broken_at() {
        return Err(ImportError::Broken {
            path: target.path().to_path_buf(),
            line,
        });
    }
    target.check_editable(args.backup)
}

/// The edit for this sign-in, after a person has seen it and agreed.
fn agreed(
    scan: &Scan,
    profile: &Profile,
    secrets: &Secrets,
    lines: &RangeInclusive<usize>,
    target: &Target,
    args: &ImportArgs,
    context: &Context<'_>,
) -> crate::error::Result<Rewritten> {
    let scopes: Vec<String> = profile
        .scopes
        .to_string()
        .split(' ')
        .map(str::to_owned)
        .collect();
    let (tenant, client_id) = (profile.tenant.to_string(), profile.client_id.to_string());
    let username = profile.username.to_string();
    let identity = Identity {
        hosts: &choose::hosts_of(&profile.authority),
        tenant: &tenant,
        client_id: &client_id,
        username: &username,
        password: secrets.password.expose_for_search(),
        client_secret: secrets
            .credential
            .client_secret()
            .map_or("", ClientSecret::expose_for_search),
        scopes: &scopes,
    };
    let new = preview(scan, &identity, lines, target, context);
    report::left(&new, context.world.ui);
    if !args.enrol.yes
        && let Some(prompt) = context.world.prompt
        && !prompt.confirm(&text!("import-ask-write", path = target.path().display()))?
    {
        return Err(ImportError::Declined.into());
    }
    Ok(new)
}

/// Shows the edit of the file, with every secret hidden.
fn preview(
    scan: &Scan,
    identity: &Identity<'_>,
    lines: &RangeInclusive<usize>,
    target: &Target,
    context: &Context<'_>,
) -> Rewritten {
    let new = scan.rewrite(identity, lines);
    let (before, after) = scan.shown(&new, identity);
    let text = diff(target.name(), &before, &after);
    context.world.ui.diff(&text);
    new
}

/// A unified diff: the lines are compared as they are, and displayed as a person may see them.
fn diff(name: &str, before: &Shown, after: &Shown) -> String {
    let ops = capture_diff_slices(Algorithm::Myers, &before.numbers, &after.numbers);
    let mut lines = Vec::new();
    for hunk in group_diff_ops(ops, AROUND) {
        if lines.is_empty() {
            lines.push(format!("--- {name}\n+++ {name} (new)"));
        }
        lines.push(UnifiedHunkHeader::new(&hunk).to_string());
        for op in hunk {
            let changes = op.iter_changes(&before.lines, &after.lines);
            lines.extend(changes.map(|change| format!("{}{}", change.tag(), change.value())));
        }
    }
    lines.join("\n")
}

/// Writes the edit and reports it.
fn write(
    target: &Target,
    new: &Rewritten,
    args: &ImportArgs,
    context: &Context<'_>,
) -> Result<(), ImportError> {
    let ui = context.world.ui;
    if args.backup {
        let backup = target.back_up()?;
        ui.warn(&text!("import-backup", path = backup.display()));
    }
    target.replace(new)?;
    // The edit read the text again.
    locked_memory::scrub_stack();
    point("file-edited");
    report::edited(new, target, ui);
    if new.remains.is_empty() {
        report::clean(new, target, ui);
        return Ok(());
    }
    Err(ImportError::Remains {
        path: target.path().to_path_buf(),
        lines: new.remains.clone(),
    })
}
