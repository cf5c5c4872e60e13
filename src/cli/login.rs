//! The arguments of `ropc login` as clap types, and which store they name together. No I/O, no
//! secrets.

use super::{EnrolArgs, ProfileArg};
use crate::error::{Error, Result};
use crate::profile::{Store, StoreKind};
use crate::text::text;
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// `ropc login`.
#[derive(Args, Clone, Debug, Default)]
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
    // In the help they come after `--key-source` and after `--no-verify`.
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

impl LoginArgs {
    /// The kind of store that the flags name; without a flag, that of the old profile.
    pub fn store_kind(&self, old: Option<&Store>) -> StoreKind {
        let kept = || old.map(Store::kind).unwrap_or_default();
        self.enrol.store.unwrap_or_else(kept)
    }

    /// The store that the flags name, with paths as the person typed them. Missing facts come from
    /// the old profile, if its store is of the same kind.
    pub fn store(&self, old: Option<&Store>) -> Result<Store> {
        let kind = self.store_kind(old);
        self.check_store_flags(kind)?;
        let kept = match old {
            Some(old) if old.kind() == kind => old.clone(),
            _ => kind.with_no_facts(),
        };
        Ok(match kept {
            Store::Os => Store::Os,
            Store::File { key } => Store::File {
                key: self.enrol.key_source.or(key),
            },
            Store::Directory { dir } => Store::Directory {
                dir: self.secrets_dir.clone().or(dir),
            },
            Store::Command { .. } if !self.secrets_command.is_empty() => Store::Command {
                argv: self.secrets_command.clone(),
            },
            Store::Command { argv } if argv.is_empty() => {
                return Err(Error::usage(text!("login-command-missing"))
                    .hint(text!("login-command-missing-hint")));
            }
            kept @ Store::Command { .. } => kept,
        })
    }

    /// Refuses a flag of another store, as it would have no effect.
    fn check_store_flags(&self, kind: StoreKind) -> Result<()> {
        if self.enrol.key_source.is_some() && kind != StoreKind::File {
            return Err(goes_with("--key-source", "--store file"));
        }
        if self.secrets_dir.is_some() && kind != StoreKind::Directory {
            return Err(goes_with("--secrets-dir", "--store directory"));
        }
        if !self.secrets_command.is_empty() && kind != StoreKind::Command {
            return Err(Error::usage(text!("login-command-without-store"))
                .hint(text!("login-goes-with-hint", other = "--store command")));
        }
        Ok(())
    }
}

/// The error for a flag that needs another flag.
fn goes_with(flag: &str, other: &str) -> Error {
    Error::usage(text!("login-goes-with", flag = flag, other = other))
        .hint(text!("login-goes-with-hint", other = other))
}
