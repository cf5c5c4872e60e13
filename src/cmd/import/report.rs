//! The messages of `ropc import`: findings, with secrets masked; changes; next steps. All on
//! stderr.

use super::target::{Git, Target};
use super::words;
use crate::shell::Shell;
use crate::text::wrap::{padded, widest};
use crate::text::{Text, text};
use crate::ui::Ui;
use plaintext::{CertificateKind, CertificateName, Finding, Language, Left, Rewritten, Scan, Why};
use std::ops::RangeInclusive;

/// The most lines of a list; the report counts the others.
const MOST: usize = 40;

/// One line of the table: place, field and value.
struct FindingRow {
    line: String,
    field: String,
    value: Text,
}

/// The findings as a table.
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
        Language::Toml => "TOML",
    };
    ui.note(&text!(
        "import-read",
        path = target.path().display(),
        language = language
    ));
    if scan.is_legacy() {
        ui.warn(&text!("import-legacy"));
    }
    let known = scan
        .findings
        .iter()
        .take(MOST)
        .map(|finding| finding_row(finding, lines, ui));
    let unclear = scan.unclear.iter().take(MOST).map(|unclear| FindingRow {
        line: unclear.line.to_string(),
        field: ui.words(&words::label(unclear.field)),
        value: text!("import-unclear", reason = words::reason(unclear.reason)),
    });
    let rows: Vec<FindingRow> = known.chain(unclear).collect();
    let of_lines = widest(rows.iter().map(|row| &row.line));
    let of_fields = widest(rows.iter().map(|row| &row.field));
    for row in &rows {
        ui.note(&text!(
            "import-row",
            line = padded(&row.line, of_lines),
            field = padded(&row.field, of_fields),
            value = row.value
        ));
    }
    let more = scan.findings.len().saturating_sub(MOST) + scan.unclear.len().saturating_sub(MOST);
    if more > 0 {
        ui.note(&text!("ui-more", count = more));
    }
}

/// Certificates that the file names, each with the command that takes it: `import` leaves them.
pub(super) fn certificates(scan: &Scan, shell: Shell, ui: &Ui) {
    for CertificateName { line, kind } in scan.certificates().iter().take(MOST) {
        let (name, take) = match kind {
            CertificateKind::File(path) => (
                path,
                text!("import-certificate-file-take", path = shell.word(path)),
            ),
            CertificateKind::ComputedFile(path) => (path, text!("import-certificate-other-take")),
            CertificateKind::Thumbprint { store, digits } => {
                (digits, entry_take(scan.language, store, digits))
            }
        };
        ui.note(&text!("import-certificate", line = line, name = name));
        ui.note(&take);
    }
}

/// How to get a certificate out of the store of Windows. Only PowerShell says that it is in there.
fn entry_take(language: Language, store: &str, digits: &str) -> Text {
    match language {
        Language::PowerShell => text!(
            "import-certificate-entry-take",
            store = store,
            thumbprint = digits
        ),
        _ => text!("import-certificate-other-take"),
    }
}

fn finding_row(finding: &Finding, lines: &RangeInclusive<usize>, ui: &Ui) -> FindingRow {
    let value = match finding.public() {
        Some(value) => Text::words(value.escape_debug().to_string()),
        None => text!("import-hidden", count = finding.text().chars().count()),
    };
    let value = if finding.commented {
        text!("import-found-in-comment", value = value)
    } else if lines.contains(&finding.line) {
        value
    } else {
        text!("import-found-outside", value = value)
    };
    FindingRow {
        line: finding.line.to_string(),
        field: ui.words(&words::label(finding.field)),
        value,
    }
}

/// Token requests that stay: where, why, and what to write in their place.
pub(super) fn left(new: &Rewritten, shell: Shell, ui: &Ui) {
    for Left { line, why } in new.left.iter().take(MOST) {
        let reason = words::why(why);
        ui.warn(&match line {
            0 => text!("import-request-left", reason = reason),
            line => text!("import-request-left-in", line = line, reason = reason),
        });
    }
    let hint = new.left.iter().find_map(|left| match &left.why {
        Why::Loop | Why::Later => Some(text!("import-hint-serve")),
        Why::Scope(scope) => Some(text!("import-hint-scope", scope = shell.word(scope))),
        _ => None,
    });
    if let Some(hint) = hint {
        ui.hint(&hint);
    }
    if !new.left.is_empty()
        && new.left.iter().all(|left| may_take_the_token(&left.why))
        && let Some(paste) = new.language.variable()
    {
        ui.hint(&text!("import-hint-paste", text = paste));
    }
}

/// False where the stored user's token may be the wrong one: another user, another scope, or
/// several values.
fn may_take_the_token(why: &Why) -> bool {
    !matches!(
        why,
        Why::Other(_) | Why::Scope(_) | Why::Unknown(_) | Why::Address | Why::Extra(_)
    )
}

/// The changes, and the secrets that are left.
pub(super) fn edited(new: &Rewritten, target: &Target, ui: &Ui) {
    let path = target.path().display();
    if new.lines.is_empty() {
        ui.warn(&text!("import-unchanged", path = path));
    } else {
        ui.note(&text!(
            "import-edited",
            path = path,
            lines = words::numbers(&new.lines)
        ));
        if new.uses_token {
            ui.note(&text!("import-uses-token"));
        }
    }
    emptied(new, ui);
    for (field, line) in new.others.iter().take(MOST) {
        ui.warn(&text!(
            "import-other-secret",
            line = line,
            field = words::label(*field)
        ));
    }
}

/// Lines that use a value which is empty after the edit.
pub(super) fn emptied(new: &Rewritten, ui: &Ui) {
    if !new.orphans.is_empty() {
        ui.warn(&text!(
            "import-orphans",
            lines = words::numbers(&new.orphans)
        ));
    }
}

/// Says that the file no longer holds the secrets, and names lines that look like a secret and that
/// ropc does not understand.
pub(super) fn clean(new: &Rewritten, target: &Target, ui: &Ui) {
    let path = target.path().display();
    if new.unclear.is_empty() {
        return ui.note(&text!("import-clean", path = path));
    }
    let mut lines: Vec<usize> = new.unclear.iter().map(|(_, line)| *line).collect();
    lines.sort_unstable();
    lines.dedup();
    ui.warn(&text!(
        "import-clean-as-far",
        path = path,
        lines = words::numbers(&lines)
    ));
}

/// The command that runs the file from now on.
pub(super) fn next(scan: &Scan, target: &Target, exec: &str, shell: Shell) -> Text {
    let name = shell.word(&target.given().to_string_lossy());
    let command = match scan.language {
        Language::PowerShell => format!("pwsh {name}"),
        Language::Shell if scan.first_line().contains("bash") => format!("bash {name}"),
        Language::Shell => format!("sh {name}"),
        Language::Batch => format!("cmd /c {name}"),
        Language::Python => format!("python3 {name}"),
        Language::JavaScript => format!("node {name}"),
        Language::Json if is_dotnet(target.name()) => return text!("import-next-dotnet-settings"),
        Language::DotEnv | Language::Json | Language::Yaml | Language::Toml => {
            return text!("import-next-settings", command = exec);
        }
    };
    text!("import-next", command = format!("{exec} -- {command}"))
}

/// True for settings files of .NET programs.
fn is_dotnet(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("appsettings")
        || ["secrets.json", "launchsettings.json", "local.settings.json"].contains(&name.as_str())
}

/// Names other places that may hold the secrets: somebody may have read them there.
pub(super) fn clean_up(target: &Target, ui: &Ui) {
    match target.git() {
        Some(Git::Tracked) => ui.warn(&text!("import-git-tracked", name = target.name())),
        Some(Git::WorkTree) => ui.note(&text!("import-git-work-tree")),
        None => {}
    }
    for path in target.siblings() {
        ui.warn(&text!("import-sibling", path = path.display()));
    }
    ui.hint(&text!("import-change-them"));
    ui.hint(&text!("import-other-copies"));
}
