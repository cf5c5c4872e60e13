//! `ropc import`: puts plaintext credentials into the store by the same steps as `ropc login`, and
//! only then, with `--write`, removes them from the file. A failure leaves the file unchanged. The
//! text of the file is in memory while ropc reads it and while it edits it, and not in between.

mod choose;
mod error;
mod report;
mod target;
mod words;

use super::context::{Context, with_profile};
use super::login;
use crate::broker::Secrets;
use crate::cli::ImportArgs;
use crate::error::{Error, Kind};
use crate::fault::{let_go, point};
use crate::profile::{CLOUDS, Profile, ProfileName};
use crate::secret::ClientSecret;
use crate::text::text;
use choose::{Chosen, Known};
use error::ImportError;
use plaintext::{Identity, Rewritten, Scan, Shown};
use similar::udiff::UnifiedHunkHeader;
use similar::{Algorithm, capture_diff_slices, group_diff_ops};
use std::ops::RangeInclusive;
use std::process::ExitCode;
use target::Target;

/// Lines of the file around each change, as `diff -u` shows them.
const AROUND: usize = 3;

/// What a person asked for.
struct Import<'a> {
    args: &'a ImportArgs,
    /// The lines of the file that count.
    lines: RangeInclusive<usize>,
    context: &'a Context<'a>,
}

pub(super) fn run(args: &ImportArgs, context: &Context<'_>) -> crate::error::Result<ExitCode> {
    let ui = context.world.ui;
    if args.write && !args.enrol.yes && context.world.prompt.is_none() {
        return Err(ImportError::Unattended.into());
    }
    let mut target = Target::read(&args.file)?;
    let scan = read(&target)?;
    let import = Import {
        args,
        lines: args.lines.clone().unwrap_or(1..=usize::MAX),
        context,
    };
    report::found(&scan, &target, &import.lines, ui);
    report::certificates(&scan, context.shell(), ui);
    let Chosen { login, given } = choose::choose(&scan, args, &import.lines, &target)?;
    if args.dry_run {
        import.dry_run(&scan, &Known::of(&login, &given)?, &target);
        return Ok(ExitCode::SUCCESS);
    }
    if args.write {
        check_editable(&scan, &target, args)?;
    }
    let name = context.name(&args.profile)?;
    let next = report::next(
        &scan,
        &target,
        &with_profile("exec", &name),
        context.shell(),
    );
    let mut edit = None;
    let mut scan = Some(scan);
    let mut before = |profile: &Profile, secrets: &Secrets| {
        let Some(scan) = scan.take() else {
            return Ok(());
        };
        if args.write {
            edit = Some(import.agreed(&scan, profile, secrets, &target)?);
        }
        // From here on only the two secrets are needed, in their own types; the stack may still
        // hold pieces of the text.
        let_go(scan);
        target.forget();
        locked_memory::scrub_stack();
        Ok(())
    };
    login::enrol(&login, given, &mut before, context)
        .map_err(|error| import.possible(error, &name))?;
    let outcome = if let Some(new) = edit {
        import.write(&target, &new)
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

impl Import<'_> {
    /// Shows the edit for as much of the sign-in as is known. Changes nothing.
    fn dry_run(&self, scan: &Scan, known: &Known<'_>, target: &Target) {
        let ui = self.context.world.ui;
        let hosts = known.hosts();
        let new = self.preview(scan, &known.identity(&hosts), target);
        if known.is_whole() {
            report::left(&new, self.context.shell(), ui);
            report::emptied(&new, ui);
        } else {
            ui.note(&text!("import-dry-run-partly"));
        }
        ui.note(&text!("import-dry-run"));
    }

    /// Replaces the steps that need a stored profile, where a first sign-in is refused. `login` has
    /// already removed those that look at a profile.
    fn possible(&self, error: Error, name: &ProfileName) -> Error {
        let is_stored = self.context.profiles.find(name).ok().flatten().is_some();
        if is_stored || error.kind != Kind::SignIn || error.remedy().is_none() {
            return error;
        }
        let file = self.context.shell().word(&self.args.file.to_string_lossy());
        error.with_remedy(text!("import-again", file = file))
    }

    /// The edit for this sign-in, after a person has seen it and agreed.
    fn agreed(
        &self,
        scan: &Scan,
        profile: &Profile,
        secrets: &Secrets,
        target: &Target,
    ) -> crate::error::Result<Rewritten> {
        let scopes: Vec<String> = profile
            .scopes
            .to_string()
            .split(' ')
            .map(str::to_owned)
            .collect();
        let tenant = profile.tenant.to_string();
        let client_id = profile.client_id.to_string();
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
        let new = self.preview(scan, &identity, target);
        report::left(&new, self.context.shell(), self.context.world.ui);
        if !self.args.enrol.yes
            && let Some(prompt) = self.context.world.prompt
            && !prompt.confirm(&text!("import-ask-write", path = target.path().display()))?
        {
            return Err(ImportError::Declined.into());
        }
        Ok(new)
    }

    /// Shows the edit of the file, with every secret hidden.
    fn preview(&self, scan: &Scan, identity: &Identity<'_>, target: &Target) -> Rewritten {
        let new = scan.rewrite(identity, &self.lines);
        let (before, after) = scan.shown(&new, identity);
        let text = diff(target.name(), &before, &after);
        self.context.world.ui.diff(&text);
        new
    }

    /// Writes the edit and reports it.
    fn write(&self, target: &Target, new: &Rewritten) -> Result<(), ImportError> {
        let ui = self.context.world.ui;
        if self.args.backup {
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
