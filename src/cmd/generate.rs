//! `ropc generate`: scripts for the completion of a shell, and man pages (`man`). `complete` has
//! what the scripts ask ropc.

mod man;

use super::error::VerbError;
use crate::cli::{CompletedShell, Generate};
use crate::error::Result;
use crate::os;
use crate::text::text;
use crate::ui::Ui;
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(what: &Generate, ui: &Ui) -> Result<ExitCode> {
    match what {
        Generate::Completions { shell } => {
            ui.verbatim(script(*shell).trim_end());
        }
        Generate::Man { dir } => {
            pages(dir)?;
            let page = os::shell_word(dir.join("ropc.1"));
            ui.note(&text!("cmd-man-written", dir = dir.display(), page = page));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn script(shell: CompletedShell) -> &'static str {
    match shell {
        CompletedShell::Elvish => include_str!("generate/ropc.elv"),
        CompletedShell::Fish => include_str!("generate/ropc.fish"),
        CompletedShell::PowerShell => include_str!("generate/ropc.ps1"),
        CompletedShell::Zsh => include_str!("generate/ropc.zsh"),
        CompletedShell::Bash => include_str!("generate/ropc.bash"),
    }
}

fn pages(dir: &Path) -> Result<()> {
    if !dir.is_dir() {
        return Err(VerbError::NoManDirectory(dir.to_owned()).into());
    }
    let unwritable = |source| VerbError::ManUnwritable {
        dir: dir.to_owned(),
        source,
    };
    Ok(man::write(dir).map_err(unwritable)?)
}
