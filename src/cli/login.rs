//! The arguments of `ropc login` as clap types. No I/O, no secrets.

use super::{EnrolArgs, ProfileArg};
use clap::{Args, ValueEnum, ValueHint};
use std::path::PathBuf;

/// `ropc login`.
#[derive(Args, Debug, Default)]
#[command(
    after_help = "Examples:\n  ropc login --tenant contoso.example --client-id GUID --username job@contoso.example\n  \
                  vault-tool print | ropc login --secrets-stdin --yes --tenant ... --client-id ...\n  \
                  ropc login --store directory --secrets-dir /run/secrets --tenant ... --client-id ...\n  \
                  ropc login --store command --tenant ... --client-id ... -- op read op://jobs/ropc/json\n  \
                  ropc login --retry            one more try of the stored secrets\n\n\
                  --secrets-stdin, and the program of the command store, give one JSON object:\n  \
                  {\"client_secret\": \"...\", \"password\": \"...\"}\n\
                  See also: ropc status, ropc explain"
)]
pub struct LoginArgs {
    /// Which profile to make or to replace.
    #[command(flatten)]
    pub profile: ProfileArg,
    /// The sign-in.
    #[command(flatten)]
    pub enrol: EnrolArgs,
    // In the help each comes after a flag of the sign-in: after `--key-source`, and after
    // `--no-verify`.
    /// The directory store's place: it holds the files `password` and `client_secret`. Default:
    /// `$CREDENTIALS_DIRECTORY`.
    #[arg(long, display_order = 9, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub secrets_dir: Option<PathBuf>,
    /// Read both secrets as one JSON object from standard input.
    #[arg(long, display_order = 11, conflicts_with_all = ["password_file", "client_secret_file"])]
    pub secrets_stdin: bool,
    /// Send refused secrets once more: the stored ones, or those just given where no profile exists
    /// yet.
    #[arg(long)]
    pub retry: bool,
    /// The command store's program and its arguments, after `--`. It prints the secrets JSON and is
    /// run without a shell.
    #[arg(last = true, value_name = "PROGRAM", value_hint = ValueHint::CommandWithArguments)]
    pub secrets_command: Vec<String>,
}

/// `--store`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Store {
    /// The keychain of this system.
    Os,
    /// An encrypted file.
    File,
    /// Files that something else provides, one secret each; only read.
    Directory,
    /// A program that prints the secrets; only read.
    Command,
}

/// `--key-source`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KeyKind {
    /// `ropc-key` in systemd's credentials directory.
    Credential,
    /// The file that `ROPC_KEY_FILE` names, else `store.key` beside the profiles.
    KeyFile,
    /// An item in the keychain of this system.
    Keychain,
    /// A passphrase, asked for at a terminal each time; never for a job.
    Passphrase,
}
