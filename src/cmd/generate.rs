//! `ropc generate`: completions and man pages, from the same types that parse the command line.

use crate::cli::{Cli, Generate};
use crate::error::{Error, Result, io_reason};
use crate::l10n::msg;
use crate::ui::Ui;
use clap::CommandFactory;
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(what: &Generate, ui: &Ui) -> Result<ExitCode> {
    match what {
        Generate::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "ropc", &mut text);
            ui.verbatim(String::from_utf8_lossy(&text).trim_end());
        }
        Generate::Man { dir } => {
            pages(dir)?;
            ui.note(&msg!("cmd-man-written", dir = dir.display()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn pages(dir: &Path) -> Result<()> {
    if !dir.is_dir() {
        return Err(Error::usage(msg!("cmd-man-no-directory", dir = dir.display()))
            .hint(msg!("cmd-man-no-directory-hint", dir = dir.display())));
    }
    clap_mangen::generate_to(Cli::command(), dir)
        .map_err(|e| Error::usage(msg!("cmd-man-unwritable", dir = dir.display(), reason = io_reason(&e))))
}
