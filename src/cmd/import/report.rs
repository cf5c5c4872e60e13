//! What `ropc import` says: what was found, with secrets masked; what was changed; what is left to do. All on stderr.

use super::target::{Git, Target};
use crate::l10n::msg;
use crate::ui::Ui;
use plaintext::{Field, Finding, Language, Reason, Rewritten, Scan};
use std::ops::RangeInclusive;

/// The name of a part of a sign-in, in a sentence.
pub(super) fn label(field: Field) -> String {
    match field {
        Field::Tenant => msg!("import-tenant"),
        Field::ClientId => msg!("import-client-id"),
        Field::ClientSecret => msg!("import-client-secret"),
        Field::Username => msg!("import-username"),
        Field::Password => msg!("import-password"),
        Field::Scope => msg!("import-scope"),
        Field::Authority => msg!("import-authority"),
    }
}

/// `2-7, 9`.
pub(super) fn numbers(lines: &[usize]) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for line in lines {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *line => *last = *line,
            _ => ranges.push((*line, *line)),
        }
    }
    let shown = ranges.iter().map(|(from, to)| if from == to { from.to_string() } else { format!("{from}-{to}") });
    shown.collect::<Vec<_>>().join(", ")
}

/// Longer lists help nobody; the rest is counted.
const MOST: usize = 40;

pub(super) fn found(scan: &Scan, target: &Target, lines: &RangeInclusive<usize>, ui: &Ui) {
    let language = match scan.language {
        Language::PowerShell => "PowerShell",
        Language::DotEnv => ".env",
        Language::Shell => "shell",
        Language::Batch => "cmd",
        Language::Python => "Python",
        Language::JavaScript => "JavaScript",
        Language::Json => "JSON",
        Language::Yaml => "YAML",
    };
    ui.note(&msg!("import-read", path = target.path().display(), language = language));
    if scan.is_legacy() {
        ui.warn(&msg!("import-legacy"));
    }
    for finding in scan.findings.iter().take(MOST) {
        line(finding, lines, ui);
    }
    for unclear in scan.unclear.iter().take(MOST) {
        let reason = match unclear.reason {
            Reason::Computed => msg!("import-computed"),
            Reason::Elsewhere => msg!("import-elsewhere"),
            Reason::Interpolated => msg!("import-interpolated"),
            Reason::Placeholder => msg!("import-placeholder"),
            Reason::Malformed => msg!("import-malformed"),
            Reason::Encoding => msg!("import-encoding"),
        };
        ui.note(&msg!("import-unclear", line = unclear.line, field = label(unclear.field), reason = reason));
    }
    let more = scan.findings.len().saturating_sub(MOST) + scan.unclear.len().saturating_sub(MOST);
    if more > 0 {
        ui.note(&msg!("import-more", count = more));
    }
}

fn line(finding: &Finding, lines: &RangeInclusive<usize>, ui: &Ui) {
    let value = match finding.public() {
        Some(value) => value.escape_debug().to_string(),
        None => msg!("import-hidden", count = finding.text().chars().count()),
    };
    let (line, field) = (finding.line, label(finding.field));
    if finding.commented {
        ui.note(&msg!("import-found-in-comment", line = line, field = field, value = value));
    } else if lines.contains(&line) {
        ui.note(&msg!("import-found", line = line, field = field, value = value));
    } else {
        ui.note(&msg!("import-found-outside", line = line, field = field, value = value));
    }
}

/// What was changed, and what is still there.
pub(super) fn edited(new: &Rewritten, target: &Target, ui: &Ui) {
    let path = target.path().display();
    if new.lines.is_empty() {
        ui.warn(&msg!("import-unchanged", path = path));
    } else {
        ui.note(&msg!("import-edited", path = path, lines = numbers(&new.lines)));
        if new.uses_token {
            ui.note(&msg!("import-uses-token"));
        } else if new.asks || !matches!(new.language, Language::DotEnv | Language::Json | Language::Yaml) {
            ui.warn(&msg!("import-no-request"));
        }
    }
    if !new.orphans.is_empty() {
        ui.warn(&msg!("import-orphans", lines = numbers(&new.orphans)));
    }
    for (field, line) in new.others.iter().take(MOST) {
        ui.warn(&msg!("import-other-secret", line = line, field = label(*field)));
    }
}

/// What is not in the file any more: only what came from it was looked for.
pub(super) fn clean(fields: &[Field], public_client: bool, target: &Target, ui: &Ui) {
    let path = target.path().display();
    let [one] = fields else {
        ui.note(&msg!("import-clean", path = path));
        return;
    };
    ui.note(&msg!("import-clean-one", path = path, field = label(*one)));
    let other = if *one == Field::Password { Field::ClientSecret } else { Field::Password };
    if other == Field::Password || !public_client {
        ui.note(&msg!("import-not-searched", path = path, field = label(other)));
    }
}

/// The command that runs the file from now on.
pub(super) fn next(scan: &Scan, target: &Target, exec: &str) -> String {
    let name = quoted(&target.given().to_string_lossy());
    let command = match scan.language {
        Language::PowerShell => format!("pwsh {name}"),
        Language::Shell if scan.first_line().contains("bash") => format!("bash {name}"),
        Language::Shell => format!("sh {name}"),
        Language::Batch => format!("cmd /c {name}"),
        Language::Python => format!("python3 {name}"),
        Language::JavaScript => format!("node {name}"),
        Language::DotEnv | Language::Json | Language::Yaml => {
            return msg!("import-next-settings", command = exec);
        }
    };
    msg!("import-next", command = format!("{exec} -- {command}"))
}

/// A path as a shell takes it, if it needs quotation marks.
fn quoted(path: &str) -> String {
    let plain = path.chars().all(|c| c.is_alphanumeric() || "._/\\:-+@".contains(c));
    if plain { path.to_owned() } else { format!("\"{path}\"") }
}

/// Where the secrets may still be: what somebody else could have read is no secret any more.
pub(super) fn clean_up(target: &Target, ui: &Ui) {
    match target.git() {
        Some(Git::Tracked) => ui.warn(&msg!("import-git-tracked", name = target.name())),
        Some(Git::WorkTree) => ui.note(&msg!("import-git-work-tree")),
        None => {}
    }
    for path in target.siblings() {
        ui.warn(&msg!("import-sibling", path = path.display()));
    }
    ui.hint(&msg!("import-change-them"));
    ui.hint(&msg!("import-other-copies"));
}
