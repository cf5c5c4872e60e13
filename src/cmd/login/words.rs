//! The words of the errors of `login`: message and hints for each. The other files of this folder
//! decide what went wrong.

use super::error::{Declined, FlagFault, GivenPath, LoginError, PathFault, ReadFault, Unvouched};
use crate::certificate::BadCertificate;
use crate::cli::StoreFlagFault;
use crate::cmd::context::{cannot_prompt, with_profile};
use crate::cmd::error::VerbError;
use crate::error::{Error, Kind, io_reason};
use crate::os;
use crate::profile::{Authority, ProfileName};
use crate::sentences::secrets_shape;
use crate::text::{Text, text};
use crate::vault::BUNDLE_LIMIT;
use std::fmt;
use std::path::Path;

impl From<LoginError> for Error {
    fn from(error: LoginError) -> Self {
        said(&error)
    }
}

/// The message, in English.
impl fmt::Display for LoginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        said(self).fmt(f)
    }
}

fn said(error: &LoginError) -> Error {
    match error {
        LoginError::Flags(fault) => flags(fault),
        LoginError::Store(fault) => store_flags(*fault),
        LoginError::Missing { flags } => missing_flags(flags),
        LoginError::MissingSecret { flag } => missing(&[flag]),
        LoginError::BadPath { given, path, why } => bad_path(*given, path, why),
        LoginError::ForeignHome {
            account,
            directory,
            owner,
        } => foreign_home(account, directory, owner),
        LoginError::ProfileExists { profile } => Error::usage(text!(
            "login-profile-exists",
            name = profile,
            because = cannot_prompt()
        ))
        .hint(text!("login-profile-exists-hint")),
        LoginError::Declined(what) => declined(what),
        LoginError::Unvouched(found) => unvouched(found),
        LoginError::Unreadable { flag, path, why } => unreadable(flag, path, why),
        LoginError::KeyFileShared { path } => {
            Error::usage(text!("login-key-file-shared", path = path.display()))
                .hint(text!("login-key-file-mode", path = os::shell_word(path)))
        }
        LoginError::WrongFilePassword => Error::usage(BadCertificate::WrongPassword.words()),
        LoginError::UnreadableStdin(error) => bad_stdin(&io_reason(error)),
        LoginError::NotSecrets(wrong) => bad_stdin(&wrong.words()).hints(wrong.fix()),
        LoginError::EmptyClientSecret => Error::usage(text!("login-empty-client-secret"))
            .hint(text!("login-empty-client-secret-hint")),
        LoginError::EmptyPassword { profile } => empty_password().hint(again(profile)),
        LoginError::NoPasswordTyped => empty_password(),
        LoginError::Slip { secret, slip } => Error::usage(slip.words(*secret)).hint(slip.fix()),
        LoginError::TooLong { length } => Error::vault(text!(
            "login-too-long",
            length = length,
            limit = BUNDLE_LIMIT
        ))
        .hint(text!("login-too-long-hint")),
        LoginError::KeyTooLong { length } => Error::vault(text!(
            "login-key-too-long",
            length = length,
            limit = BUNDLE_LIMIT
        ))
        .hint(text!("login-key-too-long-hint")),
        LoginError::KeptReplaced { profile } => {
            Error::new(Kind::Other, text!("login-kept-replaced", name = profile))
                .hint(again(profile))
        }
    }
}

fn flags(fault: &FlagFault) -> Error {
    let (message, hint) = match fault {
        FlagFault::RetryWithFacts => (
            text!("login-retry-with-facts"),
            text!("login-retry-with-facts-hint"),
        ),
        FlagFault::NoSecretToEnd => (
            text!("login-no-secret-ends"),
            text!("login-no-secret-ends-hint"),
        ),
        FlagFault::OnlyRead(store) => (
            text!("login-only-read", store = store),
            text!("login-only-read-hint"),
        ),
        FlagFault::TwoFromStdin => (
            text!("login-two-from-stdin"),
            text!("login-two-from-stdin-hint"),
        ),
        FlagFault::NoCertificateFile => (
            text!("login-certificate-no-file"),
            text!("login-certificate-no-file-hint"),
        ),
        FlagFault::UnknownAssertion(name) => (
            text!("login-assertion-unknown", name = name.escape_debug()),
            text!("login-assertion-known"),
        ),
        FlagFault::NoAssertionFile { variable } => (
            text!("login-assertion-no-file", variable = variable),
            text!("login-assertion-no-file-hint"),
        ),
        FlagFault::NoAssertionProgram => (
            text!("login-assertion-no-command"),
            text!("login-assertion-no-command-hint"),
        ),
    };
    Error::usage(message).hint(hint)
}

fn store_flags(fault: StoreFlagFault) -> Error {
    let (message, hint) = match fault {
        StoreFlagFault::OfAnother { flag, store } => {
            let other = format!("--store {store}");
            (
                text!("login-goes-with", flag = flag, other = other),
                text!("login-goes-with-hint", other = other),
            )
        }
        StoreFlagFault::UnusedProgram => (
            text!("login-command-without-store"),
            text!("login-goes-with-hint", other = "--store command"),
        ),
        StoreFlagFault::NoProgram => (
            text!("login-command-missing"),
            text!("login-command-missing-hint"),
        ),
        StoreFlagFault::ProgramOfAssertion => (
            text!("login-command-missing"),
            text!("login-two-commands-hint"),
        ),
    };
    Error::usage(message).hint(hint)
}

/// The error for flags that are missing in an unattended run.
fn missing_flags(flags: &[&str]) -> Error {
    let hint = if flags.contains(&"--password-file") {
        Some(text!("login-missing-secrets-hint"))
    } else if flags.contains(&"--client-secret-file") {
        Some(text!("login-missing-client-secret-hint"))
    } else {
        None
    };
    missing(flags).hints(hint).hint(text!("login-see-help"))
}

fn missing(flags: &[&str]) -> Error {
    let named: Vec<String> = flags.iter().map(|flag| format!("`{flag}`")).collect();
    Error::usage(match named.as_slice() {
        [others @ .., last] if !others.is_empty() => text!(
            "login-missing",
            flags = others.join(", "),
            last = last,
            because = cannot_prompt()
        ),
        _ => text!(
            "login-missing-one",
            flag = named.concat(),
            because = cannot_prompt()
        ),
    })
}

fn bad_path(given: GivenPath, path: &Path, why: &PathFault) -> Error {
    let path = path.display();
    let reason = match why {
        PathFault::Io(error) => io_reason(error),
        PathFault::NotUnicode => text!("login-path-not-unicode"),
    };
    match given {
        GivenPath::AssertionFile => Error::usage(text!(
            "login-assertion-bad-file",
            path = path,
            reason = reason
        )),
        GivenPath::CaFile => {
            Error::config(text!("login-bad-ca-file", path = path, reason = reason))
                .hint(text!("login-bad-ca-file-hint"))
        }
        GivenPath::SecretsDir => {
            Error::usage(text!("login-bad-secrets-dir", path = path, reason = reason))
        }
    }
}

fn foreign_home(account: &str, directory: &Path, owner: &str) -> Error {
    Error::config(text!(
        "login-foreign-home",
        account = account,
        directory = directory.display(),
        owner = owner
    ))
    .hint(text!("login-foreign-home-run-as", owner = owner))
    .hint(text!("login-foreign-home-own", account = account))
}

fn declined(what: &Declined) -> Error {
    let unchanged = || Error::from(VerbError::Declined);
    match what {
        Declined::FileStore(missing) => unchanged().hints(Error::from(missing).hints),
        Declined::User(user) => {
            Error::new(Kind::Declined, text!("login-user-declined", user = user))
        }
        Declined::Replacement => unchanged().hint(text!("login-not-replaced-hint")),
        Declined::Slip => Error::new(Kind::Declined, text!("login-slip-declined")),
    }
}

fn unvouched(found: &Unvouched) -> Error {
    let path = found.path.display();
    let authority = &found.authority;
    let was = match &found.enrolled {
        None => Text::words(""),
        Some(enrolled) if enrolled.ca_sha256.is_some() => text!(
            "login-unvouched-was-with-ca",
            authority = enrolled.authority
        ),
        Some(enrolled) => text!("login-unvouched-was", authority = enrolled.authority),
    };
    let message = if found.ca_file.is_some() {
        text!(
            "login-unvouched",
            path = path,
            authority = authority,
            was = was
        )
    } else {
        text!(
            "login-unvouched-with-system-roots",
            path = path,
            authority = authority,
            was = was
        )
    };
    Error::config(message)
        .hint(text!("login-unvouched-say-it", command = by_flags(found)))
        .hint(text!("login-unvouched-find-out"))
}

/// The `login` command with the host and roots of trust as flags.
fn by_flags(found: &Unvouched) -> String {
    let login = with_profile("login", &found.profile);
    let host = match &found.authority {
        Authority::Cloud(cloud) => format!("--cloud {}", cloud.name),
        Authority::Enrolled(_) => format!("--authority {}", found.authority),
    };
    match &found.ca_file {
        Some(file) => format!("{login} {host} --ca-file {}", os::shell_word(file)),
        None => format!("{login} {host}"),
    }
}

fn unreadable(flag: &str, path: &Path, why: &ReadFault) -> Error {
    let (reason, hint) = match why {
        ReadFault::Io(error) => (io_reason(error), None),
        ReadFault::Unfit(unfit) => (unfit.words(), Some(unfit.fix())),
        ReadFault::Certificate(bad) => (bad.words(), Some(bad.fix())),
    };
    Error::usage(text!(
        "login-unreadable",
        flag = flag,
        path = path.display(),
        reason = reason
    ))
    .hints(hint)
}

fn bad_stdin(reason: &Text) -> Error {
    Error::usage(text!("login-bad-secrets-stdin", reason = reason))
        .hint(text!("login-secrets-stdin-takes", shape = secrets_shape()))
}

fn empty_password() -> Error {
    Error::usage(text!("login-empty-password"))
}

fn again(profile: &ProfileName) -> Text {
    text!("login-again", command = with_profile("login", profile))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Somebody else may have written the profile that names the file.
    #[test]
    fn a_ca_file_is_one_word_of_the_command_that_names_it() {
        let ca_file = "/made-up/a $(id).pem";
        let error = said(&LoginError::Unvouched(Unvouched {
            profile: "job".parse().unwrap(),
            path: "/made-up/job.toml".into(),
            authority: "https://login.contoso.example".parse().unwrap(),
            ca_file: Some(ca_file.into()),
            enrolled: None,
        }));
        let word = os::shell_word(ca_file);
        assert_ne!(word, ca_file);
        let host = "--authority https://login.contoso.example";
        let command = format!("ropc login -p job {host} --ca-file {word}");
        assert_eq!(
            error.hints[0].text,
            text!("login-unvouched-say-it", command = command)
        );
    }
}
