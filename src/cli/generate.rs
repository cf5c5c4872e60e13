//! The arguments of `ropc generate`, and of what its scripts call, as clap types. No I/O, no
//! secrets.

use clap::{Args, Subcommand, ValueEnum, ValueHint};
use std::ffi::OsString;
use std::path::PathBuf;

/// `ropc generate`.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  source <(ropc generate completions bash)\n  \
                  ropc generate man ~/.local/share/man/man1"
)]
pub struct GenerateArgs {
    /// What to write.
    #[command(subcommand)]
    pub what: Generate,
}

/// What `ropc generate` writes.
#[derive(Debug, Subcommand)]
pub enum Generate {
    /// Completions for a shell, to standard output.
    #[command(
        after_help = "Examples:\n  source <(ropc generate completions bash)\n  \
                      ropc generate completions fish > ~/.config/fish/completions/ropc.fish\n  \
                      ropc generate completions powershell >> $PROFILE"
    )]
    Completions {
        /// Which shell.
        #[arg(value_enum)]
        shell: CompletedShell,
    },
    /// One man page for each verb, into a directory.
    #[command(after_help = "Example:\n  ropc generate man ~/.local/share/man/man1")]
    Man {
        /// The directory; it must exist.
        #[arg(value_hint = ValueHint::DirPath)]
        dir: PathBuf,
    },
}

/// A shell that completes command lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "lower")]
pub enum CompletedShell {
    /// Bash.
    Bash,
    /// Elvish.
    Elvish,
    /// Fish.
    Fish,
    /// PowerShell, 5.1 and 7.
    PowerShell,
    /// Zsh.
    Zsh,
}

/// `ropc complete`.
#[derive(Args, Debug)]
pub struct CompleteArgs {
    /// The last word is empty: PowerShell 5.1 passes no empty word.
    #[arg(long)]
    pub empty: bool,
    /// The words up to the one that is completed, that of the program among them.
    #[arg(last = true, value_name = "WORD")]
    pub words: Vec<OsString>,
}
