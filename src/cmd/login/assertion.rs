//! Which source of assertions the flags of `login` name: with whole paths, as a job runs from
//! another directory. Asks no source.

use super::error::{FlagFault, GivenPath, LoginError};
use super::paths::{absolute, whole_path};
use crate::cli::LoginArgs;
use crate::environment::Environment;
use crate::error::Result;
use crate::profile::AssertionSource;

/// The variable in which Azure's webhook for Kubernetes names the file of a pod.
const FILE: &str = "AZURE_FEDERATED_TOKEN_FILE";

/// The source that a flag names; `None` without such a flag.
pub(super) fn source(args: &LoginArgs, env: &Environment) -> Result<Option<AssertionSource>> {
    if let Some(name) = &args.assertion {
        return named(name).map(Some);
    }
    if let Some(given) = &args.assertion_file {
        let path = given.clone().or_else(|| env.path(FILE));
        let path = path.ok_or(LoginError::Flags(FlagFault::NoAssertionFile {
            variable: FILE,
        }))?;
        return Ok(Some(AssertionSource::File {
            path: absolute(&path, GivenPath::AssertionFile)?,
        }));
    }
    args.assertion_command
        .then(|| command(args, env))
        .transpose()
}

/// A value of `--assertion`.
fn named(name: &str) -> Result<AssertionSource> {
    match name.split_once('=') {
        Some(("managed-identity", id)) => Ok(AssertionSource::ManagedIdentity {
            client_id: Some(id.parse()?),
        }),
        None if name == "managed-identity" => {
            Ok(AssertionSource::ManagedIdentity { client_id: None })
        }
        None if name == "github" => Ok(AssertionSource::GitHub),
        _ => Err(LoginError::Flags(FlagFault::UnknownAssertion(name.to_owned())).into()),
    }
}

fn command(args: &LoginArgs, env: &Environment) -> Result<AssertionSource> {
    let mut words = args.secrets_command.clone();
    let Some(program) = words.first_mut() else {
        return Err(LoginError::Flags(FlagFault::NoAssertionProgram).into());
    };
    if let Some(whole) = whole_path(program, env) {
        *program = whole;
    }
    Ok(AssertionSource::Command { argv: words })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn of(args: &LoginArgs, pairs: &[(&str, &str)]) -> Result<Option<AssertionSource>> {
        source(args, &Environment::from_pairs(pairs.iter().copied()))
    }

    #[test]
    fn each_flag_names_a_source() {
        const ID: &str = "5e0c1a77-9d0b-4a52-8a57-0f4d6f1f2b33";
        let by_name = |name: &str| {
            let args = LoginArgs {
                assertion: Some(name.into()),
                ..LoginArgs::default()
            };
            of(&args, &[])
        };
        assert_eq!(by_name("github").unwrap(), Some(AssertionSource::GitHub));
        assert_eq!(
            by_name("managed-identity").unwrap(),
            Some(AssertionSource::ManagedIdentity { client_id: None })
        );
        let named = by_name(&format!("managed-identity={ID}")).unwrap().unwrap();
        assert_eq!(named.fact().as_deref(), Some(ID));
        for bad in [
            "",
            "gitlab",
            "github=x",
            "managed-identity=",
            "managed-identity=x",
        ] {
            assert!(by_name(bad).is_err(), "{bad}");
        }
        assert!(matches!(of(&LoginArgs::default(), &[]), Ok(None)));
    }

    #[test]
    fn the_file_may_be_the_one_that_azure_names() {
        let place = std::env::temp_dir().join("token");
        let named = place.to_str().unwrap();
        let at = |given: Option<&str>, pairs: &[(&str, &str)]| {
            let args = LoginArgs {
                assertion_file: Some(given.map(PathBuf::from)),
                ..LoginArgs::default()
            };
            of(&args, pairs)
        };
        let file = |path: PathBuf| Some(AssertionSource::File { path });
        assert_eq!(at(None, &[(FILE, named)]).unwrap(), file(place.clone()));
        let here = std::path::absolute("here").unwrap();
        assert_eq!(at(Some("here"), &[(FILE, named)]).unwrap(), file(here));
        assert!(at(None, &[]).is_err());
    }
}
