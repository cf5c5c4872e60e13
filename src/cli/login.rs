//! The arguments of `ropc login` as clap types, and which store they name together. No I/O, no
//! secrets.

use super::enrol::EnrolArgs;
use super::value::ProfileArg;
use crate::profile::{Store, StoreKind};
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// `ropc login`.
#[derive(Args, Clone, Debug, Default)]
#[command(
    after_help = "Examples:\n  ropc login --tenant contoso.example --client-id GUID --username job@contoso.example\n  \
                  vault-tool print | ropc login --secrets-stdin --yes --tenant ... --client-id ...\n  \
                  ropc login --store directory --secrets-dir /run/secrets --tenant ... --client-id ...\n  \
                  ropc login --store command --tenant ... --client-id ... -- op read op://jobs/ropc/json\n  \
                  ropc login --assertion managed-identity --tenant ... --client-id ... --username ...\n  \
                  ropc login --certificate app.pem   by a certificate; a stored password is kept\n  \
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
    // In the help they come after `--key-source`, and after `--no-verify`.
    /// The directory store's place: it holds the files `password` and `client_secret` or
    /// `client_certificate.pem`. Default: `$CREDENTIALS_DIRECTORY`.
    #[arg(long, display_order = 9, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub secrets_dir: Option<PathBuf>,
    /// The app proves itself by an assertion of another identity provider, a new one for each
    /// sign-in:
    /// managed-identity (of this machine in Azure), managed-identity=CLIENT_ID (one of several), or
    /// github (of this run of a workflow). ropc stores no app secret.
    #[arg(
        long,
        display_order = 9,
        value_name = "SOURCE",
        conflicts_with_all = ["assertion_file", "assertion_command", "public_client", "client_secret_file"]
    )]
    pub assertion: Option<String>,
    /// The same with the assertion in a file, which something else writes again before it ends.
    /// Default: `$AZURE_FEDERATED_TOKEN_FILE`.
    #[arg(
        long,
        display_order = 9,
        value_name = "FILE",
        num_args = 0..=1,
        value_hint = ValueHint::FilePath,
        conflicts_with_all = ["assertion_command", "public_client", "client_secret_file"]
    )]
    pub assertion_file: Option<Option<PathBuf>>,
    /// The same with the assertion that the program after `--` prints.
    #[arg(
        long,
        display_order = 9,
        conflicts_with_all = ["public_client", "client_secret_file"]
    )]
    pub assertion_command: bool,
    /// Read both secrets as one JSON object from standard input.
    #[arg(long, display_order = 11, conflicts_with_all = ["password_file", "client_secret_file"])]
    pub secrets_stdin: bool,
    /// Send refused secrets once more: those given with this command, else the stored ones.
    #[arg(long)]
    pub retry: bool,
    /// The program and its arguments, after `--`: of the command store, which prints the secrets
    /// JSON, or of `--assertion-command`. It is run without a shell.
    #[arg(last = true, value_name = "PROGRAM", value_hint = ValueHint::CommandWithArguments)]
    pub secrets_command: Vec<String>,
}

/// Why the flags name no store. `cmd::login` has the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreFlagFault {
    /// The flag goes with this store only, and another one is named.
    OfAnother {
        /// The flag.
        flag: &'static str,
        /// Its store.
        store: StoreKind,
    },
    /// A program is after `--`, and the store is not `command`.
    UnusedProgram,
    /// The store is `command`, and no program is after `--`.
    NoProgram,
    /// The same, as the program after `--` prints the assertion.
    ProgramOfAssertion,
}

impl LoginArgs {
    /// The kind of store that the flags name; without a flag, that of the old profile.
    pub fn store_kind(&self, old: Option<&Store>) -> StoreKind {
        let kept = || old.map(Store::kind).unwrap_or_default();
        self.enrol.store.unwrap_or_else(kept)
    }

    /// The store that the flags name, with paths as the person typed them. Missing facts come from
    /// the old profile, if its store is of the same kind. Fails if a flag is of another store, or
    /// if the `command` store has no program.
    pub fn store(&self, old: Option<&Store>) -> Result<Store, StoreFlagFault> {
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
            Store::Command { .. } if !self.store_command().is_empty() => Store::Command {
                argv: self.store_command().to_vec(),
            },
            Store::Command { argv } if argv.is_empty() => {
                return Err(if self.assertion_command {
                    StoreFlagFault::ProgramOfAssertion
                } else {
                    StoreFlagFault::NoProgram
                });
            }
            kept @ Store::Command { .. } => kept,
        })
    }

    /// True if a flag gives a fact of the sign-in, or a store.
    pub fn gives_facts(&self) -> bool {
        let flags = &self.enrol;
        let texts = [
            &flags.tenant,
            &flags.client_id,
            &flags.username,
            &flags.cloud,
            &flags.authority,
        ];
        texts.into_iter().any(Option::is_some)
            || flags.ca_file.is_some()
            || flags.store.is_some()
            || flags.key_source.is_some()
            || self.secrets_dir.is_some()
            || !self.secrets_command.is_empty()
            || flags.public_client
            || self.gives_assertion()
            || flags.certificate == Some(None)
            || flags.secret_expires.is_some()
            || !flags.scope.is_empty()
    }

    /// True if a flag names a source of assertions.
    pub fn gives_assertion(&self) -> bool {
        self.assertion.is_some() || self.assertion_file.is_some() || self.assertion_command
    }

    /// True if a flag names a source of secrets.
    pub fn gives_secrets(&self) -> bool {
        let flags = &self.enrol;
        self.secrets_stdin
            || flags.password_file.is_some()
            || flags.client_secret_file.is_some()
            || matches!(flags.certificate, Some(Some(_)))
            || flags.certificate_password_file.is_some()
    }

    /// The program after `--`, if it is that of the store.
    fn store_command(&self) -> &[String] {
        if self.assertion_command {
            &[]
        } else {
            &self.secrets_command
        }
    }

    /// Refuses a flag of another store, as it would have no effect.
    fn check_store_flags(&self, kind: StoreKind) -> Result<(), StoreFlagFault> {
        if self.enrol.key_source.is_some() && kind != StoreKind::File {
            return Err(StoreFlagFault::OfAnother {
                flag: "--key-source",
                store: StoreKind::File,
            });
        }
        if self.secrets_dir.is_some() && kind != StoreKind::Directory {
            return Err(StoreFlagFault::OfAnother {
                flag: "--secrets-dir",
                store: StoreKind::Directory,
            });
        }
        if !self.store_command().is_empty() && kind != StoreKind::Command {
            return Err(StoreFlagFault::UnusedProgram);
        }
        Ok(())
    }
}
