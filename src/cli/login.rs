//! The arguments of `ropc login` as clap types. No I/O, no secrets.

use super::ProfileArg;
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
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct LoginArgs {
    /// Which profile to make or to replace.
    #[command(flatten)]
    pub profile: ProfileArg,
    /// Tenant: its GUID or one of its domains.
    #[arg(long, value_name = "TENANT")]
    pub tenant: Option<String>,
    /// Application (client) id of the app registration.
    #[arg(long, value_name = "GUID")]
    pub client_id: Option<String>,
    /// The user who signs in (UPN).
    #[arg(long, value_name = "UPN")]
    pub username: Option<String>,
    /// A scope to ask for; may be repeated. Default: everything that was granted (`.default` of Microsoft Graph).
    #[arg(long, value_name = "SCOPE")]
    pub scope: Vec<String>,
    /// National cloud: global, usgov, usgov-dod, china, bleu, delos, govsg.
    #[arg(long, value_name = "CLOUD", conflicts_with = "authority")]
    pub cloud: Option<String>,
    /// Enrol another https host (and optional port) as the authority. It receives the secrets.
    #[arg(long, value_name = "URL")]
    pub authority: Option<String>,
    /// Trust the certificates in this PEM file only.
    #[arg(long, value_name = "PEM", value_hint = ValueHint::FilePath)]
    pub ca_file: Option<PathBuf>,
    /// Where the secrets are: os (this system's keychain), file (an encrypted file), directory (files that systemd, Docker,
    /// Kubernetes or Vault provide) or command (a program that prints them).
    #[arg(long, value_name = "STORE", value_enum)]
    pub store: Option<Store>,
    /// Where the key of the file store is: credential (systemd), key-file, keychain or passphrase.
    #[arg(long, value_name = "KIND", value_enum)]
    pub key_source: Option<KeyKind>,
    /// The directory store's place: it holds the files `password` and `client_secret`. Default: `$CREDENTIALS_DIRECTORY`.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub secrets_dir: Option<PathBuf>,
    /// The app has no secret ("Allow public client flows").
    #[arg(long, conflicts_with = "client_secret_file")]
    pub public_client: bool,
    /// Store without proving that the sign-in works.
    #[arg(long)]
    pub no_verify: bool,
    /// Read both secrets as one JSON object from standard input.
    #[arg(long, conflicts_with_all = ["password_file", "client_secret_file"])]
    pub secrets_stdin: bool,
    /// Read the password from a file (`-`: standard input); one newline at its end is dropped.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub password_file: Option<PathBuf>,
    /// Read the client secret from a file (`-`: standard input); one newline at its end is dropped.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub client_secret_file: Option<PathBuf>,
    /// Replace an existing profile without asking.
    #[arg(long)]
    pub yes: bool,
    /// Send refused secrets once more: the stored ones, or those just given where no profile exists yet.
    #[arg(long)]
    pub retry: bool,
    /// The command store's program and its arguments, after `--`. It prints the secrets JSON and is run without a shell.
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
