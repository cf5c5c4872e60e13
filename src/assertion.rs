//! The assertion of a federated app: a statement that another identity provider signs about this
//! job. Gets a new one from the source that the profile names for each sign-in, and refuses one
//! that has ended. Keeps none, and shows none. `entra::workload` has the sources in the network.

mod error;

pub use error::{AssertionError, AssertionFault};

use crate::entra::NetworkSettings;
use crate::entra::workload::{StatementQuestion, StatementService};
use crate::environment::Environment;
use crate::os;
use crate::profile::{AssertionSource, ClientId};
use crate::program::Program;
use crate::secret::{Assertion, Claims};
use std::path::Path;
use std::time::Duration;
use zeroize::Zeroizing;

/// The largest file of an assertion, in bytes.
const LIMIT: u64 = 64 * 1024;

/// An assertion, and what it says in the clear.
#[derive(Debug)]
pub struct Statement {
    /// The assertion.
    pub assertion: Assertion,
    /// What it says.
    pub claims: Claims,
}

/// What a sign-in needs of a source.
#[derive(Clone, Copy, Debug)]
pub struct AssertionRequest<'a> {
    /// The source.
    pub source: &'a AssertionSource,
    /// For whom the assertion must be, where the source asks.
    pub audience: &'a str,
    /// The most time.
    pub limit: Duration,
    /// The present time, epoch seconds.
    pub now: u64,
}

/// Gets assertions. A port: tests implement it.
pub trait Assertions {
    /// A fresh assertion that has not ended. Fails if the source gives none, or gives something
    /// else.
    fn get(&self, request: AssertionRequest<'_>) -> Result<Statement, AssertionError>;
}

/// The sources of this machine.
#[derive(Debug)]
pub struct RealAssertions<'a> {
    env: &'a Environment,
}

impl<'a> RealAssertions<'a> {
    /// Sources that need variables read them here.
    pub fn new(env: &'a Environment) -> Self {
        Self { env }
    }

    fn text(&self, request: AssertionRequest<'_>) -> Result<Zeroizing<Vec<u8>>, AssertionFault> {
        let variable = |name: &str| self.env.text(name);
        let service = match request.source {
            AssertionSource::File { path } => return of_file(path),
            AssertionSource::Command { argv } => {
                return Program::new(argv.clone(), self.env)
                    .run(request.limit, is_line)
                    .map_err(AssertionFault::Program);
            }
            AssertionSource::ManagedIdentity { client_id } => StatementService::managed_identity(
                client_id.as_ref().map(ClientId::as_str),
                variable,
            ),
            AssertionSource::GitHub => StatementService::github(variable),
        };
        let settings = NetworkSettings::read(|name| self.env.even_empty(name));
        let question = StatementQuestion {
            audience: request.audience,
            settings: &settings,
            limit: request.limit,
        };
        service
            .and_then(|service| service.ask(&question))
            .map_err(AssertionFault::Workload)
    }
}

impl Assertions for RealAssertions<'_> {
    fn get(&self, request: AssertionRequest<'_>) -> Result<Statement, AssertionError> {
        self.text(request)
            .and_then(|text| statement(&text, request.now))
            .map_err(|fault| AssertionError {
                source: request.source.clone(),
                fault,
            })
    }
}

/// The statement in a text, if it has not ended.
fn statement(text: &[u8], now: u64) -> Result<Statement, AssertionFault> {
    let (assertion, claims) = Assertion::read(text).map_err(AssertionFault::Not)?;
    if claims.ends <= now {
        return Err(AssertionFault::Ended { ends: claims.ends });
    }
    Ok(Statement { assertion, claims })
}

fn of_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, AssertionFault> {
    os::open_file(path)
        .and_then(|mut file| os::read_bounded(&mut file, LIMIT))
        .map(Zeroizing::new)
        .map_err(AssertionFault::File)
}

/// True for a line with its end: an assertion has no other mark by which it is complete.
fn is_line(output: &[u8]) -> bool {
    output.ends_with(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    // {"exp":100}
    const TEXT: &[u8] = b"e30.eyJleHAiOjEwMH0.AA";

    #[test]
    fn an_assertion_that_has_ended_is_refused() {
        assert_eq!(statement(TEXT, 99).unwrap().claims.ends, 100);
        for now in [100, 101] {
            let fault = statement(TEXT, now).unwrap_err();
            assert!(
                matches!(fault, AssertionFault::Ended { ends: 100 }),
                "{fault:?}"
            );
        }
    }

    #[test]
    fn a_file_is_read_each_time() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("token");
        let env = Environment::default();
        let source = AssertionSource::File { path: path.clone() };
        let request = AssertionRequest {
            source: &source,
            audience: "",
            limit: Duration::from_secs(1),
            now: 1,
        };
        let get = || RealAssertions::new(&env).get(request);
        assert!(matches!(get().unwrap_err().fault, AssertionFault::File(_)));
        crate::os::write_private(&path, TEXT).unwrap();
        assert_eq!(get().unwrap().claims.ends, 100);
        crate::os::write_private(&path, b"e30.eyJleHAiOjIwMH0.AA\n").unwrap();
        assert_eq!(get().unwrap().claims.ends, 200);
        crate::os::write_private(&path, &vec![b'a'; 65_537]).unwrap();
        assert!(matches!(get().unwrap_err().fault, AssertionFault::File(_)));
    }
}
