//! The arguments of `ropc import` as clap types. No I/O, no secrets.

use super::{KeyKind, LoginArgs, ProfileArg, Store};
use crate::l10n::msg;
use clap::{Args, ValueHint};
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// `ropc import`.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ropc import report.ps1 --dry-run     what is found; nothing is sent, stored or written\n  \
                  ropc import report.ps1               prove the sign-in, store both secrets\n  \
                  ropc import report.ps1 --write       and take them out of the file\n  \
                  ropc import .env -p reports --scope User.Read\n\n\
                  Reads PowerShell, .env files, shell scripts with curl, .bat and .cmd, Python, JavaScript, JSON and YAML.\n\
                  What is computed, asked for or read elsewhere is named with its line and never guessed.\n\
                  A password that stood in plain text is known to others: change it afterwards, then run `ropc login`.\n\
                  See also: ropc login, ropc exec"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct ImportArgs {
    /// The script or settings file.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Which profile to make or to replace.
    #[command(flatten)]
    pub profile: ProfileArg,
    /// Once the secrets are stored, take them out of the file.
    #[arg(long)]
    pub write: bool,
    /// Keep the file as it was beside it (mode 0600). That copy holds the secrets.
    #[arg(long, requires = "write")]
    pub backup: bool,
    /// Only show what is found.
    #[arg(long, conflicts_with = "write")]
    pub dry_run: bool,
    /// Use only what stands in these lines, as in 1-20: for a file with several sign-ins.
    #[arg(long, value_name = "FROM-TO", value_parser = lines)]
    pub lines: Option<RangeInclusive<usize>>,
    /// Tenant, in place of the file's.
    #[arg(long, value_name = "TENANT")]
    pub tenant: Option<String>,
    /// Application (client) id, in place of the file's.
    #[arg(long, value_name = "GUID")]
    pub client_id: Option<String>,
    /// The user who signs in (UPN), in place of the file's.
    #[arg(long, value_name = "UPN")]
    pub username: Option<String>,
    /// A scope to ask for, in place of the file's; may be repeated.
    #[arg(long, value_name = "SCOPE")]
    pub scope: Vec<String>,
    /// National cloud, in place of the file's.
    #[arg(long, value_name = "CLOUD", conflicts_with = "authority")]
    pub cloud: Option<String>,
    /// Enrol another https host (and optional port) as the authority. It receives the secrets.
    #[arg(long, value_name = "URL")]
    pub authority: Option<String>,
    /// Trust the certificates in this PEM file only.
    #[arg(long, value_name = "PEM", value_hint = ValueHint::FilePath)]
    pub ca_file: Option<PathBuf>,
    /// Where the secrets go: os (this system's keychain) or file (an encrypted file).
    #[arg(long, value_name = "STORE", value_enum)]
    pub store: Option<Store>,
    /// Where the key of the file store is: credential (systemd), key-file, keychain or passphrase.
    #[arg(long, value_name = "KIND", value_enum)]
    pub key_source: Option<KeyKind>,
    /// The app has no secret ("Allow public client flows").
    #[arg(long, conflicts_with = "client_secret_file")]
    pub public_client: bool,
    /// Store without proving that the sign-in works.
    #[arg(long)]
    pub no_verify: bool,
    /// Read the password from a file (`-`: standard input), if the script does not hold it.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub password_file: Option<PathBuf>,
    /// Read the client secret from a file (`-`: standard input), if the script does not hold it.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub client_secret_file: Option<PathBuf>,
    /// Replace an existing profile without asking.
    #[arg(long)]
    pub yes: bool,
}

impl ImportArgs {
    /// The same as `login` takes it: what the flags say, before the file is looked at.
    pub fn login(&self) -> LoginArgs {
        LoginArgs {
            profile: self.profile.clone(),
            tenant: self.tenant.clone(),
            client_id: self.client_id.clone(),
            username: self.username.clone(),
            scope: self.scope.clone(),
            cloud: self.cloud.clone(),
            authority: self.authority.clone(),
            ca_file: self.ca_file.clone(),
            store: self.store,
            key_source: self.key_source,
            public_client: self.public_client,
            no_verify: self.no_verify,
            password_file: self.password_file.clone(),
            client_secret_file: self.client_secret_file.clone(),
            yes: self.yes,
            ..LoginArgs::default()
        }
    }
}

/// `12` or `1-20`, from 1.
fn lines(text: &str) -> Result<RangeInclusive<usize>, String> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    match (from.trim().parse::<usize>(), to.trim().parse::<usize>()) {
        (Ok(from), Ok(to)) if from >= 1 && from <= to => Ok(from..=to),
        _ => Err(msg!("cli-lines-form")),
    }
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn ranges_of_lines() {
        assert_eq!(lines("12"), Ok(12..=12));
        assert_eq!(lines("1-20"), Ok(1..=20));
        for bad in ["", "0", "2-1", "a", "1-", "-3"] {
            assert!(lines(bad).is_err(), "{bad}");
        }
    }
}
