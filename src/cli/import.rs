//! The arguments of `ropc import` as clap types. No I/O, no secrets.

use super::enrol::EnrolArgs;
use super::login::LoginArgs;
use super::value::{BadValue, ProfileArg};
use crate::profile::StoreKind;
use crate::text::text;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum, ValueHint};
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// The stores that `import` can put secrets into.
fn written_stores() -> impl TypedValueParser<Value = StoreKind> {
    PossibleValuesParser::new([StoreKind::Os, StoreKind::File].map(StoreKind::name))
        .try_map(|name| StoreKind::from_str(&name, false))
}

/// `ropc import`.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ropc import report.ps1 --dry-run     what is found and how it is edited; nothing is sent or written\n  \
                  ropc import report.ps1               prove the sign-in, store both secrets\n  \
                  ropc import report.ps1 --write       and, asked once more, take them out of the file\n  \
                  ropc import .env -p reports --scope User.Read\n\n\
                  Reads PowerShell, .env files, shell scripts with curl, .bat and .cmd, Python, JavaScript, JSON, YAML and TOML.\n\
                  What is computed, asked for or read elsewhere is named with its line and never guessed.\n\
                  A password that was in plain text is known to others: change it afterwards, then run `ropc login`.\n\
                  See also: ropc login, ropc exec",
    // `import` explains these flags more fully than `login`.
    mut_arg("tenant", |arg| arg.help("Tenant, in place of the file's")),
    mut_arg("client_id", |arg| arg.help("Application (client) id, in place of the file's")),
    mut_arg("username", |arg| arg.help("The user who signs in (UPN), in place of the file's")),
    mut_arg("scope", |arg| arg.help("A scope to ask for, in place of the file's; may be repeated")),
    mut_arg("cloud", |arg| arg.help("National cloud, in place of the file's")),
    mut_arg("yes", |arg| arg.help("Replace an existing profile and edit the file without asking")),
    mut_arg("store", |arg| {
        arg.help("Where the secrets go: os (this system's keychain) or file (an encrypted file)")
            .value_parser(written_stores())
    }),
    mut_arg("password_file", |arg| {
        arg.help("Read the password from a file (`-`: standard input), if the script does not hold it")
    }),
    mut_arg("client_secret_file", |arg| {
        arg.help("Read the client secret from a file (`-`: standard input), if the script does not hold it")
    })
)]
pub struct ImportArgs {
    /// The script or settings file.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Which profile to make or to replace.
    #[command(flatten)]
    pub profile: ProfileArg,
    /// Once the secrets are stored, take them out of the file; shows the edit and asks. Without a
    /// terminal it needs --yes.
    #[arg(long)]
    pub write: bool,
    /// Keep the file as it was beside it (mode 0600). That copy holds the secrets.
    #[arg(long, requires = "write")]
    pub backup: bool,
    /// Only show what is found and how the file would be edited.
    #[arg(long, conflicts_with = "write")]
    pub dry_run: bool,
    /// Use only these lines, as in 1-20: for a file with several sign-ins.
    #[arg(long, value_name = "FROM-TO", value_parser = lines)]
    pub lines: Option<RangeInclusive<usize>>,
    /// The sign-in, as far as the file does not say it.
    #[command(flatten)]
    pub enrol: EnrolArgs,
}

impl ImportArgs {
    /// The flags in the form of `login`, before ropc reads the file.
    pub fn login(&self) -> LoginArgs {
        LoginArgs {
            profile: self.profile.clone(),
            enrol: self.enrol.clone(),
            ..LoginArgs::default()
        }
    }
}

/// `12` or `1-20`, from 1.
fn lines(text: &str) -> Result<RangeInclusive<usize>, BadValue> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    match (from.trim().parse::<usize>(), to.trim().parse::<usize>()) {
        (Ok(from), Ok(to)) if from >= 1 && from <= to => Ok(from..=to),
        _ => Err(BadValue(text!("cli-lines-form"))),
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
