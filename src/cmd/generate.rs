//! `ropc generate`: completions and man pages, from the same types that parse the command line.

mod powershell;

use crate::cli::{Cli, Generate};
use crate::error::{Error, Result, io_reason};
use crate::profile::CLOUDS;
use crate::text::text;
use crate::ui::Ui;
use clap::builder::PossibleValuesParser;
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use std::path::Path;
use std::process::ExitCode;

const NAME: &str = "ropc";

pub(super) fn run(what: &Generate, ui: &Ui) -> Result<ExitCode> {
    match what {
        Generate::Completions { shell } => {
            ui.verbatim(completions(*shell).trim_end());
        }
        Generate::Man { dir } => {
            pages(dir)?;
            ui.note(&text!("cmd-man-written", dir = dir.display()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn completions(shell: Shell) -> String {
    let mut text = Vec::new();
    let mut command = completed();
    match shell {
        Shell::PowerShell => {
            clap_complete::generate(powershell::PowerShell, &mut command, NAME, &mut text);
        }
        other => clap_complete::generate(other, &mut command, NAME, &mut text),
    }
    if shell == Shell::Bash {
        text.extend(
            include_str!("generate/after_dashes.bash")
                .replace("COMMAND", NAME)
                .bytes(),
        );
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// The command line for completion: without the hidden verbs, which the generators would show, and
/// with the values of `--cloud`, which clap does not know, as `profile` checks them.
fn completed() -> Command {
    let whole = Cli::command();
    let verbs = whole.get_subcommands();
    let verbs = verbs.filter(|verb| !verb.is_hide_set()).cloned();
    let verbs = verbs.map(with_clouds);
    Command::default()
        .name(NAME)
        .version(env!("CARGO_PKG_VERSION"))
        .args(whole.get_arguments().cloned())
        .subcommands(verbs)
}

fn with_clouds(verb: Command) -> Command {
    if verb.get_arguments().all(|arg| arg.get_id() != "cloud") {
        return verb;
    }
    let clouds = PossibleValuesParser::new(CLOUDS.iter().map(|cloud| cloud.name));
    verb.mut_arg("cloud", |arg| arg.value_parser(clouds))
}

fn pages(dir: &Path) -> Result<()> {
    if !dir.is_dir() {
        return Err(
            Error::usage(text!("cmd-man-no-directory", dir = dir.display()))
                .hint(text!("cmd-man-no-directory-hint", dir = dir.display())),
        );
    }
    clap_mangen::generate_to(Cli::command(), dir).map_err(|e| {
        Error::usage(text!(
            "cmd-man-unwritable",
            dir = dir.display(),
            reason = io_reason(&e)
        ))
    })
}
