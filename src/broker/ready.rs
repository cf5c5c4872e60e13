//! What one request needs: the secrets, and the assertion of another identity provider; and what an
//! answer means for that assertion. Sends nothing.

use super::deadline::Deadline;
use super::error::{BrokerError, Result};
use super::source::{InHand, Source};
use crate::assertion::{AssertionRequest, Statement};
use crate::entra::Reply;
use crate::entra::wire::{self, Answer};
use crate::profile::Profile;
use crate::world::World;

/// What one request needs.
pub(super) struct Ready<'a> {
    /// The app's assertion, if another identity provider gives it.
    pub(super) statement: Option<Statement>,
    pub(super) secrets: InHand<'a>,
}

/// Gets the assertion, if the app needs one, then the secrets: no secret is in memory while the
/// source of the assertion answers.
pub(super) fn gather<'a>(
    profile: &Profile,
    secrets: &Source<'a>,
    deadline: Deadline,
    world: &World<'_>,
) -> Result<Ready<'a>> {
    let Some(source) = profile.credential.assertion() else {
        return Ok(Ready {
            statement: None,
            secrets: secrets.open()?,
        });
    };
    // An edited profile must not choose the program that runs now.
    secrets.check_enrolled()?;
    let request = AssertionRequest {
        source,
        audience: profile.authority.cloud().exchange,
        limit: deadline.left(),
        now: world.clock.now(),
    };
    let statement = world.assertions.get(request);
    Ok(Ready {
        statement: Some(statement.map_err(|error| BrokerError::Assertion(Box::new(error)))?),
        secrets: secrets.open()?,
    })
}

/// Reads an answer. What refuses an assertion refuses nothing that is stored.
pub(super) fn read(reply: &Reply, profile: &Profile) -> Answer {
    match (wire::read(reply), profile.credential.assertion()) {
        (Answer::Refused(refusal), Some(_)) => Answer::Refused(refusal.of_assertion()),
        (answer, _) => answer,
    }
}
